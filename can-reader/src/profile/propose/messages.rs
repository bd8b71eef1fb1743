//! The messages that the profile needs: their cycles, and what guards them.

use toml::Value;

use super::guards::guards;
use crate::dbc::Message;
use crate::frame::FrameId;
use crate::profile::draft::Draft;
use crate::profile::drive::{Drive, Guarded, counter_value, counts, guard};

/// Messages, in the order of their first use, as they are to be written.
#[derive(Debug, Default)]
pub(super) struct Used<'a> {
    named: Vec<&'a Message>,
    written: Vec<Message>,
}

impl<'a> Used<'a> {
    pub fn add(&mut self, message: &'a Message) {
        if !self.named.iter().any(|other| other.id() == message.id()) {
            self.named.push(message);
        }
    }

    /// Those that the drive has not.
    pub fn missing(&self, drive: Option<&Drive>) -> Vec<FrameId> {
        let ids = self.named.iter().map(|message| message.id());
        drive.map_or_else(Vec::new, |drive| ids.filter(|id| drive.of(*id).is_empty()).collect())
    }

    /// As they are to be written, once [`Used::write`] is through.
    pub fn messages(&self) -> Vec<&Message> {
        self.written.iter().collect()
    }

    /// Says what is known of each.
    pub fn write(&mut self, drive: Option<&Drive>, draft: &mut Draft, against: &mut Vec<String>) {
        for message in &self.named {
            let heard = drive.filter(|drive| !drive.of(message.id()).is_empty());
            let mut written = (*message).clone();
            if let Some(drive) = heard {
                written = length(drive, message, written, against);
            }
            cycle(heard, message, draft);
            let guarded = heard.map(|drive| guard(drive, message));
            written = guard_lines(heard, message, written, guarded, draft);
            self.written.push(written);
        }
    }
}

/// Frames of another length than the DBC's are not read; a longer one is one that the DBC does not know all of.
fn length(drive: &Drive, message: &Message, written: Message, against: &mut Vec<String>) -> Message {
    let Some(length) = drive.length(message.id()).filter(|length| *length != message.size()) else {
        return written;
    };
    // CAN FD has no frames of 9 bytes, and the next longer is right.
    let (name, id, size) = (message.name(), message.id(), message.size());
    if size > 8 && length > size && length - size < 16 {
        return written;
    }
    if length < size {
        against.push(format!(
            "{id} {name} has {size} bytes in the DBC and {length} in the log: this is the DBC of another car, or {name} is another message here"
        ));
        return written;
    }
    against.push(format!(
        "{id} {name} has {size} bytes in the DBC and {length} in the log: written with {length}"
    ));
    written.with([], length)
}

fn cycle(drive: Option<&Drive>, message: &Message, draft: &mut Draft) {
    let by_log =
        drive.and_then(|drive| Some((drive.cycle_ms(message.id())?, "between its frames in the log")));
    let by_dbc = message.cycle_ms().map(|cycle_ms| (cycle_ms, "by the DBC"));
    let found = by_log.or(by_dbc).filter(|(cycle_ms, _)| (0.1..=60_000.0).contains(cycle_ms));
    let Some((cycle_ms, whence)) = found else { return };
    let value =
        if cycle_ms.fract() == 0.0 { Value::Integer(cycle_ms as i64) } else { Value::Float(cycle_ms) };
    draft.of_message("messages", message.name(), "cycle_ms", value, vec![whence.to_owned()], false);
}

fn guard_lines(
    drive: Option<&Drive>,
    message: &Message,
    written: Message,
    guarded: Option<Guarded>,
    draft: &mut Draft,
) -> Message {
    let named = guards(message);
    let Guarded { checksum, counter, signals, frames } = guarded.unwrap_or_default();
    let mut put = |key: &str, value: Value, why: String, is_open: bool| {
        draft.of_message("integrity", message.name(), key, value, vec![why], is_open);
    };
    match (counter, drive) {
        // One that lies in pieces is more than the piece that counts by itself.
        (_, Some(drive)) if named.counter.len() > 1 && counts(drive, message, &named.counter) => {
            let why = format!("a counter by its name; alive in the {frames} frames of the log");
            put("counter", counter_value(&named.counter), why, false);
        }
        (Some((value, why)), _) => put("counter", value, why, false),
        (None, drive) if !named.counter.is_empty() => {
            let is_alive = drive.is_none_or(|drive| counts(drive, message, &named.counter));
            let why = match (drive, is_alive) {
                (None, _) => "a counter by its name; without it if frames are rejected for it",
                (Some(_), true) => "a counter by its name, and alive in the log",
                (Some(_), false) => "a counter by its name, and it does not count in the log",
            };
            put("counter", counter_value(&named.counter), why.to_owned(), !is_alive);
        }
        (None, _) => {}
    }
    if let Some((value, why)) = checksum {
        put("checksum", value, why, false);
    } else if let [first, ..] = named.checksum.as_slice() {
        let why = match drive {
            Some(_) => format!("{first} is a checksum by its name, and no known kind is proven in the log"),
            None => format!(
                "{first} is a checksum by its name; which kind, `can-reader checksum drive.log --id {}` finds in a recording",
                message.id()
            ),
        };
        let table =
            [("kind".to_owned(), Value::from("?")), ("signal".to_owned(), Value::from(first.as_str()))];
        put("checksum", Value::Table(table.into_iter().collect()), why, true);
    }
    let size = written.size();
    written.with(signals, size)
}
