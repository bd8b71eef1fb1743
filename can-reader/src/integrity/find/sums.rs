//! Sums over all other bytes, or a range of them.

use std::cmp::Reverse;

use super::candidate::Candidate;
use super::counters::Field;
use super::evidence::Evidence;
use super::place::Place;
use super::sample::Sample;
use crate::frame::FrameId;
use crate::integrity::number;

/// About so many candidates are tried, as a power of two.
const TRIED: u32 = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Nibbles,
    Bytes,
    Xor,
}

/// One way to add up.
#[derive(Clone, Copy, Debug)]
struct Way {
    place: Place,
    unit: Unit,
    /// First and last byte.
    range: (usize, usize),
    negate: bool,
}

/// All that hold, the whole frame before its parts.
pub(super) fn search(sample: &Sample, counters: &[Field]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let whole = (0, sample.length - 1);
    let parts = (0..sample.length).flat_map(|first| (first..sample.length).map(move |last| (first, last)));
    // Of a long frame: what comes before the checksum, and what comes behind it.
    let parts = parts.filter(|(first, last)| sample.length <= 8 || *first == 0 || *last == sample.length - 1);
    let ranges: Vec<_> = [whole].into_iter().chain(parts.filter(|range| *range != whole)).collect();
    let places: Vec<_> = Place::all(sample.length).filter(|place| is_possible(sample, *place)).collect();
    for range in ranges {
        // A sum of bytes is right in its low nibble too: the wider first.
        for bits in [8, 4, 16] {
            let places = || places.iter().filter(move |place| place.bits == bits);
            for unit in [Unit::Bytes, Unit::Nibbles, Unit::Xor] {
                let ways = places()
                    .flat_map(|place| [false, true].map(|negate| Way { place: *place, unit, range, negate }));
                let mut held: Vec<_> = ways.filter_map(|way| way.candidate(sample)).collect();
                held.sort_by_key(|held| Reverse((held.is_known, sample.likeness(held.place, counters))));
                found.extend(held.into_iter().next());
            }
        }
        // A part that holds is the whole again, where the rest is always the same.
        if !found.is_empty() {
            break;
        }
    }
    if found.is_empty() {
        found.extend(of_copies(sample, counters));
    }
    found
}

/// Where nothing but a counter changes, the checksum is the counter and a constant, and that proves little; but a constant
/// that is all that the id and the other bytes add is worth a word.
fn of_copies(sample: &Sample, counters: &[Field]) -> Option<Candidate> {
    let range = (0, sample.length - 1);
    let places = Place::all(sample.length).filter(|place| place.bits == 8 && sample.is_varied(*place));
    let ways = places.map(|place| Way { place, unit: Unit::Bytes, range, negate: false });
    let held = ways
        .filter_map(|way| way.candidate(sample))
        .filter(|held| held.is_known && held.words.contains("id = true"));
    let held = held.map(|held| Candidate { evidence: Evidence::LITTLE, ..held });
    // The last byte rather than the counter before it.
    held.max_by_key(|held| (held.place.byte, sample.likeness(held.place, counters)))
}

/// Whether the place changes as a checksum does, and is no copy of another, inverted or shifted by a constant.
pub(super) fn is_possible(sample: &Sample, place: Place) -> bool {
    let last = place.byte + usize::from(place.bits == 16);
    if (place.byte..=last).any(|byte| sample.varying[byte] & place.own(byte) == 0) {
        return false;
    }
    if !sample.is_varied(place) {
        return false;
    }
    let units: Vec<_> = match place.bits {
        4 => (0..sample.length).flat_map(|at| [Place::field(at, 0, 4), Place::field(at, 4, 4)]).collect(),
        8 => (0..sample.length).map(Place::byte).collect(),
        _ => Place::pairs(sample.length).collect(),
    };
    !units.into_iter().filter(|unit| !unit.overlaps(place)).any(|unit| {
        let (own, other) = (|p: &[u8]| place.value(p), |p: &[u8]| unit.value(p));
        let mask = place.mask();
        sample.constant(|p| own(p) ^ other(p)).is_some()
            || sample.constant(|p| own(p).wrapping_add(other(p)) & mask).is_some()
            || sample.constant(|p| own(p).wrapping_sub(other(p)) & mask).is_some()
    })
}

impl Way {
    fn candidate(&self, sample: &Sample) -> Option<Candidate> {
        let Self { place, unit, range, negate } = *self;
        if unit == Unit::Xor && (negate || place.bits == 16) {
            return None;
        }
        let constant = sample.constant(|payload| {
            let (own, sum) = (place.value(payload), self.sum(payload));
            let constant = match (unit, negate) {
                (Unit::Xor, _) => own ^ sum,
                (_, true) => own.wrapping_add(sum),
                (_, false) => own.wrapping_sub(sum),
            };
            constant & place.mask()
        })?;
        let covered = |at: usize| if (range.0..=range.1).contains(&at) { !place.own(at) } else { 0 };
        let evidence = Evidence::new(sample, place.bits, covered, TRIED);
        let is_whole = range == (0, sample.length - 1);
        let (words, is_known) = self.words(sample, constant, is_whole);
        Some(Candidate { place, words, signals: Vec::new(), counter: None, evidence, is_known })
    }

    fn sum(&self, payload: &[u8]) -> u32 {
        let (first, last) = self.range;
        (first..=last).fold(0, |sum, at| {
            let byte = u32::from(payload[at] & !self.place.own(at));
            match self.unit {
                Unit::Nibbles => sum + (byte >> 4) + (byte & 0xF),
                Unit::Bytes => sum + byte,
                Unit::Xor if self.place.bits == 4 => sum ^ byte >> 4 ^ byte & 0xF,
                Unit::Xor => sum ^ byte,
            }
        })
    }

    /// What a profile says, the id and the length rather than a bare number; and whether there is no bare number.
    fn words(&self, sample: &Sample, constant: u32, is_whole: bool) -> (String, bool) {
        let Self { place, unit, range, negate } = *self;
        let id = number(sample.id);
        let length = sample.length as u32;
        let (of, of_id) = match unit {
            Unit::Nibbles => ("nibbles", (0..8).map(|n| id >> (4 * n) & 0xF).sum::<u32>()),
            Unit::Bytes => ("bytes", id.to_le_bytes().into_iter().map(u32::from).sum()),
            Unit::Xor if place.bits == 4 => ("xor", (0..8).fold(0, |all, n| all ^ id >> (4 * n) & 0xF)),
            Unit::Xor => ("xor", id.to_le_bytes().into_iter().fold(0, |all, byte| all ^ u32::from(byte))),
        };
        let with = |with_id: bool, with_length: bool| {
            let units = [if with_id { of_id } else { 0 }, if with_length { length } else { 0 }];
            let rest = match (unit, negate) {
                (Unit::Xor, _) => constant ^ units[0] ^ units[1],
                (_, true) => constant.wrapping_add(units[0] + units[1]),
                (_, false) => constant.wrapping_sub(units[0] + units[1]),
            };
            rest & place.mask()
        };
        let honda = if matches!(sample.id, FrameId::Extended(_)) { 11 } else { 8 };
        if is_whole
            && (unit, negate, place.bits) == (Unit::Nibbles, true, 4)
            && with(true, false) == honda
            && with(false, false) != 0
        {
            return ("kind = \"honda\"".to_owned(), true);
        }
        // What comes to 0, or to all bits one, needs no further explanation.
        let ways = [(false, false), (true, true), (true, false), (false, true)];
        // Of four bits one of these comes to 0 half the time.
        let ways = if place.bits == 4 { &ways[..1] } else { &ways };
        let plain = |rest: u32| rest == 0 || negate && rest == place.mask();
        let way = ways.iter().copied().find(|(id, length)| plain(with(*id, *length)));
        let (with_id, with_length) = way.unwrap_or_default();
        let mut words = format!("kind = \"sum\", of = \"{of}\"");
        if !is_whole {
            words += &format!(", bytes = [{}, {}]", range.0, range.1);
        }
        for (is_so, key) in [(with_id, "id"), (with_length, "length"), (negate, "negate")] {
            if is_so {
                words += &format!(", {key} = true");
            }
        }
        let rest = with(with_id, with_length);
        if rest != 0 {
            words += &format!(", constant = {rest}");
        }
        (words, is_whole && way.is_some())
    }
}
