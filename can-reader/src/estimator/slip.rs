//! Explanations by one liar, and by slip: it is one-sided. Brakes make a source only too slow, the engine only too fast.

use super::cells::Cell;
use super::claim::{AXLES, Claims, Places, count, places};
use super::fusion::Scene;
use super::hull::{Hull, max, min};
use super::pair::Pair;
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
    /// What is possible with each of them.
    pub fn each_lie(&self) -> impl Iterator<Item = &Hull> {
        places(self.liars).map(|place| &self.lies[place])
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
    let three = count(used) >= 3;
    // An axle is believed against others, of which there has to be one.
    let whole = AXLES.map(|axle| used & axle == axle && used != axle);
    let others_spin = AXLES.map(|axle| used & !axle & !scene.bodies & !scene.may_spin == 0);
    let all_spin = used & !scene.bodies & !scene.may_spin == 0;
    let release = if claims.top() >= scene.lo { 1.0 + RELEASE } else { f64::INFINITY };
    // A receiver neither spins nor locks.
    let (tops, bottoms) = claims.ends(used & !scene.bodies);
    for cell in cells {
        let cap = min(scene.hi, cell.fastest_fault);
        if cap < scene.lo {
            continue;
        }
        let reach = Pair::interval(scene.lo, cap);
        let said = Said::of::<WITNESSES>(cell, claims);
        if three {
            let Bounds { first, second } = said.all::<WITNESSES>();
            slip.lie(Pair::new(second.a, first.b).and(reach), cell, |place| said.each[place].a == first.a);
            slip.lie(Pair::new(first.a, second.b).and(reach), cell, |place| said.each[place].b == first.b);
        }
        let (body, other) = if WITNESSES { witnesses(&said, scene) } else { (Pair::NONE, Pair::NONE) };
        let reach = reach.and(body);
        for (n, (axle, rest)) in [(said.front, said.rear), (said.rear, said.front)].into_iter().enumerate() {
            let believed = reach.and(axle.first);
            if whole[n] && believed.some() {
                // The rest is too slow, or too fast.
                let rest = rest.first.and(other);
                slip.axles[n].add(Pair::new(max(max(believed.a, rest.a), 0.0), believed.b), cell);
                if others_spin[n] {
                    slip.axles[n].add(Pair::new(believed.a, max(believed.b, rest.b)), cell);
                }
            }
        }
        let slipping = said.wheels().first.and(other);
        let most = if WITNESSES { SOURCES } else { WITNESS };
        let mut highest = f64::NEG_INFINITY;
        for (top, ratio) in tops.iter().zip(&cell.ratio).take(most) {
            highest = max(highest, top * ratio.b);
        }
        let braked = Pair::interval(slipping.a, min(highest * release, scene.downhill));
        slip.brakes.add(reach.and(braked), cell);
        if all_spin {
            let mut lowest = f64::INFINITY;
            for (bottom, ratio) in bottoms.iter().zip(&cell.ratio).take(most) {
                lowest = min(lowest, bottom * ratio.a);
            }
            slip.spins.add(reach.and(Pair::new(lowest * (1.0 - RELEASE), slipping.b)), cell);
        }
    }
    slip
}

impl Slip {
    /// One that has the extreme bound is left out, and the others leave an interval.
    #[inline(always)]
    fn lie(&mut self, speeds: Pair, cell: &Cell, extreme: impl Fn(usize) -> bool) {
        if speeds.some()
            && let Some(who) = (0..SOURCES).find(|place| extreme(*place))
        {
            self.lies[who].add(speeds, cell);
            self.liars |= 1 << who;
        }
    }
}

/// What the witnesses of the body share, and what the others do.
fn witnesses(said: &Said, scene: &Scene) -> (Pair, Pair) {
    let (mut bodies, mut others) = (Pair::NONE, Pair::NONE);
    for place in WITNESS..SOURCES {
        let group = if scene.bodies >> place & 1 == 1 { &mut bodies } else { &mut others };
        *group = group.and(said.each[place]);
    }
    (bodies, others)
}
