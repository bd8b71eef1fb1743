//! Two real cars through decoder and estimator, frame by frame, against what another program decoded.

mod common;

use can_reader::{Estimate, Event, Pipeline, State, Vehicle, Verdict};
use common::{DRIVE, LIFT, expected, frames};

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

/// The recorder lost the bus for a while again and again: between its gaps there is a speed, and it is that of the wheels.
#[test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
fn the_drive_follows_its_wheels_and_is_stale_in_its_gaps() {
    let run = run(DRIVE, Vehicle::find("honda").expect("a built-in vehicle"));
    let rows = expected(DRIVE);
    assert_eq!(run.estimates.len(), rows.len());
    let mut speeds = 0;
    for (estimate, row) in run.estimates.iter().zip(&rows) {
        let Some(speed) = estimate.speed_kmh else { continue };
        speeds += 1;
        // Below 3 km/h some sensors read 0, and the number is between the wheels.
        let slow = row.kmh.iter().any(|kmh| *kmh < 3.2);
        assert!((speed - mean(&row.kmh)).abs() < if slow { 1.7 } else { 0.5 }, "{speed} {row:?}");
        assert!(estimate.uncertainty_kmh.is_some_and(|u| (0.1..6.0).contains(&u)), "{estimate:?}");
    }
    // A few frames have to agree after each gap; some gaps leave one or two.
    assert!(speeds * 100 > rows.len() * 95, "{speeds} of {}", rows.len());
    assert_eq!(run.estimates.iter().filter_map(Estimate::integer_kmh).max(), Some(9));
    let stale = run.states.iter().filter(|state| **state == State::Stale).count();
    assert!(stale >= 12, "{stale}");
    let allowed = |state: &State| *state != State::CanDown && *state != State::NoData;
    assert!(run.states[1..].iter().all(allowed), "{:?}", run.states);
}

/// On a lift the front wheels turn, and the rear ones read 0 from the start: their sensors may as well be dead. Nothing
/// tells one from the other, so there is no speed from the moment on that the front wheels are faster than a sensor is
/// blind; whichever axle is driven.
#[test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
fn on_the_lift_there_is_no_speed_once_its_wheels_turn() {
    for driven in ["driven = \"front\"\n", ""] {
        let run = run(LIFT, honda(driven));
        let rows = expected(LIFT);
        assert_eq!(run.estimates.len(), rows.len());
        let mut turned = false;
        for (estimate, row) in run.estimates.iter().zip(&rows) {
            turned |= row.kmh[..2].iter().all(|front| *front > 5.0);
            if turned {
                assert_eq!(estimate.speed_kmh, None, "{row:?}");
            } else if let Some(speed) = estimate.speed_kmh {
                assert!(speed < 3.3, "{speed} {row:?}");
            }
        }
        let last = run.estimates.last().and_then(|estimate| estimate.reason);
        assert_eq!(last, Some(can_reader::Reason::OneAxleOnly));
    }
}
