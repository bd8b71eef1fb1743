//! Which drive.

use std::fmt;
use std::str::FromStr;

use super::fault::Fault;
use super::motion::{self, Leg, Motion};
use super::{drives, nedc};

/// A drive of the simulated car. Each begins and ends at rest, and is driven again and again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drive {
    /// The New European Driving Cycle of UN Regulation 83: 1,180 s, 11 km, to 120 km/h, in gentle bends.
    #[default]
    Nedc,
    /// A minute: through a bend to 120 km/h, a sensor dies, the bus is unplugged, comes back, the car stops.
    Tour,
    /// Corners, a roundabout, a traffic light, a turn at full lock.
    Town,
    /// Into a gap and out, from lock to lock, also in reverse.
    Parking,
    /// 130 km/h, changes of lane, a jam.
    Motorway,
    /// Emergency stops with ABS.
    Abs,
    /// Brakes without ABS: the wheels lock.
    Skid,
    /// A start with spinning wheels.
    Wheelspin,
    /// Stop and go, forward and back, so slow that the sensors see nothing of it.
    Creep,
}

/// Why a text is no drive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no drive {0:?}; it is one of {list}", list = Drive::ALL.map(Drive::as_str).join(", "))]
pub struct DriveError(String);

impl Drive {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Nedc,
        Self::Tour,
        Self::Town,
        Self::Parking,
        Self::Motorway,
        Self::Abs,
        Self::Skid,
        Self::Wheelspin,
        Self::Creep,
    ];

    /// Its word on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nedc => "nedc",
            Self::Tour => "tour",
            Self::Town => "town",
            Self::Parking => "parking",
            Self::Motorway => "motorway",
            Self::Abs => "abs",
            Self::Skid => "skid",
            Self::Wheelspin => "wheelspin",
            Self::Creep => "creep",
        }
    }

    /// How long it takes, seconds; then it begins again.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.legs().map_or(nedc::CYCLE_S, motion::seconds)
    }

    /// The true speed so many seconds after the start, km/h, 0 or more: that of the point midway between the axles on
    /// the centre line, in reverse too.
    #[must_use]
    pub fn speed_kmh(self, seconds: f64) -> f64 {
        self.motion(seconds).speed_ms.abs() * 3.6
    }

    pub(super) fn motion(self, seconds: f64) -> Motion {
        self.legs().map_or_else(|| nedc::motion(seconds), |legs| motion::at(legs, seconds))
    }

    /// By how much the speed (its amount) changes, m/s2.
    pub(super) fn accel_ms2(self, seconds: f64) -> f64 {
        const HALF_S: f64 = 0.01;
        let speed_ms = |seconds| self.motion(seconds).speed_ms.abs();
        (speed_ms(seconds + HALF_S) - speed_ms(seconds - HALF_S)) / (2.0 * HALF_S)
    }

    /// The faults that belong to the drive, at times since its start.
    pub(super) const fn faults(self) -> &'static [Fault] {
        match self {
            Self::Tour => drives::TOUR_FAULTS,
            _ => &[],
        }
    }

    const fn legs(self) -> Option<&'static [Leg]> {
        Some(match self {
            Self::Nedc => return None,
            Self::Tour => drives::TOUR,
            Self::Town => drives::TOWN,
            Self::Parking => drives::PARKING,
            Self::Motorway => drives::MOTORWAY,
            Self::Abs => drives::ABS,
            Self::Skid => drives::SKID,
            Self::Wheelspin => drives::WHEELSPIN,
            Self::Creep => drives::CREEP,
        })
    }
}

impl FromStr for Drive {
    type Err = DriveError;

    fn from_str(word: &str) -> Result<Self, DriveError> {
        let drive = Self::ALL.into_iter().find(|drive| drive.as_str() == word);
        drive.ok_or_else(|| DriveError(word.to_owned()))
    }
}

impl fmt::Display for Drive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_others_are_answered_with_the_list() {
        for drive in Drive::ALL {
            assert_eq!(drive.as_str().parse(), Ok(drive));
        }
        let error = "city".parse::<Drive>().unwrap_err().to_string();
        assert!(error.starts_with("there is no drive \"city\"; it is one of nedc, tour, town,"), "{error}");
    }

    #[test]
    fn the_tour_takes_a_minute_and_faults_lie_within() {
        assert_eq!(Drive::Tour.seconds(), 60.0);
        assert!(Drive::Tour.faults().iter().all(|fault| fault.until_ms.is_some_and(|until| until < 60_000)));
    }

    /// No drive asks for more than a car can do, and each begins and ends at rest.
    #[test]
    fn every_drive_is_possible() {
        const STEP_S: f64 = 0.01;
        for drive in Drive::ALL {
            assert_eq!(
                (drive.speed_kmh(0.0), drive.speed_kmh(drive.seconds() - 0.01)),
                (0.0, 0.0),
                "{drive}"
            );
            let mut before = drive.motion(0.0);
            for step in 1..(drive.seconds() / STEP_S) as u32 {
                let at_s = f64::from(step) * STEP_S;
                let motion = drive.motion(at_s);
                let accel_ms2 = drive.accel_ms2(at_s);
                assert!((-9.5..=4.0).contains(&accel_ms2), "{drive} at {at_s} s: {accel_ms2} m/s2");
                let sideways_ms2 = motion.speed_ms * motion.speed_ms * motion.curvature.abs();
                assert!(sideways_ms2 < 4.2, "{drive} at {at_s} s: {sideways_ms2} m/s2 sideways");
                assert!(motion.curvature.abs() <= 1.0 / 4.2, "{drive} at {at_s} s: {motion:?}");
                let steered = (motion.curvature - before.curvature).abs() / STEP_S;
                assert!(steered < 0.3, "{drive} at {at_s} s: {steered} 1/m/s");
                before = motion;
            }
        }
    }

    #[test]
    fn drives_have_what_their_names_say() {
        let most = |drive: Drive, of: fn(Motion) -> f64| {
            (0..(drive.seconds() * 50.0) as u32)
                .map(|n| of(drive.motion(f64::from(n) / 50.0)))
                .fold(f64::MIN, f64::max)
        };
        assert!((most(Drive::Tour, |motion| motion.speed_ms) * 3.6 - 120.0).abs() < 1e-9);
        assert!((most(Drive::Motorway, |motion| motion.speed_ms) * 3.6 - 130.0).abs() < 1e-9);
        for drive in [Drive::Town, Drive::Parking] {
            assert!(
                most(drive, |motion| motion.curvature.abs() * motion.speed_ms.abs().min(1.0)) > 0.23,
                "{drive}"
            );
        }
        for drive in [Drive::Parking, Drive::Creep] {
            assert!(most(drive, |motion| -motion.speed_ms) > 0.9, "{drive} goes back");
        }
        assert!(most(Drive::Creep, |motion| motion.speed_ms) * 3.6 < 6.1);
    }
}
