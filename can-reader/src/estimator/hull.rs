//! A set of speeds, and of the curvatures that they are possible with, by its hull.

use super::cells::Cell;
use super::pair::Pair;

/// Empty while the lower bound is above the upper one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hull {
    /// Speeds, km/h.
    pub speeds: Pair,
    /// Curvatures, 1/m, from right to left.
    pub bends: Pair,
    /// The straightest cell in it, twice the curvature of its middle.
    pub least: f64,
}

impl Hull {
    pub const EMPTY: Self = Self {
        speeds: Pair::new(f64::INFINITY, f64::INFINITY),
        bends: Pair::new(f64::INFINITY, f64::INFINITY),
        least: f64::INFINITY,
    };

    /// Adds speeds, if there are any, of a cell of curvature.
    #[inline(always)]
    pub fn add(&mut self, speeds: Pair, cell: &Cell) {
        if speeds.some() {
            self.speeds = self.speeds.or(speeds);
            self.bends = self.bends.or(cell.bends);
            self.least = min(self.least, cell.middle);
        }
    }

    /// The same of speeds that there are, where nobody asks for the straightest cell.
    #[inline(always)]
    pub fn extend(&mut self, speeds: Pair, cell: &Cell) {
        self.speeds = self.speeds.or(speeds);
        self.bends = self.bends.or(cell.bends);
    }

    pub fn join(&mut self, other: &Self) {
        if other.some() {
            self.speeds = self.speeds.or(other.speeds);
            self.bends = self.bends.or(other.bends);
            self.least = min(self.least, other.least);
        }
    }

    pub fn lo(&self) -> f64 {
        self.speeds.lo()
    }

    pub fn hi(&self) -> f64 {
        self.speeds.hi()
    }

    pub fn some(&self) -> bool {
        self.speeds.some()
    }

    pub fn middle(&self) -> f64 {
        f64::midpoint(self.lo(), self.hi())
    }
}

/// One instruction, where `f64::max` needs more to pass over a NaN: there are none here.
#[inline]
pub(super) fn max(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// See [`max`].
#[inline]
pub(super) fn min(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}
