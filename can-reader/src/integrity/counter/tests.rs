//! Senders that are alive, and such as only seem so.

use super::*;
use crate::dbc::Database;

const CYCLE_MS: f64 = 20.0;

fn counter(bits: u8) -> Counter {
    let text = format!("BO_ 1 M: 8 X\n SG_ C : 0|{bits}@1+ (1,0) [0|0] \"\" X\n");
    let database = Database::parse("test.dbc", text.as_bytes()).unwrap();
    Counter::of(database.signal("M.C").unwrap().1.clone())
}

/// Which frames are believed: each a count and when it comes, in cycles.
fn run(counter: &mut Counter, frames: impl IntoIterator<Item = (u64, f64)>) -> Vec<bool> {
    let accepts = |(count, cycles): (u64, f64)| {
        counter.accepts(&[count as u8; 8], SourceTime::from_secs_f64(1.0 + cycles * CYCLE_MS / 1000.0))
    };
    frames.into_iter().map(accepts).collect()
}

/// So many old frames, in this order for ever.
fn old(counts: &[u64]) -> impl Iterator<Item = (u64, f64)> {
    (0..200).map(|n| (counts[n % counts.len()], n as f64))
}

/// Numbers that look random, from 0 up to 1.
fn noise(n: u64) -> f64 {
    let mixed = (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64 / (1_u64 << 53) as f64
}

#[test]
fn one_that_stands_still_is_refused_at_once() {
    let mut counter = counter(4);
    assert_eq!(run(&mut counter, [(3, 0.0), (3, 1.0), (3, 2.0), (4, 3.0)]), [true, false, false, true]);
    // After half a second it may have gone round.
    assert_eq!(run(&mut counter, [(4, 3.0 + 25.0)]), [true]);
    let accepted = run(&mut counter, (0..100).map(|n| (4, 29.0 + f64::from(n))));
    assert!(accepted.iter().all(|accepted| !accepted));
}

#[test]
fn few_old_frames_repeated_for_ever_are_not_alive() {
    for (bits, counts) in [
        (4, [6, 7].as_slice()),
        (4, &[6, 8]),
        (4, &[6, 7, 8]),
        (4, &[6, 7, 8, 9]),
        (4, &[15, 0, 1, 2]),
        (2, &[0, 1]),
        (2, &[1, 2, 3]),
        (8, &[200, 201]),
        (8, &[200, 201, 202, 203]),
    ] {
        // From the start, and of a sender that was alive before; with the cycle told, and without.
        for (before, told) in [(0, false), (50, false), (0, true), (50, true)] {
            let mut counter = counter(bits);
            counter.set_cycle(told.then(|| Duration::from_micros(20_000)));
            let alive = (0..before).map(|n| (n % (1 << bits), n as f64 - before as f64));
            let accepted = run(&mut counter, alive);
            assert!(accepted.iter().all(|accepted| *accepted), "{bits} {counts:?}");
            let accepted = run(&mut counter, old(counts));
            // To learn the cycle it takes four steps of one.
            let dead_from = if before == 0 && !told { 20 } else { 10 };
            let late = accepted[dead_from..].iter().filter(|accepted| **accepted).count();
            let before = before > 0;
            // Two of them that are no neighbours: whoever drops every second frame looks like that.
            if counts == [6, 8] && !before && !told {
                continue;
            }
            assert_eq!(late, 0, "{bits} bits, {counts:?}, alive before: {before}, told: {told}");
        }
    }
}

#[test]
fn a_dead_one_heals_when_five_in_a_row_are_fresh() {
    let mut counter = counter(4);
    run(&mut counter, (0..20).map(|n| (n % 16, n as f64)));
    let accepted =
        run(&mut counter, [(9, 20.0), (3, 21.0), (4, 22.0), (5, 23.0), (6, 24.0), (7, 25.0), (8, 26.0)]);
    assert_eq!(accepted, [true, false, false, false, false, false, true]);
}

#[test]
fn a_control_unit_that_starts_again_is_alive() {
    let mut counter = counter(4);
    let frames = (0..40).map(|n| (if n < 25 { n % 16 } else { (n - 25) % 16 }, n as f64));
    assert!(run(&mut counter, frames).iter().all(|accepted| *accepted));
}

#[test]
fn what_a_slow_logger_drops_does_not_count() {
    for bits in [2, 4, 8] {
        for dropped in [0.1, 0.5, 0.8] {
            let mut counter = counter(bits);
            let frames: Vec<_> = (0..5000_u64)
                .filter(|n| noise(*n) >= dropped)
                .map(|n| (n % (1 << bits), n as f64 + 0.3 * noise(n + 10_000)))
                .collect();
            let accepted = run(&mut counter, frames.iter().copied());
            // It never counts as dead. A counter of four values is where it was after each fourth frame.
            let moved = (1..frames.len()).filter(|n| frames[n - 1].0 != frames[*n].0);
            let refused = moved.filter(|n| !accepted[*n]).count();
            assert_eq!(refused, 0, "{bits} bits, {dropped} dropped, of {}", frames.len());
        }
    }
}

#[test]
fn frames_that_wait_and_come_together_are_alive() {
    for (bits, burst) in [(2, 3), (2, 10), (4, 5), (4, 24), (8, 10)] {
        let mut counter = counter(bits);
        // Some never come, and those of a burst come 0.1 ms after one another.
        let frames = (0..3000_u64).filter(|n| noise(*n) >= 0.05);
        let frames = frames
            .map(|n| (n % (1 << bits), (n / burst * burst + burst) as f64 + (n % burst) as f64 * 0.005));
        let accepted = run(&mut counter, frames);
        let refused = accepted.iter().filter(|accepted| !**accepted).count();
        assert!(
            refused <= accepted.len() / 50,
            "{bits} bits, {burst} together: {refused} of {}",
            accepted.len()
        );
    }
}

#[test]
fn doubled_frames_are_alive_and_counted_once() {
    for apart in [0.0, 0.01, 0.5] {
        let mut counter = counter(4);
        let frames = (0..200_u64).flat_map(|n| [(n % 16, n as f64), (n % 16, n as f64 + apart)]);
        let accepted = run(&mut counter, frames);
        let expected: Vec<_> = (0..400).map(|n| n % 2 == 0).collect();
        assert_eq!(accepted, expected, "{apart}");
    }
}

#[test]
fn repetitions_that_the_profile_allows_are_believed() {
    let mut counter = counter(4);
    counter.steps.repeats = 1;
    let frames = (0..100_u64).map(|n| (n / 2 % 16, n as f64));
    assert!(run(&mut counter, frames).iter().all(|accepted| *accepted));
    assert_eq!(run(&mut counter, [(2, 100.0), (2, 101.0), (2, 102.0)]), [true, true, false]);
}

#[test]
fn steps_and_rounds_of_other_sizes() {
    // AUTOSAR's profile 1 never sends 15.
    let mut of_15 = counter(4);
    of_15.steps.values = 15;
    assert!(run(&mut of_15, (0..100_u64).map(|n| (n % 15, n as f64))).iter().all(|accepted| *accepted));
    let accepted = run(&mut of_15, (100..120_u64).map(|n| (15, n as f64)));
    assert!(accepted[2..].iter().all(|accepted| !accepted), "{accepted:?}");
    // One that counts down, and one by three through sixteen.
    for step in [15, 3] {
        let mut counter = counter(4);
        counter.steps.step = step;
        let alive = (0..100_u64).filter(|n| n % 7 != 0).map(|n| (n * step % 16, n as f64));
        assert!(run(&mut counter, alive).iter().all(|accepted| *accepted), "{step}");
        let up = (0..40_u64).map(|n| (n % 16, 100.0 + n as f64));
        assert!(run(&mut counter, up).iter().skip(10).all(|accepted| !accepted), "{step}");
    }
}
