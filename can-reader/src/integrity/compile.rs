//! From a description to a checksum or counter: names become signals, and what cannot be is said.

use super::counter::{Steps, all_values};
use super::cyclic::{ALL_BYTES, Cyclic, Extra};
use super::description::{ChecksumTable, CounterRef, CrcTable, DataIdMode, Names, SumTable};
use super::engine::Engine;
use super::parts::{MOST_PARTS, Parts};
use super::sum::{Of, Sum};
use super::{Checksum, Counter, Rule, profiles};
use crate::dbc::{DbcError, Message};

/// Why a description cannot be used.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The DBC lacks what it names.
    Dbc(DbcError),
    /// It contradicts itself or the DBC; a sentence that says what to do.
    Words(String),
}

impl From<String> for Fault {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<DbcError> for Fault {
    fn from(error: DbcError) -> Self {
        Self::Dbc(error)
    }
}

/// Bytes that are not sent: no more than this before or after the data.
const MOST_EXTRA: usize = 16;

impl ChecksumTable {
    /// Looks the signals up in the message. `counter`: the message's, where it has one.
    pub(crate) fn compile(&self, message: &Message, counter: Option<&Counter>) -> Result<Checksum, Fault> {
        let own = parts(self.signal(), message)?;
        let values = counter.map(Counter::values);
        let counter = counter.map(Counter::parts);
        if counter.is_some_and(|counter| counter.overlaps(&own)) {
            return Err(self.fault("and the counter have bits in common; name other signals"));
        }
        if let Some(bits) = self.bits()
            && (own.bits() != bits || bits == 8 && own.whole_byte().is_none())
        {
            let also = if bits == 8 { " and fills one byte" } else { "" };
            let name = names(&own);
            let rest = format!("has {bits} bits{also}, but {name} does not; name the signal that carries it");
            return Err(self.fault(&rest));
        }
        let cyclic = |cyclic: Option<Cyclic>| {
            let too_many = || self.fault("has one polynomial too many; use fewer different ones");
            cyclic.map(Rule::Cyclic).ok_or_else(too_many)
        };
        let rule = match self {
            Self::Honda(_) => Rule::Sum(Sum::honda(message.id())),
            Self::Crc8SaeJ1850(_) => cyclic(Cyclic::sae_j1850())?,
            Self::Crc(table) => cyclic(self.crc(table, message, &own, counter, values)?)?,
            Self::Sum(table) => Rule::Sum(self.sum(table, message, &own)?),
            Self::Autosar1(table) | Self::Autosar11(table) => {
                let mode = table.data_id_mode;
                if mode == DataIdMode::Alternating {
                    self.needs_counter(counter)?;
                }
                if matches!(self, Self::Autosar11(_))
                    && !matches!(mode, DataIdMode::Both | DataIdMode::Nibble)
                {
                    return Err(self.fault("knows the data_id_mode \"both\" and \"nibble\" only"));
                }
                cyclic(profiles::profile_1(table.data_id, mode, counter))?
            }
            Self::Autosar2(table) | Self::Autosar22(table) => {
                self.needs_counter(counter)?;
                cyclic(profiles::profile_2(&table.data_ids, counter))?
            }
            Self::Autosar5(table) => cyclic(profiles::profile_5(table.data_id))?,
        };
        Ok(Checksum { name: self.kind(), own, rule })
    }

    /// The width that the kind has.
    const fn bits(&self) -> Option<u16> {
        match self {
            Self::Honda(_) => Some(4),
            Self::Crc8SaeJ1850(_)
            | Self::Autosar1(_)
            | Self::Autosar2(_)
            | Self::Autosar11(_)
            | Self::Autosar22(_) => Some(8),
            Self::Autosar5(_) => Some(16),
            Self::Crc(_) | Self::Sum(_) => None,
        }
    }

    fn crc(
        &self,
        table: &CrcTable,
        message: &Message,
        own: &Parts,
        counter: Option<&Parts>,
        values: Option<u64>,
    ) -> Result<Option<Cyclic>, Fault> {
        let CrcTable { width, polynomial, initial, final_xor, reflect, .. } = *table;
        if !(4..=32).contains(&width) {
            return Err(self.fault(&format!("width = {width}: it must be from 4 to 32")));
        }
        let (ones, bits) = (u32::MAX >> (32 - width), own.bits());
        if bits != u16::from(width) {
            let name = names(own);
            return Err(
                self.fault(&format!("width = {width}, but {name} has {bits} bits; they must be the same"))
            );
        }
        if polynomial > ones || polynomial & 1 == 0 {
            let rest = format!(
                "polynomial = {polynomial:#X}: write the {width} bits below the highest, such as 0x1D; the lowest is 1"
            );
            return Err(self.fault(&rest));
        }
        for (key, value) in [("initial", initial), ("final_xor", final_xor)] {
            if value > ones {
                return Err(self.fault(&format!("{key} = {value:#X} has more than {width} bits")));
            }
        }
        let tail = match (&table.tail, &table.tail_by_counter) {
            (Some(_), Some(_)) => return Err(self.fault("has tail and tail_by_counter; give one")),
            (Some(tail), None) => self.extra("tail", tail)?,
            (None, None) => Extra::None,
            (None, Some(tail)) => {
                self.needs_counter(counter)?;
                let (count, values) = (tail.len(), values.unwrap_or(0));
                if u64::try_from(count) != Ok(values) {
                    let rest = format!(
                        "tail_by_counter has {count} entries, and the counter {values} values; give one for each"
                    );
                    return Err(self.fault(&rest));
                }
                Extra::ByCounter(tail.clone().into())
            }
        };
        let head = table.head.as_deref().map_or(Ok(Extra::None), |head| self.extra("head", head))?;
        let bytes = self.range(table.bytes, message)?;
        let Some(engine) = Engine::shared(width, polynomial, reflect) else { return Ok(None) };
        let counter = counter.cloned();
        Ok(Some(Cyclic { engine, initial, final_xor, bytes, head, tail, id: table.id, counter }))
    }

    fn sum(&self, table: &SumTable, message: &Message, own: &Parts) -> Result<Sum, Fault> {
        let bits = own.bits();
        if !(2..=32).contains(&bits) {
            return Err(self.fault(&format!("has 2 to 32 bits, and {} has {bits}", names(own))));
        }
        if table.of == Of::Xor && (table.negate || !matches!(bits, 4 | 8)) {
            let rest = "of = \"xor\" has 4 or 8 bits, and no negate: constant = 0xFF inverts it";
            return Err(self.fault(rest));
        }
        let signals = |names: &[String]| {
            names.iter().map(|name| Ok(message.signal(name)?.clone())).collect::<Result<Vec<_>, DbcError>>()
        };
        let without = signals(&table.without)?;
        Ok(Sum {
            of: table.of,
            bytes: self.range(table.bytes, message)?,
            without: (!without.is_empty()).then(|| Parts::new(without)),
            plus: signals(&table.plus)?.into(),
            id: table.id,
            length: table.length,
            constant: table.constant.into(),
            negate: table.negate,
            final_xor: table.final_xor.into(),
        })
    }

    fn needs_counter(&self, counter: Option<&Parts>) -> Result<(), Fault> {
        let missing = || self.fault("goes by the alive counter; name it: counter = \"NAME\" above");
        counter.map(|_| ()).ok_or_else(missing)
    }

    fn extra(&self, key: &str, bytes: &[u8]) -> Result<Extra, Fault> {
        if bytes.len() > MOST_EXTRA {
            let rest = format!("{key} has {} bytes, and {MOST_EXTRA} are possible", bytes.len());
            return Err(self.fault(&rest));
        }
        Ok(Extra::Always(bytes.into()))
    }

    fn range(&self, bytes: Option<(usize, usize)>, message: &Message) -> Result<(usize, usize), Fault> {
        let Some((first, last)) = bytes else { return Ok(ALL_BYTES) };
        let size = message.size();
        if first > last || last >= size {
            let rest = format!(
                "bytes = [{first}, {last}]: write the first and the last byte that count, from 0 to {}",
                size.saturating_sub(1)
            );
            return Err(self.fault(&rest));
        }
        Ok((first, last))
    }

    fn fault(&self, rest: &str) -> Fault {
        Fault::Words(format!("checksum {:?} {rest}", self.kind()))
    }
}

impl CounterRef {
    /// Looks the signals up in the message. `checksum`: the message's, for its kind may say how far the counter counts.
    pub(crate) fn compile(
        &self,
        message: &Message,
        checksum: Option<&ChecksumTable>,
    ) -> Result<Counter, Fault> {
        let table = self.table();
        let parts = parts(&table.signal, message)?;
        let (name, bits) = (names(&parts), parts.bits());
        if bits > 32 {
            return Err(format!("counter {name} has {bits} bits, and 32 are possible").into());
        }
        let all = all_values(&parts);
        let by_kind = checksum.filter(|_| bits == 4).and_then(ChecksumTable::counter_values);
        let values = table.wrap.map_or(by_kind.unwrap_or(all), u64::from);
        if !(2..=all).contains(&values) {
            let sentence =
                format!("counter {name} wrap = {values}: it is the number of values, from 2 to {all}");
            return Err(sentence.into());
        }
        let step = table.step.map_or(1, u64::from);
        if !(1..values).contains(&step) {
            let sentence = format!(
                "counter {name} step = {step}: it must be from 1 to {}; {0} is one that counts down",
                values - 1
            );
            return Err(sentence.into());
        }
        let repeats = table.repeats.unwrap_or(0);
        Ok(Counter::new(parts, Steps { step, values, repeats }))
    }
}

fn parts(names: &Names, message: &Message) -> Result<Parts, Fault> {
    let names = names.list();
    if !(1..=MOST_PARTS).contains(&names.len()) {
        let sentence =
            format!("signal = {names:?}: one to {MOST_PARTS} signals are possible, the highest bits first");
        return Err(sentence.into());
    }
    let mut signals = Vec::new();
    for name in &names {
        signals.push(message.signal(name)?.clone());
    }
    let each: u32 = signals.iter().map(|signal| u32::from(signal.bits())).sum();
    let parts = Parts::new(signals);
    if each > 64 || parts.own_bits() != each {
        let sentence =
            format!("signal = {names:?}: together they have up to 64 bits, and none of them twice");
        return Err(sentence.into());
    }
    Ok(parts)
}

fn names(parts: &Parts) -> String {
    let names: Vec<_> = parts.signals().iter().map(|signal| signal.name()).collect();
    names.join(" with ")
}
