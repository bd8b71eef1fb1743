//! What the other messages of the recording have: it needs less proof.

use super::candidate::Candidate;
use super::evidence::Evidence;
use super::place::Place;
use super::proof::{self, Proof};
use super::sample::Sample;

/// A checksum that is proven in some messages.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    /// `{ kind = ..., signal = "CHECKSUM" }`, with no number of one message in it.
    words: String,
    /// Its place, by the bytes that follow it.
    behind: usize,
    place: Place,
    pub messages: usize,
}

/// So many messages make a family.
const MESSAGES: usize = 3;

/// It was not searched for, so that so many bits exclude chance: one message of 65,536 would have it.
const BITS: usize = 16;

/// The families among what is proven.
pub(crate) fn families<'a>(proven: impl Iterator<Item = (&'a Sample, &'a Proof)>) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    // A constant or a table is one message's own.
    for (sample, proof) in proven.filter(|(_, proof)| proof.is_known) {
        let behind = sample.length - proof.place.byte;
        let same = |family: &&mut Family| {
            family.words == proof.words
                && family.behind == behind
                && (family.place.shift, family.place.bits, family.place.big_endian)
                    == (proof.place.shift, proof.place.bits, proof.place.big_endian)
        };
        match families.iter_mut().find(same) {
            Some(family) => family.messages += 1,
            None => {
                families.push(Family { words: proof.words.clone(), behind, place: proof.place, messages: 1 })
            }
        }
    }
    families.retain(|family| family.messages >= MESSAGES);
    families
}

impl Family {
    /// Whether a message has it too.
    pub fn holds(&self, sample: &Sample) -> Option<Proof> {
        let place = Place { byte: sample.length.checked_sub(self.behind)?, ..self.place };
        let inner = self.words.strip_prefix("{ ")?.strip_suffix(", signal = \"CHECKSUM\" }")?;
        let evidence = Evidence::NONE;
        let candidate = Candidate {
            place,
            words: inner.to_owned(),
            signals: Vec::new(),
            counter: None,
            evidence,
            is_known: true,
        };
        let proof = proof::prove(sample, &candidate, &[])?;
        (usize::from(place.bits) * sample.contents.len() >= BITS && proof.values > 1).then_some(proof)
    }
}
