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
mod tests;
