//! Units that a speed signal may have.

use std::f64::consts::TAU;

/// What one count of a signal's physical value is in km/h.
///
/// # Errors
/// A sentence that says what to write in the profile. A unit is never guessed: a number in mph shown
/// as km/h is a wrong number.
pub(super) fn to_kmh(
    dbc_unit: &str,
    profile_unit: Option<&str>,
    circumference_m: Option<f64>,
) -> Result<f64, String> {
    let unit = profile_unit.unwrap_or(dbc_unit).trim().to_lowercase();
    let factor = match unit.as_str() {
        "km/h" | "kph" | "kmh" | "kmph" | "km/hr" => 1.0,
        // Exact: the international mile is 1.609344 km.
        "mph" | "mi/h" => 1.609_344,
        "m/s" | "mps" => 3.6,
        // Turns a minute.
        rpm if RPM.contains(&rpm) => metres_a_turn("rpm", circumference_m)? * 60.0 / 1000.0,
        // A turn is 2 pi radians.
        radians if RADIANS.contains(&radians) => 3.6 / TAU * metres_a_turn("rad/s", circumference_m)?,
        "" => return Err(format!("the DBC gives it no unit; add {UNITS}")),
        other => return Err(format!("its unit {other:?} is not a speed; add {UNITS}")),
    };
    let is_turning = RPM.contains(&unit.as_str()) || RADIANS.contains(&unit.as_str());
    if circumference_m.is_some() && !is_turning {
        return Err(format!("circumference_m goes with rpm and rad/s, but its unit is {unit}"));
    }
    Ok(factor)
}

const RPM: [&str; 5] = ["rpm", "1/min", "u/min", "r/min", "min-1"];
const RADIANS: [&str; 3] = ["rad/s", "rad/sec", "radps"];
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
