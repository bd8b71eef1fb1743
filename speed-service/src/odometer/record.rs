//! What is kept, and its form in a slot.
//!
//! All numbers are little-endian. The CRC covers everything before it, so that a slot is either whole or none:
//!
//! | bytes | what |
//! |---|---|
//! | 0 to 7 | `cardash\x1a` |
//! | 8 to 11 | the format, 1 |
//! | 12 to 15 | how many changes there are |
//! | 16 to 23 | the sequence number: the greater one is the newer |
//! | 24 to 47 | odometer, trip A, trip B: micrometres |
//! | 48 to 71 | of each the time of which nothing is known: ms |
//! | 72 to 4091 | the changes, 32 bytes each; the rest is 0 |
//! | 4092 to 4095 | CRC-32 (that of IEEE 802.3) |

use crc::{CRC_32_ISO_HDLC, Crc};

/// Bytes of a slot: a block of the file system, which is written whole.
pub const SLOT: usize = 4096;

/// How many changes a slot has room for. None is ever dropped: when it is full, no more are taken.
pub const MOST_CHANGES: usize = (SLOT - CRC_BYTES - HEAD) / CHANGE;

const MAGIC: [u8; 8] = *b"cardash\x1a";
const FORMAT: u32 = 1;
const HEAD: usize = 72;
const CHANGE: usize = 32;
const CRC_BYTES: usize = 4;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// One sort of distance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Micrometres, so that a thousand starts a year lose nothing by rounding.
    pub micrometres: u64,
    /// Time in which the car may have moved, ms.
    pub unknown_ms: u64,
}

impl Count {
    /// Whole metres.
    pub const fn metres(self) -> u64 {
        self.micrometres / 1_000_000
    }

    /// Seconds, begun ones counted.
    pub const fn unknown_s(self) -> u64 {
        self.unknown_ms.div_ceil(1000)
    }

    /// Both together.
    pub const fn plus(self, more: Self) -> Self {
        Self {
            micrometres: self.micrometres.saturating_add(more.micrometres),
            unknown_ms: self.unknown_ms.saturating_add(more.unknown_ms),
        }
    }
}

/// Somebody has set the odometer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// When, by this computer's clock: seconds since 1970-01-01 UTC.
    pub unix_s: u64,
    /// What it was, m.
    pub from_m: u64,
    /// What it is, m.
    pub to_m: u64,
    /// Who: the user's number.
    pub uid: u32,
}

/// Everything that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The odometer, trip A, trip B.
    pub counts: [Count; 3],
    /// Each change by hand, the oldest first.
    pub changes: Vec<Change>,
}

/// What the bytes of a slot are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A record, and its sequence number.
    Whole(u64, Record),
    /// Whole, and of a format that only another version knows.
    Foreign(u32),
    /// Torn, or never written.
    Damaged,
}

impl Record {
    /// The bytes of a slot. Changes beyond [`MOST_CHANGES`] are not taken in the first place.
    pub fn encode(&self, sequence: u64) -> [u8; SLOT] {
        let mut bytes = [0; SLOT];
        let mut place = 0;
        let mut put = |part: &[u8]| {
            if let Some(to) = bytes.get_mut(place..place + part.len()) {
                to.copy_from_slice(part);
            }
            place += part.len();
        };
        let changes = self.changes.iter().take(MOST_CHANGES);
        put(&MAGIC);
        put(&FORMAT.to_le_bytes());
        put(&u32::try_from(changes.len()).unwrap_or(0).to_le_bytes());
        put(&sequence.to_le_bytes());
        self.counts.iter().for_each(|count| put(&count.micrometres.to_le_bytes()));
        self.counts.iter().for_each(|count| put(&count.unknown_ms.to_le_bytes()));
        for change in changes {
            put(&change.unix_s.to_le_bytes());
            put(&change.from_m.to_le_bytes());
            put(&change.to_m.to_le_bytes());
            put(&u64::from(change.uid).to_le_bytes());
        }
        let (body, crc) = bytes.split_at_mut(SLOT - CRC_BYTES);
        crc.copy_from_slice(&CRC.checksum(body).to_le_bytes());
        bytes
    }
}

/// Reads a slot.
pub fn decode(bytes: &[u8; SLOT]) -> Slot {
    let (body, crc) = bytes.split_at(SLOT - CRC_BYTES);
    if !bytes.starts_with(&MAGIC) || CRC.checksum(body).to_le_bytes() != crc {
        return Slot::Damaged;
    }
    let format = u32::from_le_bytes(array(body, 8));
    if format != FORMAT {
        return Slot::Foreign(format);
    }
    let number = |at: usize| u64::from_le_bytes(array(body, at));
    let changes = u32::from_le_bytes(array(body, 12)) as usize;
    if changes > MOST_CHANGES {
        return Slot::Damaged;
    }
    let count = |n: usize| Count { micrometres: number(24 + 8 * n), unknown_ms: number(48 + 8 * n) };
    let change = |n: usize| {
        let at = HEAD + CHANGE * n;
        let uid = u32::try_from(number(at + 24)).unwrap_or(u32::MAX);
        Change { unix_s: number(at), from_m: number(at + 8), to_m: number(at + 16), uid }
    };
    let record = Record { counts: std::array::from_fn(count), changes: (0..changes).map(change).collect() };
    Slot::Whole(number(16), record)
}

/// The bytes from there on; zeros beyond the end.
fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    std::array::from_fn(|n| bytes.get(at + n).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub fn any_record() -> impl Strategy<Value = Record> {
        let count = (any::<u64>(), any::<u64>())
            .prop_map(|(micrometres, unknown_ms)| Count { micrometres, unknown_ms });
        let change = (any::<u64>(), any::<u64>(), any::<u64>(), any::<u32>())
            .prop_map(|(unix_s, from_m, to_m, uid)| Change { unix_s, from_m, to_m, uid });
        (proptest::array::uniform3(count), proptest::collection::vec(change, 0..=MOST_CHANGES))
            .prop_map(|(counts, changes)| Record { counts, changes })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(record in any_record(), sequence: u64) {
            prop_assert_eq!(decode(&record.encode(sequence)), Slot::Whole(sequence, record));
        }

        #[test]
        fn no_bit_can_turn_unseen(record in any_record(), at in 0..SLOT, bit in 0..8_u8) {
            let mut bytes = record.encode(7);
            bytes[at] ^= 1 << bit;
            prop_assert_eq!(decode(&bytes), Slot::Damaged);
        }

        #[test]
        fn no_two_halves_are_a_whole(one in any_record(), other in any_record(), sectors in 1..8_usize) {
            prop_assume!(one != other);
            let mut bytes = one.encode(7);
            let at = 512 * sectors;
            bytes[at..].copy_from_slice(&other.encode(8)[at..]);
            let read = decode(&bytes);
            prop_assert!(read == Slot::Damaged || read == Slot::Whole(7, one), "{read:?}");
        }

        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), SLOT)) {
            prop_assert_eq!(decode(&bytes.try_into().unwrap()), Slot::Damaged);
        }
    }

    #[test]
    fn what_a_later_version_wrote_is_told_from_damage() {
        let mut bytes = Record::default().encode(1);
        bytes[8..12].copy_from_slice(&2_u32.to_le_bytes());
        let crc = CRC.checksum(&bytes[..SLOT - CRC_BYTES]);
        bytes[SLOT - CRC_BYTES..].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(decode(&bytes), Slot::Foreign(2));
    }

    #[test]
    fn the_crc_is_that_of_ieee_802_3() {
        assert_eq!(CRC.checksum(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn zeros_are_no_record() {
        assert_eq!(decode(&[0; SLOT]), Slot::Damaged);
    }
}
