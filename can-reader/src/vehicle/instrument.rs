//! Signals of one message that are no speed, compiled: from a payload to values on the board.

use super::codes::Codes;
use super::flag::{RemoteFlag, Rule};
use super::sender::Sender;
use crate::dbc::Signal;
use crate::frame::Frame;
use crate::signals::{Board, Conversion, Held, Type, Value, Why};

/// Signals that come together: those of a message, or of one of its pages.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// Its number on the board.
    pub number: usize,
    /// Not every frame of the message has it.
    pub is_page: bool,
    /// Which control unit is listened to, where several may say it.
    pub sender: Option<Sender>,
    pub instruments: Vec<Instrument>,
}

/// What a frame has for a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heard {
    /// It is another page.
    Nothing,
    /// Its signals, and none has a value.
    Voids,
    /// At least one value.
    Values,
}

impl Group {
    pub const fn new(number: usize, is_page: bool) -> Self {
        Self { number, is_page, sender: None, instruments: Vec::new() }
    }

    /// Reads a frame that can be believed.
    #[inline]
    pub fn hear(&mut self, frame: &Frame, flags: &[RemoteFlag], board: &mut Board) -> Heard {
        if self.is_page && !self.is_in(&frame.payload) {
            return Heard::Nothing;
        }
        let (unit, at) = (frame.id.unit(), frame.stamp.at);
        if self.sender.as_ref().is_some_and(|sender| !sender.admits(unit, at)) {
            return Heard::Nothing;
        }
        board.hear(self.number, frame.stamp.at);
        let mut heard = Heard::Voids;
        for instrument in &self.instruments {
            let held = instrument.read(frame, flags);
            heard = heard.max(if held.is_ok() { Heard::Values } else { Heard::Voids });
            board.set(instrument.number, held);
        }
        if let Some(sender) = self.sender.as_mut().filter(|_| heard == Heard::Values) {
            sender.keep(unit, at);
        }
        heard
    }

    fn is_in(&self, payload: &[u8]) -> bool {
        self.instruments.iter().any(|instrument| instrument.signal.raw(payload).is_some())
    }
}

/// One signal, and what is to be made of its bits.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Instrument {
    /// Its number on the board.
    pub number: usize,
    pub signal: Signal,
    pub kind: Type,
    pub meaning: Meaning,
    pub codes: Codes,
    pub own_flags: Vec<Rule>,
    /// Flags in other messages, by their place in the decoder.
    pub remote_flags: Vec<usize>,
}

/// From raw bits to a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    /// A number in the unit of the catalogue.
    Number {
        conversion: Conversion,
        /// Least and greatest that is believed.
        range: (f64, f64),
        /// Half a raw count: a number so far outside may be one at the end, rounded.
        slack: f64,
    },
    /// Raw values that mean something; others mean nothing.
    Codes(Box<[(u64, Value)]>),
    /// Raw values that mean one thing; all others mean the other.
    Switch { these: Box<[u64]>, mean: bool },
}

impl Meaning {
    /// The value of a raw value of which it is told.
    fn told(&self, raw: u64) -> Option<Value> {
        let Self::Codes(codes) = self else { return None };
        codes.iter().find(|(code, _)| *code == raw).map(|(_, value)| *value)
    }
}

impl Instrument {
    fn read(&self, frame: &Frame, flags: &[RemoteFlag]) -> Held {
        // Of a page that is not in the frame nothing is read, and a shorter payload has been rejected.
        let (raw, number) = self.signal.raw_and_value(&frame.payload).ok_or(Why::NotAvailable)?;
        let own = || self.own_flags.iter().find_map(|rule| rule.judge(&frame.payload));
        let remote = || self.remote_flags.iter().find_map(|flag| flags[*flag].judge(frame.stamp.at));
        // What the profile or the DBC gives a meaning to has it, although a text such as "Fault" says otherwise of a number.
        let told = self.meaning.told(raw);
        let void = || if told.is_some() { None } else { self.codes.quality(raw) };
        if let Some(why) = own().or_else(void).or_else(remote).and_then(Why::of) {
            return Err(why);
        }
        match &self.meaning {
            Meaning::Number { conversion, range, slack } => {
                let number = number * conversion.factor + conversion.offset;
                let is_believed = range.0 - slack <= number && number <= range.1 + slack;
                let value = is_believed.then(|| self.kind.of(number, *slack)).flatten();
                value.ok_or(Why::Fault)
            }
            Meaning::Codes(_) => told.ok_or(Why::NotAvailable),
            Meaning::Switch { these, mean } => Ok(Value::Boolean(these.contains(&raw) == *mean)),
        }
    }
}
