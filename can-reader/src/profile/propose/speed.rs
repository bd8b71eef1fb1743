//! One speed of the profile, with what its DBC leaves open.

use super::driven;
use super::flags::{FoundFlag, flag_of};
use super::messages::Used;
use super::vehicle::VehicleSpeed;
use super::wheels::{At, Group};
use crate::dbc::{Database, SignalKind};
use crate::profile::draft::{Speed, Why};
use crate::profile::drive::{Drive, Series, counts_as_valid, judge, void_codes};
use crate::profile::names::SpeedUnit;

/// Makes speeds.
pub(super) struct Maker<'a> {
    pub database: &'a Database,
    pub drive: Option<&'a Drive>,
    /// Of a wheel whose signal is its turns, metres; and where that comes from.
    circumference: (f64, String),
}

/// A speed, and what it could be as well.
pub(super) struct Made {
    pub speed: Speed,
    pub others: Vec<(Speed, Why)>,
    /// Its values in the drive, km/h.
    pub driven: Series,
}

/// Of a passenger car's wheel, metres: 205/55 R 16 rolls 1.94 m, 225/45 R 18 1.98 m, 255/50 R 20 2.35 m.
const CIRCUMFERENCE_M: f64 = 2.0;

/// A DBC whose range ends below this has a wrong one: cars go faster, km/h.
const LEAST_RANGE: f64 = 150.0;

/// What `max_speed_kmh` is without a word in the profile.
const MOST: f64 = 400.0;

impl<'a> Maker<'a> {
    pub fn new(database: &'a Database, drive: Option<&'a Drive>) -> Self {
        let guess =
            format!("circumference_m = {CIRCUMFERENCE_M} is a guess: measure what a wheel rolls in one turn");
        Self { database, drive, circumference: (CIRCUMFERENCE_M, guess) }
    }

    /// The unit of the wheels, where the drive has a speed of the vehicle to hold it against; and the circumference of wheels that
    /// tell their turns.
    pub fn settle(&mut self, group: &Group<'_>, speeds: &[VehicleSpeed<'_>]) -> SpeedUnit {
        let unit = &group.unit;
        let Some(wheel) = group.wheels.iter().flatten().next() else { return unit.clone() };
        let is_open = unit.guess.is_some() || unit.turns();
        let known = speeds.iter().filter(|speed| speed.unit.guess.is_none() && !speed.unit.turns());
        let found = known.filter(|_| is_open).find_map(|speed| {
            let own = driven(self.drive, *wheel, unit.kmh(CIRCUMFERENCE_M), &[]);
            let other = driven(self.drive, speed.at, speed.unit.kmh(CIRCUMFERENCE_M), &[]);
            // Both in km/h, if the guess is right.
            Some((1.0 / judge(&own, &other, 0.0)?.ratio, speed.at.path()))
        });
        let Some((times, path)) = found else { return unit.clone() };
        if unit.turns() {
            let metres = (CIRCUMFERENCE_M * times * 1000.0).round() / 1000.0;
            if (0.5..5.0).contains(&metres) {
                self.circumference = (metres, format!("circumference_m = {metres} by {path} in the log"));
            }
            return unit.clone();
        }
        let kmh = times * unit.kmh(CIRCUMFERENCE_M);
        let fitting = [("km/h", 1.0), ("mph", 1.609_344), ("m/s", 3.6)]
            .into_iter()
            .find(|(_, one)| (kmh / one - 1.0).abs() < 0.05);
        match fitting {
            Some((unit, _)) => SpeedUnit { unit, scale: None, is_known: false, guess: None },
            None => SpeedUnit {
                guess: Some(format!(
                    "the DBC's unit is not sure, and by {path} in the log one is {kmh:.4} km/h: give it as scale"
                )),
                ..unit.clone()
            },
        }
    }

    /// The speed of a signal, and why it is so.
    pub fn speed(&self, at: At<'a>, unit: &SpeedUnit, used: &mut Used<'a>) -> (Made, Why) {
        let (metres, whence) = &self.circumference;
        let mut speed = Speed::of(at.path());
        let mut why = vec![described(at, unit)];
        if !unit.is_known {
            speed.unit = Some(unit.unit.to_owned());
            why.extend(unit.guess.iter().map(|guess| format!("GUESS: {guess}")));
        }
        if unit.turns() {
            speed.circumference_m = Some(*metres);
            why.push(whence.clone());
        }
        speed.scale = unit.scale;
        let kmh = unit.kmh(*metres);
        self.range(at, unit, kmh, &mut speed, &mut why);
        let points = driven(self.drive, at, kmh, &[]);
        let codes = void_codes(&points);
        for (raw, frames) in &codes {
            why.push(format!(
                "raw value {raw} comes and goes as no car does ({frames} frames): not available"
            ));
        }
        speed.invalid = codes.iter().filter_map(|(raw, _)| i64::try_from(*raw).ok()).collect();
        let invalid: Vec<_> = codes.iter().map(|(raw, _)| *raw).collect();
        let others = self.flag(at, &mut speed, &mut why, used);
        (Made { speed, others, driven: driven(self.drive, at, kmh, &invalid) }, why)
    }

    /// A range of the DBC that a car would leave is overruled.
    fn range(&self, at: At<'_>, unit: &SpeedUnit, kmh: f64, speed: &mut Speed, why: &mut Why) {
        let Some((least, most)) = at.signal.range() else { return };
        if most * kmh.abs() >= LEAST_RANGE && least <= 0.0 {
            return;
        }
        let one = kmh.abs() / unit.scale.unwrap_or(1.0).abs();
        let top = (MOST / one * 10.0).floor() / 10.0;
        let bottom = if at.signal.kind() == SignalKind::Unsigned { 0.0 } else { -top };
        speed.range = Some((bottom, top));
        why.push(format!("the DBC's range [{least}|{most}] cannot be: overruled"));
    }

    /// Its validity flag, where its name and texts tell one; and as another choice one that is not sure.
    fn flag(&self, at: At<'a>, speed: &mut Speed, why: &mut Why, used: &mut Used<'a>) -> Vec<(Speed, Why)> {
        let Some(FoundFlag { flag, is_valid, mut is_told }) = flag_of(self.database, at) else {
            return Vec::new();
        };
        let put = |speed: &Speed| {
            let mut speed = speed.clone();
            if is_valid {
                speed.valid = Some(flag.clone())
            } else {
                speed.fault = Some(flag.clone())
            }
            speed
        };
        let Ok((message, signal)) = self.database.signal(&flag.signal) else { return Vec::new() };
        let named = if is_valid {
            "says by its name that this is valid"
        } else {
            "says by its name that this is not valid"
        };
        let mut doubt = "which of its values means so is not told: try it".to_owned();
        if let Some(drive) = self.drive {
            match counts_as_valid(drive, (message, signal), &flag.is, is_valid) {
                Some(true) => is_told = true,
                Some(false) => {
                    is_told = false;
                    "in the log it would take most values away".clone_into(&mut doubt);
                }
                None if drive.of(message.id()).is_empty() => {
                    is_told = false;
                    "its message is not in the log".clone_into(&mut doubt);
                }
                None => {}
            }
        }
        if is_told {
            why.push(format!("{} {named}", flag.signal));
            *speed = put(speed);
            used.add(message);
            return Vec::new();
        }
        vec![(put(speed), vec![format!("{} {named}; {doubt}", flag.signal)])]
    }
}

/// `WHEEL_SPEED_FL: front left by its name, km/h, 0.01 a count`
fn described(at: At<'_>, unit: &SpeedUnit) -> String {
    let signal = at.signal;
    let said = if unit.is_known || unit.guess.is_some() {
        String::new()
    } else {
        format!(" ({:?} in the DBC)", signal.unit())
    };
    let unit = if unit.guess.is_some() { "unit not known" } else { unit.unit };
    let comment =
        signal.comment().lines().next().map(|line| format!("; {}", line.trim())).unwrap_or_default();
    format!("{} of {}: {unit}{said}, {} a count{comment}", signal.label(), at.message.id(), signal.factor())
}
