//! Errors that `getSpeed` and `org.cardash.Signals1` answer with.

use crate::State;

/// Why there is no speed. On the bus each is `org.cardash.Speed1.Error.<Name>` with a sentence for
/// the person who reads it.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.cardash.Speed1.Error")]
pub enum SpeedError {
    /// Any other D-Bus error: no service, no bus, a time-out.
    #[zbus(error)]
    ZBus(zbus::Error),
    /// No reading has been seen since the service started.
    NoData(String),
    /// The last accepted reading is too old.
    Stale(String),
    /// The readings contradict each other, or physics.
    Implausible(String),
    /// The CAN interface is missing, down or bus-off.
    CanDown(String),
}

impl SpeedError {
    /// The error that belongs to a state without a speed; `None` for a state that has one.
    #[must_use]
    pub fn for_state(state: State, sentence: String) -> Option<Self> {
        match state {
            State::Ok | State::Degraded => None,
            State::NoData => Some(Self::NoData(sentence)),
            State::Stale => Some(Self::Stale(sentence)),
            State::Implausible => Some(Self::Implausible(sentence)),
            State::CanDown => Some(Self::CanDown(sentence)),
        }
    }

    /// The state that the service was in when it answered with this error; `None` for an error that
    /// did not come from the service.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        match self {
            Self::ZBus(_) => None,
            Self::NoData(_) => Some(State::NoData),
            Self::Stale(_) => Some(State::Stale),
            Self::Implausible(_) => Some(State::Implausible),
            Self::CanDown(_) => Some(State::CanDown),
        }
    }
}

/// Why a signal has no value. On the bus each is `org.cardash.Signals1.Error.<Name>` with a sentence for the person who
/// reads it.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.cardash.Signals1.Error")]
pub enum SignalError {
    /// Any other D-Bus error: no service, no bus, a time-out.
    #[zbus(error)]
    ZBus(zbus::Error),
    /// The vehicle's profile has no such signal, or there is none of that name.
    NotInThisCar(String),
    /// Its message has not come yet, or the car says that it has no value.
    NotAvailable(String),
    /// Its message has not come for ten cycles, or the CAN interface is down.
    Stale(String),
    /// The car says that the sensor is broken, or the value is outside its range.
    Fault(String),
}
