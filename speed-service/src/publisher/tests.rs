use proptest::prelude::*;

use super::*;

fn numbers(kmh: f64) -> Numbers {
    Numbers { speed_kmh: kmh, uncertainty_kmh: 1.0, witnesses: 4, indicated_kmh: kmh / 0.975 }
}

fn ok(kmh: f64) -> Reading {
    let numbers = Some(numbers(kmh));
    Reading { state: State::Ok, reason: "", numbers, integer_kmh: Some(kmh.round() as i32) }
}

/// The same speed with another uncertainty.
fn vague(kmh: f64, uncertainty_kmh: f64) -> Reading {
    Reading { numbers: Some(Numbers { uncertainty_kmh, ..numbers(kmh) }), ..ok(kmh) }
}

fn none(state: State) -> Reading {
    let reason = match state {
        State::CanDown => "link-down",
        State::Stale => "late",
        State::Implausible => "contradiction",
        _ => "no-data",
    };
    Reading { state, reason, numbers: None, integer_kmh: None }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// All that this reading has.
fn both(reading: Reading) -> Option<Signal> {
    let Reading { state, reason, numbers, .. } = reading;
    Some(Signal::Properties(Properties {
        numbers: Some(numbers),
        state: Some(state),
        reason: Some(reason),
        source: false,
    }))
}

fn numbers_only(reading: Reading) -> Option<Signal> {
    Some(Signal::Properties(Properties { numbers: Some(reading.numbers), ..Properties::default() }))
}

fn speed_only(kmh: f64) -> Option<Signal> {
    numbers_only(ok(kmh))
}

fn state_only(reading: Reading) -> Option<Signal> {
    let Reading { state, reason, .. } = reading;
    Some(Signal::Properties(Properties { state: Some(state), reason: Some(reason), ..Properties::default() }))
}

#[test]
fn nothing_is_lost_before_there_was_a_speed() {
    let mut publisher = Publisher::new(50);
    assert_eq!(publisher.observe(ms(0), none(State::NoData)), [None, None]);
    assert_eq!(publisher.observe(ms(1), none(State::CanDown)), [state_only(none(State::CanDown)), None]);
    assert_eq!(publisher.observe(ms(2), none(State::NoData)), [state_only(none(State::NoData)), None]);
}

#[test]
fn a_loss_is_told_once_and_the_return_even_if_equal() {
    let mut publisher = Publisher::new(50);
    assert_eq!(publisher.observe(ms(0), ok(7.0)), [both(ok(7.0)), Some(Signal::SpeedChanged(7))]);
    let lost = [both(none(State::Stale)), Some(Signal::SpeedLost(State::Stale))];
    assert_eq!(publisher.observe(ms(1), none(State::Stale)), lost);
    assert_eq!(publisher.observe(ms(2), none(State::CanDown)), [state_only(none(State::CanDown)), None]);
    assert_eq!(publisher.observe(ms(3), ok(7.0)), [both(ok(7.0)), Some(Signal::SpeedChanged(7))]);
}

#[test]
fn degraded_keeps_the_speed() {
    let mut publisher = Publisher::new(50);
    publisher.observe(ms(0), ok(7.0));
    let reading = Reading { state: State::Degraded, reason: "slip", ..ok(7.0) };
    assert_eq!(publisher.observe(ms(1), reading), [state_only(reading), None]);
}

#[test]
fn another_reason_of_the_same_state_is_told_at_once_without_the_state() {
    let mut publisher = Publisher::new(50);
    let degraded = |reason| Reading { state: State::Degraded, reason, ..ok(7.0) };
    publisher.observe(ms(0), degraded("slip"));
    let told = Properties { reason: Some("wheel-left-out"), ..Properties::default() };
    let [properties, speed] = publisher.observe(ms(1), degraded("wheel-left-out"));
    assert_eq!((properties, speed), (Some(Signal::Properties(told)), None));
    assert_eq!(publisher.observe(ms(2), degraded("wheel-left-out")), [None, None]);
}

#[test]
fn an_uncertainty_rides_with_the_speed_and_alone_only_when_it_has_moved_far() {
    let mut publisher = Publisher::new(50);
    publisher.observe(ms(0), vague(50.0, 1.0));
    // As it does from frame to frame, for hours.
    for n in 1..1000 {
        let uncertainty_kmh = if n % 2 == 0 { 1.0 } else { 1.45 };
        assert_eq!(publisher.observe(ms(100 * n), vague(50.0, uncertainty_kmh)), [None, None]);
        assert_eq!(publisher.deadline(), None);
    }
    let at = ms(100_000);
    // The same whole km/h: only the properties change.
    assert_eq!(publisher.observe(at, vague(50.1, 1.2)), [numbers_only(vague(50.1, 1.2)), None]);
    assert_eq!(publisher.observe(at + ms(100), vague(50.1, 1.71)), [numbers_only(vague(50.1, 1.71)), None]);
    // Of a wide one a tenth.
    publisher.observe(at + ms(200), vague(50.1, 8.0));
    assert_eq!(publisher.observe(at + ms(300), vague(50.1, 8.79)), [None, None]);
    assert_eq!(publisher.observe(at + ms(400), vague(50.1, 8.81)), [numbers_only(vague(50.1, 8.81)), None]);
    // And never more often than publish_hz.
    assert_eq!(publisher.observe(at + ms(405), vague(50.1, 20.0)), [None, None]);
    assert_eq!(publisher.deadline(), Some(at + ms(420)));
}

#[test]
fn a_witness_more_is_told_and_so_is_another_calibration() {
    let mut publisher = Publisher::new(50);
    publisher.observe(ms(0), ok(7.0));
    let fewer = Reading { numbers: Some(Numbers { witnesses: 3, ..numbers(7.0) }), ..ok(7.0) };
    assert_eq!(publisher.observe(ms(100), fewer), [numbers_only(fewer), None]);
    let raised = Reading { numbers: Some(Numbers { indicated_kmh: 7.3, ..numbers(7.0) }), ..ok(7.0) };
    assert_eq!(publisher.observe(ms(200), raised), [numbers_only(raised), None]);
}

#[test]
fn quick_changes_are_held_back_and_the_last_one_is_sent() {
    let mut publisher = Publisher::new(50);
    publisher.observe(ms(0), ok(7.0));
    assert_eq!(publisher.observe(ms(5), ok(7.1)), [None, None]);
    assert_eq!(publisher.deadline(), Some(ms(20)));
    assert_eq!(publisher.observe(ms(10), ok(7.6)), [None, Some(Signal::SpeedChanged(8))]);
    assert_eq!(publisher.observe(ms(20), ok(7.6)), [speed_only(7.6), None]);
    assert_eq!(publisher.deadline(), None);
}

#[test]
fn a_change_that_is_taken_back_in_time_is_not_sent() {
    let mut publisher = Publisher::new(50);
    publisher.observe(ms(0), ok(7.0));
    publisher.observe(ms(5), ok(7.1));
    assert_eq!(publisher.observe(ms(10), ok(7.0)), [None, None]);
    assert_eq!(publisher.deadline(), None);
}

/// Readings as an estimator gives them: a speed in the states that have one, and only there.
fn readings() -> impl Strategy<Value = Vec<(u64, Reading)>> {
    let state = proptest::sample::select(State::ALL.to_vec());
    let reading = (state, 0.0..4.0_f64, 0.1..4.0_f64).prop_map(|(state, kmh, uncertainty_kmh)| match state {
        State::Ok => vague(kmh, uncertainty_kmh),
        State::Degraded => Reading { state, reason: "slip", ..vague(kmh, uncertainty_kmh) },
        _ => none(state),
    });
    // Mostly "ok": a drive with faults, not faults with a drive. And often the very same speed again.
    let reading =
        prop_oneof![reading, (0.0..4.0_f64).prop_map(ok), (0.1..4.0_f64).prop_map(|u| vague(2.0, u))];
    proptest::collection::vec((0..40_u64, reading), 0..200)
}

proptest! {
    #[test]
    fn a_client_of_the_signals_knows_what_get_speed_answers(readings in readings()) {
        let mut publisher = Publisher::new(50);
        let (mut now, mut known) = (0, None);
        for (wait_ms, reading) in readings {
            now += wait_ms;
            match publisher.observe(ms(now), reading)[1] {
                None => {}
                Some(Signal::SpeedChanged(kmh)) => {
                    prop_assert_ne!(known, Some(kmh), "SpeedChanged without a change");
                    known = Some(kmh);
                }
                Some(Signal::SpeedLost(state)) => {
                    prop_assert!(known.is_some(), "SpeedLost without a speed before");
                    prop_assert!(!state.has_speed());
                    prop_assert_eq!(state, reading.state);
                    known = None;
                }
                Some(other) => prop_assert!(false, "{other:?} is none of the speed's"),
            }
            prop_assert_eq!(known, reading.integer_kmh);
        }
    }

    #[test]
    fn a_client_of_the_properties_is_late_by_one_gap_at_most(readings in readings(), hz in 1..200_u32) {
        let mut publisher = Publisher::new(hz);
        let (mut now, mut known) = (0, Reading::NONE);
        let mut sent_at = None;
        for (wait_ms, reading) in readings {
            now += wait_ms;
            if let Some(Signal::Properties(changed)) = publisher.observe(ms(now), reading)[0] {
                prop_assert_ne!(changed, Properties::default(), "an empty message");
                prop_assert!(changed.state.is_none() || changed.reason.is_some(), "a state without its reason");
                if changed.reason.is_none() {
                    let gap = sent_at.map(|at| ms(now) - at);
                    prop_assert!(gap.is_none_or(|gap| gap >= Duration::from_secs(1) / hz), "too soon: {gap:?}");
                }
                sent_at = Some(ms(now));
                known.state = changed.state.unwrap_or(known.state);
                known.reason = changed.reason.unwrap_or(known.reason);
                known.numbers = changed.numbers.unwrap_or(known.numbers);
                prop_assert_eq!(known.numbers, reading.numbers, "what is sent is all of one moment");
            }
            prop_assert_eq!((known.state, known.reason), (reading.state, reading.reason), "told at once");
            prop_assert_eq!(known.numbers.is_some(), reading.numbers.is_some(), "a loss is told at once");
            if moved(known.numbers, reading.numbers) {
                prop_assert!(publisher.deadline().is_some_and(|due| due > ms(now)), "held back for ever");
            } else {
                prop_assert_eq!(publisher.deadline(), None);
            }
        }
        if let Some(due) = publisher.deadline() {
            let reading = Reading { numbers: Some(numbers(99.0)), integer_kmh: Some(99), ..known };
            let [properties, _] = publisher.observe(due, reading);
            prop_assert_eq!(properties, speed_only(99.0), "the last one is sent when due");
        }
    }
}
