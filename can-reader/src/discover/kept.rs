//! Of the frames of a message those that are kept: all of them while they are few, then single ones and runs.
//!
//! What a number shows over a drive is seen in single frames, evenly spread, and what is said in turn only in frames that follow one another.

use super::traffic::Dated;

/// Frames of a message that are kept at most where memory is to be bounded: those of three minutes at 10 ms.
pub(super) const MOST_KEPT: usize = 16_384;

/// Frames of a run.
pub(super) const RUN: u64 = 64;

/// Runs that are kept at most, and half as many at least.
const MOST_RUNS: usize = 64;

/// Where runs are kept too there are so many single frames at most, and half as many at least.
const MOST_SINGLE: usize = MOST_KEPT - MOST_RUNS * RUN as usize;

/// Some or all frames of a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    /// All of its frames, kept or not.
    pub seen: u64,
    single: Single,
    /// `None`: the single ones are all.
    runs: Option<Runs>,
}

/// Frames, one after the other.
#[derive(Clone, Debug, Default)]
struct Frames {
    /// Seconds.
    at: Vec<f64>,
    length: Vec<u8>,
    /// Of all frames.
    bytes: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Single {
    /// Of so many frames one is kept: 1, 2, 4 and so on.
    of: u64,
    frames: Frames,
}

#[derive(Clone, Debug)]
struct Runs {
    /// Of so many runs one is kept: 1, 2, 4 and so on.
    of: u64,
    /// Each with its number, first to last.
    runs: Vec<(u64, Frames)>,
}

impl Kept {
    /// Takes the next frame; keeps all, or where it is bounded some.
    pub fn add(&mut self, is_bounded: bool, at: f64, bytes: &[u8]) {
        let n = self.seen;
        self.seen += 1;
        self.single.add(n, at, bytes);
        if let Some(runs) = &mut self.runs {
            runs.add(n, at, bytes);
        }
        if is_bounded && self.single.frames.at.len() >= self.most_single() {
            self.runs.get_or_insert_with(|| Runs::of(&self.single.frames));
            self.single.thin();
        }
    }

    fn most_single(&self) -> usize {
        if self.runs.is_some() { MOST_SINGLE } else { MOST_KEPT }
    }

    /// Evenly spread.
    pub fn each(&self) -> impl Iterator<Item = Dated<'_>> {
        self.single.frames.each()
    }

    /// Frames that follow one another, those of `size` bytes: all of them, or some runs.
    pub fn runs(&self, size: usize) -> Vec<Vec<Dated<'_>>> {
        match &self.runs {
            None => vec![self.single.frames.of_size(size)],
            Some(runs) => runs.runs.iter().map(|(_, frames)| frames.of_size(size)).collect(),
        }
    }

    /// The commonest length, bytes.
    pub fn size(&self) -> usize {
        let mut counts = [0_usize; 256];
        self.single.frames.length.iter().for_each(|length| counts[usize::from(*length)] += 1);
        (0..256).max_by_key(|length| counts[*length]).unwrap_or_default()
    }
}

impl Frames {
    fn push(&mut self, at: f64, bytes: &[u8]) {
        self.at.push(at);
        self.length.push(u8::try_from(bytes.len()).unwrap_or(u8::MAX));
        self.bytes.extend_from_slice(bytes);
    }

    fn each(&self) -> impl Iterator<Item = Dated<'_>> {
        let mut from = 0;
        self.at.iter().zip(&self.length).map(move |(at, length)| {
            let begin = from;
            from += usize::from(*length);
            (*at, &self.bytes[begin..from])
        })
    }

    fn of_size(&self, size: usize) -> Vec<Dated<'_>> {
        self.each().filter(|(_, bytes)| bytes.len() == size).collect()
    }
}

impl Default for Single {
    fn default() -> Self {
        Self { of: 1, frames: Frames::default() }
    }
}

impl Single {
    /// Which one of each `of` is by chance, so that what comes in turn is kept in equal parts.
    fn add(&mut self, n: u64, at: f64, bytes: &[u8]) {
        if n % self.of == chance(n / self.of, self.of) {
            self.frames.push(at, bytes);
        }
    }

    /// Keeps one of each two.
    fn thin(&mut self) {
        self.of *= 2;
        let mut kept = Frames::default();
        for (n, (at, bytes)) in (0..).zip(self.frames.each()) {
            if n % 2 == chance((self.of << 32) | (n / 2), 2) {
                kept.push(at, bytes);
            }
        }
        self.frames = kept;
    }
}

impl Runs {
    /// Of frames from the first one on.
    fn of(frames: &Frames) -> Self {
        let mut runs = Self { of: 1, runs: Vec::new() };
        (0..).zip(frames.each()).for_each(|(n, (at, bytes))| runs.add(n, at, bytes));
        runs
    }

    fn add(&mut self, n: u64, at: f64, bytes: &[u8]) {
        let run = n / RUN;
        if n.is_multiple_of(RUN) {
            self.begin(run);
        }
        // A run that was not begun is not kept: it would be a part of one.
        if let Some((_, frames)) = self.runs.last_mut().filter(|(last, _)| *last == run) {
            frames.push(at, bytes);
        }
    }

    fn begin(&mut self, run: u64) {
        if self.runs.len() >= MOST_RUNS {
            self.of *= 2;
            let of = self.of;
            let mut n = 0;
            self.runs.retain(|_| {
                n += 1;
                (n - 1) % 2 == chance((of << 32) | ((n - 1) / 2), 2)
            });
        }
        if run % self.of == chance(run / self.of, self.of) {
            self.runs.push((run, Frames::default()));
        }
    }
}

/// Which of `of` neighbours is kept, by their number: it looks like chance, and is the same each time.
const fn chance(n: u64, of: u64) -> u64 {
    let mixed = (n ^ of << 40).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 40) % of
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(count: u32) -> Kept {
        let mut kept = Kept::default();
        (0..count).for_each(|n| kept.add(true, f64::from(n), &n.to_be_bytes()));
        kept
    }

    fn number((_, bytes): Dated<'_>) -> u32 {
        u32::from_be_bytes(bytes.try_into().unwrap())
    }

    #[test]
    fn few_frames_are_kept_all() {
        let kept = kept(16_383);
        let runs = kept.runs(4);
        assert_eq!((runs.len(), runs[0].len(), kept.each().count(), kept.size()), (1, 16_383, 16_383, 4));
        assert!(kept.runs(3)[0].is_empty());
    }

    #[test]
    fn of_many_frames_runs_are_whole_and_lie_all_over_the_log() {
        for count in [16_384, 20_000, 40_000, 400_000, 3_000_017] {
            let kept = kept(count);
            let runs = kept.runs(4);
            let (single, in_runs) = (kept.each().count(), runs.iter().map(Vec::len).sum::<usize>());
            assert!(
                single + in_runs <= MOST_KEPT && single >= MOST_SINGLE / 2,
                "{count}: {single} {in_runs}"
            );
            assert!((MOST_RUNS / 2..=MOST_RUNS).contains(&runs.len()), "{count}: {}", runs.len());
            let mut last = None;
            for run in &runs {
                let first = number(run[0]);
                let follow = (first..).zip(run).all(|(n, frame)| number(*frame) == n);
                assert!(u64::from(first).is_multiple_of(RUN) && follow, "{count}: {first}");
                // Only the last one may be cut off by the end of the log.
                assert!(run.len() as u64 == RUN || first + run.len() as u32 == count, "{count}: {first}");
                let apart = first - last.replace(first).unwrap_or_default();
                assert!(apart as usize <= count as usize / (MOST_RUNS / 2) * 2, "{count}: {apart}");
            }
            assert!(
                last.unwrap() as usize >= count as usize - count as usize / (MOST_RUNS / 2) * 2,
                "{count}"
            );
        }
    }

    #[test]
    fn frames_that_are_not_bounded_are_kept_all() {
        let mut kept = Kept::default();
        (0..50_000).for_each(|n| kept.add(false, f64::from(n), &[1]));
        assert_eq!((kept.each().count(), kept.runs(1)[0].len()), (50_000, 50_000));
    }
}
