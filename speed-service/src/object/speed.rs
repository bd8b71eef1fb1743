//! `org.cardash.Speed1`.

use std::collections::HashMap;
use std::sync::Arc;

use interfaces::SpeedError;
use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::{BoxDBusError, Signature, Variant, fdo, interface};

use crate::publisher::Numbers;
use crate::shared::Shared;

/// The object that answers `org.cardash.Speed1`.
pub struct Speed {
    shared: Arc<Shared>,
}

impl Speed {
    /// An object that answers from `shared`.
    #[must_use]
    pub const fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    fn numbers(&self) -> Option<Numbers> {
        self.shared.lock().reading().numbers
    }
}

#[interface(name = "org.cardash.Speed1", spawn = false)]
impl Speed {
    /// Vehicle speed in km/h, rounded to the nearest integer; an error when there is none.
    #[zbus(name = "getSpeed", out_args("speed"))]
    fn get_speed(&self, #[zbus(header)] call: Header<'_>) -> Result<i32, BoxDBusError> {
        if *call.signature() != Signature::Unit {
            let what = format!("getSpeed takes no arguments, and got \"{}\"", call.signature());
            return Err(fdo::Error::InvalidArgs(what).into());
        }
        let inner = self.shared.lock();
        let reading = inner.reading();
        if let Some(speed) = reading.integer_kmh {
            return Ok(speed);
        }
        Err(match SpeedError::for_state(reading.state, format!("no speed: {}", inner.reason())) {
            Some(error) => Box::new(error),
            None => fdo::Error::Failed(format!("no speed in state {}", reading.state)).into(),
        })
    }

    /// The value that getSpeed now returns, km/h.
    #[zbus(signal, name = "SpeedChanged")]
    async fn integer_speed_changed(emitter: &SignalEmitter<'_>, speed: i32) -> zbus::Result<()>;

    /// Speed has stopped being trustworthy; the state that follows.
    #[zbus(signal)]
    async fn speed_lost(emitter: &SignalEmitter<'_>, state: &str) -> zbus::Result<()>;

    /// Vehicle speed in km/h after calibration, unrounded; NaN when there is none.
    #[zbus(property)]
    fn speed(&self) -> f64 {
        self.numbers().map_or(f64::NAN, |numbers| numbers.speed_kmh)
    }

    /// Half-width in km/h: the true speed is no further away than this; NaN when there is no speed.
    #[zbus(property)]
    fn uncertainty(&self) -> f64 {
        self.numbers().map_or(f64::NAN, |numbers| numbers.uncertainty_kmh)
    }

    /// How many independent readings stand behind Speed; 0 when there is none.
    #[zbus(property)]
    fn witnesses(&self) -> u32 {
        self.numbers().map_or(0, |numbers| numbers.witnesses)
    }

    /// What a display should show, km/h, unrounded; NaN when there is no speed.
    #[zbus(property)]
    fn indicated_speed(&self) -> f64 {
        self.numbers().map_or(f64::NAN, |numbers| numbers.indicated_kmh)
    }

    /// How far Speed can be trusted: ok, degraded, implausible, stale, no-data or can-down.
    #[zbus(property)]
    fn state(&self) -> &'static str {
        self.shared.lock().reading().state.as_str()
    }

    /// Why State is not ok, in one word; empty in ok.
    #[zbus(property)]
    fn state_reason(&self) -> &'static str {
        self.shared.lock().reading().reason
    }

    /// The last accepted speed of each wheel before calibration, km/h, by VSS position.
    #[zbus(property(emits_changed_signal = "false"))]
    fn wheel_speeds(&self) -> HashMap<&'static str, Variant<'static>> {
        let wheels = self.shared.lock().pipeline.estimate().wheels;
        wheels.iter().map(|(position, kmh)| (position, Variant::from(kmh))).collect()
    }

    /// CLOCK_REALTIME in microseconds of the CAN frame behind Speed; 0 before the first.
    #[zbus(property(emits_changed_signal = "false"))]
    fn timestamp(&self) -> u64 {
        self.shared.lock().pipeline.estimate().wall_us
    }

    /// Where the frames come from: an interface, several, replay:FILE or simulator.
    #[zbus(property)]
    fn source(&self) -> String {
        self.shared.lock().source.clone()
    }
}
