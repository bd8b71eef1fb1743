//! Recordings of real cars, which live beside the checkout, not in it.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::time::Duration;

use can_reader::Frame;
use can_reader::log::{Entry, LogReader};

pub const DRIVE: &str = "civic_type_r_2019_drive";
pub const LIFT: &str = "civic_8g_on_lift";

/// A file of `../shared/captures`.
pub fn capture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures").join(name)
}

/// Every data frame of a recording, on a clock that starts at its first.
pub fn frames(name: &str) -> Vec<Frame> {
    let mut log = LogReader::new(BufReader::new(File::open(capture(&format!("{name}.log"))).unwrap()));
    let mut frames = Vec::new();
    let mut start_us = None;
    while let Some(entry) = log.next_entry().unwrap() {
        let Entry::Frame(line) = entry else { panic!("{name}: {entry:?}") };
        let start_us = *start_us.get_or_insert(line.wall_us);
        frames.extend(line.frame(Duration::from_micros(line.wall_us - start_us)));
    }
    frames
}

/// One row of an `.expected.csv`: microseconds, and km/h of front left, front right, rear left, rear right.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub wall_us: u64,
    pub kmh: [f64; 4],
}

/// What another program decoded from a recording.
pub fn expected(name: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(capture(&format!("{name}.expected.csv"))).unwrap();
    text.lines().skip(1).map(row).collect()
}

fn row(line: &str) -> Row {
    let (stamp, speeds) = line.split_once(',').unwrap();
    let (seconds, micros) = stamp.split_once('.').unwrap();
    let kmh: Vec<f64> = speeds.split(',').map(|speed| speed.parse().unwrap()).collect();
    Row {
        wall_us: seconds.parse::<u64>().unwrap() * 1_000_000 + micros.parse::<u64>().unwrap(),
        kmh: kmh.try_into().unwrap(),
    }
}
