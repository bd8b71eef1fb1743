//! A set of speeds, and of the curvatures that they are possible with, by its hull.

/// Empty while `lo > hi`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hull {
    /// km/h.
    pub lo: f64,
    pub hi: f64,
    /// 1/m.
    pub right: f64,
    pub left: f64,
    /// The straightest bend in it, twice its curvature.
    pub least: f64,
}

impl Hull {
    pub const EMPTY: Self = Self {
        lo: f64::INFINITY,
        hi: f64::NEG_INFINITY,
        right: f64::INFINITY,
        left: f64::NEG_INFINITY,
        least: f64::INFINITY,
    };

    /// Adds the speeds from `lo` to `hi`, if there are any, of a cell of curvature.
    #[inline]
    pub fn add(&mut self, lo: f64, hi: f64, right: f64, left: f64) {
        if lo <= hi {
            self.lo = min(self.lo, lo);
            self.hi = max(self.hi, hi);
            self.right = min(self.right, right);
            self.left = max(self.left, left);
            self.least = min(self.least, (right + left).abs());
        }
    }

    pub fn join(&mut self, other: &Self) {
        if other.some() {
            self.add(other.lo, other.hi, other.right, other.left);
            self.least = min(self.least, other.least);
        }
    }

    pub fn some(&self) -> bool {
        self.lo <= self.hi
    }

    pub fn middle(&self) -> f64 {
        f64::midpoint(self.lo, self.hi)
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
