//! What a car is driven through, and what becomes of it: the truth, and what its wheels said.

pub mod driver;
pub mod normal;
pub mod record;
pub mod slippery;

use crate::car::Car;
use crate::random::Random;

/// A kind of drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 60 to 140 km/h in wide bends.
    Road,
    /// Corners to 4 m/s2, roundabouts, lights, a turn at full lock.
    Town,
    /// Forward and back at full lock below 10 km/h.
    Parking,
    /// Stops of up to 9.5 m/s2, as far as the tyres hold them.
    Braking,
    /// Starts of up to 7.5 m/s2, as far as the driven axle holds them.
    Starts,
    /// Stop and go below 6 km/h.
    Creeping,
    /// A bit of all.
    Mixed,
    /// Full stops with an anti-lock unit, on any road.
    AntiLock,
    /// The same, and starts, with one side on ice.
    Split,
    /// More throttle than the driven axle holds.
    Spinning,
    /// The hand brake pulled while driving.
    HandBrake,
    /// All wheels locked on ice, no anti-lock unit.
    Ice,
}

/// The ground under left and right wheels: peak by that of dry asphalt.
pub type Road = [f64; 2];

/// Dry asphalt.
pub const DRY: Road = [1.0, 1.0];

/// When a step of a drive is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Until {
    Seconds(f64),
    /// The target speed is reached (or so many seconds have passed).
    Reached(f64),
    /// The car has turned by so much, rad.
    Turned(f64),
}

/// How the wheel is held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Course {
    /// Curvature, 1/m, positive to the left.
    Bend(f64),
    /// Weaving bends of up to this sideways acceleration, m/s2.
    Winding(f64),
}

/// One thing that the driver does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// m/s, negative backward.
    pub speed: f64,
    /// m/s2: how hard the speed is approached from below and from above.
    pub up: f64,
    pub down: f64,
    pub course: Course,
    pub until: Until,
    pub road: Road,
    /// m/s3: how fast the foot changes.
    pub foot: f64,
    pub hand_brake: bool,
    pub anti_lock: bool,
    /// Throttle by what the driven axle could hold, whatever the speed.
    pub throttle: Option<f64>,
}

impl Step {
    /// A calm step.
    pub const fn to(speed: f64, up: f64, down: f64, until: Until) -> Self {
        Self {
            speed,
            up,
            down,
            course: Course::Bend(0.0),
            until,
            road: DRY,
            foot: 8.0,
            hand_brake: false,
            anti_lock: true,
            throttle: None,
        }
    }

    /// At rest.
    pub const fn stand(seconds: f64) -> Self {
        Self::to(0.0, 1.0, 2.0, Until::Seconds(seconds))
    }
}

impl Kind {
    /// Its word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Road => "road",
            Self::Town => "town",
            Self::Parking => "parking",
            Self::Braking => "braking",
            Self::Starts => "starts",
            Self::Creeping => "creeping",
            Self::Mixed => "mixed",
            Self::AntiLock => "anti-lock",
            Self::Split => "one side on ice",
            Self::Spinning => "wheelspin",
            Self::HandBrake => "hand brake",
            Self::Ice => "four locked on ice",
        }
    }

    /// The next things that the driver does.
    pub fn next(self, car: &Car, r: &mut Random) -> Vec<Step> {
        match self {
            Self::Road => normal::road(r),
            Self::Town => normal::town(car, r),
            Self::Parking => normal::parking(car, r),
            Self::Braking => normal::braking(car, r),
            Self::Starts => normal::starts(car, r),
            Self::Creeping => normal::creeping(car, r),
            Self::Mixed => normal::mixed(car, r),
            Self::AntiLock => slippery::anti_lock(r),
            Self::Split => slippery::split(r),
            Self::Spinning => slippery::spinning(r),
            Self::HandBrake => slippery::hand_brake(r),
            Self::Ice => slippery::ice(r),
        }
    }

    /// Speed at the start, m/s: some logs begin while the car drives.
    pub fn start(self, r: &mut Random) -> f64 {
        match self {
            Self::Road => r.between(15.0, 30.0),
            Self::Mixed if r.chance(0.5) => r.between(8.0, 20.0),
            _ => 0.0,
        }
    }
}
