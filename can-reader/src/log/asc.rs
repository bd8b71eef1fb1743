//! Vector's ASC, as CANoe, CANalyzer, python-can and others write it: a head, then an event a line.
//!
//! ```text
//! date Sat Sep 30 15:06:13.191 2017
//! base hex  timestamps absolute
//!    0.016728 1  1D0             Rx   d 8 00 00 00 00 00 00 00 0A  Length = 0 BitCount = 64
//!    0.017000 2  18FEBF0Bx       Rx   r
//!    0.018000 1  ErrorFrame
//!    0.019000 CANFD   1 Rx        1D0  Speed  1 0 9 12 00 11 ...
//! ```
//!
//! From what Vector publishes with its tools and python-can's documentation say of the format.

use super::date::of_vector;
use super::error::LineError;
use super::words::{
    CLASSICAL_MAX_BYTES, Channel, bus_error, bytes_by, data_frame, decimal, hexadecimal, id, scaled, words,
};
use super::{LogBody, LogFrame};
use crate::frame::{FrameId, Payload};

/// What the head says, and what has to be remembered.
#[derive(Clone, Debug, Default)]
pub(super) struct Asc {
    /// `base dec`: ids and data are decimal.
    is_decimal: bool,
    /// `timestamps relative`: each counts from the event before.
    is_relative: bool,
    start_us: u64,
    at_us: u64,
    channel: Channel,
}

/// Whether a line is one of a head: `date Sat Sep ...`, `base hex  timestamps absolute`.
pub(super) fn is_head(line: &[u8]) -> bool {
    let mut words = words(line);
    match words.next() {
        Some(b"date") => words.count() >= 3,
        Some(b"base") => matches!(words.next(), Some(b"hex" | b"dec")),
        _ => false,
    }
}

/// Whether a line is an event with a frame in it.
pub(super) fn is_frame(line: &[u8]) -> bool {
    let mut words = words(line);
    let has_time = words.next().is_some_and(|word| word.contains(&b'.') && scaled(word, 6).is_some());
    let on = words.next();
    let is_channel = on == Some(b"CANFD") || on.is_some_and(|word| decimal(word).is_some());
    has_time && is_channel && words.take(3).any(|word| matches!(word, b"Rx" | b"Tx" | b"TxRq"))
}

impl Asc {
    /// That of the last frame.
    pub fn interface(&self) -> &str {
        self.channel.last()
    }

    /// `Ok(None)`: the head, a comment, or another event.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<LogFrame<'_>>, LineError> {
        let mut words = words(line);
        let Some(first) = words.next() else { return Ok(None) };
        match first {
            b"date" => {
                let date = line.trim_ascii_start().get(4..).unwrap_or_default();
                self.start_us = of_vector(date).unwrap_or(0);
                return Ok(None);
            }
            b"base" => {
                self.is_decimal = words.any(|word| word == b"dec");
                self.is_relative = line.windows(8).any(|word| word == b"relative");
                return Ok(None);
            }
            // When the measurement began; the head has the time at which the file was made.
            b"Begin" => {
                let date = line.trim_ascii_start().get(b"Begin Triggerblock".len()..).unwrap_or_default();
                self.start_us = of_vector(date).unwrap_or(self.start_us);
                return Ok(None);
            }
            _ if first.starts_with(b"//") => return Ok(None),
            _ if !first[0].is_ascii_digit() => {
                // `internal events logged`, `Begin Triggerblock ...`: words.
                return if first.iter().all(u8::is_ascii_alphabetic) {
                    Ok(None)
                } else {
                    Err(LineError::Time)
                };
            }
            _ => {}
        }
        let time = scaled(first, 6).ok_or(LineError::Time)?;
        self.at_us = if self.is_relative { self.at_us.saturating_add(time) } else { time };
        let wall_us = self.start_us.checked_add(self.at_us).ok_or(LineError::TimestampRange)?;
        let on = words.next().ok_or(LineError::Short)?;
        let (channel, body) = if on == b"CANFD" {
            let channel = words.next().and_then(decimal).ok_or(LineError::Channel)?;
            (channel, self.fd(&mut words)?)
        } else if let Some(channel) = decimal(on) {
            (channel, self.classical(&mut words)?)
        } else {
            // `Start of measurement`, `log trigger event`, `CAN 1 Status:...`, `SV: ...`, another bus.
            return Ok(None);
        };
        // Channels count from 1, interfaces from 0.
        let interface = self.channel.name(channel.saturating_sub(1));
        Ok(body.map(|body| LogFrame { wall_us, interface, body }))
    }

    /// After the channel.
    fn classical<'a>(
        &self,
        words: &mut impl Iterator<Item = &'a [u8]>,
    ) -> Result<Option<LogBody>, LineError> {
        let word = words.next().ok_or(LineError::Short)?;
        match word {
            b"ErrorFrame" => return Ok(Some(bus_error())),
            b"Statistic:" | b"Overload" | b"OverloadFrame" => return Ok(None),
            _ => {}
        }
        let id = self.id(word)?;
        if !matches!(words.next(), Some(b"Rx" | b"Tx" | b"TxRq")) {
            return Err(LineError::Short);
        }
        match words.next() {
            Some(b"d") => {
                let length = self.length(words.next())?;
                if length > CLASSICAL_MAX_BYTES {
                    return Err(LineError::TooLong);
                }
                data_frame(id, None, self.data(words, length)?).map(Some)
            }
            Some(b"r") => {
                let length = words.next().and_then(hexadecimal).unwrap_or(0);
                let length = u8::try_from(length).ok().filter(|length| *length <= 8).unwrap_or(8);
                Ok(Some(LogBody::Remote { id, length }))
            }
            _ => Err(LineError::Type),
        }
    }

    /// After the channel: direction, id, perhaps a name, bit rate switch, error state indicator, code of the length, length, data.
    fn fd<'a>(
        &self,
        words: &mut (impl Iterator<Item = &'a [u8]> + Clone),
    ) -> Result<Option<LogBody>, LineError> {
        if !matches!(words.next(), Some(b"Rx" | b"Tx" | b"TxRq")) {
            return Err(LineError::Short);
        }
        let word = words.next().ok_or(LineError::Short)?;
        if word == b"ErrorFrame" {
            return Ok(Some(bus_error()));
        }
        let id = self.id(word)?;
        let flag = |word: &[u8]| match word {
            b"0" => Some(0_u8),
            b"1" => Some(1),
            _ => None,
        };
        let mut next = words.next().ok_or(LineError::Short)?;
        // The name of the message is not always there; a name is not a digit.
        if flag(next).is_none() {
            next = words.next().ok_or(LineError::Short)?;
        }
        let brs = flag(next).ok_or(LineError::Type)?;
        let esi = words.next().and_then(flag).ok_or(LineError::Type)?;
        words.next().and_then(hexadecimal).ok_or(LineError::Length)?;
        let length = words.next().and_then(decimal).and_then(|length| usize::try_from(length).ok());
        let length = length.ok_or(LineError::Length)?;
        // Of a classical frame on a CAN FD channel the flags behind the data say so: bit 12 is EDL (CAN FD), bit 4 a remote request.
        let mut after = words.clone().skip(length + 2);
        let flags = after.next().and_then(hexadecimal);
        let is_fd =
            flags.is_none_or(|flags| flags & 1 << 12 != 0 || brs == 1 || length > CLASSICAL_MAX_BYTES);
        if flags.is_some_and(|flags| flags & 1 << 4 != 0) && !is_fd {
            let length = u8::try_from(length.min(CLASSICAL_MAX_BYTES)).unwrap_or(0);
            return Ok(Some(LogBody::Remote { id, length }));
        }
        let payload = self.data(words, length)?;
        data_frame(id, is_fd.then_some(brs | esi << 1), payload).map(Some)
    }

    /// With an `x` at its end it has 29 bits.
    fn id(&self, word: &[u8]) -> Result<FrameId, LineError> {
        let (digits, is_extended) = match word.strip_suffix(b"x").or_else(|| word.strip_suffix(b"X")) {
            Some(digits) => (digits, true),
            None => (word, false),
        };
        id(self.number(digits).ok_or(LineError::IdNumber)?, is_extended)
    }

    fn length(&self, word: Option<&[u8]>) -> Result<usize, LineError> {
        let length = word.and_then(|word| self.number(word)).ok_or(LineError::Length)?;
        usize::try_from(length).map_err(|_| LineError::Length)
    }

    fn data<'a>(
        &self,
        words: &mut impl Iterator<Item = &'a [u8]>,
        length: usize,
    ) -> Result<Payload, LineError> {
        bytes_by(words, length, |word| self.number(word))
    }

    /// In the base that the head says.
    fn number(&self, word: &[u8]) -> Option<u32> {
        if self.is_decimal { u32::try_from(decimal(word)?).ok() } else { hexadecimal(word) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> Vec<String> {
        let mut asc = Asc::default();
        let mut read = Vec::new();
        for line in lines.lines() {
            match asc.line(line.as_bytes()) {
                Ok(Some(frame)) => read.push(frame.to_string()),
                Ok(None) => {}
                Err(error) => read.push(error.to_string()),
            }
        }
        read
    }

    #[test]
    fn frames_of_each_kind() {
        let log = "date Sat Sep 30 15:06:13.191 2017\nbase hex  timestamps absolute\ninternal events logged\n\
            // version 9.0.0\nBegin Triggerblock Sat Sep 30 15:06:13.191 2017\n   0.000000 Start of measurement\n\
            \x20  0.016728 1  1D0             Rx   d 8 00 01 02 03 04 05 06 0A  Length = 240000 BitCount = 124 ID = 464\n\
            \x20  0.017000 2  18FEBF0Bx       Tx   d 2 AA BB\n   0.017100 1  100             Rx   r 4\n   0.018000 1  ErrorFrame\n\
            \x20  0.018100 CAN 1 Status:chip status error active\n   0.018200 1  Statistic: D 0 R 0 XD 0\n\
            \x20  0.019000 CANFD   1 Rx        1D0                                   1 0 9 12 00 01 02 03 04 05 06 07 08 09 0a 0b   102203  163   303000 0 0\n\
            \x20  0.020000 CANFD   2 Rx        1D1  Wheels   0 1 2 2 AA BB 1 2 200000 0\n\
            \x20  0.021000 CANFD   2 Rx        1D2  0 0 2 2 AA BB 1 2 200040 0\n\
            \x20  0.022000 1  1D0             Rx   d 8 00 01 02\n   0.022000 1  8D0             Rx   d 1 00\n\
            \x20  0.02x000 1  1D0             Rx   d 1 00\nEnd TriggerBlock\n";
        assert_eq!(
            read(log),
            [
                "(1506783973.207728) can0 1D0#000102030405060A",
                "(1506783973.208000) can1 18FEBF0B#AABB",
                "(1506783973.208100) can0 100#R4",
                "(1506783973.209000) can0 20000080#0000000000000000",
                "(1506783973.210000) can0 1D0##1000102030405060708090A0B",
                "(1506783973.211000) can1 1D1#AABB",
                "(1506783973.212000) can1 1D2#AABB",
                "length and data do not agree",
                "id beyond 7FF (3 digits) or 1FFFFFFF (8 digits)",
                "no time where this kind of log has one",
            ]
        );
    }

    #[test]
    fn decimal_and_relative_as_the_head_says() {
        let log = "base dec  timestamps relative\n 1.5 1 464 Rx d 2 255 16\n 0.5 1 464 Rx d 1 256\n 0.5 1 464 Rx d 0\n";
        assert_eq!(
            read(log),
            [
                "(0000000001.500000) can0 1D0#FF10",
                "data is not hexadecimal digits",
                "(0000000002.500000) can0 1D0#",
            ]
        );
    }
}
