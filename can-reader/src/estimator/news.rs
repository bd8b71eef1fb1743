//! No news: all values stand still to the last bit. Either the vehicle's speed does not change, or nobody measures it.

use super::hull::{max, min};

/// A vehicle's speed drifts at least by this, km/h/s, even where the driver holds it.
const DRIFTS: f64 = 0.35;

/// What may have become of it while nobody measures, km/h/s: 1.5 m/s².
const STRAYS: f64 = 1.5 * 3.6;

/// How much of an acceleration a step of 1 km/h may make up, km/h/s.
const COARSE: f64 = 2.5;

/// Cycles that any value may stand.
const CYCLES: f64 = 2.5;

/// Since when, and what the vehicle did then.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct News {
    /// There has been any.
    ever: bool,
    at: f64,
    a: f64,
}

impl News {
    /// A value has changed at `t`, s, while the vehicle accelerated by `a`, km/h/s.
    pub fn heard(&mut self, t: f64, a: f64) {
        *self = Self { ever: true, at: t, a };
    }

    /// How uncertain a speed has become without news, km/h. `resolution`: the finest step, km/h; `cycle`: of the
    /// slowest message, s.
    pub fn missed(&self, t: f64, resolution: f64, cycle: impl Fn() -> f64) -> f64 {
        if !self.ever || t <= self.at {
            return 0.0;
        }
        // Coarse steps make an acceleration where there is none.
        let a = max(0.0, self.a.abs() - COARSE * resolution);
        // By then a step should have come, if somebody measures.
        let due = CYCLES * cycle() + resolution / max(a, DRIFTS);
        max(0.0, t - self.at - min(due, 3.0)) * max(2.0 * a, STRAYS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finer_the_steps_and_the_harder_the_force_the_sooner_news_is_missed() {
        let missed = |resolution: f64, a: f64| {
            let mut news = News::default();
            news.heard(0.0, a);
            (0..500).map(|n| 0.01 * f64::from(n)).find(|t| news.missed(*t, resolution, || 0.02) > 0.5)
        };
        let (fine, whole, hard) = (missed(0.01, 0.0), missed(1.0, 0.0), missed(1.0, 10.0));
        assert!(fine.is_some_and(|t| t < 0.2), "{fine:?}");
        assert!(whole.is_some_and(|t| 2.8 < t && t < 3.4), "{whole:?}");
        assert!(hard.is_some_and(|t| t < 0.3), "{hard:?}");
    }
}
