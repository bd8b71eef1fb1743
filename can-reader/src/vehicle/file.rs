//! The TOML of a vehicle profile, as written. `docs/adding-a-vehicle.md` explains it to people.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::shape::{GeometryTable, LimitsTable};
use super::signal_ref::SignalRef;
use super::vss_ref::Branch;
use super::{LinkSettings, Proof};
use crate::estimator::{Driven, Sides};
use crate::integrity::{ChecksumTable, CounterRef};

/// A vehicle profile file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VehicleFile {
    /// For people: make, model, years.
    pub title: String,
    /// The version that it was written for; looked at before anything else is.
    #[serde(rename = "requires")]
    _requires: Option<String>,
    /// A DBC file beside the profile ...
    pub dbc: Option<String>,
    /// ... or its text.
    pub dbc_inline: Option<String>,
    pub driven: Option<Driven>,
    /// Whether it is known which wheel of an axle is the left one.
    #[serde(default)]
    pub sides: Sides,
    /// How far it is proven.
    pub proof: Option<Proof>,
    #[serde(default = "default_stale_after_ms")]
    pub stale_after_ms: u64,
    #[serde(default)]
    pub wheels: Wheels,
    pub vehicle_speed: Option<SignalRef>,
    /// Further speeds of the vehicle, in the form of `vehicle_speed`.
    #[serde(default)]
    pub witness: Vec<SignalRef>,
    /// What is no speed, by VSS path.
    #[serde(default)]
    pub signals: BTreeMap<String, Branch>,
    #[serde(default)]
    pub geometry: GeometryTable,
    #[serde(default)]
    pub limits: LimitsTable,
    #[serde(default)]
    pub link: LinkSettings,
    /// By message name.
    #[serde(default)]
    pub integrity: BTreeMap<String, Integrity>,
    /// By message name.
    #[serde(default)]
    pub messages: BTreeMap<String, MessageTable>,
    /// By message name, where the vehicle has several CAN buses.
    #[serde(default)]
    pub interfaces: BTreeMap<String, InterfaceNumber>,
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

/// What is known of one message.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageTable {
    /// Time between two of its frames, ms.
    pub cycle_ms: Option<f64>,
    /// It is a parameter group of SAE J1939: a frame is it by the group in its id, and its raw values are divided as
    /// J1939-71 does: 0xFE.. is an error, 0xFF.. not available. Without it the DBC says.
    pub j1939: Option<bool>,
    /// The only J1939 source address that it is read from.
    pub source_address: Option<i64>,
    /// Its frames have ids from that of the DBC up to this one: of control units that answer alike, such as 0x7E8 to 0x7EF.
    pub last_id: Option<i64>,
    /// The first and the last of 29-bit ids with which it comes too: some vehicles have the ones, some the others.
    pub also_ids: Option<(i64, i64)>,
    /// It is sent when something changes, and else once in `cycle_ms`.
    #[serde(default)]
    pub event: bool,
    /// Its frames may be longer than the DBC says: what is beyond is not read.
    #[serde(default)]
    pub may_be_longer: bool,
}

/// How one message is protected.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Integrity {
    /// The alive counter.
    pub counter: Option<CounterRef>,
    pub checksum: Option<ChecksumTable>,
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

const fn default_stale_after_ms() -> u64 {
    500
}
