//! A standstill that brakes do not explain: all wheels may be locked, and the vehicle slide.

use super::params::SLIDE;

/// Frames of rolling wheels that end it.
const ROLLED: u32 = 3;

/// Since when, and from what speed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slide {
    since: Option<(f64, f64)>,
    rolled: u32,
}

impl Slide {
    pub fn on(&self) -> bool {
        self.since.is_some()
    }

    /// It begins at the time `t`, s, from `v` km/h, unless it has begun before.
    pub fn begin(&mut self, t: f64, v: f64) {
        self.since = self.since.or(Some((t, v)));
        self.rolled = 0;
    }

    /// What the wheels said cannot be.
    pub fn nonsense(&mut self) {
        self.rolled = 0;
    }

    /// A frame that leaves a speed: whether the vehicle may slide still. `rolling`: all wheels turn and agree.
    pub fn goes_on(&mut self, t: f64, rolling: bool) -> bool {
        let Some((since, v)) = self.since else { return false };
        self.rolled = if rolling { self.rolled + 1 } else { 0 };
        // Rolling ends it soon, standing only after the longest slide.
        if self.rolled < ROLLED && t - since < v / SLIDE {
            return true;
        }
        *self = Self::default();
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standstill_is_believed_after_the_longest_slide_and_rolling_at_once() {
        let mut slide = Slide::default();
        assert!(!slide.goes_on(0.0, false));
        slide.begin(0.0, 43.2);
        slide.begin(5.0, 43.2);
        assert!(slide.goes_on(9.9, false), "it began at 0");
        assert!(!slide.goes_on(10.1, false));
        slide.begin(20.0, 100.0);
        assert!(slide.goes_on(20.1, true));
        assert!(slide.goes_on(20.12, true));
        assert!(!slide.goes_on(20.14, true));
    }
}
