//! The frames of one message of a recording.

use std::collections::HashSet;

use super::counters::Field;
use super::place::Place;
use crate::frame::{FrameId, Payload, SourceTime};

/// Frames of one id and one length, in the order of the recording.
#[derive(Debug)]
pub(crate) struct Sample {
    pub id: FrameId,
    pub length: usize,
    pub frames: Vec<(SourceTime, Payload)>,
    /// Those that differ from all before them; the search goes by these.
    pub contents: Vec<Payload>,
    /// By byte, the bits that are not the same in all of them.
    pub varying: Vec<u8>,
}

/// So many different frames are looked at when searching; all are when counting how many hold.
const MOST_CONTENTS: usize = 2000;

impl Sample {
    /// Of these frames those of the commonest length; `None` where they have no data.
    pub fn new(id: FrameId, mut frames: Vec<(SourceTime, Payload)>) -> Option<Self> {
        let mut of_length = [0_usize; 65];
        frames.iter().for_each(|(_, payload)| of_length[payload.len()] += 1);
        let length = (1..=64).max_by_key(|length| of_length[*length])?;
        frames.retain(|(_, payload)| payload.len() == length);
        let mut known = HashSet::new();
        let different =
            frames.iter().map(|(_, payload)| *payload).filter(|payload| known.insert(payload.to_vec()));
        let contents: Vec<_> = different.take(MOST_CONTENTS).collect();
        let first = contents.first()?;
        let differences = |at: usize| contents.iter().fold(0, |bits, payload| bits | payload[at] ^ first[at]);
        let varying = (0..length).map(differences).collect();
        Some(Self { id, length, frames, contents, varying })
    }

    /// So many of the contents may be damaged.
    pub fn damaged(&self) -> usize {
        self.contents.len() / 100
    }

    /// How many values there are.
    pub fn values(&self, place: Place) -> usize {
        let mut values: Vec<_> = self.contents.iter().map(|payload| place.value(payload)).collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    }

    /// Whether there are about as many values as a checksum of these frames would have.
    pub fn is_varied(&self, place: Place) -> bool {
        let possible = f64::from(place.mask()) + 1.0;
        let expected = possible * (1.0 - (-(self.contents.len() as f64) / possible).exp());
        self.values(place) as f64 * 3.0 >= expected
    }

    /// Whether too little changes to show a checksum: beside counters it is that and two more bytes.
    pub fn is_alike(&self, counters: &[Field]) -> bool {
        let of_counters = |at: usize| counters.iter().fold(0, |bits, counter| bits | counter.place.own(at));
        let others = (0..self.length).filter(|at| self.varying[*at] & !of_counters(*at) != 0);
        others.count() < 3
    }

    /// How like a checksum a place is: of a sum that comes to a constant any part could be the checksum. It changes whenever
    /// anything does, lies at an end rather than within and near the counter, and is no counter itself.
    pub fn likeness(&self, place: Place, counters: &[Field]) -> usize {
        let values =
            self.contents.windows(2).map(|pair| [&pair[0], &pair[1]].map(|payload| place.value(payload)));
        let changes = values.filter(|[from, to]| from != to).count();
        let last = place.byte + usize::from(place.bits).div_ceil(8);
        let is_end = place.byte == 0 || last == self.length;
        let is_near = counters.iter().any(|counter| {
            (place.byte..=last).contains(&(counter.place.byte + 1)) || counter.place.byte == last
        });
        let is_counter = counters.iter().any(|counter| counter.overlaps(place));
        let weight = if is_end { 115 } else { 100 } * if is_near { 115 } else { 100 };
        changes * weight / if is_counter { 2 } else { 1 }
    }

    /// The value that `of` gives for all contents but a few.
    pub fn constant(&self, of: impl Fn(&[u8]) -> u32) -> Option<u32> {
        constant(self.contents.iter(), &mut self.damaged(), of)
    }

    /// The same for each value of a place by itself, from 0 up to `values`.
    pub fn constants(&self, by: Place, values: u32, of: impl Fn(&[u8]) -> u32) -> Option<Vec<u32>> {
        let mut left = self.damaged();
        let class = |value| self.contents.iter().filter(move |payload| by.value(payload) == value);
        (0..values).map(|value| constant(class(value), &mut left, &of)).collect()
    }
}

/// The value that `of` gives for all but the few that are left to be damaged.
fn constant<'a>(
    contents: impl Iterator<Item = &'a Payload> + Clone,
    left: &mut usize,
    of: impl Fn(&[u8]) -> u32,
) -> Option<u32> {
    // The first may be a damaged one.
    let mut first = contents.clone().take(3).map(|payload| of(payload));
    let constant = match (first.next(), first.next(), first.next()) {
        (Some(only), None, _) => only,
        (Some(one), Some(other), third) if one == other || third == Some(one) => one,
        (_, Some(other), Some(third)) if other == third => other,
        _ => return None,
    };
    for payload in contents {
        if of(payload) != constant {
            *left = left.checked_sub(1)?;
        }
    }
    Some(constant)
}
