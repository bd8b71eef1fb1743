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
pub(crate) use proof::{Counted, Proof, definition};
pub(crate) use sample::Sample;

use self::candidate::Candidate;

/// What became of the search.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// This holds, and chance is excluded.
    Proven(Proof),
    /// This holds too, but the frames are too much alike to prove it.
    Perhaps(Proof),
    /// Nothing that is known holds.
    Nothing,
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
    let needed = evidence::frames_needed(8);
    let finders: [&dyn Fn() -> Vec<Candidate>; 4] = [
        &|| sums::search(sample, &counters),
        &|| cyclic::search(sample, &counters),
        &|| patched::search(sample, &counters),
        &|| known::search(sample),
    ];
    let mut perhaps = None;
    let mut proven = None;
    for finder in finders {
        for candidate in finder() {
            let is_enough = candidate.evidence.is_enough();
            let is_known = candidate.is_known;
            if !is_enough && (!is_known || !candidate.evidence.is_something() || perhaps.is_some()) {
                continue;
            }
            let Some(proof) = proof::prove(sample, &candidate, &counters) else { continue };
            if is_enough {
                proven = Some(proof);
                break;
            }
            perhaps = Some(proof);
        }
        if proven.is_some() {
            break;
        }
    }
    let checksum = match (proven, perhaps) {
        (Some(proof), _) => Outcome::Proven(proof),
        (None, Some(proof)) => Outcome::Perhaps(proof),
        (None, None) => Outcome::Nothing,
    };
    let own = match &checksum {
        Outcome::Proven(proof) | Outcome::Perhaps(proof) => Some(proof.place),
        Outcome::Nothing => None,
    };
    let counters = counters.into_iter().filter(|counter| own.is_none_or(|own| !counter.overlaps(own)));
    let counters = counters.filter_map(|counter| proof::count(sample, counter)).collect();
    Found { checksum, counters, needed }
}

#[cfg(test)]
mod tests;
