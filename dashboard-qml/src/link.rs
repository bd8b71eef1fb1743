//! What the worker and the window share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::reading::Reading;

/// Where the worker leaves its readings.
pub(crate) trait Sink: Send + Sync + 'static {
    /// Shows a reading; must not block.
    fn show(&self, reading: Reading);
}

/// What the worker and the window share.
#[derive(Clone)]
pub(crate) struct Link {
    sink: Arc<dyn Sink>,
    detailed: Arc<AtomicBool>,
}

impl Link {
    /// With the debug page closed.
    pub(crate) fn new(sink: impl Sink) -> Self {
        Self { sink: Arc::new(sink), detailed: Arc::new(AtomicBool::new(false)) }
    }

    pub(crate) fn show(&self, reading: Reading) {
        self.sink.show(reading);
    }

    /// Whether the debug page is open.
    pub(crate) fn detailed(&self) -> bool {
        self.detailed.load(Ordering::Relaxed)
    }

    pub(crate) fn set_detailed(&self, detailed: bool) {
        self.detailed.store(detailed, Ordering::Relaxed);
    }
}
