//! One line of a candump log, from bytes and without allocating.

use super::{ERROR_FLAG, LogBody, LogFrame};
use crate::frame::{FrameId, Payload};

const STANDARD_MAX: u32 = 0x7FF;
const EXTENDED_MAX: u32 = 0x1FFF_FFFF;
const CLASSICAL_MAX_BYTES: usize = 8;

/// Why a line is not a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It does not start with `(seconds.fraction)`.
    #[error("no time stamp of the form (1674148739.212264) at its start")]
    Timestamp,
    /// The time stamp does not fit 64 bits of microseconds.
    #[error("time stamp too large")]
    TimestampRange,
    /// The interface or the frame is missing.
    #[error("incomplete: expected (time stamp) interface id#data")]
    Incomplete,
    /// The interface's name is not text.
    #[error("interface name is not text")]
    Interface,
    /// There is no `#` between id and data.
    #[error("no # between id and data")]
    NoHash,
    /// The id is not 3 or 8 hexadecimal digits.
    #[error("id is not 3 or 8 hexadecimal digits")]
    Id,
    /// The id has more than 11 or 29 bits.
    #[error("id beyond 7FF (3 digits) or 1FFFFFFF (8 digits)")]
    IdRange,
    /// A data byte is not two hexadecimal digits.
    #[error("data is not hexadecimal digits")]
    Data,
    /// The data ends in the middle of a byte.
    #[error("odd number of hexadecimal digits")]
    OddDigits,
    /// A classical frame carries more than 8 bytes.
    #[error("more than 8 bytes in a classical frame")]
    TooLong,
    /// The length is none that CAN FD has.
    #[error("length is none of CAN FD's (0 to 8, 12, 16, 20, 24, 32, 48, 64 bytes)")]
    FdLength,
    /// The digit of flags after `##` is missing.
    #[error("no flags digit after ##")]
    FdFlags,
    /// The length of a remote request is not one digit 0 to 8.
    #[error("remote request with a length beyond 8")]
    RemoteLength,
    /// Something follows the frame that is neither `R` nor `T`.
    #[error("unexpected text after the frame")]
    Trailing,
    /// Found by [`super::LogReader`]: longer than [`super::MAX_LINE_BYTES`].
    #[error("longer than 4096 bytes")]
    LineTooLong,
}

/// Parses one line, with or without its line end.
///
/// `Ok(None)` for a blank line and for a comment (`#`, `;` or `//` at the start). Fractional digits
/// beyond the sixth are cut off.
///
/// # Errors
/// The first thing that is wrong with the line.
pub fn parse_line(line: &[u8]) -> Result<Option<LogFrame<'_>>, LineError> {
    if is_nothing(line) {
        return Ok(None);
    }
    let (wall_us, rest) = timestamp(line.trim_ascii())?;
    let mut words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let interface = words.next().ok_or(LineError::Incomplete)?;
    let frame = words.next().ok_or(LineError::Incomplete)?;
    let body = body(frame)?;
    if !matches!(words.next(), None | Some(b"R" | b"T")) || words.next().is_some() {
        return Err(LineError::Trailing);
    }
    let interface = std::str::from_utf8(interface).map_err(|_| LineError::Interface)?;
    if interface.chars().any(char::is_control) {
        return Err(LineError::Interface);
    }
    Ok(Some(LogFrame { wall_us, interface, body }))
}

/// A blank line or a comment.
pub(super) fn is_nothing(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.is_empty() || [&b"#"[..], b";", b"//"].iter().any(|mark| line.starts_with(mark))
}

/// `(seconds)` or `(seconds.fraction)` to microseconds, and the rest of the line.
fn timestamp(line: &[u8]) -> Result<(u64, &[u8]), LineError> {
    let inner = line.strip_prefix(b"(").ok_or(LineError::Timestamp)?;
    let end = inner.iter().position(|&b| b == b')').ok_or(LineError::Timestamp)?;
    let (stamp, rest) = (inner[..end].trim_ascii(), &inner[end + 1..]);
    let dot = stamp.iter().position(|&b| b == b'.').unwrap_or(stamp.len());
    let (seconds, fraction) = (&stamp[..dot], stamp.get(dot + 1..).unwrap_or_default());
    if seconds.is_empty() || !seconds.iter().chain(fraction).all(u8::is_ascii_digit) {
        return Err(LineError::Timestamp);
    }
    let mut us: u64 = 0;
    let six = fraction.iter().chain(std::iter::repeat(&b'0')).take(6);
    for digit in seconds.iter().chain(six) {
        us = us
            .checked_mul(10)
            .and_then(|us| us.checked_add(u64::from(digit - b'0')))
            .ok_or(LineError::TimestampRange)?;
    }
    Ok((us, rest))
}

/// `id#data`, `id##flags data`, `id#R` or an error frame.
fn body(text: &[u8]) -> Result<LogBody, LineError> {
    let hash = text.iter().position(|&b| b == b'#').ok_or(LineError::NoHash)?;
    let (id, data) = (&text[..hash], &text[hash + 1..]);
    let number = hexadecimal(id).ok_or(LineError::Id)?;
    if id.len() == 8 && number & ERROR_FLAG != 0 {
        let class = number & !ERROR_FLAG;
        if class > EXTENDED_MAX {
            return Err(LineError::IdRange);
        }
        return Ok(LogBody::Error { class, payload: classical(data)? });
    }
    let id = match id.len() {
        3 if number <= STANDARD_MAX => FrameId::Standard(number as u16),
        8 if number <= EXTENDED_MAX => FrameId::Extended(number),
        3 | 8 => return Err(LineError::IdRange),
        _ => return Err(LineError::Id),
    };
    match data {
        [b'#', rest @ ..] => fd(id, rest),
        [b'R' | b'r', rest @ ..] => Ok(LogBody::Remote { id, length: remote_length(rest)? }),
        _ => Ok(LogBody::Classical { id, payload: classical(data)? }),
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0, |n, &digit| Some(n << 4 | u32::from(nibble(digit)?)))
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|n| n as u8)
}

fn fd(id: FrameId, text: &[u8]) -> Result<LogBody, LineError> {
    let (&digit, data) = text.split_first().ok_or(LineError::FdFlags)?;
    let flags = nibble(digit).ok_or(LineError::FdFlags)?;
    let payload = payload(data, LineError::FdLength)?;
    match payload.len() {
        0..=8 | 12 | 16 | 20 | 24 | 32 | 48 | 64 => Ok(LogBody::Fd { id, flags, payload }),
        _ => Err(LineError::FdLength),
    }
}

/// The digit after `R`; candump writes none for 0. A raw length code may follow (`R8_9`).
fn remote_length(text: &[u8]) -> Result<u8, LineError> {
    match *text {
        [] => Ok(0),
        [digit @ b'0'..=b'8'] => Ok(digit - b'0'),
        [b'8', b'_', code] if is_raw_length_code(code) => Ok(8),
        _ => Err(LineError::RemoteLength),
    }
}

fn classical(data: &[u8]) -> Result<Payload, LineError> {
    // With its option -8 candump adds the raw length code 9 to F of an eight-byte frame: `..77_E`.
    let data = match *data {
        [ref bytes @ .., b'_', code] if is_raw_length_code(code) && bytes.len() >= 16 => bytes,
        _ => data,
    };
    let payload = payload(data, LineError::TooLong)?;
    if payload.len() > CLASSICAL_MAX_BYTES { Err(LineError::TooLong) } else { Ok(payload) }
}

fn is_raw_length_code(code: u8) -> bool {
    nibble(code).is_some_and(|code| code > 8)
}

/// Pairs of digits, `.` or `_` between bytes allowed.
fn payload(data: &[u8], too_long: LineError) -> Result<Payload, LineError> {
    let mut bytes = [0; 64];
    let (mut len, mut rest) = (0, data);
    while let [high, tail @ ..] = rest {
        let high = nibble(*high).ok_or(LineError::Data)?;
        let [low, tail @ ..] = tail else { return Err(LineError::OddDigits) };
        let low = match nibble(*low) {
            Some(low) => low,
            None if matches!(low, b'.' | b'_') => return Err(LineError::OddDigits),
            None => return Err(LineError::Data),
        };
        *bytes.get_mut(len).ok_or(too_long)? = high << 4 | low;
        len += 1;
        rest = match tail {
            [b'.' | b'_', more @ ..] if !more.is_empty() => more,
            _ => tail,
        };
    }
    Payload::new(&bytes[..len]).ok_or(too_long)
}
