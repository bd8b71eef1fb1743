//! How much the frames prove.

use super::sample::Sample;

/// What speaks for a candidate, in bits: each halves the probability that chance made it hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Evidence {
    bits: u32,
    /// What was tried before it held.
    tried: u32,
}

/// Chance must be below one in 2^30, which is 1e-9.
const CERTAIN: u32 = 30;

/// Without the unit that changes most, so many bits still have to: else the checksum may be a copy.
const OTHERS: usize = 3;

impl Evidence {
    /// Nothing speaks for it.
    pub const NONE: Self = Self { bits: 0, tried: 0 };

    /// Something does.
    pub const LITTLE: Self = Self { bits: CERTAIN / 2, tried: 0 };

    /// Of a checksum of so many bits: each further frame whose bits are no combination of those before it is one more that
    /// had to hold. `tried`: how many candidates, as a power of two.
    pub fn new(sample: &Sample, bits: u8, covered: impl Fn(usize) -> u8, tried: u32) -> Self {
        Self::of_classes(sample, bits, covered, tried, |_| 0)
    }

    /// The same where each class of frames, up to 256, has a constant of its own: frames are held against their class only.
    pub fn of_classes(
        sample: &Sample,
        bits: u8,
        covered: impl Fn(usize) -> u8,
        tried: u32,
        class: impl Fn(&[u8]) -> usize,
    ) -> Self {
        let all = rank(sample, &covered, &class);
        let biggest = (0..sample.length).max_by_key(|at| (covered(*at) & sample.varying[*at]).count_ones());
        let others = rank(sample, |at| if Some(at) == biggest { 0 } else { covered(at) }, &class);
        let all = if others < OTHERS { 0 } else { all };
        Self { bits: u32::from(bits) * u32::try_from(all).unwrap_or(u32::MAX), tried }
    }

    /// Worth a word, though not proven.
    pub const fn is_something(self) -> bool {
        self.bits >= CERTAIN / 2
    }

    pub const fn is_enough(self) -> bool {
        self.bits >= CERTAIN + self.tried
    }
}

/// Different frames that a checksum of so many bits needs, about, where each brings something new.
pub(super) const fn frames_needed(bits: usize) -> usize {
    (CERTAIN as usize + 16).div_ceil(bits) + 1
}

/// How many of the contents are no combination (by exclusive or) of others, the first of each class taken off.
fn rank(sample: &Sample, covered: impl Fn(usize) -> u8, class: impl Fn(&[u8]) -> usize) -> usize {
    let mut firsts = [None; 256];
    let mut basis: Vec<[u64; 8]> = Vec::new();
    for payload in &sample.contents {
        let first = firsts[class(payload) % 256].get_or_insert(payload);
        let mut row = [0_u64; 8];
        for (at, (byte, first)) in payload.iter().zip(first.iter()).enumerate() {
            row[at / 8] |= u64::from((byte ^ first) & covered(at)) << (at % 8 * 8);
        }
        for known in &basis {
            let Some(word) = known.iter().position(|word| *word != 0) else { continue };
            if row[word] >> known[word].trailing_zeros() & 1 == 1 {
                row.iter_mut().zip(known).for_each(|(bits, known)| *bits ^= known);
            }
        }
        if row.iter().any(|word| *word != 0) {
            basis.push(row);
        }
    }
    basis.len()
}
