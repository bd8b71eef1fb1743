//! What the estimator says.

use std::fmt;

use super::Cause;
use crate::wheels::WheelSpeeds;

/// How far the speed can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// The speed is good: all wheels agree.
    Ok,
    /// The speed is good, but a wheel or an axle was left out.
    Degraded,
    /// No speed: the wheels contradict each other, or physics.
    Implausible,
    /// No speed: nothing was accepted for `stale_after_ms`.
    Stale,
    /// No speed: nothing has been seen yet.
    NoData,
    /// No speed: the CAN interface is missing, down or bus-off.
    CanDown,
}

impl State {
    /// The word for people and for JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::Implausible => "implausible",
            Self::Stale => "stale",
            Self::NoData => "no-data",
            Self::CanDown => "can-down",
        }
    }

    /// Whether there is a speed in this state.
    #[must_use]
    pub const fn has_speed(self) -> bool {
        matches!(self, Self::Ok | Self::Degraded)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One speed that can be trusted, or none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// How far it can be trusted.
    pub state: State,
    /// km/h, unrounded, 0 or more; `None` exactly when the state has no speed.
    pub speed_kmh: Option<f64>,
    /// `CLOCK_REALTIME`, microseconds, of the newest frame behind the speed (the last one when there
    /// is none now); 0 before the first.
    pub wall_us: u64,
    /// The last speed of each wheel that passed the integrity checks, km/h; no word on its age.
    pub wheels: WheelSpeeds,
    /// Why the state is `degraded` or `implausible`.
    pub cause: Option<Cause>,
}

impl Estimate {
    /// Before anything was seen.
    pub(crate) fn nothing() -> Self {
        Self {
            state: State::NoData,
            speed_kmh: None,
            wall_us: 0,
            wheels: WheelSpeeds::default(),
            cause: None,
        }
    }

    /// The speed to the nearest integer, halves away from zero, km/h.
    #[must_use]
    pub fn integer_kmh(&self) -> Option<i32> {
        // The range check of the decoder keeps speeds far below i32::MAX.
        self.speed_kmh.map(|kmh| kmh.round() as i32)
    }
}
