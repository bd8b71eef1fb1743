//! The four wheels of a car.

use std::fmt;

/// A wheel, by its VSS position (COVESA Vehicle Signal Specification,
/// `Vehicle.Chassis.Axle.Row1.Wheel.Left`). Row 1 is the front axle; left and right are the driver's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wheel {
    /// Front left, `Row1.Left`.
    FrontLeft,
    /// Front right, `Row1.Right`.
    FrontRight,
    /// Rear left, `Row2.Left`.
    RearLeft,
    /// Rear right, `Row2.Right`.
    RearRight,
}

/// An axle with two wheels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axle {
    /// Row 1.
    Front,
    /// Row 2.
    Rear,
}

impl Wheel {
    /// All four, in the order of their positions.
    pub const ALL: [Self; 4] = [Self::FrontLeft, Self::FrontRight, Self::RearLeft, Self::RearRight];

    /// The VSS position: `Row1.Left` and so on.
    #[must_use]
    pub const fn position(self) -> &'static str {
        match self {
            Self::FrontLeft => "Row1.Left",
            Self::FrontRight => "Row1.Right",
            Self::RearLeft => "Row2.Left",
            Self::RearRight => "Row2.Right",
        }
    }

    /// Its place in an array of four.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Wheel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.position())
    }
}

impl Axle {
    /// Its two wheels.
    #[must_use]
    pub const fn wheels(self) -> [Wheel; 2] {
        match self {
            Self::Front => [Wheel::FrontLeft, Wheel::FrontRight],
            Self::Rear => [Wheel::RearLeft, Wheel::RearRight],
        }
    }
}

impl fmt::Display for Axle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Front => "front",
            Self::Rear => "rear",
        })
    }
}

/// A speed in km/h for each wheel that has one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WheelSpeeds([Option<f64>; 4]);

impl WheelSpeeds {
    /// The speed of one wheel, km/h.
    #[must_use]
    pub const fn get(&self, wheel: Wheel) -> Option<f64> {
        self.0[wheel.index()]
    }

    /// Sets the speed of one wheel, km/h.
    pub const fn set(&mut self, wheel: Wheel, kmh: f64) {
        self.0[wheel.index()] = Some(kmh);
    }

    /// Takes away the speed of one wheel: it is not valid any more.
    pub const fn clear(&mut self, wheel: Wheel) {
        self.0[wheel.index()] = None;
    }

    /// The wheels that have a speed, km/h, by VSS position.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        Wheel::ALL.into_iter().filter_map(|wheel| Some((wheel.position(), self.get(wheel)?)))
    }
}
