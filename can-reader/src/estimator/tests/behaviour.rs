//! What is said in the troubles that a vehicle can have.

use super::{Driven, Estimate, Plan, Reason, Run, Sensor, State, ms, plan, wheels};

/// A car of 2.7 m by 1.5 m.
const CAR: (f64, f64) = (2.7, 1.5);

pub(super) fn car(driven: Option<Driven>) -> Run {
    Run::new(Plan { driven, ..plan() })
}

/// It has driven straight on at 60 km/h for two seconds.
pub(super) fn at_60(driven: Option<Driven>) -> Run {
    let mut run = car(driven);
    let last = run.frames(2.0, |_| [60.0; 4]);
    assert_eq!(last.state, State::Ok);
    run
}

pub(super) fn near(estimate: &Estimate, kmh: f64) -> bool {
    estimate.speed_kmh.is_some_and(|speed| (speed - kmh).abs() <= f64::max(1.0, 0.05 * kmh))
}

#[test]
fn a_start_takes_a_few_frames_and_nonsense_among_them_is_not_believed() {
    let mut run = car(None);
    assert_eq!((run.estimator.estimate().state, run.estimator.deadline()), (State::NoData, None));
    let first = run.frame([250.0, 60.0, 60.0, 60.0]);
    assert_eq!((first.state, first.reason), (State::NoData, Some(Reason::NotYetAgreed)));
    let ok = (1..=5).find(|_| run.frame([60.0; 4]).state == State::Ok);
    assert!(ok.is_some_and(|n| n <= 4), "{ok:?}");
    assert!(near(&run.estimator.estimate(), 60.0));
    assert_eq!(run.estimator.estimate().witnesses, 4);
}

#[test]
fn an_ideal_bend_is_ok() {
    for (v, radius) in [(12.0, 4.2), (20.0, 8.0), (50.0, 40.0)] {
        let mut run = car(None);
        for n in 0..200 {
            let k = f64::min(f64::from(n) / 100.0, 1.0) / radius;
            let estimate = run.frame(wheels(v, k, CAR));
            assert!(
                n < 4 || (estimate.state == State::Ok && near(&estimate, v)),
                "{v} {radius} {n}: {estimate:?}"
            );
        }
    }
}

#[test]
fn one_wheel_that_dies_is_left_out_and_named() {
    let mut run = at_60(None);
    let last = run.frames(1.0, |_| [60.0, 0.0, 60.0, 60.0]);
    assert_eq!((last.state, last.reason, last.witnesses), (State::Degraded, Some(Reason::WheelLeftOut), 3));
    assert!(near(&last, 60.0) && last.why().contains("Row1.Right"), "{}", last.why());
    // A stop proves nothing; turning does.
    let last =
        run.frames(5.0, |t| [60.0 - 12.0 * t, 0.0, 60.0 - 12.0 * t, 60.0 - 12.0 * t].map(|kmh| kmh.max(0.0)));
    assert_eq!(last.state, State::Degraded);
    let last = run.frames(10.0, |t| [5.0 * t; 4]);
    assert_eq!(last.state, State::Ok);
}

#[test]
fn a_value_that_the_vehicle_calls_not_valid_is_no_speed_at_once_and_counts_as_missing() {
    let mut run = at_60(None);
    run.wait(ms(20));
    let mut sample = crate::estimator::Sample::default();
    for place in 1..4 {
        sample.kmh[place] = Some(60.02);
    }
    sample.void[0] = true;
    let stamp = crate::Stamp { wall_us: 1, at: run.at };
    run.estimator.sample(run.at, stamp, &sample);
    let estimate = run.estimator.estimate();
    assert_eq!((estimate.state, estimate.reason), (State::Degraded, Some(Reason::FewWitnesses)));
    assert_eq!(estimate.wheels.get(crate::Wheel::FrontLeft), None);
    // All of them: the number is held for a moment, ever less certain.
    for _ in 0..40 {
        run.wait(ms(20));
        run.estimator.fault(run.at, &[true; 8]);
    }
    let estimate = run.estimator.estimate();
    assert_eq!((estimate.state, estimate.reason), (State::Implausible, Some(Reason::NotAvailable)));
    run.wait(ms(300));
    assert_eq!(run.estimator.estimate().state, State::Stale);
}

#[test]
fn a_rear_axle_that_is_dead_from_the_start_is_no_evidence() {
    for driven in [None, Some(Driven::Front)] {
        let mut run = car(driven);
        run.frames(1.0, |_| [0.0; 4]);
        for n in 0..500 {
            let v = 0.2 * f64::from(n);
            let estimate = run.frame([v, v, 0.0, 0.0]);
            assert!(v < 5.0 || estimate.speed_kmh.is_none(), "{v}: {estimate:?}");
        }
        assert_eq!(run.estimator.estimate().reason, Some(Reason::OneAxleOnly));
    }
}

#[test]
fn a_rear_axle_that_never_has_a_value_is_as_none() {
    let mut run = car(Some(Driven::Front));
    let mut last = run.estimator.estimate();
    for n in 0..100 {
        run.wait(ms(20));
        let kmh = 0.2 * f64::from(n);
        last = run.say(0, &[(0, kmh), (1, kmh + 0.01)]);
    }
    assert_eq!((last.state, last.reason, last.witnesses), (State::Degraded, Some(Reason::FewWitnesses), 2));
    assert!(near(&last, 19.8), "{last:?}");
    // It speaks, reads 0, and falls silent: then the front wheels may spin.
    for n in 0..100 {
        run.wait(ms(20));
        let kmh = 0.2 * f64::from(n);
        let rear = if n < 10 { vec![(2, 0.0), (3, 0.0)] } else { vec![] };
        last = run.say(0, &[vec![(0, kmh), (1, kmh + 0.01)], rear].concat());
    }
    assert_eq!(last.speed_kmh, None, "{last:?}");
}

#[test]
fn a_lift_whose_wheels_pulse_stays_without_a_speed() {
    // The front wheels come and go; at first they fall below what a sensor can see.
    let mut run = car(Some(Driven::Front));
    run.frames(1.0, |_| [0.0; 4]);
    run.frames(4.0, |t| {
        [f64::max(0.0, 20.0 * (2.0 * t).sin()); 2]
            .map(|kmh| [kmh, 0.0])
            .concat()
            .try_into()
            .map_or([0.0; 4], |[a, b, c, d]: [f64; 4]| [a, c, b, d])
    });
    for n in 0..300 {
        let kmh = f64::max(0.0, 6.0 * (0.1 * f64::from(n)).sin());
        let estimate = run.frame([kmh, kmh, 0.0, 0.0]);
        assert_eq!(estimate.speed_kmh, None, "{kmh}: {estimate:?}");
    }
}

#[test]
fn a_stop_proves_nothing_about_a_sensor() {
    let mut run = at_60(Some(Driven::Front));
    run.frames(1.0, |_| [60.0, 60.0, 0.0, 0.0]);
    run.frames(10.0, |t| [f64::max(0.0, 60.0 - 10.0 * t), f64::max(0.0, 60.0 - 10.0 * t), 0.0, 0.0]);
    let last = run.frames(8.0, |t| [5.0 * t, 5.0 * t, 0.0, 0.0]);
    assert_eq!((last.state, last.reason), (State::Implausible, Some(Reason::OneAxleOnly)));
}

#[test]
fn all_wheels_at_0_at_once_are_never_believed_and_the_speed_is_back_at_once() {
    for seconds in [0.3, 1.0, 3.0] {
        let mut run = at_60(None);
        for _ in 0..(seconds * 50.0) as u32 {
            let estimate = run.frame([0.0; 4]);
            assert!(
                estimate.state != State::Ok && estimate.speed_kmh.is_none_or(|v| v > 30.0),
                "{estimate:?}"
            );
        }
        let back = (1..20).find(|_| near(&run.frame([60.0; 4]), 60.0));
        assert!(back.is_some_and(|n| n <= 4), "{seconds} s: {back:?}");
    }
}

#[test]
fn all_values_that_stand_still_are_no_speed_within_a_second() {
    let mut run = at_60(None);
    let mut frozen_at = None;
    for n in 0..100_u32 {
        run.wait(ms(20));
        let estimate = run.say(0, &[(0, 60.01), (1, 60.0), (2, 60.02), (3, 60.0)]);
        if estimate.speed_kmh.is_none() {
            frozen_at.get_or_insert((n, estimate.reason));
        }
        assert!(n < 5 || estimate.state != State::Ok || n < 15, "{n}: {estimate:?}");
    }
    assert!(frozen_at.is_some_and(|(n, reason)| n <= 50 && reason == Some(Reason::Frozen)), "{frozen_at:?}");
}

#[test]
fn whole_kmh_may_stand_for_as_long_as_a_driver_holds_his_speed() {
    let mut coarse = plan();
    coarse.sensors[..4].fill(Some(Sensor::wheel(1.0, 0)));
    let mut run = Run::new(coarse);
    for n in 0..500_u32 {
        run.wait(ms(20));
        // One of the wheels changes its mind every second.
        let odd = if n / 50 % 2 == 0 { 60.0 } else { 61.0 };
        let estimate = run.say(0, &[(0, 60.0), (1, odd), (2, 60.0), (3, 60.0)]);
        assert!(n < 5 || estimate.state == State::Ok, "{n}: {estimate:?}");
    }
}

#[test]
fn abs_is_degraded_with_an_honest_uncertainty_and_never_ok_and_wrong() {
    let mut run = car(None);
    run.frames(2.0, |_| [100.0; 4]);
    let (mut speeds, mut frames, mut outside) = (0, 0, 0);
    for n in 0..140_u32 {
        let t = 0.02 * f64::from(n);
        let v = 100.0 - 9.0 * 3.6 * t;
        // Each wheel slips by 0 to 20 %, three times a second, in its own time.
        let kmh = std::array::from_fn(|wheel| {
            let phase = std::f64::consts::TAU * 3.0 * t + [0.0, 0.9, 1.9, 2.4][wheel];
            v * (1.0 - 0.1 * f64::min(1.0, 5.0 * t) * (1.0 - phase.cos()))
        });
        let estimate = run.frame(kmh);
        frames += 1;
        if let Some(speed) = estimate.speed_kmh {
            speeds += 1;
            let wrong = (speed - v).abs() > f64::max(1.0, 0.05 * v);
            assert!(!wrong || estimate.state != State::Ok, "{t}: {v} {estimate:?}");
            let within = (speed - v).abs() <= estimate.uncertainty_kmh.unwrap_or(0.0);
            outside += u32::from(v >= 10.0 && !within);
        }
    }
    assert!(speeds * 2 > frames, "{speeds} of {frames}");
    // All wheels that begin to slip in one frame leave what tyres that grip can do before that is known.
    assert!(outside * 50 <= speeds, "outside the uncertainty in {outside} of {speeds}");
}

#[test]
fn wheels_that_spin_or_lock_on_one_axle_do_not_show() {
    let mut run = at_60(Some(Driven::Front));
    for n in 0..50 {
        let spins = 60.0 + f64::from(n);
        let estimate = run.frame([spins, spins, 60.0, 60.0]);
        // For a moment an axle that spins and one that is braked look alike, and the uncertainty, or no speed, says so.
        let honest =
            estimate.speed_kmh.zip(estimate.uncertainty_kmh).is_none_or(|(v, u)| (v - 60.0).abs() <= u);
        assert!(honest && (n < 40 || near(&estimate, 60.0)), "{n}: {estimate:?}");
        assert!(n < 5 || estimate.state != State::Ok, "{n}: {estimate:?}");
    }
    // The hand brake.
    let mut run = at_60(Some(Driven::Front));
    for n in 0..75 {
        let estimate = run.frame([
            60.0,
            60.0,
            f64::max(0.0, 60.0 - 8.0 * f64::from(n)),
            f64::max(0.0, 60.0 - 8.0 * f64::from(n)),
        ]);
        assert!(estimate.speed_kmh.is_none() || near(&estimate, 60.0), "{n}: {estimate:?}");
    }
}

#[test]
fn two_senders_of_one_id_are_never_averaged() {
    let mut run = at_60(None);
    for n in 0..200_u32 {
        run.wait(ms(10));
        let kmh = if n % 2 == 0 { 60.0 + 0.01 * f64::from(n % 3) } else { 20.0 + 0.01 * f64::from(n % 5) };
        let estimate = run.say(0, &[(0, kmh), (1, kmh), (2, kmh), (3, kmh)]);
        assert!(estimate.speed_kmh.is_none() || near(&estimate, 60.0), "{n}: {estimate:?}");
    }
    assert_eq!(run.estimator.estimate().speed_kmh, None);
}

#[test]
fn frames_in_bursts_are_ok_while_the_vehicle_accelerates() {
    for burst in [2_u32, 5] {
        let mut run = car(None);
        for n in 0..500_u32 {
            let first = n % burst == 0;
            run.wait(if first { ms(20 * u64::from(burst)) - ms(u64::from(burst) - 1) } else { ms(1) });
            let v = 20.0 + 0.1 * f64::from(n);
            let estimate = run.say(0, &[(0, v), (1, v + 0.01), (2, v), (3, v + 0.02)]);
            assert!(
                n < 40 || (estimate.state == State::Ok && near(&estimate, v)),
                "{burst} {n}: {estimate:?}"
            );
        }
    }
}

#[test]
fn late_is_ten_cycles_and_until_then_the_number_ages() {
    let mut run = at_60(None);
    let before = run.estimator.estimate();
    let deadline = run.estimator.deadline();
    assert!(deadline.is_some_and(|due| due >= run.at + ms(25)), "nothing to do in between: {deadline:?}");
    run.wait(ms(100));
    let carried = run.estimator.estimate();
    assert!(carried.uncertainty_kmh > before.uncertainty_kmh, "{carried:?}");
    run.wait(ms(110));
    let late = run.estimator.estimate();
    assert_eq!((late.state, late.reason, late.speed_kmh), (State::Stale, Some(Reason::Late), None));
    assert_eq!(run.estimator.deadline(), None);
    // Physics refuses what cannot be, and believes what can after two frames.
    for _ in 0..10 {
        assert_eq!(run.frame([250.0; 4]).speed_kmh, None);
    }
    let back = (1..10).find(|_| near(&run.frame([58.0; 4]), 58.0));
    assert!(back.is_some_and(|n| n <= 3), "{back:?}");
}

#[test]
fn a_clock_that_stands_still_is_named() {
    let mut run = at_60(None);
    for n in 0..60 {
        let v = 60.0 + 0.1 * f64::from(n);
        run.say(0, &[(0, v), (1, v), (2, v), (3, v + 0.01)]);
    }
    let estimate = run.estimator.estimate();
    assert_eq!((estimate.state, estimate.reason), (State::Implausible, Some(Reason::ClockStopped)));
}

#[test]
fn one_stray_stamp_of_the_future_moves_no_clock() {
    let mut run = at_60(None);
    let mut sample = crate::estimator::Sample::default();
    sample.kmh[..4].fill(Some(60.0));
    run.wait(ms(20));
    let stamp = crate::Stamp { wall_us: 1, at: run.at + ms(100_000) };
    run.estimator.sample(run.at, stamp, &sample);
    assert_eq!(run.frame([60.0; 4]).state, State::Ok);
}
