//! Which frames a message is: those with one id or, of SAE J1939, those of one parameter group.

mod map;

use std::fmt;

pub(crate) use self::map::FilterMap;
use crate::frame::FrameId;

/// Marks 29 bits, as in `struct can_filter` of linux/can.h.
const EXTENDED: u32 = 1 << 31;

const STANDARD_BITS: u32 = 0x7FF;

const EXTENDED_BITS: u32 = 0x1FFF_FFFF;

/// Where the parts of an id of SAE J1939 are (J1939-21): three bits of priority, then the group's 18, then the source address.
const GROUP_BITS: u32 = 0x03FF_FF00;

/// The same of PDU1, where the lower byte of the group is the destination.
const PDU1_GROUP_BITS: u32 = 0x03FF_0000;

const SOURCE_BITS: u32 = 0xFF;

/// The ids that a message comes with. Whether a frame has one of them is one comparison: `id & mask == value`.
///
/// An id of SAE J1939 says a priority, a group (PGN), a destination where the group is PDU1 (PDU format below 240), and
/// who sends. Neither priority nor destination tell what a message is, so they do not count here.
///
/// ```
/// use can_reader::{FrameId, IdFilter};
///
/// let speed = IdFilter::pgn(65265, None);
/// assert!(speed.matches(FrameId::Extended(0x18FE_F100)) && speed.matches(FrameId::Extended(0x0CFE_F121)));
/// assert_eq!(speed.to_string(), "PGN 65265");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdFilter {
    /// Lies within `mask`. Bit 31 marks 29 bits.
    value: u32,
    /// The bits that count; bit 31 always does.
    mask: u32,
}

impl IdFilter {
    /// One id, and no other.
    #[must_use]
    pub const fn exact(id: FrameId) -> Self {
        let bits = match id {
            FrameId::Standard(_) => STANDARD_BITS,
            FrameId::Extended(_) => EXTENDED_BITS,
        };
        Self { value: key(id), mask: bits | EXTENDED }
    }

    /// The J1939 parameter group with this number (the low 18 bits count; of PDU1 the lowest byte does not), from one
    /// source address or from any.
    #[must_use]
    pub const fn pgn(pgn: u32, source: Option<u8>) -> Self {
        let group = pgn << 8 & GROUP_BITS;
        let group_bits = group_bits(group);
        let (source, source_bits) = match source {
            Some(address) => (address as u32, SOURCE_BITS),
            None => (0, 0),
        };
        Self { value: EXTENDED | group & group_bits | source, mask: EXTENDED | group_bits | source_bits }
    }

    /// The ids from this one to `last`, of as many bits: those of control units that answer alike. `None` unless they are all that
    /// agree in their upper bits.
    #[must_use]
    pub const fn block(first: FrameId, last: u32) -> Option<Self> {
        let (id, bits) = match first {
            FrameId::Standard(id) => (id as u32, STANDARD_BITS),
            FrameId::Extended(id) => (id, EXTENDED_BITS),
        };
        let open = id ^ last;
        if last > bits || last <= id || open & open.wrapping_add(1) != 0 || id & open != 0 {
            return None;
        }
        Some(Self { value: key(first), mask: EXTENDED | bits & !open })
    }

    /// The first and the last id, where it is a [block](IdFilter::block).
    #[must_use]
    pub const fn ends(self) -> Option<(FrameId, FrameId)> {
        if self.breadth() == 0 || self.group().is_some() {
            return None;
        }
        if self.value & EXTENDED == 0 {
            let (first, open) = (self.value & STANDARD_BITS, STANDARD_BITS & !self.mask);
            return Some((FrameId::Standard(first as u16), FrameId::Standard((first | open) as u16)));
        }
        let (first, open) = (self.value & EXTENDED_BITS, EXTENDED_BITS & !self.mask);
        Some((FrameId::Extended(first), FrameId::Extended(first | open)))
    }

    /// Whether a frame with this id is meant.
    #[must_use]
    #[inline]
    pub const fn matches(self, id: FrameId) -> bool {
        key(id) & self.mask == self.value
    }

    /// Whether every id that `other` means is meant here too.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.mask & other.mask == self.mask && other.value & self.mask == self.value
    }

    /// How many bits of the id do not count: 0 for one id. Of two that mean the same frame the narrower has it.
    #[must_use]
    pub const fn breadth(self) -> u32 {
        let bits = if self.value & EXTENDED == 0 { STANDARD_BITS } else { EXTENDED_BITS };
        (bits & !self.mask).count_ones()
    }

    /// The number of the parameter group, and the source address where one is chosen; `None` where it is one id.
    #[must_use]
    pub const fn group(self) -> Option<(u32, Option<u8>)> {
        let bits = self.mask & !SOURCE_BITS;
        let is_group = bits == EXTENDED | GROUP_BITS || bits == EXTENDED | PDU1_GROUP_BITS;
        if self.value & EXTENDED == 0 || !is_group {
            return None;
        }
        Some(((self.value & GROUP_BITS) >> 8, self.source()))
    }

    /// The source address that counts, as J1939 has it: of one id of 29 bits its lowest byte, of a group the chosen one.
    #[must_use]
    pub const fn source(self) -> Option<u8> {
        if self.value & EXTENDED == 0 || self.mask & SOURCE_BITS == 0 {
            return None;
        }
        Some((self.value & SOURCE_BITS) as u8)
    }

    /// Id and mask as `struct can_filter` has them: bit 31 marks 29 bits, and counts.
    #[must_use]
    pub const fn can_filter(self) -> (u32, u32) {
        (self.value, self.mask)
    }
}

impl From<FrameId> for IdFilter {
    fn from(id: FrameId) -> Self {
        Self::exact(id)
    }
}

impl fmt::Display for IdFilter {
    /// `1D0`, `18FEBF0B`, `7E8 to 7EF`, `PGN 65215` or `PGN 65215 from 0B`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((first, last)) = self.ends() {
            return write!(f, "{first} to {last}");
        }
        match self.group() {
            Some((pgn, None)) => write!(f, "PGN {pgn}"),
            Some((pgn, Some(source))) => write!(f, "PGN {pgn} from {source:02X}"),
            None if self.value & EXTENDED == 0 => write!(f, "{:03X}", self.value),
            None => write!(f, "{:08X}", self.value & EXTENDED_BITS),
        }
    }
}

impl FrameId {
    /// The number of its J1939 parameter group; `None` of 11 bits, which J1939 has not.
    #[must_use]
    pub const fn pgn(self) -> Option<u32> {
        match self {
            Self::Standard(_) => None,
            Self::Extended(id) => Some((id & group_bits(id)) >> 8),
        }
    }

    /// Which of several control units that answer alike sends it: the lowest byte.
    #[must_use]
    pub(crate) const fn unit(self) -> u8 {
        match self {
            Self::Standard(id) => (id & 0xFF) as u8,
            Self::Extended(id) => (id & SOURCE_BITS) as u8,
        }
    }

    /// Its J1939 source address; `None` of 11 bits.
    #[must_use]
    pub const fn source_address(self) -> Option<u8> {
        match self {
            Self::Standard(_) => None,
            Self::Extended(id) => Some((id & SOURCE_BITS) as u8),
        }
    }
}

/// The bits of the group in an id: of PDU1, whose format is below 240, the lower byte is the destination.
const fn group_bits(id: u32) -> u32 {
    if id >> 16 & 0xFF < 240 { PDU1_GROUP_BITS } else { GROUP_BITS }
}

#[inline]
const fn key(id: FrameId) -> u32 {
    match id {
        FrameId::Standard(id) => id as u32,
        FrameId::Extended(id) => id | EXTENDED,
    }
}

#[cfg(test)]
mod tests;
