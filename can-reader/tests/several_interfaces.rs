//! A vehicle whose messages come through several CAN interfaces: decoder and estimator, event by event.

use std::time::Duration;

use can_reader::{Event, Frame, FrameId, FrameKind, Payload, Pipeline, Reason, Stamp, State, Vehicle};
use test_support::car;

const FRONT: FrameId = FrameId::Standard(car::FRONT_ID);
const REAR: FrameId = FrameId::Standard(car::REAR_ID);

fn vehicle(profile: &str) -> Vehicle {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("car.toml");
    std::fs::write(&path, profile).expect("a profile");
    Vehicle::load(&path).expect("a good profile")
}

fn pipeline(profile: &str) -> Pipeline {
    Pipeline::new(vehicle(profile))
}

struct Run(Pipeline);

impl Run {
    /// Both wheels of an axle at this speed.
    fn frame(&mut self, ms: u64, id: FrameId, kmh: f64) {
        // Two sensors never say the same for long: they would be copies of one.
        let right = kmh + if kmh > 0.0 { 0.01 * (ms / 20 % 2) as f64 } else { 0.0 };
        let payload = Payload::new(&car::data(&[kmh, right])).expect("8 bytes");
        let at = Duration::from_millis(ms);
        let stamp = Stamp { wall_us: ms * 1000, at };
        self.0.handle(at, &Event::Frame(Frame { stamp, id, kind: FrameKind::Classical, payload }));
    }

    fn down(&mut self, ms: u64, interface: &str, ids: &[FrameId]) {
        let reason = format!("interface {interface} is down; bring it up");
        let event = Event::PartDown {
            interface: interface.to_owned(),
            ids: ids.iter().map(|id| (*id).into()).collect(),
            reason,
        };
        self.0.handle(Duration::from_millis(ms), &event);
    }

    fn up(&mut self, ms: u64, interface: &str) {
        self.0.handle(Duration::from_millis(ms), &Event::PartUp { interface: interface.to_owned() });
    }

    fn is(&self, state: State, kmh: Option<i32>) {
        let estimate = self.0.estimate();
        assert_eq!((estimate.state, estimate.integer_kmh()), (state, kmh), "{}", self.0.reason());
    }
}

#[test]
fn each_interface_has_its_messages() {
    assert_eq!(pipeline(&car::two_buses()).wanted_each(), [vec![FRONT.into()], vec![REAR.into()]]);
    assert_eq!(pipeline(&car::two_buses()).wanted(), [FRONT.into(), REAR.into()]);
    assert_eq!(
        pipeline(&car::two_buses().replace("REAR = 2", "")).wanted_each(),
        [vec![FRONT.into(), REAR.into()]]
    );
    assert_eq!(
        pipeline(&car::two_buses().replace("REAR = 2", "FRONT = 2")).wanted_each(),
        [vec![REAR.into()], vec![FRONT.into()]]
    );
}

/// Two axles, 20 ms each, that have agreed for a second above walking pace; the last frame is of 1,000 ms. A moving
/// wheel never says the same for long.
fn drive(run: &mut Run) {
    for ms in (0..=1000).step_by(20) {
        run.frame(ms, FRONT, kmh(ms));
        run.frame(ms, REAR, kmh(ms));
    }
    run.is(State::Ok, Some(42));
}

/// About 42.
fn kmh(ms: u64) -> f64 {
    42.0 + 0.01 * (ms / 20 % 3) as f64
}

#[test]
fn wheels_of_a_lost_interface_leave_the_estimate_at_once() {
    let mut run = Run(pipeline(&car::two_buses()));
    drive(&mut run);
    run.down(1002, "can0", &[FRONT]);
    run.is(State::Degraded, Some(42));
    assert_eq!(run.0.estimate().witnesses, 2);
    assert!(run.0.reason().contains("interface can0 is down"), "{}", run.0.reason());
    assert!(run.0.last_error().contains("interface can0 is down"));
    // It is back: nothing is known of its wheels before they say something.
    run.up(1003, "can0");
    run.frame(1020, REAR, kmh(1020));
    run.is(State::Degraded, Some(42));
    assert!(!run.0.reason().contains("can0"), "{}", run.0.reason());
    run.frame(1021, FRONT, kmh(1020));
    run.is(State::Ok, Some(42));
    assert_eq!(run.0.counters().reconnects, 1);
}

#[test]
fn what_is_left_is_judged_as_ever() {
    // The driven axle alone is believed while it can be vouched for: since the last stop all agreed.
    let mut run = Run(pipeline(&car::two_buses()));
    drive(&mut run);
    run.down(1002, "can1", &[REAR]);
    run.frame(1020, FRONT, kmh(1020));
    run.is(State::Degraded, Some(42));
    // Stopped and off again: the driven wheels may spin.
    let mut ms = 1020;
    let mut speed = 42.0;
    for acceleration in [-0.2, 0.2] {
        for _ in 0..240 {
            ms += 20;
            speed = f64::max(speed + acceleration, 0.0);
            run.frame(ms, FRONT, speed);
        }
    }
    run.is(State::Implausible, None);
    assert_eq!(run.0.estimate().reason, Some(Reason::OneAxleOnly));
}

#[test]
fn the_last_speed_of_a_lost_interface_is_not_held() {
    // Nothing but the lost one has spoken for long.
    let mut run = Run(pipeline(&car::two_buses()));
    drive(&mut run);
    for ms in (1020..1700).step_by(20) {
        run.frame(ms, REAR, kmh(ms));
    }
    run.is(State::Degraded, Some(42));
    run.down(1700, "can1", &[REAR]);
    run.is(State::Implausible, None);
}

#[test]
fn nothing_is_waited_for_that_cannot_come() {
    let rear_says_ok_at = |down: bool| {
        let mut run = Run(pipeline(&car::two_buses()));
        if down {
            run.down(0, "can0", &[FRONT]);
            run.is(State::NoData, None);
        }
        (20..2000).step_by(20).find(|ms| {
            run.frame(*ms, REAR, kmh(*ms));
            run.0.estimate().state == State::Degraded
        })
    };
    // With an interface that is up its wheels may come any moment.
    let (down, up) = (rear_says_ok_at(true).unwrap(), rear_says_ok_at(false).unwrap());
    assert!(down + 200 < up, "{down} {up}");
}

#[test]
fn when_all_were_down_those_that_still_are_count() {
    let mut run = Run(pipeline(&car::two_buses()));
    drive(&mut run);
    run.down(1002, "can0", &[FRONT]);
    run.0.handle(Duration::from_millis(1003), &Event::LinkDown("all are down".to_owned()));
    run.is(State::CanDown, None);
    assert_eq!(run.0.reason(), "all are down");
    run.0.handle(Duration::from_millis(1004), &Event::LinkUp);
    run.down(1004, "can0", &[FRONT]);
    run.is(State::Stale, None);
    for ms in (1020..1700).step_by(20) {
        run.frame(ms, REAR, kmh(ms));
    }
    run.is(State::Degraded, Some(42));
    assert_eq!(run.0.counters().reconnects, 1);
    // Another profile: what is down has to be said anew.
    run.0.replace_vehicle(vehicle(&car::two_buses()));
    assert_eq!(run.0.parts_down(), "");
}
