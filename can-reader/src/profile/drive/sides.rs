//! Whether wheels are crossed, as far as a bend tells it.
//!
//! In a bend the inner wheels are slower than the outer ones on both axles, and the rear ones slower than the front ones on both
//! sides: of a rigid car FL^2 + RR^2 = FR^2 + RL^2. Left for right on both axles is a mirror that no number shows.

/// Slower wheels are seen badly, km/h.
const LEAST: f64 = 5.0;

/// Sides that part by less show no bend.
const BEND: f64 = 0.02;

/// Fewer rows of bends prove nothing.
const ROWS: usize = 40;

/// A sentence where the four wheels, km/h in the order of [`Wheel::ALL`](crate::Wheel::ALL), are in the wrong places; `None` where they are right,
/// or where nothing tells.
pub(in crate::profile) fn crossed(rows: &[(f64, [f64; 4])]) -> Option<String> {
    let bends: Vec<_> = rows.iter().map(|(_, row)| row).filter(|row| is_bend(row)).collect();
    if bends.len() < ROWS {
        return None;
    }
    // The three ways to pair four wheels: what is left over of the sums of squares.
    let rest = |a: usize, b: usize, c: usize, d: usize| {
        let parts = bends.iter().map(|row| {
            let square = |at: usize| row[at] * row[at];
            let mean = row.iter().sum::<f64>() / 4.0;
            ((square(a) + square(b) - square(c) - square(d)) / (mean * mean)).powi(2)
        });
        (parts.sum::<f64>() / bends.len() as f64).sqrt()
    };
    // FL, FR, RL, RR are 0 to 3: diagonals, sides, axles.
    let (diagonals, sides, axles) = (rest(0, 3, 1, 2), rest(0, 2, 1, 3), rest(0, 1, 2, 3));
    // The true sides differ most, the true axles less, the true diagonals least.
    let clear = |small: f64, great: f64| small * 2.0 < great;
    if clear(sides, diagonals) && clear(sides, axles) {
        return Some(
            "in bends the inner front wheel goes with the outer rear one: one axle has left for right"
                .to_owned(),
        );
    }
    if clear(axles, diagonals) && clear(axles, sides) {
        return Some(
            "in bends what is named an axle goes as a diagonal does: on one side front and rear are exchanged".to_owned(),
        );
    }
    if clear(diagonals, axles) && clear(sides, axles) {
        return Some(
            "in bends what is named an axle parts less than what is named a side: two wheels of a diagonal are exchanged"
                .to_owned(),
        );
    }
    is_turned_round(rows).then(|| {
        "in bends the rear wheels are faster than the front ones, and no car does that: front and rear are exchanged".to_owned()
    })
}

/// Rear axles run inside of front axles: how much faster the front is grows with the square of how far the sides part, by half the
/// square of wheelbase over track, 1.2 to 2.4. Tyres that differ are no part of that growth.
fn is_turned_round(rows: &[(f64, [f64; 4])]) -> bool {
    let rolling = rows.iter().map(|(_, row)| row).filter(|row| row.iter().all(|kmh| *kmh > LEAST));
    let points: Vec<_> = rolling
        .map(|[fl, fr, rl, rr]| {
            let mean = (fl + fr + rl + rr) / 4.0;
            (((fr + rr - fl - rl) / 2.0 / mean).powi(2), (fl + fr - rl - rr) / 2.0 / mean)
        })
        .filter(|(side, _)| *side < 0.16)
        .collect();
    let count = points.len() as f64;
    let (sx, sy) = points.iter().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x, sy + y));
    let (mx, my) = (sx / count, sy / count);
    let (xx, xy) =
        points.iter().fold((0.0, 0.0), |(xx, xy), (x, y)| (xx + (x - mx).powi(2), xy + (x - mx) * (y - my)));
    // Sides that part by 8 % at some time: less is drowned by tyres.
    let tight = points.iter().filter(|(side, _)| *side > 0.0064).count();
    tight >= ROWS && xx > 0.0 && xy / xx < -0.8
}

/// The wheels part, and all roll.
fn is_bend(row: &[f64; 4]) -> bool {
    let (least, most) =
        row.iter().fold((f64::MAX, f64::MIN), |(least, most), kmh| (least.min(*kmh), most.max(*kmh)));
    least > LEAST && most - least > BEND * most && most < least * 1.6
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bends both ways at 30 km/h: a car of 2.7 by 1.5 m.
    fn rows(places: [usize; 4]) -> Vec<(f64, [f64; 4])> {
        let row = |n: u32| {
            let k = 0.08 * (f64::from(n) * 0.05).sin();
            let g = |x: f64, y: f64| 30.0 * (1.0 - k * y).hypot(k * x);
            let wheels = [g(2.7, 0.75), g(2.7, -0.75), g(0.0, 0.75), g(0.0, -0.75)];
            (f64::from(n) * 0.02, places.map(|place| wheels[place]))
        };
        (0..400).map(row).collect()
    }

    #[test]
    fn wheels_in_wrong_places_are_told_and_right_ones_are_not() {
        assert_eq!(crossed(&rows([0, 1, 2, 3])), None);
        assert_eq!(crossed(&rows([1, 0, 3, 2])), None, "a mirror");
        for (places, words) in [
            ([1, 0, 2, 3], "one axle has left for right"),
            ([0, 1, 3, 2], "one axle has left for right"),
            ([2, 1, 0, 3], "on one side front and rear"),
            ([0, 2, 1, 3], "two wheels of a diagonal"),
            ([2, 3, 0, 1], "front and rear are exchanged"),
            ([3, 2, 1, 0], "front and rear are exchanged"),
        ] {
            let found = crossed(&rows(places));
            assert!(found.as_ref().is_some_and(|found| found.contains(words)), "{places:?} {found:?}");
        }
    }

    #[test]
    fn straight_driving_tells_nothing() {
        let straight: Vec<_> = (0..400).map(|n| (f64::from(n), [30.0, 30.1, 29.9, 30.05])).collect();
        assert_eq!(crossed(&straight), None);
    }
}
