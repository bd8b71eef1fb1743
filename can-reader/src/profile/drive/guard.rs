//! The checksum and the counter that a message of the drive has, with names for the DBC file.

use toml::{Table, Value};

use super::Drive;
use crate::dbc::{Database, Message, Signal};
use crate::integrity::CounterRef;
use crate::integrity::find::{self, Family, Outcome, Place, Proof, Sample};

/// What was found.
#[derive(Clone, Debug, Default)]
pub(in crate::profile) struct Guarded {
    /// The value of `checksum`, and why.
    pub checksum: Option<(Value, String)>,
    /// The value of `counter`, and why.
    pub counter: Option<(Value, String)>,
    /// Signals that the DBC has not.
    pub signals: Vec<Signal>,
    /// How many frames there are.
    pub frames: usize,
}

/// What guards this message. `families`: what other messages of the drive have.
pub(in crate::profile) fn guard(drive: &Drive, message: &Message) -> Guarded {
    let mut guarded = Guarded { frames: drive.of(message.id()).len(), ..Guarded::default() };
    let Some(sample) = Sample::new(message.id(), drive.of(message.id()).to_vec()) else { return guarded };
    let found = find::search(&sample);
    let proof = match &found.checksum {
        Outcome::Proven(proof) => Some((proof.clone(), String::new())),
        _ => families(drive, message).iter().find_map(|family| {
            Some((family.holds(&sample)?, format!(", as in {} other messages", family.messages)))
        }),
    };
    let mut names = Names { message, added: &mut guarded.signals };
    let own = proof.as_ref().map(|(proof, _)| proof.place);
    if let Some((Proof { words, signals, holds, .. }, others)) = &proof {
        let words =
            signals.iter().fold(words.clone(), |words, (name, place)| names.put(&words, name, *place));
        let why = format!("found in the log: holds in {holds} of {} frames{others}", sample.frames.len());
        guarded.checksum = value(&words).map(|value| (value, why));
    }
    let needed = proof.as_ref().and_then(|(proof, _)| proof.counter);
    let mut counters =
        found.counters.iter().filter(|counter| own.is_none_or(|own| !counter.field.place.overlaps(own)));
    let counter =
        counters.clone().find(|counter| Some(counter.field.place) == needed).or_else(|| counters.next());
    if let Some(counter) = counter {
        let words = names.put(&counter.words, "COUNTER", counter.field.place);
        let alive = sample.frames.len() - counter.refused;
        let why = format!("found in the log: alive in {alive} of {} frames", sample.frames.len());
        guarded.counter = value(&words).map(|value| (value, why));
    }
    guarded
}

/// What is proven in several other messages; looked for only in those of the same length.
fn families(drive: &Drive, message: &Message) -> Vec<Family> {
    let length = drive.length(message.id());
    let ids = drive.ids().into_iter().map(|(id, _)| id);
    let like = ids.filter(|id| *id != message.id() && drive.length(*id) == length).take(24);
    let samples: Vec<_> = like.filter_map(|id| Sample::new(id, drive.of(id).to_vec())).collect();
    let found: Vec<_> = samples.iter().map(|sample| (sample, find::search(sample))).collect();
    find::families(found.iter().filter_map(|(sample, found)| match &found.checksum {
        Outcome::Proven(proof) => Some((*sample, proof)),
        _ => None,
    }))
}

/// Whether a counter that the DBC names counts in the drive: the signals, high bits first.
pub(in crate::profile) fn counts(drive: &Drive, message: &Message, signals: &[String]) -> bool {
    #[derive(serde::Deserialize)]
    struct Only {
        counter: CounterRef,
    }
    let text = format!("counter = {}", counter_value(signals));
    let counter = toml::from_str(&text).ok().and_then(|Only { counter }| counter.compile(message, None).ok());
    let Some(mut counter) = counter else { return false };
    let frames = drive.of(message.id());
    let refused = frames.iter().filter(|(at, payload)| !counter.accepts(payload, *at)).count();
    frames.len() >= 24 && refused * 30 <= frames.len()
}

/// `"NAME"`, or a table where it lies in several.
pub(in crate::profile) fn counter_value(signals: &[String]) -> Value {
    match signals {
        [only] => Value::String(only.clone()),
        several => {
            let names = several.iter().map(|name| Value::String(name.clone())).collect();
            Value::Table(Table::from_iter([("signal".to_owned(), Value::Array(names))]))
        }
    }
}

fn value(words: &str) -> Option<Value> {
    toml::from_str::<Table>(&format!("value = {words}")).ok()?.remove("value")
}

/// Names for places of a message: the DBC's own where it has the very bits, else new ones.
struct Names<'a> {
    message: &'a Message,
    added: &'a mut Vec<Signal>,
}

impl Names<'_> {
    /// The words of a profile with the name that a place has here.
    fn put(&mut self, words: &str, name: &str, place: Place) -> String {
        let of_dbc = self
            .message
            .signals()
            .iter()
            .chain(self.added.iter())
            .find(|signal| is_at(signal, place, self.message));
        let own = match of_dbc {
            Some(signal) => signal.name().to_owned(),
            None => match self.new_signal(name, place) {
                Some(signal) => {
                    let name = signal.name().to_owned();
                    self.added.push(signal);
                    name
                }
                None => name.to_owned(),
            },
        };
        words.replace(&format!("\"{name}\""), &format!("\"{own}\""))
    }

    fn new_signal(&self, name: &str, place: Place) -> Option<Signal> {
        let is_free = |name: &str| !self.message.signals().iter().any(|signal| signal.name() == name);
        let name = std::iter::once(name.to_owned())
            .chain((2..).map(|n| format!("{name}_{n}")))
            .find(|name| is_free(name))?;
        let text = format!("BO_ 1 M: 64 X\n{}\n", find::definition(&name, place));
        let database = Database::parse("found", text.as_bytes()).ok()?;
        database.message("M").ok()?.signals().first().cloned()
    }
}

/// Whether a signal is exactly the bits of a place.
fn is_at(signal: &Signal, place: Place, message: &Message) -> bool {
    if u16::from(place.bits) != signal.bits() || !signal.multiplex().is_empty() {
        return false;
    }
    // Bit by bit, in any order of bytes.
    let size = message.size().max(place.byte + 2);
    (0..size * 8).all(|bit| {
        let mut payload = vec![0; size];
        payload[bit / 8] = 1 << (bit % 8);
        signal.raw(&payload) == Some(place.value(&payload).into())
    })
}
