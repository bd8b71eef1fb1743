//! Four evenly spaced numbers that read nearly the same, whether the speed changes or not: a car that only rolls along.

use super::grid::Grid;
use super::group::Group;
use super::place::cut_constant;
use super::smooth::Member;
use super::stats::{mean, median, quantile};
use super::traffic::View;
use crate::dbc::ByteOrder;

/// Frames of a message that are looked at for it.
const MOST: usize = 400;

pub(super) fn groups(views: &[View], grid: &Grid) -> Vec<Group> {
    let mut found = Vec::new();
    for (index, view) in views.iter().enumerate() {
        let words: Vec<_> = view.words.iter().step_by((view.words.len() / MOST).max(1)).copied().collect();
        for (order, spacing) in
            [ByteOrder::Motorola, ByteOrder::Intel].into_iter().flat_map(|o| (12..=16).map(move |s| (o, s)))
        {
            let (lowest, highest) = (view.lowest(order), view.highest(order));
            for top in (lowest + 4 * spacing - 1..=highest).rev() {
                let low = |k: i32| top - spacing * (k + 1) + 1;
                let members: Vec<_> = (0..4)
                    .map(|k| Member {
                        view: index,
                        order,
                        signed: false,
                        valid: None,
                        high: low(k) + spacing - 1,
                        low: low(k),
                    })
                    .collect();
                if are_equal(&members, &words) {
                    found.extend(group(members, views, grid));
                }
            }
        }
    }
    found
}

/// Far from 0, within three percent of each other, and no two frames far apart.
fn are_equal(members: &[Member], words: &[u64]) -> bool {
    // Most places fail at the first word.
    let at = |word: &u64| members.iter().map(|member| member.raw(*word) as f64).collect::<Vec<_>>();
    let is_near = |row: &[f64]| {
        let (low, high) = super::stats::bounds(row);
        low > 50.0 && high - low <= 0.12 * high
    };
    let far = words.iter().step_by((words.len() / 16).max(1)).filter(|word| !is_near(&at(word))).count();
    if far > 4 {
        return false;
    }
    let rows: Vec<Vec<f64>> =
        members.iter().map(|member| words.iter().map(|w| member.raw(*w) as f64).collect()).collect();
    let middles: Vec<_> = rows.iter().map(|row| median(row.iter().copied())).collect();
    let (low, high) = super::stats::bounds(&middles);
    if low < 100.0 || high > 1.03 * low {
        return false;
    }
    let means: Vec<_> = (0..words.len()).map(|n| rows.iter().map(|row| row[n]).sum::<f64>() / 4.0).collect();
    let middle = mean(&means);
    let off = (0..words.len()).map(|n| rows.iter().map(|row| (row[n] - means[n]).abs()).fold(0.0, f64::max));
    if quantile(off, 0.95) > 0.03 * middle {
        return false;
    }
    let values = |row: &Vec<f64>| {
        let mut values: Vec<_> = row.iter().map(|value| *value as i64).collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    let steps: Vec<_> = means.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    rows.iter().all(|row| values(row) >= 5) && mean(&steps) <= 0.02 * middle
}

fn group(mut members: Vec<Member>, views: &[View], grid: &Grid) -> Option<Group> {
    for member in &mut members {
        let most = views[member.view].words.iter().map(|word| member.raw(*word)).max().unwrap_or_default();
        let bits = 64 - most.max(1).leading_zeros() as i32;
        member.high = member.low + bits - 1;
    }
    cut_constant(&mut members, views);
    let group = Group::of(members, views, grid)?;
    Some(Group { is_steady: true, ..group })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::sample::views;

    #[test]
    fn a_car_that_rolls_along_has_four_equal_numbers() {
        let noise = |n: u64, k: u64| (n * (7 + k)) % 11;
        let rolling =
            views(500, |n| (0..4).fold(0, |word, k| word | (5000 + n / 4 + noise(n, k)) << (48 - 16 * k)));
        assert!(groups(&rolling, &Grid::new(10.0)).iter().any(|group| group.members[0].low == 48));
        let standing = views(500, |_| 0x1388_1388_1388_1388);
        assert!(groups(&standing, &Grid::new(10.0)).is_empty());
    }
}
