//! A run of bits in a payload, compiled to bytes, shift and mask.

/// Order of a signal's bytes, after the digit behind `@` in a DBC file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Little endian (`@1`): the start bit is the least significant.
    Intel,
    /// Big endian (`@0`): the start bit is the most significant, and bits are numbered in sawtooth: 7 is
    /// the first bit on the wire, 0 the eighth, 15 the ninth.
    Motorola,
}

/// Where a signal lies in its payload. At most 64 bits, so at most nine bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    first: usize,
    len: usize,
    shift: u32,
    mask: u64,
    order: ByteOrder,
    word: Word,
}

/// Eight bytes of the payload that hold all of a field, so that one load brings it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Word {
    /// Their first; beyond any payload where there are none: a message of less than eight bytes, a field over nine.
    first: usize,
    shift: u32,
}

impl Word {
    /// For a field from byte `first`, `len` bytes, `shift` from its last in their order, in a message of `size`.
    fn new(first: usize, len: usize, shift: u32, order: ByteOrder, size: u64) -> Self {
        let room = usize::try_from(size).ok().and_then(|size| size.checked_sub(8));
        let Some(word) = room.map(|room| first.min(room)).filter(|_| len <= 8) else {
            return Self { first: usize::MAX, shift };
        };
        // Little endian counts from the word's first byte, big endian from its last.
        let bytes = match order {
            ByteOrder::Intel => first - word,
            ByteOrder::Motorola => word + 8 - (first + len),
        };
        Self { first: word, shift: shift + 8 * bytes as u32 }
    }

    #[inline]
    fn of<'a>(&self, payload: &'a [u8]) -> Option<&'a [u8; 8]> {
        payload.get(self.first..)?.first_chunk()
    }
}

impl Field {
    /// Compiles `start|bits@order` for a message of `size` bytes; the error says why it cannot be.
    pub(super) fn new(start: u64, bits: u64, order: ByteOrder, size: u64) -> Result<Self, String> {
        if !(1..=64).contains(&bits) {
            return Err(format!("it is {bits} bits long, and 1 to 64 are possible"));
        }
        let bit = match order {
            ByteOrder::Intel => start,
            ByteOrder::Motorola => start ^ 7, // sawtooth number to position on the wire
        };
        let Some(end) = bit.checked_add(bits - 1) else {
            return Err(format!("its start bit {start} is beyond any message"));
        };
        if end / 8 >= size {
            return Err(format!(
                "it does not fit its message: it reaches into byte {}, and the message has {size} bytes (counted from 0)",
                end / 8
            ));
        }
        let first = usize::try_from(bit / 8).map_err(|_| "it starts too far".to_owned())?;
        let last = usize::try_from(end / 8).map_err(|_| "it ends too far".to_owned())?;
        let shift = match order {
            ByteOrder::Intel => bit % 8,
            ByteOrder::Motorola => 7 - end % 8,
        };
        let (len, shift) = (last - first + 1, shift as u32);
        let word = Word::new(first, len, shift, order, size);
        Ok(Self { first, len, shift, mask: u64::MAX >> (64 - bits), order, word })
    }

    /// First byte.
    pub(super) fn first_byte(&self) -> usize {
        self.first
    }

    /// Last byte.
    pub(super) fn last_byte(&self) -> usize {
        self.first + self.len - 1
    }

    /// Ones in as many low bits as the field has.
    pub(super) fn mask(&self) -> u64 {
        self.mask
    }

    /// Its bits, the least significant lowest; `None` when the payload ends before it does.
    #[inline]
    pub(super) fn get(&self, payload: &[u8]) -> Option<u64> {
        if let Some(bytes) = self.word.of(payload) {
            let word = match self.order {
                ByteOrder::Intel => u64::from_le_bytes(*bytes),
                ByteOrder::Motorola => u64::from_be_bytes(*bytes),
            };
            return Some(word >> self.word.shift & self.mask);
        }
        let bytes = payload.get(self.first..self.first + self.len)?;
        Some((self.gather(bytes) >> self.shift) as u64 & self.mask)
    }

    /// Puts the low bits of `raw` in, and leaves all others as they are; `None` as in [`Field::get`].
    pub(super) fn set(&self, raw: u64, payload: &mut [u8]) -> Option<()> {
        let bytes = payload.get_mut(self.first..self.first + self.len)?;
        let kept = self.gather(bytes) & !(u128::from(self.mask) << self.shift);
        let word = kept | u128::from(raw & self.mask) << self.shift;
        match self.order {
            ByteOrder::Intel => bytes.copy_from_slice(&word.to_le_bytes()[..self.len]),
            ByteOrder::Motorola => bytes.copy_from_slice(&word.to_be_bytes()[16 - self.len..]),
        }
        Some(())
    }

    #[inline]
    fn gather(&self, bytes: &[u8]) -> u128 {
        let join = |word: u128, byte: &u8| word << 8 | u128::from(*byte);
        match self.order {
            ByteOrder::Intel => bytes.iter().rev().fold(0, join),
            ByteOrder::Motorola => bytes.iter().fold(0, join),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ByteOrder::{Intel, Motorola};

    #[test]
    fn known_layouts() {
        let payload = [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0];
        let get = |start, bits, order| Field::new(start, bits, order, 8).unwrap().get(&payload).unwrap();
        assert_eq!(get(0, 16, Intel), 0x3412);
        assert_eq!(get(7, 16, Motorola), 0x1234);
        assert_eq!(get(4, 8, Intel), 0x41);
        assert_eq!(get(3, 8, Motorola), 0x23);
        assert_eq!(get(8, 15, Motorola), 0x159E); // bit 8 is the last of byte 1
        assert_eq!(get(0, 64, Intel), 0xF0DE_BC9A_7856_3412);
        assert_eq!(get(7, 64, Motorola), 0x1234_5678_9ABC_DEF0);
    }

    #[test]
    fn nine_bytes() {
        let mut payload = [0u8; 9];
        for (start, order) in [(3, Intel), (4, Motorola)] {
            let field = Field::new(start, 64, order, 9).unwrap();
            payload.fill(0xFF);
            field.set(0x0123_4567_89AB_CDEF, &mut payload).unwrap();
            assert_eq!(field.get(&payload), Some(0x0123_4567_89AB_CDEF));
            assert_eq!(payload.iter().map(|b| b.count_ones()).sum::<u32>(), 32 + 8);
        }
    }

    /// Each field of each size, in payloads of its message's length and shorter ones, bit by bit.
    #[test]
    fn one_load_brings_what_the_bits_are() {
        let payload: Vec<u8> = (0..64_u32).map(|n| (n * 167 + 13) as u8).collect();
        let bit = |at: u64| u64::from(payload[at as usize / 8] >> (at % 8) & 1);
        let mut one_load = 0;
        for (size, order) in
            [3, 7, 8, 9, 12, 64].into_iter().flat_map(|size| [(size, Intel), (size, Motorola)])
        {
            for (start, bits) in (0..size * 8).flat_map(|start| (1..=64).map(move |bits| (start, bits))) {
                let Ok(field) = Field::new(start, bits, order, size) else { continue };
                let expected = match order {
                    Intel => (0..bits).fold(0, |word, n| word | bit(start + n) << n),
                    Motorola => (0..bits).fold(0, |word, n| word << 1 | bit(((start ^ 7) + n) ^ 7)),
                };
                let (least, size) = (field.last_byte() + 1, size as usize);
                for len in [least, size.min(least + 3), size] {
                    one_load += usize::from(field.word.of(&payload[..len]).is_some());
                    assert_eq!(
                        field.get(&payload[..len]),
                        Some(expected),
                        "{start}|{bits}@{order:?} of {size}, {len}"
                    );
                }
                assert_eq!(
                    field.get(&payload[..field.last_byte()]),
                    None,
                    "{start}|{bits}@{order:?} of {size}"
                );
            }
        }
        assert!(one_load > 10_000, "{one_load} fields were read at once");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Field::new(0, 0, Intel, 8).is_err());
        assert!(Field::new(0, 65, Intel, 64).is_err());
        assert!(Field::new(57, 8, Intel, 8).is_err());
        assert!(Field::new(56, 8, Intel, 8).is_ok());
        assert!(Field::new(56, 2, Motorola, 8).is_err());
        assert!(Field::new(63, 8, Motorola, 8).is_ok());
        assert!(Field::new(u64::MAX, 64, Intel, u64::MAX).is_err());
        assert!(Field::new(0, 1, Intel, 0).is_err());
    }

    #[test]
    fn a_short_payload_has_no_value() {
        let field = Field::new(8, 9, Intel, 8).unwrap();
        assert_eq!(field.get(&[1, 2]), None);
        assert_eq!(field.set(1, &mut [1, 2]), None);
        assert_eq!(field.get(&[1, 2, 1]), Some(0x102));
    }
}
