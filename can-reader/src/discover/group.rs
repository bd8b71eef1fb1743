//! Numbers that are made alike, lie in one message or two, and show nearly the same: what wheels look like.

use std::collections::{BTreeMap, BTreeSet};

use super::grid::Grid;
use super::smooth::{Member, Number};
use super::stats::{bounds, correlation, median, quantile, spread};
use super::traffic::View;
use super::traits::Traits;

/// Tops of two numbers in a message are so far apart at least, bits.
const APART: i32 = 6;

/// A bit of the log: interface and id of a message, page, byte, bit.
type Bit = (String, crate::FrameId, Option<u8>, usize, i32);

/// One or several numbers of one format.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub members: Vec<Member>,
    /// Their raw values at the points of the grid.
    pub rows: Vec<Vec<f64>>,
    /// What they show together: the median of three or more.
    pub mean: Vec<f64>,
    pub traits: Traits,
    /// Found as numbers that are equal while hardly anything changes.
    pub is_steady: bool,
    /// Places at the same spacing that stand at the value of rest all the time.
    pub still: usize,
    pub score: f64,
}

/// How a number compares with another.
#[derive(Clone, Copy, Debug)]
struct Likeness {
    /// It is the other one shifted by so many bits.
    shift: i32,
    /// Median of the difference, as a share of the range.
    off: f64,
}

/// A number as a share of what its bits could hold, at the points of the grid.
pub(super) fn share(number: &Number, views: &[View], grid: &Grid) -> Vec<f64> {
    let full = f64::from(1 << number.member.width());
    grid.put(number.member.values(&views[number.member.view]).map(|(at, value)| (at, value / full)))
}

/// Sets of numbers in one message, on any of its pages, that pair with each other: their members, and by how many bits each is shifted against the first.
pub(super) fn groups(numbers: &[Number], views: &[View], grid: &Grid) -> Vec<(Vec<Member>, Vec<i32>)> {
    let mut by_message: BTreeMap<_, Vec<&Number>> = BTreeMap::new();
    for number in numbers {
        let is_intel = number.member.order == crate::dbc::ByteOrder::Intel;
        let View { bus, id, byte, .. } = &views[number.member.view];
        by_message.entry((bus, *id, *byte, is_intel)).or_default().push(number);
    }
    by_message.into_values().flat_map(|numbers| of_message(numbers, views, grid)).collect()
}

fn of_message(mut numbers: Vec<&Number>, views: &[View], grid: &Grid) -> Vec<(Vec<Member>, Vec<i32>)> {
    numbers.sort_by_key(|number| -number.member.high);
    let shares: Vec<_> = numbers.iter().map(|number| share(number, views, grid)).collect();
    let highs: Vec<_> = numbers.iter().map(|number| number.member.high).collect();
    let mut pairs: BTreeMap<(usize, usize), Likeness> = BTreeMap::new();
    for (i, k) in (0..numbers.len()).flat_map(|i| (i + 1..numbers.len()).map(move |k| (i, k))) {
        let is_one_page = numbers[i].member.view == numbers[k].member.view;
        if is_one_page && highs[i] - highs[k] < APART {
            continue;
        }
        if let Some(likeness) = likeness(&shares[i], &shares[k]) {
            pairs.insert((i, k), likeness);
            pairs.insert((k, i), Likeness { shift: -likeness.shift, ..likeness });
        }
    }
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for seed in 0..numbers.len() {
        let mut near: Vec<_> =
            pairs.range((seed, 0)..(seed + 1, 0)).map(|((_, k), likeness)| (*k, *likeness)).collect();
        let strangeness = |likeness: &Likeness| likeness.off + 0.02 * f64::from(likeness.shift.abs());
        near.sort_by(|a, b| strangeness(&a.1).total_cmp(&strangeness(&b.1)));
        let mut set = vec![seed];
        for (k, _) in near {
            if set.iter().all(|other| pairs.contains_key(&(k, *other))) {
                set.push(k);
            }
        }
        set.sort_unstable();
        if set.len() >= 2 && !sets.contains(&set) {
            sets.push(set);
        }
    }
    let found = sets.iter().map(|set| {
        let shift = |k: &usize| pairs.get(&(set[0], *k)).map_or(0, |likeness| likeness.shift);
        (set.iter().map(|k| numbers[*k].member.clone()).collect(), set.iter().map(shift).collect())
    });
    found.collect()
}

/// Whether two numbers are of one kind: proportional by a power of two, and near to each other.
fn likeness(a: &[f64], b: &[f64]) -> Option<Likeness> {
    if correlation(a, b) < 0.85 {
        return None;
    }
    let top = b.iter().fold(1e-9_f64, |top, value| top.max(value.abs()));
    let ratios: Vec<_> = a.iter().zip(b).filter(|(_, b)| b.abs() > 0.25 * top).map(|(a, b)| a / b).collect();
    let ratio = median(ratios.iter().copied());
    if ratios.len() < 5 || ratio <= 0.0 {
        return None;
    }
    let shift = ratio.log2().round();
    if shift.abs() > 4.0 || (ratio.log2() - shift).abs() > 0.25 {
        return None;
    }
    let times = shift.exp2();
    let range = spread(a).max(spread(b) * times);
    let off = median(a.iter().zip(b).map(|(a, b)| (a - b * times).abs() / range));
    (off <= 0.06).then_some(Likeness { shift: shift as i32, off })
}

impl Group {
    /// The group of these members, with what they show; `None` where a member leaves its message.
    pub fn of(members: Vec<Member>, views: &[View], grid: &Grid) -> Option<Self> {
        let mut group = Self { members, ..Self::default() };
        group.read(views, grid).then_some(group)
    }

    /// Reads the members' values again. `false` where a member leaves its message.
    pub fn read(&mut self, views: &[View], grid: &Grid) -> bool {
        let fits = |member: &Member| {
            let view = &views[member.view];
            member.low >= view.lowest(member.order)
                && member.high <= view.highest(member.order)
                && member.width() <= 20
        };
        if self.members.is_empty() || !self.members.iter().all(fits) {
            return false;
        }
        self.rows = self.members.iter().map(|member| grid.put(member.values(&views[member.view]))).collect();
        self.describe(views, grid);
        true
    }

    /// What the members show together, from the rows.
    pub fn describe(&mut self, views: &[View], grid: &Grid) {
        let count = self.rows.len();
        let together = |n: usize| {
            let mut values: Vec<_> = self.rows.iter().map(|row| row[n]).collect();
            if count > 2 {
                values.sort_by(f64::total_cmp);
                (values[(count - 1) / 2] + values[count / 2]) / 2.0
            } else {
                values.iter().sum::<f64>() / count as f64
            }
        };
        self.mean = (0..grid.at.len()).map(together).collect();
        self.traits = Traits::of(self, views, grid);
    }

    /// Adds a member whose values are known.
    pub fn push(&mut self, member: Member, row: Vec<f64>) {
        self.members.push(member);
        self.rows.push(row);
    }

    /// Keeps the members at these indices.
    pub fn keep(&mut self, chosen: &[usize]) {
        self.members = chosen.iter().map(|n| self.members[*n].clone()).collect();
        self.rows = chosen.iter().filter_map(|n| self.rows.get(*n).cloned()).collect();
    }

    /// The most bits that a member has.
    pub fn width(&self) -> i32 {
        self.members.iter().map(Member::width).max().unwrap_or_default()
    }

    /// Whether `row` shows nearly what the group shows: what another wheel would.
    pub fn is_like(&self, row: &[f64]) -> bool {
        let range = spread(row).max(self.traits.range).max(1e-9);
        let off = || row.iter().zip(&self.mean).map(|(a, b)| (a - b).abs() / range);
        if median(off()) >= 0.05 || quantile(off(), 0.9) >= 0.3 || correlation(row, &self.mean) <= 0.93 {
            return false;
        }
        let most = bounds(&self.mean).1;
        let fast = row.iter().zip(&self.mean).filter(|(_, mean)| **mean > 0.4 * most);
        (median(fast.map(|(a, b)| a / b.max(1e-9))) - 1.0).abs() < 0.1
    }

    /// The bits that it has.
    pub fn bits(&self, views: &[View]) -> BTreeSet<Bit> {
        let of = |member: &Member| {
            let view = &views[member.view];
            let bits: Vec<_> = (member.low..=member.high)
                .map(|place| {
                    let (byte, bit) = member.bit(view, place);
                    (view.bus.clone(), view.id, view.page(), byte, bit)
                })
                .collect();
            bits
        };
        self.members.iter().flat_map(of).collect()
    }
}
