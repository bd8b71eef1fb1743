//! SIGHUP: configuration and vehicle profile anew, or the old ones and a reason.

use can_reader::FrameSource;
use tracing::{error, info, warn};

use crate::odometer::Place;
use crate::publisher::{Properties, Signal, gap};
use crate::rebuild::Built;
use crate::service::Service;
use crate::shared::Scale;
use crate::{Error, notify, shared};

impl Service {
    /// Begins to read everything again; [`end_reload`](Self::end_reload) follows.
    pub(crate) fn begin_reload(&mut self) {
        notify::reloading();
        if let Err(e) = self.rebuild.begin(self.cli.clone(), self.settings.clone()) {
            self.end_reload(Err(e));
        }
    }

    /// Takes what was read. What is bad leaves the old in force.
    pub(crate) fn end_reload(&mut self, built: Result<Built, Error>) {
        let is_told = self.report.allows_reload(self.started.elapsed());
        match built {
            Ok(built) => {
                self.swap(built, is_told);
                notify::ready(&self.status());
            }
            Err(e) => {
                let what = format!("reload refused, the old configuration stays in force: {e}");
                if is_told {
                    error!("{what}");
                }
                self.shared.lock().pipeline.note(&what);
                notify::ready(&what);
            }
        }
    }

    fn swap(&mut self, built: Built, is_told: bool) {
        let Built { mut settings, vehicle, source } = built;
        if is_told && settings.bus.value != self.settings.bus.value {
            warn!(
                "reload: the bus stays {}; restart the service to serve the {} bus",
                self.settings.bus.value, settings.bus.value
            );
        }
        settings.bus = self.settings.bus.clone();
        let shared = std::sync::Arc::clone(&self.shared);
        let mut inner = shared.lock();
        inner.pipeline.forget_error();
        let paths = inner.pipeline.board().paths();
        let same_vehicle = *inner.pipeline.vehicle() == vehicle;
        let same_limit = settings.publish_hz.value == self.settings.publish_hz.value;
        let (mut changes, new_source) = (Vec::new(), source.is_some());
        if let Some(source) = source {
            inner.pipeline.replace_source();
            self.source = source;
            self.source_is_new = true;
            changes.push(format!("source {}", self.source.name()));
        }
        if !same_vehicle {
            changes.push(format!("vehicle {} ({})", vehicle.name(), vehicle.origin()));
            vehicle.warnings().iter().for_each(|warning| warn!("{warning}"));
            inner.pipeline.replace_vehicle(vehicle);
        }
        if new_source || !same_vehicle {
            self.source.want_each(&inner.pipeline.wanted_each());
        }
        inner.missing_consent = settings.missing_consent();
        if !same_limit {
            changes.push(format!("publish_hz {}", settings.publish_hz.value));
            self.publisher.set_publish_hz(settings.publish_hz.value);
            self.instruments.set_gap(gap(settings.publish_hz.value));
        }
        if settings.factor.value != self.settings.factor.value {
            changes.push(format!("calibration.factor {}", settings.factor.value));
        }
        if settings.tolerance_percent.value != self.settings.tolerance_percent.value {
            changes.push(format!("indication.tolerance_percent {}", settings.tolerance_percent.value));
        }
        inner.scale = Scale::of(&settings);
        let name = self.source.name();
        let renamed = name != inner.source;
        inner.odometer.replace(Place::of(&settings, self.cli.odometer.as_deref()), new_source);
        inner.configuration = shared::configuration(&settings, inner.pipeline.vehicle(), &name);
        inner.source = name;
        let is_other_board = inner.pipeline.board().paths() != paths;
        drop(inner);
        self.settings = settings;
        if is_told {
            let changes = if changes.is_empty() { "unchanged".to_owned() } else { changes.join(", ") };
            info!("configuration reloaded: {changes}");
        }
        if renamed {
            self.push(Signal::Properties(Properties { source: true, ..Properties::default() }));
        }
        if is_other_board {
            self.push(Signal::Available);
        }
        // What is lost with the old source or profile, if anything.
        self.push(Signal::Instruments);
        self.publish();
    }
}
