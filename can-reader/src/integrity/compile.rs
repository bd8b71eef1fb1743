//! From a description to a checksum or counter: names become signals, and what cannot be is said.

mod checksum;

use super::Counter;
use super::counter::{Steps, all_values};
use super::description::{ChecksumTable, CounterRef, Names};
use super::parts::{MOST_PARTS, Parts};
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
        let number = |key: &str, written: Option<i64>, default: u64, least: u64, most: u64, what: &str| {
            let number = written.map_or(Some(default), |written| u64::try_from(written).ok());
            let sentence = || {
                let written = written.unwrap_or_default();
                format!("counter {name} {key} = {written}: it {what}, from {least} to {most}")
            };
            number.filter(|number| (least..=most).contains(number)).ok_or_else(sentence)
        };
        let by_kind = checksum.filter(|_| bits == 4).and_then(|checksum| checksum.kind.counter_values());
        let values = number("wrap", table.wrap, by_kind.unwrap_or(all), 2, all, "is the number of values")?;
        let what = "is how far it goes from frame to frame (the last of these counts down)";
        let step = number("step", table.step, 1, 1, values - 1, what)?;
        let what = "is how often a value may come again";
        let repeats = number("repeats", table.repeats, 0, 0, u32::MAX.into(), what)? as u32;
        Ok(Counter::new(parts, Steps { step, values, repeats }))
    }
}

fn parts(Names(list): &Names, message: &Message) -> Result<Parts, Fault> {
    if !(1..=MOST_PARTS).contains(&list.len()) {
        let sentence =
            format!("signal = {list:?}: one to {MOST_PARTS} signals are possible, the highest bits first");
        return Err(sentence.into());
    }
    let mut signals = Vec::new();
    for name in list {
        signals.push(message.signal(name)?.clone());
    }
    let each: u32 = signals.iter().map(|signal| u32::from(signal.bits())).sum();
    let parts = Parts::new(signals);
    if each > 64 || parts.own_bits() != each {
        let sentence = format!("signal = {list:?}: together they have up to 64 bits, and none of them twice");
        return Err(sentence.into());
    }
    Ok(parts)
}

fn names(parts: &Parts) -> String {
    let names: Vec<_> = parts.signals().iter().map(|signal| signal.name()).collect();
    names.join(" with ")
}
