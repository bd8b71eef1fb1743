//! Whatever is said, at whatever time: no panic, no nonsense.

use proptest::prelude::*;

use super::{Driven, Duration, Estimator, Plan, SOURCES, Sample, Sensor, Stamp, State, ms};

/// Up to eight sources in up to eight messages.
fn plans() -> impl Strategy<Value = Plan> {
    let sensor = prop::option::of((prop::sample::select(vec![0.0, 0.01, 0.0625, 1.0]), 0u8..8));
    let driven = prop::sample::select(vec![None, Some(Driven::Front), Some(Driven::Rear), Some(Driven::All)]);
    (prop::array::uniform8(sensor), driven).prop_map(|(sensors, driven)| {
        let sensors =
            sensors.map(|sensor| sensor.map(|(resolution, message)| Sensor::wheel(resolution, message)));
        Plan { sensors, driven, stale_after: ms(500), ..Plan::default() }
    })
}

fn value() -> impl Strategy<Value = Option<f64>> {
    let number = prop_oneof![
        0.0f64..150.0,
        prop::sample::select(vec![0.0, 50.0, 50.0, 50.1, 51.0, 49.0, 1e-300, 1e300, f64::MAX, f64::INFINITY]),
    ];
    prop::option::weighted(0.8, number)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_values_at_any_times(
        plan in plans(),
        frames in prop::collection::vec(
            (prop::array::uniform8(value()), 0u8..=255, prop::sample::select(vec![0i64, 1, 5, 20, 20, 20, 100, 700, 5_000, -1, -30, -4_000]), 0u64..50),
            1..120,
        ),
    ) {
        let mut estimator = Estimator::new(plan);
        let mut at = 100_000_i64;
        for (kmh, message, gap, queue) in frames {
            at = (at + gap).max(0);
            let now = ms(at as u64 + queue);
            let void = std::array::from_fn(|place| kmh[place].is_none() && place % 2 == 0);
            let sample = Sample { message, kmh, void };
            estimator.sample(now, Stamp { wall_us: 1, at: ms(at as u64) }, &sample);
            if queue == 7 {
                estimator.fault(now, &void);
                estimator.lose(void, now);
            }
            if queue == 8 {
                estimator.link(at % 2 == 0, now);
            }
            let estimate = estimator.estimate();
            prop_assert_eq!(estimate.speed_kmh.is_some(), estimate.state.has_speed());
            prop_assert_eq!(estimate.uncertainty_kmh.is_some(), estimate.state.has_speed());
            prop_assert_eq!(estimate.reason.is_none(), estimate.state == State::Ok);
            prop_assert_eq!(estimate.witnesses > SOURCES as u8, false);
            if let (Some(speed), Some(u)) = (estimate.speed_kmh, estimate.uncertainty_kmh) {
                prop_assert!(speed.is_finite() && speed >= 0.0 && u.is_finite() && u > 0.0, "{speed} {u}");
            }
        }
        // Time alone ends any speed.
        let mut now = ms(at as u64 + 60);
        for _ in 0..1_000 {
            let Some(due) = estimator.deadline() else { break };
            now = now.max(due);
            estimator.tick(now);
        }
        estimator.tick(now + Duration::from_secs(1));
        prop_assert_eq!(estimator.estimate().speed_kmh, None);
        prop_assert_eq!(estimator.deadline(), None);
    }
}
