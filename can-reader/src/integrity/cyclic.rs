//! Cyclic checksums: what goes through the polynomial, and in which order.

use super::engine::Engine;
use super::id_bytes;
use super::parts::Parts;
use crate::frame::FrameId;

/// The order is: id before, head, data, tail, id after.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cyclic {
    pub engine: Engine,
    pub initial: u32,
    pub final_xor: u32,
    /// First and last byte of the data that count; the checksum's own bits never do.
    pub bytes: (usize, usize),
    pub head: Extra,
    pub tail: Extra,
    pub id: Option<IdPlace>,
    /// What chooses among the bytes of [`Extra::ByCounter`].
    pub counter: Option<Parts>,
}

/// Where the id goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdPlace {
    Before,
    After,
}

/// Bytes that are not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    None,
    Always(Box<[u8]>),
    /// One of these, by the alive counter; none where it counts beyond them.
    ByCounter(Box<[u8]>),
}

/// A range that takes in all of any frame.
pub(super) const ALL_BYTES: (usize, usize) = (0, usize::MAX);

impl Cyclic {
    /// Over all data, with nothing before and after it; `None` as in [`Engine::shared`].
    pub fn plain(width: u8, polynomial: u32, initial: u32, final_xor: u32) -> Option<Self> {
        Some(Self {
            engine: Engine::shared(width, polynomial, false)?,
            initial,
            final_xor,
            bytes: ALL_BYTES,
            head: Extra::None,
            tail: Extra::None,
            id: None,
            counter: None,
        })
    }

    pub fn sae_j1850() -> Option<Self> {
        Self::plain(8, 0x1D, 0xFF, 0xFF)
    }

    pub fn compute(&self, id: FrameId, payload: &[u8], own: &Parts) -> u64 {
        let mut data = [0; 64];
        let mut len = 0;
        for (at, byte) in payload.iter().enumerate().take(64) {
            let own = own.own(at);
            if (self.bytes.0..=self.bytes.1).contains(&at) && own != 0xFF {
                data[len] = byte & !own;
                len += 1;
            }
        }
        let (bytes, count) = id_bytes(id);
        let id = |place| if self.id == Some(place) { &bytes[..count] } else { &[] };
        let count = self.counter.as_ref().and_then(|counter| counter.get(payload));
        let pieces =
            [id(IdPlace::Before), self.head.of(count), &data[..len], self.tail.of(count), id(IdPlace::After)];
        u64::from(self.engine.run(self.initial, &pieces) ^ self.final_xor)
    }
}

impl Extra {
    fn of(&self, count: Option<u64>) -> &[u8] {
        match self {
            Self::None => &[],
            Self::Always(bytes) => bytes,
            Self::ByCounter(bytes) => {
                let at = count.and_then(|count| usize::try_from(count).ok());
                at.and_then(|at| bytes.get(at)).map_or(&[], std::slice::from_ref)
            }
        }
    }
}
