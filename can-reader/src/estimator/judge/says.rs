//! What the sources say in a frame, and under what circumstances.

use super::Judge;
use crate::estimator::claim::{Claims, Force, Places, count, places};
use crate::estimator::clock::Clock;
use crate::estimator::fusion::{Explanation, Scene, explain};
use crate::estimator::hull::{max, min};
use crate::estimator::params::{BLIND, DOWNHILL, KMH_PER_S};
use crate::estimator::{MESSAGES, SOURCES, WITNESS, which};

/// Braking from which slip explains a lot, km/h/s: 4 m/s².
const BRAKING: f64 = 4.0 * KMH_PER_S;

/// Others that are faster than this, km/h, show that a sensor at 0 should turn; and from what speed of the vehicle on a
/// sensor has to show life again after half a second at 0.
const TURNS: f64 = 1.25 * BLIND;
const LIVES_ABOVE: f64 = 8.0;

/// No message is late sooner, s.
const SOON: f64 = 0.1;

/// Who says something in a frame.
pub(super) struct Survey {
    /// Those that have a value that is not too old, and those of them whose life is in doubt.
    pub present: Places,
    pub suspects: Places,
    /// Some are faster than any sensor is blind.
    pub moving: bool,
    /// None has changed for long.
    pub alike: bool,
}

impl Judge {
    /// The values of all sources, km/h.
    pub(super) fn says(&self) -> [f64; SOURCES] {
        std::array::from_fn(|place| self.sources[place].z)
    }

    pub(super) fn value(&self, place: usize) -> f64 {
        max(self.sources[place].z, 0.0)
    }

    /// A first look at all.
    pub(super) fn survey(&self, t: f64, clocks: &[Clock; MESSAGES]) -> Survey {
        let stale_after = self.params.stale_after;
        let soon = min(SOON, stale_after);
        let mut survey = Survey { present: 0, suspects: 0, moving: false, alike: true };
        let mut turning = 0;
        for place in places(self.fitted & !self.lost) {
            let source = &self.sources[place];
            let age = t - source.t;
            if !source.there() || (age > soon && age > clocks[source.message].late(stale_after)) {
                continue;
            }
            survey.present |= 1 << place;
            survey.suspects |= Places::from(source.suspicious()) << place;
            survey.alike &= source.same >= 8;
            turning += u32::from(source.z > TURNS);
        }
        survey.moving = turning >= 2 || (turning == 1 && count(survey.present) == 2);
        survey
    }

    /// Which of the suspects do not live.
    pub(super) fn dead(&mut self, t: f64, suspects: Places, moving: bool, alike: bool) -> Places {
        let fast = self.car.set.is_some_and(|(lo, _)| lo >= LIVES_ABOVE);
        let says = self.says();
        which(suspects, |place| {
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
            let source = &self.sources[place];
            let claim = self.manners[place].claim(&self.params, &force, max(source.z, 0.0), t - source.t);
            claims.set(place, claim);
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
        if let (Some(place), 1) = (places(used).next(), count(used))
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
