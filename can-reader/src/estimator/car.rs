//! What is known of the vehicle: the last set of speeds and curvatures, and its acceleration.

use super::fusion::Explanation;
use super::hull::{max, min};
use super::params::Params;

/// Any curvature.
const ANY: f64 = 9.0e9;

/// The set and the best value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Car {
    /// Least and greatest possible speed, km/h; `None` before anything is known.
    pub set: Option<(f64, f64)>,
    /// The best value, km/h; without a set 0.
    pub v: f64,
    /// Possible curvatures, 1/m.
    bend: Option<(f64, f64)>,
    /// Acceleration, km/h/s.
    pub a: f64,
    /// How fast curvature can change, 1/m/s.
    turn: f64,
}

impl Car {
    pub fn unknown(params: &Params) -> Self {
        Self { set: None, v: 0.0, bend: None, a: 0.0, turn: params.steer }
    }

    /// Nothing turned while nothing was heard, but its bend and acceleration are forgotten.
    pub fn after_silence(&self, params: &Params) -> Self {
        Self { bend: None, a: 0.0, turn: params.steer, ..*self }
    }

    /// What inertia leaves possible `dt` seconds later, km/h.
    pub fn reach(&self, params: &Params, dt: f64) -> (f64, f64) {
        self.set
            .map_or((0.0, f64::INFINITY), |(lo, hi)| (max(0.0, lo - params.down * dt), hi + params.up * dt))
    }

    /// What steering leaves possible `dt` seconds later, 1/m.
    pub fn bend(&self, dt: f64) -> (f64, f64) {
        self.bend.map_or((-ANY, ANY), |(right, left)| (right - self.turn * dt, left + self.turn * dt))
    }

    /// Takes what follows from a frame. `step`: the mean time between frames, the better clock for a rate of change in
    /// bursts and with jitter; `settle`: over what time a rate of change is measured; both s.
    pub fn accept(&mut self, params: &Params, explained: &Explanation, step: f64, settle: f64) {
        let best = explained.best;
        if self.set.is_some() {
            let rate = max(-params.down, min((best - self.v) / step, params.up));
            self.a += min(1.0, step / settle) * (rate - self.a);
        }
        let hull = &explained.hull;
        self.set = Some((hull.lo(), hull.hi()));
        self.v = best;
        self.bend = Some((hull.bends.lo(), hull.bends.hi()));
        self.turn = params.turn(best);
    }

    /// Nothing that was said can be: what was known ages.
    pub fn age(&mut self, params: &Params, dt: f64) {
        if self.set.is_some() {
            self.set = Some(self.reach(params, dt));
            self.bend = self.bend.map(|_| self.bend(dt));
        }
    }

    /// From the best value to the farther end of the set, km/h.
    pub fn half_width(&self) -> f64 {
        self.set.map_or(f64::INFINITY, |(lo, hi)| max(hi - self.v, self.v - lo))
    }
}
