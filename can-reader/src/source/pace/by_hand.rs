//! Real time for tests: it stands still until a test moves it, so that what waits for an hour takes no time, and is neither
//! early nor late on a busy machine.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

thread_local! {
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    /// The earliest time that is waited for, since it was last asked.
    static AWAITED: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// As tokio's, on this thread's clock.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Instant(Duration);

impl Instant {
    pub fn now() -> Self {
        Self(NOW.get())
    }

    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        self.0.checked_add(duration).map(Self)
    }

    pub fn elapsed(self) -> Duration {
        NOW.get() - self.0
    }
}

pub async fn sleep_until(when: Instant) {
    poll_fn(|_| {
        if NOW.get() >= when.0 {
            return Poll::Ready(());
        }
        AWAITED.set(Some(AWAITED.get().map_or(when.0, |other| other.min(when.0))));
        Poll::Pending
    })
    .await;
}

/// Time goes by.
pub fn advance(duration: Duration) {
    NOW.set(NOW.get() + duration);
}

/// What comes of it now; without that, it is cancelled.
pub fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// What comes of it in time; `None` if it waits for something that no time brings.
pub fn in_time<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    loop {
        AWAITED.set(None);
        if let Some(value) = at_once(&mut future) {
            return Some(value);
        }
        NOW.set(AWAITED.take()?);
    }
}
