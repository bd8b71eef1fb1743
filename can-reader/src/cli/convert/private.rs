//! What a recording says of its owner: which car it is, and where it was.

use std::fmt;

use crate::FrameId;

/// Why a message is not for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Private {
    /// A question of a tester or an answer to one: it may hold the VIN, codes of keys, anything.
    Diagnostic,
    /// A part of the vehicle identification number.
    Vin,
    /// Messages in parts, of which the VIN is the usual one (J1939).
    Parts,
    /// Where the vehicle is.
    Position,
}

impl fmt::Display for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Diagnostic => "diagnostic messages (ISO 15765)",
            Self::Vin => "a vehicle identification number",
            Self::Parts => "messages in parts (J1939 transport protocol), which may hold the vehicle identification number",
            Self::Position => "a position",
        })
    }
}

/// What is known by the id alone: ISO 15765-4 for questions and answers, SAE J1939-71 and -21 and NMEA 2000 for groups.
pub(super) fn of_id(id: FrameId) -> Option<Private> {
    let id = match id {
        FrameId::Standard(0x700..=0x7FF) => return Some(Private::Diagnostic),
        FrameId::Standard(_) => return None,
        FrameId::Extended(id) => id,
    };
    // The parameter group: of a group that is addressed, without the address.
    let (page, format) = (id >> 24 & 3, id >> 16 & 0xFF);
    let group = page << 16 | format << 8 | if format < 0xF0 { 0 } else { id >> 8 & 0xFF };
    match group {
        0xDA00 | 0xDB00 => Some(Private::Diagnostic),
        0xFEEC => Some(Private::Vin),
        0xEB00 | 0xEC00 | 0xC700 | 0xC800 => Some(Private::Parts),
        // Vehicle Position; NMEA 2000 Position, Rapid Update, and GNSS Position Data.
        0xFEF3 | 0x1_F801 | 0x1_F805 => Some(Private::Position),
        _ => None,
    }
}

/// Whether the data is six letters and digits in a row or more, as ISO 3779 has them in a vehicle identification number, of both sorts:
/// cars that say it send some of its 17 characters at a time.
pub(super) fn looks_like_a_vin(data: &[u8]) -> bool {
    let is_of_vin = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'H' | b'J'..=b'N' | b'P' | b'R'..=b'Z');
    data.split(|byte| !is_of_vin(byte)).any(|run| {
        run.len() >= 6 && run.iter().any(u8::is_ascii_digit) && run.iter().any(u8::is_ascii_alphabetic)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_by_its_id() {
        for (id, private) in [
            (FrameId::Standard(0x7DF), Some(Private::Diagnostic)),
            (FrameId::Standard(0x7E8), Some(Private::Diagnostic)),
            (FrameId::Standard(0x1D0), None),
            (FrameId::Extended(0x18DA_F110), Some(Private::Diagnostic)),
            (FrameId::Extended(0x18DB_33F1), Some(Private::Diagnostic)),
            (FrameId::Extended(0x18FE_EC00), Some(Private::Vin)),
            (FrameId::Extended(0x1CEB_FF00), Some(Private::Parts)),
            (FrameId::Extended(0x18FE_F31C), Some(Private::Position)),
            (FrameId::Extended(0x09F8_0103), Some(Private::Position)),
            (FrameId::Extended(0x18FE_BF0B), None),
        ] {
            assert_eq!(of_id(id), private, "{id}");
        }
    }

    #[test]
    fn parts_of_a_vin_are_seen_and_numbers_are_not() {
        for data in [&b"\x011HGCM8"[..], b"2633A004", b"WVWZZZ1K"] {
            assert!(looks_like_a_vin(data), "{data:?}");
        }
        for data in
            [&b"\x00\x11\x22\x33\x44\x55\x66\x77"[..], b"00000000", b"ABCDEFGH", b"\x0112AB\x00\x00", b""]
        {
            assert!(!looks_like_a_vin(data), "{data:?}");
        }
    }
}
