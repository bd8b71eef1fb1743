//! From the stamps of a log, which may leap, to a clock that never goes back.

use std::time::Duration;

use crate::frame::SourceTime;

/// A stamp that is this much earlier than the one before starts a new base; below, frames were only
/// written out of order.
const NEW_BASE_AFTER: Duration = Duration::from_secs(1);

/// The longest true silence; beyond it the wall clock was set while the log was written.
const LONGEST_GAP: Duration = Duration::from_secs(60);

/// The clock of a replay.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// The latest stamp in the present base, microseconds, and what it is on the clock.
    latest: Option<(u64, SourceTime)>,
    /// Where the next lap starts.
    start: SourceTime,
}

/// A stamp that could not be taken as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leap {
    /// Earlier than the one before by so much: taken as of the same time.
    Back(Duration),
    /// Earlier by so much that the wall clock must have been set: the clock goes on from there.
    NewBase(Duration),
    /// Later by so much that the wall clock must have been set: shortened to 60 s.
    Forward(Duration),
}

impl Timeline {
    /// The clock for a stamp of the log, and what was wrong with the stamp.
    pub fn place(&mut self, wall_us: u64) -> (SourceTime, Option<Leap>) {
        let Some((latest_us, latest)) = self.latest else {
            self.latest = Some((wall_us, self.start));
            return (self.start, None);
        };
        let leap = if let Some(back) = latest_us.checked_sub(wall_us).filter(|&back| back > 0) {
            let back = Duration::from_micros(back);
            if back < NEW_BASE_AFTER {
                return (latest, Some(Leap::Back(back)));
            }
            Some(Leap::NewBase(back))
        } else {
            let gap = Duration::from_micros(wall_us - latest_us);
            (gap > LONGEST_GAP).then_some(Leap::Forward(gap))
        };
        let step = match leap {
            None => Duration::from_micros(wall_us - latest_us),
            Some(Leap::Forward(_)) => LONGEST_GAP,
            Some(Leap::Back(_) | Leap::NewBase(_)) => Duration::ZERO,
        };
        let at = latest.saturating_add(step);
        self.latest = Some((wall_us, at));
        (at, leap)
    }

    /// The log starts again, its first frame at `start`.
    pub fn restart(&mut self, start: SourceTime) {
        *self = Self { latest: None, start };
    }
}

impl std::fmt::Display for Leap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Back(back) => {
                write!(
                    f,
                    "time stamp {:.6} s before an earlier line's; taken as of the same time",
                    back.as_secs_f64()
                )
            }
            Self::NewBase(back) => write!(
                f,
                "time stamps go back by {:.6} s: the clock was set while the log was written; \
                 taken as of the same time",
                back.as_secs_f64()
            ),
            Self::Forward(gap) => write!(
                f,
                "time stamps leap by {:.6} s: the clock was set while the log was written; taken as {} s",
                gap.as_secs_f64(),
                LONGEST_GAP.as_secs()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000;

    fn seconds(s: f64) -> Duration {
        Duration::from_secs_f64(s)
    }

    #[test]
    fn the_clock_starts_at_the_first_stamp_and_follows() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.place(1_674_148_739 * S), (Duration::ZERO, None));
        assert_eq!(timeline.place(1_674_148_739 * S + 5), (Duration::from_micros(5), None));
        assert_eq!(timeline.place(1_674_148_739 * S + 5), (Duration::from_micros(5), None));
        assert_eq!(timeline.place(1_674_148_799 * S + 5), (seconds(60.000_005), None));
    }

    #[test]
    fn small_steps_back_are_held_and_leave_the_base() {
        let mut timeline = Timeline::default();
        timeline.place(10 * S);
        timeline.place(11 * S);
        assert_eq!(
            timeline.place(10 * S + 1),
            (seconds(1.0), Some(Leap::Back(Duration::from_micros(S - 1))))
        );
        assert_eq!(
            timeline.place(10 * S + 2),
            (seconds(1.0), Some(Leap::Back(Duration::from_micros(S - 2))))
        );
        assert_eq!(timeline.place(12 * S), (seconds(2.0), None));
    }

    #[test]
    fn large_leaps_make_a_new_base() {
        let mut timeline = Timeline::default();
        timeline.place(1000 * S);
        assert_eq!(timeline.place(999 * S), (Duration::ZERO, Some(Leap::NewBase(seconds(1.0)))));
        assert_eq!(timeline.place(1001 * S), (seconds(2.0), None));
        assert_eq!(timeline.place(1_674_148_739 * S).0, seconds(62.0));
        assert_eq!(timeline.place(1_674_148_740 * S), (seconds(63.0), None));
        assert_eq!(timeline.place(0).0, seconds(63.0));
        assert_eq!(timeline.place(u64::MAX).0, seconds(123.0));
        timeline.restart(seconds(200.0));
        assert_eq!(timeline.place(1000 * S), (seconds(200.0), None));
    }
}
