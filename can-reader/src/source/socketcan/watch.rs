//! Readiness of a descriptor.

use std::io;
use std::os::fd::AsRawFd;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Registers a descriptor, which its owner must never exchange for another, with the tokio runtime that the
/// caller runs in. Errors are watched too: a CAN socket whose interface goes down becomes not readable, but
/// erroneous.
#[allow(deprecated)] // Its successor is an unsafe fn, for owners that exchange their descriptor; ours do not.
pub(super) fn watch<T: AsRawFd>(owner: T) -> io::Result<AsyncFd<T>> {
    AsyncFd::with_interest(owner, Interest::READABLE | Interest::ERROR)
}
