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
    pub(super) signal: Signal,
    /// km/h of one unit of the signal.
    pub(super) to_kmh: f64,
    pub(super) range: Range,
    pub(super) codes: Codes,
    /// Flags in the same message.
    pub(super) own_flags: Vec<Rule>,
    /// Flags in other messages, by their place in the decoder.
    pub(super) remote_flags: Vec<usize>,
}

/// The values that are believed, km/h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub min_kmh: f64,
    pub max_kmh: f64,
    /// Half a raw count, km/h: a value so far outside may be one at the end, rounded.
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

    /// Reads it; `None` when the frame is another page of a multiplexed message.
    #[inline]
    pub(super) fn read(&self, channel: usize, frame: &Frame, flags: &[RemoteFlag]) -> Option<Reading> {
        let (raw, value) = self.signal.raw_and_value(&frame.payload)?;
        let value = value * self.to_kmh;
        let quality = self.quality(raw, value, frame, flags);
        let value = (quality == Quality::Valid).then_some(value);
        let (unit, stamp) = (Unit::KilometresPerHour, frame.stamp);
        Some(Reading { channel, value, unit, stamp, quality, raw })
    }

    fn quality(&self, raw: u64, kmh: f64, frame: &Frame, flags: &[RemoteFlag]) -> Quality {
        let own = || self.own_flags.iter().find_map(|rule| rule.judge(&frame.payload));
        let remote = || self.remote_flags.iter().find_map(|flag| flags[*flag].judge(frame.stamp.at));
        let in_range = || self.range.has(kmh);
        own()
            .or_else(|| self.codes.quality(raw))
            .or_else(remote)
            .unwrap_or_else(|| if in_range() { Quality::Valid } else { Quality::OutOfRange })
    }

    /// Why a reading of this channel is not valid, as a sentence: it names the signal, the value and what to do.
    pub(super) fn explain(&self, reading: &Reading, out: &mut String) {
        use std::fmt::Write as _;
        let Self { key, path, .. } = self;
        let raw = reading.raw;
        // Writing to a String cannot fail.
        let _ = match reading.quality {
            Quality::Valid => Ok(()),
            Quality::NotAvailable | Quality::Error => {
                let word = if reading.quality == Quality::Error { "an error" } else { "not available" };
                match self.signal.table().text(raw) {
                    Some(text) => write!(out, "{key}: {path} says {word} (raw value {raw} {text:?})"),
                    None => write!(out, "{key}: {path} says {word} (raw value {raw})"),
                }
            }
            Quality::OutOfRange => {
                let Range { min_kmh, max_kmh, whose, .. } = self.range;
                let [kmh, min_kmh, max_kmh] =
                    [self.signal.value_of(raw) * self.to_kmh, min_kmh, max_kmh].map(short);
                let (of, remedy) = match whose {
                    Whose::Profile => ("the profile's range", ""),
                    Whose::Dbc => ("the DBC's range", " (`range` in the profile overrules it)"),
                    Whose::Limits => ("what the profile's max_speed_kmh allows,", ""),
                };
                write!(out, "{key}: {path} = {kmh} km/h is outside {of} {min_kmh} to {max_kmh} km/h{remedy}")
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
