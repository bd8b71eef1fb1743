//! The clock of one message: measurements are never closer together than its cycle, however its frames arrive.

use super::hull::{max, min};

/// A clock that has stood still, or hardly moved, for this many frames is none; a burst is shorter.
const STILL: u32 = 8;

/// Two frames of a message closer together than this, s, are no two measurements in time.
const SAME: f64 = 0.5e-3;

/// No message is sent more often, s.
const SHORTEST: f64 = 0.002;

/// A gap of less than this part of a cycle is a burst or jitter: the measurements are a cycle apart.
const EARLY: f64 = 0.9;

/// A burst is of no more cycles.
const AHEAD: f64 = 6.0;

/// Frames over which the cycle is learned.
const MEMORY: f64 = 32.0;

/// One message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// When its last frame came, s.
    pub last: f64,
    /// Time between two frames, s: told, then learned.
    pub cycle: f64,
    /// When its last measurement was made, as far as cycle and frames tell, s.
    measured: f64,
    /// Frames that it was learned from.
    weight: f64,
    /// Frames without an advance of the clock.
    still: u32,
    pub heard: bool,
}

impl Clock {
    /// `told`: the cycle of the profile, s.
    pub fn new(told: Option<f64>) -> Self {
        // Few messages with speeds are slower or faster than that; a told one has to be contradicted for longer.
        let (cycle, weight) = told.map_or((0.02, 4.0), |cycle| (max(cycle, SHORTEST), MEMORY));
        Self { last: 0.0, measured: 0.0, cycle, weight, still: 0, heard: false }
    }

    /// A frame comes at `t`. Gives the time of its measurement, s: that of the frame, or later, where frames come faster
    /// than measurements are made. A gap of `silence` or more says nothing of the cycle.
    pub fn arrive(&mut self, t: f64, silence: f64) -> f64 {
        if !self.heard {
            (self.heard, self.last, self.measured) = (true, t, t);
            return t;
        }
        let gap = max(t - self.last, 0.0);
        self.last = max(self.last, t);
        self.still = if gap < SAME { self.still + 1 } else { 0 };
        if gap < silence {
            self.weight = min(self.weight + 1.0, MEMORY);
            self.cycle = max(SHORTEST, self.cycle + (gap - self.cycle) / self.weight);
        }
        let least = self.measured + self.cycle * if gap < EARLY * self.cycle { 1.0 } else { EARLY };
        self.measured = max(t, min(least, t + AHEAD * self.cycle));
        self.measured
    }

    /// Its frames begin anew; what was learned of its cycle stays.
    pub fn restart(&mut self) {
        (self.heard, self.still) = (false, 0);
    }

    /// Ten cycles, at least 100 ms, at most `stale_after`, s.
    pub fn late(&self, stale_after: f64) -> f64 {
        min(max(0.1, 10.0 * self.cycle), stale_after)
    }

    pub fn stands_still(&self) -> bool {
        self.still > STILL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurements_are_a_cycle_apart_however_frames_arrive() {
        for burst in [1_u32, 2, 5] {
            let mut clock = Clock::new(None);
            let mut before = 0.0;
            for n in 0..400 {
                let t = 0.02 * f64::from(burst * (n / burst)) + 0.0002 * f64::from(n % burst);
                let measured = clock.arrive(t, 0.5);
                if n >= 200 {
                    assert!((measured - before - 0.02_f64).abs() < 0.003, "{burst}: {}", measured - before);
                    assert!(measured >= t);
                }
                before = measured;
            }
            assert!((clock.cycle - 0.02).abs() < 0.002, "{}", clock.cycle);
        }
    }

    #[test]
    fn a_message_that_becomes_twice_as_frequent_does_not_stay_ahead_of_time() {
        let mut clock = Clock::new(None);
        let mut t = 0.0;
        for n in 0..2000 {
            t += if n < 100 { 0.1 } else { 0.05 };
            let ahead = clock.arrive(t, 0.5) - t;
            assert!(ahead <= 0.61, "{n}: {ahead}");
            assert!(n < 1000 || ahead < 0.01, "{n}: {ahead}");
        }
    }

    #[test]
    fn late_is_ten_cycles() {
        for (cycle, late) in [(0.005, 0.1), (0.02, 0.2), (0.04, 0.4), (0.1, 0.5)] {
            let mut clock = Clock::new(None);
            for n in 0..200 {
                clock.arrive(cycle * f64::from(n), 0.5);
            }
            assert!((clock.late(0.5) - late).abs() < 1e-3, "{cycle}: {}", clock.late(0.5));
        }
        assert_eq!(Clock::new(Some(0.1)).late(0.05), 0.05, "never more than is told");
    }

    #[test]
    fn a_clock_without_an_advance_stands_still_until_it_goes_on() {
        let mut clock = Clock::new(None);
        for n in 0..40 {
            clock.arrive(1.0, 0.5);
            assert_eq!(clock.stands_still(), n > 8, "{n}");
        }
        clock.arrive(1.02, 0.5);
        assert!(!clock.stands_still());
    }
}
