//! Alive counters: whether the sender goes on, or frames are only repeated.
//!
//! As AUTOSAR's end-to-end protection does it: each frame is fresh, repeated or wrong by how far the counter went and how
//! far it can have gone meanwhile; what the last few frames were says whether the sender is alive.

use std::time::Duration;

use super::parts::Parts;
#[cfg(test)]
use crate::dbc::Signal;
use crate::frame::SourceTime;

/// After this long a counter may have gone round: its last value says nothing.
const MEMORY: Duration = Duration::from_millis(500);

/// So many wrong ones among the last eight that are no repetition, and the sender is not alive ...
const WRONG: u32 = 2;

/// ... until so many in a row were fresh.
const HEALING: u32 = 5;

/// The cycle is learned from so many gaps between neighbours, and held known from half of them on.
const GAPS: usize = 8;

/// What is left of the frames that are still due when the next one has come: frames that waited come together, later they
/// no longer come.
const STILL_DUE: f64 = 7.0 / 8.0;

/// Shorter cycles are frames that waited.
const SHORTEST_CYCLE: f64 = 1e-4;

/// A counter by other steps than one is followed so far: a frame must not cost more than that.
const MOST_STEPS: u64 = 256;

/// How a counter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Steps {
    /// From one frame to the next.
    pub step: u64,
    /// How many values it has, from 0.
    pub values: u64,
    /// How often a value may come again.
    pub repeats: u32,
}

/// The alive counter of one message, and what became of its last frames.
#[derive(Clone, Debug, PartialEq)]
pub struct Counter {
    parts: Parts,
    steps: Steps,
    cycle: Cycle,
    last: Option<(u64, SourceTime)>,
    /// How often the last value has come again.
    repeated: u32,
    /// Frames that the time allows and that have not come.
    due: f64,
    /// The last eight that were no repetition, the latest lowest: 1 is a wrong one.
    recent: u8,
    fresh_in_a_row: u32,
    is_dead: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Fresh,
    Repeated,
    Wrong,
}

impl Counter {
    /// A counter that steps by one through all values of its signal.
    #[cfg(test)]
    fn of(signal: Signal) -> Self {
        let parts = Parts::one(signal);
        let steps = Steps { step: 1, values: all_values(&parts), repeats: 0 };
        Self::new(parts, steps)
    }

    pub(super) fn new(parts: Parts, steps: Steps) -> Self {
        Self {
            parts,
            steps,
            cycle: Cycle::default(),
            last: None,
            repeated: 0,
            due: 0.0,
            recent: 0,
            fresh_in_a_row: 0,
            is_dead: false,
        }
    }

    /// Where it lies.
    pub(super) const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// How many values it has.
    pub(super) const fn values(&self) -> u64 {
        self.steps.values
    }

    /// The time between two frames is known, and not to be learned.
    pub(crate) const fn set_cycle(&mut self, cycle: Option<Duration>) {
        self.cycle.told = cycle;
    }

    /// Takes a frame; whether it is to be believed. One that has no counter is.
    pub fn accepts(&mut self, payload: &[u8], at: SourceTime) -> bool {
        let Some(count) = self.parts.get(payload) else { return true };
        let Some((last, then)) = self.last.replace((count, at)) else { return true };
        match self.judge(last, count, at.saturating_sub(then)) {
            Verdict::Repeated => self.repeated = self.repeated.saturating_add(1),
            verdict => {
                self.repeated = 0;
                self.remember(verdict == Verdict::Wrong);
            }
        }
        !self.is_dead && self.repeated <= self.steps.repeats
    }

    fn remember(&mut self, is_wrong: bool) {
        self.recent = self.recent << 1 | u8::from(is_wrong);
        self.fresh_in_a_row = if is_wrong { 0 } else { self.fresh_in_a_row.saturating_add(1) };
        if self.recent.count_ones() >= WRONG {
            self.is_dead = true;
        }
        if self.is_dead && self.fresh_in_a_row >= HEALING {
            (self.is_dead, self.recent) = (false, 0);
        }
    }

    fn judge(&mut self, last: u64, count: u64, gap: Duration) -> Verdict {
        let values = self.steps.values;
        if count >= values {
            self.due = 0.0;
            return Verdict::Wrong;
        }
        let round = values as f64 - 0.5;
        let passed = self.cycle.shortest().map(|cycle| gap.as_secs_f64() / cycle);
        if count == last {
            let went_round = self.cycle.longest().is_some_and(|cycle| gap.as_secs_f64() / cycle >= round);
            let is_fresh = gap >= MEMORY || went_round;
            self.settle(passed, if is_fresh { values as f64 } else { 0.0 });
            return if is_fresh { Verdict::Fresh } else { Verdict::Repeated };
        }
        // Rounded: of a frame that comes half a cycle early or late nothing is concluded.
        let room = passed.map_or(f64::INFINITY, |passed| (self.due + passed + 0.5).max(1.0));
        let any = gap >= MEMORY || last >= values || passed.is_some_and(|passed| passed >= round);
        let Some(went) = self.went(last, count) else { return Verdict::Wrong };
        if went > room && !any {
            self.due = 0.0;
            return Verdict::Wrong;
        }
        if went == 1.0 && gap < MEMORY {
            self.cycle.learn(gap);
        }
        self.settle(passed, went);
        Verdict::Fresh
    }

    /// What is still due. After a gap the frame that comes first may be one that waited, and the next is the latest.
    fn settle(&mut self, passed: Option<f64>, went: f64) {
        let due = self.due + passed.unwrap_or(0.0) - went;
        let left = if went > 0.0 { STILL_DUE } else { 1.0 };
        self.due = due.clamp(0.0, self.steps.values as f64) * left;
    }

    /// How many steps lead from one value to the other, if any do.
    fn went(&self, last: u64, count: u64) -> Option<f64> {
        let Steps { step, values, .. } = self.steps;
        let last = last % values;
        if step == 1 {
            return Some(((count + values - last) % values) as f64);
        }
        // After as many as it has values it has been everywhere that it goes.
        let mut value = last;
        let steps = (1..=values.min(MOST_STEPS)).find(|_| {
            value = (value + step) % values;
            value == count
        });
        steps.map(|steps| steps as f64)
    }
}

/// How many values the bits have.
pub(super) fn all_values(parts: &Parts) -> u64 {
    1 << parts.bits().min(32)
}

/// The time between two frames: told by the profile, or learned from frames that are neighbours by their counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cycle {
    told: Option<Duration>,
    gaps: [Duration; GAPS],
    learned: usize,
}

impl Cycle {
    fn learn(&mut self, gap: Duration) {
        self.gaps[self.learned % GAPS] = gap;
        self.learned += 1;
    }

    /// Seconds, rather too few: a slow logger drops whole rounds of a short counter. One gap of them may be a frame that
    /// waited.
    fn shortest(&self) -> Option<f64> {
        self.of(|gaps| {
            let least = gaps.iter().min()?;
            let at = gaps.iter().position(|gap| gap == least)?;
            gaps.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, gap)| *gap).min()
        })
    }

    /// Seconds, rather too many.
    fn longest(&self) -> Option<f64> {
        self.of(|gaps| gaps.iter().max().copied())
    }

    fn of(&self, learned: impl Fn(&[Duration]) -> Option<Duration>) -> Option<f64> {
        let known = self.learned.min(GAPS);
        let learned = || if known >= GAPS / 2 { learned(&self.gaps[..known]) } else { None };
        self.told.or_else(learned).map(|cycle| cycle.as_secs_f64().max(SHORTEST_CYCLE))
    }
}

#[cfg(test)]
mod tests {
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
}
