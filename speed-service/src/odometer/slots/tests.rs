//! Every cut of power that a disk can make of the writes, as ALICE looks for them: what was written and not synced may be
//! there, not be there, or be torn at any sector, in any order.

use proptest::prelude::*;

use super::*;
use crate::odometer::record::Count;

const SECTOR: usize = 512;

/// A disk that remembers what it was told, and can lose what was not synced.
#[derive(Clone, Debug)]
struct Disk {
    lasting: [[u8; SLOT]; 2],
    /// Writes since the last sync, in order.
    pending: Vec<(usize, [u8; SLOT])>,
    /// From now on everything fails, after so many calls.
    fails_after: Option<usize>,
    /// Every state before and after each call, with what is pending then.
    history: Vec<Moment>,
}

#[derive(Clone, Debug)]
struct Moment {
    lasting: [[u8; SLOT]; 2],
    pending: Vec<(usize, [u8; SLOT])>,
    /// How many records had been acknowledged.
    acknowledged: usize,
}

impl Disk {
    fn new() -> Self {
        Self { lasting: [[0; SLOT]; 2], pending: Vec::new(), fails_after: None, history: Vec::new() }
    }

    fn call(&mut self) -> io::Result<()> {
        match &mut self.fails_after {
            Some(0) => Err(io::Error::other("an error of the card")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn note(&mut self, acknowledged: usize) {
        let (lasting, pending) = (self.lasting, self.pending.clone());
        self.history.push(Moment { lasting, pending, acknowledged });
    }
}

impl Medium for Disk {
    fn read(&mut self, slot: usize) -> io::Result<[u8; SLOT]> {
        let newest = self.pending.iter().rev().find(|(written, _)| *written == slot);
        Ok(newest.map_or(self.lasting[slot], |(_, bytes)| *bytes))
    }

    fn write(&mut self, slot: usize, bytes: &[u8; SLOT]) -> io::Result<()> {
        self.call()?;
        self.pending.push((slot, *bytes));
        let acknowledged = self.history.last().map_or(0, |moment| moment.acknowledged);
        self.note(acknowledged);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.call()?;
        for (slot, bytes) in self.pending.drain(..) {
            self.lasting[slot] = bytes;
        }
        let acknowledged = self.history.last().map_or(0, |moment| moment.acknowledged);
        self.note(acknowledged + 1);
        Ok(())
    }
}

impl Moment {
    /// What is on the disk after a cut now: of each pending write the sectors of the mask, in this order.
    fn cut(&self, sectors: &[u8]) -> Disk {
        let mut disk = Disk { lasting: self.lasting, ..Disk::new() };
        for ((slot, bytes), mask) in self.pending.iter().zip(sectors.iter().cycle()) {
            for sector in (0..8).filter(|sector| mask >> sector & 1 == 1) {
                let span = sector * SECTOR..(sector + 1) * SECTOR;
                disk.lasting[*slot][span.clone()].copy_from_slice(&bytes[span]);
            }
        }
        disk
    }
}

fn record(n: usize) -> Record {
    let count = Count { micrometres: n as u64 * 1_000_000_000, unknown_ms: n as u64 };
    Record { counts: [count; 3], changes: Vec::new() }
}

/// The number of the record on a disk.
fn number(disk: Disk) -> Option<usize> {
    let (_, record) = Slots::open(disk).ok()?;
    Some((record.counts[0].micrometres / 1_000_000_000) as usize)
}

/// Every cut, at every call, with every combination of sectors of the one write that can be pending.
#[test]
fn every_cut_leaves_the_last_record_that_was_acknowledged_or_the_next() {
    let mut slots = Slots::create(Disk::new(), &record(0)).unwrap();
    slots.medium().history.clear();
    slots.medium().note(0);
    for n in 1..=8 {
        slots.write(&record(n)).unwrap();
    }
    let history = std::mem::take(&mut slots.medium().history);
    let mut cuts = 0;
    for moment in &history {
        assert!(moment.pending.len() <= 1, "both slots are at stake");
        for mask in 0..=u8::MAX {
            let found = number(moment.cut(&[mask])).expect("a record");
            assert!((moment.acknowledged..=moment.acknowledged + 1).contains(&found), "{found}");
            cuts += 1;
        }
    }
    println!("{cuts} cuts");
    assert!(cuts > 4_000);
}

/// A card that tears the slot which is being written, over and over.
#[test]
fn a_cut_at_each_write_loses_no_more_than_that_write() {
    let mut disk = Slots::create(Disk::new(), &record(0)).unwrap().medium;
    let mut kept = 0;
    for n in 1..=1000 {
        disk.history.clear();
        disk.note(0);
        let (mut slots, before) = Slots::open(disk).unwrap();
        assert_eq!(before.counts[0].micrometres / 1_000_000_000, kept as u64);
        slots.write(&record(n)).unwrap();
        let moments = &slots.medium.history;
        let (moment, mask) = (&moments[n % moments.len()], (n * 37 % 256) as u8);
        let found = number(moment.cut(&[mask])).unwrap();
        assert!(found == kept || found == n, "{found} after {kept}");
        assert!(moment.acknowledged == 0 || found == n, "an acknowledged record is lost");
        kept = found;
        disk = moment.cut(&[mask]);
    }
}

#[test]
fn a_write_that_fails_is_tried_on_the_same_slot() {
    for calls in 0..3 {
        let mut slots = Slots::create(Disk::new(), &record(1)).unwrap();
        slots.medium().fails_after = Some(calls);
        let results = [slots.write(&record(2)).is_ok(), slots.write(&record(3)).is_ok()];
        slots.medium().fails_after = None;
        // What is pending may or may not have reached the disk.
        for mask in [0, 0x0F, 0xFF] {
            let disk = Moment {
                lasting: slots.medium.lasting,
                pending: slots.medium.pending.clone(),
                acknowledged: 0,
            };
            let found = number(disk.cut(&[mask])).expect("a record");
            assert!(found >= if results[0] { 2 } else { 1 }, "{results:?}: {found}");
        }
        slots.write(&record(4)).unwrap();
        assert_eq!(number(slots.medium.clone()), Some(4));
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    assert!(matches!(Slots::open(Disk::new()), Err(Unusable::Damaged)));
    let mut disk = Slots::create(Disk::new(), &record(1)).unwrap().medium;
    disk.lasting[0] = [0xFF; SLOT];
    assert_eq!(number(disk.clone()), Some(1), "the other is whole");
    disk.lasting[1][100] ^= 1;
    assert!(matches!(Slots::open(disk), Err(Unusable::Damaged)));
}

proptest! {
    /// Any run of writes, failures and cuts: what was acknowledged is never lost, and nothing is found that was not written.
    #[test]
    fn nothing_acknowledged_is_lost(
        steps in proptest::collection::vec((0..5_usize, any::<u8>(), any::<bool>()), 1..60)
    ) {
        let mut slots = Slots::create(Disk::new(), &record(0)).unwrap();
        let (mut written, mut acknowledged) = (0, 0);
        for (calls, mask, cut) in steps {
            slots.medium().fails_after = (calls < 3).then_some(calls);
            written += 1;
            if slots.write(&record(written)).is_ok() {
                acknowledged = written;
            }
            slots.medium().fails_after = None;
            if cut {
                let (lasting, pending) = (slots.medium.lasting, slots.medium.pending.clone());
                let disk = Moment { lasting, pending, acknowledged: 0 }.cut(&[mask]);
                let found = number(disk.clone()).expect("a record");
                prop_assert!((acknowledged..=written).contains(&found), "{acknowledged} {found} {written}");
                acknowledged = found;
                slots = Slots::open(disk).unwrap().0;
            }
        }
    }
}
