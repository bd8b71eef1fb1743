//! One value whose bits lie in one to four signals, and which bits of the payload are its own.

use crate::dbc::{EncodeError, Signal};

/// A value of up to 64 bits, the signal with its highest bits first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parts {
    signals: Box<[Signal]>,
    bits: u16,
    /// Its bits, by byte of the payload; only bytes that it has bits in.
    own: Box<[(usize, u8)]>,
}

/// So many signals at most make one value.
pub(super) const MOST_PARTS: usize = 4;

/// A payload has at most so many bytes.
const MOST_BYTES: usize = 64;

impl Parts {
    /// A value in one signal.
    pub fn one(signal: Signal) -> Self {
        Self::new(vec![signal])
    }

    /// The signal with the highest bits first.
    pub fn new(signals: Vec<Signal>) -> Self {
        let mut mask = [0; MOST_BYTES];
        signals.iter().for_each(|signal| signal.mark(&mut mask));
        let bits = signals.iter().map(Signal::bits).sum();
        let own = mask.into_iter().enumerate().filter(|(_, bits)| *bits != 0).collect();
        Self { signals: signals.into(), bits, own }
    }

    /// Its width.
    pub const fn bits(&self) -> u16 {
        self.bits
    }

    /// The signals, the highest bits first.
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }

    /// Its value; `None` when the payload has not all of it.
    #[inline]
    pub fn get(&self, payload: &[u8]) -> Option<u64> {
        self.signals.iter().try_fold(0, |value: u64, signal| {
            let raw = signal.raw(payload)?;
            Some(value.checked_shl(u32::from(signal.bits())).unwrap_or(0) | raw)
        })
    }

    /// Puts the low bits of `value` in; all others stay.
    pub fn set(&self, value: u64, payload: &mut [u8]) -> Result<(), EncodeError> {
        let mut rest = value;
        for signal in self.signals.iter().rev() {
            signal.set_raw(rest, payload)?;
            rest = rest.checked_shr(u32::from(signal.bits())).unwrap_or(0);
        }
        Ok(())
    }

    /// Which bits of a byte of the payload are its own.
    #[inline]
    pub fn own(&self, byte: usize) -> u8 {
        self.own.iter().find(|(at, _)| *at == byte).map_or(0, |(_, bits)| *bits)
    }

    /// How many bits of the payload are its own.
    pub fn own_bits(&self) -> u32 {
        self.own.iter().map(|(_, bits)| bits.count_ones()).sum()
    }

    /// The byte that it fills, and no bit beside it.
    pub fn whole_byte(&self) -> Option<usize> {
        match *self.own {
            [(byte, 0xFF)] => Some(byte),
            _ => None,
        }
    }

    /// Whether it has a bit that the other has too.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.own.iter().any(|(byte, bits)| other.own(*byte) & bits != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dbc::Database;

    fn signals(layouts: &[&str]) -> Vec<Signal> {
        let lines =
            (0..).zip(layouts).map(|(n, layout)| format!(" SG_ S{n} : {layout} (1,0) [0|0] \"\" X\n"));
        let text = format!("BO_ 1 M: 8 X\n{}", lines.collect::<String>());
        Database::parse("test.dbc", text.as_bytes()).unwrap().message("M").unwrap().signals().to_vec()
    }

    #[test]
    fn a_value_in_two_signals_has_its_high_bits_first() {
        // As Hyundai's checksum of 0x386.
        let parts = Parts::new(signals(&["62|2@1+", "46|2@1+"]));
        let mut payload = [0xFF; 8];
        parts.set(0b0110, &mut payload).unwrap();
        assert_eq!(payload, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBF, 0xFF, 0x7F]);
        assert_eq!(parts.get(&payload), Some(0b0110));
        assert_eq!((parts.bits(), parts.own(5), parts.own(7), parts.own(6)), (4, 0xC0, 0xC0, 0));
        assert_eq!(parts.get(&payload[..7]), None);
    }

    #[test]
    fn whole_bytes_and_overlaps() {
        let byte = Parts::new(signals(&["56|8@1+"]));
        let nibble = Parts::new(signals(&["59|4@0+"]));
        assert_eq!((byte.whole_byte(), nibble.whole_byte()), (Some(7), None));
        assert!(byte.overlaps(&nibble) && nibble.overlaps(&byte));
        assert!(!nibble.overlaps(&Parts::new(signals(&["60|4@1+"]))));
    }
}
