//! By how much a reference comes later than the wheels.

use super::{Point, value_at};

/// References come up to so much later, or earlier where two clocks differ, seconds.
const MOST_S: i32 = 5;

/// Speeds of one drive go together better than this.
const LEAST: f64 = 0.9;

/// What varies less than this share of itself shows no lag, and needs none.
const VARIES: f64 = 0.02;

/// Seconds by which the reference is late; 0 where the speed is so steady that it does not matter. `None`: it is of another drive.
pub(super) fn lag(own: &[Point], reference: &[Point]) -> Option<f64> {
    let best = (-MOST_S * 10..=MOST_S * 10)
        .map(|n| f64::from(n) * 0.1)
        .filter_map(|lag| Some((likeness(own, reference, lag)?, lag)))
        // Of equals the smaller shift.
        .reduce(|a, b| if b.0 > a.0 + 1e-9 || (b.0 > a.0 - 1e-9 && b.1.abs() < a.1.abs()) { b } else { a })?;
    (best.0 >= LEAST).then_some(best.1)
}

/// The correlation of both, where the reference has ten values within the drive; 1 where neither varies.
fn likeness(own: &[Point], reference: &[Point], lag: f64) -> Option<f64> {
    let pairs: Vec<_> =
        reference.iter().filter_map(|(at, kmh)| Some((value_at(own, at - lag)?, *kmh))).collect();
    if pairs.len() < 10 {
        return None;
    }
    let count = pairs.len() as f64;
    let (mx, my) = pairs.iter().fold((0.0, 0.0), |(mx, my), (x, y)| (mx + x / count, my + y / count));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        (xx, yy, xy) = (xx + (x - mx).powi(2), yy + (y - my).powi(2), xy + (x - mx) * (y - my));
    }
    let varies = |squares: f64, mean: f64| (squares / count).sqrt() > VARIES * mean;
    match (varies(xx, mx), varies(yy, my)) {
        (false, false) => Some(1.0),
        _ => (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt()),
    }
}
