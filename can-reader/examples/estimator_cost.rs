//! Feeds the estimator a made-up drive and nothing else, so that `valgrind --tool=callgrind` counts what a frame costs:
//! `estimator_cost DRIVE FRAMES`, or, with `distance` behind it, what the distance costs alone. The cost of a frame is the difference between two
//! counts of frames, divided.

use std::time::Duration;

use can_reader::estimator::{Estimator, Plan, Sample, Sensor};
use can_reader::{Distance, SourceTime, Stamp, State};

/// What is driven, 50 frames a second.
#[derive(Clone, Copy)]
enum Drive {
    /// 30 to 110 km/h with gentle bends.
    Road,
    /// 5 to 45 km/h with tight corners.
    Town,
    /// The same, and one wheel reads half.
    TownFault,
    /// Every wheel slips to and fro at 12 to 60 km/h, as in a stop with ABS that never ends.
    Abs,
}

/// Four wheels at a time, km/h: a car of 2.7 m by 1.5 m.
fn wheels(drive: Drive, t: f64) -> [f64; 4] {
    let (v, k) = match drive {
        Drive::Road => (70.0 + 40.0 * (t / 9.0).sin(), 0.004 * (t / 3.0).sin()),
        Drive::Town | Drive::TownFault => {
            let v = 25.0 + 20.0 * (t / 5.0).sin();
            (v, (0.2 * (t / 4.0).sin()).clamp(-30.0 / (v * v), 30.0 / (v * v)))
        }
        Drive::Abs => (36.0 + 24.0 * (t / 1.0).sin(), 0.0),
    };
    let middle = (k * 1.35_f64).hypot(1.0);
    std::array::from_fn(|n| {
        let (x, y) = (if n < 2 { 2.7 } else { 0.0 }, if n % 2 == 0 { 0.75 } else { -0.75 });
        let mut kmh = v * (1.0 - k * y).hypot(k * x) / middle;
        // Noise that repeats after a long time.
        kmh += 0.05 * (t * (37.0 + 11.0 * n as f64)).sin();
        match drive {
            Drive::TownFault if n == 1 && t % 4.0 > 2.0 => kmh *= 0.5,
            Drive::Abs => kmh *= 0.9 + 0.1 * (t * (18.0 + n as f64) + n as f64).sin(),
            _ => {}
        }
        (kmh.max(0.0) * 100.0).round() / 100.0
    })
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let drive = match arguments.get(1).map(String::as_str) {
        Some("road") => Drive::Road,
        Some("town") => Drive::Town,
        Some("town-fault") => Drive::TownFault,
        Some("abs") => Drive::Abs,
        _ => {
            eprintln!("give a drive: road, town, town-fault or abs; and a number of frames");
            std::process::exit(2);
        }
    };
    let frames: u32 = arguments.get(2).and_then(|count| count.parse().ok()).unwrap_or(1000);
    // What is fed is made before, so that a difference between two counts of frames is the same of both.
    let samples: Vec<Sample> = (0..10_000)
        .map(|n| {
            let mut sample = Sample::default();
            for (place, kmh) in wheels(drive, 0.02 * f64::from(n)).into_iter().enumerate() {
                sample.kmh[place] = Some(kmh);
            }
            sample
        })
        .collect();
    if arguments.get(3).map(String::as_str) == Some("distance") {
        return distance(&samples, frames);
    }
    let mut plan = Plan { stale_after: Duration::from_millis(500), ..Plan::default() };
    for sensor in &mut plan.sensors[..4] {
        *sensor = Some(Sensor::wheel(0.01, 0));
    }
    let mut estimator = Estimator::new(plan);
    let mut speeds = 0_u32;
    for (n, sample) in (0..frames.min(10_000)).zip(&samples) {
        let at = SourceTime::from_millis(20 * u64::from(n));
        estimator.sample(at, Stamp { wall_us: 0, at }, sample);
        speeds += u32::from(estimator.estimate().speed_kmh.is_some());
    }
    println!("{frames} frames, a speed after {speeds} of them");
}

/// The distance alone, from estimates that are made before.
fn distance(samples: &[Sample], frames: u32) {
    // One for all: the making of it costs much.
    let mut estimate = Estimator::new(Plan::default()).estimate();
    (estimate.state, estimate.uncertainty_kmh, estimate.witnesses) = (State::Ok, Some(1.0), 4);
    let mut estimates = Vec::with_capacity(samples.len());
    for sample in samples {
        estimate.speed_kmh = sample.kmh[2];
        estimates.push(estimate);
    }
    let mut distance = Distance::new();
    for (n, estimate) in (0..frames.min(10_000)).zip(&estimates) {
        distance.observe(SourceTime::from_millis(20 * u64::from(n)), estimate, 1.0);
    }
    println!("{frames} estimates, {} m", distance.travelled().micrometres / 1_000_000);
}
