//! The keys of a checksum, kind by kind.

use super::{Fault, names, parts};
use crate::dbc::{DbcError, Message};
use crate::integrity::cyclic::{ALL_BYTES, Cyclic, Extra};
use crate::integrity::description::{ChecksumTable, DataIdMode, Id, Kind};
use crate::integrity::engine::Engine;
use crate::integrity::parts::Parts;
use crate::integrity::sum::{Of, Sum};
use crate::integrity::{Checksum, Counter, Rule, profiles};

/// Bytes that are not sent: no more than this before or after the data.
const MOST_EXTRA: usize = 16;

impl ChecksumTable {
    /// Looks the signals up in the message. `counter`: the message's, where it has one.
    pub(crate) fn compile(&self, message: &Message, counter: Option<&Counter>) -> Result<Checksum, Fault> {
        if let Some(key) = self.stray_key() {
            let keys = ["signal"].iter().chain(self.kind.keys()).copied().collect::<Vec<_>>().join(", ");
            return Err(self.fault(&format!("has no key {key}; its keys are {keys}")));
        }
        let own = parts(&self.signal, message)?;
        if counter.is_some_and(|counter| counter.parts().overlaps(&own)) {
            return Err(self.fault("and the counter have bits in common; name other signals"));
        }
        if let Some(bits) = self.kind.bits()
            && (own.bits() != bits || bits == 8 && own.whole_byte().is_none())
        {
            let also = if bits == 8 { " and fills one byte" } else { "" };
            let name = names(&own);
            let rest = format!("has {bits} bits{also}, but {name} does not; name the signal that carries it");
            return Err(self.fault(&rest));
        }
        let cyclic = match self.kind {
            Kind::Honda => None,
            Kind::Sum => {
                let rule = Rule::Sum(self.sum(message, &own)?);
                return Ok(Checksum { name: self.kind.as_str(), own, rule });
            }
            Kind::Crc8SaeJ1850 => Some(Cyclic::sae_j1850()),
            Kind::Crc => Some(self.crc(message, &own, counter)?),
            Kind::Autosar1 | Kind::Autosar11 => Some(self.autosar_1(counter)?),
            Kind::Autosar2 | Kind::Autosar22 => Some(self.autosar_2(counter)?),
            Kind::Autosar5 => Some(profiles::profile_5(self.data_id()?)),
        };
        let rule = match cyclic {
            None => Rule::Sum(Sum::honda(message.id())),
            Some(Some(cyclic)) => Rule::Cyclic(cyclic),
            Some(None) => return Err(self.fault("has one polynomial too many; use fewer different ones")),
        };
        Ok(Checksum { name: self.kind.as_str(), own, rule })
    }

    /// `None` as in [`Engine::shared`].
    fn crc(
        &self,
        message: &Message,
        own: &Parts,
        counter: Option<&Counter>,
    ) -> Result<Option<Cyclic>, Fault> {
        let width = self.needed("width", self.width)?;
        let (Ok(width @ 4..=32), bits) = (u8::try_from(width), own.bits()) else {
            return Err(self.fault(&format!("width = {width}: it must be from 4 to 32")));
        };
        let ones = u32::MAX >> (32 - width);
        if bits != u16::from(width) {
            let name = names(own);
            let rest = format!("width = {width}, but {name} has {bits} bits; they must be the same");
            return Err(self.fault(&rest));
        }
        let polynomial = self.needed("polynomial", self.polynomial)?;
        let Some(polynomial) =
            u32::try_from(polynomial).ok().filter(|written| *written <= ones && written & 1 == 1)
        else {
            let rest = format!(
                "polynomial = {polynomial:#X}: write the {width} bits below the highest, such as 0x1D; the lowest is 1"
            );
            return Err(self.fault(&rest));
        };
        let initial = self.number("initial", self.initial, ones)?;
        let final_xor = self.number("final_xor", self.final_xor, ones)?;
        let tail = match (&self.tail, &self.tail_by_counter) {
            (Some(_), Some(_)) => return Err(self.fault("has tail and tail_by_counter; give one")),
            (None, Some(tail)) => {
                let values = self.counter(counter)?.values();
                let count = tail.len();
                if u64::try_from(count) != Ok(values) {
                    let rest = format!(
                        "tail_by_counter has {count} entries, and the counter {values} values; give one for each"
                    );
                    return Err(self.fault(&rest));
                }
                Extra::ByCounter(self.bytes("tail_by_counter", tail)?)
            }
            (tail, None) => self.extra("tail", tail.as_deref())?,
        };
        let head = self.extra("head", self.head.as_deref())?;
        let id = match self.id {
            None | Some(Id::Counts(false)) => None,
            Some(Id::Placed(place)) => Some(place),
            Some(Id::Counts(true)) => {
                return Err(self.fault("id = true: say where it goes, \"before\" or \"after\" the data"));
            }
        };
        let bytes = self.range(message)?;
        let counter = counter.map(|counter| counter.parts().clone());
        let engine = Engine::shared(width, polynomial, self.reflect);
        Ok(engine.map(|engine| Cyclic { engine, initial, final_xor, bytes, head, tail, id, counter }))
    }

    fn sum(&self, message: &Message, own: &Parts) -> Result<Sum, Fault> {
        let bits = own.bits();
        if !(2..=32).contains(&bits) {
            return Err(self.fault(&format!("has 2 to 32 bits, and {} has {bits}", names(own))));
        }
        let Some(of) = self.of else { return Err(self.missing("of")) };
        if of == Of::Xor && (self.negate || !matches!(bits, 4 | 8)) {
            let rest = "of = \"xor\" has 4 or 8 bits, and no negate: constant = 0xFF inverts it";
            return Err(self.fault(rest));
        }
        let id = match self.id {
            None => false,
            Some(Id::Counts(counts)) => counts,
            Some(Id::Placed(_)) => {
                return Err(self.fault("has no order; where the id counts write id = true"));
            }
        };
        let signals = |names: &[String]| {
            names.iter().map(|name| Ok(message.signal(name)?.clone())).collect::<Result<Vec<_>, DbcError>>()
        };
        let without = signals(&self.without)?;
        Ok(Sum {
            of,
            bytes: self.range(message)?,
            without: (!without.is_empty()).then(|| Parts::new(without)),
            plus: signals(&self.plus)?.into(),
            id,
            length: self.length,
            constant: self.number("constant", self.constant, u32::MAX)?.into(),
            negate: self.negate,
            final_xor: self.number("final_xor", self.final_xor, u32::MAX)?.into(),
        })
    }

    fn autosar_1(&self, counter: Option<&Counter>) -> Result<Option<Cyclic>, Fault> {
        let mode = self.data_id_mode.unwrap_or_default();
        if mode == DataIdMode::Alternating {
            self.counter(counter)?;
        }
        if self.kind == Kind::Autosar11 && !matches!(mode, DataIdMode::Both | DataIdMode::Nibble) {
            return Err(self.fault("knows the data_id_mode \"both\" and \"nibble\" only"));
        }
        Ok(profiles::profile_1(self.data_id()?, mode, counter.map(Counter::parts)))
    }

    fn autosar_2(&self, counter: Option<&Counter>) -> Result<Option<Cyclic>, Fault> {
        let Some(data_ids) = &self.data_ids else { return Err(self.missing("data_ids")) };
        if data_ids.len() != 16 {
            let rest = format!(
                "data_ids has {} entries; give 16, one for each value of the counter",
                data_ids.len()
            );
            return Err(self.fault(&rest));
        }
        let counter = self.counter(counter)?.parts();
        Ok(profiles::profile_2(self.bytes("data_ids", data_ids)?, Some(counter)))
    }

    fn data_id(&self) -> Result<u16, Fault> {
        let written = self.needed("data_id", self.data_id)?;
        let fault = || self.fault(&format!("data_id = {written:#X}: it must be from 0 to 0xFFFF"));
        u16::try_from(written).map_err(|_| fault())
    }

    fn counter<'a>(&self, counter: Option<&'a Counter>) -> Result<&'a Counter, Fault> {
        counter.ok_or_else(|| self.fault("goes by the alive counter; name it: counter = \"NAME\" above"))
    }

    fn needed(&self, key: &str, written: Option<i64>) -> Result<i64, Fault> {
        written.ok_or_else(|| self.missing(key))
    }

    /// A number from 0, which is the default.
    fn number(&self, key: &str, written: Option<i64>, most: u32) -> Result<u32, Fault> {
        let written = written.unwrap_or(0);
        let fault = || self.fault(&format!("{key} = {written:#X}: it must be from 0 to {most:#X}"));
        u32::try_from(written).ok().filter(|number| *number <= most).ok_or_else(fault)
    }

    fn bytes(&self, key: &str, written: &[i64]) -> Result<Box<[u8]>, Fault> {
        let byte = |byte: &i64| {
            u8::try_from(*byte).map_err(|_| self.fault(&format!("{key} has {byte}: a byte is from 0 to 255")))
        };
        written.iter().map(byte).collect()
    }

    fn extra(&self, key: &str, bytes: Option<&[i64]>) -> Result<Extra, Fault> {
        let Some(bytes) = bytes else { return Ok(Extra::None) };
        if bytes.len() > MOST_EXTRA {
            let rest = format!("{key} has {} bytes, and {MOST_EXTRA} are possible", bytes.len());
            return Err(self.fault(&rest));
        }
        Ok(Extra::Always(self.bytes(key, bytes)?))
    }

    /// The first and the last byte that count.
    fn range(&self, message: &Message) -> Result<(usize, usize), Fault> {
        let Some(written) = &self.bytes else { return Ok(ALL_BYTES) };
        let last_of_message = message.size().saturating_sub(1);
        let fault = || {
            self.fault(&format!(
                "bytes = {written:?}: write the first and the last byte that count, from 0 to {last_of_message}"
            ))
        };
        let [first, last] = written[..] else { return Err(fault()) };
        match (usize::try_from(first), usize::try_from(last)) {
            (Ok(first), Ok(last)) if first <= last && last <= last_of_message => Ok((first, last)),
            _ => Err(fault()),
        }
    }

    fn missing(&self, key: &str) -> Fault {
        self.fault(&format!("needs the key {key}"))
    }

    fn fault(&self, rest: &str) -> Fault {
        Fault::Words(format!("checksum {:?} {rest}", self.kind.as_str()))
    }
}
