//! Messages that say different things in turn (multiplexing): a small field, the selector, tells which.
//!
//! That a field counts through a few values proves nothing, since counters do so too. What proves it is the rest of the message: of a number
//! that is on a page of its own the neighbours on that page foretell the value, and the frames between them, which come sooner, do not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::place::place;
use super::smooth::{Member, numbers};
use super::traffic::{Dated, FEWEST, View, word};

/// A selector has no more values.
const MOST_PAGES: usize = 8;

/// From one frame to the next a selector changes at least so often, 0 to 1: what changes less often is a state, such as a gear.
const CHANGES: f64 = 0.5;

/// From each value a selector goes on to the same next one at least so often, 0 to 1: the low bits of a number do not.
const IN_TURN: f64 = 0.8;

/// What the frames between leave over is so many times what the neighbours on the page leave over, at least.
const GAIN: f64 = 1.25;

/// And that by so many times what chance does.
const SURE: f64 = 6.0;

/// Of several selectors that part the frames nearly as well the one with the fewest pages is taken.
const NEARLY: f64 = 0.7;

/// What changes in fewer frames is no number that moves: a checksum of what hardly changes goes in step with a counter.
const LIVES: usize = 30;

/// Frames that are compared with their neighbours: so many runs of so many.
const RUNS: (usize, usize) = (64, 64);

/// The bits that tell what a frame says: within a byte, so that its order is either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Selector {
    pub byte: usize,
    /// Its lowest bit in the byte.
    pub low: u32,
    pub bits: u32,
}

/// One of the things that a message says in turn.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub selector: Selector,
    /// The value of the selector.
    pub value: u8,
    is_first: bool,
    /// Frames that came one after the other: selector, and word of the view.
    runs: Arc<[Vec<(u8, u64)>]>,
}

impl Selector {
    fn value(self, bytes: &[u8]) -> u8 {
        let whole = bytes.get(self.byte).copied().unwrap_or_default();
        ((u16::from(whole) >> self.low) & ((1 << self.bits) - 1)) as u8
    }

    /// Start bit as a DBC file has it, Intel.
    pub fn start(self) -> usize {
        self.byte * 8 + self.low as usize
    }
}

/// Frames of a message that follow one another.
type Run<'a> = Vec<Dated<'a>>;

/// The views of a message: of its pages where it has some, else of all its frames. `runs` of them follow one another; `pieces` makes the views
/// of the frames that it is given.
pub(super) fn split(
    frames: &[Dated<'_>],
    runs: &[Run<'_>],
    pieces: impl Fn(&[Dated<'_>]) -> Vec<View>,
) -> Vec<View> {
    let of = |selector: Selector| {
        let views = of_pages(frames, runs, selector, &pieces);
        let gain = gains(&views).fold(0.0, f64::max);
        (gain, views)
    };
    let selectors = selectors(runs).into_iter().filter(|selector| has_pages(frames, *selector));
    let mut ways: Vec<_> = selectors.map(of).filter(|(gain, _)| *gain >= GAIN).collect();
    let most = ways.iter().map(|(gain, _)| *gain).fold(0.0, f64::max);
    ways.retain(|(gain, _)| *gain >= NEARLY * most);
    // Of as many pages the first selector.
    let fewest = ways.into_iter().min_by_key(|(_, views)| views.len());
    fewest.map_or_else(|| pieces(frames), |(_, views)| views)
}

/// Fields that could select: bits side by side in a byte, alone or up to the middle of it, that step through a few values.
fn selectors(runs: &[Run<'_>]) -> Vec<Selector> {
    let size = runs.iter().flatten().next().map_or(0, |(_, bytes)| bytes.len());
    let mut found = Vec::new();
    for byte in 0..size {
        let pairs = runs.iter().flat_map(|run| run.windows(2));
        let flips = pairs.fold(0, |all, pair| all | (pair[0].1[byte] ^ pair[1].1[byte]));
        let is_used = |bit: u32| bit < 8 && flips >> bit & 1 == 1;
        let begins = |bit: &u32| is_used(*bit) && (*bit == 0 || *bit == 4 || !is_used(*bit - 1));
        for low in (0..8).filter(begins) {
            let ends = |bit: &u32| is_used(*bit - 1) && (*bit == 4 || *bit == 8 || !is_used(*bit));
            let fields = (low + 1..=8).take_while(|high| is_used(*high - 1)).filter(ends);
            found.extend(fields.map(|high| Selector { byte, low, bits: high - low }));
        }
    }
    found.retain(|selector| turns(runs, *selector));
    found
}

/// Whether a field takes a few values, each often enough.
fn has_pages(frames: &[Dated<'_>], selector: Selector) -> bool {
    let mut counts = BTreeMap::new();
    for (_, bytes) in frames {
        *counts.entry(selector.value(bytes)).or_insert(0) += 1;
        if counts.len() > MOST_PAGES {
            return false;
        }
    }
    counts.len() >= 2 && counts.values().all(|count| *count >= FEWEST)
}

/// Whether a field takes its values in turn, few that they are.
fn turns(runs: &[Run<'_>], selector: Selector) -> bool {
    let mut values = BTreeSet::new();
    let mut steps: BTreeMap<(u8, u8), usize> = BTreeMap::new();
    for run in runs {
        let mut last = None;
        for (_, bytes) in run {
            let value = selector.value(bytes);
            values.insert(value);
            if let Some(last) = last.replace(value) {
                *steps.entry((last, value)).or_default() += 1;
            }
            if values.len() > MOST_PAGES {
                return false;
            }
        }
    }
    let all = runs.iter().map(Vec::len).sum::<usize>() as f64;
    let changes: usize = steps.iter().filter(|((from, to), _)| from != to).map(|(_, count)| count).sum();
    let usual = |value: &u8| steps.range((*value, 0)..=(*value, u8::MAX)).map(|(_, count)| *count).max();
    let in_turn: usize = values.iter().filter_map(usual).sum();
    changes as f64 >= CHANGES * all && in_turn as f64 >= IN_TURN * all
}

fn of_pages(
    frames: &[Dated<'_>],
    runs: &[Run<'_>],
    selector: Selector,
    pieces: &impl Fn(&[Dated<'_>]) -> Vec<View>,
) -> Vec<View> {
    let mut pages: BTreeMap<u8, Vec<Dated<'_>>> = BTreeMap::new();
    for &(at, bytes) in frames {
        pages.entry(selector.value(bytes)).or_default().push((at, bytes));
    }
    let (most, length) = RUNS;
    let apart = runs.iter().map(Vec::len).sum::<usize>().div_ceil(most).max(length);
    let runs_at = |byte: usize| -> Arc<[Vec<(u8, u64)>]> {
        let run = |run: &[Dated<'_>]| -> Vec<_> {
            let run = run.iter().take(length);
            run.map(|(_, bytes)| (selector.value(bytes), word(bytes, byte))).collect()
        };
        runs.iter().flat_map(|run| run.chunks(apart)).map(run).collect()
    };
    let first = pages.keys().next().copied();
    let mut views = Vec::new();
    for (value, frames) in pages {
        for mut view in pieces(&frames) {
            let runs = runs_at(view.byte);
            view.page = Some(Page { selector, value, is_first: Some(value) == first, runs });
            views.push(view);
        }
    }
    views
}

/// Of the numbers on pages.
fn gains(views: &[View]) -> impl Iterator<Item = f64> {
    numbers(views).into_iter().filter_map(|number| gain(&number.member, views))
}

/// Whether a number belongs to its view: one that is in all frames of the message is read on the first page alone.
pub(super) fn is_at_home(member: &Member, views: &[View]) -> bool {
    let page = views[member.view].page.as_ref();
    page.is_none_or(|page| page.is_first || gain(member, views).is_some_and(|gain| gain >= GAIN))
}

/// How much more of a number the frames between leave over than its neighbours on the page: about 1 or less for what is in all frames.
fn gain(member: &Member, views: &[View]) -> Option<f64> {
    let view = &views[member.view];
    let page = view.page.as_ref()?;
    // What goes in step with the selector, such as a counter, is constant on a page, and no part of the number.
    let mut alone = [member.clone()];
    place(&mut alone, &[0], views);
    let [member] = alone;
    if (member.low..=member.high).any(|place| view.flips(member.order, place) == 0.0) {
        return None;
    }
    let mut left = Left::default();
    for run in page.runs.iter() {
        let here: Vec<_> = (0..run.len()).filter(|n| run[*n].0 == page.value).collect();
        for near in here.windows(3).filter(|near| near[0] + 1 < near[1] && near[1] + 1 < near[2]) {
            let read = |n: usize| member.raw(run[n].1);
            left.add(read(near[1]), [read(near[0]), read(near[2])], [read(near[1] - 1), read(near[1] + 1)]);
        }
    }
    left.gain()
}

/// What is left over of a number.
#[derive(Clone, Copy, Debug, Default)]
struct Left {
    own: f64,
    /// Frames at which something is.
    lives: usize,
    /// By the frame before, by that after, by the middle of both: the sum, and that of the squares of how much more it is than the own.
    between: [(f64, f64); 3],
}

impl Left {
    /// A value, those before and after it on the page, and those of the frames between.
    fn add(&mut self, value: i64, own: [i64; 2], [before, after]: [i64; 2]) {
        // Whole counts leave up to two over, and at a steady pace they do so in turn.
        let excess = |off: i64| (off.abs() - 2).max(0) as f64;
        let own = 2 * value - own[0] - own[1];
        self.lives += usize::from(own != 0);
        let own = excess(own);
        self.own += own;
        let off = [2 * (value - before), 2 * (value - after), 2 * value - before - after];
        for ((sum, squares), off) in self.between.iter_mut().zip(off) {
            let off = excess(off);
            (*sum, *squares) = (*sum + off, *squares + (off - own).powi(2));
        }
    }

    /// By the best of the three: a sender that says each value twice has the same in the frame before, or in that after.
    fn gain(self) -> Option<f64> {
        let (sum, squares) = self.between.into_iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
        let is_sure = sum - self.own > SURE * squares.sqrt();
        (self.lives >= LIVES && is_sure).then(|| sum / self.own.max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::sample::views;

    /// Up and down, a little faster with each wheel.
    fn wheel(n: u64, which: u64) -> u64 {
        let wave = 2000.0 - 2000.0 * (n as f64 * 0.01).cos();
        (wave * (1.0 + 0.01 * which as f64)) as u64
    }

    fn pages(views: &[View]) -> Vec<(usize, u32, u32, u8)> {
        let page = |view: &View| {
            view.page.as_ref().map(|p| (p.selector.byte, p.selector.low, p.selector.bits, p.value))
        };
        views.iter().filter_map(page).collect()
    }

    #[test]
    fn what_is_said_in_turn_is_parted() {
        // Two wheels a page; a counter of four bits goes on beside the selector.
        let two = views(2000, |n| {
            let page = n % 2;
            page << 60 | (n & 15) << 56 | wheel(n, 2 * page) << 32 | wheel(n, 2 * page + 1) << 16
        });
        assert_eq!(pages(&two), [(0, 4, 1, 0), (0, 4, 1, 1)]);
        assert!((two[0].frames, two[1].frames) == (1000, 1000));
        // One wheel a page, and pages that are called 1 to 4.
        let four = views(2000, |n| (1 + n % 4) << 56 | wheel(n, n % 4) << 40);
        assert_eq!(pages(&four).iter().map(|page| page.3).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(pages(&four)[0], (0, 0, 3, 1));
        // Something else on the other page.
        let other =
            views(2000, |n| (n % 2) | if n % 2 == 0 { wheel(n, 0) << 48 } else { 0x1234 << 48 | 0xAB << 40 });
        assert_eq!(pages(&other).len(), 2);
    }

    #[test]
    fn a_counter_parts_nothing() {
        let whole = |word: &dyn Fn(u64) -> u64| assert!(pages(&views(2000, word)).is_empty());
        whole(&|n| wheel(n, 0) << 48 | wheel(n, 1) << 32 | (n & 3));
        // A bit that changes each time, right below a number, and a sender that says each value twice.
        whole(&|n| wheel(n, 0) << 48 | (n & 1) << 47 | ((n / 40) & 1) << 20);
        whole(&|n| wheel(n & !1, 0) << 48 | (n & 1) << 4);
        whole(&|n| (wheel(n, 0) + n * 7919 % 13) << 48 | (n & 7) << 4);
        // A gear.
        whole(&|n| (wheel(n, n / 300 % 3) << 48) | (n / 300 % 3));
    }

    #[test]
    fn a_number_of_all_pages_is_read_once() {
        let views = views(2000, |n| (n % 2) | (wheel(n, n % 2) << 48) | wheel(n, 5) << 16);
        let numbers = numbers(&views);
        let at = |view: usize, low: i32| {
            let is_there = |member: &Member| member.view == view && (low..low + 13).contains(&member.high);
            numbers.iter().any(|number| is_there(&number.member))
        };
        assert!(at(0, 48) && at(1, 48) && at(0, 16) && !at(1, 16), "{numbers:?}");
    }
}
