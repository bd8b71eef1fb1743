//! The kernel's receive stamps, which are wall-clock time, on the monotonic clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::frame::{SourceTime, Stamp};

/// A frame that seems older was more probably stamped before the wall clock was set than left lying.
const LIKELY_AGE_US: i64 = 1_000_000;

/// To read two clocks takes less than this, on the slowest machine.
const SAME_MOMENT: Duration = Duration::from_micros(500);

/// How often the clocks are read at most for one frame.
const MOST_TRIES: u32 = 4;

/// The monotonic clock since its making, and the way there from the wall clock.
#[derive(Debug)]
pub(super) struct LinkClock {
    start: Instant,
    track: Track,
}

impl LinkClock {
    pub fn new() -> Self {
        Self { start: Instant::now(), track: Track::default() }
    }

    /// Another clock that shows the same time.
    pub fn with_same_start(&self) -> Self {
        Self { start: self.start, track: Track::default() }
    }

    pub fn now(&self) -> SourceTime {
        self.start.elapsed()
    }

    /// The instant at which the clock shows `at`; `None` beyond what the system can count.
    pub fn instant(&self, at: SourceTime) -> Option<Instant> {
        self.start.checked_add(at)
    }

    /// Stamps a frame that has just been read: with the kernel's stamp or, where there is none, the present.
    pub fn stamp(&mut self, kernel_us: Option<u64>) -> Stamp {
        let (now_us, wall_us) = self.both_clocks_us();
        let frame_us = kernel_us.map_or(wall_us, |us| to_us(u128::from(us)));
        let at = self.track.place(frame_us, wall_us, now_us);
        Stamp { wall_us: frame_us.unsigned_abs(), at: SourceTime::from_micros(at.unsigned_abs()) }
    }

    /// Both clocks at the same moment: read again where this process was stopped between the two, for then every frame
    /// would seem older by that.
    fn both_clocks_us(&self) -> (i64, i64) {
        let mut tries = 0;
        loop {
            let before = self.now();
            let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            tries += 1;
            if tries == MOST_TRIES || self.now().saturating_sub(before) <= SAME_MOMENT {
                return (to_us(before.as_micros()), to_us(wall.as_micros()));
            }
        }
    }
}

/// What is known of the two clocks. All times in microseconds.
#[derive(Debug, Default)]
struct Track {
    /// Wall clock less monotonic clock, when it was last found to explain a stamp.
    offset: Option<i64>,
    /// What was given last: the clock never goes back.
    last: i64,
}

impl Track {
    /// Monotonic time of a frame that the kernel stamped at `frame` on the wall clock, read when the clocks
    /// show `wall` and `now`.
    ///
    /// If the wall clock was set between stamp and reading, the offset from before explains the stamp and
    /// the present one does not.
    fn place(&mut self, frame: i64, wall: i64, now: i64) -> i64 {
        let now = now.max(self.last);
        let offset = wall - now;
        let recent = self.last.max(now - LIKELY_AGE_US);
        let by_present = frame - offset;
        let by_past = self.offset.map(|offset| frame - offset).filter(|at| (self.last..=now).contains(at));
        let at = if (recent..=now).contains(&by_present) {
            self.offset = Some(offset);
            by_present
        } else {
            by_past.unwrap_or_else(|| by_present.clamp(recent, now))
        };
        self.last = at;
        at
    }
}

fn to_us(us: u128) -> i64 {
    // Half the range holds 146,000 years and lets differences be taken without overflow.
    i64::try_from(us).unwrap_or(i64::MAX).min(i64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = 1_000_000;
    const WALL: i64 = 1_674_148_739 * S;

    /// A clock that has placed one frame at 10 s, with the wall clock at `WALL` + 10 s.
    fn at_ten_seconds() -> Track {
        let mut track = Track::default();
        assert_eq!(track.place(WALL + 10 * S, WALL + 10 * S, 10 * S), 10 * S);
        track
    }

    #[test]
    fn a_frame_is_as_old_as_its_stamp_says() {
        let mut track = at_ten_seconds();
        assert_eq!(track.place(WALL + 11 * S, WALL + 11 * S + 300, 11 * S + 300), 11 * S);
    }

    #[test]
    fn frames_that_waited_long_keep_their_distances() {
        let mut track = at_ten_seconds();
        for n in 1..=200 {
            let at = 10 * S + n * 20_000;
            assert_eq!(track.place(WALL + at, WALL + 14 * S, 14 * S), at);
        }
    }

    #[test]
    fn a_leap_of_the_wall_clock_between_stamp_and_reading_does_not_matter() {
        for leap in [3600 * S, -3600 * S, WALL, 30 * S, -30 * S] {
            let mut track = at_ten_seconds();
            let wall = |at| WALL + leap + at;
            // Two frames stamped before the leap, two after, all read after.
            assert_eq!(track.place(WALL + 10 * S + 20, wall(10 * S + 90), 10 * S + 90), 10 * S + 20);
            assert_eq!(track.place(WALL + 10 * S + 40, wall(10 * S + 90), 10 * S + 90), 10 * S + 40);
            assert_eq!(track.place(wall(10 * S + 60), wall(10 * S + 90), 10 * S + 90), 10 * S + 60);
            assert_eq!(track.place(wall(10 * S + 80), wall(10 * S + 95), 10 * S + 95), 10 * S + 80);
        }
    }

    #[test]
    fn it_never_goes_back_nor_ahead_of_now() {
        let mut track = at_ten_seconds();
        let mut last = 10 * S;
        for (frame, wall, now) in [
            (0, WALL + 11 * S, 11 * S),
            (i64::MAX / 2, WALL + 12 * S, 12 * S),
            (WALL + 5 * S, WALL, 12 * S + 1),
            (WALL + 5 * S, i64::MAX / 2, 12 * S + 2),
            (0, 0, 12 * S + 3),
        ] {
            let at = track.place(frame, wall, now);
            assert!((last..=now).contains(&at), "{at} after {last} at {now}");
            last = at;
        }
    }

    #[test]
    fn the_first_frame_of_all_is_at_most_a_second_old() {
        assert_eq!(Track::default().place(WALL, WALL + 500, 100 * S), 100 * S - 500);
        assert_eq!(Track::default().place(WALL, WALL + 3600 * S, 100 * S), 99 * S);
    }
}
