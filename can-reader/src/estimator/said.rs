//! What the sources say of the speed of the vehicle in one cell, by groups that slip together.

use super::cells::Cell;
use super::claim::Claims;
use super::pair::Pair;
use super::{SOURCES, WITNESS};

/// What all of a group share, and the bounds that come next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub first: Pair,
    pub second: Pair,
}

impl Bounds {
    pub const NONE: Self = Self { first: Pair::NONE, second: Pair::NONE };

    /// Those of all sources in a cell.
    #[inline(always)]
    pub fn of<const WITNESSES: bool>(cell: &Cell, claims: &Claims) -> Self {
        let said = |n: usize| claims.bounds[n].times(cell.ratio[n]);
        let pair = |n: usize| Self::pair(said(n), said(n + 1));
        let wheels = pair(0).with(pair(2));
        if WITNESSES { wheels.with(pair(4).with(pair(6))) } else { wheels }
    }

    #[inline(always)]
    pub fn pair(one: Pair, other: Pair) -> Self {
        Self { first: one.and(other), second: one.or(other) }
    }

    /// Both groups as one.
    #[inline(always)]
    pub fn with(self, other: Self) -> Self {
        Self {
            first: self.first.and(other.first),
            second: self.first.or(other.first).and(self.second.and(other.second)),
        }
    }
}

/// The bounds of each source, of the two axles and of the witnesses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub each: [Pair; SOURCES],
    pub front: Bounds,
    pub rear: Bounds,
    witnesses: Bounds,
}

impl Said {
    #[inline(always)]
    pub fn of<const WITNESSES: bool>(cell: &Cell, claims: &Claims) -> Self {
        let mut each = [Pair::NONE; SOURCES];
        let most = if WITNESSES { SOURCES } else { WITNESS };
        for ((each, bounds), ratio) in each.iter_mut().zip(&claims.bounds).zip(&cell.ratio).take(most) {
            *each = bounds.times(*ratio);
        }
        let pair = |n: usize| Bounds::pair(each[n], each[n + 1]);
        let witnesses = if WITNESSES { pair(4).with(pair(6)) } else { Bounds::NONE };
        Self { front: pair(0), rear: pair(2), witnesses, each }
    }

    /// Of all wheels.
    #[inline(always)]
    pub fn wheels(&self) -> Bounds {
        self.front.with(self.rear)
    }

    /// Of all of them. Where there are no witnesses, nothing is compared with them.
    #[inline(always)]
    pub fn all<const WITNESSES: bool>(&self) -> Bounds {
        if WITNESSES { self.wheels().with(self.witnesses) } else { self.wheels() }
    }
}
