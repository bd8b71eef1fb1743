//! The `State` property.

use std::fmt;
use std::str::FromStr;

use zbus::{OwnedVariant, Variant};

/// How far the speed can be trusted. The words on the bus are those of [`State::as_str`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, zbus::Type)]
#[zbus(signature = "s")]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// There is a speed, and nothing speaks against it.
    Ok,
    /// There is a speed, with less evidence than usual.
    Degraded,
    /// No speed: the readings contradict each other, or physics.
    Implausible,
    /// No speed: nothing was accepted for too long.
    Stale,
    /// No speed: nothing has been seen yet.
    NoData,
    /// No speed: the CAN interface is missing, down or bus-off.
    CanDown,
}

/// A word that is not a [`State`]. A client must treat it as "no speed".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a state of org.cardash.Speed1")]
pub struct UnknownState(pub String);

impl State {
    /// All states, the trustworthy ones first.
    pub const ALL: [Self; 6] =
        [Self::Ok, Self::Degraded, Self::Implausible, Self::Stale, Self::NoData, Self::CanDown];

    /// The word on the bus.
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

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownState(word.to_owned()))
    }
}

impl TryFrom<OwnedVariant> for State {
    type Error = zbus::Error;

    fn try_from(value: OwnedVariant) -> Result<Self, Self::Error> {
        match &*value {
            Variant::Str(word) => word.parse().map_err(|e: UnknownState| zbus::Error::Failure(e.to_string())),
            other => Err(zbus::Error::Failure(format!("State is {other:?}, not a string"))),
        }
    }
}
