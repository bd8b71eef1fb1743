//! SocketCAN error frames in words. Numbers: linux/can/error.h.

use std::fmt::Write as _;

const TX_TIMEOUT: u32 = 0x001;
const LOST_ARBITRATION: u32 = 0x002;
const CONTROLLER: u32 = 0x004;
const PROTOCOL: u32 = 0x008;
const TRANSCEIVER: u32 = 0x010;
const NO_ACK: u32 = 0x020;
pub(super) const BUS_OFF: u32 = 0x040;
const BUS_ERROR: u32 = 0x080;
pub(super) const RESTARTED: u32 = 0x100;
const COUNTERS: u32 = 0x200;

/// Every class but lost arbitration, which is no fault and cannot happen to one who never sends.
pub(super) const WANTED: u32 =
    TX_TIMEOUT | CONTROLLER | PROTOCOL | TRANSCEIVER | NO_ACK | BUS_OFF | BUS_ERROR | RESTARTED | COUNTERS;

/// The classes of an error frame, and their details, as a short phrase.
pub(super) fn describe(class: u32, details: &[u8]) -> String {
    let detail = |at: usize| details.get(at).copied().unwrap_or(0);
    let mut phrases = Phrases::default();
    phrases.simple(class, BUS_OFF, "bus-off");
    phrases.simple(class, RESTARTED, "controller restarted");
    phrases.detailed(class, CONTROLLER, "controller problem", detail(1), CONTROLLER_STATES);
    phrases.detailed(class, PROTOCOL, "protocol violation", detail(2), VIOLATIONS);
    if class & TRANSCEIVER != 0 {
        phrases.add(transceiver(detail(4)));
    }
    phrases.simple(class, NO_ACK, "no acknowledgement: no other node listens at this bit rate");
    phrases.simple(class, TX_TIMEOUT, "transmit timeout");
    phrases.simple(class, LOST_ARBITRATION, "arbitration lost");
    phrases.simple(class, BUS_ERROR, "bus error");
    if class & COUNTERS != 0 {
        phrases.add("");
        // Writing to a String cannot fail.
        let _ = write!(phrases.0, "error counters: send {}, receive {}", detail(6), detail(7));
    }
    if phrases.0.is_empty() { format!("unknown error class {class:#x}") } else { phrases.0 }
}

/// data[1] of a controller problem.
const CONTROLLER_STATES: &[(u8, &str)] = &[
    (0x01, "receive buffer overflow"),
    (0x02, "send buffer overflow"),
    (0x04, "error-warning (receive)"),
    (0x08, "error-warning (send)"),
    (0x10, "error-passive (receive)"),
    (0x20, "error-passive (send)"),
    (0x40, "error-active again"),
];

/// data[2] of a protocol violation.
const VIOLATIONS: &[(u8, &str)] = &[
    (0x01, "bit error"),
    (0x02, "form error"),
    (0x04, "stuff error"),
    (0x08, "dominant bit not sent"),
    (0x10, "recessive bit not sent"),
    (0x20, "bus overload"),
    (0x40, "active error announcement"),
    (0x80, "while sending"),
];

/// data[4]: one nibble for each wire.
fn transceiver(status: u8) -> &'static str {
    match status {
        0x04 => "transceiver: CAN-H not connected",
        0x05..=0x07 => "transceiver: CAN-H shorted",
        0x40 => "transceiver: CAN-L not connected",
        0x50 | 0x60 | 0x70 => "transceiver: CAN-L shorted",
        0x80 => "transceiver: CAN-L shorted to CAN-H",
        _ => "transceiver fault",
    }
}

/// Phrases with commas between.
#[derive(Default)]
struct Phrases(String);

impl Phrases {
    fn add(&mut self, phrase: &str) {
        if !self.0.is_empty() {
            self.0.push_str(", ");
        }
        self.0.push_str(phrase);
    }

    fn simple(&mut self, class: u32, bit: u32, phrase: &str) {
        if class & bit != 0 {
            self.add(phrase);
        }
    }

    fn detailed(&mut self, class: u32, bit: u32, phrase: &str, detail: u8, meanings: &[(u8, &str)]) {
        if class & bit == 0 {
            return;
        }
        let before = self.0.len();
        for (_, meaning) in meanings.iter().filter(|(bit, _)| detail & bit != 0) {
            self.add(meaning);
        }
        if self.0.len() == before {
            self.add(phrase);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_ones_are_named() {
        for (class, details, phrase) in [
            (0x040, [0; 8], "bus-off"),
            (0x100, [0; 8], "controller restarted"),
            (0x004, [0, 0x10, 0, 0, 0, 0, 0, 0], "error-passive (receive)"),
            (0x004, [0, 0x30, 0, 0, 0, 0, 0, 0], "error-passive (receive), error-passive (send)"),
            (0x004, [0; 8], "controller problem"),
            (0x088, [0, 0, 0x04, 0, 0, 0, 0, 0], "stuff error, bus error"),
            (
                0x204,
                [0, 0x08, 0, 0, 0, 0, 100, 140],
                "error-warning (send), error counters: send 100, receive 140",
            ),
            (0x010, [0, 0, 0, 0, 0x04, 0, 0, 0], "transceiver: CAN-H not connected"),
            (0x400, [0; 8], "unknown error class 0x400"),
            (0x000, [0; 8], "unknown error class 0x0"),
        ] {
            assert_eq!(describe(class, &details), phrase);
        }
    }

    #[test]
    fn missing_details_and_every_class_at_once_are_no_trouble() {
        assert!(describe(u32::MAX, &[]).starts_with("bus-off, controller restarted, controller problem"));
        assert!(describe(u32::MAX, &[0xFF; 8]).len() < 600);
    }
}
