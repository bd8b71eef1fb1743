//! From the unit of a DBC file to that of VSS.

/// What a number in a DBC's unit is in VSS's: times `factor`, plus `offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conversion {
    /// Of the unit.
    pub factor: f64,
    /// In VSS's unit.
    pub offset: f64,
}

impl Conversion {
    /// Nothing to be done.
    pub const NONE: Self = Self { factor: 1.0, offset: 0.0 };
}

/// The metric horsepower, 75 kgf m/s, in kW.
const HORSE: f64 = 0.735_498_75;

/// A pound on a square inch, in kPa.
const PSI: f64 = 6.894_757_293_168;

/// The international mile, in metres: exact.
const MILE: f64 = 1_609.344;

/// A unit of VSS, then spellings in DBC files with their factor and offset; the first of each factor is what is
/// proposed to people.
type Unit = (&'static str, &'static [(&'static [&'static str], f64, f64)]);

const UNITS: &[Unit] = &[
    ("rpm", &[(&["rpm", "1/min", "u/min", "r/min", "min-1"], 1.0, 0.0)]),
    (
        "Celsius",
        &[
            (&["degC", "C", "Celsius", "deg C", "deg_C", "degree Celsius"], 1.0, 0.0),
            (&["degF", "F", "Fahrenheit", "deg F", "deg_F"], 5.0 / 9.0, -160.0 / 9.0),
            (&["K", "Kelvin"], 1.0, -273.15),
        ],
    ),
    ("percent", &[(&["%", "percent", "pct", "perc"], 1.0, 0.0)]),
    ("V", &[(&["V", "Volt", "Volts"], 1.0, 0.0), (&["mV"], 1e-3, 0.0)]),
    ("A", &[(&["A", "Amp", "Amps", "Ampere"], 1.0, 0.0), (&["mA"], 1e-3, 0.0)]),
    ("W", &[(&["W", "Watt"], 1.0, 0.0), (&["kW"], 1e3, 0.0)]),
    ("kW", &[(&["kW"], 1.0, 0.0), (&["W", "Watt"], 1e-3, 0.0), (&["hp", "PS"], HORSE, 0.0)]),
    (
        "kPa",
        &[
            (&["kPa"], 1.0, 0.0),
            (&["bar"], 100.0, 0.0),
            (&["mbar", "hPa"], 0.1, 0.0),
            (&["Pa"], 1e-3, 0.0),
            (&["psi"], PSI, 0.0),
        ],
    ),
    (
        "m",
        &[
            (&["m", "meter", "metre", "meters"], 1.0, 0.0),
            (&["km", "kilometer", "kilometers"], 1e3, 0.0),
            (&["mi", "mile", "miles"], MILE, 0.0),
        ],
    ),
    (
        "degrees",
        &[(&["deg", "degrees", "degree", ""], 1.0, 0.0), (&["rad"], 180.0 / std::f64::consts::PI, 0.0)],
    ),
    ("km/l", &[(&["km/l"], 1.0, 0.0)]),
];

/// How to convert; `to` is a unit of the catalogue, empty for a signal without one.
///
/// # Errors
/// The units that are known for it, for a sentence. A unit is never guessed: a temperature in Fahrenheit that is shown
/// as Celsius is a wrong number.
pub fn conversion(from: &str, to: &str) -> Result<Conversion, String> {
    if to.is_empty() {
        return Ok(Conversion::NONE);
    }
    let bare = from.trim().trim_start_matches(['°', 'º']);
    let units = UNITS.iter().find(|(unit, _)| *unit == to).map_or(&[][..], |(_, units)| units);
    // A bare degree sign is an angle, and no temperature.
    let is = |spelling: &&str| spelling.eq_ignore_ascii_case(bare);
    let found = units.iter().find(|(spellings, ..)| spellings.iter().any(&is));
    found.map(|(_, factor, offset)| Conversion { factor: *factor, offset: *offset }).ok_or_else(|| {
        let names: Vec<_> = units.iter().filter_map(|(spellings, ..)| spellings.first().copied()).collect();
        names.join(", ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::catalogue;

    fn convert(number: f64, from: &str, to: &str) -> f64 {
        let Conversion { factor, offset } = conversion(from, to).unwrap();
        number * factor + offset
    }

    #[test]
    fn units_become_those_of_vss() {
        for (number, from, to, expected) in [
            (212.0, "degF", "Celsius", 100.0),
            (373.15, "K", "Celsius", 100.0),
            (90.0, "°C", "Celsius", 90.0),
            (2.5, "bar", "kPa", 250.0),
            (1.5, "km", "m", 1500.0),
            (1.0, "mi", "m", 1609.344),
            (-35.0, "kW", "W", -35_000.0),
            (12_600.0, "mV", "V", 12.6),
            (50.0, "%", "percent", 50.0),
        ] {
            assert!((convert(number, from, to) - expected).abs() < 1e-9, "{number} {from}");
        }
    }

    #[test]
    fn a_unit_is_never_guessed() {
        assert!(conversion("", "Celsius").is_err());
        assert!(conversion("°", "Celsius").is_err());
        assert!(conversion("bar", "rpm").is_err());
        assert_eq!(conversion("whatever", ""), Ok(Conversion::NONE));
        for entry in catalogue::ALL {
            assert!(conversion(entry.unit, entry.unit).is_ok(), "{}", entry.path);
        }
    }
}
