//! The TOML of a vehicle profile, as written. `docs/adding-a-vehicle.md` explains it to people.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::LinkSettings;
use crate::estimator::{Driven, Limits};
use crate::integrity::Checksum;

/// A vehicle profile file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VehicleFile {
    /// For people: make, model, years.
    pub title: String,
    /// A DBC file beside the profile ...
    pub dbc: Option<String>,
    /// ... or its text.
    pub dbc_inline: Option<String>,
    pub driven: Option<Driven>,
    #[serde(default = "default_stale_after_ms")]
    pub stale_after_ms: u64,
    #[serde(default)]
    pub wheels: Wheels,
    pub vehicle_speed: Option<SignalRef>,
    #[serde(default)]
    pub limits: LimitsTable,
    #[serde(default)]
    pub link: LinkSettings,
    /// By message name.
    #[serde(default)]
    pub integrity: BTreeMap<String, Integrity>,
    /// By message name, where the vehicle has several CAN buses.
    #[serde(default)]
    pub interfaces: BTreeMap<String, InterfaceNumber>,
}

/// What to believe of the vehicle.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitsTable {
    pub max_accel_ms2: Option<f64>,
    pub max_speed_kmh: Option<f64>,
    // Numbers of rules that are no more.
    #[serde(rename = "sensor_floor_kmh")]
    _sensor_floor_kmh: Option<toml::Value>,
    #[serde(rename = "persist_ms")]
    _persist_ms: Option<toml::Value>,
    #[serde(rename = "agree_kmh")]
    _agree_kmh: Option<toml::Value>,
    #[serde(rename = "agree_percent")]
    _agree_percent: Option<toml::Value>,
}

impl LimitsTable {
    pub fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            max_accel_ms2: self.max_accel_ms2,
            max_speed_kmh: self.max_speed_kmh.unwrap_or(default.max_speed_kmh),
        }
    }
}

/// Signals by VSS position.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct Wheels {
    #[serde(default)]
    pub row1: Row,
    #[serde(default)]
    pub row2: Row,
}

/// The two wheels of an axle.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct Row {
    pub left: Option<SignalRef>,
    pub right: Option<SignalRef>,
}

/// `"MESSAGE.SIGNAL"`, or a table where more is to be said.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"MESSAGE.SIGNAL\" or { signal = \"MESSAGE.SIGNAL\", ... } with the keys signal, fault, unit, circumference_m"
)]
pub(crate) enum SignalRef {
    Name(String),
    Table(SignalTable),
}

/// The long form of a signal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignalTable {
    /// `MESSAGE.SIGNAL`
    pub signal: String,
    /// `MESSAGE.SIGNAL` of the same message; any value but 0 means that the speed is not valid.
    pub fault: Option<String>,
    /// Overrides the unit of the DBC: `km/h`, `mph`, `m/s` or `rpm`.
    pub unit: Option<String>,
    /// Rolling circumference of the wheel, metres, where the signal is rpm.
    pub circumference_m: Option<f64>,
}

/// How one message is protected.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Integrity {
    /// Name of the alive counter's signal.
    pub counter: Option<String>,
    pub checksum: Option<ChecksumRef>,
}

/// A checksum: its kind and its signal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChecksumRef {
    pub kind: Checksum,
    pub signal: String,
}

/// Which of the CAN interfaces of `--can` a message comes through, from 1.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a number: 1 for the first CAN interface of --can, 2 for the second and so on"
)]
pub(crate) enum InterfaceNumber {
    Number(i64),
}

impl SignalRef {
    pub fn table(&self) -> SignalTable {
        match self {
            Self::Name(signal) => {
                SignalTable { signal: signal.clone(), fault: None, unit: None, circumference_m: None }
            }
            Self::Table(table) => SignalTable {
                signal: table.signal.clone(),
                fault: table.fault.clone(),
                unit: table.unit.clone(),
                circumference_m: table.circumference_m,
            },
        }
    }
}

const fn default_stale_after_ms() -> u64 {
    500
}
