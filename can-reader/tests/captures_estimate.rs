//! Two real cars through decoder and estimator, frame by frame, against what another program decoded.

mod common;

use can_reader::{Estimate, Event, Pipeline, State, Vehicle, Verdict};
use common::{DRIVE, LIFT, Row, expected, frames};

/// The estimate at each accepted frame, and every change of state on the way.
struct Run {
    estimates: Vec<Estimate>,
    states: Vec<State>,
}

fn run(capture: &str, vehicle: Vehicle) -> Run {
    let mut pipeline = Pipeline::new(vehicle);
    let mut run = Run { estimates: Vec::new(), states: vec![State::NoData] };
    let note = |pipeline: &Pipeline, states: &mut Vec<State>| {
        let state = pipeline.estimate().state;
        if states.last() != Some(&state) {
            states.push(state);
        }
    };
    for frame in frames(capture) {
        while let Some(deadline) = pipeline.deadline().filter(|deadline| *deadline < frame.stamp.at) {
            pipeline.handle(deadline, &Event::Deadline);
            note(&pipeline, &mut run.states);
        }
        if pipeline.handle(frame.stamp.at, &Event::Frame(frame)) == Verdict::Accepted {
            run.estimates.push(pipeline.estimate());
        }
        note(&pipeline, &mut run.states);
    }
    run
}

/// The built-in Honda, with its `driven` line replaced.
fn honda(driven: &str) -> Vehicle {
    let vehicles = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vehicles");
    let profile = std::fs::read_to_string(vehicles.join("honda.toml")).expect("the profile");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(vehicles.join("honda.dbc"), folder.path().join("honda.dbc")).expect("the DBC");
    let path = folder.path().join("car.toml");
    assert!(profile.contains("driven = \"front\"\n"));
    std::fs::write(&path, profile.replace("driven = \"front\"\n", driven)).expect("a profile");
    Vehicle::load(&path).expect("a good profile")
}

fn mean(speeds: &[f64]) -> f64 {
    speeds.iter().sum::<f64>() / speeds.len() as f64
}

/// Whether the front and the rear wheels of a row are no pair that agrees.
fn axles_part(row: &Row) -> bool {
    let (low, high) = row.kmh.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    high - low > f64::max(3.0, 0.05 * high)
}

#[test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
fn the_drive_is_the_mean_of_its_wheels_and_stale_in_its_17_gaps() {
    let run = run(DRIVE, Vehicle::find("honda").expect("a built-in vehicle"));
    let rows = expected(DRIVE);
    assert_eq!(run.estimates.len(), rows.len());
    for (estimate, row) in run.estimates.iter().zip(&rows) {
        let speed = estimate.speed_kmh.expect("a speed at every accepted frame");
        assert!((speed - mean(&row.kmh)).abs() < 0.05, "{speed} {row:?}");
        assert_eq!((estimate.wall_us, estimate.state), (row.wall_us, State::Ok), "{row:?}");
    }
    assert_eq!(run.estimates.iter().filter_map(Estimate::integer_kmh).max(), Some(9));
    let stale = run.states.iter().filter(|state| **state == State::Stale).count();
    assert_eq!(stale, 17);
    assert!(
        run.states[1..].iter().all(|state| matches!(state, State::Ok | State::Stale)),
        "{:?}",
        run.states
    );
}

#[test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
fn on_the_lift_the_undriven_axle_is_believed() {
    let run = run(LIFT, honda("driven = \"front\"\n"));
    let rows = expected(LIFT);
    assert_eq!(run.estimates.len(), rows.len());
    let mut parted = 0;
    for (estimate, row) in run.estimates.iter().zip(&rows) {
        let speed = estimate.speed_kmh.expect("the rear axle always gives one");
        if axles_part(row) {
            parted += 1;
            assert_eq!((speed, estimate.state), (mean(&row.kmh[2..]), State::Degraded), "{row:?}");
        } else {
            assert!((speed - mean(&row.kmh)).abs() < 0.01 || speed == mean(&row.kmh[2..]), "{speed} {row:?}");
        }
    }
    assert_eq!(parted, 1304);
}

#[test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
fn on_the_lift_without_a_driven_axle_there_is_no_speed_and_never_a_mean_of_both() {
    let run = run(LIFT, honda(""));
    let mut implausible = 0;
    for (estimate, row) in run.estimates.iter().zip(expected(LIFT)) {
        // One wheel against three is decided by the three, whichever axle it is on.
        let front_parts = row.kmh[..2].iter().all(|front| *front > 3.0);
        if front_parts {
            implausible += 1;
            assert_eq!((estimate.state, estimate.speed_kmh), (State::Implausible, None), "{row:?}");
        }
        if let Some(speed) = estimate.speed_kmh {
            assert!(speed <= 3.0, "{speed} {row:?}");
        }
    }
    assert!(implausible > 1200, "{implausible}");
}
