//! The fuel level as a driver reads it: what sloshes in a bend is no news, and no warning.

use std::time::Duration;

use crate::frame::SourceTime;

/// A value a second is kept ...
const EVERY: Duration = Duration::from_secs(1);

/// ... and the middle one of so many is shown: what lasts less than half of that is not seen.
const WINDOW: usize = 91;

/// The warning comes when the shown level has been at or below this for [`DWELL`], percent ...
const LOW: f64 = 10.0;

/// ... and goes when it has been at or above this as long: whoever fills up has more.
const HIGH: f64 = 14.0;

/// What is left of a bend in the window is over by then.
const DWELL: Duration = Duration::from_secs(30);

/// Damps the level of a tank.
#[derive(Clone, Debug, PartialEq)]
pub struct FuelGauge {
    /// The last levels, the oldest overwritten first.
    levels: [f64; WINDOW],
    count: usize,
    next: usize,
    kept_at: Option<SourceTime>,
    is_low: Option<bool>,
    /// Since when the level asks for the other answer.
    other_since: Option<SourceTime>,
}

impl Default for FuelGauge {
    fn default() -> Self {
        Self { levels: [0.0; WINDOW], count: 0, next: 0, kept_at: None, is_low: None, other_since: None }
    }
}

impl FuelGauge {
    /// Takes a level, percent; `None` where the car says none. Of a silence nothing is known, and nothing is forgotten.
    pub fn observe(&mut self, now: SourceTime, percent: Option<f64>) {
        // The clock of a log that starts again.
        if self.kept_at.is_some_and(|at| now < at) {
            *self = Self::default();
        }
        let Some(percent) = percent.filter(|percent| percent.is_finite()) else {
            self.other_since = None;
            return;
        };
        if self.kept_at.is_some_and(|at| now.saturating_sub(at) < EVERY) {
            return;
        }
        self.kept_at = Some(now);
        self.levels[self.next] = percent;
        self.next = (self.next + 1) % WINDOW;
        self.count = (self.count + 1).min(WINDOW);
        self.judge(now);
    }

    /// The level to show, percent; `None` before the first.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        let mut levels = self.levels;
        let known = levels.get_mut(..self.count).filter(|known| !known.is_empty())?;
        let middle = (known.len() - 1) / 2;
        Some(*known.select_nth_unstable_by(middle, f64::total_cmp).1)
    }

    /// Whether to warn; `None` before that is sure.
    #[must_use]
    pub const fn is_low(&self) -> Option<bool> {
        self.is_low
    }

    fn judge(&mut self, now: SourceTime) {
        let Some(percent) = self.percent() else { return };
        // Until the window is full it may all be of one bend.
        let wanted = if percent <= LOW && self.count == WINDOW {
            Some(true)
        } else if percent <= LOW {
            self.is_low
        } else if percent >= HIGH || self.is_low.is_none() {
            Some(false)
        } else {
            self.is_low
        };
        if wanted == self.is_low {
            self.other_since = None;
            return;
        }
        let since = *self.other_since.get_or_insert(now);
        // That there is enough may be said at once where nothing has been said.
        let is_first = self.is_low.is_none() && wanted == Some(false);
        if is_first || now.saturating_sub(since) >= DWELL {
            (self.is_low, self.other_since) = (wanted, None);
        }
    }
}

#[cfg(test)]
mod tests;
