//! Whether numbers move as a car does.

use super::series::Point;

/// How a speed moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::profile) struct Motion {
    /// The greatest, km/h, of which one frame in two hundred may be greater.
    pub top_kmh: f64,
    /// The root of the mean square of the acceleration while it moved, over a second each, m/s2.
    pub accel_ms2: f64,
    /// Seconds of movement.
    pub seconds: f64,
    /// It stood, or nearly so.
    pub stood: bool,
}

/// Drivers: 0.3 to 2.5 m/s2, racing ones 5.
const HARDEST: f64 = 6.5;

/// Cars seldom go faster.
const FASTEST: f64 = 280.0;

/// Who drives at all changes speed by more than this.
const GENTLEST: f64 = 0.08;

/// Below this top speed a gentle drive is more probably a number ten times too small, km/h.
const SLOW: f64 = 15.0;

/// Fewer seconds of movement show nothing.
const SECONDS: f64 = 5.0;

/// How a speed moved, in km/h; `None` where there are too few values.
pub(in crate::profile) fn motion(points: &[Point]) -> Option<Motion> {
    let known: Vec<_> = points.iter().filter_map(|point| Some((point.at, point.value?.abs()))).collect();
    let mut values: Vec<_> = known.iter().map(|(_, kmh)| *kmh).collect();
    values.sort_by(f64::total_cmp);
    let top_kmh = *values.get(values.len().checked_sub(1 + values.len() / 200)?)?;
    let least = values[values.len() / 200];
    let moving = (top_kmh * 0.05).max(0.05);
    let (mut squares, mut count, mut seconds) = (0.0, 0, 0.0);
    let mut from = 0;
    for to in 0..known.len() {
        let passed = known[to].0 - known[from].0;
        if passed < 1.0 {
            continue;
        }
        // Gaps of the logger prove nothing.
        if passed < 1.5 && known[from].1.max(known[to].1) > moving {
            let ms2 = (known[to].1 - known[from].1) / 3.6 / passed;
            (squares, count, seconds) = (squares + ms2 * ms2, count + 1, seconds + passed);
        }
        from = to;
    }
    let accel_ms2 = if count > 0 { f64::sqrt(squares / f64::from(count)) } else { 0.0 };
    Some(Motion { top_kmh, accel_ms2, seconds, stood: least < moving.min(1.0) })
}

impl Motion {
    /// What speaks against its scale, as a sentence.
    pub fn doubt(&self) -> Option<String> {
        let Self { top_kmh, accel_ms2, seconds, .. } = *self;
        if top_kmh < 0.5 {
            return Some("nothing moved in this log: drive, and try again with that".to_owned());
        }
        if seconds < SECONDS {
            return None;
        }
        let gives = format!(
            "it gives a top speed of {top_kmh:.1} km/h and accelerations of {accel_ms2:.2} m/s2 in the mean"
        );
        if top_kmh > FASTEST || accel_ms2 > HARDEST {
            return Some(format!(
                "its factor is too great, by 3.6 (m/s for km/h) or by ten: {gives}, as no car does"
            ));
        }
        if top_kmh < SLOW && accel_ms2 < GENTLEST {
            return Some(format!(
                "its factor may be ten times too small: {gives}, more gently than cars are driven"
            ));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Up to 50 km/h in 10 s and down again in 10 s, with a wave.
    fn drive(scale: f64) -> Vec<Point> {
        let point = |n: u32| {
            let at = f64::from(n) * 0.02;
            let kmh = (25.0 - 25.0 * (at / 10.0 * std::f64::consts::PI).cos()) * scale;
            Point { at, raw: 0, value: Some(kmh) }
        };
        (0..2000).map(point).collect()
    }

    #[test]
    fn a_factor_ten_times_off_is_told() {
        let doubt = |scale| motion(&drive(scale)).unwrap().doubt();
        assert_eq!(doubt(1.0), None);
        assert!(
            doubt(10.0).unwrap().contains("too great, by 3.6 (m/s for km/h) or by ten"),
            "{:?}",
            doubt(10.0)
        );
        assert!(doubt(0.02).unwrap().contains("ten times too small"), "{:?}", doubt(0.02));
        assert!(doubt(0.0).unwrap().contains("nothing moved"));
        let motion = motion(&drive(1.0)).unwrap();
        assert!((motion.top_kmh - 50.0).abs() < 0.1 && motion.stood, "{motion:?}");
    }
}
