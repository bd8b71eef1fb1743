//! Raw values that look like "not available".

use super::series::Point;

/// No car gets so much faster or slower from one frame to the next, km/h.
const LEAP: f64 = 40.0;

/// Further apart frames prove nothing, s.
const NEAR: f64 = 1.0;

/// So often at least.
const FRAMES: usize = 3;

/// Raw values that the signal leaps to and from as no car does, always to the very same one, and with which it is never
/// driven; and how many frames have each. Points in km/h.
pub(in crate::profile) fn void_codes(points: &[Point]) -> Vec<(u64, usize)> {
    let known: Vec<_> = points.iter().filter(|point| point.value.is_some()).collect();
    // Runs of the same raw value: first and last place.
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, point) in known.iter().enumerate() {
        match runs.last_mut() {
            Some((_, last)) if known[*last].raw == point.raw => *last = at,
            _ => runs.push((at, at)),
        }
    }
    let leaps = |from: &Point, to: &Point| {
        let difference = from.value.unwrap_or_default() - to.value.unwrap_or_default();
        difference.abs() > LEAP && to.at - from.at < NEAR
    };
    let mut codes: Vec<(u64, usize, bool)> = Vec::new();
    for (first, last) in runs {
        let before = first.checked_sub(1).map(|at| leaps(known[at], known[first]));
        let after = known.get(last + 1).map(|next| leaps(known[last], next));
        let is_foreign = match (before, after) {
            (Some(before), Some(after)) => before && after,
            (Some(only), None) | (None, Some(only)) => only,
            // The same from end to end: beyond what most cars can do, it is no speed.
            (None, None) => known[first].value.is_some_and(|kmh| kmh > 250.0),
        };
        let (raw, frames) = (known[first].raw, last - first + 1);
        match codes.iter_mut().find(|(code, ..)| *code == raw) {
            Some((_, count, foreign)) => (*count, *foreign) = (*count + frames, *foreign && is_foreign),
            None => codes.push((raw, frames, is_foreign)),
        }
    }
    let found = codes.into_iter().filter(|(_, frames, foreign)| *foreign && *frames >= FRAMES);
    // A wheel that falls to 0 has lost its sensor or locks: 0 is a value.
    let is_zero = |raw: u64| known.iter().any(|p| p.raw == raw && p.value.is_some_and(|kmh| kmh.abs() < 1.0));
    let mut found: Vec<_> =
        found.filter(|(raw, ..)| !is_zero(*raw)).map(|(raw, frames, _)| (raw, frames)).collect();
    // Many different ones are noise, not a code.
    if found.len() > 3 {
        found.clear();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(raws: &[u64]) -> Vec<Point> {
        let point = |(n, raw): (usize, &u64)| Point {
            at: n as f64 * 0.02,
            raw: *raw,
            value: Some(*raw as f64 * 0.01),
        };
        raws.iter().enumerate().map(point).collect()
    }

    #[test]
    fn a_value_that_comes_and_goes_as_no_car_does() {
        let mut raws: Vec<u64> = (3000..3100).collect();
        raws[40..46].fill(32766);
        assert_eq!(void_codes(&points(&raws)), [(32766, 6)]);
        raws[80..].fill(32766);
        assert_eq!(void_codes(&points(&raws)), [(32766, 26)]);
    }

    #[test]
    fn what_a_car_does_is_no_code() {
        let steady: Vec<u64> = (0..200).map(|n| 3000 + n / 3).collect();
        assert_eq!(void_codes(&points(&steady)), []);
        assert_eq!(void_codes(&points(&[8000; 50])), []);
        // A sensor that drops out to 0.
        let mut dropped = steady;
        dropped[50..90].fill(0);
        assert_eq!(void_codes(&points(&dropped)), []);
        // A single damaged frame.
        let mut hit: Vec<u64> = (3000..3100).collect();
        hit[50] = 30000;
        assert_eq!(void_codes(&points(&hit)), []);
    }
}
