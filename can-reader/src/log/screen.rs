//! What candump (can-utils) writes to a screen, with a time stamp, one frame a line:
//!
//! ```text
//!  (1436509052.249713)  can0  044   [8]  2A 36 6C 2B BA 36 66 44          -ta
//!  (000.004523)  can0  18FEBF0B   [2]  01 02   '..'                       -tz or -td, with -a
//!  (2023-01-19 15:05:39.212264)  can0  RX B -  123  [12]  00 11 ...       -tA, -x, CAN FD
//!  (000.104523)  can0  123   [4]  remote request
//!  (000.204523)  can0  20000040   [8]  00 00 00 00 00 00 00 00   ERRORFRAME
//! ```

use super::candump::interface_name;
use super::date::of_iso;
use super::error::LineError;
use super::words::{
    CLASSICAL_MAX_BYTES, bytes, data_frame, decimal, error_class, hexadecimal, id, scaled, words,
};
use super::{LogBody, LogFrame};

/// A stamp of `-tz` and of `-td` has three digits before its point, one of `-ta` ten.
const RELATIVE_DIGITS: usize = 7;

/// So many lines say whether relative stamps count from the first line or from the line before: the latter go up and down.
const UNDECIDED: u32 = 64;

/// What has to be remembered from line to line.
#[derive(Clone, Debug, Default)]
pub(super) struct Screen {
    /// The last stamp as it was written, and the time that it meant.
    written_us: u64,
    at_us: u64,
    /// Lines with relative stamps so far.
    lines: u32,
    /// They count from the line before.
    deltas: bool,
}

impl Screen {
    /// For a log of which these lines come next, as far as they have been read.
    pub fn before(next: &[u8]) -> Self {
        let mut last = None;
        let mut falls = false;
        for line in next.split(|&byte| byte == b'\n').take(UNDECIDED as usize) {
            let Some((stamp, _)) = split(line) else { continue };
            let Some(us) = scaled(stamp, 6).filter(|_| is_relative(stamp)) else { continue };
            falls |= last.is_some_and(|last| us < last);
            last = Some(us);
        }
        Self { deltas: falls, ..Self::default() }
    }

    /// Whether the stamp of a line counts from another line.
    pub fn is_relative(line: &[u8]) -> bool {
        split(line).is_some_and(|(stamp, _)| is_relative(stamp))
    }

    pub fn line<'a>(&mut self, line: &'a [u8]) -> Result<LogFrame<'a>, LineError> {
        let (stamp, rest) = split(line).ok_or(LineError::Timestamp)?;
        let mut words = words(rest);
        let interface = interface_name(words.next().ok_or(LineError::Short)?)?;
        let mut word = words.next().ok_or(LineError::Short)?;
        let mut fd_flags = 0;
        if matches!(word, b"RX" | b"TX") {
            // CANFD_BRS and CANFD_ESI of linux/can.h
            fd_flags = u8::from(words.next().ok_or(LineError::Short)? == b"B")
                | u8::from(words.next().ok_or(LineError::Short)? == b"E") << 1;
            word = words.next().ok_or(LineError::Short)?;
        }
        let number = hexadecimal(word).filter(|_| matches!(word.len(), 3 | 8)).ok_or(LineError::Id)?;
        let is_extended = word.len() == 8;
        let (length, is_fd) = length(words.next().ok_or(LineError::Short)?).ok_or(LineError::Length)?;
        let mut after = words.clone();
        let body = if after.next() == Some(b"remote") {
            let length =
                u8::try_from(length).ok().filter(|length| usize::from(*length) <= CLASSICAL_MAX_BYTES);
            LogBody::Remote { id: id(number, is_extended)?, length: length.ok_or(LineError::RemoteLength)? }
        } else {
            let payload = bytes(&mut words, length)?;
            match error_class(number).filter(|_| is_extended) {
                Some(class) => LogBody::Error { class, payload },
                None => data_frame(id(number, is_extended)?, is_fd.then_some(fd_flags), payload)?,
            }
        };
        Ok(LogFrame { wall_us: self.time(stamp)?, interface, body })
    }

    fn time(&mut self, stamp: &[u8]) -> Result<u64, LineError> {
        if stamp.contains(&b':') {
            return of_iso(stamp).ok_or(LineError::Timestamp);
        }
        let us = scaled(stamp, 6).ok_or(LineError::TimestampRange)?;
        if !is_relative(stamp) {
            return Ok(us);
        }
        self.lines = self.lines.saturating_add(1);
        self.deltas |= self.lines <= UNDECIDED && us < self.written_us;
        self.at_us =
            if self.deltas { self.at_us.checked_add(us).ok_or(LineError::TimestampRange)? } else { us };
        self.written_us = us;
        Ok(self.at_us)
    }
}

/// The stamp between its parentheses, and the rest of the line.
fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = line.trim_ascii_start().strip_prefix(b"(")?;
    let end = inner.iter().position(|&byte| byte == b')')?;
    Some((inner[..end].trim_ascii(), &inner[end + 1..]))
}

fn is_relative(stamp: &[u8]) -> bool {
    !stamp.contains(&b':')
        && stamp.iter().position(|&byte| byte == b'.').is_some_and(|dot| dot < RELATIVE_DIGITS)
}

/// `[8]`, and whether it has the two digits of a CAN FD frame.
fn length(word: &[u8]) -> Option<(usize, bool)> {
    let digits = word.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let length = usize::try_from(decimal(digits)?).ok()?;
    matches!(digits.len(), 1 | 2).then_some((length, digits.len() == 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Vec<String> {
        let mut screen = Screen::before(lines.join("\n").as_bytes());
        lines
            .iter()
            .map(|line| {
                screen.line(line.as_bytes()).map_or_else(|error| error.to_string(), |frame| frame.to_string())
            })
            .collect()
    }

    #[test]
    fn each_form_of_the_screen_is_read() {
        assert_eq!(
            read(&[
                " (1436509052.249713)  vcan0  044   [8]  2A 36 6C 2B BA 36 66 44",
                " (1436509052.249714)  can0  RX - -  123   [2]  11 22",
                " (1436509052.249715)  can0  TX B E  18FEBF0B  [12]  00 11 22 33 44 55 66 77 88 99 AA BB",
                " (1436509052.249716)  can0  123   [4]  remote request",
                " (1436509052.249717)  can0  20000040   [8]  00 00 00 00 00 00 00 00   ERRORFRAME",
                " (2023-01-19 15:05:39.212264)  can0  123   [3]  41 42 FF   'AB.'",
                " (1436509052.249718)  can0  123   [0]",
                " (1436509052.249719)  can0  123   [3]  41 42",
                " (1436509052.249719)  can0  123   [2]  41 4G",
            ]),
            [
                "(1436509052.249713) vcan0 044#2A366C2BBA366644",
                "(1436509052.249714) can0 123#1122",
                "(1436509052.249715) can0 18FEBF0B##300112233445566778899AABB",
                "(1436509052.249716) can0 123#R4",
                "(1436509052.249717) can0 20000040#0000000000000000",
                "(1674140739.212264) can0 123#4142FF",
                "(1436509052.249718) can0 123#",
                "length and data do not agree",
                "data is not hexadecimal digits",
            ]
        );
    }

    #[test]
    fn stamps_from_the_first_line_and_from_the_line_before_are_told_apart() {
        let stamps = |stamps: &[&str]| {
            let lines: Vec<_> = stamps.iter().map(|stamp| format!(" ({stamp})  can0  123   [0]")).collect();
            let lines: Vec<_> = lines.iter().map(String::as_str).collect();
            read(&lines).iter().map(|line| line[8..18].to_owned()).collect::<Vec<_>>()
        };
        let zero = ["000.000000", "000.010000", "000.020500", "000.030000"];
        assert_eq!(stamps(&zero), ["000.000000", "000.010000", "000.020500", "000.030000"]);
        let delta = ["000.000000", "000.010000", "000.010500", "000.009500"];
        assert_eq!(stamps(&delta), ["000.000000", "000.010000", "000.020500", "000.030000"]);
    }
}
