//! What was found, said as a profile says it, compiled as a profile is, and held against every frame.

use serde::Deserialize;

use super::candidate::Candidate;
use super::counters::Field;
use super::place::Place;
use super::sample::Sample;
use crate::dbc::Database;
use crate::frame::FrameId;
use crate::integrity::{Checksum, ChecksumTable, Counter, CounterRef};

/// A checksum that holds.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    pub place: Place,
    /// `{ kind = ..., signal = "CHECKSUM" }`
    pub words: String,
    /// Names and layouts for the DBC file, the checksum's first.
    pub signals: Vec<(String, Place)>,
    /// The counter that it needs.
    pub counter: Option<Place>,
    /// A maker's or a standard's, with no number of this message alone.
    pub is_known: bool,
    pub holds: usize,
    /// How many values the checksum has in the recording.
    pub values: usize,
}

/// A counter, and what the service would do with it.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub field: Field,
    /// `"COUNTER"`, or a table.
    pub words: String,
    /// Frames that it refuses.
    pub refused: usize,
}

/// The part of a profile on one message.
#[derive(Deserialize)]
struct Table {
    counter: Option<CounterRef>,
    checksum: Option<ChecksumTable>,
}

/// Compiles a candidate, and counts the frames that hold; `None` where it does not do what it says.
pub(super) fn prove(sample: &Sample, candidate: &Candidate, counters: &[Field]) -> Option<Proof> {
    let has_signal = candidate.words.contains("signal = ");
    let own = if has_signal { "" } else { ", signal = \"CHECKSUM\"" };
    let words = format!("{{ {}{own} }}", candidate.words);
    let mut signals = Vec::new();
    if !has_signal {
        signals.push(("CHECKSUM".to_owned(), candidate.place));
    }
    signals.extend(candidate.signals.iter().cloned());
    let counter = candidate.counter.and_then(|place| counters.iter().find(|field| field.place == place));
    let mut text = format!("checksum = {words}\n");
    if let Some(counter) = counter {
        text += &format!("counter = {}\n", counter.words());
        signals.push(("COUNTER".to_owned(), counter.place));
    }
    let (checksum, _) = compile(sample, &signals, &text)?;
    let checksum = checksum?;
    let holds = sample.frames.iter().filter(|(_, payload)| checksum.holds(sample.id, payload)).count();
    // As in the search: a few may be damaged.
    if holds + (sample.frames.len() / 50).max(sample.damaged()) < sample.frames.len() {
        return None;
    }
    let values = sample.values(candidate.place);
    let (place, counter) = (candidate.place, candidate.counter);
    let is_known = candidate.is_known;
    Some(Proof { place, words, signals, counter, is_known, holds, values })
}

/// Whether the counter is alive in the recording.
pub(super) fn count(sample: &Sample, field: Field) -> Option<Counted> {
    let mut counter = counter(sample, field)?;
    let refused = sample.frames.iter().filter(|(at, payload)| !counter.accepts(payload, *at)).count();
    // Bits that only look so for a while are not alive for long.
    (refused * 30 <= sample.frames.len()).then_some(Counted { field, words: field.words(), refused })
}

/// The counter as the service has it.
pub(super) fn counter(sample: &Sample, field: Field) -> Option<Counter> {
    let signals = [("COUNTER".to_owned(), field.place)];
    let (_, counter) = compile(sample, &signals, &format!("counter = {}\n", field.words()))?;
    counter
}

impl Field {
    fn words(&self) -> String {
        if self.values == self.place.mask() + 1 {
            return "\"COUNTER\"".to_owned();
        }
        format!("{{ signal = \"COUNTER\", wrap = {} }}", self.values)
    }
}

fn compile(
    sample: &Sample,
    signals: &[(String, Place)],
    text: &str,
) -> Option<(Option<Checksum>, Option<Counter>)> {
    let id = match sample.id {
        FrameId::Standard(id) => u32::from(id),
        FrameId::Extended(id) => id | 0x8000_0000,
    };
    let lines: String = signals.iter().map(|(name, place)| definition(name, *place) + "\n").collect();
    let dbc = format!("BO_ {id} MESSAGE: {} X\n{lines}", sample.length);
    let database = Database::parse("found.dbc", dbc.as_bytes()).ok()?;
    let message = database.message("MESSAGE").ok()?;
    let table: Table = toml::from_str(text).ok()?;
    let counter = table.counter.map(|counter| counter.compile(message, table.checksum.as_ref()));
    let counter = counter.transpose().ok()?;
    let checksum = table.checksum.map(|checksum| checksum.compile(message, counter.as_ref()));
    Some((checksum.transpose().ok()?, counter))
}

/// The line of a signal in a DBC file.
pub(crate) fn definition(name: &str, place: Place) -> String {
    format!(" SG_ {name} : {} (1,0) [0|0] \"\" Vector__XXX", place.layout())
}
