//! Whether a speed of the vehicle is its own or that of the dash: held against another speed of the same drive.

use super::series::{Point, together};

/// What was found of a speed.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::profile) struct Judged {
    /// It times this is the other.
    pub ratio: f64,
    /// What speaks against it as a witness, a clause each.
    pub against: Vec<String>,
}

/// Below this nothing is compared, km/h.
const LEAST: f64 = 8.0;

/// Fewer rows say nothing.
const ROWS: usize = 50;

/// Later than this is damped, s: filters of control units take up to 0.3 s.
const LATE: f64 = 0.35;

/// A dash is drawn no more often, s.
const HELD: f64 = 0.25;

/// Holds a speed against another, both in km/h. `step`: one raw count, km/h. `None` where they were not driven together.
pub(in crate::profile) fn judge(speed: &[Point], other: &[Point], step: f64) -> Option<Judged> {
    let rows = together([other, speed]);
    let moving: Vec<_> = rows.iter().filter(|(_, [other, _])| *other > LEAST).collect();
    if moving.len() < ROWS {
        return None;
    }
    let mut ratios: Vec<_> = moving.iter().map(|(_, [other, own])| own / other).collect();
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ratios.len() / 2];
    let mut against = Vec::new();
    if !(0.97..=1.03).contains(&ratio) {
        against.push(format!("it is {ratio:.3} times the wheels"));
    }
    if let Some(offset) = offset(&moving)
        && offset > 0.8
    {
        against.push(format!("it is {offset:.1} km/h above them even when slow, as a dash is"));
    }
    if step > 0.7 {
        against.push(format!("it goes in steps of {step:.1} km/h"));
    }
    if let Some(held) = held(speed)
        && held > HELD
    {
        against.push(format!("it stands for {held:.2} s and then goes on, as a display does"));
    }
    let late = late(speed, other);
    if late > LATE {
        against.push(format!("it follows {late:.1} s later"));
    }
    Some(Judged { ratio, against })
}

/// Where a straight line through both meets 0, where the speeds differ enough for one.
fn offset(rows: &[&(f64, [f64; 2])]) -> Option<f64> {
    let count = rows.len() as f64;
    let mean = |n: usize| rows.iter().map(|(_, row)| row[n]).sum::<f64>() / count;
    let (x, y) = (mean(0), mean(1));
    let (xx, xy) = rows
        .iter()
        .fold((0.0, 0.0), |(xx, xy), (_, row)| (xx + (row[0] - x).powi(2), xy + (row[0] - x) * (row[1] - y)));
    ((xx / count).sqrt() > 6.0).then(|| y - xy / xx * x)
}

/// How long a value stands while it changes again and again: the median time between changes, s.
fn held(speed: &[Point]) -> Option<f64> {
    let mut last: Option<&Point> = None;
    let mut times = Vec::new();
    for point in speed.iter().filter(|point| point.value.is_some_and(|kmh| kmh > LEAST)) {
        match last {
            Some(before) if before.raw == point.raw => continue,
            Some(before) => times.push(point.at - before.at),
            None => {}
        }
        last = Some(point);
    }
    times.sort_by(f64::total_cmp);
    // A car at a constant speed changes nothing; half of the time it is not constant.
    (times.len() >= 10).then(|| times[times.len() / 4])
}

/// By how much later it follows: of several shifts that with the least mean square of what is left, s.
fn late(speed: &[Point], other: &[Point]) -> f64 {
    let left = |shift: f64| {
        let shifted: Vec<_> = other.iter().map(|point| Point { at: point.at + shift, ..*point }).collect();
        let rows = together([speed, &shifted]);
        let rows: Vec<_> = rows.iter().filter(|(_, [_, other])| *other > LEAST).collect();
        let count = rows.len().max(1) as f64;
        let mean = rows.iter().map(|(_, [own, other])| own / other).sum::<f64>() / count;
        rows.iter().map(|(_, [own, other])| (own - mean * other).powi(2)).sum::<f64>() / count
    };
    let shifts: Vec<f64> = (0..=20).map(|n| f64::from(n) * 0.1).collect();
    let now = left(0.0);
    let best = shifts.into_iter().map(|shift| (left(shift), shift)).min_by(|a, b| a.0.total_cmp(&b.0));
    // A drive at one speed fits at every shift.
    best.filter(|(rest, _)| rest * 1.5 < now).map_or(0.0, |(_, shift)| shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 20 to 70 km/h and back in 20 s, again and again.
    fn speed(late: f64, ratio: f64, offset: f64, step: f64, hold: f64) -> Vec<Point> {
        let point = |n: u32| {
            let at = f64::from(n) * 0.02;
            let seen = if hold > 0.0 { (at / hold).floor() * hold } else { at } - late;
            let kmh = (45.0 - 25.0 * (seen / 10.0 * std::f64::consts::PI).cos()) * ratio + offset;
            let raw = (kmh / step).round();
            Point { at, raw: raw as u64, value: Some(raw * step) }
        };
        (0..3000).map(point).collect()
    }

    #[test]
    fn a_dash_is_told_from_a_witness() {
        let wheels = speed(0.0, 1.0, 0.0, 0.01, 0.0);
        let against = |own: &[Point], step| judge(own, &wheels, step).unwrap().against.join("; ");
        assert_eq!(against(&speed(0.1, 1.01, 0.0, 0.01, 0.0), 0.01), "");
        for (own, step, words) in [
            (speed(0.0, 1.0, 0.0, 0.01, 0.5), 0.01, "it stands for 0.5"),
            (speed(0.9, 1.0, 0.0, 0.01, 0.0), 0.01, "it follows 0.9 s later"),
            (speed(0.0, 1.0, 2.0, 0.01, 0.0), 0.01, "it is 2.0 km/h above them"),
            (speed(0.0, 1.05, 0.0, 0.01, 0.0), 0.01, "it is 1.050 times"),
            (speed(0.0, 0.1, 0.0, 0.01, 0.0), 0.01, "it is 0.100 times"),
            (speed(0.0, 1.0, 0.0, 1.0, 0.0), 1.0, "steps of 1.0 km/h"),
        ] {
            let found = against(&own, step);
            assert!(found.contains(words), "{words}: {found}");
        }
    }

    #[test]
    fn standing_says_nothing() {
        let still: Vec<_> =
            (0..500).map(|n| Point { at: f64::from(n) * 0.02, raw: 0, value: Some(0.0) }).collect();
        assert_eq!(judge(&still, &still, 0.01), None);
    }
}
