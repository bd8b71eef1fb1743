//! Makers' checksums that lie in pieces, where no search looks for them.

use super::candidate::Candidate;
use super::evidence::Evidence;
use super::place::Place;
use super::sample::Sample;

/// How many there are, as a power of two.
const TRIED: u32 = 1;

/// Those that may be in a message; whether they hold is for the proof to say.
pub(super) fn search(sample: &Sample) -> Vec<Candidate> {
    hyundai_wheel_speeds(sample).into_iter().collect()
}

/// Hyundai's and Kia's 0x386: two bits each at the end of every second byte, of the counter and of how many of the other bits
/// are one.
fn hyundai_wheel_speeds(sample: &Sample) -> Option<Candidate> {
    let part = |byte| Place::field(byte, 6, 2);
    let (high, low) = (part(7), part(5));
    if sample.length != 8 || !sample.is_varied(high) || !sample.is_varied(low) {
        return None;
    }
    let names = [("SUM_H", high), ("SUM_L", low), ("COUNTER_H", part(3)), ("COUNTER_L", part(1))];
    let evidence = Evidence::new(sample, 4, |at| if at % 2 == 1 { 0x3F } else { 0xFF }, TRIED);
    let words = "kind = \"sum\", of = \"bits\", without = [\"COUNTER_H\", \"COUNTER_L\"], final_xor = 9, signal = [\"SUM_H\", \"SUM_L\"]";
    let signals = names.map(|(name, place)| (name.to_owned(), place)).into();
    Some(Candidate { place: high, words: words.to_owned(), signals, counter: None, evidence, is_known: true })
}
