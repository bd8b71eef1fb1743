//! Where the numbers of a group end: their lowest bit is looked for in all at once, and their length is made one.

use super::grid::Grid;
use super::group::Group;
use super::smooth::Member;
use super::traffic::View;
use crate::dbc::ByteOrder;

/// Numbers are not longer than this, with what a shift needs.
const WIDEST: i32 = 20;

/// A signal has no more bits than this.
const LONGEST: i32 = 16;

/// Places the members' lowest bits. `shifts`: by how many bits each is shifted against the first.
pub(super) fn place(members: &mut [Member], shifts: &[i32], views: &[View]) {
    let tops: Vec<_> = members.iter().map(|member| (member.view, member.high)).collect();
    let is_own = |member: &Member, place: i32| {
        let view = &views[member.view];
        let another =
            tops.iter().any(|(other, high)| *other == member.view && *high >= place && *high < member.high);
        if place < view.lowest(member.order) || another {
            return false;
        }
        let (flips, above) = (view.flips(member.order, place), view.flips(member.order, place + 1));
        // Lower bits of a number change no less often than those above them.
        flips > 0.0 && !(above > 0.06 && flips < 0.6 * above)
    };
    let mut width = 3;
    for next in 4..=WIDEST {
        let asked = members.iter().zip(shifts).filter(|(_, shift)| next + **shift >= 2);
        let votes: Vec<_> =
            asked.map(|(member, shift)| is_own(member, member.high - (next + shift) + 1)).collect();
        let yes = votes.iter().filter(|vote| **vote).count();
        if yes * 4 < votes.len() * 3 || votes.is_empty() {
            break;
        }
        width = next;
    }
    for (member, shift) in members.iter_mut().zip(shifts) {
        member.low = member.high - (width + shift).max(1) + 1;
    }
}

/// Gives members the bits above their highest that belong to them: a wheel that spins reaches values that the others do not.
pub(super) fn crown(group: &mut Group, views: &[View], grid: &Grid) {
    let mut changed = false;
    for n in 0..group.members.len() {
        while let Some(higher) = crowned(&group.members[n], &group.members, views) {
            group.members[n] = higher;
            changed = true;
        }
    }
    if changed {
        group.read(views, grid);
    }
}

/// The member with one bit more, if that bit carries: with it the number makes shorter leaps than without.
fn crowned(member: &Member, all: &[Member], views: &[View]) -> Option<Member> {
    let view = &views[member.view];
    let high = member.high + 1;
    let is_taken =
        all.iter().any(|other| other.view == member.view && (other.low..=other.high).contains(&high));
    let is_used = high <= view.highest(member.order) && view.flips(member.order, high) > 0.0;
    if member.signed || is_taken || !is_used || member.width() >= LONGEST {
        return None;
    }
    let leaps = |member: &Member| -> f64 {
        let values: Vec<_> = member.values(view).map(|(_, value)| value).collect();
        values.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum()
    };
    let higher = Member { high, ..member.clone() };
    (leaps(&higher) < 0.7 * leaps(member)).then_some(higher)
}

/// Gives all members the length of the longest, where the bits above them are free.
pub(super) fn even(group: &mut Group, views: &[View], grid: &Grid) {
    let width = group.width();
    if group.members.iter().any(|member| member.signed)
        || group.members.iter().all(|member| member.width() == width)
    {
        return;
    }
    let before = group.clone();
    for n in 0..group.members.len() {
        let member = &group.members[n];
        let high = member.low + width - 1;
        let is_taken =
            |other: &Member| other.view == member.view && other.low > member.low && other.low <= high;
        let view = &views[member.view];
        let is_used = |place: i32| (view.used(member.order) >> place) & 1 == 1;
        // A bit that means something else would be no part of the number.
        let is_free = high <= view.highest(member.order)
            && !group.members.iter().any(is_taken)
            && !(member.high + 1..=high).any(is_used);
        if is_free {
            group.members[n].high = high;
        }
    }
    if !group.read(views, grid) {
        *group = before;
    }
}

/// The length that all members can have: with the bits above them that were always 0, up to 16. `None` where they differ.
pub(super) fn common_length(group: &Group, views: &[View]) -> Option<i32> {
    let room = |member: &Member| {
        let view = &views[member.view];
        let used = view.used(member.order);
        let above = group.members.iter().filter(|other| other.view == member.view && other.low > member.low);
        let end = above.map(|other| other.low).fold(view.highest(member.order) + 1, i32::min);
        // A bit beyond the end of a byte that nothing uses belongs to this number as well as to none.
        let is_free = |place: &i32| *place < end && place - member.low < LONGEST && (used >> *place) & 1 == 0;
        let first = member.high + 1;
        (first..).take_while(is_free).last().unwrap_or(member.high) - member.low + 1
    };
    let least = group.members.iter().map(room).min()?;
    (least >= group.width()).then_some(least)
}

/// A group of one member.
pub(super) fn single(member: &Member, views: &[View], grid: &Grid) -> Option<Group> {
    let mut members = vec![member.clone()];
    place(&mut members, &[0], views);
    Group::of(members, views, grid)
}

/// The lowest bits that never change are cut off all members, as long as four are left.
pub(super) fn cut_constant(members: &mut [Member], views: &[View]) {
    let is_constant = |member: &Member| views[member.view].flips(member.order, member.low) == 0.0;
    while members.iter().all(|member| member.width() > 4 && is_constant(member)) {
        members.iter_mut().for_each(|member| member.low += 1);
    }
}

/// In which order signals lie in their messages: the first byte first.
pub(super) fn position(member: &Member, views: &[View]) -> (crate::FrameId, Option<u8>, usize, i32) {
    let view = &views[member.view];
    let (byte, bit) = match member.order {
        ByteOrder::Motorola => member.bit(view, member.high),
        ByteOrder::Intel => member.bit(view, member.low),
    };
    let page = view.page();
    (view.id, page, byte, if member.order == ByteOrder::Motorola { -bit } else { bit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::sample::views;

    fn ramp(n: u64) -> u64 {
        let n = n % 400;
        if n < 200 { n * 20 + n % 3 } else { (400 - n) * 20 + n % 7 }
    }

    #[test]
    fn two_numbers_end_where_both_do_and_are_made_one_length() {
        // 12 bits each at 48 and 32, Motorola; below the second a flag that changes seldom.
        let views = views(800, |n| ramp(n) << 48 | ramp(n + 1) << 32 | ((n / 300) & 1) << 31);
        let member = |high| Member {
            view: 0,
            order: ByteOrder::Motorola,
            signed: false,
            valid: None,
            high,
            low: high - 7,
        };
        let mut members = vec![member(59), member(43)];
        place(&mut members, &[0, 0], &views);
        assert_eq!((members[0].low, members[1].low), (48, 32));
        let grid = Grid::new(16.0);
        let group = Group::of(members, &views, &grid).unwrap();
        assert_eq!(common_length(&group, &views), Some(16));
    }

    #[test]
    fn a_bit_that_carries_belongs_to_the_number_and_a_flag_does_not() {
        let bump = |n: u64| if (150..250).contains(&n) { 60 * (n - 150).min(250 - n) } else { 0 };
        let spins = |n: u64| ramp(n) + bump(n % 400);
        let views = views(800, |n| ramp(n) << 48 | spins(n) << 32 | ((n / 90) & 1) << 60);
        let member = |low| Member {
            view: 0,
            order: ByteOrder::Motorola,
            signed: false,
            valid: None,
            high: low + 11,
            low,
        };
        let grid = Grid::new(16.0);
        let mut group = Group::of(vec![member(48), member(32)], &views, &grid).unwrap();
        crown(&mut group, &views, &grid);
        even(&mut group, &views, &grid);
        assert_eq!((group.members[0].high, group.members[1].high), (59, 44));
    }
}
