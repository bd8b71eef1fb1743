//! How often a message comes, and from when on it is late.

use std::time::Duration;

use crate::frame::SourceTime;

/// It is late after so many cycles ...
const LATE_CYCLES: u32 = 10;

/// ... but not before ...
const LATE_AT_LEAST: Duration = Duration::from_millis(100);

/// ... and then at the latest.
const LATE_AT_MOST: Duration = Duration::from_secs(60);

/// What is taken for the cycle of a message of which one frame has come: few lamps are sent less often.
const UNKNOWN: Duration = Duration::from_secs(1);

/// Frames over which the cycle is learned.
const MEMORY: u32 = 32;

/// One message, or one page of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    told: Option<Duration>,
    learned: Duration,
    frames: u32,
    last: Option<SourceTime>,
}

impl Pace {
    pub const fn new(told: Option<Duration>) -> Self {
        Self { told, learned: UNKNOWN, frames: 0, last: None }
    }

    /// A frame has come. Its clock may stand still, and may not go back.
    pub fn hear(&mut self, at: SourceTime) {
        if let Some(last) = self.last.filter(|_| self.told.is_none()) {
            // Of a silence no more counts than what makes it one: after a burst the cycle must be able to grow.
            let gap = at.saturating_sub(last).min(self.late_after()).as_secs_f64();
            self.frames = (self.frames + 1).min(MEMORY);
            let before = self.learned.as_secs_f64();
            self.learned = Duration::from_secs_f64(before + (gap - before) / f64::from(self.frames));
        }
        self.last = self.last.max(Some(at));
    }

    /// Nothing has been heard.
    pub fn forget(&mut self) {
        self.last = None;
    }

    /// The time between two frames, as told or learned; `None` where nobody knows yet.
    pub fn cycle(&self) -> Option<Duration> {
        self.told.or((self.frames > 0).then_some(self.learned))
    }

    pub fn late_after(&self) -> Duration {
        let cycle = self.cycle().unwrap_or(UNKNOWN);
        (cycle * LATE_CYCLES).clamp(LATE_AT_LEAST, LATE_AT_MOST)
    }

    /// When its last frame came.
    pub const fn last(&self) -> Option<SourceTime> {
        self.last
    }

    /// When it becomes late, if nothing comes.
    pub fn late_at(&self) -> Option<SourceTime> {
        Some(self.last? + self.late_after())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn about(time: Duration, expected_ms: u64) -> bool {
        (time.as_secs_f64() * 1e3 - expected_ms as f64).abs() < 2.0
    }

    #[test]
    fn late_is_ten_cycles_told_or_learned() {
        for (told, cycle, late) in [
            (None, 100, 1000),
            (None, 1000, 10_000),
            (None, 5, 100),
            (Some(ms(20)), 40, 200),
            (None, 3000, 30_000),
        ] {
            let mut pace = Pace::new(told);
            (0..100).for_each(|n| pace.hear(ms(cycle * n)));
            assert!(about(pace.late_after(), late), "{told:?} {cycle}: {:?}", pace.late_after());
            assert_eq!(pace.late_at(), Some(ms(99 * cycle) + pace.late_after()));
        }
    }

    #[test]
    fn one_frame_alone_is_good_for_ten_seconds() {
        let mut pace = Pace::new(None);
        assert_eq!((pace.late_at(), pace.cycle()), (None, None));
        pace.hear(ms(500));
        assert_eq!(pace.late_at(), Some(ms(10_500)));
    }

    #[test]
    fn a_silence_is_no_cycle_and_time_does_not_go_back() {
        let mut pace = Pace::new(None);
        (0..50).for_each(|n| pace.hear(ms(100 * n)));
        pace.hear(ms(60_000));
        pace.hear(ms(59_000));
        assert!((ms(1000)..ms(1290)).contains(&pace.late_after()), "{:?}", pace.late_after());
        assert_eq!(pace.last(), Some(ms(60_000)));
    }

    #[test]
    fn bursts_are_learned_as_their_mean() {
        let mut pace = Pace::new(None);
        // The first four make it believe in a cycle of a millisecond.
        (0..400_u64).for_each(|n| pace.hear(ms(100 * (n / 4) + n % 4)));
        let late = pace.late_after();
        assert!((ms(230)..ms(300)).contains(&late), "{late:?}");
    }
}
