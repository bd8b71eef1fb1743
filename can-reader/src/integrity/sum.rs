//! Sums: of bytes, of nibbles, of bits, or exclusive or.

use super::id_bytes;
use super::parts::Parts;
use crate::dbc::Signal;
use crate::frame::FrameId;

/// What is added up, and what becomes of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sum {
    pub of: Of,
    /// First and last byte of the data that count; the checksum's own bits never do.
    pub bytes: (usize, usize),
    /// Further bits that do not count.
    pub without: Option<Parts>,
    /// Signals whose values are added.
    pub plus: Box<[Signal]>,
    pub id: bool,
    pub length: bool,
    pub constant: u64,
    /// The sum is taken from the constant, not added to it.
    pub negate: bool,
    pub final_xor: u64,
}

/// The unit of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Of {
    Bytes,
    Nibbles,
    /// Exclusive or of all bytes, of a checksum of 4 bits of all nibbles.
    Xor,
    /// How many bits are one.
    Bits,
}

impl Sum {
    /// Of all data.
    pub fn plain(of: Of) -> Self {
        Self {
            of,
            bytes: super::cyclic::ALL_BYTES,
            without: None,
            plus: Box::new([]),
            id: false,
            length: false,
            constant: 0,
            negate: false,
            final_xor: 0,
        }
    }

    pub fn honda(id: FrameId) -> Self {
        let constant = if matches!(id, FrameId::Extended(_)) { 11 } else { 8 };
        Self { id: true, constant, negate: true, ..Self::plain(Of::Nibbles) }
    }

    pub fn compute(&self, id: FrameId, payload: &[u8], own: &Parts) -> u64 {
        let bits = u32::from(own.bits());
        let counts = |at: usize| (self.bytes.0..=self.bytes.1).contains(&at);
        let without = |at| self.without.as_ref().map_or(0, |without| without.own(at));
        let data = payload.iter().enumerate().filter(|(at, _)| counts(*at));
        let data = data.map(|(at, byte)| byte & !own.own(at) & !without(at));
        let (id_bytes, count) = id_bytes(id);
        let id_bytes = id_bytes.into_iter().take(if self.id { count } else { 0 });
        let length = if self.length { payload.len() as u64 } else { 0 };
        let plus = self.plus.iter().map(|signal| signal.raw(payload).unwrap_or(0));
        let ones = u64::MAX >> (64 - bits.clamp(1, 64));
        if self.of == Of::Xor {
            let fold = |byte: u8| u64::from(if bits == 4 { byte >> 4 ^ byte & 0xF } else { byte });
            let all = data.chain(id_bytes).map(fold).chain(plus).chain([length]);
            return (all.fold(self.constant, |all, unit| all ^ unit) ^ self.final_xor) & ones;
        }
        let unit = |byte: u8| match self.of {
            Of::Nibbles => u64::from(byte >> 4) + u64::from(byte & 0xF),
            Of::Bits => u64::from(byte.count_ones()),
            Of::Bytes | Of::Xor => byte.into(),
        };
        let sum = data.chain(id_bytes).map(unit).chain(plus).fold(length, u64::wrapping_add);
        let sum = if self.negate { self.constant.wrapping_sub(sum) } else { self.constant.wrapping_add(sum) };
        (sum ^ self.final_xor) & ones
    }
}
