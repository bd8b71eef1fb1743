//! Explanations by one liar, and by slip: it is one-sided. Brakes make a source only too slow, the engine only too fast.

use super::cells::Cell;
use super::claim::{AXLES, Claims, Places, places};
use super::fusion::Scene;
use super::hull::{Hull, max, min};
use super::params::RELEASE;
use super::said::{Bounds, Said};
use super::{SOURCES, WITNESS};

/// What each explanation leaves possible.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slip {
    /// Who can be the only liar, and what the others leave possible then.
    pub liars: Places,
    lies: [Hull; SOURCES],
    /// What an axle shares, while everything else slips to one side.
    pub axles: [Hull; 2],
    /// No source is too fast, and the fastest slips a little at most.
    pub brakes: Hull,
    /// No source is too slow.
    pub spins: Hull,
}

impl Slip {
    pub fn each_liar(&self) -> impl Iterator<Item = (usize, &Hull)> {
        places(self.liars).map(|place| (place, &self.lies[place]))
    }
}

/// Walks the cells that are possible while something is wrong.
pub(super) fn slip<const WITNESSES: bool>(cells: &[Cell], scene: &Scene, claims: &Claims) -> Slip {
    let mut slip = Slip {
        liars: 0,
        lies: [Hull::EMPTY; SOURCES],
        axles: [Hull::EMPTY; 2],
        brakes: Hull::EMPTY,
        spins: Hull::EMPTY,
    };
    let used = claims.used;
    let three = used.count_ones() >= 3;
    // An axle is believed against others, of which there has to be one.
    let whole = AXLES.map(|axle| used & axle == axle && used != axle);
    let others_spin = AXLES.map(|axle| used & !axle & !scene.bodies & !scene.may_spin == 0);
    let all_spin = used & !scene.bodies & !scene.may_spin == 0;
    let release = if claims.top() >= scene.lo { 1.0 + RELEASE } else { f64::INFINITY };
    for cell in cells {
        let cap = min(scene.hi, cell.fastest_fault);
        if cap < scene.lo {
            continue;
        }
        let (from, to) = (cell.from, cell.to);
        let said = Said::of::<WITNESSES>(cell, claims);
        let x = said.extremes::<WITNESSES>();
        if three {
            slip.lie(x.l1, &said.lo, (max(scene.lo, x.l2), min(cap, x.h1)), cell);
            slip.lie(x.h1, &said.hi, (max(scene.lo, x.l1), min(cap, x.h2)), cell);
        }
        let (body, other) = if WITNESSES { witnesses(&said, scene) } else { (Bounds::NONE, Bounds::NONE) };
        let (lo, hi) = (max(scene.lo, body.l1), min(cap, body.h1));
        for (n, (axle, rest)) in [(said.front, said.rear), (said.rear, said.front)].into_iter().enumerate() {
            let (lo, hi) = (max(lo, axle.l1), min(hi, axle.h1));
            if whole[n] && lo <= hi {
                slip.axles[n].add(max(lo, max(rest.l1, other.l1)), hi, from, to);
                if others_spin[n] {
                    slip.axles[n].add(lo, min(hi, min(rest.h1, other.h1)), from, to);
                }
            }
        }
        let wheels = said.extremes::<false>();
        let (fastest, slowest) = (max(wheels.l1, other.l1), min(wheels.h1, other.h1));
        let highest = places(used & !scene.bodies)
            .map(|place| (claims.hi[place] - claims.grip[place]) * cell.high[place])
            .fold(f64::NEG_INFINITY, max);
        slip.brakes.add(max(lo, fastest), min(hi, min(highest * release, scene.downhill)), from, to);
        if all_spin {
            let lowest = places(used & !scene.bodies).map(|place| said.lo[place]).fold(f64::INFINITY, min);
            slip.spins.add(max(lo, lowest * (1.0 - RELEASE)), min(hi, slowest), from, to);
        }
    }
    slip
}

impl Slip {
    /// One that has the extreme bound is left out, and the others leave an interval.
    #[inline]
    fn lie(&mut self, extreme: f64, bounds: &[f64; SOURCES], (lo, hi): (f64, f64), cell: &Cell) {
        if lo <= hi
            && let Some(who) = bounds.iter().position(|bound| *bound == extreme)
        {
            self.lies[who].add(lo, hi, cell.from, cell.to);
            self.liars |= 1 << who;
        }
    }
}

/// The bounds of the witnesses of the body, and of the others.
fn witnesses(said: &Said, scene: &Scene) -> (Bounds, Bounds) {
    let (mut bodies, mut others) = (Bounds::NONE, Bounds::NONE);
    for place in WITNESS..SOURCES {
        let bounds =
            Bounds { l1: said.lo[place], l2: f64::NEG_INFINITY, h1: said.hi[place], h2: f64::INFINITY };
        let group = if scene.bodies >> place & 1 == 1 { &mut bodies } else { &mut others };
        *group = group.with(bounds);
    }
    (bodies, others)
}
