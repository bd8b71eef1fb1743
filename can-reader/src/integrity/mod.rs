//! Whether a frame is what its sender sent: checksums, as a profile describes them, and alive counters.
//!
//! ```text
//! description (TOML) ─► compile ─► Checksum, Counter ◄─ find: which description holds for a recording
//! ```

mod compile;
mod counter;
mod cyclic;
mod description;
mod engine;
pub(crate) mod find;
mod parts;
mod profiles;
mod sum;

pub(crate) use compile::Fault;
pub use counter::Counter;
#[cfg(test)]
mod tests;

pub(crate) use description::{ChecksumTable, CounterRef};

use self::cyclic::Cyclic;
use self::parts::Parts;
use self::sum::Sum;
use crate::dbc::{EncodeError, Signal};
use crate::frame::FrameId;

/// How a message is protected, compiled. Checking a frame allocates nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Checksum {
    /// Its kind, as a profile names it.
    name: &'static str,
    own: Parts,
    rule: Rule,
}

#[derive(Clone, Debug, PartialEq)]
enum Rule {
    Cyclic(Cyclic),
    Sum(Sum),
}

impl Checksum {
    /// Honda's four bits: 8 less the sum of all nibbles of the id and of the data, the checksum's own left out, modulo
    /// 16; 11 less the sum where the id has 29 bits. It finds every single flipped bit. Holds for all 2,396 wheel-speed
    /// frames of two recorded cars.
    #[must_use]
    pub fn honda(signal: Signal, id: FrameId) -> Self {
        Self { name: "honda", own: Parts::one(signal), rule: Rule::Sum(Sum::honda(id)) }
    }

    /// SAE J1850 CRC-8: polynomial 0x1D, start value 0xFF, inverted at the end, over every byte of the data but the
    /// checksum's own, in their order. It finds every single and double flipped bit of a frame of up to 8 bytes. `None`
    /// where no further polynomial can be had.
    #[must_use]
    pub fn crc8_sae_j1850(signal: Signal) -> Option<Self> {
        let rule = Rule::Cyclic(Cyclic::sae_j1850()?);
        Some(Self { name: "crc8-sae-j1850", own: Parts::one(signal), rule })
    }

    /// The kind in a vehicle profile.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its width in bits.
    #[must_use]
    pub const fn bits(&self) -> u16 {
        self.own.bits()
    }

    /// The checksum that a frame with this id and data should carry.
    #[must_use]
    pub fn compute(&self, id: FrameId, payload: &[u8]) -> u64 {
        match &self.rule {
            Rule::Cyclic(cyclic) => cyclic.compute(id, payload, &self.own),
            Rule::Sum(sum) => sum.compute(id, payload, &self.own),
        }
    }

    /// Whether the frame carries the checksum that it should.
    #[must_use]
    pub fn holds(&self, id: FrameId, payload: &[u8]) -> bool {
        self.own.get(payload) == Some(self.compute(id, payload))
    }

    /// Puts the checksum into a frame.
    ///
    /// # Errors
    /// When the payload is too short for it.
    pub fn write(&self, id: FrameId, payload: &mut [u8]) -> Result<(), EncodeError> {
        let checksum = self.compute(id, payload);
        self.own.set(checksum, payload)
    }
}

/// The number in an id.
const fn number(id: FrameId) -> u32 {
    match id {
        FrameId::Standard(id) => id as u32,
        FrameId::Extended(id) => id,
    }
}

/// The id as checksums take it: its bytes, low byte first, and how many it has.
fn id_bytes(id: FrameId) -> ([u8; 4], usize) {
    let len = match id {
        FrameId::Standard(_) => 2,
        FrameId::Extended(_) => 4,
    };
    (number(id).to_le_bytes(), len)
}
