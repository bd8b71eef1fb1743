//! What the estimator knows of a vehicle before the first frame.

use std::time::Duration;

use super::Limits;
use crate::wheels::Axle;

/// Sources of the estimate: 0 to 3 the wheels in the order of [`Wheel::ALL`](crate::Wheel::ALL), 4 to 7 witnesses: the
/// vehicle's own speed, the gearbox output, a satellite receiver. A vehicle with one speed alone has a witness at 4 and
/// no wheels.
pub const SOURCES: usize = 8;

/// The first place of a witness.
pub const WITNESS: usize = 4;

/// Messages that carry sources: one for each at most.
pub const MESSAGES: usize = 8;

/// What is to be estimated from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Plan {
    /// Which sensors there are.
    pub sensors: [Option<Sensor>; SOURCES],
    /// The driven axle, where known.
    pub driven: Option<Driven>,
    /// Whether it is known which wheel of an axle is the left one.
    pub sides: Sides,
    /// What is known of the vehicle's shape.
    pub geometry: Geometry,
    /// A message is late after ten cycles, at least 100 ms; at most after this.
    pub stale_after: Duration,
    /// The other numbers.
    pub limits: Limits,
}

impl Plan {
    /// Whether it has a sensor at this place.
    #[must_use]
    pub const fn has(&self, place: usize) -> bool {
        self.sensors[place].is_some()
    }
}

/// Whether left and right are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sides {
    /// They are.
    #[default]
    Known,
    /// The wheels of an axle may have changed places, of each axle for itself.
    Unknown,
}

/// One sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensor {
    /// The step of one raw count, km/h.
    pub resolution_kmh: f64,
    /// Which message carries it, below [`MESSAGES`]: each message has a clock of its own.
    pub message: u8,
    /// Time between two frames of that message where the profile says it; else it is learned.
    pub cycle: Option<Duration>,
    /// How far it may be off, as a part of its value: of a wheel its tyre, of a witness all of it.
    pub tolerance: f64,
    /// What a witness follows; a wheel follows itself.
    pub follows: Follows,
    /// Its value is cut off to the step and not rounded.
    pub truncates: bool,
    /// How old its value may be when its frame comes, beside what filters do.
    pub delay: Duration,
    /// Not every vehicle of the plan has it: before it has had a value it is as none.
    pub optional: bool,
}

impl Sensor {
    /// How far a wheel may be off because of its tyre, as a part of its speed: recorded cars differ between their axles,
    /// driving straight, by 0.2 to 2 % (99th percentile).
    pub const TYRE: f64 = 0.011;

    /// The same for a witness.
    pub const WITNESS: f64 = 0.03;

    /// A wheel of which nothing else is known. `resolution_kmh`: one raw count.
    #[must_use]
    pub const fn wheel(resolution_kmh: f64, message: u8) -> Self {
        Self {
            resolution_kmh,
            message,
            cycle: None,
            tolerance: Self::TYRE,
            follows: Follows::Unknown,
            truncates: false,
            delay: Duration::ZERO,
            optional: false,
        }
    }

    /// A witness of which nothing else is known. `resolution_kmh`: one raw count.
    #[must_use]
    pub const fn witness(resolution_kmh: f64, message: u8, follows: Follows) -> Self {
        let wheel = Self::wheel(resolution_kmh, message);
        Self { tolerance: Self::WITNESS, follows, ..wheel }
    }
}

/// What the speed of a witness is the speed of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Follows {
    /// The body: a satellite receiver. It neither spins nor locks.
    Body,
    /// The driven axle: the output of the gearbox. It spins and locks with it.
    #[serde(rename = "driven")]
    DrivenAxle,
    /// Nobody knows: the vehicle speed of an engine computer or an ABS unit.
    #[default]
    Unknown,
}

impl Follows {
    /// The word in a profile.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::DrivenAxle => "driven",
            Self::Unknown => "unknown",
        }
    }
}

/// The axle or axles that the engine drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Driven {
    /// Front-wheel drive.
    Front,
    /// Rear-wheel drive.
    Rear,
    /// All-wheel drive.
    All,
}

impl Driven {
    /// The word in a profile.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Rear => "rear",
            Self::All => "all",
        }
    }

    /// The axle that only rolls.
    #[must_use]
    pub const fn undriven_axle(self) -> Option<Axle> {
        match self {
            Self::Front => Some(Axle::Rear),
            Self::Rear => Some(Axle::Front),
            Self::All => None,
        }
    }
}

/// The shape of a vehicle, as far as the wheels of a bend show it: metres, each from the least to the greatest that it
/// may be. Where the profile says it, both are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometry {
    /// From the front axle to the rear axle.
    pub wheelbase_m: (f64, f64),
    /// From the left wheel to the right one.
    pub track_m: (f64, f64),
    /// The tightest bend, at the middle of the rear axle.
    pub least_radius_m: f64,
}

impl Default for Geometry {
    /// Passenger cars; 3.3 m of radius is a turning circle of 9 m from kerb to kerb. Vans and lorries must say theirs.
    fn default() -> Self {
        Self { wheelbase_m: (2.3, 3.1), track_m: (1.40, 1.68), least_radius_m: 3.3 }
    }
}
