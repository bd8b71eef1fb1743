//! What follows from a frame that was explained: start, memory, and what is said.

use super::Judge;
use crate::estimator::car::Car;
use crate::estimator::claim::{AXLES, Claims, Places, WHEELS, count, places};
use crate::estimator::clock::Clock;
use crate::estimator::fusion::{Explanation, Level, Scene, explain};
use crate::estimator::grip::Look;
use crate::estimator::hull::{max, min};
use crate::estimator::memory::HEALS_ABOVE;
use crate::estimator::params::{KMH_PER_S, NOISE, REMEMBERED, WITNESS_DELAY};
use crate::estimator::tell::{Told, crawling, least_uncertainty, reason, witnesses};
use crate::estimator::{Driven, MESSAGES, Reason, Sensor, State};

/// After all wheels slipped, agreement may be chance for this long, s: an ABS unit's cycle.
const ABS: f64 = 0.4;

/// After a contradiction the state is `degraded` for this long, s.
const CALM: f64 = 0.5;

/// Above this speed values change, km/h; and what is missed of that before the state says so, km/h.
const MOVES: f64 = 5.0;
const MISSED: f64 = 0.75;

/// Slip without a force is none after this long, s; and what counts as no force, km/h/s: 0.8 m/s².
const IDLE: f64 = 1.0;
const FORCE: f64 = 0.8 * KMH_PER_S;

/// Over what time acceleration is measured, s; longer with coarse steps (for each km/h) and while wheels slip.
const SETTLES: f64 = 0.12;
const SETTLES_COARSE: f64 = 0.2;
const SETTLES_ABS: f64 = 0.3;

impl Judge {
    /// Before there is a speed: a few frames have to agree first.
    pub(super) fn begin(&mut self, t: f64, dt: f64, frame: &Frame<'_>) -> Told {
        let mut explained = *frame.explained;
        let slips = |explained: &Explanation| matches!(explained.level, Level::Brakes { .. } | Level::Spins);
        if !explained.some() || slips(&explained) {
            self.start.disagrees();
            if self.start.after_silence && t - self.seen_at < REMEMBERED {
                // Physics refuses it: what was known before the silence still binds.
                self.car.age(&self.params, dt);
                return self.waiting();
            }
            self.start.after_silence = false;
            self.car = Car::unknown(&self.params);
            explained = self.unbound(frame.scene, frame.claims);
        }
        if !explained.some() || slips(&explained) {
            return self.waiting();
        }
        self.accept(t, &explained);
        let all = explained.agrees() && frame.missing == 0;
        let enough = self.start.agrees(t, all);
        if self.start.good < 3 {
            self.car.a = 0.0;
        }
        let few = count(frame.fitted);
        if !enough || (count(frame.used) < few.min(3) && !self.axle_may_speak(frame.used, frame.fitted)) {
            return self.waiting();
        }
        self.running = true;
        self.start.after_silence = false;
        self.seen_at = t;
        self.conclude(t, frame, explained.level)
    }

    pub(super) fn waiting(&self) -> Told {
        Told::nothing(if self.ever_told { State::Stale } else { State::NoData }, Reason::NotYetAgreed)
    }

    /// Everything agrees with each other, and stands below what brakes can do.
    pub(super) fn stopped_at_once(&self, scene: &Scene, claims: &Claims) -> bool {
        if self.slide.on() {
            return false;
        }
        let alike = self.unbound(scene, claims);
        alike.agrees() && alike.hull.hi() < scene.lo
    }

    /// Slip needs a force: sources that disagree for long without braking or driving are broken.
    pub(super) fn idles(&mut self, dt: f64, abs: bool, explained: &Explanation) -> bool {
        let slips = match explained.level {
            Level::Agree | Level::Nothing => false,
            Level::ButOne { .. } => abs,
            Level::Brakes { .. } | Level::Spins => true,
        };
        let idle = slips && self.car.a.abs() < FORCE;
        self.idle = if idle { min(self.idle + dt, 2.0) } else { max(0.0, self.idle - dt) };
        self.idle > IDLE
    }

    /// Two wheels of more are believed if they only roll, if a witness of the body is there, or if all agreed since the
    /// last stop. Wheels that never had a value are as none: only what fell silent, or stands, may hide that these spin.
    pub(super) fn axle_may_speak(&self, used: Places, fitted: Places) -> bool {
        let wheels = used & WHEELS;
        let rolls = match self.params.driven {
            Some(Driven::Front) => AXLES[1],
            Some(Driven::Rear) => AXLES[0],
            Some(Driven::All) | None => 0,
        };
        let few = count(wheels) <= 2 && count(fitted & self.spoke & WHEELS) > 2;
        !few || self.vouched || wheels == rolls || used & self.bodies != 0
    }

    /// Who contradicts is remembered, and whether wheels slip.
    pub(super) fn remember(&mut self, t: f64, dt: f64, frame: &Frame<'_>, present: Places, dead: Places) {
        let (level, scene) = (frame.explained.level, frame.scene);
        self.memory.accuse(t, dt, level, frame.used, scene.braking);
        if self.car.v > HEALS_ABOVE
            && let Some(place) = self.memory.due(t, present)
        {
            let claims = self.claims(t, frame.used | 1 << place);
            let lives = dead >> place & 1 == 0 && self.sources[place].same < 12;
            let with = explain(&self.cells, scene, &claims);
            // A bend that only it asks for is no evidence.
            let same = (with.best - frame.explained.best).abs() <= NOISE + 2.0 * Sensor::TYRE * with.best;
            let agreed = lives && with.agrees() && same;
            self.memory.asked(place, t, agreed);
        }
        match level {
            Level::Brakes { .. } => {
                self.abs_until = t + ABS;
                self.memory.pardon(t);
            }
            // The first wheels to slip: all may by now.
            Level::ButOne { brakes: true, .. } if scene.braking => {
                self.abs_until = t + ABS;
                self.calm_until = t + CALM;
                self.lately = Some((Reason::Slip, 0));
            }
            Level::ButOne { .. } if scene.abs => self.abs_until = t + ABS,
            _ => {}
        }
        // Under brakes agreement proves less.
        let forgets = if scene.braking { 0.2 } else { 0.5 };
        self.missed = if level == Level::Agree { max(0.0, self.missed - forgets) } else { self.missed + 1.0 };
        if self.missed >= 3.0 || matches!(level, Level::Brakes { .. } | Level::Spins) {
            self.calm_until = t + CALM;
            self.lately = reason(level, frame.left_out, frame.missing);
        }
    }

    /// Wheels that agree under brakes may all slip, and count as if they had; not beside another fault.
    pub(super) fn may_slip(&mut self, t: f64, dt: f64, used: Places, all_agree: bool) {
        let sources = &self.sources;
        let Car { v, a, .. } = self.car;
        let look = Look { t, dt, v, step: self.coarsest, used: used & WHEELS };
        let says = |place: usize| sources[place].z + a * (t - sources[place].t);
        if self.grip.doubtful(look, says) && all_agree {
            self.abs_until = t + ABS;
            self.calm_until = t + CALM;
            self.lately = Some((Reason::Slip, 0));
        }
    }

    /// Takes the set of a frame.
    pub(super) fn accept(&mut self, t: f64, explained: &Explanation) {
        let slipping = if t < self.abs_until { SETTLES_ABS } else { 0.0 };
        let settle = SETTLES + SETTLES_COARSE * self.coarsest + slipping;
        self.car.accept(&self.params, explained, self.step, settle);
    }

    /// How uncertain a speed has become because no value changes although the vehicle moves, km/h.
    pub(super) fn unheard_of(&self, t: f64, v: f64, clocks: &[Clock; MESSAGES]) -> f64 {
        // What a control unit computes may stand for long.
        if v < MOVES || self.fitted & WHEELS == 0 {
            return 0.0;
        }
        let cycle =
            || places(self.fitted).map(|place| clocks[self.sources[place].message].cycle).fold(0.0, max);
        self.news.missed(t, self.finest, cycle)
    }

    /// What is said of a frame that left a speed.
    pub(super) fn conclude(&mut self, t: f64, frame: &Frame<'_>, level: Level) -> Told {
        let used = frame.used;
        self.ever_told = true;
        let (lo, hi) = self.car.set.unwrap_or_default();
        let crawls = if lo > 0.0 { None } else { crawling(places(used).map(|place| self.value(place))) };
        let v = crawls.unwrap_or(self.car.v);
        let mut u = max(max(hi - v, v - lo), least_uncertainty(level, v));
        let missed = frame.missed;
        u += missed;
        let mut structural = 0.0;
        if count(frame.fitted) == 1 {
            structural = places(used).map(|place| self.bend_unseen(place)).fold(0.0, max);
            u += structural;
            if used & WHEELS == 0 {
                // Nor how late the unit is that computes it.
                structural += WITNESS_DELAY * self.car.a.abs();
            }
            if crawls.is_some() {
                // Nor whether a vehicle stands, for a sensor that sees no slow ones.
                structural = u;
            }
        } else if count(frame.fitted) == 2 && level == Level::Agree {
            // No reading is spare: what the two leave open is no lack of evidence.
            structural = u;
        }
        let calm = t >= self.calm_until;
        let why = reason(level, frame.left_out, frame.missing)
            .or_else(|| (missed > MISSED).then_some((Reason::Frozen, 0)));
        let (state, why) = match (level, why) {
            (Level::Agree, None) if calm => (State::Ok, None),
            (_, Some(why)) => (State::Degraded, Some(why)),
            (_, None) => (State::Degraded, self.lately.or(Some((Reason::Slip, 0)))),
        };
        let (reason, left_out) = why.unzip();
        Told {
            state,
            speed: Some((v, u)),
            reason,
            left_out: left_out.unwrap_or(0),
            witnesses: witnesses(level, used, self.bodies),
            structural,
        }
    }
}

/// A frame and how it was explained.
pub(super) struct Frame<'a> {
    /// How uncertain the speed is because no value changes, km/h.
    pub missed: f64,
    pub explained: &'a Explanation,
    pub scene: &'a Scene,
    pub claims: &'a Claims,
    /// Who took part, of whom, who was left out, and who was missed.
    pub used: Places,
    pub fitted: Places,
    pub left_out: Places,
    pub missing: Places,
}
