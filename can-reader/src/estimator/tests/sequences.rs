//! Whole drives within what is assumed: with any fault of one wheel the truth is never further than the uncertainty.

use proptest::prelude::*;

use super::{Duration, Run, State, ms, plan, wheels};

/// What becomes of one wheel.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Stuck,
    Zero,
    Scaled(f64),
    Offset(f64),
    Noise(f64),
    Spikes,
}

/// How wheels are sent: how many messages, of what cycle.
#[derive(Clone, Copy, Debug)]
struct Layout {
    messages: usize,
    cycle_ms: u64,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::None),
        Just(Fault::Stuck),
        Just(Fault::Zero),
        (0.3f64..1.8).prop_map(Fault::Scaled),
        (-30.0f64..30.0).prop_map(Fault::Offset),
        (1.0f64..20.0).prop_map(Fault::Noise),
        Just(Fault::Spikes),
    ]
}

fn layout() -> impl Strategy<Value = Layout> {
    prop_oneof![
        Just(Layout { messages: 1, cycle_ms: 20 }),
        Just(Layout { messages: 2, cycle_ms: 20 }),
        Just(Layout { messages: 4, cycle_ms: 40 }),
    ]
}

/// A car that speeds up, turns and brakes, 25 s long: its speed in km/h and its curvature at each millisecond.
fn drive(accelerations: &[f64], bends: &[f64]) -> Vec<(f64, f64)> {
    let (mut v, mut a, mut k) = (0.0_f64, 0.0_f64, 0.0_f64);
    (0..25_000)
        .map(|n| {
            let part = n * accelerations.len() / 25_000;
            let want = if n < 2_000 { 2.5 } else { accelerations[part] };
            // Full force after 0.2 s.
            a += (want - a).clamp(-0.03, 0.03);
            v = (v + a * 3.6e-3).clamp(0.0, 130.0);
            let ms = (v / 3.6).max(1.0);
            let most = (3.0 / (ms * ms)).min(0.25);
            k += (bends[n * bends.len() / 25_000] * most - k).clamp(-1.0, 1.0)
                * (0.2 / (ms * ms)).min(0.2)
                * 1e-2;
            (v, k.clamp(-most, most))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn one_fault_never_moves_the_number_beyond_its_uncertainty(
        shape in (2.3f64..3.1, 1.40f64..1.68),
        accelerations in prop::collection::vec(-5.0f64..3.0, 8),
        bends in prop::collection::vec(-1.0f64..1.0, 6),
        tyres in prop::array::uniform4(-0.004f64..0.004),
        (fault, liar) in (fault(), 0usize..4),
        layout in layout(),
        seed in 1u64..1_000_000,
    ) {
        let mut plan = plan();
        for (place, sensor) in plan.sensors.iter_mut().enumerate() {
            if let Some(sensor) = sensor {
                sensor.message = (place * layout.messages / 4) as u8;
            }
        }
        let mut run = Run::new(plan);
        let mut random = seed;
        let mut chance = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as f64 / f64::from(1_u32 << 31)
        };
        let drive = drive(&accelerations, &bends);
        let (mut stuck, mut speeds) = (None, 0);
        for (n, (v, k)) in drive.iter().enumerate() {
            let n = n as u64;
            let mut fed = false;
            for message in 0..layout.messages {
                let phase = layout.cycle_ms * message as u64 / layout.messages as u64;
                if n % layout.cycle_ms != phase {
                    continue;
                }
                run.wait(Duration::from_secs(1) + ms(n) - run.at);
                fed = true;
                let values: Vec<_> = (0..4)
                    .filter(|place| place * layout.messages / 4 == message)
                    .map(|place| {
                        let mut z = wheels(*v, *k, shape)[place] * (1.0 + tyres[place]) + 0.05 * (chance() - 0.5);
                        if place == liar && n > 8_000 {
                            z = match fault {
                                Fault::None => z,
                                Fault::Stuck => *stuck.get_or_insert(z),
                                Fault::Zero => 0.0,
                                Fault::Scaled(by) => z * by,
                                Fault::Offset(by) => z + by,
                                Fault::Noise(by) => z + by * (chance() - 0.5),
                                Fault::Spikes if chance() < 0.05 => 200.0 * chance(),
                                Fault::Spikes => z,
                            };
                        }
                        // What a sensor cannot see it calls 0.
                        let z = if z < 1.0 { 0.0 } else { z };
                        (place, (z * 100.0).round() / 100.0)
                    })
                    .collect();
                run.say(message as u8, &values);
            }
            let estimate = run.estimator.estimate();
            prop_assert_eq!(estimate.speed_kmh.is_some(), estimate.state.has_speed());
            prop_assert_eq!(estimate.reason.is_none(), estimate.state == State::Ok);
            if let (true, Some(speed), Some(u)) = (fed, estimate.speed_kmh, estimate.uncertainty_kmh) {
                speeds += 1;
                prop_assert!((speed - v).abs() <= u, "{n} ms: {speed} +- {u}, true {v} ({k}), {:?}", estimate.reason);
            }
        }
        // Of at least 1,250; the fault begins after a third of the drive.
        prop_assert!(speeds > 800, "{speeds} answers with a speed");
    }

    /// The order of frames that come within one cycle hardly matters: each answer allows for the other.
    #[test]
    fn any_order_within_a_cycle_gives_sets_that_overlap(swapped in prop::bool::ANY, slope in -0.1f64..0.1) {
        let mut plan = plan();
        for place in 2..4 {
            plan.sensors[place] = plan.sensors[place].map(|sensor| super::Sensor { message: 1, ..sensor });
        }
        let mut runs = [Run::new(plan), Run::new(plan)];
        for n in 0..300_u32 {
            let v = 50.0 + slope * f64::from(n) + 0.01 * f64::from(n % 3);
            let axles = [[(0, v), (1, v)], [(2, v), (3, v)]];
            for (which, run) in runs.iter_mut().enumerate() {
                run.wait(ms(20));
                let first = usize::from(which == 1 && (swapped || n % 2 == 0));
                for message in [first, 1 - first] {
                    run.say(message as u8, &axles[message]);
                }
            }
            let [one, other] = [&runs[0], &runs[1]].map(|run| run.estimator.estimate());
            if let (Some(a), Some(b)) = (one.speed_kmh, other.speed_kmh) {
                let u = one.uncertainty_kmh.zip(other.uncertainty_kmh).map_or(0.0, |(a, b)| a + b);
                prop_assert!((a - b).abs() <= u, "{a} {b} {u}");
            }
        }
        prop_assert!(runs.iter().all(|run| run.estimator.estimate().state == State::Ok));
    }
}
