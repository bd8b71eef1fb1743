//! The estimator as a whole: readings in, states and speeds out.

use super::*;

const STALE_MS: u64 = 500;

fn plan(places: std::ops::Range<usize>, driven: Option<Driven>) -> Plan {
    let mut plan = Plan { driven, stale_after: ms(STALE_MS), ..Plan::default() };
    plan.sensors[places].fill(Some(Sensor::wheel(0.01, 0)));
    plan
}

/// The places of the wheels, then nothing of witnesses.
fn places<T: Copy + Default>(wheels: [T; 4]) -> [T; SOURCES] {
    let mut all = [T::default(); SOURCES];
    all[..4].copy_from_slice(&wheels);
    all
}

fn car(driven: Option<Driven>) -> Estimator {
    Estimator::new(plan(0..4, driven))
}

fn ms(ms: u64) -> SourceTime {
    SourceTime::from_millis(ms)
}

/// Feeds one frame with all four wheels.
fn feed(estimator: &mut Estimator, at_ms: u64, kmh: [f64; 4]) -> (State, Option<f64>) {
    let stamp = Stamp { wall_us: 1_000_000 + at_ms * 1000, at: ms(at_ms) };
    estimator.sample(stamp.at, stamp, &Sample { kmh: places(kmh.map(Some)), ..Sample::default() });
    let estimate = estimator.estimate();
    (estimate.state, estimate.speed_kmh)
}

fn feed_one(estimator: &mut Estimator, at_ms: u64, kmh: f64) -> (State, Option<f64>) {
    let stamp = Stamp { wall_us: at_ms * 1000, at: ms(at_ms) };
    estimator.sample(
        stamp.at,
        stamp,
        &Sample { kmh: std::array::from_fn(|n| (n == 4).then_some(kmh)), ..Sample::default() },
    );
    let estimate = estimator.estimate();
    (estimate.state, estimate.speed_kmh)
}

#[test]
fn nothing_then_a_speed_then_silence() {
    let mut car = car(None);
    assert_eq!(car.estimate().state, State::NoData);
    assert_eq!(car.deadline(), None);
    assert_eq!(feed(&mut car, 0, [40.0, 42.0, 40.0, 42.0]), (State::Ok, Some(41.0)));
    assert_eq!(car.deadline(), Some(ms(STALE_MS)));
    car.tick(ms(STALE_MS - 1));
    assert_eq!(car.estimate().state, State::Ok);
    car.tick(ms(STALE_MS));
    assert_eq!((car.estimate().state, car.estimate().speed_kmh), (State::Stale, None));
    assert_eq!(car.deadline(), None, "nothing more to wait for");
    assert_eq!(car.estimate().wall_us, 1_000_000, "the last frame that gave a speed");
    assert_eq!(feed(&mut car, 9_000, [90.0; 4]), (State::Ok, Some(90.0)));
}

#[test]
fn the_link_goes_and_comes() {
    let mut car = car(None);
    car.link(false, ms(0));
    assert_eq!(car.estimate().state, State::CanDown);
    car.link(true, ms(100));
    assert_eq!(car.estimate().state, State::NoData, "up, but never a frame");
    feed(&mut car, 200, [50.0; 4]);
    car.link(false, ms(300));
    assert_eq!((car.estimate().state, car.estimate().speed_kmh), (State::CanDown, None));
    assert_eq!(car.deadline(), None);
    car.link(true, ms(400));
    assert_eq!(car.estimate().state, State::Stale, "up, and the last frame is void");
    assert_eq!(feed(&mut car, 420, [10.0; 4]).0, State::Ok, "what was before the loss judges nothing");
}

#[test]
fn one_impossible_frame_leaves_the_speed_that_is_still_fresh() {
    let mut car = car(None);
    feed(&mut car, 0, [50.0; 4]);
    assert_eq!(feed(&mut car, 20, [250.0; 4]), (State::Degraded, Some(50.0)));
    assert_eq!(car.estimate().wall_us, 1_000_000, "its time is that of the frame it came from");
    assert_eq!(feed(&mut car, 40, [50.4; 4]), (State::Ok, Some(50.4)));
    assert_eq!(car.steps_doubted(), 4);
}

#[test]
fn nonsense_without_end_is_implausible_and_a_level_that_persists_is_believed() {
    let mut car = car(None);
    feed(&mut car, 0, [50.0; 4]);
    for n in 1..25 {
        let kmh = if n % 2 == 0 { 150.0 } else { 250.0 };
        assert_eq!(feed(&mut car, n * 20, [kmh; 4]), (State::Degraded, Some(50.0)), "held at {} ms", n * 20);
    }
    assert_eq!(car.deadline(), Some(ms(500)), "held no longer than any other old value");
    car.tick(ms(500));
    assert_eq!(car.estimate().state, State::Implausible);
    assert_eq!(car.estimate().reason, Some(Reason::Impossible));
    let mut state = State::Implausible;
    for n in 26..40 {
        state = feed(&mut car, n * 20, [150.0; 4]).0;
        // The last of the nonsense, at 480 ms, was the first of the new level.
        if n < 34 {
            assert_eq!(state, State::Implausible, "{} ms", n * 20);
        }
    }
    assert_eq!(state, State::Ok);
}

#[test]
fn wheels_on_either_side_of_the_limit_confirm_each_other() {
    // 1.06 and 1.1 km/h in 20 ms are 14.7 and 15.3 m/s2: hard, but the wheels tell the same story.
    let mut car = car(None);
    feed(&mut car, 0, [50.0; 4]);
    let (state, speed) = feed(&mut car, 20, [51.06, 51.1, 51.06, 51.1]);
    assert_eq!(state, State::Ok);
    assert!((speed.unwrap_or(0.0) - 51.08).abs() < 1e-9);
    assert_eq!(car.steps_doubted(), 2);
}

#[test]
fn a_vehicle_speed_that_leaps_is_believed_after_it_persists() {
    let mut car = Estimator::new(plan(4..5, None));
    assert_eq!(feed_one(&mut car, 0, 30.0), (State::Ok, Some(30.0)));
    for n in 1..=10 {
        assert_eq!(feed_one(&mut car, n * 20, 90.0), (State::Degraded, Some(30.0)), "{n}");
    }
    assert_eq!(feed_one(&mut car, 220, 90.0), (State::Ok, Some(90.0)));
}

#[test]
fn two_senders_of_one_id_are_implausible_until_one_falls_silent() {
    let mut estimator = Estimator::new(plan(4..5, None));
    let mut state = (State::NoData, None);
    for n in 0..100 {
        state = feed_one(&mut estimator, n * 10, if n % 2 == 0 { 42.0 } else { 90.0 });
        let (State::Ok, Some(kmh)) = state else { continue };
        assert_eq!(kmh, 42.0, "never the second, and never a mean");
    }
    assert_eq!(state, (State::Implausible, None));
    for n in 50..62 {
        state = feed_one(&mut estimator, n * 20, 42.0);
    }
    assert_eq!(state, (State::Ok, Some(42.0)));
}

#[test]
fn a_locked_axle_stays_in_doubt_while_the_others_turn() {
    // The handbrake of a front-wheel-drive car at 60 km/h: the rear wheels stop, the car does not.
    let mut car = car(Some(Driven::Front));
    feed(&mut car, 0, [60.0; 4]);
    for n in 1..100 {
        let (state, speed) = feed(&mut car, n * 20, [60.0, 60.0, 0.0, 0.0]);
        assert_eq!((state, speed), (State::Implausible, None), "{} ms", n * 20);
    }
    // Released: they turn again, agree with the front, and are believed.
    assert_eq!(feed(&mut car, 2_000, [60.0, 60.0, 30.0, 30.0]), (State::Implausible, None));
    assert_eq!(feed(&mut car, 2_020, [60.0; 4]), (State::Ok, Some(60.0)));
}

#[test]
fn a_spinning_axle_does_not_show() {
    // The front wheels of a front-wheel-drive car spin up on ice, faster than any car accelerates.
    let mut car = car(Some(Driven::Front));
    feed(&mut car, 0, [12.0; 4]);
    for n in 1..20 {
        let spin = 12.0 + 4.0 * n as f64;
        let (state, speed) = feed(&mut car, n * 20, [spin, spin, 12.0, 12.0]);
        assert_eq!((state, speed), (State::Degraded, Some(12.0)), "{spin}");
    }
}

#[test]
fn a_faulty_wheel_is_left_out_at_once() {
    let mut car = car(None);
    feed(&mut car, 0, [50.0; 4]);
    let sample = Sample {
        message: 0,
        kmh: places([None, Some(50.0), Some(50.0), Some(50.0)]),
        void: places([true, false, false, false]),
    };
    car.sample(ms(20), Stamp { wall_us: 0, at: ms(20) }, &sample);
    assert_eq!(car.estimate().state, State::Degraded);
    assert_eq!(car.estimate().reason, Some(Reason::FewWitnesses));
}

#[test]
fn a_wheel_that_falls_silent_is_left_out_when_it_is_stale() {
    // Front and rear wheels in frames of their own; the rear one stops.
    let mut car = car(None);
    let front = Sample { kmh: places([Some(50.0), Some(50.0), None, None]), ..Sample::default() };
    let rear = Sample { kmh: places([None, None, Some(50.0), Some(50.0)]), ..Sample::default() };
    let stamp = |at_ms| Stamp { wall_us: at_ms * 1000, at: ms(at_ms) };
    car.sample(ms(0), stamp(0), &front);
    assert_eq!(car.estimate().state, State::NoData, "no verdict before each wheel had its turn");
    car.sample(ms(10), stamp(10), &rear);
    assert_eq!(car.estimate().state, State::Ok);
    car.sample(ms(400), stamp(400), &front);
    assert_eq!(car.estimate().state, State::Ok);
    assert_eq!(car.deadline(), Some(ms(510)), "when the rear wheels are too old");
    car.tick(ms(510));
    assert_eq!(car.estimate().state, State::Implausible);
    assert_eq!(car.estimate().reason, Some(Reason::OneAxleOnly));
    car.sample(ms(520), stamp(520), &rear);
    assert_eq!(car.estimate().state, State::Ok);
}

#[test]
fn wheels_that_never_come_are_awaited_for_as_long_as_a_silence() {
    let mut car = car(None);
    let front = Sample { kmh: places([Some(50.0), Some(50.0), None, None]), ..Sample::default() };
    for n in 0..30 {
        car.sample(ms(n * 20), Stamp { wall_us: 0, at: ms(n * 20) }, &front);
        let expected = if n < 25 { State::NoData } else { State::Implausible };
        assert_eq!(car.estimate().state, expected, "{} ms", n * 20);
    }
}

#[test]
fn a_frame_that_waited_too_long_is_stale() {
    // The process was stopped for ten seconds; the kernel kept the frames.
    let mut car = car(None);
    feed(&mut car, 0, [50.0; 4]);
    let sample = Sample { kmh: places([Some(50.0); 4]), ..Sample::default() };
    for n in 1..100 {
        car.sample(ms(10_000), Stamp { wall_us: 0, at: ms(n * 20) }, &sample);
        assert_eq!((car.estimate().state, car.estimate().speed_kmh), (State::Stale, None));
    }
    car.sample(ms(10_000), Stamp { wall_us: 0, at: ms(9_600) }, &sample);
    assert_eq!(car.estimate().state, State::Ok);
    assert_eq!(car.deadline(), Some(ms(10_100)));
}

#[test]
fn when_the_car_calls_every_wheel_faulty_there_is_no_speed_at_once() {
    let mut car = car(None);
    feed(&mut car, 0, [50.0; 4]);
    car.fault(ms(20), &[true; SOURCES]);
    assert_eq!((car.estimate().state, car.estimate().speed_kmh), (State::Implausible, None));
    car.tick(ms(500));
    assert_eq!(car.estimate().state, State::Stale);
}

mod never {
    use proptest::prelude::*;

    use super::*;

    /// Four wheels that often agree, sometimes part by one or by an axle, and sometimes make no sense.
    fn wheels() -> impl Strategy<Value = [f64; 4]> {
        let part = prop::sample::select(vec![0.0, 0.0, 0.0, 1.0, 2.5, 40.0]);
        let level = prop::sample::select(vec![0.0, 8.0, 50.0, 52.0, 54.0, 140.0]);
        (level, prop::array::uniform4(part)).prop_map(|(level, parts)| parts.map(|part| level + part))
    }

    proptest! {
        /// Whatever the wheels say, a speed lies within what was said lately, comes with a state that
        /// has one, and time alone ends it.
        #[test]
        fn a_number_that_nobody_said(
            driven in prop::sample::select(vec![None, Some(Driven::Front), Some(Driven::Rear), Some(Driven::All)]),
            frames in prop::collection::vec((1u64..700, wheels()), 1..60),
        ) {
            let mut car = car(driven);
            let mut at = 0;
            let mut recent: Vec<(u64, [f64; 4])> = Vec::new();
            for (gap, kmh) in frames {
                at += gap;
                while let Some(deadline) = car.deadline().filter(|deadline| *deadline < ms(at)) {
                    car.tick(deadline);
                    prop_assert!(car.deadline() != Some(deadline), "the same deadline twice");
                }
                feed(&mut car, at, kmh);
                recent.push((at, kmh));
                recent.retain(|(then, _)| at - then < STALE_MS);
                let estimate = car.estimate();
                prop_assert_eq!(estimate.state.has_speed(), estimate.speed_kmh.is_some());
                if let Some(speed) = estimate.speed_kmh {
                    let said = recent.iter().flat_map(|(_, kmh)| kmh.iter().copied());
                    let (low, high) = said.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
                    prop_assert!(low - 1e-9 <= speed && speed <= high + 1e-9, "{} not in {}..{}", speed, low, high);
                }
            }
            car.tick(ms(at + STALE_MS));
            prop_assert_eq!(car.estimate().speed_kmh, None);
        }
    }
}
