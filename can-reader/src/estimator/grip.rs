//! Wheels that agree under brakes prove nothing where all of them slip alike. What tells: they slow down more than tyres
//! that grip, one of them gets faster again, or they part.

use super::WITNESS;
use super::claim::{Places, places};
use super::hull::{max, min};
use super::pair::Pair;
use super::params::KMH_PER_S;

/// The vehicle brakes from 3 m/s² on, km/h/s; and for so long after, s: an anti-lock unit's cycle.
const BRAKES: f64 = 3.0 * KMH_PER_S;
const HOLDS: f64 = 0.4;

/// How far two looks at a speed may differ, km/h, and as a part of it: noise and rough roads. A step besides.
const NOISE: (f64, f64) = (0.5, 0.005);

/// Slower wheels are not asked, km/h: sensors jump there.
const FROM: f64 = 6.0;

/// How often is noted what each wheel says while the brakes are off, s.
const NOTES: f64 = 0.3;

/// A frame: its time and that since the one before, s; the speed and the steps of the wheels, km/h; who says something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub t: f64,
    pub dt: f64,
    pub v: f64,
    pub step: f64,
    pub used: Places,
}

/// Memory of a few tenths of a second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grip {
    /// What tyres that grip do at most, km/h/s.
    grips: f64,
    /// The speed, falling no faster than on tyres that grip (a), and than under light brakes (b), km/h.
    falls: Pair,
    /// Until when the brakes count as on, s.
    until: f64,
    /// By how much each wheel was faster than the vehicle before, when that was, and the lowest values since, km/h.
    noted: [f64; WITNESS],
    noted_at: f64,
    low: [f64; WITNESS],
}

impl Grip {
    /// Nothing is known yet. `grips`: what the vehicle's tyres do at most while they grip, km/h/s.
    pub fn new(grips: f64) -> Self {
        Self {
            grips,
            falls: Pair::new(0.0, 0.0),
            until: f64::NEG_INFINITY,
            noted: [0.0; WITNESS],
            noted_at: f64::NEG_INFINITY,
            low: [f64::INFINITY; WITNESS],
        }
    }

    /// Whether the wheels may slip although they agree. `says`: what a wheel says, km/h.
    #[inline]
    pub fn doubtful(&mut self, look: Look, says: impl Fn(usize) -> f64) -> bool {
        let Look { t, dt, v, step, .. } = look;
        let noise = NOISE.0 + NOISE.1 * v + step;
        let Pair { a: grips, b: coasts } = self.falls;
        self.falls = Pair::new(grips - self.grips * dt, coasts - BRAKES * dt).and(Pair::new(v, v));
        if v < self.falls.b - noise {
            (self.falls.b, self.until) = (v + noise, t + HOLDS);
        }
        if t < self.until {
            return self.braked(look, says);
        }
        if t - self.noted_at > NOTES {
            self.noted = std::array::from_fn(|place| says(place) - v);
            (self.noted_at, self.low) = (t, [f64::INFINITY; WITNESS]);
        }
        false
    }

    fn braked(&mut self, look: Look, says: impl Fn(usize) -> f64) -> bool {
        let Look { v, step, used, .. } = look;
        // The tyres' own slip, and bends, move them as much again.
        let tolerance = 2.0 * (NOISE.0 + NOISE.1 * v) + step;
        let mut doubtful = v < self.falls.a - tolerance;
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for place in places(used) {
            let z = says(place);
            let part = z - v - self.noted[place];
            (least, most) = (min(least, part), max(most, part));
            let low = &mut self.low[place];
            if z > FROM && z - *low > tolerance {
                doubtful = true;
                // The next time counts from here.
                *low = z;
            }
            *low = min(*low, z);
        }
        // Two wheels differ by the errors of both.
        doubtful || (v > FROM && most - least > 1.5 * tolerance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a frame is doubted: 100 km/h for a second, then what each wheel says, every 20 ms.
    fn doubted(step: f64, wheels: impl Fn(f64) -> [f64; 4]) -> Option<f64> {
        let mut grip = Grip::new(36.0);
        (0..150).map(|n| 0.02 * f64::from(n)).find(|t| {
            let says = if *t < 1.0 { [100.0; 4] } else { wheels(t - 1.0) };
            let says = says.map(|z| if step > 0.0 { (z / step).round() * step } else { z });
            let v = says.iter().sum::<f64>() / 4.0;
            grip.doubtful(Look { t: *t, dt: 0.02, v, step, used: 0b1111 }, |place| says[place])
        })
    }

    #[test]
    fn a_hard_stop_on_tyres_that_grip_is_not_doubted() {
        for step in [0.01, 1.0] {
            let stop = |t: f64| [1.0, 1.0, 0.99, 0.985].map(|part| (100.0 - 34.2 * t) * part);
            assert_eq!(doubted(step, stop), None, "{step}");
        }
    }

    #[test]
    fn wheels_that_fall_too_fast_or_part_or_come_back_are() {
        for step in [0.01, 1.0] {
            assert!(doubted(step, |t| [100.0 - 60.0 * t; 4]).is_some(), "{step}: 17 m/s2");
            let part = |t: f64| [100.0 - 20.0 * t, 100.0 - 20.0 * t, 100.0 - 20.0 * t, 100.0 - 45.0 * t];
            assert!(doubted(step, part).is_some(), "{step}: they part");
            let back = |t: f64| [if t < 0.3 { 100.0 - 30.0 * t } else { 91.0 + 15.0 * (t - 0.3) }; 4];
            assert!(doubted(step, back).is_some_and(|t| t > 1.3), "{step}: they come back");
        }
    }

    #[test]
    fn brakes_that_are_let_go_and_throttle_after_that_are_no_slip() {
        let drive = |t: f64| [if t < 0.6 { 100.0 - 25.0 * t } else { 85.0 + 10.0 * max(0.0, t - 1.1) }; 4];
        assert_eq!(doubted(0.01, drive), None);
    }
}
