//! How a profile names a signal that is no speed, in `[signals]`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::signal_ref::FlagRef;

/// A VSS path, or a part of one: both `"Vehicle.A.B" = ...` and `Vehicle.A.B = ...` are understood.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"MESSAGE.SIGNAL\" or { signal = \"MESSAGE.SIGNAL\", ... } with the keys signal, unit, scale, \
                 offset, range, invalid, full_range, valid, fault, values, on, off"
)]
pub(crate) enum Branch {
    Name(String),
    Table(Box<VssTable>),
    Further(BTreeMap<String, Branch>),
}

/// The long form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VssTable {
    /// `MESSAGE.SIGNAL`
    pub signal: String,
    /// Overrides the unit of the DBC.
    pub unit: Option<String>,
    /// The value is that of the DBC times this ...
    pub scale: Option<f64>,
    /// ... plus this, in its unit.
    pub offset: Option<f64>,
    /// Least and greatest value, in the signal's unit and after `scale` and `offset`; overrides the DBC's.
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
    /// What raw values mean: `{ 1 = "P", 2 = "R" }` of a gear, `{ 3 = 40 }` of a number.
    pub values: Option<BTreeMap<String, Meant>>,
    /// Raw values that mean that a lamp is on ...
    pub on: Option<Vec<i64>>,
    /// ... and that it is off.
    pub off: Option<Vec<i64>>,
}

/// What a raw value means.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged, expecting = "expected a number, or a gear such as \"P\", \"R\", \"N\", \"D\" or \"3\"")]
pub(crate) enum Meant {
    Text(String),
    Number(f64),
}

/// All signals with their paths.
pub(crate) fn flatten(branches: &BTreeMap<String, Branch>) -> Vec<(String, VssTable)> {
    let mut found = Vec::new();
    for (name, branch) in branches {
        collect(name.clone(), branch, &mut found);
    }
    found
}

fn collect(path: String, branch: &Branch, found: &mut Vec<(String, VssTable)>) {
    match branch {
        Branch::Name(signal) => {
            found.push((path, VssTable { signal: signal.clone(), ..VssTable::default() }))
        }
        Branch::Table(table) => found.push((path, (**table).clone())),
        Branch::Further(branches) => {
            branches.iter().for_each(|(name, branch)| collect(format!("{path}.{name}"), branch, found));
        }
    }
}
