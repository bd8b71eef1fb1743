//! The kernel's `struct can_frame` and `struct canfd_frame` (linux/can.h), from bytes.

use crate::frame::{FrameId, FrameKind, Payload};

pub(super) const ERROR_FLAG: u32 = 0x2000_0000;
pub(super) const REMOTE_FLAG: u32 = 0x4000_0000;
pub(super) const EXTENDED_FLAG: u32 = 0x8000_0000;
pub(super) const STANDARD_MASK: u32 = 0x7FF;
pub(super) const EXTENDED_MASK: u32 = 0x1FFF_FFFF;

/// Size of a `struct can_frame`: what a read of a classical frame gives (`CAN_MTU`).
const CLASSICAL_BYTES: usize = 16;
/// Size of a `struct canfd_frame`: what a read of a CAN FD frame gives (`CANFD_MTU`).
pub(super) const FD_BYTES: usize = 72;
/// Both have the id in the machine's byte order at 0, the length at 4 and the data at 8.
const DATA_AT: usize = 8;

/// What one read of a CAN socket gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    /// A data or remote frame.
    Frame { id: FrameId, kind: FrameKind, payload: Payload },
    /// An error frame.
    Error { class: u32, details: Payload },
}

impl Wire {
    /// `None` when the bytes are neither structure.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let kind = match bytes.len() {
            CLASSICAL_BYTES => FrameKind::Classical,
            FD_BYTES => FrameKind::Fd,
            _ => return None,
        };
        let (id, rest) = bytes.split_first_chunk()?;
        let raw = u32::from_ne_bytes(*id);
        let length = usize::from(*rest.first()?);
        let data = Payload::new(bytes.get(DATA_AT..DATA_AT + length)?)?;
        if raw & ERROR_FLAG != 0 {
            return Some(Self::Error { class: raw & EXTENDED_MASK, details: data });
        }
        let id = if raw & EXTENDED_FLAG != 0 {
            FrameId::Extended(raw & EXTENDED_MASK)
        } else {
            FrameId::Standard((raw & STANDARD_MASK) as u16)
        };
        Some(if raw & REMOTE_FLAG != 0 {
            Self::Frame { id, kind: FrameKind::Remote, payload: Payload::empty() }
        } else {
            Self::Frame { id, kind, payload: data }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(raw: u32, length: u8, size: usize) -> Vec<u8> {
        let mut bytes = raw.to_ne_bytes().to_vec();
        bytes.extend([length, 0, 0, 0]);
        bytes.extend((1u8..).take(size - DATA_AT));
        bytes
    }

    #[test]
    fn every_form_is_told_apart() {
        let (classical, fd) = (FrameKind::Classical, FrameKind::Fd);
        let data = |n: u8| Payload::new(&(1..=n).collect::<Vec<_>>()).unwrap();
        let frame = |id, kind, n| Some(Wire::Frame { id, kind, payload: data(n) });
        assert_eq!(Wire::parse(&bytes(0x1D0, 8, 16)), frame(FrameId::Standard(0x1D0), classical, 8));
        assert_eq!(Wire::parse(&bytes(0x1D0, 0, 16)), frame(FrameId::Standard(0x1D0), classical, 0));
        assert_eq!(Wire::parse(&bytes(0x8000_01D0, 3, 16)), frame(FrameId::Extended(0x1D0), classical, 3));
        assert_eq!(Wire::parse(&bytes(0x1D0, 64, 72)), frame(FrameId::Standard(0x1D0), fd, 64));
        let remote = frame(FrameId::Standard(0x1D0), FrameKind::Remote, 0);
        assert_eq!(Wire::parse(&bytes(0x4000_01D0, 8, 16)), remote);
        let error = Some(Wire::Error { class: 0x44, details: data(8) });
        assert_eq!(Wire::parse(&bytes(0x2000_0044, 8, 16)), error);
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        for (length, size) in [(9, 16), (65, 72), (255, 72), (8, 17), (8, 15), (0, 8)] {
            assert_eq!(Wire::parse(&bytes(0x1D0, length, size)), None);
        }
        assert_eq!(Wire::parse(&[]), None);
    }
}
