//! Cyclic checksums of known polynomials.

use super::candidate::Candidate;
use super::counters::Field;
use super::evidence::Evidence;
use super::place::Place;
use super::sample::Sample;
use super::sums::is_possible;
use crate::frame::FrameId;
use crate::integrity::engine::Engine;
use crate::integrity::id_bytes;

/// Those of the catalogue of parametrised CRC algorithms.
const OF_8_BITS: [u32; 12] = [0x1D, 0x2F, 0x07, 0x85, 0x31, 0x39, 0x49, 0x4D, 0x9B, 0xA7, 0xD5, 0xCF];
const OF_16_BITS: [u32; 12] =
    [0x1021, 0x8005, 0x3D65, 0x8BB7, 0xC867, 0xA097, 0x5935, 0x755B, 0x0589, 0x080B, 0x1DCF, 0x6F63];

/// About so many candidates are tried, as a power of two.
const TRIED: u32 = 16;

/// Start and end, the commonest first.
const ENDS: [(bool, bool); 4] = [(true, true), (false, false), (true, false), (false, true)];

/// How Hyundai's and Kia's CAN FD messages end, by their length.
const HYUNDAI: [(usize, u32); 4] = [(8, 0x5F29), (16, 0x041D), (24, 0x819D), (32, 0x9F5B)];

/// One way to go through the data.
#[derive(Clone, Copy, Debug)]
struct Way {
    place: Place,
    engine: Engine,
    polynomial: u32,
    reflect: bool,
    /// First and last byte.
    range: (usize, usize),
    /// Bytes that are not sent and follow.
    behind: usize,
}

/// All that hold, the whole frame before its parts.
pub(super) fn search(sample: &Sample, counters: &[Field]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let length = sample.length;
    let is_end = |place: &Place| length <= 8 || place.byte < 4 || place.byte + 4 >= length;
    let bytes = (0..length).rev().map(Place::byte);
    let places = bytes.chain(Place::pairs(length)).filter(is_end).filter(|place| is_possible(sample, *place));
    let mut ways = Vec::new();
    for place in places {
        let polynomials = if place.bits == 8 { OF_8_BITS } else { OF_16_BITS };
        for (polynomial, reflect) in polynomials.into_iter().flat_map(|known| [(known, false), (known, true)])
        {
            let Some(engine) = Engine::shared(place.bits, polynomial, reflect) else { continue };
            for behind in [0, 1, id_bytes(sample.id).1] {
                let range = (0, length - 1);
                ways.push(Way { place, engine, polynomial, reflect, range, behind });
            }
        }
    }
    found.extend(ways.iter().filter_map(|way| way.candidate(sample)));
    if found.is_empty() {
        let counters = counters.iter().filter(|counter| counter.values <= 16);
        for counter in counters {
            found.extend(ways.iter().filter_map(|way| way.by_counter(sample, *counter)));
        }
    }
    if found.is_empty() {
        for way in &ways {
            let parts = (0..length).flat_map(|first| (first + 1..length).map(move |last| (first, last)));
            let parts = parts.filter(|(first, last)| length <= 8 || *first < 4 && *last == length - 1);
            found.extend(parts.filter_map(|range| Way { range, ..*way }.candidate(sample)));
        }
    }
    found
}

impl Way {
    fn is_whole(&self, sample: &Sample) -> bool {
        self.range == (0, sample.length - 1)
    }

    fn covered(&self, at: usize) -> u8 {
        if (self.range.0..=self.range.1).contains(&at) { !self.place.own(at) } else { 0 }
    }

    /// Through the polynomial, from 0, with zeros behind.
    fn run(&self, payload: &[u8]) -> u32 {
        let (mut data, mut len) = ([0; 64], 0);
        let (first, last) = self.range;
        for (at, byte) in payload.iter().enumerate().take(last + 1).skip(first) {
            if self.place.own(at) == 0 {
                data[len] = *byte;
                len += 1;
            }
        }
        self.engine.run(0, &[&data[..len], &[0; 4][..self.behind]])
    }

    /// The same of data 0, with start value and what is not sent.
    fn of_nothing(&self, initial: u32, head: &[u8], tail: &[u8]) -> u32 {
        let count = (self.range.0..=self.range.1).filter(|at| self.place.own(*at) == 0).count();
        self.engine.run(initial, &[head, &[0; 64][..count], tail])
    }

    fn candidate(&self, sample: &Sample) -> Option<Candidate> {
        let place = self.place;
        let constant = sample.constant(|payload| place.value(payload) ^ self.run(payload))?;
        let evidence = Evidence::new(sample, place.bits, |at| self.covered(at), TRIED);
        let (words, is_known) = self.words(sample, constant);
        Some(Candidate { place, words, signals: Vec::new(), counter: None, evidence, is_known })
    }

    /// Where each value of the counter has a constant of its own.
    fn by_counter(&self, sample: &Sample, counter: Field) -> Option<Candidate> {
        let place = self.place;
        if place.bits != 8 || self.behind > 1 || counter.place.overlaps(place) {
            return None;
        }
        let constants = sample
            .constants(counter.place, counter.values, |payload| place.value(payload) ^ self.run(payload))?;
        let words = if self.behind == 1 {
            self.tails(sample, &constants)?
        } else {
            self.alternating(sample, &constants)?
        };
        let (covered, class) =
            (|at: usize| self.covered(at), |payload: &[u8]| counter.place.value(payload) as usize);
        let evidence = Evidence::of_classes(sample, 8, covered, TRIED, class);
        let counter = Some(counter.place);
        Some(Candidate { place, words, signals: Vec::new(), counter, evidence, is_known: false })
    }

    /// One byte behind the data, of several for each value of the counter.
    fn tails(&self, sample: &Sample, constants: &[u32]) -> Option<String> {
        let ones = if self.reflect { 0 } else { 0xFF };
        let tail = |constant: &u32| {
            (0..=255_u8).find(|tail| self.of_nothing(ones, &[], &[*tail]) ^ ones == *constant)
        };
        let tails: Vec<u8> = constants.iter().map(tail).collect::<Option<_>>()?;
        let hex = tails.iter().map(|byte| format!("{byte:#04X}")).collect::<Vec<_>>().join(", ");
        Some(if (self.polynomial, self.reflect, tails.len()) == (0x2F, false, 16) {
            format!("kind = \"autosar-e2e-2\", data_ids = [{hex}]")
        } else {
            let key = if tails.len() == 1 { "tail" } else { "tail_by_counter" };
            self.crc(sample, ones, ones) + &format!(", {key} = [{hex}]")
        })
    }

    /// AUTOSAR's profile 1 where it takes the bytes of the data id by turns.
    fn alternating(&self, sample: &Sample, constants: &[u32]) -> Option<String> {
        let (even, odd) = (*constants.first()?, *constants.get(1)?);
        let by_turns =
            (0..).zip(constants).all(|(n, constant)| *constant == if n % 2 == 0 { even } else { odd });
        if !by_turns
            || even == odd
            || (self.polynomial, self.reflect) != (0x1D, false)
            || !self.is_whole(sample)
        {
            return None;
        }
        let head = |constant: u32| (0..=255_u8).find(|head| self.of_nothing(0, &[*head], &[]) == constant);
        let data_id = u16::from_le_bytes([head(even)?, head(odd)?]);
        Some(format!("kind = \"autosar-e2e-1\", data_id = {data_id:#06X}, data_id_mode = \"alternating\""))
    }

    /// What a profile says, rather by start values and the id than by a bare number; and whether there is no bare number.
    fn words(&self, sample: &Sample, constant: u32) -> (String, bool) {
        let ones = self.place.mask();
        let (id, count) = id_bytes(sample.id);
        let id = &id[..count];
        let is_plain = self.is_whole(sample) && !self.reflect;
        let places: &[(&[u8], &[u8], &str)] = match self.behind {
            0 => &[(&[], &[], ""), (id, &[], ", id = \"before\"")],
            1 => &[],
            _ => &[(&[], id, ", id = \"after\"")],
        };
        for (head, tail, words) in places {
            for (initial, end) in ENDS {
                let (initial, end) = (if initial { ones } else { 0 }, if end { ones } else { 0 });
                if self.of_nothing(initial, head, tail) ^ end != constant {
                    continue;
                }
                let is_j1850 =
                    is_plain && (self.polynomial, self.place.bits, initial, end) == (0x1D, 8, 0xFF, 0xFF);
                if is_j1850 && words.is_empty() {
                    return ("kind = \"crc8-sae-j1850\"".to_owned(), true);
                }
                return (self.crc(sample, initial, end) + words, self.is_whole(sample));
            }
        }
        if self.behind == id.len() {
            let rest = constant ^ self.of_nothing(0, &[], id);
            if self.polynomial == 0x1021 && HYUNDAI.contains(&(sample.length, rest)) {
                return (self.crc(sample, 0, rest) + ", id = \"after\"", true);
            }
            if let (true, FrameId::Standard(_), 0x1021) = (is_plain, sample.id, self.polynomial)
                && let Some(data_id) = (0..=u16::MAX)
                    .find(|data_id| self.of_nothing(0xFFFF, &[], &data_id.to_le_bytes()) == constant)
            {
                return (format!("kind = \"autosar-e2e-5\", data_id = {data_id:#06X}"), false);
            }
        }
        if self.behind == 1
            && let Some(words) = self.tails(sample, &[constant])
        {
            return (words, false);
        }
        let mut words = self.crc(sample, 0, constant);
        if self.behind > 0 {
            words += &format!(", tail = {:?}", &[0; 4][..self.behind]);
        }
        (words, false)
    }

    fn crc(&self, sample: &Sample, initial: u32, end: u32) -> String {
        let mut words =
            format!("kind = \"crc\", width = {}, polynomial = {:#X}", self.place.bits, self.polynomial);
        for (key, value) in [("initial", initial), ("final_xor", end)] {
            if value != 0 {
                words += &format!(", {key} = {value:#X}");
            }
        }
        if self.reflect {
            words += ", reflect = true";
        }
        if !self.is_whole(sample) {
            words += &format!(", bytes = [{}, {}]", self.range.0, self.range.1);
        }
        words
    }
}
