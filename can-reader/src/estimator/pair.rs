//! Two numbers at a time: a lower bound and an upper one with its sign changed, so that both are maxima. Compilers make
//! one instruction of what is done to both.

use super::hull::{max, min};

/// The lower bound, and the upper one with its sign changed; or what either is multiplied with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    pub a: f64,
    pub b: f64,
}

impl Pair {
    /// No bounds at all.
    pub const NONE: Self = Self { a: f64::NEG_INFINITY, b: f64::NEG_INFINITY };

    pub const fn new(a: f64, b: f64) -> Self {
        Self { a, b }
    }

    /// The interval from `lo` to `hi`.
    pub const fn interval(lo: f64, hi: f64) -> Self {
        Self { a: lo, b: -hi }
    }

    pub fn lo(self) -> f64 {
        self.a
    }

    pub fn hi(self) -> f64 {
        -self.b
    }

    #[inline(always)]
    pub fn times(self, other: Self) -> Self {
        Self { a: self.a * other.a, b: self.b * other.b }
    }

    /// The tighter one of each: what both intervals share.
    #[inline(always)]
    pub fn and(self, other: Self) -> Self {
        Self { a: max(self.a, other.a), b: max(self.b, other.b) }
    }

    /// The looser one of each: the hull of both intervals.
    #[inline(always)]
    pub fn or(self, other: Self) -> Self {
        Self { a: min(self.a, other.a), b: min(self.b, other.b) }
    }

    /// Whether there is something between the bounds.
    #[inline(always)]
    pub fn some(self) -> bool {
        self.a + self.b <= 0.0
    }
}
