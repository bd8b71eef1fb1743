//! The simulated car says what a car says beside its speed, to who wants to hear it.

#![allow(clippy::unwrap_used)]

use can_reader::source::{Drive, Rate, Simulator, SimulatorOptions};
use can_reader::{Event, FrameSource, Pipeline, SourceTime, Vehicle};

fn simulator(drive: Drive) -> Simulator {
    Simulator::new(SimulatorOptions { seed: 7, rate: Rate::Max, drive, faults: Vec::new() })
}

#[test]
fn its_profile_has_all_signals_there_are() {
    let pipeline = Pipeline::new(Vehicle::find("simulator").unwrap());
    let board = pipeline.board();
    let told: Vec<_> = (0..board.len()).map(|at| board.described(at).entry.path).collect();
    for entry in can_reader::signals::catalogue::ALL {
        assert!(told.contains(&entry.path), "{}", entry.path);
    }
}

#[tokio::test]
async fn every_signal_of_its_profile_has_a_value_all_the_time() {
    let mut pipeline = Pipeline::new(Vehicle::find("simulator").unwrap());
    let mut car = simulator(Drive::Town);
    car.want(&pipeline.wanted());
    let signal = |pipeline: &Pipeline, end: &str| {
        let board = pipeline.board();
        (0..board.len()).find(|at| board.described(*at).entry.path.ends_with(end)).expect("a signal")
    };
    let rpm = signal(&pipeline, "CombustionEngine.Speed");
    let distance = signal(&pipeline, "TraveledDistance");
    let lamps = [
        "Left.IsSignaling",
        "Right.IsSignaling",
        "IsPedalPressed",
        "ParkingBrake.IsEngaged",
        "IsAnyDoorOpen",
        "IsBeltWarning",
        "Fog.Front.IsOn",
    ];
    let lamps = lamps.map(|end| signal(&pipeline, end));
    let (mut seen_on, mut begin, mut true_m, mut before) = ([false; 7], None, 0.0, SourceTime::ZERO);
    while car.now() < SourceTime::from_secs(60) {
        let event = car.next(pipeline.deadline()).await;
        let now = car.now();
        pipeline.handle(now, &event);
        true_m += car.truth_kmh() / 3.6 * (now - before).as_secs_f64();
        before = now;
        if now < SourceTime::from_millis(100) {
            continue;
        }
        let board = pipeline.board();
        for at in 0..board.len() {
            assert!(
                board.held(at).is_ok(),
                "{now:?}: {} {:?}",
                board.described(at).entry.path,
                board.held(at)
            );
        }
        assert!((800.0..4000.0).contains(&board.held(rpm).unwrap().as_f64()));
        let driven_m = board.held(distance).unwrap().as_f64();
        let begin = *begin.get_or_insert(driven_m - true_m);
        assert!((driven_m - begin - true_m).abs() < 4.0, "{now:?}: {driven_m} {true_m}");
        for (seen, at) in seen_on.iter_mut().zip(lamps) {
            *seen |= board.held(at).unwrap().as_f64() > 0.0;
        }
    }
    assert_eq!(seen_on, [true; 7], "each lamp was lit once");
    assert_eq!(pipeline.counters().frames_rejected(), 0);
}

#[tokio::test]
async fn who_wants_speeds_alone_gets_no_other_frame() {
    let mut car = simulator(Drive::Town);
    let wanted = Vehicle::find("simulator").unwrap().decoder().wanted_for_speed();
    car.want(&wanted);
    for _ in 0..500 {
        let Event::Frame(frame) = car.next(None).await else { continue };
        assert!(wanted.iter().any(|filter| filter.matches(frame.id)), "{frame:?}");
    }
}
