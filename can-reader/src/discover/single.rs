//! A single number as the speed of the vehicle: it needs a twin in another message, for many things move like one.

use std::collections::BTreeSet;

use super::follow::follows;
use super::group::Group;
use super::search::{Found, id_of, rest_of};
use super::traffic::View;
use super::weigh::weigh;

/// Below this score even a twin helps nothing.
const LEAST: f64 = -1.0;

/// More than its least value by this share of its range is a movement.
const MOVES: f64 = 0.03;

/// Numbers that may be the speed, each with its score and its twins.
pub(super) fn speeds(singles: &[Group], views: &[View]) -> Vec<Found> {
    let moving: Vec<Option<Vec<bool>>> = singles.iter().map(moves).collect();
    let mut found = Vec::new();
    for (n, number) in singles.iter().enumerate() {
        let mut score = weigh(number);
        if score < LEAST {
            continue;
        }
        let rest = rest_of(number);
        let own = id_of(number, views);
        let twins = singles.iter().enumerate().filter(|(k, other)| *k != n && id_of(other, views) != own);
        let twins: Vec<_> = twins
            .filter_map(|(k, other)| {
                Some((follows(&number.mean, &other.mean, rest_of(other).unwrap_or_default())?, k))
            })
            .collect();
        let ids: BTreeSet<_> = twins.iter().map(|(_, k)| id_of(&singles[*k], views)).collect();
        score += if ids.is_empty() { -0.5 } else { 2.0 };
        if number.traits.rest_share < 0.02 {
            score -= 1.0;
        }
        if moving[n].as_ref().is_some_and(|own| moving.iter().flatten().any(|other| drives(own, other))) {
            score += 1.0;
        }
        found.push(Found { group: number.clone(), rest, followers: Vec::new(), ids, score });
    }
    found
}

/// When it is above its value of rest.
fn moves(number: &Group) -> Option<Vec<bool>> {
    let least = rest_of(number)? + MOVES * number.traits.range;
    Some(number.mean.iter().map(|value| *value > least).collect())
}

/// Whether `other` is an engine or the like to it: it moves whenever this does, and at other times too.
fn drives(own: &[bool], other: &[bool]) -> bool {
    let share = |count: usize| count as f64 / own.len().max(1) as f64;
    let count = |row: &[bool]| share(row.iter().filter(|moves| **moves).count());
    let alone = share(own.iter().zip(other).filter(|(own, other)| **own && !**other).count());
    count(other) > count(own) + 0.05 && alone < 0.01
}
