//! PEAK's TRC, versions 1.0 to 2.1: comments with what the columns are, then a message a line.
//!
//! ```text
//! 1.0      1)      1059.9  0300  8  00 00 00 00 04 00 00 00
//! 1.1      1)      1059.9  Rx         0300  8  00 00 00 00 04 00 00 00
//! 1.2      1)      1059.900  1  Rx         0300  8  00 00 00 00 04 00 00 00
//! 1.3      1)      1059.900  1  Rx         0300  -  8    00 00 00 00 04 00 00 00
//! 2.0      1      1059.900 DT     0300 Rx 8  00 00 00 00 04 00 00 00
//! 2.1      1      1059.900 DT 1      0300 Rx -  8    00 00 00 00 04 00 00 00
//! ```
//!
//! By PEAK-System's "PEAK CAN TRC file format" (documentation of the format, 2024).

use super::date::of_days;
use super::error::LineError;
use super::words::{
    Channel, bus_error, bytes, data_frame, decimal, fd_length, hexadecimal, id, scaled, words,
};
use super::{LogBody, LogFrame};
use crate::frame::FrameId;

/// The columns of version 2.0 where `$COLUMNS` does not say them.
const COLUMNS_2_0: &[u8] = b"NOTIdlD";

/// More columns than the format knows.
const MOST_COLUMNS: usize = 16;

/// What the head says, and what has to be remembered.
#[derive(Clone, Debug)]
pub(super) struct Trc {
    version: (u8, u8),
    /// Of version 2, a letter each; the last is the data.
    columns: Vec<u8>,
    start_us: u64,
    channel: Channel,
}

impl Default for Trc {
    /// A file without a head is of version 1.0.
    fn default() -> Self {
        Self { version: (1, 0), columns: Vec::new(), start_us: 0, channel: Channel::default() }
    }
}

/// Whether a line is one of a head: `;$FILEVERSION=2.1`.
pub(super) fn is_head(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b";$FILEVERSION=")
}

/// Whether a line is one with a message, of version 1: `1)  1059.9  Rx  0300  8 ...`.
pub(super) fn is_message(line: &[u8]) -> bool {
    let mut words = words(line);
    let is_number =
        words.next().and_then(|word| word.strip_suffix(b")")).is_some_and(|word| decimal(word).is_some());
    is_number && words.next().is_some_and(|word| scaled(word, 3).is_some())
}

/// What a line is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Data,
    /// With `CANFD_BRS` and `CANFD_ESI`.
    Fd(u8),
    Remote,
    Error,
    /// Status, counts of errors, events: no frame.
    Other,
}

impl Trc {
    /// That of the last frame.
    pub fn interface(&self) -> &str {
        self.channel.last()
    }

    /// `Ok(None)`: the head, a comment, or what is no frame.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<LogFrame<'_>>, LineError> {
        if let Some(comment) = line.trim_ascii_start().strip_prefix(b";") {
            self.head(comment.trim_ascii());
            return Ok(None);
        }
        let mut words = words(line);
        match self.version {
            (1, minor) => self.version_1(minor, &mut words),
            _ => self.version_2(&mut words),
        }
    }

    fn head(&mut self, comment: &[u8]) {
        if let Some(version) = comment.strip_prefix(b"$FILEVERSION=") {
            let mut parts =
                version.trim_ascii().split(|&byte| byte == b'.').map(|part| decimal(part.trim_ascii()));
            let number = |part: Option<Option<u64>>| part.flatten().and_then(|part| u8::try_from(part).ok());
            self.version = (number(parts.next()).unwrap_or(1), number(parts.next()).unwrap_or(0));
            if self.version.0 == 2 {
                self.columns = COLUMNS_2_0.to_vec();
            }
        } else if let Some(columns) = comment.strip_prefix(b"$COLUMNS=") {
            let letters =
                columns.trim_ascii().split(|&byte| byte == b',').filter_map(|word| word.trim_ascii().first());
            self.columns = letters.take(MOST_COLUMNS).copied().collect();
        } else if let Some(days) = comment.strip_prefix(b"$STARTTIME=") {
            self.start_us = of_days(days.trim_ascii()).unwrap_or(0);
        }
    }

    fn version_1<'a>(
        &mut self,
        minor: u8,
        words: &mut (impl Iterator<Item = &'a [u8]> + Clone),
    ) -> Result<Option<LogFrame<'_>>, LineError> {
        let number = words.next().and_then(|word| word.strip_suffix(b")")).and_then(decimal);
        number.ok_or(LineError::Time)?;
        let time = words.next().and_then(|word| scaled(word, 3)).ok_or(LineError::Time)?;
        let bus = if minor >= 2 { words.next().and_then(decimal).ok_or(LineError::Channel)? } else { 1 };
        if minor >= 1 {
            match words.next().ok_or(LineError::Short)? {
                b"Rx" | b"Tx" => {}
                b"Error" => return self.frame(time, bus, Some(bus_error())),
                b"Warng" => return Ok(None),
                _ => return Err(LineError::Type),
            }
        }
        let word = words.next().ok_or(LineError::Short)?;
        // 1.0 has no direction: what the controller says of itself has this id.
        if word == b"FFFFFFFF" {
            return Ok(None);
        }
        let id = identifier(word)?;
        if minor >= 3 {
            // The destination address of J1939, or a dash.
            words.next();
        }
        let length = words.next().and_then(decimal).and_then(|length| usize::try_from(length).ok());
        let length = length.filter(|length| *length <= 8).ok_or(LineError::Length)?;
        let body = if words.clone().next() == Some(b"RTR") {
            LogBody::Remote { id, length: u8::try_from(length).unwrap_or(0) }
        } else {
            data_frame(id, None, bytes(words, length)?)?
        };
        self.frame(time, bus, Some(body))
    }

    fn version_2<'a>(
        &mut self,
        words: &mut impl Iterator<Item = &'a [u8]>,
    ) -> Result<Option<LogFrame<'_>>, LineError> {
        let (mut time, mut bus, mut kind, mut address, mut length) = (None, 1, Type::Data, None, None);
        let mut code = false;
        for place in 0..self.columns.len() {
            let column = self.columns[place];
            if column == b'D' {
                break;
            }
            let word = words.next().ok_or(LineError::Short)?;
            match column {
                b'O' => time = scaled(word, 3),
                b'T' => kind = type_of(word).ok_or(LineError::Type)?,
                b'B' => bus = decimal(word).ok_or(LineError::Channel)?,
                b'I' => address = Some(word),
                b'L' | b'l' => {
                    code = column == b'L';
                    length = decimal(word);
                }
                // Number, direction, reserved.
                _ => {}
            }
        }
        let time = time.ok_or(LineError::Time)?;
        match kind {
            Type::Other => return Ok(None),
            Type::Error => return self.frame(time, bus, Some(bus_error())),
            _ => {}
        }
        let id = identifier(address.ok_or(LineError::IdNumber)?)?;
        let length = length.ok_or(LineError::Length)?;
        let length = if code { fd_length(length) } else { usize::try_from(length).ok() };
        let length = length.ok_or(LineError::Length)?;
        let body = match kind {
            Type::Remote => {
                let length = u8::try_from(length).ok().filter(|length| *length <= 8);
                LogBody::Remote { id, length: length.ok_or(LineError::RemoteLength)? }
            }
            Type::Fd(flags) => data_frame(id, Some(flags), bytes(words, length)?)?,
            _ => data_frame(id, None, bytes(words, length)?)?,
        };
        self.frame(time, bus, Some(body))
    }

    /// `time`: microseconds since the start. Buses count from 1, interfaces from 0.
    fn frame(
        &mut self,
        time: u64,
        bus: u64,
        body: Option<LogBody>,
    ) -> Result<Option<LogFrame<'_>>, LineError> {
        let wall_us = self.start_us.checked_add(time).ok_or(LineError::TimestampRange)?;
        let interface = self.channel.name(bus.saturating_sub(1));
        Ok(body.map(|body| LogFrame { wall_us, interface, body }))
    }
}

/// Four digits have 11 bits, eight 29; some writers leave out a leading zero of the latter.
fn identifier(word: &[u8]) -> Result<FrameId, LineError> {
    id(hexadecimal(word).ok_or(LineError::IdNumber)?, word.len() > 4)
}

fn type_of(word: &[u8]) -> Option<Type> {
    Some(match word {
        b"DT" => Type::Data,
        b"FD" => Type::Fd(0),
        b"FB" => Type::Fd(1),
        b"FE" => Type::Fd(2),
        b"BI" => Type::Fd(3),
        b"RR" => Type::Remote,
        b"ER" => Type::Error,
        b"ST" | b"EC" | b"EV" => Type::Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> Vec<String> {
        let mut trc = Trc::default();
        let mut read = Vec::new();
        for line in lines.lines() {
            match trc.line(line.as_bytes()) {
                Ok(Some(frame)) => read.push(frame.to_string()),
                Ok(None) => {}
                Err(error) => read.push(error.to_string()),
            }
        }
        read
    }

    #[test]
    fn each_version_is_read() {
        let same = ["(0000000001.059900) can0 300#0000000004000000"];
        for log in [
            "     1)      1059.9  0300  8  00 00 00 00 04 00 00 00",
            ";$FILEVERSION=1.1\n     1)      1059.9  Rx         0300  8  00 00 00 00 04 00 00 00",
            ";$FILEVERSION=1.2\n     1)      1059.900  1  Rx         0300  8  00 00 00 00 04 00 00 00",
            ";$FILEVERSION=1.3\n     1)      1059.900  1  Rx         0300  -  8    00 00 00 00 04 00 00 00",
            ";$FILEVERSION=2.0\n      1      1059.900 DT     0300 Rx 8  00 00 00 00 04 00 00 00",
            ";$FILEVERSION=2.1\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n  1  1059.900 DT 1      0300 Rx -  8    00 00 00 00 04 00 00 00",
        ] {
            assert_eq!(read(log), same, "{log}");
        }
    }

    #[test]
    fn kinds_of_frames_and_what_is_none() {
        let log = ";$FILEVERSION=2.1\n;$STARTTIME=43008.6293194444\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n;\n\
            \x20 1   1.000 FB 2 18FEBF0B Rx -  9    00 01 02 03 04 05 06 07 08 09 0A 0B\n  2   2.000 RR 1  0123 Rx -  4\n\
            \x20 3   3.000 ST 1     - Rx -  4    00 00 00 08\n  4   4.000 ER 1     - Rx -  5    04 00 02 00 00\n\
            \x20 5   5.000 DT 1  0123 Rx -  3    00 11\n  6   6.000 XX 1  0123 Rx -  1    00\n  7   x DT 1  0123 Rx -  1    00\n";
        assert_eq!(
            read(log),
            [
                "(1506783973.200996) can1 18FEBF0B##1000102030405060708090A0B",
                "(1506783973.201996) can0 123#R4",
                "(1506783973.203996) can0 20000080#0000000000000000",
                "length and data do not agree",
                "neither a frame nor an event that this kind of log has",
                "no time where this kind of log has one",
            ]
        );
        let log = ";$FILEVERSION=1.1\n 1) 1.5 Rx 0100 2 RTR\n 2) 2.5 Warng FFFFFFFF 4 00 00 00 08 BUSHEAVY\n 3) 3.5 Error 0008 4 00 19 08 08\n";
        assert_eq!(
            read(log),
            ["(0000000000.001500) can0 100#R2", "(0000000000.003500) can0 20000080#0000000000000000"]
        );
    }
}
