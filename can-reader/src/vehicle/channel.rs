//! One signal of the vehicle, compiled: from a payload to a reading.

use super::codes::Codes;
use super::flag::{RemoteFlag, Rule};
use crate::dbc::Signal;
use crate::frame::Frame;
use crate::reading::{Quality, Reading, Unit};

/// A signal that is read, and what is to be made of its bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// Where the profile names it: `Row1.Left`, `vehicle_speed`, `witness 1`.
    pub(super) key: String,
    /// `MESSAGE.SIGNAL`
    pub(super) path: String,
    /// Its place among the sensors of the estimator.
    pub(super) place: usize,
    pub(super) term: Term,
    /// What is added to it, and its path.
    pub(super) plus: Option<(Term, String)>,
    /// Of the sum, where there is one.
    pub(super) range: Range,
    /// Flags in the same message.
    pub(super) own_flags: Vec<Rule>,
    /// Flags in other messages, by their place in the decoder.
    pub(super) remote_flags: Vec<usize>,
}

/// One signal, and how its bits become a part of the value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub signal: Signal,
    /// km/h of one unit of the signal.
    pub to_kmh: f64,
    pub codes: Codes,
    /// Of a sum what this part of it may be, km/h.
    pub own: Option<Range>,
}

impl Term {
    /// Bare bits, km/h, and how far that can be used.
    #[inline]
    fn read(&self, payload: &[u8]) -> Option<(u64, f64, Quality)> {
        let (raw, value) = self.signal.raw_and_value(payload)?;
        let kmh = value * self.to_kmh;
        let in_range = || self.own.is_none_or(|own| own.has(kmh));
        let quality = self.codes.quality(raw);
        let quality =
            quality.unwrap_or_else(|| if in_range() { Quality::Valid } else { Quality::OutOfRange });
        Some((raw, kmh, quality))
    }

    fn kmh(&self, raw: u64) -> f64 {
        self.signal.value_of(raw) * self.to_kmh
    }
}

/// The values that are believed, km/h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub min_kmh: f64,
    pub max_kmh: f64,
    /// Half a raw count, of a sum a whole one of each part, km/h: a value so far outside may be one at the end, rounded.
    pub slack_kmh: f64,
    pub whose: Whose,
}

/// Who says what the range is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// The profile's `range`.
    Profile,
    /// The DBC.
    Dbc,
    /// Nobody but `max_speed_kmh`.
    Limits,
}

impl Range {
    /// A NaN is in no range.
    fn has(&self, kmh: f64) -> bool {
        self.min_kmh - self.slack_kmh <= kmh && kmh <= self.max_kmh + self.slack_kmh
    }
}

impl Channel {
    /// Where the profile names it: `Row1.Left`, `vehicle_speed`, `witness 1`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its place among the sensors of the estimator ([`Plan::sensors`](crate::estimator::Plan::sensors)).
    #[must_use]
    pub const fn place(&self) -> usize {
        self.place
    }

    /// Whether it is in this payload, which may be another page.
    pub(super) fn is_in(&self, payload: &[u8]) -> bool {
        self.term.signal.raw(payload).is_some()
    }

    /// Reads it; `None` when the frame is another page of a multiplexed message.
    #[inline]
    pub(super) fn read(&self, channel: usize, frame: &Frame, flags: &[RemoteFlag]) -> Option<Reading> {
        let (raw, mut value, mut said) = self.term.read(&frame.payload)?;
        let mut plus_raw = 0;
        if let Some((plus, _)) = &self.plus {
            let (raw, kmh, quality) = plus.read(&frame.payload)?;
            (plus_raw, value) = (raw, value + kmh);
            said = said.worse(quality);
        }
        let quality = self.quality(said, value, frame, flags);
        let value = (quality == Quality::Valid).then_some(value);
        let (unit, stamp) = (Unit::KilometresPerHour, frame.stamp);
        Some(Reading { channel, value, unit, stamp, quality, raw, plus_raw })
    }

    /// `said`: by the signals themselves.
    fn quality(&self, said: Quality, kmh: f64, frame: &Frame, flags: &[RemoteFlag]) -> Quality {
        let own = || self.own_flags.iter().find_map(|rule| rule.judge(&frame.payload));
        let remote = || self.remote_flags.iter().find_map(|flag| flags[*flag].judge(frame.stamp.at));
        let in_range = || self.range.has(kmh);
        own()
            .or(Some(said).filter(|said| *said != Quality::Valid))
            .or_else(remote)
            .unwrap_or_else(|| if in_range() { Quality::Valid } else { Quality::OutOfRange })
    }

    /// Of a reading that is not valid: the signal that is the reason, its bits and its path; the first, unless the fault
    /// is the other's alone.
    fn guilty(&self, reading: &Reading) -> (&Term, u64, &str) {
        let says = |term: &Term, raw| {
            let in_range = term.own.is_none_or(|own| own.has(term.kmh(raw)));
            term.codes.quality(raw).or((!in_range).then_some(Quality::OutOfRange))
        };
        match &self.plus {
            Some((plus, path))
                if says(&self.term, reading.raw) != Some(reading.quality)
                    && says(plus, reading.plus_raw) == Some(reading.quality) =>
            {
                (plus, reading.plus_raw, path)
            }
            _ => (&self.term, reading.raw, &self.path),
        }
    }

    /// Why a reading of this channel is not valid, as a sentence: it names the signal, the value and what to do.
    pub(super) fn explain(&self, reading: &Reading, out: &mut String) {
        use std::fmt::Write as _;
        let key = &self.key;
        let (term, raw, path) = self.guilty(reading);
        // Writing to a String cannot fail.
        let _ = match reading.quality {
            Quality::Valid => Ok(()),
            Quality::NotAvailable | Quality::Error => {
                let word = if reading.quality == Quality::Error { "an error" } else { "not available" };
                match term.signal.table().text(raw) {
                    Some(text) => write!(out, "{key}: {path} says {word} (raw value {raw} {text:?})"),
                    None => write!(out, "{key}: {path} says {word} (raw value {raw})"),
                }
            }
            Quality::OutOfRange => {
                // Of a sum a part that is out of its own range, else the sum.
                let own = term.own.filter(|own| !own.has(term.kmh(raw)));
                let plus = self.plus.as_ref().filter(|_| own.is_none());
                let Range { min_kmh, max_kmh, whose, .. } = own.unwrap_or(self.range);
                let kmh = plus.map_or_else(
                    || term.kmh(raw),
                    |(plus, _)| self.term.kmh(reading.raw) + plus.kmh(reading.plus_raw),
                );
                let added = plus.map(|(_, path)| format!(" + {path}")).unwrap_or_default();
                let [kmh, min_kmh, max_kmh] = [kmh, min_kmh, max_kmh].map(short);
                let (of, remedy) = match whose {
                    Whose::Profile => ("the profile's range", ""),
                    Whose::Dbc => ("the DBC's range", " (`range` in the profile overrules it)"),
                    Whose::Limits => ("what the profile's max_speed_kmh allows,", ""),
                };
                write!(
                    out,
                    "{key}: {path}{added} = {kmh} km/h is outside {of} {min_kmh} to {max_kmh} km/h{remedy}"
                )
            }
            Quality::Flagged => write!(out, "{key}: the validity flag of {path} says that it is not valid"),
            Quality::Unconfirmed => {
                write!(out, "{key}: the message with the validity flag of {path} has not come, or not lately")
            }
        };
    }
}

/// To hundredths, without zeros at the end.
fn short(kmh: f64) -> f64 {
    (kmh * 100.0).round() / 100.0
}
