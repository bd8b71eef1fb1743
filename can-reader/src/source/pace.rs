//! Ties a clock that runs at some rate to real time.

#[cfg(test)]
pub(super) mod by_hand;

#[cfg(not(test))]
use tokio::time::{Instant, sleep_until};

#[cfg(test)]
use self::by_hand::{Instant, sleep_until};
use super::Rate;
use crate::frame::SourceTime;

/// An instant of real time and the source's clock at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    rate: Rate,
    real: Instant,
    at: SourceTime,
}

impl Pace {
    /// The source's clock shows `at` now, and goes on at `rate`.
    pub fn new(rate: Rate, at: SourceTime) -> Self {
        Self { rate, real: Instant::now(), at }
    }

    pub const fn rate(&self) -> Rate {
        self.rate
    }

    /// Waits until the source's clock shows `at`. At [`Rate::Max`] it only lets other tasks run when this one
    /// has had its share, so that a caller is still answered while a long log runs through.
    pub async fn wait(&self, at: SourceTime) {
        let real_time = self.rate.real_time(at.saturating_sub(self.at));
        match real_time.and_then(|real_time| self.real.checked_add(real_time)) {
            Some(when) if self.rate != Rate::Max && when > Instant::now() => sleep_until(when).await,
            Some(_) => tokio::task::coop::consume_budget().await,
            None => std::future::pending().await,
        }
    }
}
