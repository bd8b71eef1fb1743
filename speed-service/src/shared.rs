//! What the run loop and the D-Bus objects share.
//!
//! One lock, never held across an await, around the pipeline itself: `getSpeed` answers from memory,
//! and nothing is copied for clients that do not ask.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use can_reader::{Pipeline, Vehicle};
use interfaces::State;
use zbus::Variant;

use crate::config::Settings;
use crate::publisher::Reading;

/// The state of the service, for whoever asks.
#[derive(Debug)]
pub struct Shared {
    inner: Mutex<Inner>,
    started: Instant,
}

/// What is behind the lock.
#[derive(Debug)]
pub struct Inner {
    /// From frames to the speed.
    pub pipeline: Pipeline,
    /// `Source`.
    pub source: String,
    /// `Configuration`.
    pub configuration: BTreeMap<&'static str, Variant<'static>>,
    /// What the kernel gave the source to receive into, as it stands now.
    pub receive_buffer_bytes: Option<usize>,
}

impl Shared {
    /// The state before the first frame.
    #[must_use]
    pub fn new(vehicle: Vehicle, source: String, settings: &Settings) -> Self {
        let configuration = configuration(settings, &vehicle, &source);
        let inner =
            Inner { pipeline: Pipeline::new(vehicle), source, configuration, receive_buffer_bytes: None };
        Self { inner: Mutex::new(inner), started: Instant::now() }
    }

    /// Takes the lock. Nothing that holds it waits or can panic half-way, so a poisoned one is as good
    /// as any.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whole seconds since the start.
    #[must_use]
    pub fn uptime_s(&self) -> u64 {
        self.started.elapsed().as_secs()
    }
}

impl Inner {
    /// What clients may know now.
    #[must_use]
    pub fn reading(&self) -> Reading {
        let estimate = self.pipeline.estimate();
        Reading {
            state: state(estimate.state),
            speed_kmh: estimate.speed_kmh,
            integer_kmh: estimate.integer_kmh(),
        }
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
        ("driven", Variant::from(vehicle.driven().map_or("", |driven| driven.as_str()))),
        ("stale_after_ms", Variant::from(stale_after_ms)),
        ("max_accel_ms2", Variant::from(limits.up_ms2().max(limits.down_ms2()))),
        ("max_speed_kmh", Variant::from(limits.max_speed_kmh)),
    ]);
    all.extend(settings.of_source().into_iter().map(|(key, value, _)| (key, Variant::from(value))));
    all
}
