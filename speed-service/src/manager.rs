//! The run loop's part of what the service manager is told.

use can_reader::source::Rate;
use can_reader::{FrameSource, SourceTime};
use interfaces::State;

use crate::notify;
use crate::service::Service;

impl Service {
    /// Told at every turn of the run loop: at the first that all is up, then now and then that it still is.
    pub(crate) fn tell_manager(&mut self) {
        if self.source_is_new {
            return;
        }
        if self.state_told.is_none() {
            notify::ready(&self.status());
        }
        if !self.watchdog.is_used() || !self.watchdog.is_due(self.started.elapsed(), || self.outbox.sending())
        {
            return;
        }
        if self.state_told != Some(self.state_and_reason()) {
            notify::status(&self.status());
        }
        self.watchdog.feed();
    }

    /// When the source has to answer at the latest, if only that nothing came: its answer is what feeds the watchdog,
    /// and a silent bus has none of its own. (A rate moves the source's clock, not the manager's.)
    pub(crate) fn manager_deadline(&self) -> Option<SourceTime> {
        if !self.watchdog.is_used() {
            return None;
        }
        let now = self.started.elapsed();
        let wait = self.watchdog.look(now)?.saturating_sub(now);
        let wait = match self.settings.rate.value {
            Rate::Times(times) if self.can_wait() => wait.mul_f64(times),
            Rate::Times(_) | Rate::Max => wait,
        };
        Some(self.source.now().saturating_add(wait))
    }

    /// State and reason, for `systemctl status`.
    pub(crate) fn status(&mut self) -> String {
        self.state_told = Some(self.state_and_reason());
        let inner = self.shared.lock();
        format!("{}, {}: {}", inner.source, inner.reading().state, inner.reason())
    }

    fn state_and_reason(&self) -> (State, &'static str) {
        let reading = self.shared.lock().reading();
        (reading.state, reading.reason)
    }
}
