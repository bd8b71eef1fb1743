//! What flows out of the decoder for everything that a vehicle says.

use crate::frame::Stamp;

/// How far a reading can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quality {
    /// It is a value.
    Valid,
    /// The vehicle says that it has none: a raw value that means so, or a text of the DBC.
    NotAvailable,
    /// The vehicle says by the raw value that the sensor is broken.
    Error,
    /// The value is outside its range, or not a number.
    OutOfRange,
    /// A validity flag says that it is not valid.
    Flagged,
    /// Its validity flag is in another message, and that has not been heard yet, or not for too long.
    Unconfirmed,
}

impl Quality {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Valid, Self::NotAvailable, Self::Error, Self::OutOfRange, Self::Flagged, Self::Unconfirmed];

    /// Of the qualities of two parts that of the whole: an error is worse than a value out of range, and that is worse
    /// than none.
    #[must_use]
    pub const fn worse(self, other: Self) -> Self {
        if self.rank() >= other.rank() { self } else { other }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Unconfirmed => 1,
            Self::NotAvailable => 2,
            Self::OutOfRange => 3,
            Self::Flagged => 4,
            Self::Error => 5,
        }
    }

    /// The word for people, JSON and D-Bus, under which readings are counted.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::NotAvailable => "not-available",
            Self::Error => "error",
            Self::OutOfRange => "range",
            Self::Flagged => "fault",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// The unit of a reading's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// km/h
    KilometresPerHour,
}

impl Unit {
    /// As people write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KilometresPerHour => "km/h",
        }
    }
}

/// One signal of one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Which signal of the vehicle: its place in [`Decoder::channels`](crate::vehicle::Decoder::channels).
    pub channel: usize,
    /// The value; `Some` exactly when it is valid, so that nothing else can be taken for a number. With the sign that
    /// the signal has.
    pub value: Option<f64>,
    /// The unit of the value.
    pub unit: Unit,
    /// When its frame was received.
    pub stamp: Stamp,
    /// How far it can be used.
    pub quality: Quality,
    /// The bare bits, for a sentence to people; 0 where another message took the validity away.
    pub raw: u64,
    /// The bare bits of what was added; 0 where nothing is.
    pub plus_raw: u64,
}
