//! `org.cardash.Diagnostics1`.

use std::collections::HashMap;
use std::sync::Arc;

use can_reader::Counters;
use zbus::{Variant, interface};

use crate::shared::Shared;

/// The object that answers `org.cardash.Diagnostics1`.
pub struct Diagnostics {
    shared: Arc<Shared>,
}

impl Diagnostics {
    /// An object that answers from `shared`.
    #[must_use]
    pub const fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    fn counters(&self) -> Counters {
        *self.shared.lock().pipeline.counters()
    }
}

#[interface(name = "org.cardash.Diagnostics1", spawn = false)]
impl Diagnostics {
    /// Data and remote frames that reached the service.
    #[zbus(property(emits_changed_signal = "false"))]
    fn frames_received(&self) -> u64 {
        self.counters().frames_received
    }

    /// Frames accepted and used.
    #[zbus(property(emits_changed_signal = "false"))]
    fn frames_decoded(&self) -> u64 {
        self.counters().frames_decoded
    }

    /// Wanted frames that failed an integrity check.
    #[zbus(property(emits_changed_signal = "false"))]
    fn frames_rejected(&self) -> u64 {
        self.counters().frames_rejected()
    }

    /// Frames of other ids, and remote frames.
    #[zbus(property(emits_changed_signal = "false"))]
    fn frames_ignored(&self) -> u64 {
        self.counters().frames_ignored
    }

    /// What was rejected and why.
    #[zbus(property(emits_changed_signal = "false"))]
    fn rejections(&self) -> HashMap<&'static str, Variant<'static>> {
        self.counters().rejections().map(|(why, count)| (why, Variant::from(count))).collect()
    }

    /// Frames that the kernel dropped.
    #[zbus(property(emits_changed_signal = "false"))]
    fn frames_dropped(&self) -> u64 {
        self.counters().frames_dropped
    }

    /// SocketCAN error frames.
    #[zbus(property(emits_changed_signal = "false"))]
    fn error_frames(&self) -> u64 {
        self.counters().error_frames
    }

    /// Damaged lines of a replayed log.
    #[zbus(property(emits_changed_signal = "false"))]
    fn log_lines_damaged(&self) -> u64 {
        self.counters().log_lines_damaged
    }

    /// How often the CAN interface came back.
    #[zbus(property(emits_changed_signal = "false"))]
    fn reconnects(&self) -> u64 {
        self.counters().reconnects
    }

    /// The last thing that went wrong; empty when nothing has since the start or the last reload that succeeded.
    #[zbus(property(emits_changed_signal = "false"))]
    fn last_error(&self) -> String {
        self.shared.lock().pipeline.last_error().to_owned()
    }

    /// Whole seconds since the service started.
    #[zbus(property(emits_changed_signal = "false"))]
    fn uptime(&self) -> u64 {
        self.shared.uptime_s()
    }

    /// The configuration in force.
    #[zbus(property(emits_changed_signal = "false"))]
    fn configuration(&self) -> HashMap<&'static str, Variant<'static>> {
        let inner = self.shared.lock();
        let down = Some(inner.pipeline.parts_down()).filter(|down| !down.is_empty());
        let down = down.map(|down| ("interfaces_down", Variant::from(down)));
        let buffer = inner.receive_buffer_bytes.and_then(|bytes| u64::try_from(bytes).ok());
        let buffer = buffer.map(|bytes| ("receive_buffer_bytes", Variant::from(bytes)));
        inner
            .configuration
            .iter()
            .map(|(key, value)| (*key, value.clone()))
            .chain(buffer)
            .chain(down)
            .collect()
    }
}
