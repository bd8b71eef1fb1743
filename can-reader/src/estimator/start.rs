//! The start, and the return from a silence: a few frames that agree.

use super::hull::max;

/// Frames in a row, and over how long, s: when all wheels agree, after a silence, after half a
/// second of it at most, with a wheel missing or lying.
const ALL: (u32, f64) = (3, 0.035);
const AFTER_SILENCE: (u32, f64) = (2, 0.0);
const AFTER_GAP: (u32, f64) = (1, 0.0);
const SOME: (u32, f64) = (20, 0.5);

/// For how long every wheel is waited for, s.
const WAITS: f64 = 0.3;

/// How far it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Start {
    /// What was known before the silence still binds.
    pub after_silence: bool,
    /// It was no longer than a slow message may be late.
    pub brief: bool,
    /// When the first frame came, and the first of those that agree, s.
    first: Option<f64>,
    since: f64,
    /// Frames that agree.
    pub good: u32,
}

impl Start {
    /// Whether wheels that have not been heard are waited for at the time `t`, s.
    pub fn waits(&mut self, t: f64) -> bool {
        t - *self.first.get_or_insert(t) < WAITS
    }

    /// A frame that agrees with those before. Whether there are enough of them; `all`: of every wheel.
    pub fn agrees(&mut self, t: f64, all: bool) -> bool {
        if self.good == 0 {
            self.since = t;
        }
        self.good += 1;
        let (frames, seconds) = match (all, self.after_silence) {
            (false, _) => SOME,
            (true, true) if self.brief => AFTER_GAP,
            (true, true) => AFTER_SILENCE,
            (true, false) => ALL,
        };
        self.good >= frames && max(t - self.since, 0.0) >= seconds
    }

    /// A frame that does not.
    pub fn disagrees(&mut self) {
        self.good = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The frame, from 1, at which there are enough, a cycle of `ms` milliseconds apart.
    fn frames(mut start: Start, all: bool, ms: u32) -> Option<u32> {
        (1..100).find(|n| start.agrees(f64::from(n * ms) / 1000.0, all))
    }

    #[test]
    fn a_start_takes_five_cycles_at_most_and_longer_with_a_fault() {
        assert_eq!(frames(Start::default(), true, 10), Some(5));
        assert_eq!(frames(Start::default(), true, 20), Some(3));
        assert_eq!(frames(Start::default(), true, 100), Some(3));
        assert_eq!(frames(Start { after_silence: true, ..Start::default() }, true, 20), Some(2));
        let gap = Start { after_silence: true, brief: true, ..Start::default() };
        assert_eq!(frames(gap, true, 20), Some(1));
        assert_eq!(frames(Start::default(), false, 20), Some(26));
    }
}
