//! What the sources say together: the simplest explanation that leaves a speed possible. A pure function.
//!
//! In each cell of curvature the intervals are intersected (Marzullo). What all share, `all`, holds if none lies; what
//! all but one share, `but_one`, if at most one does. In a cell only the source with the greatest lower bound or the one
//! with the least upper bound can be the only liar: two maxima and two minima say it all.

use super::cells::{Cell, Cells};
use super::claim::{Claims, Places, WHEELS, count};
use super::hull::{Hull, max, min};
use super::pair::Pair;
use super::params::{BLIND, KMH_PER_S, LATERAL_MS2};
use super::said::Bounds;
use super::slip::{Slip, slip};

/// The circumstances of a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    /// What inertia leaves possible, km/h.
    pub lo: f64,
    pub hi: f64,
    /// What steering leaves possible, 1/m.
    pub right: f64,
    pub left: f64,
    /// An upper bound under brakes, km/h: what a slope can add.
    pub downhill: f64,
    /// All wheels slipped a moment ago: they may again although they agree.
    pub abs: bool,
    /// The vehicle brakes hard.
    pub braking: bool,
    /// Its acceleration, km/h/s, and its old speed carried on, km/h.
    pub a: f64,
    pub carried: Option<f64>,
    /// Places of the sources that may be too fast.
    pub may_spin: Places,
    /// Places of the sources that neither spin nor lock.
    pub bodies: Places,
}

/// How it was explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// All agree.
    Agree,
    /// All but one agree (the bits say which can be the one), or one axle rolls and the rest slips to one side.
    /// `brakes`: slip of all would explain it, too.
    ButOne { liars: Places, rolls: [bool; 2], brakes: bool },
    /// All slip under brakes. `locked`: below all that brakes can do.
    Brakes { locked: bool },
    /// All spin.
    Spins,
    /// Nothing explains it.
    Nothing,
}

/// What follows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Explanation {
    pub level: Level,
    /// Every speed that is possible.
    pub hull: Hull,
    /// The best one, km/h.
    pub best: f64,
}

impl Explanation {
    pub fn some(&self) -> bool {
        self.hull.some()
    }

    pub fn agrees(&self) -> bool {
        self.level == Level::Agree && self.some()
    }
}

/// Explains what is said.
pub(super) fn explain(cells: &Cells, scene: &Scene, claims: &Claims) -> Explanation {
    let ms = max(scene.lo, 0.1) / KMH_PER_S;
    let tightest = LATERAL_MS2 / (ms * ms);
    let cells = cells.within(max(scene.right, -tightest), min(scene.left, tightest));
    if claims.used & !WHEELS == 0 {
        explain_in::<false>(cells, scene, claims)
    } else {
        explain_in::<true>(cells, scene, claims)
    }
}

fn explain_in<const WITNESSES: bool>(cells: &[Cell], scene: &Scene, claims: &Claims) -> Explanation {
    let sources = count(claims.used);
    let (all, but_one) = walk::<WITNESSES>(cells, scene, claims);
    if all.some() {
        let mut hull = all;
        if sources >= 4 {
            hull.join(&but_one);
        }
        let mut best = all.middle();
        if scene.abs {
            let braked = slip::<WITNESSES>(cells, scene, claims).brakes;
            if braked.some() {
                hull.join(&braked);
                best = carried(scene, &hull);
            }
        }
        return Explanation { level: Level::Agree, hull, best };
    }
    let slip = slip::<WITNESSES>(cells, scene, claims);
    let rolls = [slip.axles[0].some(), slip.axles[1].some()];
    if slip.liars != 0 || rolls != [false; 2] {
        return but_one_agree(scene, &slip, rolls);
    }
    // Below what brakes can do by far, or from above what sensors can see to 0 at once.
    let top = claims.top();
    let locked = top < 0.65 * scene.lo - 1.0 || (top < scene.lo && top <= BLIND);
    if slip.brakes.some() && (scene.a <= 3.6 || !slip.spins.some()) {
        let best = carried(scene, &slip.brakes);
        return Explanation { level: Level::Brakes { locked }, hull: slip.brakes, best };
    }
    if slip.spins.some() {
        return Explanation { level: Level::Spins, hull: slip.spins, best: slip.spins.middle() };
    }
    Explanation { level: Level::Nothing, hull: Hull::EMPTY, best: 0.0 }
}

/// One lies, or one axle slips: the straightest explanation gives the best value, the hull of all the honest one.
fn but_one_agree(scene: &Scene, slip: &Slip, rolls: [bool; 2]) -> Explanation {
    let mut hull = Hull::EMPTY;
    let mut straightest = Hull::EMPTY;
    for lie in slip.each_lie() {
        hull.join(lie);
        if lie.least < straightest.least {
            straightest = *lie;
        }
    }
    for axle in &slip.axles {
        if axle.some() && axle.least < straightest.least {
            straightest = *axle;
        }
    }
    let mut best = straightest.middle();
    // Under brakes the odd ones may be the only ones that roll, or the first ones that slip.
    let brakes = slip.brakes.some();
    if brakes && (scene.abs || scene.braking) {
        hull.join(&slip.brakes);
        best = carried(scene, &hull);
    }
    for axle in &slip.axles {
        hull.join(axle);
    }
    Explanation { level: Level::ButOne { liars: slip.liars, rolls, brakes }, hull, best }
}

/// Under brakes the truth is near the fastest wheel: the old speed, carried on, in the lower part of the set.
fn carried(scene: &Scene, hull: &Hull) -> f64 {
    let (lo, hi) = (hull.lo(), hull.hi());
    max(lo, min(scene.carried.unwrap_or(lo), lo + 0.4 * (hi - lo)))
}

/// What all share, and what all but one share.
fn walk<const WITNESSES: bool>(cells: &[Cell], scene: &Scene, claims: &Claims) -> (Hull, Hull) {
    let (mut all, mut but_one) = (Hull::EMPTY, Hull::EMPTY);
    let three = count(claims.used) >= 3;
    for cell in cells {
        let Bounds { first, second } = Bounds::of::<WITNESSES>(cell, claims);
        let reach = Pair::interval(scene.lo, min(scene.hi, cell.fastest));
        let shared = first.and(reach);
        if shared.some() {
            all.extend(shared, cell);
        }
        if three {
            let reach = Pair::interval(scene.lo, min(scene.hi, cell.fastest_fault));
            // Without the fastest, and without the slowest. The hull of both is from the one's lower bound to the other's
            // upper one.
            let without_fastest = Pair::new(second.a, first.b).and(reach);
            let without_slowest = Pair::new(first.a, second.b).and(reach);
            let (one, other) = (without_fastest.some(), without_slowest.some());
            if one || other {
                let a = if one { without_fastest.a } else { without_slowest.a };
                let b = if other { without_slowest.b } else { without_fastest.b };
                but_one.extend(Pair::new(a, b), cell);
            }
        }
    }
    (all, but_one)
}
