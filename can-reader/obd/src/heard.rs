//! What a frame on the bus means to somebody who asks.

use can_reader::FrameId;

use crate::request::{Addressing, Pid};

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A control unit says a value.
    Answer {
        /// How it is addressed.
        addressing: Addressing,
        /// Which it is: the low byte of its identifier.
        unit: u8,
        /// What it answers.
        pid: Pid,
        /// The first four bytes of what it says, as a number; shorter ones end in zeros.
        data: u32,
    },
    /// It refuses for now or for ever (service 7F). What it refuses it does not say.
    Refused {
        /// How it is addressed.
        addressing: Addressing,
        /// Why (ISO 14229-1).
        code: u8,
    },
    /// Somebody else asks, or is answered something that is never asked here.
    Tester,
    /// Anything else.
    Other,
}

/// An answer will follow: requestCorrectlyReceived-ResponsePending.
pub const RESPONSE_PENDING: u8 = 0x78;

/// Busy: ask again later.
pub const BUSY_REPEAT_REQUEST: u8 = 0x21;

/// Service 01 with the bit of an answer, and a refusal.
const ANSWER: u8 = 0x41;
const REFUSAL: u8 = 0x7F;

/// What this frame means. An answer of a wrong length is none.
#[must_use]
pub fn heard(id: FrameId, data: &[u8]) -> Heard {
    if is_request(id) {
        return Heard::Tester;
    }
    let Some((addressing, unit)) = control_unit(id) else { return Heard::Other };
    match *data {
        [3, REFUSAL, 0x01, code, ..] if data.len() == 8 => Heard::Refused { addressing, code },
        [length, ANSWER, number, a, b, c, d, _] => match Pid::of(number) {
            Some(pid) if length == 2 + pid.data_bytes() => {
                let keep = u32::MAX << (8 * (4 - u32::from(pid.data_bytes())));
                Heard::Answer { addressing, unit, pid, data: u32::from_be_bytes([a, b, c, d]) & keep }
            }
            // Of a length that it cannot have.
            Some(_) => Heard::Other,
            None => Heard::Tester,
        },
        // A single frame with an answer of service 01 that is too short, or of any length without padding; a refusal likewise.
        [0..=7, ANSWER, ..] | [3, REFUSAL, 0x01, ..] => Heard::Other,
        // Another service, or a message of several frames: never asked here.
        [_, _, ..] => Heard::Tester,
        _ => Heard::Other,
    }
}

/// Requests of any tester: 0x7DF to all, 0x7E0 to 0x7E7 to one; the same of 29 bits from any tester's address (ISO 15765-4).
const fn is_request(id: FrameId) -> bool {
    match id {
        FrameId::Standard(id) => id == 0x7DF || id >= 0x7E0 && id <= 0x7E7,
        FrameId::Extended(id) => {
            let (kind, to, from) = (id >> 16, id >> 8 & 0xFF, id & 0xFF);
            kind == 0x18DB || kind == 0x18DA && to < 0xF0 && from >= 0xF0
        }
    }
}

/// Which control unit answers the tester 0xF1 with this identifier.
const fn control_unit(id: FrameId) -> Option<(Addressing, u8)> {
    match id {
        FrameId::Standard(id @ 0x7E8..=0x7EF) => Some((Addressing::Standard, (id & 0xFF) as u8)),
        FrameId::Extended(id) if id >> 8 == 0x0018_DAF1 => Some((Addressing::Extended, (id & 0xFF) as u8)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ECU: FrameId = FrameId::Standard(0x7E8);

    #[test]
    fn answers_are_of_a_unit_and_of_the_right_length() {
        let speed = |unit, addressing| Heard::Answer { addressing, unit, pid: Pid::SPEED, data: 87 << 24 };
        assert_eq!(
            heard(ECU, &[3, 0x41, 0x0D, 87, 0xAA, 0xAA, 0xAA, 0xAA]),
            speed(0xE8, Addressing::Standard)
        );
        let extended = FrameId::Extended(0x18DA_F110);
        assert_eq!(heard(extended, &[3, 0x41, 0x0D, 87, 0, 0, 0, 0]), speed(0x10, Addressing::Extended));
        for wrong in [
            &[4, 0x41, 0x0D, 87, 0, 0, 0, 0][..],
            &[2, 0x41, 0x0D, 87, 0, 0, 0, 0],
            &[3, 0x41, 0x0D, 87],
            &[3, 0x41, 0x0C, 87, 0, 0, 0, 0],
            &[],
        ] {
            assert_eq!(heard(ECU, wrong), Heard::Other, "{wrong:?}");
        }
    }

    #[test]
    fn a_refusal_says_why() {
        let refused = Heard::Refused { addressing: Addressing::Standard, code: RESPONSE_PENDING };
        assert_eq!(heard(ECU, &[3, 0x7F, 0x01, 0x78, 0, 0, 0, 0]), refused);
        // Without padding it is no refusal, and nobody else's either.
        for short in [&[3, 0x7F, 0x01, 0x12][..], &[3, 0x7F, 0x01, 0x12, 0, 0, 0], &[3, 0x7F, 0x01]] {
            assert_eq!(heard(ECU, short), Heard::Other, "{short:?}");
        }
    }

    #[test]
    fn whoever_asks_or_is_told_something_else_is_another_tester() {
        for id in [0x7DF, 0x7E0, 0x7E7] {
            assert_eq!(heard(FrameId::Standard(id), &[2, 0x3E, 0, 0, 0, 0, 0, 0]), Heard::Tester);
        }
        for id in [0x18DB_33F1, 0x18DB_33F9, 0x18DA_10F1] {
            assert_eq!(heard(FrameId::Extended(id), &[2, 1, 0, 0, 0, 0, 0, 0]), Heard::Tester);
        }
        for data in [
            [3, 0x7F, 0x22, 0x31, 0, 0, 0, 0],
            [0x10, 0x14, 0x49, 2, 1, 0, 0, 0],
            [3, 0x41, 4, 9, 0, 0, 0, 0],
        ] {
            assert_eq!(heard(ECU, &data), Heard::Tester, "{data:?}");
        }
        for (id, bytes) in [(0x123, [0; 8]), (0x7DE, [2, 1, 0, 0, 0, 0, 0, 0])] {
            assert_eq!(heard(FrameId::Standard(id), &bytes), Heard::Other);
        }
    }
}
