//! Whatever comes, distance does not fall, and it is that of the speeds that count.

use proptest::prelude::*;

use super::*;

const OK: State = State::Ok;

fn estimate(state: State, reason: Option<Reason>, kmh: Option<f64>) -> Estimate {
    Estimate { state, reason, speed_kmh: kmh, uncertainty_kmh: kmh.map(|_| 1.0), ..Estimate::nothing() }
}

fn ok(kmh: f64) -> Estimate {
    estimate(OK, None, Some(kmh))
}

fn stale() -> Estimate {
    estimate(State::Stale, Some(Reason::Late), None)
}

fn implausible() -> Estimate {
    estimate(State::Implausible, Some(Reason::Contradiction), None)
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// One estimate after the other, each so many ms after the one before.
fn after(steps: &[(u64, Estimate)]) -> Travelled {
    let (mut distance, mut at) = (Distance::new(), 0);
    for (wait, estimate) in steps {
        at += wait;
        distance.observe(ms(at), estimate, 1.0);
    }
    distance.travelled()
}

fn steadily(kmh: f64, count: usize) -> Vec<(u64, Estimate)> {
    std::iter::once((0, ok(0.0))).chain(std::iter::repeat_n((20, ok(kmh)), count)).collect()
}

#[test]
fn a_steady_speed_comes_to_its_distance() {
    let mut distance = Distance::new();
    for n in 0..=180_000 {
        distance.observe(ms(20 * n), &ok(100.0), 1.0);
    }
    let Travelled { micrometres, uncertainty_m, unknown } = distance.travelled();
    // An hour, to the micrometre but for the arithmetic: 180,000 roundings would be 90 mm.
    assert!(micrometres.abs_diff(100_000_000_000) <= 10, "{micrometres}");
    assert!((1000.0..1300.0).contains(&uncertainty_m), "{uncertainty_m}");
    // It was moving when it was first heard.
    assert_eq!(unknown, Duration::from_secs(1));
}

#[test]
fn a_change_of_speed_is_a_trapezoid() {
    assert_eq!(after(&[(0, ok(0.0)), (100, ok(36.0))]).micrometres, 500_000);
}

#[test]
fn other_tyres_go_another_way() {
    let mut distance = Distance::new();
    distance.observe(ms(0), &ok(36.0), 1.1);
    distance.observe(ms(100), &ok(36.0), 1.1);
    assert_eq!(distance.travelled().micrometres, 1_100_000);
}

#[test]
fn what_is_held_or_no_number_does_not_count() {
    for odd in [
        estimate(State::Degraded, Some(Reason::Held), Some(36.0)),
        ok(f64::NAN),
        ok(f64::INFINITY),
        ok(-36.0),
        Estimate { uncertainty_kmh: Some(f64::NAN), ..ok(36.0) },
        Estimate { uncertainty_kmh: None, ..ok(36.0) },
        implausible(),
    ] {
        let mut steps = steadily(36.0, 100);
        let before = after(&steps);
        steps.extend([(20, odd); 100]);
        steps.push((20, ok(36.0)));
        let all = after(&steps);
        assert_eq!(all.micrometres, before.micrometres, "{odd:?}");
        assert_eq!(all.unknown, before.unknown + ms(2020), "{odd:?}: from the last speed to the next");
    }
    let slip = estimate(State::Degraded, Some(Reason::Slip), Some(36.0));
    assert_eq!(after(&[(0, slip), (100, slip)]).micrometres, 1_000_000);
}

#[test]
fn half_a_second_without_a_speed_is_bridged_and_more_is_unknown() {
    let mut steps = steadily(36.0, 100);
    let before = after(&steps);
    steps.extend([(100, implausible()), (100, implausible()), (200, ok(36.0))]);
    let bridged = after(&steps);
    assert!(bridged.micrometres.abs_diff(before.micrometres + 4_000_000) <= 1);
    assert_eq!(bridged.unknown, before.unknown);
    steps.push((600, ok(36.0)));
    let unseen = after(&steps);
    assert_eq!(unseen.micrometres, bridged.micrometres);
    assert_eq!(unseen.unknown, before.unknown + ms(600));
}

#[test]
fn a_car_that_is_parked_is_not_unknown() {
    let hours = 8 * 3600 * 1000;
    let mut steps = steadily(36.0, 100);
    steps.push((20, ok(0.0)));
    let before = after(&steps);
    let void = estimate(State::Implausible, Some(Reason::NotAvailable), None);
    steps.extend([(20, void), (2000, stale()), (hours, void), (1000, ok(0.0))]);
    assert_eq!(after(&steps), before);
    // A fault for half an hour is no waking up, whatever is before and after it.
    let mut faulty = steps[..steps.len() - 4].to_vec();
    faulty.extend([(20, void), (1_800_000, stale()), (hours, void), (1000, ok(0.0))]);
    assert_eq!(after(&faulty).unknown, before.unknown + ms(1_801_020));
    // Nor is a car parked that is found moving.
    *steps.last_mut().unwrap() = (1000, ok(30.0));
    assert!(after(&steps).unknown > before.unknown + ms(hours));
}

#[test]
fn a_car_that_vanishes_while_it_moves_is_unknown_until_it_is_seen_again() {
    let mut distance = Distance::new();
    distance.observe(ms(0), &ok(0.0), 1.0);
    distance.observe(ms(20), &ok(50.0), 1.0);
    distance.observe(ms(300), &stale(), 1.0);
    assert!(!distance.is_unknown(), "a speed can still come in time");
    distance.observe(ms(3300), &stale(), 1.0);
    assert!(distance.is_unknown());
    assert_eq!(distance.travelled().unknown, ms(3280));
    distance.observe(ms(10_300), &ok(0.0), 1.0);
    assert_eq!(distance.travelled().unknown, ms(10_280));
    assert!(distance.stands());
}

#[test]
fn another_clock_gives_no_distance() {
    let mut distance = Distance::new();
    distance.observe(ms(1_000_000), &ok(0.0), 1.0);
    distance.observe(ms(1_000_020), &ok(72.0), 1.0);
    let before = distance.travelled();
    distance.restart();
    distance.observe(ms(5), &ok(72.0), 1.0);
    assert_eq!(distance.travelled().micrometres, before.micrometres);
    assert!(distance.travelled().unknown > before.unknown, "it was moving, and nobody knows for how long");
    distance.observe(ms(105), &ok(72.0), 1.0);
    assert_eq!(distance.travelled().micrometres, before.micrometres + 2_000_000);
}

fn any_estimate() -> impl Strategy<Value = Estimate> {
    let kmh = prop_oneof![
        4 => 0.0..250.0_f64,
        2 => Just(0.0),
        1 => any::<f64>(),
    ];
    let reason = proptest::option::of(proptest::sample::select(Reason::ALL.to_vec()));
    let state = proptest::sample::select(vec![
        State::Ok,
        State::Ok,
        State::Degraded,
        State::Implausible,
        State::Stale,
        State::NoData,
        State::CanDown,
    ]);
    (state, reason, proptest::option::weighted(0.9, kmh), 0.0..5.0_f64).prop_map(|(state, reason, kmh, u)| {
        Estimate { uncertainty_kmh: kmh.map(|_| u), ..estimate(state, reason, kmh) }
    })
}

/// Times that go on, stand, leap and run backwards.
fn any_time() -> impl Strategy<Value = Duration> {
    prop_oneof![
        4 => (0..60_000_u64).prop_map(ms),
        1 => any::<u64>().prop_map(Duration::from_micros),
        1 => Just(Duration::MAX),
        1 => Just(Duration::ZERO),
    ]
}

proptest! {
    #[test]
    fn nothing_ever_falls(steps in proptest::collection::vec((any_time(), any_estimate(), any::<bool>()), 1..200)) {
        let mut distance = Distance::new();
        let mut before = distance.travelled();
        for (at, estimate, restart) in steps {
            if restart && at.is_zero() {
                distance.restart();
            }
            distance.observe(at, &estimate, 1.0);
            let now = distance.travelled();
            prop_assert!(now.micrometres >= before.micrometres, "{before:?} {now:?}");
            prop_assert!(now.uncertainty_m >= before.uncertainty_m && now.uncertainty_m.is_finite());
            prop_assert!(now.unknown >= before.unknown, "{before:?} {now:?}");
            before = now;
        }
    }

    /// A motion whose speed is known within its uncertainty at uneven times, with gaps: the truth is within the bounds, where
    /// nothing is unknown, and above the lower one where something is.
    #[test]
    fn the_truth_is_within_the_bounds(
        legs in proptest::collection::vec((-8.0..8.0_f64, 1..80_u32), 1..30),
        cycles in proptest::collection::vec(5..60_u64, 1..10),
        errors in proptest::collection::vec(-1.0..1.0_f64, 1..20),
        lost in proptest::collection::vec(0.0..1.0_f64, 1..20),
    ) {
        let (mut distance, mut true_m, mut v, mut t, mut due) = (Distance::new(), 0.0_f64, 0.0_f64, 0_u64, 0_u64);
        let mut seen = 0_usize;
        for (accel, tenths) in legs {
            for _ in 0..tenths * 100 {
                if t >= due {
                    due = t + cycles[seen % cycles.len()];
                    let kmh = (v * 3.6 + errors[seen % errors.len()]).max(0.0);
                    let known = lost[seen % lost.len()] < 0.8;
                    let estimate = if known { ok(kmh) } else { implausible() };
                    distance.observe(ms(t), &estimate, 1.0);
                    seen += 1;
                }
                let next = (v + accel * 0.001).max(0.0);
                true_m += (v + next) / 2.0 * 0.001;
                (v, t) = (next, t + 1);
            }
        }
        distance.observe(ms(t), &ok(v * 3.6), 1.0);
        let Travelled { micrometres, uncertainty_m, unknown } = distance.travelled();
        let counted = micrometres as f64 / UM_PER_M;
        // What went by before the first speed is unknown, and of no length here.
        if unknown <= Duration::from_secs(1) {
            prop_assert!((counted - true_m).abs() <= uncertainty_m + 1.0, "{counted} {true_m} {uncertainty_m}");
        }
        prop_assert!(counted - uncertainty_m <= true_m + 1e-3, "{counted} {true_m} {uncertainty_m}");
    }

    /// The same drive twice, as a log is replayed, comes to the same.
    #[test]
    fn it_is_a_function_of_what_it_sees(steps in proptest::collection::vec((0..2000_u64, any_estimate()), 1..100)) {
        prop_assert_eq!(after(&steps), after(&steps));
    }
}
