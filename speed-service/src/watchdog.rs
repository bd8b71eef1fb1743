//! When the service manager hears that all is well, and whether: a pure function of what the run loop has done.
//!
//! No task and no timer of its own: the run loop asks at every turn, so that a loop that hangs feeds nobody.

use std::time::Duration;

use crate::notify;

/// How often `STATUS` is brought up to date where there is no watchdog.
const STATUS_PERIOD: Duration = Duration::from_secs(5);

/// Says when to feed. Times are the process's monotonic clock.
#[derive(Debug)]
pub struct Watchdog {
    /// `None`: nobody listens.
    period: Option<Duration>,
    /// Whether the manager waits for us, and not only for our status.
    guards: bool,
    due: Duration,
    /// The source has answered since the last time.
    turned: bool,
    /// Batches that the bus had taken at the last time.
    sent: u64,
}

/// How the bus takes what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending {
    /// Batches of signals that the bus has taken so far.
    pub sent: u64,
    /// Whether there is nothing that it has yet to take.
    pub idle: bool,
}

impl Watchdog {
    /// As the service manager has asked in the environment.
    #[must_use]
    pub fn from_environment() -> Self {
        if !notify::is_wanted() {
            return Self::new(None, false);
        }
        // Half of what systemd waits for, as sd_watchdog_enabled(3) recommends.
        let half = sd_notify::watchdog_enabled().map(|limit| limit / 2).filter(|half| !half.is_zero());
        Self::new(half.or(Some(STATUS_PERIOD)), half.is_some())
    }

    const fn new(period: Option<Duration>, guards: bool) -> Self {
        Self { period, guards, due: Duration::ZERO, turned: false, sent: 0 }
    }

    /// When the run loop has to turn again at the latest, even if nothing happens.
    #[must_use]
    pub fn look(&self, now: Duration) -> Option<Duration> {
        // Overdue: something hangs. To look for it without a pause would burn a core.
        self.period.map(|period| if self.due > now { self.due } else { now + period / 4 })
    }

    /// The source has answered, if only that its clock goes on.
    pub const fn turned(&mut self) {
        self.turned = true;
    }

    /// Whether somebody watches: else the clock need not be read for it.
    pub const fn is_used(&self) -> bool {
        self.period.is_some()
    }

    /// Whether the manager is to be told now. With something to send, the bus must have taken some of it since the
    /// last time.
    pub fn is_due(&mut self, now: Duration, sending: impl FnOnce() -> Sending) -> bool {
        let Some(period) = self.period.filter(|_| now >= self.due && self.turned) else { return false };
        let sending = sending();
        if !sending.idle && sending.sent == self.sent {
            return false;
        }
        self.sent = sending.sent;
        self.turned = false;
        self.due = now + period;
        true
    }

    /// Tells the manager.
    pub fn feed(&self) {
        if self.guards {
            notify::watchdog();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_secs(1);
    const IDLE: Sending = Sending { sent: 0, idle: true };

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_source_that_answers_feeds_once_a_period() {
        let mut watchdog = Watchdog::new(Some(PERIOD), true);
        let mut fed = Vec::new();
        for ms in (0..5_000).step_by(20) {
            watchdog.turned();
            if watchdog.is_due(at(ms), || IDLE) {
                fed.push(ms);
            }
        }
        assert_eq!(fed, [0, 1_000, 2_000, 3_000, 4_000]);
    }

    #[test]
    fn a_source_that_does_not_answer_feeds_nobody() {
        let mut watchdog = Watchdog::new(Some(PERIOD), true);
        watchdog.turned();
        assert!(watchdog.is_due(at(0), || IDLE));
        for ms in (0..60_000).step_by(20) {
            assert!(!watchdog.is_due(at(ms), || IDLE), "fed after {ms} ms without an answer");
        }
        watchdog.turned();
        assert!(watchdog.is_due(at(60_000), || IDLE));
    }

    #[test]
    fn a_bus_that_takes_nothing_feeds_nobody() {
        let mut watchdog = Watchdog::new(Some(PERIOD), true);
        let mut due = |ms, sent, idle| {
            watchdog.turned();
            watchdog.is_due(at(ms), || Sending { sent, idle })
        };
        assert!(due(0, 3, false), "the bus has taken three batches");
        assert!(!due(1_000, 3, false), "the bus has taken nothing since");
        assert!(!due(9_000, 3, false));
        assert!(due(9_250, 4, false), "it takes again");
        assert!(due(10_250, 4, true), "there was nothing to send");
    }

    #[test]
    fn the_loop_turns_in_time_and_does_not_spin_when_it_is_late() {
        let mut watchdog = Watchdog::new(Some(PERIOD), true);
        watchdog.turned();
        assert!(watchdog.is_due(at(500), || IDLE));
        assert_eq!(watchdog.look(at(700)), Some(at(1_500)));
        assert_eq!(watchdog.look(at(1_500)), Some(at(1_750)));
        assert_eq!(watchdog.look(at(9_000)), Some(at(9_250)));
    }

    #[test]
    fn without_a_manager_nothing_is_due() {
        let mut watchdog = Watchdog::new(None, false);
        watchdog.turned();
        assert!(!watchdog.is_due(at(60_000), || IDLE));
        assert_eq!(watchdog.look(at(60_000)), None);
    }
}
