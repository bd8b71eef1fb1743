//! Making a group whole: what is spaced alike is taken in, what does not fit is left out.

use std::collections::BTreeMap;

use super::grid::Grid;
use super::group::Group;
use super::place::place;
use super::smooth::Member;
use super::stats::{median, spread};
use super::traffic::View;
use crate::dbc::ByteOrder;

/// A car has so many wheels; one more number may be their mean.
const MOST: usize = 5;

/// Leaves out members that are not spaced like the others of their message.
pub(super) fn drop_irregular(group: &mut Group, views: &[View], grid: &Grid) {
    if group.members.len() < 3 {
        return;
    }
    let members = &group.members;
    let pairs = (0..members.len()).flat_map(|i| (0..i).map(move |k| (i, k)));
    let apart: Vec<_> = pairs
        .filter(|(i, k)| members[*i].view == members[*k].view)
        .map(|(i, k)| (members[i].low - members[k].low).abs())
        .filter(|apart| *apart > 0)
        .collect();
    let votes = |step: i32| apart.iter().filter(|apart| **apart % step == 0).count();
    let wide = apart.iter().copied().filter(|apart| *apart >= 8);
    let Some(step) = wide
        .max_by_key(|step| (votes(*step), -(step - 15).abs(), *step))
        .or_else(|| apart.iter().copied().min())
    else {
        return;
    };
    let mut by_rest: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (n, member) in members.iter().enumerate() {
        by_rest.entry(member.low.rem_euclid(step)).or_default().push(n);
    }
    // Of like ones the first.
    let Some(chosen) = by_rest.into_values().rev().max_by_key(Vec::len) else { return };
    if chosen.len() == members.len() || chosen.len() < 2 {
        return;
    }
    group.keep(&chosen);
    if !group.is_steady {
        let first = group.members[0].width();
        let shifts: Vec<_> = group.members.iter().map(|member| member.width() - first).collect();
        place(&mut group.members, &shifts, views);
        if !group.read(views, grid) {
            return;
        }
    }
    group.describe(views, grid);
}

/// Takes in the next places at the same spacing: those that move alike; and counts those that stand at the value of rest.
pub(super) fn extend(group: &mut Group, views: &[View], grid: &Grid) {
    group.still = 0;
    let Some(first) = group.members.first().cloned() else { return };
    let width = group.width();
    let mut lows: BTreeMap<usize, Vec<i32>> = BTreeMap::new();
    for member in &group.members {
        lows.entry(member.view).or_default().push(member.low);
    }
    let step = group.traits.spacing;
    if !(8..=24).contains(&step) {
        return;
    }
    let before = group.members.len();
    for (view, mut taken) in lows {
        let from = taken.iter().copied().min().unwrap_or_default();
        for low in (-3..=3).map(|n| from + n * step) {
            let member = Member { view, low, high: low + width - 1, valid: None, ..first.clone() };
            if taken.contains(&low) || group.members.len() >= MOST {
                continue;
            }
            let Some(member) = within(member, views) else { continue };
            let view = member.view;
            match look_at(group, member, &views[view], grid) {
                Some(Place::Like(member, row)) => {
                    group.push(member, row);
                    taken.push(low);
                }
                Some(Place::AtRest) => group.still += 1,
                None => {}
            }
        }
    }
    if group.members.len() > before {
        group.describe(views, grid);
    }
}

/// The member in the piece of its message that has it whole: a long message is looked at in pieces.
fn within(member: Member, views: &[View]) -> Option<Member> {
    let fits = |member: &Member| {
        let view = &views[member.view];
        member.low >= view.lowest(member.order) && member.high <= view.highest(member.order)
    };
    let own = &views[member.view];
    let moved = |(n, view): (usize, &View)| {
        let bits = 8 * (view.byte as i32 - own.byte as i32);
        let up = if member.order == ByteOrder::Motorola { bits } else { -bits };
        let is_piece = (&view.bus, view.id, view.page()) == (&own.bus, own.id, own.page());
        let moved = Member { view: n, low: member.low + up, high: member.high + up, ..member.clone() };
        (is_piece && fits(&moved)).then_some(moved)
    };
    if fits(&member) { Some(member) } else { views.iter().enumerate().find_map(moved) }
}

enum Place {
    Like(Member, Vec<f64>),
    AtRest,
}

/// What lies at a place where another wheel could be.
fn look_at(group: &Group, mut member: Member, view: &View, grid: &Grid) -> Option<Place> {
    if member.low < view.lowest(member.order) || member.high > view.highest(member.order) {
        return None;
    }
    let void = if member.signed { -1 } else { (1 << member.width()) - 1 };
    let raws: Vec<_> = view.words.iter().map(|word| member.raw(*word)).collect();
    let valid: Vec<_> = raws.iter().map(|raw| *raw != void).collect();
    let count = valid.iter().filter(|valid| **valid).count();
    if count * 2 < raws.len() {
        return None;
    }
    if raws.iter().all(|raw| *raw == raws[0]) {
        return (group.traits.rest == Some(raws[0] as f64)).then_some(Place::AtRest);
    }
    if count < raws.len() && !member.signed {
        member.valid = Some(valid.into());
    }
    let row = grid.put(member.values(view));
    group.is_like(&row).then_some(Place::Like(member, row))
}

/// Takes in the numbers at the same places of one other message that move alike: the other axle. Gives whether there was one.
pub(super) fn sisters(group: &mut Group, views: &[View], grid: &Grid) -> bool {
    let Some(first) = group.members.first().cloned() else { return false };
    let own = &views[first.view];
    let is_like = |view: &View| {
        let times = view.frames as f64 / own.frames as f64;
        let is_long = |id| matches!(id, crate::FrameId::Extended(_));
        let is_other = (view.id, view.byte) != (own.id, own.byte) && view.id != own.id;
        is_other
            && view.bus == own.bus
            && view.byte == own.byte
            && is_long(view.id) == is_long(own.id)
            && (0.3..3.0).contains(&times)
    };
    let width = group.width();
    let mut found: Vec<Vec<(Member, Vec<f64>)>> = Vec::new();
    for (n, view) in views.iter().enumerate().filter(|(_, view)| is_like(view)) {
        let there = |member: &Member| {
            let (low, high) = (member.low, member.low + width - 1);
            let member = Member { view: n, low, high, valid: None, ..member.clone() };
            if low < view.lowest(member.order) || high > view.highest(member.order) {
                return None;
            }
            let row = grid.put(member.values(view));
            (spread(&row) >= 0.3 * group.traits.range && group.is_like(&row)).then_some((member, row))
        };
        let like: Vec<_> = group.members.iter().filter_map(there).collect();
        if like.len() >= 2 || group.members.len() == 1 && !like.is_empty() {
            found.push(like);
        }
    }
    // More than one is not an axle but a habit of the car.
    let [_] = found.as_slice() else { return false };
    for (member, row) in found.into_iter().flatten() {
        group.push(member, row);
    }
    group.describe(views, grid);
    true
}

/// Of three or five: leaves out the one that is the mean of the others, for that is no wheel.
pub(super) fn drop_mean(group: &mut Group, views: &[View], grid: &Grid) {
    let count = group.members.len();
    if count != 3 && count != 5 {
        return;
    }
    let moving: Vec<_> = (0..grid.at.len())
        .filter(|n| {
            let values: Vec<_> = group.rows.iter().map(|row| row[*n]).collect();
            spread(&values) >= 3.0
        })
        .collect();
    if moving.len() < 20 {
        return;
    }
    let off = |i: usize| {
        let others = |n: usize| {
            (0..count).filter(|k| *k != i).map(|k| group.rows[k][n]).sum::<f64>() / (count - 1) as f64
        };
        median(moving.iter().map(|n| (group.rows[i][*n] - others(*n)).abs()))
    };
    let mut offs: Vec<_> = (0..count).map(|i| (off(i), i)).collect();
    offs.sort_by(|a, b| a.0.total_cmp(&b.0));
    if offs[0].0 < 0.5 * offs[1].0 {
        let rest: Vec<_> = (0..count).filter(|i| *i != offs[0].1).collect();
        group.keep(&rest);
        group.describe(views, grid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::sample::{put, views};
    use crate::discover::traffic::Traffic;

    /// Up and down, with a bend of its own for each number.
    fn speed(n: u64, which: u64) -> u64 {
        let wave = 500.0 - 500.0 * (n as f64 * 0.01).cos();
        (wave * (1.0 + 0.03 * (n as f64 * 0.03).sin() * (which as f64 - 1.5))) as u64
    }

    fn member(view: usize, low: i32) -> Member {
        Member { view, order: ByteOrder::Motorola, signed: false, valid: None, high: low + 11, low }
    }

    #[test]
    fn the_other_places_are_taken_in_and_the_other_message() {
        let grid = Grid::new(20.0);
        let four = views(1000, |n| (0..4).fold(0, |word, k| word | speed(n, k) << (48 - 16 * k)));
        let mut group = Group::of(vec![member(0, 48), member(0, 32)], &four, &grid).unwrap();
        extend(&mut group, &four, &grid);
        assert_eq!(group.members.len(), 4);
        let mut traffic = Traffic::default();
        for n in 0..1000 {
            let axle = |front| speed(n, front) << 48 | speed(n, front + 1) << 32;
            put(&mut traffic, 0x10, n as f64 * 0.02, axle(0));
            put(&mut traffic, 0x12, n as f64 * 0.02, axle(2));
            put(&mut traffic, 0x14, n as f64 * 0.02, n << 40);
        }
        let two = traffic.views();
        let mut group = Group::of(vec![member(0, 48), member(0, 32)], &two, &grid).unwrap();
        assert!(sisters(&mut group, &two, &grid));
        assert_eq!(group.members.iter().map(|member| member.view).collect::<Vec<_>>(), [0, 0, 1, 1]);
    }

    #[test]
    fn the_mean_of_two_is_no_wheel() {
        let grid = Grid::new(20.0);
        let mean = |n| (speed(n, 0) + speed(n, 3)) / 2;
        let three = views(1000, |n| speed(n, 0) << 48 | mean(n) << 32 | speed(n, 3) << 16);
        let mut group = Group::of(vec![member(0, 48), member(0, 32), member(0, 16)], &three, &grid).unwrap();
        drop_mean(&mut group, &three, &grid);
        assert_eq!(group.members.iter().map(|member| member.low).collect::<Vec<_>>(), [48, 16]);
    }
}
