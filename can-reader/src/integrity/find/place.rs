//! Where a checksum or a counter may lie.

/// A run of bits in one byte, or two whole bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The first byte.
    pub byte: usize,
    /// The lowest bit in it.
    pub shift: u8,
    pub bits: u8,
    /// Of two bytes: the high one comes first.
    pub big_endian: bool,
}

impl Place {
    pub const fn byte(byte: usize) -> Self {
        Self { byte, shift: 0, bits: 8, big_endian: false }
    }

    pub const fn field(byte: usize, shift: u8, bits: u8) -> Self {
        Self { byte, shift, bits, big_endian: false }
    }

    /// Each byte, the last first; each nibble; each pair of bytes in both orders.
    pub fn all(length: usize) -> impl Iterator<Item = Self> {
        let bytes = (0..length).rev().map(Self::byte);
        let nibbles = (0..length).rev().flat_map(|byte| [Self::field(byte, 0, 4), Self::field(byte, 4, 4)]);
        bytes.chain(nibbles).chain(Self::pairs(length))
    }

    /// Each pair of bytes in both orders.
    pub fn pairs(length: usize) -> impl Iterator<Item = Self> {
        (1..length).rev().flat_map(|last| {
            [false, true].map(|big_endian| Self { byte: last - 1, shift: 0, bits: 16, big_endian })
        })
    }

    pub const fn mask(self) -> u32 {
        (1 << self.bits) - 1
    }

    /// The value in a payload that is long enough.
    #[inline]
    pub fn value(self, payload: &[u8]) -> u32 {
        if self.bits == 16 {
            let bytes = [payload[self.byte], payload[self.byte + 1]];
            return if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
                .into();
        }
        u32::from(payload[self.byte] >> self.shift) & self.mask()
    }

    /// Its bits in a byte.
    #[inline]
    pub fn own(self, byte: usize) -> u8 {
        match self.bits {
            16 if byte == self.byte || byte == self.byte + 1 => 0xFF,
            16 => 0,
            _ if byte == self.byte => (self.mask() as u8) << self.shift,
            _ => 0,
        }
    }

    pub fn overlaps(self, other: Self) -> bool {
        [self.byte, self.byte + 1].into_iter().any(|byte| self.own(byte) & other.own(byte) != 0)
    }

    /// As a DBC file has it.
    pub fn layout(self) -> String {
        let (start, bits) = (self.byte * 8 + usize::from(self.shift), self.bits);
        if self.big_endian { format!("{}|{bits}@0+", start + 7) } else { format!("{start}|{bits}@1+") }
    }
}
