//! The distance that can-reader counts, against that which random cars drove: seeds of its own, which nothing was chosen by.

use std::time::Duration;

use can_reader::{Distance, Event, Pipeline, Travelled};

use crate::case::{Case, Setting};
use crate::trouble::{Group, Trouble};

const SEEDS: std::ops::Range<u64> = 770_000..770_012;

struct Driven {
    true_m: f64,
    counted: Travelled,
}

/// As the service does: every frame, and every deadline that comes before one.
fn drive(setting: &Setting) -> Driven {
    let folder = tempfile::tempdir().unwrap();
    let mut pipeline = Pipeline::new(setting.layout.vehicle(folder.path()).unwrap());
    let mut distance = Distance::new();
    let mut take = |now: Duration, event: &Event| {
        while let Some(deadline) = pipeline.deadline().filter(|deadline| *deadline < now) {
            pipeline.handle(deadline, &Event::Deadline);
            distance.observe(pipeline.time(), &pipeline.estimate(), 1.0);
        }
        pipeline.handle(now, event);
        distance.observe(pipeline.time(), &pipeline.estimate(), 1.0);
        distance.travelled()
    };
    let (mut first, mut last, mut counted) = (None, 0.0, Travelled::default());
    for arrival in &setting.arrivals {
        let now = setting.delivery.clock(arrival.at);
        let before = counted.micrometres;
        counted = take(now, &Event::Frame(arrival.frame));
        if counted.micrometres > before {
            first.get_or_insert(arrival.at);
            last = arrival.at;
        }
    }
    // What was driven before the first speed is unknown, and said to be.
    let from = first.unwrap_or(last);
    let steps = ((last - from) / 0.005).floor();
    let truth = |n: f64| setting.record.truth(from + n * 0.005) / 3.6;
    let true_m = (0..steps as u32).map(|n| (truth(n.into()) + truth(f64::from(n) + 1.0)) / 2.0 * 0.005).sum();
    Driven { true_m, counted }
}

fn metres(counted: &Travelled) -> f64 {
    counted.micrometres as f64 / 1e6
}

/// Drives without trouble: within 2.5 %, what tyres may be off by, and always within what is said.
#[test]
fn normal_drives_come_to_their_distance() {
    let (mut worst, mut driven, mut counted) = (0.0_f64, 0.0, 0.0);
    for case in SEEDS.flat_map(Case::all).filter(|case| case.trouble.group() == Group::Normal) {
        let result = drive(&case.set_up().unwrap());
        let m = metres(&result.counted);
        let off = (m - result.true_m).abs();
        // An edge of one cycle at each end, at 60 m/s.
        assert!(off <= result.counted.uncertainty_m + 6.0, "{}: {m} {}", case.name(), result.true_m);
        if result.true_m > 200.0 && result.counted.unknown <= Duration::from_secs(1) {
            worst = worst.max(off / result.true_m);
        }
        driven += result.true_m;
        counted += m;
    }
    println!("{driven:.0} m driven, {counted:.0} m counted; worst drive off by {:.2} %", 100.0 * worst);
    assert!(worst < 0.025, "off by {worst}");
    assert!((counted / driven - 1.0).abs() < 0.01);
}

/// Whatever is wrong: as said, or less than was driven. (Two liars, and slip that no wheel shows, are what no bound covers.)
#[test]
fn troubled_drives_are_not_counted_too_long() {
    let bounded = [Group::Delivery, Group::OneWheel, Group::AllWheels, Group::Start, Group::SecondSender];
    let (mut cases, mut over) = (0, Vec::new());
    for case in SEEDS.take(4).flat_map(Case::all).filter(|case| bounded.contains(&case.trouble.group())) {
        if let Trouble::TimeBase(_) = case.trouble {
            continue;
        }
        let result = drive(&case.set_up().unwrap());
        cases += 1;
        let excess = metres(&result.counted) - result.counted.uncertainty_m - result.true_m;
        if excess > 6.0 {
            over.push(format!("{}: {:.0} m too long of {:.0}", case.name(), excess, result.true_m));
        }
    }
    println!("{cases} drives, {} counted too long", over.len());
    assert!(over.is_empty(), "{over:?}");
}
