//! The TOML of a checksum and of a counter, as written. `docs/adding-a-vehicle.md` explains it to people.

use serde::Deserialize;

use super::cyclic::IdPlace;
use super::sum::Of;

/// A checksum: its kind, its signal and what the kind needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum ChecksumTable {
    Honda(Named),
    #[serde(rename = "crc8-sae-j1850")]
    Crc8SaeJ1850(Named),
    Crc(CrcTable),
    Sum(SumTable),
    #[serde(rename = "autosar-e2e-1")]
    Autosar1(DataId),
    #[serde(rename = "autosar-e2e-2")]
    Autosar2(DataIds),
    #[serde(rename = "autosar-e2e-5")]
    Autosar5(PlainDataId),
    #[serde(rename = "autosar-e2e-11")]
    Autosar11(DataId),
    #[serde(rename = "autosar-e2e-22")]
    Autosar22(DataIds),
}

/// One signal, or up to four, the one with the highest bits first.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected signal = \"NAME\", or [\"HIGH\", \"LOW\"] where it lies in two to four signals"
)]
pub(crate) enum Names {
    One(String),
    Several(Vec<String>),
}

/// A kind that needs nothing more.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    pub signal: Names,
}

/// A cyclic checksum.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CrcTable {
    pub signal: Names,
    /// Bits, 4 to 32.
    pub width: u8,
    /// Without its highest bit.
    pub polynomial: u32,
    #[serde(default)]
    pub initial: u32,
    #[serde(default)]
    pub final_xor: u32,
    #[serde(default)]
    pub reflect: bool,
    /// First and last byte.
    pub bytes: Option<(usize, usize)>,
    /// Bytes before the data.
    pub head: Option<Vec<u8>>,
    /// Bytes after the data.
    pub tail: Option<Vec<u8>>,
    /// One byte after the data, by the value of the message's counter.
    pub tail_by_counter: Option<Vec<u8>>,
    pub id: Option<IdPlace>,
}

/// A sum.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SumTable {
    pub signal: Names,
    pub of: Of,
    /// First and last byte.
    pub bytes: Option<(usize, usize)>,
    /// Signals whose bits do not count.
    #[serde(default)]
    pub without: Vec<String>,
    /// Signals whose values count too.
    #[serde(default)]
    pub plus: Vec<String>,
    #[serde(default)]
    pub id: bool,
    #[serde(default)]
    pub length: bool,
    #[serde(default)]
    pub constant: u32,
    #[serde(default)]
    pub negate: bool,
    #[serde(default)]
    pub final_xor: u32,
}

/// What profiles 1 and 11 of AUTOSAR's end-to-end protection need.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DataId {
    pub signal: Names,
    pub data_id: u16,
    #[serde(default)]
    pub data_id_mode: DataIdMode,
}

/// What profile 5 needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlainDataId {
    pub signal: Names,
    pub data_id: u16,
}

/// What profiles 2 and 22 need: a byte for each of the 16 values of the counter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DataIds {
    pub signal: Names,
    pub data_ids: [u8; 16],
}

/// Which bytes of the data id go into the checksum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DataIdMode {
    #[default]
    Both,
    Alternating,
    Low,
    Nibble,
}

/// A counter: `"NAME"`, or a table where more is to be said.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"NAME\" or { signal = \"NAME\" or [\"HIGH\", \"LOW\"], ... } with the keys signal, step, wrap, repeats"
)]
pub(crate) enum CounterRef {
    Name(String),
    Table(CounterTable),
}

/// The long form of a counter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CounterTable {
    pub signal: Names,
    /// From one frame to the next.
    pub step: Option<u32>,
    /// How many values it has.
    pub wrap: Option<u32>,
    /// How often a value may come again.
    pub repeats: Option<u32>,
}

impl Names {
    /// As a list.
    pub fn list(&self) -> Vec<&str> {
        match self {
            Self::One(name) => vec![name],
            Self::Several(names) => names.iter().map(String::as_str).collect(),
        }
    }
}

impl CounterRef {
    /// The long form.
    pub fn table(&self) -> CounterTable {
        match self {
            Self::Name(name) => {
                let signal = Names::One(name.clone());
                CounterTable { signal, step: None, wrap: None, repeats: None }
            }
            Self::Table(table) => table.clone(),
        }
    }
}

impl ChecksumTable {
    /// The kind, as written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Honda(_) => "honda",
            Self::Crc8SaeJ1850(_) => "crc8-sae-j1850",
            Self::Crc(_) => "crc",
            Self::Sum(_) => "sum",
            Self::Autosar1(_) => "autosar-e2e-1",
            Self::Autosar2(_) => "autosar-e2e-2",
            Self::Autosar5(_) => "autosar-e2e-5",
            Self::Autosar11(_) => "autosar-e2e-11",
            Self::Autosar22(_) => "autosar-e2e-22",
        }
    }

    /// Where the checksum lies.
    pub const fn signal(&self) -> &Names {
        match self {
            Self::Honda(Named { signal })
            | Self::Crc8SaeJ1850(Named { signal })
            | Self::Crc(CrcTable { signal, .. })
            | Self::Sum(SumTable { signal, .. })
            | Self::Autosar1(DataId { signal, .. })
            | Self::Autosar2(DataIds { signal, .. })
            | Self::Autosar5(PlainDataId { signal, .. })
            | Self::Autosar11(DataId { signal, .. })
            | Self::Autosar22(DataIds { signal, .. }) => signal,
        }
    }

    /// How many values the message's counter has by the kind, where the kind says it: less than its bits could have.
    pub const fn counter_values(&self) -> Option<u64> {
        match self {
            Self::Autosar1(_) | Self::Autosar11(_) => Some(15),
            _ => None,
        }
    }
}
