//! What the worker and the window share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use crate::light::Light;
use crate::reading::Reading;

/// Where the worker leaves its readings.
pub(crate) trait Sink: Send + Sync + 'static {
    /// Shows a reading; must not block.
    fn show(&self, reading: Reading);

    /// Shows it in the light outside, or by the clock; must not block.
    fn show_light(&self, light: Option<Light>);
}

/// What the worker and the window share.
#[derive(Clone)]
pub(crate) struct Link {
    sink: Arc<dyn Sink>,
    detailed: Arc<AtomicBool>,
    low_beam: Arc<watch::Sender<Option<bool>>>,
}

impl Link {
    /// With the debug page closed.
    pub(crate) fn new(sink: impl Sink) -> Self {
        Self {
            sink: Arc::new(sink),
            detailed: Arc::new(AtomicBool::new(false)),
            low_beam: Arc::new(watch::channel(None).0),
        }
    }

    pub(crate) fn show(&self, reading: Reading) {
        let now = reading.low_beam();
        self.low_beam.send_if_modified(|before| std::mem::replace(before, now) != now);
        self.sink.show(reading);
    }

    pub(crate) fn show_light(&self, light: Option<Light>) {
        self.sink.show_light(light);
    }

    /// Whether the car's low beam is on, as of the last reading; `None` where it does not say.
    pub(crate) fn low_beam(&self) -> watch::Receiver<Option<bool>> {
        self.low_beam.subscribe()
    }

    /// Whether the debug page is open.
    pub(crate) fn detailed(&self) -> bool {
        self.detailed.load(Ordering::Relaxed)
    }

    pub(crate) fn set_detailed(&self, detailed: bool) {
        self.detailed.store(detailed, Ordering::Relaxed);
    }
}
