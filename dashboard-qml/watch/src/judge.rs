//! When a cluster hangs. A pure function of the beats and the clock.

use std::time::{Duration, Instant};

use crate::beat::Beat;

/// Without a beat for so long, a number on the screen may be a lie. The cluster beats every 100 ms: one may be missing and
/// the next half as late again.
const WITH_NUMBERS: Duration = Duration::from_millis(250);
/// The first frame with a number takes longest: a GPU compiles what it has not drawn before. Until it is there, dashes are.
const APPEARING: Duration = Duration::from_secs(1);
/// Dashes do not lie; a slow machine may take its time.
const CALM: Duration = Duration::from_secs(10);
/// Before the first beat, which comes with the first frame.
const STARTING: Duration = Duration::from_secs(60);
/// To close a window, and threads that may wait for a bus.
const ENDING: Duration = Duration::from_secs(1);

/// Whoever wakes so long after the time it asked for was kept from running, and so perhaps was the cluster.
const WOKEN_LATE: Duration = Duration::from_millis(50);
/// What the cluster then has, once, to say that it turns.
const EXCUSE: Duration = Duration::from_millis(100);

/// Knows the last beat, and what comes of it.
#[derive(Debug)]
pub struct Judge {
    deadline: Instant,
    excused: bool,
}

impl Judge {
    /// Of a cluster that is started now.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { deadline: now + STARTING, excused: false }
    }

    /// The cluster has said this.
    pub fn heard(&mut self, beat: Beat, now: Instant) {
        self.excused = false;
        self.deadline = now
            + match beat {
                Beat::Numbers => WITH_NUMBERS,
                Beat::Appearing => APPEARING,
                Beat::Calm => CALM,
                Beat::Ending => ENDING,
            };
    }

    /// When to look again.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether the cluster hangs, if nothing has been heard up to `now`.
    pub fn hangs(&mut self, now: Instant) -> bool {
        let Some(late) = now.checked_duration_since(self.deadline) else { return false };
        if late > WOKEN_LATE && !self.excused {
            self.excused = true;
            self.deadline = now + EXCUSE;
            return false;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_number_has_a_quarter_of_a_second() {
        let start = Instant::now();
        let mut judge = Judge::new(start);
        judge.heard(Beat::Numbers, start);
        assert!(!judge.hangs(start + 249 * MS));
        assert!(judge.hangs(start + 250 * MS));
        judge.heard(Beat::Numbers, start + 240 * MS);
        assert!(!judge.hangs(start + 489 * MS));
        assert!(judge.hangs(start + 490 * MS));
    }

    #[test]
    fn start_dashes_and_the_end_have_longer_but_not_for_ever() {
        let start = Instant::now();
        let mut judge = Judge::new(start);
        assert!(!judge.hangs(start + Duration::from_secs(59)));
        assert!(judge.hangs(start + Duration::from_secs(60)));
        judge.heard(Beat::Calm, start);
        assert!(!judge.hangs(start + Duration::from_secs(9)));
        assert!(judge.hangs(start + Duration::from_secs(10)));
        for beat in [Beat::Appearing, Beat::Ending] {
            judge.heard(beat, start);
            assert!(!judge.hangs(start + 999 * MS));
            assert!(judge.hangs(start + 1000 * MS));
        }
    }

    #[test]
    fn a_machine_that_stood_still_is_excused_once() {
        let start = Instant::now();
        let mut judge = Judge::new(start);
        judge.heard(Beat::Numbers, start);
        // Nobody ran for a second.
        let woken = start + 1000 * MS;
        assert!(!judge.hangs(woken));
        assert!(!judge.hangs(woken + 99 * MS));
        assert!(judge.hangs(woken + 160 * MS), "an excuse is no way to live");
        judge.heard(Beat::Numbers, woken);
        assert!(!judge.hangs(woken + 1000 * MS), "a beat makes it good");
    }

    #[test]
    fn whatever_happens_a_hang_is_found_in_time_by_whoever_is_awake() {
        let start = Instant::now();
        for woken_late_ms in 0..=50 {
            let mut judge = Judge::new(start);
            judge.heard(Beat::Numbers, start);
            assert!(judge.hangs(judge.deadline() + woken_late_ms * MS));
            assert!(250 + woken_late_ms <= 300);
        }
    }
}
