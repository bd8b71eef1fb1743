//! The signals of two real cars, held against what another program decoded from the same frames.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;

use can_reader::{Event, Pipeline, Vehicle};
use common::{DRIVE, LIFT, capture, frames};

/// As the expected files name a signal, and as we do.
const NAMES: [(&str, &str); 5] = [
    ("Engine speed", "Vehicle.Powertrain.CombustionEngine.Speed"),
    ("Brake pedal pressed", "Vehicle.Chassis.Brake.IsPedalPressed"),
    ("Parking brake engaged", "Vehicle.Chassis.ParkingBrake.IsEngaged"),
    ("Driver seat belt lamp", "Vehicle.Cabin.IsBeltWarning"),
    ("Coolant temperature", "Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature"),
];

/// What the expected files have beside these and no path of VSS is for: distance ticks, and the speed of the gearbox's
/// output.
const NO_SIGNALS: [&str; 2] = ["Distance tick", "Gearbox output speed"];

/// Time (microseconds) to path and value.
fn expected(name: &str) -> BTreeMap<u64, Vec<(&'static str, f64)>> {
    let text = std::fs::read_to_string(capture(&format!("{name}.signals.expected.csv"))).unwrap();
    let mut rows: BTreeMap<u64, Vec<_>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<_> = line.split(',').collect();
        let Some((_, path)) = NAMES.iter().find(|(name, _)| *name == cells[2]) else {
            assert!(NO_SIGNALS.contains(&cells[2]), "{} is of no signal", cells[2]);
            continue;
        };
        let (seconds, micros) = cells[0].split_once('.').unwrap();
        let wall_us = seconds.parse::<u64>().unwrap() * 1_000_000 + micros.parse::<u64>().unwrap();
        rows.entry(wall_us).or_default().push((*path, cells[4].parse().unwrap()));
    }
    rows
}

#[test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
fn each_signal_is_what_another_program_reads() {
    for name in [DRIVE, LIFT] {
        let expected = expected(name);
        let mut pipeline = Pipeline::new(Vehicle::find("honda").unwrap());
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for frame in frames(name) {
            pipeline.handle(frame.stamp.at, &Event::Frame(frame));
            let board = pipeline.board();
            for (path, value) in expected.get(&frame.stamp.wall_us).into_iter().flatten() {
                let signal = board.find(path).unwrap();
                // Of another message of the same microsecond: its own frame is still to come.
                if board.heard_at(signal) != Some(frame.stamp.at) {
                    continue;
                }
                let count = counts.entry(path).or_default();
                count.0 += 1;
                if let Ok(held) = board.held(signal) {
                    assert_eq!(held.as_f64(), *value, "{name} {path} at {}", frame.stamp.wall_us);
                    count.1 += 1;
                }
            }
        }
        for (path, (frames, values)) in &counts {
            println!("{name} {path}: {values} of {frames}");
            assert!(*frames >= 20 && values == frames, "{name} {path}: {values} of {frames}");
        }
        assert!(counts.len() >= 4, "{name}: {counts:?}");
    }
}
