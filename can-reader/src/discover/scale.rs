//! What a count is in km/h: by a reference, else by usual factors, weighed by how cars accelerate and how fast they go.

use super::group::Group;

/// Factors of known cars, km/h a count (or mph, or a hundredth of it).
pub(super) const FACTORS: [f64; 21] = [
    0.01,
    0.005,
    1.0 / 128.0,
    1.0 / 256.0,
    1.0 / 64.0,
    1.0 / 16.0,
    0.05625,
    0.05,
    0.03125,
    0.04,
    0.02,
    0.1,
    0.125,
    0.0375,
    0.036,
    0.062_5 * 1.609_344,
    0.016_093_44,
    0.012,
    0.5,
    1.0,
    1.609_344,
];

/// Factors, and how common each is.
const COMMON: [(f64, f64); 16] = [
    (0.01, 4.0),
    (1.0 / 128.0, 1.5),
    (1.0 / 256.0, 1.2),
    (0.005, 1.0),
    (1.0, 1.5),
    (0.0625, 1.5),
    (0.03125, 1.2),
    (0.05625, 1.2),
    (0.1, 0.7),
    (0.125, 1.0),
    (0.04, 0.4),
    (0.05, 0.5),
    (0.036, 0.4),
    (0.02, 0.4),
    (0.25, 0.3),
    (0.5, 0.3),
];

/// Drivers accelerate by this, m/s2, and twice or half of it is as common as not.
const USUAL_MS2: f64 = 3.0;

/// Drives have this top speed, km/h, in the same sense.
const USUAL_KMH: f64 = 50.0;

/// A count in km/h, and how sure that is, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Guess {
    pub kmh_per_raw: f64,
    pub sure: f64,
}

/// The likeliest scales of a group, best first. `top`: its greatest value above rest, counts. `followers`: other numbers
/// proportional to it, as their counts for one of it, and their range: each proposes its own usual factors too.
pub(super) fn guesses(group: &Group, top: f64, followers: &[(f64, f64)]) -> Vec<Guess> {
    let mut votes: Vec<(f64, f64)> = Vec::new();
    let mut seen: Vec<f64> = Vec::new();
    let own = std::iter::once((1.0, group.traits.range, true));
    for (times, range, is_own) in own.chain(followers.iter().map(|(times, range)| (*times, *range, false))) {
        // Copies of one number count once.
        if !is_own && seen.iter().any(|other| (times / other - 1.0).abs() < 0.004) {
            continue;
        }
        seen.push(times);
        for (factor, common) in COMMON {
            let scale = factor * times;
            let kmh = scale * top;
            if !(2.0..=280.0).contains(&kmh) {
                continue;
            }
            let ms2 = group.traits.pace * scale * group.traits.range / 3.6;
            let bell =
                |value: f64, usual: f64, width: f64| (-0.5 * ((value / usual).ln() / width).powi(2)).exp();
            // A whole number of km/h in a byte.
            let plain = if !is_own && factor == 1.0 && range <= 255.0 { 2.0 } else { 1.0 };
            votes.push((scale, common * plain * bell(ms2, USUAL_MS2, 0.8) * bell(kmh, USUAL_KMH, 0.9)));
        }
    }
    let all = votes.iter().map(|(_, weight)| weight).sum::<f64>().max(1e-30);
    let mut found = Vec::new();
    while found.len() < 5 {
        let near = |scale: f64| -> f64 {
            votes
                .iter()
                .filter(|(other, _)| (other / scale - 1.0).abs() < 0.035)
                .map(|(_, weight)| weight)
                .sum()
        };
        let best = votes
            .iter()
            .map(|(scale, _)| (*scale, near(*scale)))
            .reduce(|a, b| if b.1 > a.1 { b } else { a });
        let Some((scale, weight)) = best.filter(|(_, weight)| *weight > 0.0) else { break };
        found.push(Guess { kmh_per_raw: scale, sure: weight / all });
        votes.retain(|(other, _)| (other / scale - 1.0).abs() > 0.06);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::traits::Traits;

    #[test]
    fn a_whole_number_beside_it_settles_the_scale() {
        let traits = Traits { range: 5000.0, pace: 0.15, ..Traits::default() };
        let group = Group { traits, ..Group::default() };
        let alone = guesses(&group, 5000.0, &[]);
        assert!((alone[0].kmh_per_raw - 0.01).abs() < 1e-9 && alone[0].sure < 0.9, "{alone:?}");
        let with = guesses(&group, 5000.0, &[(0.01, 50.0)]);
        assert!(with[0].sure > alone[0].sure && (with[0].kmh_per_raw - 0.01).abs() < 1e-9, "{with:?}");
        assert!(guesses(&Group::default(), 0.0, &[]).is_empty());
    }
}
