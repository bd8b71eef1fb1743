//! What the sources say of the speed of the vehicle in one cell, by groups that slip together.

use super::SOURCES;
use super::cells::Cell;
use super::claim::Claims;
use super::hull::{max, min};

/// Two bounds each way of a group, km/h: the two greatest lower ones and the two least upper ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub l1: f64,
    pub l2: f64,
    pub h1: f64,
    pub h2: f64,
}

/// The bounds of each source and of the two axles, and of the witnesses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub lo: [f64; SOURCES],
    pub hi: [f64; SOURCES],
    pub front: Bounds,
    pub rear: Bounds,
    pub witnesses: Bounds,
}

impl Bounds {
    pub const NONE: Self =
        Self { l1: f64::NEG_INFINITY, l2: f64::NEG_INFINITY, h1: f64::INFINITY, h2: f64::INFINITY };

    #[inline]
    fn pair((a, b): (f64, f64), (c, d): (f64, f64)) -> Self {
        Self { l1: max(a, c), l2: min(a, c), h1: min(b, d), h2: max(b, d) }
    }

    #[inline]
    pub fn with(self, other: Self) -> Self {
        Self {
            l1: max(self.l1, other.l1),
            l2: max(min(self.l1, other.l1), max(self.l2, other.l2)),
            h1: min(self.h1, other.h1),
            h2: min(max(self.h1, other.h1), min(self.h2, other.h2)),
        }
    }
}

impl Said {
    #[inline]
    pub fn of<const WITNESSES: bool>(cell: &Cell, claims: &Claims) -> Self {
        let mut lo = [f64::NEG_INFINITY; SOURCES];
        let mut hi = [f64::INFINITY; SOURCES];
        for place in 0..if WITNESSES { SOURCES } else { 4 } {
            lo[place] = claims.lo[place] * cell.low[place];
            hi[place] = claims.hi[place] * cell.high[place];
        }
        let pair = |n: usize| Bounds::pair((lo[n], hi[n]), (lo[n + 1], hi[n + 1]));
        let witnesses = if WITNESSES { pair(4).with(pair(6)) } else { Bounds::NONE };
        Self { front: pair(0), rear: pair(2), witnesses, lo, hi }
    }

    /// Of all of them. Where there are no witnesses, nothing is compared with them.
    #[inline]
    pub fn extremes<const WITNESSES: bool>(&self) -> Bounds {
        let wheels = self.front.with(self.rear);
        if WITNESSES { wheels.with(self.witnesses) } else { wheels }
    }
}
