//! Drives of a made-up Honda on which the number was once wrong, through the program. What they hold besides is in the
//! estimator's own tests, with data that is always there.

use std::path::PathBuf;
use std::process::Command;

/// A line of `can-reader speed --json`.
#[derive(Clone, Debug)]
struct Line {
    /// Since the first, s.
    t: f64,
    state: String,
    reason: String,
    speed: Option<f64>,
    uncertainty: f64,
}

fn lines(case: &str) -> Vec<Line> {
    let log = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases/number").join(case);
    let output = Command::new(env!("CARGO_BIN_EXE_can-reader"))
        .args(["speed", "--vehicle", "honda", "--json"])
        .arg(log)
        .output()
        .expect("can-reader runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let mut start = None;
    let lines: Vec<_> = lines
        .map(|line| {
            let at = line["timestamp"].as_f64().expect("a time stamp");
            Line {
                t: at - *start.get_or_insert(at),
                state: line["state"].as_str().unwrap_or_default().to_owned(),
                reason: line["reason"].as_str().unwrap_or_default().to_owned(),
                speed: line["speed"].as_f64(),
                uncertainty: line["uncertainty"].as_f64().unwrap_or(0.0),
            }
        })
        .collect();
    assert!(lines.len() >= 100, "{case}: {} lines", lines.len());
    lines
}

/// `ok` within 5 % of a speed, but for the first frames.
fn is_ok(case: &str, kmh: impl Fn(f64) -> f64) {
    for line in lines(case).iter().filter(|line| line.t > 0.07) {
        let right =
            line.speed.is_some_and(|speed| (speed - kmh(line.t)).abs() <= f64::max(1.0, 0.05 * kmh(line.t)));
        assert!(line.state == "ok" && right, "{case}: {line:?}");
    }
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn a_rear_axle_that_freezes_does_not_hold_the_number() {
    for line in lines("rear_frozen.log") {
        // From 2 s on the front brakes at 5 m/s2.
        let truth = f64::max(0.0, 60.0 - 18.0 * f64::max(0.0, line.t - 2.0));
        assert!(line.speed.is_none_or(|speed| (speed - truth).abs() <= 3.0), "{line:?}, true {truth}");
    }
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn dead_rear_sensors_are_no_standstill() {
    let lines = lines("rear_dead.log");
    assert!(lines.iter().filter(|line| line.t > 0.6).all(|line| line.speed.is_none()));
    assert_eq!(lines.last().map(|line| line.reason.as_str()), Some("one-axle-only"));
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn a_stop_heals_no_sensor() {
    let lines = lines("rear_dies_then_stop_then_drive.log");
    let end = lines.last().map_or(0.0, |line| line.t);
    assert!(lines.iter().filter(|line| line.t > end - 6.0).all(|line| line.speed.is_none()));
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn a_control_unit_that_restarts_is_no_standstill() {
    for line in lines("ecu_zero.log") {
        assert!(line.speed.is_none_or(|speed| speed > 55.0), "{line:?}");
        assert!(line.t < 3.1 || line.state == "ok", "at once again: {line:?}");
    }
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn values_that_stand_still_are_no_speed_after_a_second() {
    let lines = lines("all_frozen.log");
    assert!(
        lines.iter().filter(|line| line.t > 3.0).all(|line| line.speed.is_none() && line.reason == "frozen")
    );
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn the_first_frame_alone_is_not_believed() {
    for line in lines("first_frame.log") {
        assert!(line.speed.is_none_or(|speed| (speed - 60.0).abs() < 1.0), "{line:?}");
    }
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn all_ones_are_no_speed() {
    let lines = lines("seven_fff.log");
    assert!(lines.iter().all(|line| line.speed.is_none_or(|speed| (speed - 60.0).abs() < 1.0)));
    assert!(lines.iter().filter(|line| line.t > 2.5).all(|line| line.speed.is_none()));
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn bends_are_ok() {
    is_ok("uturn_12kmh.log", |_| 12.3);
    is_ok("corner_20kmh_R8.log", |_| 20.2);
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn frames_in_pairs_are_ok() {
    // 2 m/s2, from 2.5 s on to 50.
    for case in ["pairs_control.log", "pairs_of_frames.log", "pairs_200us.log"] {
        let lines = lines(case);
        assert!(lines.iter().filter(|line| line.t > 0.1).all(|line| line.state == "ok"), "{case}");
        assert!(
            lines.last().and_then(|line| line.speed).is_some_and(|speed| (speed - 50.0).abs() < 1.0),
            "{case}"
        );
    }
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn a_stop_with_abs_is_degraded_most_of_the_time_and_honest() {
    let (mut degraded, mut braked) = (0, 0);
    for line in lines("abs_stop.log").iter().filter(|line| 2.1 < line.t && line.t < 4.9) {
        let truth = 100.0 - 32.4 * (line.t - 2.0);
        braked += 1;
        degraded += u32::from(line.state == "degraded");
        let Some(speed) = line.speed else { continue };
        assert!(
            line.state != "ok" || (speed - truth).abs() <= f64::max(1.0, 0.05 * truth),
            "{line:?}, true {truth}"
        );
        assert!((speed - truth).abs() <= line.uncertainty + 0.7, "{line:?}, true {truth}");
    }
    assert!(degraded * 2 > braked, "{degraded} of {braked}");
}
