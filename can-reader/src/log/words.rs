//! What the formats of lines have in common: words, numbers, times, data.

use super::error::LineError;
use super::{ERROR_FLAG, LogBody};
use crate::frame::{FrameId, Payload};

pub(super) const STANDARD_MAX: u32 = 0x7FF;
pub(super) const EXTENDED_MAX: u32 = 0x1FFF_FFFF;

/// The most that a classical frame carries.
pub(super) const CLASSICAL_MAX_BYTES: usize = 8;

/// The words of a line, as blanks part them.
pub(super) fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

pub(super) fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0, |n, &digit| Some(n << 4 | u32::from(nibble(digit)?)))
}

pub(super) fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|n| n as u8)
}

/// Digits alone.
pub(super) fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |n, &digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        n.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// A number with or without a fraction, times ten to the power of `places`; what is smaller is cut off. `12.5` with 6 places is
/// 12,500,000.
pub(super) fn scaled(word: &[u8], places: usize) -> Option<u64> {
    let dot = word.iter().position(|&byte| byte == b'.').unwrap_or(word.len());
    let (whole, fraction) = (&word[..dot], word.get(dot + 1..).unwrap_or_default());
    if whole.is_empty() || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return None;
    }
    let kept = fraction.iter().chain(std::iter::repeat(&b'0')).take(places);
    whole
        .iter()
        .chain(kept)
        .try_fold(0_u64, |n, digit| n.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
}

/// The id, if it has no more bits than it may.
pub(super) fn id(number: u32, extended: bool) -> Result<FrameId, LineError> {
    match u16::try_from(number) {
        Ok(short) if !extended && number <= STANDARD_MAX => Ok(FrameId::Standard(short)),
        _ if extended && number <= EXTENDED_MAX => Ok(FrameId::Extended(number)),
        _ => Err(LineError::IdRange),
    }
}

/// Bytes of two hexadecimal digits each, a word each, as many as `length`.
pub(super) fn bytes<'a>(
    words: &mut impl Iterator<Item = &'a [u8]>,
    length: usize,
) -> Result<Payload, LineError> {
    bytes_by(words, length, |word| if word.len() == 2 { hexadecimal(word) } else { None })
}

/// The same with another way to write a byte.
pub(super) fn bytes_by<'a>(
    words: &mut impl Iterator<Item = &'a [u8]>,
    length: usize,
    byte: impl Fn(&[u8]) -> Option<u32>,
) -> Result<Payload, LineError> {
    let mut data = [0; 64];
    let data = data.get_mut(..length).ok_or(LineError::FdLength)?;
    for place in data.iter_mut() {
        let number = byte(words.next().ok_or(LineError::Length)?).ok_or(LineError::Data)?;
        *place = u8::try_from(number).map_err(|_| LineError::Data)?;
    }
    Payload::new(data).ok_or(LineError::FdLength)
}

/// A data frame of one kind or the other, with a length that its kind has.
pub(super) fn data_frame(id: FrameId, fd: Option<u8>, payload: Payload) -> Result<LogBody, LineError> {
    match (fd, payload.len()) {
        (None, 0..=CLASSICAL_MAX_BYTES) => Ok(LogBody::Classical { id, payload }),
        (None, _) => Err(LineError::TooLong),
        (Some(flags), 0..=8 | 12 | 16 | 20 | 24 | 32 | 48 | 64) => Ok(LogBody::Fd { id, flags, payload }),
        (Some(_), _) => Err(LineError::FdLength),
    }
}

/// How many bytes a data length code of CAN FD means: ISO 11898-1.
pub(super) fn fd_length(code: u64) -> Option<usize> {
    let lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64];
    lengths.get(usize::try_from(code).ok()?).copied()
}

/// An error frame as a tool writes it that does not say more.
pub(super) fn bus_error() -> LogBody {
    // CAN_ERR_BUSERROR of linux/can/error.h
    LogBody::Error { class: 0x80, payload: Payload::new(&[0; 8]).unwrap_or_else(Payload::empty) }
}

/// The class of an error frame's id with its flag; `None` where it has none.
pub(super) const fn error_class(number: u32) -> Option<u32> {
    if number & ERROR_FLAG == 0 { None } else { Some(number & !ERROR_FLAG) }
}

/// The name of an interface, `can0` for channel 0, which is made anew only when the channel changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Channel {
    number: Option<u64>,
    name: String,
}

impl Channel {
    pub fn name(&mut self, number: u64) -> &str {
        if self.number != Some(number) {
            self.number = Some(number);
            self.name = format!("can{number}");
        }
        &self.name
    }

    /// The name that was asked for last.
    pub fn last(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_fraction_are_cut_off_and_never_overflow() {
        for (word, places, number) in [
            ("12.5", 6, Some(12_500_000)),
            ("12", 3, Some(12_000)),
            ("1059.9871", 3, Some(1_059_987)),
            ("0.0000019", 6, Some(1)),
            (".5", 6, None),
            ("-1.0", 6, None),
            ("1e3", 6, None),
            ("18446744073709551615", 0, Some(u64::MAX)),
            ("18446744073709551616", 0, None),
            ("18446744073709.6", 6, None),
        ] {
            assert_eq!(scaled(word.as_bytes(), places), number, "{word}");
        }
    }
}
