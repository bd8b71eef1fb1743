//! Recordings of real cars, and what a client must hear of them: from the file alone, by the program `can-reader speed`
//! and, for signals, by the library that it uses.

use std::path::{Path, PathBuf};
use std::process::Command;

use can_reader::source::{Rate, Replay, ReplayOptions};
use can_reader::{Event, FrameSource, Pipeline, Vehicle};

use crate::common::listener::Heard;

pub fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures").join(name)
}

/// The Honda profile with 460 ms for `stale_after_ms` instead of 500, for the service and for what is expected of it alike.
///
/// The drive has a gap of 503 ms and one of 421 ms. canplayer sends in real time, and that is exact to a tick of the
/// kernel (10 ms in user-mode-linux): the first gap lasts 495 ms in one run and 510 ms in the next, so whether a client
/// hears `stale` at 500 ms is chance. 460 ms is in the middle between the two gaps, and what follows is certain.
pub fn honda_with_clear_gaps(folder: &Path) -> String {
    let vehicles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../can-reader/vehicles");
    let profile = std::fs::read_to_string(vehicles.join("honda.toml")).expect("the profile");
    assert!(profile.contains("\nstale_after_ms = 500\n"));
    let profile = profile.replace("\nstale_after_ms = 500\n", "\nstale_after_ms = 460\n");
    std::fs::write(folder.join("honda.toml"), profile).expect("a copy");
    std::fs::copy(vehicles.join("honda.dbc"), folder.join("honda.dbc")).expect("a copy");
    folder.join("honda.toml").display().to_string()
}

/// What follows from a file.
pub struct Expected {
    /// `SpeedChanged` and `SpeedLost`, in order, with the loss at the end.
    pub heard: Vec<Heard>,
    /// Wheel-speed frames.
    pub decoded: u64,
}

pub async fn expected(vehicle: &str, log: &Path) -> Expected {
    let options = ReplayOptions { rate: Rate::Max, repeat: false, progress: false };
    let mut replay = Replay::open(log, options).expect("the log");
    let mut pipeline = Pipeline::new(Vehicle::find(vehicle).expect("the profile"));
    let (mut heard, mut known) = (Vec::new(), None);
    loop {
        let event = replay.next(pipeline.deadline()).await;
        pipeline.handle(replay.now(), &event);
        let estimate = pipeline.estimate();
        match (known, estimate.integer_kmh()) {
            (Some(_), None) => heard.push(Heard::Lost(estimate.state.to_string())),
            (known, Some(kmh)) if known != Some(kmh) => heard.push(Heard::Changed(kmh)),
            _ => {}
        }
        known = estimate.integer_kmh();
        if event == Event::End {
            break;
        }
    }
    if known.is_some() {
        heard.push(Heard::Lost("stale".to_owned()));
    }
    Expected { heard, decoded: pipeline.counters().frames_decoded }
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
