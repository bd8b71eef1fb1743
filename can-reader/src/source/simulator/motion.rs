//! Where a drive has the car: speed and curvature over time, from a list of legs.

use super::grip::Grip;

/// How long a driver takes to press or release a pedal, or to begin and end a turn of the wheel, seconds.
const EASE_S: f64 = 0.4;

/// What the car does at one moment: the truth behind the frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Motion {
    /// Of the point midway between the axles on the centre line, m/s; below 0 in reverse.
    pub speed_ms: f64,
    /// Of the path of the middle of the rear axle, 1/m; positive to the left.
    pub curvature: f64,
    /// How the tyres hold.
    pub grip: Grip,
    /// Since the leg began, seconds.
    pub leg_s: f64,
    /// Until it ends, seconds.
    pub left_s: f64,
}

/// A part of a drive: from the speed and curvature of the leg before to these.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    pub seconds: f64,
    pub end_kmh: f64,
    pub end_curvature: f64,
    pub grip: Grip,
}

/// To this speed within so many seconds, straight ahead at its end. A speed below 0 is reverse.
pub(super) const fn to(end_kmh: f64, seconds: f64) -> Leg {
    Leg { seconds, end_kmh, end_curvature: 0.0, grip: Grip::Rolls }
}

impl Leg {
    /// At its end in a bend to the left, of this radius at the middle of the rear axle.
    pub const fn left(self, radius_m: f64) -> Self {
        Self { end_curvature: 1.0 / radius_m, ..self }
    }

    /// At its end in a bend to the right.
    pub const fn right(self, radius_m: f64) -> Self {
        Self { end_curvature: -1.0 / radius_m, ..self }
    }

    /// The tyres do not only roll.
    pub const fn with(self, grip: Grip) -> Self {
        Self { grip, ..self }
    }
}

/// How long all legs take, seconds.
pub(super) fn seconds(legs: &[Leg]) -> f64 {
    legs.iter().map(|leg| leg.seconds).sum()
}

/// The motion so many seconds after the start; at the end of the last leg the first begins again. Before the first,
/// the car stands and its wheels point ahead.
pub(super) fn at(legs: &[Leg], seconds: f64) -> Motion {
    let mut leg_s = seconds.rem_euclid(self::seconds(legs));
    let mut before = to(0.0, 0.0);
    for leg in legs {
        if leg_s < leg.seconds {
            return within(&before, leg, leg_s);
        }
        leg_s -= leg.seconds;
        before = *leg;
    }
    // Reached by rounding only.
    within(&before, &before, before.seconds)
}

fn within(before: &Leg, leg: &Leg, leg_s: f64) -> Motion {
    let part = eased(leg_s, leg.seconds);
    let between = |from: f64, to: f64| from + (to - from) * part;
    Motion {
        speed_ms: between(before.end_kmh, leg.end_kmh) / 3.6,
        curvature: between(before.end_curvature, leg.end_curvature),
        grip: leg.grip,
        leg_s,
        left_s: leg.seconds - leg_s,
    }
}

/// From 0 to 1 within `whole` seconds: the rate of change rises for [`EASE_S`], stays, and falls again.
fn eased(seconds: f64, whole: f64) -> f64 {
    let ease = EASE_S.min(whole / 2.0);
    let rate = 1.0 / (whole - ease);
    if ease <= 0.0 || seconds >= whole {
        1.0
    } else if seconds < ease {
        rate * seconds * seconds / (2.0 * ease)
    } else if seconds > whole - ease {
        let left = whole - seconds;
        1.0 - rate * left * left / (2.0 * ease)
    } else {
        rate * (seconds - ease / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_begins_and_ends_gently_where_it_should() {
        for whole in [0.3, 0.8, 5.0] {
            assert_eq!((eased(0.0, whole), eased(whole, whole)), (0.0, 1.0));
            assert!((eased(whole / 2.0, whole) - 0.5).abs() < 1e-12);
            let step = whole / 1000.0;
            let rates: Vec<_> = (0..1000)
                .map(|n| f64::from(n) * step)
                .map(|at| (eased(at + step, whole) - eased(at, whole)) / step)
                .collect();
            assert!(
                rates.iter().all(|rate| *rate >= 0.0 && *rate < 1.001 / (whole - EASE_S.min(whole / 2.0)))
            );
            assert!(rates[0] < 0.02 * rates[500] + 0.01 && rates[999] < 0.02 * rates[500] + 0.01, "{whole}");
        }
    }

    #[test]
    fn legs_follow_each_other_and_the_drive_begins_again() {
        let legs = [to(0.0, 2.0), to(36.0, 5.0).left(20.0), to(36.0, 1.0).left(20.0), to(0.0, 4.0)];
        assert_eq!(seconds(&legs), 12.0);
        for (at_s, speed_ms, curvature) in [
            (1.0, 0.0, 0.0),
            (4.5, 5.0, 0.025),
            (7.5, 10.0, 0.05),
            (10.0, 5.0, 0.025),
            (13.0, 0.0, 0.0),
            (16.5, 5.0, 0.025),
        ] {
            let motion = at(&legs, at_s);
            assert!((motion.speed_ms - speed_ms).abs() < 1e-9, "{at_s} s: {motion:?}");
            assert!((motion.curvature - curvature).abs() < 1e-9, "{at_s} s: {motion:?}");
        }
    }
}
