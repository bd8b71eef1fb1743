//! The TOML of a checksum and of a counter, as written. `docs/adding-a-vehicle.md` explains it to people.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use super::cyclic::IdPlace;
use super::sum::Of;

/// A checksum: its kind, its signal and what the kind needs. One table for all kinds: which keys a kind has is checked when
/// it is compiled, and an error of the form has the line of its key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChecksumTable {
    pub kind: Kind,
    pub signal: Names,
    /// Bits, 4 to 32.
    pub width: Option<i64>,
    /// Without its highest bit.
    pub polynomial: Option<i64>,
    pub initial: Option<i64>,
    pub final_xor: Option<i64>,
    #[serde(default)]
    pub reflect: bool,
    /// First and last byte.
    pub bytes: Option<Vec<i64>>,
    /// Bytes before the data.
    pub head: Option<Vec<i64>>,
    /// Bytes after the data.
    pub tail: Option<Vec<i64>>,
    /// One byte after the data, by the value of the message's counter.
    pub tail_by_counter: Option<Vec<i64>>,
    pub id: Option<Id>,
    pub of: Option<Of>,
    /// Signals whose bits do not count.
    #[serde(default)]
    pub without: Vec<String>,
    /// Signals whose values count too.
    #[serde(default)]
    pub plus: Vec<String>,
    #[serde(default)]
    pub length: bool,
    pub constant: Option<i64>,
    #[serde(default)]
    pub negate: bool,
    /// AUTOSAR's.
    pub data_id: Option<i64>,
    pub data_id_mode: Option<DataIdMode>,
    /// A byte for each of the 16 values of the counter.
    pub data_ids: Option<Vec<i64>>,
}

/// A kind of checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Honda,
    #[serde(rename = "crc8-sae-j1850")]
    Crc8SaeJ1850,
    Crc,
    Sum,
    #[serde(rename = "autosar-e2e-1")]
    Autosar1,
    #[serde(rename = "autosar-e2e-2")]
    Autosar2,
    #[serde(rename = "autosar-e2e-5")]
    Autosar5,
    #[serde(rename = "autosar-e2e-11")]
    Autosar11,
    #[serde(rename = "autosar-e2e-22")]
    Autosar22,
}

/// One signal, or up to four, the one with the highest bits first.
#[derive(Clone, Debug)]
pub(crate) struct Names(pub Vec<String>);

/// Whether the id counts: of a sum it does or not, of a cyclic checksum it has a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Id {
    Counts(bool),
    Placed(IdPlace),
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
    pub step: Option<i64>,
    /// How many values it has.
    pub wrap: Option<i64>,
    /// How often a value may come again.
    pub repeats: Option<i64>,
}

impl CounterRef {
    /// The long form.
    pub fn table(&self) -> CounterTable {
        match self {
            Self::Name(name) => {
                let signal = Names(vec![name.clone()]);
                CounterTable { signal, step: None, wrap: None, repeats: None }
            }
            Self::Table(table) => table.clone(),
        }
    }
}

impl Kind {
    /// As written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Honda => "honda",
            Self::Crc8SaeJ1850 => "crc8-sae-j1850",
            Self::Crc => "crc",
            Self::Sum => "sum",
            Self::Autosar1 => "autosar-e2e-1",
            Self::Autosar2 => "autosar-e2e-2",
            Self::Autosar5 => "autosar-e2e-5",
            Self::Autosar11 => "autosar-e2e-11",
            Self::Autosar22 => "autosar-e2e-22",
        }
    }

    /// Its keys beside `kind` and `signal`.
    pub const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Honda | Self::Crc8SaeJ1850 => &[],
            Self::Crc => &[
                "width",
                "polynomial",
                "initial",
                "final_xor",
                "reflect",
                "bytes",
                "head",
                "tail",
                "tail_by_counter",
                "id",
            ],
            Self::Sum => {
                &["of", "bytes", "without", "plus", "id", "length", "constant", "negate", "final_xor"]
            }
            Self::Autosar1 | Self::Autosar11 => &["data_id", "data_id_mode"],
            Self::Autosar2 | Self::Autosar22 => &["data_ids"],
            Self::Autosar5 => &["data_id"],
        }
    }

    /// The width that it has.
    pub const fn bits(self) -> Option<u16> {
        match self {
            Self::Honda => Some(4),
            Self::Crc8SaeJ1850 | Self::Autosar1 | Self::Autosar2 | Self::Autosar11 | Self::Autosar22 => {
                Some(8)
            }
            Self::Autosar5 => Some(16),
            Self::Crc | Self::Sum => None,
        }
    }

    /// How many values the message's counter has, where the kind says it: less than its bits could have.
    pub const fn counter_values(self) -> Option<u64> {
        match self {
            Self::Autosar1 | Self::Autosar11 => Some(15),
            _ => None,
        }
    }
}

impl ChecksumTable {
    /// A key that is written and that the kind does not have.
    pub fn stray_key(&self) -> Option<&'static str> {
        let Self { width, polynomial, initial, final_xor, bytes, head, tail, tail_by_counter, .. } = self;
        let Self { id, of, without, plus, constant, data_id, data_id_mode, data_ids, .. } = self;
        let written = [
            ("width", width.is_some()),
            ("polynomial", polynomial.is_some()),
            ("initial", initial.is_some()),
            ("final_xor", final_xor.is_some()),
            ("reflect", self.reflect),
            ("bytes", bytes.is_some()),
            ("head", head.is_some()),
            ("tail", tail.is_some()),
            ("tail_by_counter", tail_by_counter.is_some()),
            ("id", id.is_some()),
            ("of", of.is_some()),
            ("without", !without.is_empty()),
            ("plus", !plus.is_empty()),
            ("length", self.length),
            ("constant", constant.is_some()),
            ("negate", self.negate),
            ("data_id", data_id.is_some()),
            ("data_id_mode", data_id_mode.is_some()),
            ("data_ids", data_ids.is_some()),
        ];
        let keys = self.kind.keys();
        written.into_iter().find(|(key, is_written)| *is_written && !keys.contains(key)).map(|(key, _)| key)
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("signal = \"NAME\", or [\"HIGH\", \"LOW\"] where it lies in two to four signals")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Names, E> {
                Ok(Names(vec![name.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Names, A::Error> {
                let mut list = Vec::new();
                while let Some(name) = names.next_element()? {
                    list.push(name);
                }
                Ok(Names(list))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl Visitor<'_> for Either {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("id = true for a sum, \"before\" or \"after\" for a crc")
            }

            fn visit_bool<E: Error>(self, counts: bool) -> Result<Id, E> {
                Ok(Id::Counts(counts))
            }

            fn visit_str<E: Error>(self, place: &str) -> Result<Id, E> {
                match place {
                    "before" => Ok(Id::Placed(IdPlace::Before)),
                    "after" => Ok(Id::Placed(IdPlace::After)),
                    other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
                }
            }
        }

        deserializer.deserialize_any(Either)
    }
}
