//! How a profile names a signal and says what to make of it.

use serde::Deserialize;

use crate::estimator::Follows;

/// `"MESSAGE.SIGNAL"`, or a table where more is to be said.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"MESSAGE.SIGNAL\" or { signal = \"MESSAGE.SIGNAL\", ... } with the keys signal, plus, unit, \
                 circumference_m, scale, range, invalid, full_range, valid, fault, tolerance_percent, follows, truncates, delay_ms, optional"
)]
pub(crate) enum SignalRef {
    Name(String),
    Table(Box<SignalTable>),
}

/// The long form of a signal.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignalTable {
    /// `MESSAGE.SIGNAL`
    pub signal: String,
    /// A further signal of the same message; the value is the sum of both.
    pub plus: Option<String>,
    /// Overrides the unit of the DBC: `km/h`, `mph`, `m/s`, `rpm` or `rad/s`.
    pub unit: Option<String>,
    /// Rolling circumference of the wheel, metres, where the signal is rpm or rad/s.
    pub circumference_m: Option<f64>,
    /// The value is that of the DBC times this.
    pub scale: Option<f64>,
    /// Least and greatest value, in the signal's unit and after `scale`; overrides the DBC's.
    pub range: Option<(f64, f64)>,
    /// Raw values that mean "not available".
    #[serde(default)]
    pub invalid: Vec<i64>,
    /// No raw value is reserved but those of `invalid`.
    #[serde(default)]
    pub full_range: bool,
    /// The signal is valid when this flag says so.
    pub valid: Option<FlagRef>,
    /// The signal is not valid when this flag says so.
    pub fault: Option<FlagRef>,
    /// How far it may be off, percent of its value.
    pub tolerance_percent: Option<f64>,
    /// What a witness follows.
    pub follows: Option<Follows>,
    /// What is below a step is cut off and not rounded: the true value is up to a whole step higher.
    #[serde(default)]
    pub truncates: bool,
    /// How old the value of a witness may be when its frame comes, ms, beside what filters do.
    pub delay_ms: Option<f64>,
    /// Not every vehicle of the profile has it.
    #[serde(default)]
    pub optional: bool,
}

/// A flag: `"MESSAGE.SIGNAL"`, which is set when it is not 0, or a table that says with which values it is set.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"MESSAGE.SIGNAL\" or { signal = \"MESSAGE.SIGNAL\", is = [RAW, ...] }"
)]
pub(crate) enum FlagRef {
    Name(String),
    Table(FlagTable),
}

/// The long form of a flag.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlagTable {
    /// `MESSAGE.SIGNAL`, perhaps of another message than the signal's.
    pub signal: String,
    /// The raw values with which it is set.
    pub is: Vec<i64>,
}

impl SignalRef {
    /// The long form.
    pub fn table(&self) -> SignalTable {
        match self {
            Self::Name(signal) => SignalTable { signal: signal.clone(), ..SignalTable::default() },
            Self::Table(table) => (**table).clone(),
        }
    }
}

impl FlagRef {
    /// The signal, and with which values the flag is set where that is said.
    pub fn parts(&self) -> (&str, Option<&[i64]>) {
        match self {
            Self::Name(signal) => (signal, None),
            Self::Table(table) => (&table.signal, Some(&table.is)),
        }
    }
}
