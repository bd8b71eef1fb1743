//! Two slots, of which one is always whole: the older one is written, and made to last, before the other is touched again.

use std::io;

use super::record::{Record, SLOT, Slot, decode};

/// What slots lie on.
pub trait Medium {
    /// Reads slot 0 or 1.
    ///
    /// # Errors
    /// Those of the storage; a slot beyond the end reads as zeros.
    fn read(&mut self, slot: usize) -> io::Result<[u8; SLOT]>;
    /// Writes slot 0 or 1. It may be lost, or torn, until [`sync`](Self::sync) has returned.
    ///
    /// # Errors
    /// Those of the storage.
    fn write(&mut self, slot: usize, bytes: &[u8; SLOT]) -> io::Result<()>;
    /// Returns when everything that was written outlives a power cut.
    ///
    /// # Errors
    /// Those of the storage.
    fn sync(&mut self) -> io::Result<()>;
}

/// Why slots cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Neither can be read as a record.
    #[error(
        "both of its slots are damaged; `cardash-setup --odometer KM` begins anew with the distance that you know"
    )]
    Damaged,
    /// One is of a later version, which may need what this one does not know.
    #[error("it is of format {0}, and this version knows format 1; install the later version again")]
    Foreign(u32),
    /// The storage.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// The two slots of a medium.
#[derive(Debug)]
pub struct Slots<M> {
    medium: M,
    /// The number of the newest record.
    sequence: u64,
    /// The slot to be written next: the other one is whole.
    next: usize,
}

impl<M: Medium> Slots<M> {
    /// Reads both, and takes the newer.
    ///
    /// # Errors
    /// There is no record, or one that must not be overwritten.
    pub fn open(mut medium: M) -> Result<(Self, Record), Unusable> {
        let mut newest: Option<(u64, usize, Record)> = None;
        for slot in 0..2 {
            match decode(&medium.read(slot)?) {
                Slot::Whole(sequence, record) => {
                    if newest.as_ref().is_none_or(|(newer, ..)| sequence > *newer) {
                        newest = Some((sequence, slot, record));
                    }
                }
                Slot::Foreign(format) => return Err(Unusable::Foreign(format)),
                Slot::Damaged => {}
            }
        }
        let (sequence, slot, record) = newest.ok_or(Unusable::Damaged)?;
        Ok((Self { medium, sequence, next: 1 - slot }, record))
    }

    /// Writes both slots of a medium that has none.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn create(medium: M, record: &Record) -> io::Result<Self> {
        let mut slots = Self { medium, sequence: 0, next: 0 };
        slots.write(record)?;
        slots.write(record)?;
        Ok(slots)
    }

    /// Writes the older slot. When this returns, the record outlives a power cut; until then the other slot does. After a
    /// failure the same slot is written again.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn write(&mut self, record: &Record) -> io::Result<()> {
        let sequence = self.sequence + 1;
        self.medium.write(self.next, &record.encode(sequence))?;
        self.medium.sync()?;
        self.sequence = sequence;
        self.next = 1 - self.next;
        Ok(())
    }

    /// What they lie on.
    #[cfg(test)]
    pub fn medium(&mut self) -> &mut M {
        &mut self.medium
    }
}

#[cfg(test)]
mod tests;
