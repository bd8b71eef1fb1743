//! Units that a speed signal may have.

use std::f64::consts::TAU;

/// What one count of a signal's physical value is in km/h.
///
/// # Errors
/// A sentence that says what to write in the profile. A unit is never guessed: a number in mph shown
/// as km/h is a wrong number.
pub(crate) fn to_kmh(
    dbc_unit: &str,
    profile_unit: Option<&str>,
    circumference_m: Option<f64>,
) -> Result<f64, String> {
    let written = profile_unit.unwrap_or(dbc_unit).trim();
    let unit = match canonical(written) {
        Some(unit) => unit,
        None if written.is_empty() => return Err(format!("the DBC gives it no unit; add {UNITS}")),
        None => {
            return Err(format!("its unit {:?} is not a speed; add {UNITS}", written.to_lowercase()));
        }
    };
    let factor = match unit {
        // Exact: the international mile is 1.609344 km.
        "mph" => 1.609_344,
        "m/s" => 3.6,
        // Turns a minute.
        "rpm" => metres_a_turn("rpm", circumference_m)? * 60.0 / 1000.0,
        // A turn is 2 pi radians.
        "rad/s" => 3.6 / TAU * metres_a_turn("rad/s", circumference_m)?,
        _ => 1.0,
    };
    if circumference_m.is_some() && !matches!(unit, "rpm" | "rad/s") {
        return Err(format!("circumference_m goes with rpm and rad/s, but its unit is {unit}"));
    }
    Ok(factor)
}

/// The unit in the spelling of a profile; `None` for what is not a speed.
pub(crate) fn canonical(unit: &str) -> Option<&'static str> {
    match unit.trim().to_lowercase().as_str() {
        "km/h" | "kph" | "kmh" | "kmph" | "km/hr" => Some("km/h"),
        "mph" | "mi/h" => Some("mph"),
        "m/s" | "mps" => Some("m/s"),
        "rpm" | "1/min" | "u/min" | "r/min" | "min-1" => Some("rpm"),
        "rad/s" | "rad/sec" | "radps" => Some("rad/s"),
        _ => None,
    }
}

const UNITS: &str = "unit = \"km/h\" (or mph, m/s, rpm, rad/s)";

fn metres_a_turn(unit: &str, circumference_m: Option<f64>) -> Result<f64, String> {
    match circumference_m {
        Some(metres) if metres.is_finite() && metres > 0.0 && metres < 20.0 => Ok(metres),
        Some(metres) => Err(format!("circumference_m = {metres}: it must be more than 0 and less than 20")),
        None => {
            Err(format!("it is in {unit}; add circumference_m, the metres that the wheel rolls in one turn"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_units_convert_and_others_are_refused() {
        assert_eq!(to_kmh("km/h", None, None), Ok(1.0));
        assert_eq!(to_kmh("KPH", None, None), Ok(1.0));
        assert_eq!(to_kmh("", Some("mph"), None), Ok(1.609_344));
        assert_eq!(to_kmh("m/s", None, None), Ok(3.6));
        assert_eq!(to_kmh("rpm", None, Some(2.0)), Ok(0.12));
        // One turn a second is 2 m/s.
        let turn = to_kmh("rad/s", None, Some(2.0)).unwrap() * TAU;
        assert!((turn - 7.2).abs() < 1e-12, "{turn}");
        for (unit, circumference) in [
            ("", None),
            ("deg", None),
            ("rpm", None),
            ("rpm", Some(-1.0)),
            ("km/h", Some(2.0)),
            ("rad/s", None),
        ] {
            assert!(to_kmh(unit, None, circumference).is_err(), "{unit} {circumference:?}");
        }
    }
}
