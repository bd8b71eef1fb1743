//! Recordings of real cars, and what a client must hear of them: from the file alone, by the library that
//! `can-reader speed` uses too.

use std::path::{Path, PathBuf};

use can_reader::source::{Rate, Replay, ReplayOptions};
use can_reader::{Event, FrameSource, Pipeline, Vehicle};

use crate::common::listener::Heard;

pub fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures").join(name)
}

/// The Honda profile with 460 ms for `stale_after_ms`. The drive has a gap of 503 ms and one of 421 ms; sent again
/// by a program that sleeps in ticks of the kernel (10 ms in user-mode-linux), the first may well last 495 ms.
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
