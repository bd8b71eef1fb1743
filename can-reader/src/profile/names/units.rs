//! Units as DBC files write them.

use crate::dbc::{Signal, SignalKind};
use crate::vehicle::unit;

/// The unit of a speed, as the profile is to say it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::profile) struct SpeedUnit {
    /// One that a profile knows.
    pub unit: &'static str,
    /// Where one of the DBC's is none that a profile knows: what one of it is.
    pub scale: Option<f64>,
    /// The DBC says the same in words that a profile takes.
    pub is_known: bool,
    /// Why it is a guess.
    pub guess: Option<String>,
}

impl SpeedUnit {
    /// Turns of a wheel, so that its circumference is needed.
    pub fn turns(&self) -> bool {
        matches!(self.unit, "rpm" | "rad/s")
    }

    /// km/h of one count of the DBC's value, with a wheel of so many metres round.
    pub fn kmh(&self, circumference_m: f64) -> f64 {
        let circumference_m = self.turns().then_some(circumference_m);
        unit::to_kmh("", Some(self.unit), circumference_m).unwrap_or(1.0) * self.scale.unwrap_or(1.0)
    }
}

/// Other ways to write a unit, in small letters without blanks and `unit_`; some DBC files cut them off at 32 letters.
const OTHERS: [(&str, &str); 5] = [
    (
        "km/h",
        "khp kilometerperhour kilometreperhour kilometersperhour kilometresperhour km/std kmperhour km/hour km^h",
    ),
    ("mph", "miles/h milesperhour mileperhour mile/h miles/hour mi/hr"),
    ("m/s", "m/sec meterpersecon meterpersecond metrepersecond meterspersecond meter/s ms-1"),
    ("rpm", "rev/min revs/min minutinver upm revolutionsperminute 1perminute /min turns/min umin"),
    (
        "rad/s",
        "radians/second radians/sec radian/s radianpersecon radianpersecond radpersecon rads rad/second",
    ),
];

/// What one is in m/s.
const ODD: [(&str, f64); 6] = [
    ("yd/s", 0.9144),
    ("ft/s", 0.3048),
    ("cm/s", 0.01),
    ("mm/s", 0.001),
    ("kn", 0.514_444),
    ("knots", 0.514_444),
];

/// The unit of a signal that is a speed by its name; `None` where the DBC says that it is none.
pub(in crate::profile) fn speed_unit(signal: &Signal) -> Option<SpeedUnit> {
    let written = signal.unit().trim();
    let known = |unit, is_known| SpeedUnit { unit, scale: None, is_known, guess: None };
    if let Some(unit) = unit::canonical(written) {
        return Some(known(unit, true));
    }
    let text: String = written.to_lowercase().chars().filter(|char| !" ?()[]".contains(*char)).collect();
    let text = text.strip_prefix("unit_").unwrap_or(&text);
    if matches!(text, "" | "-" | "n/a" | "none" | "unitless" | "xxx" | "sed") {
        return Some(guessed(signal));
    }
    if let Some((_, metres)) = ODD.iter().find(|(name, _)| *name == text) {
        return Some(SpeedUnit { unit: "m/s", scale: Some(*metres), is_known: false, guess: None });
    }
    let single = |text: &str| {
        let other = OTHERS.iter().find(|(_, list)| list.split_whitespace().any(|other| other == text));
        unit::canonical(text).or_else(|| other.map(|(unit, _)| *unit))
    };
    if let Some(unit) = single(text) {
        return Some(known(unit, false));
    }
    // `km/h or mph`, `kph/mph`: the car's menu decides, or its maker did not know.
    let first =
        ["or", ",", "/mph", "|", ";"].iter().find_map(|between| single(text.split(between).next()?))?;
    let guess = format!("the DBC says {written:?}, which are two units; hold it against the dash");
    Some(SpeedUnit { unit: first, scale: None, is_known: false, guess: Some(guess) })
}

/// Of one without a unit: makers choose the step so that the greatest value is beyond what a car can do, and not far.
fn guessed(signal: &Signal) -> SpeedUnit {
    let greatest = match signal.kind() {
        SignalKind::Unsigned => signal.value_of(u64::MAX >> (64 - signal.bits().clamp(1, 64))),
        _ => f64::INFINITY,
    };
    let unit = if (40.0..130.0).contains(&greatest) { "m/s" } else { "km/h" };
    let reach =
        if greatest.is_finite() { format!(" (its bits reach to {greatest:.0})") } else { String::new() };
    let guess = format!("the DBC gives no unit, and {unit} is a guess{reach}; hold it against the dash");
    SpeedUnit { unit, scale: None, is_known: false, guess: Some(guess) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dbc::Database;

    fn unit_of(text: &str, factor: f64) -> Option<SpeedUnit> {
        let text = format!("BO_ 1 M: 8 X\n SG_ S : 0|13@1+ ({factor},0) [0|0] \"{text}\" X\n");
        speed_unit(Database::parse("u.dbc", text.as_bytes()).unwrap().signal("M.S").unwrap().1)
    }

    #[test]
    fn units_as_public_files_write_them() {
        for (texts, unit) in [
            ("km/h|KPH|Kph|km/hr|Unit_KiloMeterPerHour|Unit_KilometerPerHour|km/h?|Khp", "km/h"),
            ("mph|MPH|miles/h", "mph"),
            ("m/s|Unit_MeterPerSecon", "m/s"),
            ("rpm|RPM|1/min|Unit_MinutInver", "rpm"),
            ("rad/s|radians/second|Unit_RadianPerSecon", "rad/s"),
        ] {
            for text in texts.split('|') {
                let found = unit_of(text, 0.05).unwrap_or_else(|| panic!("{text}"));
                assert_eq!((found.unit, &found.guess), (unit, &None), "{text}");
            }
        }
        let yards = unit_of("yd/s", 0.01).unwrap();
        assert!((yards.kmh(2.0) - 0.9144 * 3.6).abs() < 1e-9);
        for text in ["deg", "km", "%", "Nm", "rad/m", "1/rad/s", "deg/s"] {
            assert_eq!(unit_of(text, 0.05), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_said_is_called_a_guess() {
        let unit = |text, factor| unit_of(text, factor).map(|found| (found.unit, found.guess.is_some()));
        assert_eq!(unit("", 0.057), Some(("km/h", true)));
        assert_eq!(unit("", 0.0087), Some(("m/s", true)));
        assert_eq!(unit("km/h or MPH", 0.05), Some(("km/h", true)));
        assert_eq!(unit("kph/mph", 0.05), Some(("km/h", true)));
        assert_eq!(unit("km/h,MPH", 0.05), Some(("km/h", true)));
    }
}
