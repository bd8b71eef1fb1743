//! What the log says: one line per change of state, and no storm of lines, whatever the bus does.

use std::time::Duration;

use can_reader::Event;
use interfaces::State;
use tracing::{info, warn};

use crate::publisher::Reading;

/// Changes of state in [`PERIOD`] that are written; the rest are counted.
const STATES: u64 = 20;

/// Faults of the bus in [`PERIOD`] that are written; the rest are counted.
const FAULTS: u64 = 10;

/// Reloads in [`PERIOD`] that are written; the rest are counted.
const RELOADS: u64 = 5;

/// How long lines are counted together.
const PERIOD: Duration = Duration::from_secs(10);

/// Damaged lines of a log that are named each; then every thousandth.
const DAMAGED_NAMED: u64 = 10;

/// Writes the log of the run loop. Times are the process's monotonic clock.
#[derive(Debug)]
pub struct Report {
    state: State,
    /// `StateReason` of that state.
    reason: &'static str,
    states: Limiter,
    faults: Limiter,
    reloads: Limiter,
    damaged: u64,
}

impl Report {
    /// A log that has said nothing yet.
    #[must_use]
    pub fn new() -> Self {
        let Reading { state, reason, .. } = Reading::NONE;
        Self {
            state,
            reason,
            states: Limiter::new(STATES),
            faults: Limiter::new(FAULTS),
            reloads: Limiter::new(RELOADS),
            damaged: 0,
        }
    }

    /// An event of the source, other than a frame.
    pub fn event(&mut self, now: Duration, source: &str, event: &Event) {
        match event {
            Event::Frame(_) | Event::Deadline => {}
            Event::ErrorFrame(what) => self.fault(now, || format!("{source}: error frame: {what}")),
            // Why it is down is in the line of the state that follows.
            Event::LinkDown(why) if self.state == State::CanDown => {
                self.fault(now, || format!("{source}: {why}"))
            }
            Event::LinkDown(_) => {}
            Event::PartDown { reason, .. } => self.fault(now, || format!("{source}: {reason}")),
            Event::PartUp { interface } => self.fault(now, || format!("{source}: {interface} is up again")),
            Event::LinkUp => self.fault(now, || format!("{source}: the link is up again")),
            Event::Dropped(count) => self.fault(now, || {
                format!("{source}: the kernel dropped {count} frames because this process did not keep up")
            }),
            Event::Damaged(what) => self.damaged(what),
            Event::Broken(what) => warn!("{what}"),
            Event::End => info!("{source}: the log has ended; there will be no speed from it any more"),
        }
    }

    /// What is known now; `sentence`, why it is so, is asked only when there is a line to write.
    pub fn reading(&mut self, now: Duration, reading: Reading, sentence: impl FnOnce() -> String) {
        if (reading.state, reading.reason) == (self.state, self.reason) {
            return;
        }
        let before = std::mem::replace(&mut self.state, reading.state);
        self.reason = reading.reason;
        if !self.states.allows(now) {
            return;
        }
        let sentence = sentence();
        // Another reason of the same state is told too: what a driver sees has changed.
        let change = match reading.state {
            state if state == before => format!("still {state}"),
            state => format!("{before} -> {state}"),
        };
        match reading.integer_kmh {
            Some(speed) if reading.state == State::Ok => info!("{change}, {speed} km/h: {sentence}"),
            Some(speed) => warn!("{change}, {speed} km/h: {sentence}"),
            None => warn!("{change}, no speed: {sentence}"),
        }
    }

    /// When [`catch_up`](Self::catch_up) has something to say.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        [self.states.due(), self.faults.due(), self.reloads.due()].into_iter().flatten().min()
    }

    /// Says how many lines were left out, once their time has passed.
    pub fn catch_up(&mut self, now: Duration) {
        let seconds = PERIOD.as_secs();
        if let Some(count) = self.states.left_out(now) {
            warn!("{count} more changes of state within {seconds} s; now {}", self.state);
        }
        if let Some(count) = self.faults.left_out(now) {
            warn!("{count} more faults of the CAN bus within {seconds} s");
        }
        if let Some(count) = self.reloads.left_out(now) {
            warn!("{count} more reloads of the configuration within {seconds} s");
        }
    }

    /// Whether what a reload came to is to be written.
    pub fn allows_reload(&mut self, now: Duration) -> bool {
        self.reloads.allows(now)
    }

    fn fault(&mut self, now: Duration, what: impl FnOnce() -> String) {
        if self.faults.allows(now) {
            warn!("{}", what());
        }
    }

    fn damaged(&mut self, what: &str) {
        self.damaged += 1;
        if self.damaged <= DAMAGED_NAMED {
            warn!("{what}");
        } else if self.damaged.is_multiple_of(1000) {
            warn!("{what} ({} damaged lines so far)", self.damaged);
        }
    }
}

impl Default for Report {
    fn default() -> Self {
        Self::new()
    }
}

/// Lets a burst through, counts the rest.
#[derive(Debug)]
struct Limiter {
    burst: u64,
    since: Option<Duration>,
    count: u64,
}

impl Limiter {
    const fn new(burst: u64) -> Self {
        Self { burst, since: None, count: 0 }
    }

    fn allows(&mut self, now: Duration) -> bool {
        if self.since.is_none_or(|since| now.saturating_sub(since) >= PERIOD && self.count <= self.burst) {
            (self.since, self.count) = (Some(now), 0);
        }
        self.count += 1;
        self.count <= self.burst
    }

    /// When the left-out lines are to be told.
    fn due(&self) -> Option<Duration> {
        self.since.filter(|_| self.count > self.burst).map(|since| since + PERIOD)
    }

    fn left_out(&mut self, now: Duration) -> Option<u64> {
        self.due().filter(|due| now >= *due)?;
        let count = self.count - self.burst;
        // The next period begins at once, so that a storm without end costs one line each.
        (self.since, self.count) = (Some(now), self.burst);
        Some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_written_and_the_rest_is_counted() {
        let mut limiter = Limiter::new(10);
        let written = (0..1_000).filter(|ms| limiter.allows(Duration::from_millis(*ms))).count();
        assert_eq!(written, 10);
        assert_eq!(limiter.due(), Some(PERIOD));
        assert_eq!(limiter.left_out(Duration::from_secs(9)), None);
        assert_eq!(limiter.left_out(PERIOD), Some(990));
        assert_eq!(limiter.due(), None);
    }

    #[test]
    fn a_storm_without_end_costs_a_line_a_period() {
        let mut limiter = Limiter::new(10);
        let mut lines = 0;
        for ms in 0..100_000 {
            let now = Duration::from_millis(ms);
            lines += u64::from(limiter.allows(now)) + u64::from(limiter.left_out(now).is_some());
        }
        assert!((10..=20).contains(&lines), "{lines} lines in 100 s");
    }

    #[test]
    fn after_a_quiet_period_every_line_is_written_again() {
        let mut limiter = Limiter::new(10);
        for ms in 0..20 {
            limiter.allows(Duration::from_millis(ms));
        }
        assert_eq!(limiter.left_out(PERIOD), Some(10));
        assert!(limiter.allows(PERIOD * 2 + Duration::from_secs(1)));
    }
}
