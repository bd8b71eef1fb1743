//! Units that a speed signal may have.

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
        "rpm" | "1/min" | "u/min" | "r/min" => return rpm_to_kmh(circumference_m),
        "" => return Err("the DBC gives it no unit; add unit = \"km/h\" (or mph, m/s, rpm)".to_owned()),
        other => {
            return Err(format!("its unit {other:?} is not a speed; add unit = \"km/h\" (or mph, m/s, rpm)"));
        }
    };
    if circumference_m.is_some() {
        return Err(format!("circumference_m goes with rpm, but its unit is {unit}"));
    }
    Ok(factor)
}

fn rpm_to_kmh(circumference_m: Option<f64>) -> Result<f64, String> {
    match circumference_m {
        // Metres a minute to km/h.
        Some(metres) if metres.is_finite() && metres > 0.0 && metres < 20.0 => Ok(metres * 60.0 / 1000.0),
        Some(metres) => Err(format!("circumference_m = {metres}: it must be more than 0 and less than 20")),
        None => {
            Err("it is in rpm; add circumference_m, the metres that the wheel rolls in one turn".to_owned())
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
        for (unit, circumference) in
            [("", None), ("deg", None), ("rpm", None), ("rpm", Some(-1.0)), ("km/h", Some(2.0))]
        {
            assert!(to_kmh(unit, None, circumference).is_err(), "{unit} {circumference:?}");
        }
    }
}
