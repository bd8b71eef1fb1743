//! Vehicles with other sources than four wheels, and a link that goes and comes.

use super::behaviour::{at_60, car, near};
use super::{Driven, Follows, Geometry, Plan, Reason, Run, Sensor, State, ms, plan};

#[test]
fn four_copies_of_one_value_are_one_witness() {
    let mut run = car(None);
    let mut last = None;
    for n in 0..200_u32 {
        run.wait(ms(20));
        let v = 20.0 + 0.1 * f64::from(n);
        last = Some(run.say(0, &[(0, v), (1, v), (2, v), (3, v)]));
    }
    let last = last.unwrap();
    assert_eq!((last.state, last.witnesses), (State::Ok, 1));
    assert!(last.uncertainty_kmh.is_some_and(|u| u > 1.0), "{last:?}");
}

#[test]
fn one_speed_alone_is_ok_with_one_witness_and_a_wide_uncertainty() {
    for place in [0, 4] {
        let mut alone = Plan { stale_after: ms(500), ..Plan::default() };
        alone.sensors[place] =
            Some(Sensor { resolution_kmh: 0.01, ..Sensor::witness(0.01, 0, Follows::Unknown) });
        let mut run = Run::new(alone);
        for n in 0..400_u32 {
            run.wait(ms(20));
            let v = 20.0 + 0.05 * f64::from(n) + 0.01 * f64::from(n % 2);
            let estimate = run.say(0, &[(place, v)]);
            if n >= 5 {
                assert_eq!((estimate.state, estimate.witnesses), (State::Ok, 1), "{n}: {estimate:?}");
                assert!(
                    near(&estimate, v) && estimate.uncertainty_kmh.is_some_and(|u| u > 1.0),
                    "{estimate:?}"
                );
            }
        }
        // What no vehicle can do is not believed of it either.
        run.wait(ms(20));
        let estimate = run.say(0, &[(place, 200.0)]);
        assert_eq!((estimate.state, estimate.reason), (State::Degraded, Some(Reason::Held)));
    }
}

#[test]
fn two_wheels_of_a_robot_are_enough() {
    let mut robot = Plan { stale_after: ms(500), ..Plan::default() };
    robot.sensors[2..4].fill(Some(Sensor::wheel(0.01, 0)));
    robot.geometry = Geometry { wheelbase_m: (0.3, 0.3), track_m: (0.25, 0.25), least_radius_m: 0.4 };
    robot.limits.max_accel_ms2 = Some(3.0);
    let mut run = Run::new(robot);
    for n in 0..400_u32 {
        run.wait(ms(20));
        let v = 3.5 + 2.0 * (0.01 * f64::from(n)).sin() + 0.01 * f64::from(n % 2);
        let estimate = run.say(0, &[(2, v * 0.9), (3, v * 1.1)]);
        assert!(n < 5 || (estimate.state == State::Ok && estimate.witnesses == 2), "{n}: {estimate:?}");
    }
}

#[test]
fn a_satellite_receiver_vouches_for_what_is_left() {
    // Front wheels that may spin, and a rear axle that is dead from the start.
    let mut helped = Plan { driven: Some(Driven::Front), ..plan() };
    helped.sensors[4] = Some(Sensor::witness(0.01, 1, Follows::Body));
    let mut run = Run::new(helped);
    let mut last = None;
    for n in 0..500_u32 {
        run.wait(ms(20));
        let v = 0.1 * f64::from(n) + if n > 0 { 0.01 * f64::from(n % 2) } else { 0.0 };
        last = Some(run.say(0, &[(0, v), (1, v), (2, 0.0), (3, 0.0)]));
        if n % 5 == 0 {
            last = Some(run.say(1, &[(4, v)]));
        }
    }
    let last = last.unwrap();
    assert_eq!((last.state, last.reason), (State::Degraded, Some(Reason::AxleLeftOut)));
    assert!(near(&last, 50.0), "{last:?}");
}

#[test]
fn the_link_goes_and_comes() {
    let mut run = at_60(None);
    run.estimator.link(false, run.at);
    let down = run.estimator.estimate();
    assert_eq!((down.state, down.reason, down.speed_kmh), (State::CanDown, Some(Reason::LinkDown), None));
    assert_eq!(run.estimator.deadline(), None);
    run.estimator.link(true, run.at + ms(500));
    assert_eq!(run.estimator.estimate().state, State::Stale, "up, and the last frame is void");
    run.wait(ms(500));
    let back = (1..10).find(|_| run.frame([58.0; 4]).state == State::Ok);
    assert!(back.is_some_and(|n| n <= 4), "{back:?}");
}
