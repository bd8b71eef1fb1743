//! When to write: at stops and each kilometre, and not more often than a card likes. `docs/read-only-root.md` has the sums.

use std::time::{Duration, Instant};

use super::record::Count;

/// Well before a kilometre is full, so that no more than that is lost with what a slow card takes for a write.
const AT_LEAST_UM: u64 = 900 * 1_000_000;

/// A stop after less than this changes nothing.
const MOVED_UM: u64 = 1_000_000;

/// Time of which nothing is known is written with the rest, and by itself when so much has come together.
const UNKNOWN_MS: u64 = 600_000;

/// From one stop to the next, in a queue.
const PAUSE: Duration = Duration::from_secs(5);

/// From one trip to the next: a client that begins trips without end does not wear the card out.
const PAUSE_OF_TRIPS: Duration = Duration::from_secs(1);

/// After a failure: a card that is full stays so for a while.
const RETRY: Duration = Duration::from_secs(10);

/// What is kept, and what was handed over.
#[derive(Debug, Default)]
pub struct Schedule {
    kept: Option<[Count; 3]>,
    asked: Count,
    /// The car has stopped, or its speed was lost, since the last write: the power may go soon.
    stopped: bool,
    /// Somebody has set something.
    urgent: bool,
    not_before: Option<Instant>,
    /// Of the last write.
    asked_at: Option<Instant>,
}

impl Schedule {
    /// Whether to write now. `rests`: the car stands, or nobody knows whether it moves; `new`: there is no file yet, and
    /// there should be one.
    pub fn is_due(&mut self, total: Count, rests: bool, new: bool) -> bool {
        let moved = total.micrometres.abs_diff(self.asked.micrometres);
        let unknown = total.unknown_ms.abs_diff(self.asked.unknown_ms);
        let has_moved = moved >= MOVED_UM;
        if !has_moved && unknown == 0 && !new && !self.urgent {
            return false;
        }
        self.stopped |= rests && has_moved;
        let first_unknown = unknown > 0 && self.asked.unknown_ms == 0;
        let far = moved >= AT_LEAST_UM || unknown >= UNKNOWN_MS || first_unknown || new;
        if !far && !self.stopped && !self.urgent {
            return false;
        }
        if self.not_before.is_some_and(|until| Instant::now() < until) {
            return false;
        }
        far || self.urgent && self.may_hurry() || self.stopped && self.is_over(PAUSE)
    }

    /// Whether the next trip can begin on the card at once.
    pub fn may_hurry(&self) -> bool {
        self.is_over(PAUSE_OF_TRIPS)
    }

    fn is_over(&self, pause: Duration) -> bool {
        self.asked_at.is_none_or(|asked| asked.elapsed() >= pause)
    }

    /// Somebody has set something, which is to be written however little it is.
    pub const fn hurry(&mut self) {
        self.urgent = true;
    }

    /// Whether something waits to be written.
    pub const fn waits(&self) -> bool {
        self.stopped || self.urgent
    }

    /// These were handed to the writer.
    pub fn is_asked(&mut self, counts: [Count; 3]) {
        self.asked = counts[0];
        (self.stopped, self.urgent) = (false, false);
        self.asked_at = Some(Instant::now());
    }

    /// These outlive a power cut.
    pub fn is_kept(&mut self, counts: [Count; 3]) {
        if self.kept.is_none() {
            self.asked = counts[0];
        }
        self.kept = Some(counts);
        self.not_before = None;
    }

    /// The last ones do not.
    pub fn has_failed(&mut self) {
        self.asked = self.kept.unwrap_or_default()[0];
        self.urgent = true;
        self.not_before = Some(Instant::now() + RETRY);
    }

    /// What outlives a power cut; `None` before anything does.
    pub const fn kept(&self) -> Option<[Count; 3]> {
        self.kept
    }

    /// Whether there is something to keep that is not kept.
    pub fn is_behind(&self, counts: [Count; 3]) -> bool {
        self.kept.unwrap_or_default() != counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metres(m: u64) -> Count {
        Count { micrometres: m * 1_000_000, unknown_ms: 0 }
    }

    fn kept(m: u64) -> Schedule {
        let mut schedule = Schedule::default();
        schedule.is_kept([metres(m); 3]);
        schedule
    }

    #[test]
    fn each_kilometre_before_it_is_full_and_each_stop() {
        let mut schedule = kept(5_000);
        assert!(!schedule.is_due(metres(5_000), true, false), "it stands");
        assert!(!schedule.is_due(metres(5_899), false, false));
        assert!(schedule.is_due(metres(5_900), false, false));
        assert!(schedule.is_due(metres(5_002), true, false), "a stop");
        assert!(schedule.is_due(metres(5_002), false, false), "which is not forgotten when it goes on");
        schedule.is_asked([metres(5_002); 3]);
        assert!(!schedule.is_due(metres(5_010), true, false), "the next stop waits");
        assert!(schedule.waits());
        assert!(schedule.is_due(metres(5_902), false, false), "a kilometre does not");
    }

    #[test]
    fn trips_that_begin_without_end_are_written_once_a_second() {
        let mut schedule = kept(5_000);
        assert!(schedule.may_hurry());
        schedule.is_asked([metres(5_000); 3]);
        schedule.hurry();
        assert!(!schedule.may_hurry() && !schedule.is_due(metres(5_000), true, false));
        schedule.asked_at = Instant::now().checked_sub(PAUSE_OF_TRIPS);
        assert!(schedule.is_due(metres(5_000), true, false));
    }

    #[test]
    fn what_failed_is_tried_again_after_a_while() {
        let mut schedule = kept(5_000);
        schedule.is_asked([metres(5_900); 3]);
        assert!(!schedule.is_due(metres(5_950), false, false));
        schedule.has_failed();
        assert!(!schedule.is_due(metres(5_950), false, false), "not at once");
        schedule.not_before = Some(Instant::now());
        assert!(schedule.is_due(metres(5_950), false, false));
        assert_eq!(schedule.kept(), Some([metres(5_000); 3]));
    }

    #[test]
    fn what_is_unknown_is_written_at_first_and_then_seldom() {
        let mut schedule = kept(5_000);
        let unknown = |ms| Count { unknown_ms: ms, ..metres(5_000) };
        assert!(schedule.is_due(unknown(1), true, false));
        schedule.is_asked([unknown(1); 3]);
        assert!(!schedule.is_due(unknown(500_000), true, false));
        assert!(schedule.is_due(unknown(600_001), true, false));
    }

    /// Stop and go for an hour, and standing for the rest of the day.
    #[test]
    fn a_queue_does_not_wear_a_card_out() {
        let mut schedule = kept(0);
        let mut writes = 0;
        for stop in 1..=1_000 {
            if schedule.is_due(metres(20 * stop), true, false) {
                schedule.is_asked([metres(20 * stop); 3]);
                writes += 1;
            }
        }
        // No time goes by here: what is left is each kilometre.
        assert_eq!(writes, 23);
        for _ in 0..1_000_000 {
            assert!(!schedule.is_due(schedule.asked, true, false));
        }
    }
}
