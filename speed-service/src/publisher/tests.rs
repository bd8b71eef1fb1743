use proptest::prelude::*;

use super::*;

fn ok(kmh: f64) -> Reading {
    Reading { state: State::Ok, speed_kmh: Some(kmh), integer_kmh: Some(kmh.round() as i32) }
}

fn none(state: State) -> Reading {
    Reading { state, speed_kmh: None, integer_kmh: None }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn both(state: State, speed_kmh: Option<f64>) -> Option<Signal> {
    Some(Signal::Properties(Properties { speed_kmh: Some(speed_kmh), state: Some(state), source: false }))
}

fn speed_only(kmh: f64) -> Option<Signal> {
    Some(Signal::Properties(Properties { speed_kmh: Some(Some(kmh)), state: None, source: false }))
}

fn state_only(state: State) -> Option<Signal> {
    Some(Signal::Properties(Properties { speed_kmh: None, state: Some(state), source: false }))
}

#[test]
fn nothing_is_lost_before_there_was_a_speed() {
    let mut publisher = Publisher::new(50);
    assert_eq!(publisher.observe(ms(0), none(State::NoData)), [None, None]);
    assert_eq!(publisher.observe(ms(1), none(State::CanDown)), [state_only(State::CanDown), None]);
    assert_eq!(publisher.observe(ms(2), none(State::NoData)), [state_only(State::NoData), None]);
}

#[test]
fn a_loss_is_told_once_and_the_return_even_if_equal() {
    let mut publisher = Publisher::new(50);
    assert_eq!(
        publisher.observe(ms(0), ok(7.0)),
        [both(State::Ok, Some(7.0)), Some(Signal::SpeedChanged(7))]
    );
    let lost = [both(State::Stale, None), Some(Signal::SpeedLost(State::Stale))];
    assert_eq!(publisher.observe(ms(1), none(State::Stale)), lost);
    assert_eq!(publisher.observe(ms(2), none(State::CanDown)), [state_only(State::CanDown), None]);
    assert_eq!(
        publisher.observe(ms(3), ok(7.0)),
        [both(State::Ok, Some(7.0)), Some(Signal::SpeedChanged(7))]
    );
}

#[test]
fn degraded_keeps_the_speed() {
    let mut publisher = Publisher::new(50);
    publisher.observe(ms(0), ok(7.0));
    let reading = Reading { state: State::Degraded, ..ok(7.0) };
    assert_eq!(publisher.observe(ms(1), reading), [state_only(State::Degraded), None]);
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
    let reading = (state, 0.0..4.0_f64)
        .prop_map(|(state, kmh)| if state.has_speed() { Reading { state, ..ok(kmh) } } else { none(state) });
    // Mostly "ok": a drive with faults, not faults with a drive.
    let reading = prop_oneof![reading, (0.0..4.0_f64).prop_map(ok)];
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
                Some(Signal::Properties(_)) => prop_assert!(false, "properties come first"),
            }
            prop_assert_eq!(known, reading.integer_kmh);
        }
    }

    #[test]
    fn a_client_of_the_properties_is_late_by_one_gap_at_most(readings in readings(), hz in 1..200_u32) {
        let mut publisher = Publisher::new(hz);
        let (mut now, mut state, mut speed_kmh) = (0, State::NoData, None);
        let mut speed_only_at: Vec<Duration> = Vec::new();
        let mut sent_at = None;
        for (wait_ms, reading) in readings {
            now += wait_ms;
            if let Some(Signal::Properties(changed)) = publisher.observe(ms(now), reading)[0] {
                prop_assert!(changed.state.is_some() || changed.speed_kmh.is_some(), "an empty message");
                if changed.state.is_none() {
                    let gap = sent_at.map(|at| ms(now) - at);
                    prop_assert!(gap.is_none_or(|gap| gap >= Duration::from_secs(1) / hz), "too soon: {gap:?}");
                    speed_only_at.push(ms(now));
                }
                sent_at = Some(ms(now));
                state = changed.state.unwrap_or(state);
                speed_kmh = changed.speed_kmh.unwrap_or(speed_kmh);
            }
            prop_assert_eq!(state, reading.state, "State is told at once");
            prop_assert_eq!(speed_kmh.is_some(), reading.speed_kmh.is_some(), "a loss is told at once");
            if speed_kmh != reading.speed_kmh {
                prop_assert!(publisher.deadline().is_some_and(|due| due > ms(now)), "held back for ever");
            } else {
                prop_assert_eq!(publisher.deadline(), None);
            }
        }
        let last = publisher.deadline();
        if let Some(due) = last {
            let reading = Reading { state, speed_kmh: Some(99.0), integer_kmh: Some(99) };
            let [properties, _] = publisher.observe(due, reading);
            prop_assert_eq!(properties, speed_only(99.0), "the last one is sent when due");
        }
    }
}
