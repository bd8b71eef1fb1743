//! Recordings of real cars, and what a client must hear of them: from the file alone, by the program `can-reader speed`
//! and, for signals, by the library that it uses.

use std::path::{Path, PathBuf};
use std::process::Command;

use can_reader::source::{Rate, Replay, ReplayOptions};
use can_reader::{Event, FrameSource, Pipeline, Vehicle, Verdict};

use crate::common::listener::Heard;

pub fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures").join(name)
}

/// How far a number may be carried on between frames, km/h: for ten cycles, which are learned from frames of which some are
/// lost and are 25 ms then, at 5 m/s2.
pub const CARRIED_KMH: f64 = 4.5;

/// What follows from a log.
pub struct Expected {
    /// `SpeedChanged` at frames and `SpeedLost` at frames and between them, in order, with the loss at the end. Numbers that
    /// are carried on between frames are not here: the service says them at moments of its own.
    pub heard: Vec<Heard>,
    /// Frames that were used.
    pub decoded: u64,
}

pub async fn expected(vehicle: &str, log: &Path) -> Expected {
    let options = ReplayOptions { rate: Rate::Max, repeat: false, progress: false };
    let mut replay = Replay::open(log, options).expect("the log");
    let mut pipeline = Pipeline::new(Vehicle::find(vehicle).expect("the profile"));
    let (mut heard, mut known) = (Vec::new(), None);
    loop {
        let event = replay.next(pipeline.deadline()).await;
        let verdict = pipeline.handle(replay.now(), &event);
        let estimate = pipeline.estimate();
        if event == Event::End {
            break;
        }
        match (known, estimate.integer_kmh()) {
            // A frame of signals alone finds what was carried on before it, if that was: the machine decides.
            (Some(_), Some(_)) if verdict != Verdict::Accepted => continue,
            (Some(_), None) => heard.push(Heard::Lost(estimate.state.to_string())),
            (known, Some(kmh)) if known != Some(kmh) => heard.push(Heard::Changed(kmh)),
            _ => {}
        }
        known = estimate.integer_kmh();
    }
    if known.is_some() {
        heard.push(Heard::Lost("stale".to_owned()));
    }
    Expected { heard, decoded: pipeline.counters().frames_decoded }
}

impl Expected {
    /// Whether that is what a client hears: everything that follows, in order, and between it only numbers near the one
    /// before, carried on while the next frame was on its way. Gives how many those are, or what is wrong.
    pub fn is_in(&self, heard: &[Heard]) -> Result<usize, String> {
        let mut rest = self.heard.iter().peekable();
        let (mut before, mut carried) = (None, 0);
        for heard in heard {
            if rest.peek() == Some(&heard) {
                before = rest.next();
                continue;
            }
            match (heard, before) {
                (Heard::Changed(kmh), Some(Heard::Changed(before)))
                    if f64::from((kmh - before).abs()) <= CARRIED_KMH + 1.0 =>
                {
                    carried += 1;
                }
                _ => return Err(format!("{heard:?} after {before:?}; expected: {:?}", rest.peek())),
            }
        }
        rest.next().map_or(Ok(carried), |missing| Err(format!("not heard after {before:?}: {missing:?}")))
    }
}

/// One line that `can-reader speed --json` prints for a frame.
#[derive(Debug, serde::Deserialize)]
pub struct Line {
    /// Seconds since 1970, of the recording.
    timestamp: f64,
    /// km/h.
    pub speed: Option<f64>,
    pub state: String,
}

impl Line {
    pub fn us(&self) -> u64 {
        (self.timestamp * 1e6).round() as u64
    }
}

/// Everything that it prints for a log.
pub fn printed(vehicle: &str, log: &Path) -> Vec<Line> {
    let program = Path::new(env!("CARGO_BIN_EXE_speed-service")).with_file_name("can-reader");
    let output = Command::new(&program).args(["speed", "--json", "--vehicle", vehicle]).arg(log).output();
    let output =
        output.unwrap_or_else(|e| panic!("{}: {e}: cargo build --bin can-reader", program.display()));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The times of all frames with this id, microseconds since 1970, from a log as `candump -L` writes it.
pub fn stamps(log: &Path, id: &str) -> Vec<u64> {
    let text = std::fs::read_to_string(log).expect("the log");
    let of_id = text.lines().filter(|line| line.split(' ').nth(2).is_some_and(|frame| frame.starts_with(id)));
    let digits = of_id.map(|line| line.split(')').next().unwrap_or_default().replace(['(', '.'], ""));
    digits.map(|us| us.parse().expect("a time")).collect()
}

/// The messages that the profile honda reads: wheels, engine, parking brake, belt, coolant.
pub const HONDA: [&str; 5] = ["1D0", "17C", "1C2", "305", "324"];

/// The data of all frames with this id.
pub fn payloads(log: &Path, id: &str) -> Vec<String> {
    let text = std::fs::read_to_string(log).expect("the log");
    let frames = text.lines().filter_map(|line| line.split(' ').nth(2)).filter(|frame| frame.starts_with(id));
    frames.map(str::to_owned).collect()
}

/// The lines of a log from one second of it to another.
pub fn part(log: &Path, from_s: f64, to_s: f64) -> String {
    let text = std::fs::read_to_string(log).expect("the log");
    let at = |line: &str| {
        let stamp = line.trim_start_matches('(').split(')').next().expect("a stamp");
        stamp.parse::<f64>().expect("seconds")
    };
    let start = text.lines().next().map(at).expect("a line");
    text.lines()
        .filter(|line| (from_s..to_s).contains(&(at(line) - start)))
        .flat_map(|line| [line, "\n"])
        .collect()
}
