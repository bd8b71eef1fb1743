//! Sums over some of the bytes and over parts of one: 255 less two bytes, a flag and the counter, say.

use std::cmp::Reverse;

use super::candidate::Candidate;
use super::counters::Field;
use super::evidence::Evidence;
use super::place::Place;
use super::sample::Sample;
use super::sums::is_possible;

/// About so many candidates are tried, as a power of two.
const TRIED: u32 = 21;

/// Contents that all must agree before a candidate is looked at.
const FEW: usize = 8;

/// Some whole bytes, and up to two fields of another.
struct Patch {
    bytes: Vec<usize>,
    fields: Vec<Place>,
}

/// The simplest that holds.
pub(super) fn search(sample: &Sample, counters: &[Field]) -> Vec<Candidate> {
    if sample.length > 8 || sample.contents.len() < FEW {
        return Vec::new();
    }
    let stride = sample.contents.len() / FEW;
    let few: Vec<&[u8]> =
        sample.contents.iter().step_by(stride).take(FEW).map(|payload| &**payload).collect();
    let places = (0..sample.length).map(Place::byte).filter(|place| is_possible(sample, *place));
    let mut found: Vec<_> = places.flat_map(|place| at(sample, &few, place, counters)).collect();
    found.sort_by_key(|(weight, held)| (*weight, Reverse(sample.likeness(held.place, counters))));
    found.into_iter().map(|(_, candidate)| candidate).take(4).collect()
}

/// Those with the checksum at one place, with how complicated they are.
fn at(sample: &Sample, few: &[&[u8]], place: Place, counters: &[Field]) -> Vec<(usize, Candidate)> {
    let mut found = Vec::new();
    let others = (0..sample.length).filter(|at| *at != place.byte && sample.varying[*at] != 0);
    let varying: Vec<usize> = others.collect();
    for chosen in 0..1_usize << varying.len() {
        let pick = |wanted: usize| {
            let each = varying.iter().enumerate().filter(move |(n, _)| chosen >> n & 1 == wanted);
            each.map(|(_, at)| *at)
        };
        let bytes: Vec<_> = pick(1).collect();
        let sum = |payload: &[u8]| bytes.iter().map(|at| payload[*at]).fold(0, u8::wrapping_add);
        let sums: Vec<_> = few.iter().map(|payload| (payload[place.byte], sum(payload))).collect();
        let patches = pick(0).flat_map(|at| fields(at, sample.varying[at]));
        for fields in [Vec::new()].into_iter().chain(patches) {
            for negate in [false, true] {
                let constant = |(payload, (own, sum)): (&&[u8], &(u8, u8))| {
                    let parts = fields.iter().map(|field| field.value(payload) as u8);
                    let sum = parts.fold(*sum, u8::wrapping_add);
                    if negate { own.wrapping_add(sum) } else { own.wrapping_sub(sum) }
                };
                let mut constants = few.iter().zip(&sums).map(constant);
                let first = constants.next();
                if constants.all(|constant| Some(constant) == first) {
                    let patch = Patch { bytes: bytes.clone(), fields: fields.clone() };
                    let held = patch.candidate(sample, place, negate, counters);
                    found.extend(held.map(|held| (fields.len() * 8 + bytes.len(), held)));
                }
            }
        }
    }
    found
}

/// One or two fields of a byte whose outermost bits change.
fn fields(at: usize, varying: u8) -> Vec<Vec<Place>> {
    let one = |from: u8, to: u8| {
        let each =
            (from..to).flat_map(move |shift| (1..=to - shift).map(move |bits| Place::field(at, shift, bits)));
        let ends = move |field: &Place| {
            varying >> field.shift & 1 == 1 && varying >> (field.shift + field.bits - 1) & 1 == 1
        };
        each.filter(ends).filter(|field| field.bits < 8)
    };
    let mut all: Vec<_> = one(0, 8).map(|field| vec![field]).collect();
    for low in one(0, 8) {
        all.extend(one(low.shift + low.bits, 8).map(|high| vec![high, low]));
    }
    all
}

impl Patch {
    fn candidate(
        &self,
        sample: &Sample,
        place: Place,
        negate: bool,
        counters: &[Field],
    ) -> Option<Candidate> {
        let (range, rest) = self.range();
        let name = |part: &Place| {
            let counter = counters.iter().any(|counter| counter.place == *part);
            if counter {
                "COUNTER".to_owned()
            } else {
                format!("BITS_{}", part.layout().replace(['|', '@', '+'], "_").trim_end_matches("_1_"))
            }
        };
        let parts: Vec<_> = rest.into_iter().map(Place::byte).chain(self.fields.iter().copied()).collect();
        let sum = |payload: &[u8]| {
            let of_range = range.map_or(0, |(first, last)| {
                (first..=last).filter(|at| *at != place.byte).map(|at| u32::from(payload[at])).sum()
            });
            parts.iter().fold(of_range, |sum, part| sum + part.value(payload))
        };
        let constant = sample.constant(|payload| {
            let (own, sum) = (place.value(payload), sum(payload));
            (if negate { own.wrapping_add(sum) } else { own.wrapping_sub(sum) }) & 0xFF
        })?;
        let covered = |at: usize| {
            let whole = if self.bytes.contains(&at) { 0xFF } else { 0 };
            self.fields.iter().fold(whole, |bits, field| bits | field.own(at))
        };
        let evidence = Evidence::new(sample, 8, covered, TRIED);
        let (first, last) = range?;
        let mut words = format!("kind = \"sum\", of = \"bytes\", bytes = [{first}, {last}]");
        let names: Vec<_> = parts.iter().map(|part| format!("{:?}", name(part))).collect();
        if !names.is_empty() {
            words += &format!(", plus = [{}]", names.join(", "));
        }
        if constant != 0 {
            words += &format!(", constant = {constant}");
        }
        words += if negate { ", negate = true" } else { "" };
        let signals = parts.iter().map(|part| (name(part), *part)).collect();
        Some(Candidate { place, words, signals, counter: None, evidence, is_known: false })
    }

    /// The first run of neighbours, and the other bytes.
    fn range(&self) -> (Option<(usize, usize)>, Vec<usize>) {
        let Some(&first) = self.bytes.first() else { return (None, Vec::new()) };
        let run = self.bytes.iter().zip(first..).take_while(|(at, next)| *at == next).count();
        (Some((first, first + run - 1)), self.bytes[run..].to_vec())
    }
}
