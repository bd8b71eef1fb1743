//! How much a group is like the wheels of a car.

use super::group::Group;
use super::scale::FACTORS;

/// Points for what speaks for wheels, less what speaks against them. What is a sure wheel has ten; six and a half are as good as none.
pub(super) fn weigh(group: &Group) -> f64 {
    let traits = &group.traits;
    let count = group.members.len();
    let mut score = match count {
        0 | 1 => 0.0,
        2 => 1.0,
        3 => 2.0,
        _ => 3.5,
    };
    score += (((traits.range + 1.0).log2() - 6.0) * 0.6).clamp(-3.0, 2.4);
    score += ((traits.persistence - 0.6) * 5.0).clamp(-2.0, 2.0);
    // A car seldom needs less than four seconds through the range of a drive.
    score += match traits.pace {
        pace if pace < 0.25 => 1.5,
        pace if pace < 0.6 => 0.7,
        pace if pace < 1.1 => 0.0,
        pace if pace < 1.5 && traits.range < 1200.0 => -1.0,
        _ => -2.5,
    };
    if traits.rest_share > 0.02 {
        // Speeds rest at their least value.
        score += if traits.is_lowest {
            1.5
        } else if count < 4 {
            -2.0
        } else {
            -0.5
        };
    } else if count < 3 {
        score -= 0.5;
    }
    if count > 1 {
        score += if traits.regular == 1.0 && traits.spacing >= 12 {
            0.5
        } else if traits.spacing > 0 && traits.spacing < 11 {
            -1.0
        } else {
            0.0
        };
    }
    if group.still > 0 {
        score += 0.8;
    }
    if traits.agree < 0.03 {
        score += 1.0;
    }
    let top = group.mean.iter().copied().fold(0.0, f64::max);
    if count == 4 && traits.base > 0.5 && traits.same < 0.9 && traits.agree * traits.range < 0.006 * top {
        // Far from rest, and yet within half a percent.
        score += 2.5;
    }
    score - against(group)
}

/// What other things show, and wheels do not.
fn against(group: &Group) -> f64 {
    let traits = &group.traits;
    let count = group.members.len();
    let (ratio, ratio_spread) = traits.ratio.unwrap_or((1.0, 1.0));
    let is_distance = traits.one_way > 0.9999
        && traits.range > 64.0
        && (traits.base > 0.15 || count == 1 || count < 3 && traits.range > 200.0);
    let reasons = [
        (!is_plausible(group), 2.0),
        // One number, sent again.
        (traits.same > 0.97 && count > 1, 2.5),
        (traits.base < -0.1, 3.0),
        (traits.base > 0.85, 3.0),
        (traits.base > 0.6 && traits.base <= 0.85, 1.0),
        (traits.rest_share > 0.9, 1.5),
        // A place, a level, a temperature.
        (traits.pace < 0.03, 4.0),
        (traits.rate < 1.5, 2.0),
        // A switch, not a movement.
        (traits.middle < 8, 3.0),
        (is_distance, 3.0),
        // Stands at more than one value.
        (traits.range > 200.0 && traits.away > 0.15, 2.0),
        // One number in two units.
        ((ratio - 1.0).abs() > 0.015 && ratio_spread < 0.01, 3.0),
        (count == 2 && (ratio - 1.0).abs() > 0.03, 1.5),
        (group.is_steady, 0.3),
    ];
    reasons.iter().filter(|(holds, _)| *holds).map(|(_, points)| points).sum()
}

/// Whether any usual factor makes the range and the fastest change those of a car.
fn is_plausible(group: &Group) -> bool {
    FACTORS.iter().any(|factor| {
        let top = group.traits.range * factor;
        (2.0..=280.0).contains(&top) && group.traits.pace * top <= 45.0
    })
}

/// 0 to 1, from points.
pub(super) fn confidence(score: f64, is_wheels: bool) -> f64 {
    let even = if is_wheels { 6.5 } else { 7.5 };
    1.0 / (1.0 + ((even - score) * 0.9).exp())
}
