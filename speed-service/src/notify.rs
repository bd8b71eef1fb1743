//! What the service manager is told, by sd_notify(3). Without one (no `NOTIFY_SOCKET`) nobody is told anything.

use sd_notify::NotifyState;
use tracing::{debug, warn};

/// Whether there is a manager to tell.
#[must_use]
pub fn is_wanted() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some()
}

/// The service has its name and its pipeline turns; also the end of a reload.
pub fn ready(status: &str) {
    important(&[NotifyState::Ready, NotifyState::Status(&one_line(status))]);
}

/// The configuration is being read again; [`ready`] follows.
pub fn reloading() {
    // From systemd 253 on, a unit of the type notify-reload wants the time too.
    match NotifyState::monotonic_usec_now() {
        Ok(now) => important(&[NotifyState::Reloading, now]),
        Err(e) => warn!("the service manager is not told of the reload: {e}"),
    }
}

/// The end has begun.
pub fn stopping(status: &str) {
    important(&[NotifyState::Stopping, NotifyState::Status(&one_line(status))]);
}

/// What `systemctl status` shows.
pub fn status(status: &str) {
    routine(&[NotifyState::Status(&one_line(status))]);
}

/// The pipeline turns.
pub fn watchdog() {
    routine(&[NotifyState::Watchdog]);
}

fn important(states: &[NotifyState<'_>]) {
    if let Err(e) = sd_notify::notify(states) {
        warn!("the service manager cannot be told {states:?}: {e}; is NOTIFY_SOCKET right?");
    }
}

/// Without a word in the log, which would otherwise have one every other second.
fn routine(states: &[NotifyState<'_>]) {
    if let Err(e) = sd_notify::notify(states) {
        debug!("the service manager cannot be told {states:?}: {e}");
    }
}

/// A second line would be taken for another message.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
