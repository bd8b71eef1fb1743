//! One line of a candump log, from bytes and without allocating.

use super::error::LineError;
use super::words::{self, STANDARD_MAX};
use super::words::{CLASSICAL_MAX_BYTES, EXTENDED_MAX, data_frame, error_class, hexadecimal, nibble};
use super::{LogBody, LogFrame};
use crate::frame::{FrameId, Payload};

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
    let mut words = words::words(rest);
    let interface = words.next().ok_or(LineError::Incomplete)?;
    let frame = words.next().ok_or(LineError::Incomplete)?;
    let body = body(frame)?;
    if !matches!(words.next(), None | Some(b"R" | b"T")) || words.next().is_some() {
        return Err(LineError::Trailing);
    }
    Ok(Some(LogFrame { wall_us, interface: interface_name(interface)?, body }))
}

/// The name of an interface, if it is text that can be shown.
pub(super) fn interface_name(word: &[u8]) -> Result<&str, LineError> {
    let name = std::str::from_utf8(word).map_err(|_| LineError::Interface)?;
    if name.chars().any(char::is_control) { Err(LineError::Interface) } else { Ok(name) }
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
    if let Some(class) = error_class(number).filter(|_| id.len() == 8) {
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

fn fd(id: FrameId, text: &[u8]) -> Result<LogBody, LineError> {
    let (&digit, data) = text.split_first().ok_or(LineError::FdFlags)?;
    let flags = nibble(digit).ok_or(LineError::FdFlags)?;
    data_frame(id, Some(flags), payload(data, LineError::FdLength)?)
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
pub(super) fn payload(data: &[u8], too_long: LineError) -> Result<Payload, LineError> {
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
