//! Checksums and counters by their names.

use crate::dbc::{Message, Signal, SignalKind};
use crate::profile::names::Words;

/// What guards a message, by name.
#[derive(Clone, Debug, Default)]
pub(in crate::profile) struct Guards {
    /// Signals of the checksum, high bits first.
    pub checksum: Vec<String>,
    /// Signals of the counter, high bits first.
    pub counter: Vec<String>,
}

const CHECKSUM: &str = "checksum chksum chk chks crc cs cksum pruefsumme cks sum";
const COUNTER: &str =
    "counter alive rolling cntr rc arc bz botschaftszaehler sqc sequence compteur msgcnt zaehler";
const OTHER_COUNT: &str = "pulse pulses impuls tick ticks edge wheel odo distance event error err fault trip";

/// Looks through the names of a message.
pub(in crate::profile) fn guards(message: &Message) -> Guards {
    let mut guards = Guards::default();
    let integers = message.signals().iter().filter(|signal| {
        signal.kind() == SignalKind::Unsigned && signal.fault().is_none() && signal.multiplex().is_empty()
    });
    for signal in integers {
        let words = Words::of(signal.name());
        let is_counter = words.has(COUNTER) || words.has("cnt ctr mc") && !words.has(OTHER_COUNT);
        let is_alive = words.has("alive rolling counter") || !words.has(OTHER_COUNT);
        if words.has(CHECKSUM) && signal.bits() <= 32 {
            push(&mut guards.checksum, signal, &words);
        } else if is_counter && is_alive && (1..=8).contains(&signal.bits()) {
            push(&mut guards.counter, signal, &words);
        }
    }
    // Several of a kind that are no halves: nobody can tell which.
    for list in [&mut guards.checksum, &mut guards.counter] {
        let halves = list.iter().filter(|name| Words::of(name).has("msb lsb high low hi lo")).count();
        if list.len() > 1 && halves != list.len() || halves > 4 {
            list.clear();
        }
    }
    // One bit counts nothing, and 0 to 3 in pieces does.
    let bits: u16 =
        guards.counter.iter().filter_map(|name| message.signal(name).ok()).map(Signal::bits).sum();
    if bits < 2 {
        guards.counter.clear();
    }
    guards
}

fn push(list: &mut Vec<String>, signal: &Signal, words: &Words) {
    let name = signal.name().to_owned();
    if words.has("msb high hi") { list.insert(0, name) } else { list.push(name) }
}
