//! What the estimator says.

use std::fmt;

use super::{Reason, SOURCES};
use crate::wheels::{Wheel, WheelSpeeds};

/// How far the speed can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// A speed on the usual evidence.
    Ok,
    /// A speed, with less evidence than usual.
    Degraded,
    /// No speed: the wheels contradict each other, or physics.
    Implausible,
    /// No speed: nothing has come for ten cycles, or it is too old.
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
    /// Of the point midway between the axles on the centre line, km/h, unrounded, 0 or more; `None` exactly when the
    /// state has no speed.
    pub speed_kmh: Option<f64>,
    /// The true speed is no further away than this, km/h; `Some` exactly when there is a speed.
    pub uncertainty_kmh: Option<f64>,
    /// How many independent readings are behind the speed; 0 when there is none.
    pub witnesses: u8,
    /// Why the state is not `ok`; `None` exactly when it is.
    pub reason: Option<Reason>,
    /// The sensors that the reason is about, by the places of [`Plan::sensors`](super::Plan::sensors).
    pub left_out: [bool; SOURCES],
    /// `CLOCK_REALTIME`, microseconds, of the newest frame behind the speed (the last one when there
    /// is none now); 0 before the first.
    pub wall_us: u64,
    /// The last speed of each wheel, km/h, no word on its age; without those that the vehicle called not valid since.
    pub wheels: WheelSpeeds,
}

impl Estimate {
    /// Before anything was seen.
    pub(crate) fn nothing() -> Self {
        Self {
            state: State::NoData,
            speed_kmh: None,
            uncertainty_kmh: None,
            witnesses: 0,
            reason: Some(Reason::NoData),
            left_out: [false; SOURCES],
            wall_us: 0,
            wheels: WheelSpeeds::default(),
        }
    }

    /// Why the state is not `ok`, as a sentence for people; empty in `ok`.
    #[must_use]
    pub fn why(&self) -> String {
        use std::fmt::Write as _;
        let Some(reason) = self.reason else { return String::new() };
        let mut why = reason.to_string();
        let mut lead = ": ";
        for (place, _) in self.left_out.iter().enumerate().filter(|(_, out)| **out) {
            // Writing to a String cannot fail.
            let _ = match Wheel::ALL.get(place) {
                Some(wheel) => write!(why, "{lead}{wheel}"),
                None => write!(why, "{lead}witness {}", place - Wheel::ALL.len() + 1),
            };
            lead = ", ";
        }
        why
    }

    /// The speed to the nearest integer, halves away from zero, km/h.
    #[must_use]
    pub fn integer_kmh(&self) -> Option<i32> {
        // The range check of the decoder keeps speeds far below i32::MAX.
        self.speed_kmh.map(|kmh| kmh.round() as i32)
    }
}
