//! What can be said of a number without knowing what it is: its range, its pace, where it rests, how well several of it agree.

use super::grid::Grid;
use super::group::Group;
use super::stats::{bounds, median, quantile};
use super::traffic::View;

/// Seconds without the least change that are a rest.
const REST_S: f64 = 0.5;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Traits {
    /// Greatest less least of what the members show together, counts.
    pub range: f64,
    /// Least over greatest.
    pub base: f64,
    /// The share of time in which any two members are equal.
    pub same: f64,
    /// Median of the greatest distance of a member from the middle, as a share of the range.
    pub agree: f64,
    /// The value at which it rests most, counts.
    pub rest: Option<f64>,
    /// The share of time of that.
    pub rest_share: f64,
    /// That value is the least that it has.
    pub is_lowest: bool,
    /// The fastest change, as a share of the range a second; one in two hundred may be faster.
    pub pace: f64,
    /// How far it comes in a second against how far it would come if each of its steps went on: 1 for a ramp, less for noise.
    pub persistence: f64,
    /// The share of its way that goes in the direction in which it goes more: 1 for what never turns back.
    pub one_way: f64,
    /// The share of time in which it rests away from its least value.
    pub away: f64,
    /// Different values in the middle of its range.
    pub middle: usize,
    /// The least distance of two members in a message, bits; 0 where there are not two.
    pub spacing: i32,
    /// The share of distances that are multiples of it.
    pub regular: f64,
    /// Frames a second.
    pub rate: f64,
    /// Of two members: the first over the second while they are fast, and how far that varies.
    pub ratio: Option<(f64, f64)>,
}

impl Traits {
    /// What the rows of a group show.
    pub fn of(group: &Group, views: &[View], grid: &Grid) -> Self {
        let (rows, mean) = (&group.rows, &group.mean);
        let (least, most) = bounds(mean);
        let range = most - least;
        let some = range.max(1e-9);
        let farthest =
            (0..mean.len()).map(|n| rows.iter().map(|row| (row[n] - mean[n]).abs()).fold(0.0, f64::max));
        let still = still(mean, grid);
        let rest =
            most_frequent(mean.iter().zip(&still).filter(|(_, still)| **still).map(|(value, _)| *value));
        let (rest, rests) = rest.map_or((None, 0), |(value, count)| (Some(value), count));
        let away =
            mean.iter().zip(&still).filter(|(value, still)| **still && **value > least + 0.1 * range).count();
        let (spacing, regular) = spacing(group);
        let rate =
            group.members.iter().map(|m| views[m.view].rate(grid.at.last().copied().unwrap_or_default()));
        Self {
            range,
            base: least / if most.abs() > 1e-9 { most } else { 1e-9 },
            same: same(rows),
            agree: median(farthest) / some,
            rest,
            rest_share: rests as f64 / mean.len().max(1) as f64,
            is_lowest: rest.is_some_and(|rest| rest <= least + 0.03 * range),
            pace: pace(mean, grid) / some,
            persistence: persistence(mean, grid),
            one_way: one_way(mean),
            away: away as f64 / still.len().max(1) as f64,
            middle: middle(group, views),
            spacing,
            regular,
            rate: rate.fold(f64::MAX, f64::min),
            ratio: if let [a, b] = rows.as_slice() { ratio(a, b) } else { None },
        }
    }
}

/// From which points on nothing changes for a while.
pub(super) fn still(row: &[f64], grid: &Grid) -> Vec<bool> {
    let window = grid.points(REST_S).max(2);
    let mut run = 0;
    let mut still = vec![false; row.len().saturating_sub(window)];
    for n in (0..row.len().saturating_sub(1)).rev() {
        run = if row[n] == row[n + 1] { run + 1 } else { 0 };
        if let Some(still) = still.get_mut(n) {
            *still = run >= window;
        }
    }
    still
}

fn most_frequent(values: impl Iterator<Item = f64>) -> Option<(f64, usize)> {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    let mut best: Option<(f64, usize)> = None;
    for same in values.chunk_by(|a, b| a == b) {
        if best.is_none_or(|(_, count)| same.len() > count) {
            best = Some((same[0], same.len()));
        }
    }
    best
}

fn same(rows: &[Vec<f64>]) -> f64 {
    let pairs = (0..rows.len()).flat_map(|i| (0..i).map(move |k| (i, k)));
    let equal = |(i, k): (usize, usize)| {
        let count = rows[i].iter().zip(&rows[k]).filter(|(a, b)| (*a - *b).abs() < 0.5).count();
        count as f64 / rows[i].len().max(1) as f64
    };
    let all: Vec<_> = pairs.map(equal).collect();
    super::stats::mean(&all)
}

fn pace(row: &[f64], grid: &Grid) -> f64 {
    let apart = grid.points(0.3);
    let seconds = apart as f64 * grid.step;
    quantile(row.iter().skip(apart).zip(row).map(|(b, a)| (b - a).abs() / seconds), 0.995)
}

fn persistence(row: &[f64], grid: &Grid) -> f64 {
    let apart = grid.points(1.0);
    let square = |apart: usize| {
        let squares = row.iter().skip(apart).zip(row).map(|(b, a)| (b - a).powi(2));
        squares.sum::<f64>() / row.len().saturating_sub(apart).max(1) as f64
    };
    (square(apart) / square(1).max(1e-12)).sqrt() / apart as f64
}

fn one_way(row: &[f64]) -> f64 {
    let (mut up, mut down) = (0.0, 0.0);
    for pair in row.windows(2) {
        let step: f64 = pair[1] - pair[0];
        (up, down) = (up + step.max(0.0), down + (-step).max(0.0));
    }
    up.max(down) / (up + down).max(1e-9)
}

/// Counted in the frames: on the grid lies what no frame had.
fn middle(group: &Group, views: &[View]) -> usize {
    let Some(first) = group.members.first() else { return 0 };
    let mut values: Vec<_> = first.values(&views[first.view]).map(|(_, value)| value as i64).collect();
    values.sort_unstable();
    values.dedup();
    let (Some(least), Some(most)) = (values.first().copied(), values.last().copied()) else { return 0 };
    let range = (most - least).max(1) as f64;
    values
        .iter()
        .map(|value| (value - least) as f64 / range)
        .filter(|share| (0.1..0.9).contains(share))
        .count()
}

fn spacing(group: &Group) -> (i32, f64) {
    let members = &group.members;
    let pairs = (0..members.len()).flat_map(|i| (0..i).map(move |k| (i, k)));
    let in_one = pairs.filter(|(i, k)| members[*i].view == members[*k].view);
    let all: Vec<_> = in_one.map(|(i, k)| (members[i].low - members[k].low).abs()).collect();
    let least = all.iter().copied().min().unwrap_or_default();
    if least == 0 {
        return (0, 1.0);
    }
    (least, all.iter().filter(|apart| *apart % least == 0).count() as f64 / all.len() as f64)
}

fn ratio(a: &[f64], b: &[f64]) -> Option<(f64, f64)> {
    let (most_a, most_b) = (bounds(a).1, bounds(b).1);
    let fast = a.iter().zip(b).filter(|(a, b)| **a > 0.4 * most_a && **b > 0.4 * most_b);
    let ratios: Vec<_> = fast.map(|(a, b)| a / b.max(1e-9)).collect();
    let at = |share| quantile(ratios.iter().copied(), share);
    (ratios.len() > 10).then(|| (at(0.5), at(0.9) - at(0.1)))
}
