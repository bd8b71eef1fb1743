//! Values of signals in the types of VSS.

use std::fmt;

/// What the values of a signal are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `boolean`: lamps, doors, switches.
    Boolean,
    /// `float`.
    Float,
    /// `uint8`, `uint16` or `uint32`, from 0 to `most`.
    Unsigned {
        /// The greatest value.
        most: u32,
    },
    /// `int8` or `int16`.
    Signed {
        /// The least value.
        least: i32,
        /// The greatest value.
        most: i32,
    },
    /// `int8` with VSS's meaning of a gear: 0 is neutral, 1 and up forward, -1 and down reverse, 126 park, 127 drive.
    Gear,
}

impl Type {
    /// The name in VSS.
    #[must_use]
    pub const fn vss(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Float => "float",
            Self::Unsigned { most: 0..=0xFF } => "uint8",
            Self::Unsigned { most: 0x100..=0xFFFF } => "uint16",
            Self::Unsigned { .. } => "uint32",
            Self::Signed { .. } => "int16",
            Self::Gear => "int8",
        }
    }

    /// A number, in the signal's unit, as a value of this type. `None` where the type does not have it: it is never bent
    /// into the range. `slack`: a number so far outside is one at the end, rounded.
    #[must_use]
    pub fn of(self, number: f64, slack: f64) -> Option<Value> {
        // A NaN is in no range.
        let whole = |least: f64, most: f64| {
            (least - slack..=most + slack).contains(&number).then(|| number.clamp(least, most).round())
        };
        match self {
            Self::Boolean => [(0.0, false), (1.0, true)]
                .into_iter()
                .find_map(|(code, is)| (number == code).then_some(Value::Boolean(is))),
            Self::Float => number.is_finite().then(|| Value::Float(short(number))),
            Self::Unsigned { most } => whole(0.0, f64::from(most)).map(|n| Value::Unsigned(n as u32)),
            Self::Signed { least, most } => {
                whole(f64::from(least), f64::from(most)).map(|n| Value::Signed(n as i32))
            }
            Self::Gear => whole(f64::from(GEARS.0), f64::from(GEARS.1)).map(|n| Value::Signed(n as i32)),
        }
    }
}

/// To a millionth: no sensor is better, and what is left of 12.6 V after a factor of 0.1 is not 12.600000000000001.
fn short(number: f64) -> f64 {
    // A double has no millionths there, and a greater one would overflow.
    if number.abs() > 1e9 { number } else { (number * 1e6).round() / 1e6 }
}

/// Least and greatest gear of VSS.
const GEARS: (i8, i8) = (-128, 127);

/// The gear that a letter or a word on a selector means.
#[must_use]
pub fn gear_of(text: &str) -> Option<i32> {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "p" | "park" | "parking" => Some(126),
        "r" | "reverse" => Some(-1),
        "n" | "neutral" => Some(0),
        "d" | "drive" => Some(127),
        number => number.parse().ok().filter(|gear| (1..=18).contains(gear)),
    }
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// On or off.
    Boolean(bool),
    /// A number, in the signal's unit; never NaN or infinite.
    Float(f64),
    /// A whole number of 0 or more.
    Unsigned(u32),
    /// A whole number.
    Signed(i32),
}

impl Value {
    /// As a number: 1 and 0 for on and off.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Boolean(is) => f64::from(u8::from(is)),
            Self::Float(number) => number,
            Self::Unsigned(number) => f64::from(number),
            Self::Signed(number) => f64::from(number),
        }
    }
}

impl fmt::Display for Value {
    /// As JSON has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(is) => is.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Unsigned(number) => number.fmt(f),
            Self::Signed(number) => number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_becomes_what_the_type_has_or_nothing() {
        let percent = Type::Unsigned { most: 100 };
        assert_eq!(percent.of(49.6, 0.0), Some(Value::Unsigned(50)));
        assert_eq!(percent.of(100.2, 0.25), Some(Value::Unsigned(100)));
        assert_eq!(
            (percent.of(101.0, 0.25), percent.of(-1.0, 0.25), percent.of(f64::NAN, 0.0)),
            (None, None, None)
        );
        assert_eq!(Type::Boolean.of(1.0, 0.5), Some(Value::Boolean(true)));
        assert_eq!(Type::Boolean.of(2.0, 0.5), None, "neither on nor off");
        assert_eq!(Type::Float.of(f64::INFINITY, 0.0), None);
        assert_eq!(Type::Float.of(f64::MAX, 0.0), Some(Value::Float(f64::MAX)), "as it is, and not infinite");
        assert_eq!(Type::Gear.of(-1.0, 0.0), Some(Value::Signed(-1)));
    }

    #[test]
    fn letters_are_gears() {
        let gears = ["P", "R", "N", "D", "4", "S", ""].map(gear_of);
        assert_eq!(gears, [Some(126), Some(-1), Some(0), Some(127), Some(4), None, None]);
    }

    #[test]
    fn values_are_written_as_json() {
        let values = [
            Value::Boolean(true),
            Type::Float.of(0.1 + 0.2, 0.0).unwrap(),
            Value::Unsigned(7),
            Value::Signed(-1),
        ];
        assert_eq!(values.map(|value| value.to_string()), ["true", "0.3", "7", "-1"]);
    }
}
