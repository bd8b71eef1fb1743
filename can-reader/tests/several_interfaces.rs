//! A vehicle whose messages come through several CAN interfaces: decoder and estimator, event by event.

use std::time::Duration;

use can_reader::{Event, Frame, FrameId, FrameKind, Payload, Pipeline, Stamp, State, Vehicle};
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
        let payload = Payload::new(&car::data(&[kmh, kmh])).expect("8 bytes");
        let at = Duration::from_millis(ms);
        let stamp = Stamp { wall_us: ms * 1000, at };
        self.0.handle(at, &Event::Frame(Frame { stamp, id, kind: FrameKind::Classical, payload }));
    }

    fn down(&mut self, ms: u64, interface: &str, ids: &[FrameId]) {
        let reason = format!("interface {interface} is down; bring it up");
        let event = Event::PartDown { interface: interface.to_owned(), ids: ids.to_vec(), reason };
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
    assert_eq!(pipeline(&car::two_buses()).wanted_each(), [vec![FRONT], vec![REAR]]);
    assert_eq!(pipeline(&car::two_buses()).wanted(), [FRONT, REAR]);
    assert_eq!(pipeline(&car::two_buses().replace("REAR = 2", "")).wanted_each(), [vec![FRONT, REAR]]);
    assert_eq!(
        pipeline(&car::two_buses().replace("REAR = 2", "FRONT = 2")).wanted_each(),
        [vec![REAR], vec![FRONT]]
    );
}

#[test]
fn wheels_of_a_lost_interface_leave_the_estimate_at_once() {
    let mut run = Run(pipeline(&car::two_buses()));
    run.frame(0, FRONT, 40.0);
    run.frame(1, REAR, 42.0);
    run.is(State::Ok, Some(41));
    run.down(2, "can0", &[FRONT]);
    run.is(State::Degraded, Some(42));
    assert!(run.0.reason().contains("interface can0 is down"), "{}", run.0.reason());
    assert!(run.0.last_error().contains("interface can0 is down"));
    // It is back: nothing is known of its wheels before they say something.
    run.up(3, "can0");
    run.is(State::Degraded, Some(42));
    assert!(!run.0.reason().contains("can0"), "{}", run.0.reason());
    run.frame(4, FRONT, 42.0);
    run.is(State::Ok, Some(42));
    assert_eq!(run.0.counters().reconnects, 1);
}

#[test]
fn what_is_left_is_judged_as_ever() {
    // The driven axle alone proves nothing.
    let mut run = Run(pipeline(&car::two_buses()));
    run.frame(0, FRONT, 42.0);
    run.frame(1, REAR, 42.0);
    run.down(2, "can1", &[REAR]);
    run.is(State::Implausible, None);
    run.frame(20, FRONT, 42.0);
    run.is(State::Implausible, None);
    run.up(21, "can1");
    run.is(State::Implausible, None);
    run.frame(22, REAR, 42.0);
    run.is(State::Ok, Some(42));
}

#[test]
fn the_last_speed_of_a_lost_interface_is_not_held() {
    let mut run = Run(pipeline(&car::two_buses()));
    run.frame(0, FRONT, 42.0);
    run.frame(1, REAR, 42.0);
    // The front wheels make a step that no car can; the speed is that of the rear.
    run.frame(20, FRONT, 90.0);
    run.frame(21, REAR, 42.0);
    run.is(State::Degraded, Some(42));
    run.down(22, "can1", &[REAR]);
    run.is(State::Implausible, None);
    // Nothing but the lost ones has spoken for long.
    let mut run = Run(pipeline(&car::two_buses()));
    run.frame(0, FRONT, 42.0);
    for ms in (1..700).step_by(20) {
        run.frame(ms, REAR, 42.0);
    }
    run.is(State::Degraded, Some(42));
    run.down(700, "can1", &[REAR]);
    run.is(State::Stale, None);
}

#[test]
fn nothing_is_waited_for_that_cannot_come() {
    let mut run = Run(pipeline(&car::two_buses()));
    run.down(0, "can0", &[FRONT]);
    run.is(State::NoData, None);
    run.frame(10, REAR, 42.0);
    run.is(State::Degraded, Some(42));
    // With an interface that is up its wheels may come any moment.
    let mut run = Run(pipeline(&car::two_buses()));
    run.frame(10, REAR, 42.0);
    run.is(State::NoData, None);
}

#[test]
fn when_all_were_down_those_that_still_are_count() {
    let mut run = Run(pipeline(&car::two_buses()));
    run.frame(0, FRONT, 42.0);
    run.frame(1, REAR, 42.0);
    run.down(2, "can0", &[FRONT]);
    run.0.handle(Duration::from_millis(3), &Event::LinkDown("all are down".to_owned()));
    run.is(State::CanDown, None);
    assert_eq!(run.0.reason(), "all are down");
    run.0.handle(Duration::from_millis(4), &Event::LinkUp);
    run.down(4, "can0", &[FRONT]);
    run.is(State::Stale, None);
    run.frame(5, REAR, 42.0);
    run.is(State::Degraded, Some(42));
    assert_eq!(run.0.counters().reconnects, 1);
    // Another profile: what is down has to be said anew.
    run.0.replace_vehicle(vehicle(&car::two_buses()));
    assert_eq!(run.0.parts_down(), "");
}
