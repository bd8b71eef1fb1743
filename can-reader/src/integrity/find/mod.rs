//! Which description of a checksum holds for a message of a recording, and which of its fields is a counter.
//!
//! ```text
//! Sample ─► counters ─► sums, patched sums, cyclic, known ─► Candidate ─► evidence ─► proof: compiled as a profile's, held against all
//! ```

mod candidate;
mod counters;
mod cyclic;
mod evidence;
mod family;
mod known;
mod patched;
mod place;
mod proof;
mod sample;
mod sums;

pub(crate) use family::{Family, families};
pub(crate) use place::Place;
pub(crate) use proof::{Counted, Proof, definition};
pub(crate) use sample::Sample;

use self::candidate::Candidate;
use self::counters::Field;

/// What became of the search.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// This holds, and chance is excluded.
    Proven(Proof),
    /// This holds too, but the frames are too much alike to prove it.
    Perhaps(Proof),
    /// Nothing that is known holds; or what does is not to be told from chance, for the frames are too much alike.
    Nothing { is_alike: bool },
}

/// What was found out about a message.
#[derive(Debug)]
pub(crate) struct Found {
    pub checksum: Outcome,
    /// The counters in it, most bits first, with what the profile calls them and how many frames they refuse.
    pub counters: Vec<Counted>,
    /// How many different frames a proof takes, about.
    pub needed: usize,
}

/// Searches one message.
pub(crate) fn search(sample: &Sample) -> Found {
    let counters = counters::search(sample);
    let checksum = checksum(sample, &counters);
    let own = match &checksum {
        Outcome::Proven(proof) | Outcome::Perhaps(proof) => Some(proof.place),
        Outcome::Nothing { .. } => None,
    };
    let counters = counters.into_iter().filter(|counter| own.is_none_or(|own| !counter.overlaps(own)));
    let counters = counters.filter_map(|counter| proof::count(sample, counter)).collect();
    Found { checksum, counters, needed: evidence::frames_needed(8) }
}

/// The simplest checksum that is proven, else one that is known and may be.
fn checksum(sample: &Sample, counters: &[Field]) -> Outcome {
    let finders: [&dyn Fn() -> Vec<Candidate>; 4] = [
        &|| sums::search(sample, counters),
        &|| cyclic::search(sample, counters),
        &|| patched::search(sample, counters),
        &|| known::search(sample),
    ];
    let (mut perhaps, mut is_alike) = (None, sample.is_alike(counters));
    for candidate in finders.into_iter().flat_map(|finder| finder()) {
        let prove = || proof::prove(sample, &candidate, counters);
        if candidate.evidence.is_enough() {
            if let Some(proof) = prove() {
                return Outcome::Proven(proof);
            }
            continue;
        }
        is_alike = true;
        if perhaps.is_none() && candidate.is_known && candidate.evidence.is_something() {
            perhaps = prove();
        }
    }
    perhaps.map_or(Outcome::Nothing { is_alike }, Outcome::Perhaps)
}

#[cfg(test)]
mod tests;
