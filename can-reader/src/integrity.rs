//! Checksums over a frame.

use crate::dbc::Signal;
use crate::frame::FrameId;

/// How a message is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checksum {
    /// Honda's four bits: 8 less the sum of all nibbles of the id and of the data, the checksum's own
    /// left out, modulo 16. It finds every single flipped bit. Holds for all 2,396 wheel-speed frames
    /// of two recorded cars.
    Honda,
    /// SAE J1850 CRC-8: polynomial 0x1D, start value 0xFF, inverted at the end, over every byte of the
    /// data but the checksum's own, in their order. It finds every single and double flipped bit of a
    /// frame of up to 8 bytes.
    Crc8SaeJ1850,
}

impl Checksum {
    /// The name in a vehicle profile.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Honda => "honda",
            Self::Crc8SaeJ1850 => "crc8-sae-j1850",
        }
    }

    /// Width of the checksum in bits; for 8 bits it must fill one byte.
    #[must_use]
    pub const fn bits(self) -> u16 {
        match self {
            Self::Honda => 4,
            Self::Crc8SaeJ1850 => 8,
        }
    }

    /// The checksum that a frame with this id and data should carry in `signal`.
    #[must_use]
    pub fn compute(self, id: FrameId, payload: &[u8], signal: &Signal) -> u64 {
        match self {
            Self::Honda => honda(id, payload, signal),
            Self::Crc8SaeJ1850 => {
                let own = signal.byte_span().map(|(first, _)| first);
                let others = payload.iter().enumerate().filter(|(at, _)| Some(*at) != own);
                u64::from(crc8_sae_j1850(others.map(|(_, byte)| *byte)))
            }
        }
    }

    /// Whether the frame carries the checksum that it should.
    #[must_use]
    pub fn holds(self, id: FrameId, payload: &[u8], signal: &Signal) -> bool {
        signal.raw(payload) == Some(self.compute(id, payload, signal))
    }
}

fn honda(id: FrameId, payload: &[u8], signal: &Signal) -> u64 {
    let mut id = match id {
        FrameId::Standard(id) => u32::from(id),
        FrameId::Extended(id) => id,
    };
    let mut sum = 0;
    while id > 0 {
        sum += u64::from(id & 0xF);
        id >>= 4;
    }
    sum += payload.iter().map(|byte| u64::from(byte >> 4) + u64::from(byte & 0xF)).sum::<u64>();
    // Its own nibble is in the sum: take it out again.
    sum -= signal.raw(payload).unwrap_or(0).min(sum);
    8u64.wrapping_sub(sum) & 0xF
}

fn crc8_sae_j1850(bytes: impl Iterator<Item = u8>) -> u8 {
    !bytes.fold(0xFF, |crc, byte| CRC8_TABLE[usize::from(crc ^ byte)])
}

const CRC8_TABLE: [u8; 256] = crc8_table(0x1D);

const fn crc8_table(polynomial: u8) -> [u8; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x80 != 0 { (crc << 1) ^ polynomial } else { crc << 1 };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value of CRC-8/SAE-J1850 in the catalogue of parametrised CRC algorithms.
    #[test]
    fn crc8_has_its_published_check_value() {
        assert_eq!(crc8_sae_j1850(b"123456789".iter().copied()), 0x4B);
    }
}
