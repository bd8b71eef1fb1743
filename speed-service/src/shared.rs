//! What the run loop and the D-Bus objects share.
//!
//! One lock, never held across an await, around the pipeline itself: `getSpeed` answers from memory,
//! and nothing is copied for clients that do not ask.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use can_reader::{Estimate, Pipeline, SourceTime, Vehicle};
use interfaces::State;
use tokio::sync::Notify;
use zbus::Variant;

use crate::config::Settings;
use crate::indication::indicated_kmh;
use crate::odometer::Odometer;
use crate::publisher::{Numbers, Reading};

/// The state of the service, for whoever asks.
#[derive(Debug)]
pub struct Shared {
    inner: Mutex<Inner>,
    started: Instant,
    /// A client has changed something that the run loop has to look after.
    changed: Notify,
}

/// What is behind the lock.
#[derive(Debug)]
pub struct Inner {
    /// From frames to the speed.
    pub pipeline: Pipeline,
    /// From the speed to distances.
    pub odometer: Odometer,
    /// `Source`.
    pub source: String,
    /// `Configuration`.
    pub configuration: BTreeMap<&'static str, Variant<'static>>,
    /// How speeds of the pipeline become those that clients get.
    pub scale: Scale,
    /// What keeps a car that has to be asked from being asked.
    pub missing_consent: Option<String>,
    /// What the kernel gave the source to receive into, as it stands now.
    pub receive_buffer_bytes: Option<usize>,
    /// The source's clock at the last event, and when that was.
    pub turned: (SourceTime, Instant),
}

impl Shared {
    /// The state before the first frame.
    #[must_use]
    pub fn new(vehicle: Vehicle, source: String, settings: &Settings, odometer: Odometer) -> Self {
        let configuration = configuration(settings, &vehicle, &source);
        let inner = Inner {
            pipeline: Pipeline::new(vehicle),
            odometer,
            source,
            configuration,
            scale: Scale::of(settings),
            missing_consent: settings.missing_consent(),
            receive_buffer_bytes: None,
            turned: (SourceTime::ZERO, Instant::now()),
        };
        Self { inner: Mutex::new(inner), started: Instant::now(), changed: Notify::new() }
    }

    /// Takes the lock. Nothing that holds it waits or can panic half-way, so a poisoned one is as good
    /// as any.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The run loop is to look: a client has changed something.
    pub fn nudge(&self) {
        self.changed.notify_one();
    }

    /// Waits for a [`nudge`](Self::nudge). Cancel safe.
    pub async fn nudged(&self) {
        self.changed.notified().await;
    }

    /// Whole seconds since the start.
    #[must_use]
    pub fn uptime_s(&self) -> u64 {
        self.started.elapsed().as_secs()
    }
}

impl Inner {
    /// The source's clock now, as far as is known: that of a replay goes at its own rate.
    #[must_use]
    pub fn now(&self) -> SourceTime {
        self.turned.0 + self.turned.1.elapsed()
    }

    /// Counts the way since the last event; whether clients are to be told.
    pub fn count_distance(&mut self) -> bool {
        let (at, estimate) = (self.pipeline.time(), self.pipeline.estimate());
        self.odometer.observe(at, &estimate, self.scale.factor)
    }

    /// Why the state is what it is, as a sentence for people.
    #[must_use]
    pub fn reason(&self) -> String {
        let reason = self.pipeline.reason();
        match &self.missing_consent {
            Some(missing) if self.pipeline.estimate().state == can_reader::State::NoData => {
                format!("{reason}; {missing}")
            }
            _ => reason,
        }
    }

    /// What clients may know now.
    #[must_use]
    pub fn reading(&self) -> Reading {
        let estimate = self.pipeline.estimate();
        let numbers = self.scale.numbers(&estimate);
        Reading {
            state: state(estimate.state),
            reason: estimate.reason.map_or("", can_reader::Reason::as_str),
            numbers,
            // The range check of the decoder keeps speeds far below i32::MAX.
            integer_kmh: numbers.map(|numbers| numbers.speed_kmh.round() as i32),
        }
    }
}

/// `[calibration]` and `[indication]` of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    factor: f64,
    tolerance_percent: f64,
}

impl Scale {
    /// Those in force.
    #[must_use]
    pub const fn of(settings: &Settings) -> Self {
        Self { factor: settings.factor.value, tolerance_percent: settings.tolerance_percent.value }
    }

    /// The numbers for clients. Other tyres change what every wheel says by the same part, so the estimator need not
    /// know of them: its speed and its uncertainty change by that part too.
    fn numbers(self, estimate: &Estimate) -> Option<Numbers> {
        let (speed_kmh, uncertainty_kmh) = (estimate.speed_kmh?, estimate.uncertainty_kmh?);
        let speed_kmh = speed_kmh * self.factor;
        Some(Numbers {
            speed_kmh,
            uncertainty_kmh: uncertainty_kmh * self.factor,
            witnesses: estimate.witnesses.into(),
            indicated_kmh: indicated_kmh(speed_kmh, self.tolerance_percent),
        })
    }
}

/// The words of can-reader as those of the bus.
const fn state(state: can_reader::State) -> State {
    match state {
        can_reader::State::Ok => State::Ok,
        can_reader::State::Degraded => State::Degraded,
        can_reader::State::Implausible => State::Implausible,
        can_reader::State::Stale => State::Stale,
        can_reader::State::NoData => State::NoData,
        can_reader::State::CanDown => State::CanDown,
    }
}

/// `Configuration` of what is in force.
#[must_use]
pub fn configuration(
    settings: &Settings,
    vehicle: &Vehicle,
    source: &str,
) -> BTreeMap<&'static str, Variant<'static>> {
    let stale_after_ms = u64::try_from(vehicle.stale_after().as_millis()).unwrap_or(u64::MAX);
    let limits = vehicle.limits();
    let mut all = BTreeMap::from([
        ("version", Variant::from(env!("CARGO_PKG_VERSION"))),
        ("vehicle", Variant::from(vehicle.name().to_owned())),
        ("title", Variant::from(vehicle.title().to_owned())),
        ("profile", Variant::from(vehicle.origin().to_owned())),
        ("source", Variant::from(source.to_owned())),
        ("bus", Variant::from(settings.bus.value.to_string())),
        ("files", Variant::from(settings.files_listed())),
        ("publish_hz", Variant::from(settings.publish_hz.value)),
        ("calibration_factor", Variant::from(settings.factor.value)),
        ("indication_tolerance_percent", Variant::from(settings.tolerance_percent.value)),
        ("driven", Variant::from(vehicle.driven().map_or("", |driven| driven.as_str()))),
        ("stale_after_ms", Variant::from(stale_after_ms)),
        ("max_accel_ms2", Variant::from(limits.up_ms2().max(limits.down_ms2()))),
        ("max_speed_kmh", Variant::from(limits.max_speed_kmh)),
    ]);
    all.extend(settings.of_source().into_iter().map(|(key, value, _)| (key, Variant::from(value))));
    all
}

#[cfg(test)]
mod tests {
    use can_reader::Reason;

    #[test]
    fn the_reasons_of_the_estimator_are_those_of_the_contract() {
        assert_eq!(Reason::ALL.map(Reason::as_str), interfaces::STATE_REASONS);
    }
}
