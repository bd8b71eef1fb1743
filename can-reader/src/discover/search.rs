//! Groups that may be wheels, and single numbers that may be the speed of the vehicle, with what follows them.

use std::collections::BTreeSet;

use super::follow::{Follows, follows, rest_by};
use super::grid::Grid;
use super::group::{Group, groups};
use super::grow::{drop_irregular, drop_mean, extend, sisters};
use super::place::{crown, even, place, single};
use super::smooth::numbers;
use super::traffic::View;
use super::weigh::weigh;
use super::{single, steady};
use crate::FrameId;

/// So many groups are made whole.
const MOST_GROUPS: usize = 40;

/// So many are held against the other messages.
const MOST_WEIGHED: usize = 12;

/// Numbers with a smaller range are no speed: of a group, and of a single one, counts.
const LEAST_RANGE: (f64, f64) = (8.0, 12.0);

/// A group or a number, with what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub group: Group,
    /// What it reads at rest, counts.
    pub rest: Option<f64>,
    /// Numbers of other places that are proportional to it.
    pub followers: Vec<(Follows, usize)>,
    /// Ids of other messages with such numbers.
    pub ids: BTreeSet<FrameId>,
    pub score: f64,
}

/// What the search gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Finds {
    /// Best first.
    pub groups: Vec<Found>,
    /// Single numbers.
    pub singles: Vec<Group>,
}

pub(super) fn search(views: &[View], grid: &Grid) -> Finds {
    let numbers = numbers(views);
    let groups = whole_groups(&numbers, views, grid);
    let singles = numbers.iter().filter_map(|number| single(&number.member, views, grid));
    let singles: Vec<_> = singles.filter(|group| group.traits.range >= LEAST_RANGE.1).collect();
    let mut found: Vec<_> =
        groups.into_iter().take(MOST_WEIGHED).map(|group| with_followers(group, &singles, views)).collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    Finds { groups: found, singles }
}

/// Groups that share few bits, made whole, best first.
fn whole_groups(numbers: &[super::smooth::Number], views: &[View], grid: &Grid) -> Vec<Group> {
    let placed = groups(numbers, views, grid).into_iter().filter_map(|(mut members, shifts)| {
        place(&mut members, &shifts, views);
        Group::of(members, views, grid)
    });
    let mut all: Vec<_> = placed.chain(steady::groups(views, grid)).collect();
    for group in &mut all {
        drop_irregular(group, views, grid);
        group.score = weigh(group);
    }
    all.retain(|group| group.traits.range >= LEAST_RANGE.0);
    sort(&mut all);
    all.truncate(MOST_GROUPS);
    for group in &mut all {
        if group.score > 1.0 {
            extend(group, views, grid);
        }
        if group.score > 2.0 && group.members.len() <= 3 && sisters(group, views, grid) {
            extend(group, views, grid);
        }
        crown(group, views, grid);
        even(group, views, grid);
        drop_mean(group, views, grid);
        group.score = weigh(group);
    }
    sort(&mut all);
    apart(all, |group| group.bits(views))
}

fn sort(groups: &mut [Group]) {
    groups.sort_by(|a, b| b.score.total_cmp(&a.score));
}

/// The first of those that share more than a fifth of their bits.
pub(super) fn apart<T, B: Ord>(all: Vec<T>, bits: impl Fn(&T) -> BTreeSet<B>) -> Vec<T> {
    let mut kept: Vec<(T, BTreeSet<B>)> = Vec::new();
    for one in all {
        let own = bits(&one);
        let shares = |(_, other): &(T, BTreeSet<B>)| {
            let common = other.intersection(&own).count();
            common * 5 > own.len() || common * 5 > other.len()
        };
        if !kept.iter().any(shares) {
            kept.push((one, own));
        }
    }
    kept.into_iter().map(|(one, _)| one).collect()
}

/// The value at rest, where it rested for long enough.
pub(super) fn rest_of(group: &Group) -> Option<f64> {
    group.traits.rest.filter(|_| group.traits.rest_share > 0.02 && group.traits.is_lowest)
}

fn with_followers(group: Group, singles: &[Group], views: &[View]) -> Found {
    let bits = group.bits(views);
    let mut rest = rest_of(&group);
    let mut by_line = None;
    let mut followers = Vec::new();
    for (n, number) in singles.iter().enumerate() {
        if !number.bits(views).is_disjoint(&bits) {
            continue;
        }
        if let Some(found) = follows(&number.mean, &group.mean, rest.unwrap_or_default()) {
            followers.push((found, n));
        } else if let Some((found, value)) = rest.is_none().then(|| rest_by(number, &group)).flatten() {
            followers.push((found, n));
            by_line = Some(value);
        }
    }
    rest = rest.or(by_line);
    let own: BTreeSet<_> = group.members.iter().map(|member| views[member.view].id).collect();
    let ids =
        followers.iter().map(|(_, n)| id_of(&singles[*n], views)).filter(|id| !own.contains(id)).collect();
    let found = Found { score: group.score, group, rest, followers, ids };
    Found { score: found.score + by_others(&found), ..found }
}

/// A number elsewhere that is proportional speaks for wheels; a pair without one may be two pedals or pressures.
fn by_others(found: &Found) -> f64 {
    match found.ids.is_empty() {
        false => 1.5,
        true if found.group.members.len() == 2 && found.group.still == 0 => -1.5,
        true => 0.0,
    }
}

/// The message of its first member.
pub(super) fn id_of(group: &Group, views: &[View]) -> FrameId {
    views[group.members[0].view].id
}

/// Where no group is sure: single numbers as the speed of the vehicle.
pub(super) fn single_speeds(finds: &Finds, views: &[View]) -> Vec<Found> {
    single::speeds(&finds.singles, views)
}
