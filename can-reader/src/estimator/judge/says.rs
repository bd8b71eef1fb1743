//! What the sources say in a frame, and under what circumstances.

use super::Judge;
use crate::estimator::claim::{Claims, Force, Places, claim, places};
use crate::estimator::fusion::{Explanation, Scene, explain};
use crate::estimator::hull::{max, min};
use crate::estimator::params::{BLIND, DOWNHILL, KMH_PER_S};
use crate::estimator::{SOURCES, WITNESS, which};

/// Braking from which slip explains a lot, km/h/s: 4 m/s².
const BRAKING: f64 = 4.0 * KMH_PER_S;

/// Others that are faster than this, km/h, show that a sensor at 0 should turn; and from what speed of the vehicle on a
/// sensor has to show life again after half a second at 0.
const TURNS: f64 = 1.25 * BLIND;
const LIVES_ABOVE: f64 = 8.0;

impl Judge {
    /// The values of all sources, km/h.
    pub(super) fn says(&self) -> [f64; SOURCES] {
        std::array::from_fn(|place| self.sources[place].z)
    }

    pub(super) fn value(&self, place: usize) -> f64 {
        max(self.sources[place].z, 0.0)
    }

    /// Which of those that are present do not live.
    pub(super) fn dead(&mut self, t: f64, present: Places) -> Places {
        let fast = self.car.set.is_some_and(|(lo, _)| lo >= LIVES_ABOVE);
        let turning = places(present).filter(|place| self.value(*place) > TURNS).count();
        let moving = turning >= 2 || (turning == 1 && present.count_ones() == 2);
        let alike = places(present).all(|place| self.sources[place].same >= 8);
        let says = self.says();
        which(present, |place| {
            let source = &mut self.sources[place];
            let zero = source.dead_at_zero(t, moving, fast);
            // What a control unit computes may stand for long.
            let fine = place < WITNESS;
            zero || source.flickers() || source.frozen(place, t, fine.then_some(alike), &says)
        })
    }

    /// What each of them claims.
    pub(super) fn claims(&self, t: f64, used: Places) -> Claims {
        let mut claims = Claims::NONE;
        let force = Force::new(self.car.a);
        for place in places(used) {
            let (Some(sensor), source) = (&self.sensors[place], &self.sources[place]) else { continue };
            let kind = (place >= WITNESS, self.may_spin >> place & 1 == 1);
            claims.set(place, claim(&self.params, sensor, &force, (max(source.z, 0.0), t - source.t), kind));
        }
        claims
    }

    /// The circumstances. Where there is one source alone, nothing tells a bend from straight on.
    pub(super) fn scene(&self, t: f64, dt: f64, alone: bool) -> Scene {
        let (lo, hi) = self.car.reach(&self.params, dt);
        let (right, left) = if alone { (0.0, 0.0) } else { self.car.bend(dt) };
        let abs = t < self.abs_until;
        let a = self.car.a;
        Scene {
            lo,
            hi,
            right,
            left,
            downhill: self.car.set.map_or(f64::INFINITY, |(_, hi)| hi + DOWNHILL * dt),
            abs,
            braking: abs || a < -BRAKING,
            a,
            carried: self.car.set.map(|_| self.car.v + min(0.0, a) * dt),
            may_spin: self.may_spin,
            bodies: self.bodies,
        }
    }

    /// One source alone: its own value is the best one.
    pub(super) fn alone(&self, t: f64, used: Places, explained: &mut Explanation) {
        if let (Some(place), 1) = (places(used).next(), used.count_ones())
            && explained.some()
        {
            let now = self.value(place) + self.car.a * max(0.0, t - self.sources[place].t);
            explained.best = max(explained.hull.lo(), min(now, explained.hull.hi()));
        }
    }

    /// What a bend may change of the speed that one source alone shows, km/h.
    pub(super) fn bend_unseen(&self, place: usize) -> f64 {
        let v = self.car.v;
        let cells = self.cells.within(-9.0, 9.0).iter().filter(|cell| cell.fastest_fault >= v);
        let part = cells.map(|cell| max(cell.ratio[place].b - 1.0, 1.0 - cell.ratio[place].a)).fold(0.0, max);
        part * v
    }

    /// What they say together if nothing of the past binds.
    pub(super) fn unbound(&self, scene: &Scene, claims: &Claims) -> Explanation {
        let free = Scene {
            lo: 0.0,
            hi: f64::INFINITY,
            right: f64::NEG_INFINITY,
            left: f64::INFINITY,
            downhill: f64::INFINITY,
            ..*scene
        };
        explain(&self.cells, &free, claims)
    }
}
