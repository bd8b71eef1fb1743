//! Explanations by one liar, and by slip: it is one-sided. Brakes make a source only too slow, the engine only too fast.

use super::cells::Cell;
use super::claim::{AXLES, Claims, Places, places};
use super::fusion::{Extremes, Scene};
use super::hull::{Hull, max, min};
use super::params::RELEASE;
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
pub(super) fn slip(cells: &[Cell], scene: &Scene, claims: &Claims) -> Slip {
    let mut slip = Slip {
        liars: 0,
        lies: [Hull::EMPTY; SOURCES],
        axles: [Hull::EMPTY; 2],
        brakes: Hull::EMPTY,
        spins: Hull::EMPTY,
    };
    let used = claims.used;
    let three = used.count_ones() >= 3;
    let whole = AXLES.map(|axle| used & axle == axle && used != axle);
    let release = if claims.top() >= scene.lo { 1.0 + RELEASE } else { f64::INFINITY };
    let all_may_spin = used & !scene.bodies & !scene.may_spin == 0;
    for cell in cells {
        if cell.fastest < scene.lo {
            continue;
        }
        let cap = min(scene.hi, min(cell.fastest, cell.fastest_fault));
        if cap < scene.lo {
            continue;
        }
        let (from, to) = (cell.from, cell.to);
        let said = Said::of(cell, claims);
        let x = said.extremes;
        if three {
            for (who, lo, hi) in [
                (said.lo.iter().position(|lo| *lo == x.l1), max(scene.lo, x.l2), min(cap, x.h1)),
                (said.hi.iter().position(|hi| *hi == x.h1), max(scene.lo, x.l1), min(cap, x.h2)),
            ] {
                if let Some(who) = who.filter(|_| lo <= hi) {
                    slip.lies[who].add(lo, hi, from, to);
                    slip.liars |= 1 << who;
                }
            }
        }
        for (n, axle) in AXLES.into_iter().enumerate().filter(|(n, _)| whole[*n]) {
            let (mut lo, mut hi) = (scene.lo, cap);
            for place in places((axle | scene.bodies) & used) {
                (lo, hi) = (max(lo, said.lo[place]), min(hi, said.hi[place]));
            }
            if lo > hi {
                continue;
            }
            let rest = used & !axle & !scene.bodies;
            let (slowest, fastest) = said.bounds(rest);
            slip.axles[n].add(max(lo, max(fastest, 0.0)), hi, from, to);
            if rest & !scene.may_spin == 0 {
                slip.axles[n].add(lo, min(hi, slowest), from, to);
            }
        }
        let (mut lo, mut hi) = (scene.lo, cap);
        for place in places(scene.bodies & used) {
            (lo, hi) = (max(lo, said.lo[place]), min(hi, said.hi[place]));
        }
        let mut highest = f64::NEG_INFINITY;
        let mut lowest = f64::INFINITY;
        for place in places(used & !scene.bodies) {
            (highest, lowest) = (max(highest, said.hi[place]), min(lowest, said.lo[place]));
        }
        let (_, fastest) = said.bounds(used & !scene.bodies);
        slip.brakes.add(max(lo, fastest), min(hi, min(highest * release, scene.downhill)), from, to);
        if all_may_spin {
            let (slowest, _) = said.bounds(used & !scene.bodies);
            slip.spins.add(max(lo, lowest * (1.0 - RELEASE)), min(hi, slowest), from, to);
        }
    }
    slip
}

/// What each source says of the speed of the vehicle, in one cell.
struct Said {
    lo: [f64; SOURCES],
    hi: [f64; SOURCES],
    extremes: Extremes,
}

impl Said {
    fn of(cell: &Cell, claims: &Claims) -> Self {
        let wide = claims.used >> WITNESS != 0;
        Self {
            lo: std::array::from_fn(|place| claims.lo[place] * cell.low[place]),
            hi: std::array::from_fn(|place| claims.hi[place] * cell.high[place]),
            extremes: if wide {
                Extremes::of::<true>(cell, claims)
            } else {
                Extremes::of::<false>(cell, claims)
            },
        }
    }

    /// The least upper bound and the greatest lower bound of some.
    fn bounds(&self, of: Places) -> (f64, f64) {
        places(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(hi, lo), place| {
            (min(hi, self.hi[place]), max(lo, self.lo[place]))
        })
    }
}
