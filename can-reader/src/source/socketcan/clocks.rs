//! The clocks of the machine.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::time::{ClockId, clock_gettime};

/// Where the time comes from; tests bring their own.
pub(super) trait Clocks {
    /// Time since some moment before this program, suspensions of the machine included.
    fn boot(&self) -> Duration;
    /// The same without suspensions: what timers go by.
    fn running(&self) -> Duration;
    /// The wall clock, since 1970.
    fn wall(&self) -> Duration;
}

/// The clocks of Linux.
///
/// `CLOCK_MONOTONIC` stands still while the machine is suspended, `CLOCK_BOOTTIME` does not (`clock_gettime(2)`): by the
/// first alone a speed from before a suspension would look fresh after it.
#[derive(Debug)]
pub(super) struct System {
    start: Instant,
}

impl System {
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clocks for System {
    fn boot(&self) -> Duration {
        // Linux has had it since 2.6.39; without it a suspension goes unseen.
        clock_gettime(ClockId::CLOCK_BOOTTIME).map_or_else(|_| self.running(), Duration::from)
    }

    fn running(&self) -> Duration {
        self.start.elapsed()
    }

    fn wall(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}
