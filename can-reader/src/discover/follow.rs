//! Which numbers of other messages show the same speed.

use super::group::Group;
use super::stats::{bounds, correlation, deviation, line, mean, quantile, spread};

/// Each so many points are looked at first: most numbers differ there already.
const COARSE: usize = 4;

/// One number against another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Follows {
    /// Its counts for one of the other.
    pub times: f64,
    /// How well, 0 to 1.
    pub correlation: f64,
}

/// Whether `row` is proportional to what `leader` is above its value of rest, but for a constant of its own at rest.
pub(super) fn follows(row: &[f64], leader: &[f64], rest: f64) -> Option<Follows> {
    let thin = |row: &[f64]| row.iter().step_by(COARSE).copied().collect::<Vec<_>>();
    if correlation(&thin(row), &thin(leader)) < 0.97 {
        return None;
    }
    let above: Vec<_> = leader.iter().map(|value| value - rest).collect();
    let correlation = correlation(row, &above);
    let (times, constant) = line(&above, row);
    let (least, most) = bounds(&above);
    if correlation < 0.99 || times <= 0.0 {
        return None;
    }
    let range = spread(row).max(1e-9);
    let never_rests = least > 0.1 * most;
    let most_off = if never_rests { 0.12 * bounds(row).1 } else { 0.06 * range };
    if constant.abs() > most_off {
        return None;
    }
    let off = row.iter().zip(&above).map(|(value, above)| (value - times * above - constant).abs());
    (quantile(off, 0.9) <= 0.06 * range + 1.0).then_some(Follows { times, correlation })
}

/// What a group that never rested reads at rest, by a number that is proportional to it but for a constant and has none itself:
/// the line between the two, where the number is 0. `None` where that is not surely another value than 0.
pub(super) fn rest_by(number: &Group, group: &Group) -> Option<(Follows, f64)> {
    let is_fit = number.traits.range > 200.0 && group.traits.range > 200.0 && group.members.len() >= 3;
    if !is_fit || number.traits.base >= 0.6 {
        return None;
    }
    let correlation = correlation(&number.mean, &group.mean);
    if correlation <= 0.999 {
        return None;
    }
    let (k, rest) = line(&number.mean, &group.mean);
    let left: Vec<_> = number.mean.iter().zip(&group.mean).map(|(x, y)| y - k * x - rest).collect();
    let (middle, width) = (mean(&number.mean), deviation(&number.mean));
    // Thirty points go together: neighbours on the grid are no witnesses of their own.
    let count = (number.mean.len() as f64 / 30.0).max(1.0);
    let sure = deviation(&left) * (1.0 + (middle / width).powi(2)).sqrt() / count.sqrt();
    let most = bounds(&group.mean).1;
    let is_sure =
        rest.abs() > 0.05 * group.traits.range && rest.abs() > 8.0 * sure && rest.abs() > 0.05 * most;
    is_sure.then_some((Follows { times: 1.0 / k, correlation }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proportional_number_follows_and_others_do_not() {
        let leader: Vec<_> = (0..500).map(|n| (f64::from(n) * 0.02).sin().max(0.0) * 1000.0 + 50.0).collect();
        let of = |f: &dyn Fn(f64, usize) -> f64| -> Vec<f64> {
            leader.iter().enumerate().map(|(n, v)| f(*v, n)).collect()
        };
        let found = follows(&of(&|v, _| (v - 50.0) * 0.1 + 3.0), &leader, 50.0).unwrap();
        assert!((found.times - 0.1).abs() < 1e-6 && found.correlation > 0.9999);
        assert_eq!(follows(&of(&|v, n| v + if n % 40 < 20 { 400.0 } else { 0.0 }), &leader, 50.0), None);
        assert_eq!(
            follows(&of(&|v, _| (v - 50.0) * 0.1 + 30.0), &leader, 50.0),
            None,
            "an offset of its own"
        );
        assert_eq!(follows(&of(&|v, _| -v), &leader, 50.0), None);
    }
}
