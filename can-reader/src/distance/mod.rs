//! From estimates and their times to the distance travelled, and to the time of which nothing is known: pure.
//!
//! Only a speed that is defended counts: `ok`, and `degraded` with its greater uncertainty, but no number that is merely
//! carried on because the readings cannot be true (`held`). Between two such speeds the distance is that of the trapezoid. Both
//! rules that suggest themselves, to hold the last speed and the trapezoid, come to the same from rest to rest at a steady
//! cycle `T`; on the way the first is off by `T / 2` times the change of speed (0.3 m at 100 km/h and 20 ms), the second by
//! `T^2 / 12` times the change of acceleration (below 1 mm), and frames that come unevenly leave the first with a rest.
//!
//! What is counted can be too small, never too great by more than [`Travelled::uncertainty_m`]: a stretch without a speed adds
//! no distance, and its time is [`Travelled::unknown`].

mod stretch;

use std::time::Duration;

use crate::estimator::{Estimate, Limits, Reason, State};
use crate::frame::SourceTime;
use stretch::{Gap, Stretch};

/// Two speeds no further apart than this are two ends of one motion: with the hardest braking of a road car the way between
/// them is off the trapezoid by 0.75 m at most.
const BRIDGE: Duration = Duration::from_millis(500);

/// A car below this, km/h, stands: sensors are blind there.
const STANDS_KMH: f64 = 1.0;

const UM_PER_M: f64 = 1e6;

/// What has come together since the beginning. None of it ever falls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Travelled {
    /// Micrometres, so that nothing is lost by rounding.
    pub micrometres: u64,
    /// While a speed was known, the true distance is no further away than this, m.
    pub uncertainty_m: f64,
    /// Time in which the car may have moved, and nobody knows how far.
    pub unknown: Duration,
}

/// Adds up distance.
#[derive(Clone, Debug, Default)]
pub struct Distance {
    travelled: Travelled,
    /// Less than a micrometre.
    rest_um: f64,
    /// The last speed that counts, on the clock of now.
    last: Option<Point>,
    /// The newest time seen.
    clock: Option<SourceTime>,
    /// Where there is no speed now.
    stretch: Option<Stretch>,
    stands: bool,
}

#[derive(Clone, Copy, Debug)]
struct Point {
    at: SourceTime,
    kmh: f64,
    uncertainty_kmh: f64,
}

impl Distance {
    /// Nothing has come together yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What has come together.
    #[must_use]
    pub fn travelled(&self) -> Travelled {
        let unknown = self.stretch.as_ref().map_or(Duration::ZERO, |stretch| stretch.unknown(BRIDGE));
        Travelled { unknown: self.travelled.unknown.saturating_add(unknown), ..self.travelled }
    }

    /// Whether there is a speed that counts.
    #[must_use]
    pub const fn has_speed(&self) -> bool {
        self.last.is_some() && self.stretch.is_none()
    }

    /// Whether there is a speed, and it is that of a car that stands.
    #[must_use]
    pub const fn stands(&self) -> bool {
        self.stands
    }

    /// Whether time without a speed goes by that counts: nothing else may happen meanwhile, so look again.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.stretch.as_ref().is_some_and(|stretch| !stretch.unknown(BRIDGE).is_zero())
    }

    /// Another source delivers from now on, whose clock is another one.
    pub fn restart(&mut self) {
        if let Some(last) = self.last.take() {
            self.stretch.get_or_insert_with(|| Stretch::after(last.kmh < STANDS_KMH));
        }
        self.clock = None;
        self.stands = false;
    }

    /// Takes what is known at the time `at` ([`Pipeline::time`](crate::Pipeline::time)); a time before one that was seen is
    /// taken for that. `factor` is that of other tyres: it multiplies speed and uncertainty.
    pub fn observe(&mut self, at: SourceTime, estimate: &Estimate, factor: f64) {
        let before = self.clock.unwrap_or(at);
        let at = at.max(before);
        self.clock = Some(at);
        let passed = at - before;
        match speed(at, estimate, factor) {
            Some(point) => self.speed(point, passed),
            None => {
                self.stands = false;
                let rested = self.last.is_none_or(|last| last.kmh < STANDS_KMH);
                let stretch = self.stretch.get_or_insert_with(|| Stretch::after(rested));
                stretch.add(passed, gap(estimate));
            }
        }
    }

    fn speed(&mut self, point: Point, passed: Duration) {
        self.stands = point.kmh < STANDS_KMH;
        let stretch = self.stretch.take().map(|mut stretch| {
            stretch.end(passed);
            stretch
        });
        match self.last.replace(point) {
            Some(last) if point.at - last.at <= BRIDGE => self.between(last, point),
            Some(last) => {
                // A speed on both sides, and nobody looked between.
                let mut stretch = stretch.unwrap_or_else(|| Stretch::after(last.kmh < STANDS_KMH));
                stretch.add_to(point.at - last.at);
                self.settle(&stretch);
            }
            None => self.settle(&stretch.unwrap_or_else(|| Stretch::after(true))),
        }
    }

    /// The trapezoid, and how far it may be off: by the uncertainty of the speeds, and by brakes that come between.
    fn between(&mut self, from: Point, to: Point) {
        let seconds = (to.at - from.at).as_secs_f64();
        let metres = (from.kmh + to.kmh) / 7.2 * seconds;
        let um = metres * UM_PER_M + self.rest_um;
        let whole = um.floor();
        self.rest_um = um - whole;
        // Not negative, and small: see `speed`.
        self.travelled.micrometres = self.travelled.micrometres.saturating_add(whole as u64);
        self.travelled.uncertainty_m += (from.uncertainty_kmh + to.uncertainty_kmh) / 7.2 * seconds
            + Limits::DOWN_MS2 * seconds * seconds / 4.0;
    }

    fn settle(&mut self, stretch: &Stretch) {
        let unknown = stretch.settled(BRIDGE, self.stands);
        self.travelled.unknown = self.travelled.unknown.saturating_add(unknown);
    }
}

/// The speed that counts, if there is one.
fn speed(at: SourceTime, estimate: &Estimate, factor: f64) -> Option<Point> {
    if !estimate.state.has_speed() || estimate.reason == Some(Reason::Held) {
        return None;
    }
    let kmh = estimate.speed_kmh? * factor;
    let uncertainty_kmh = estimate.uncertainty_kmh? * factor;
    // No car is faster, and what is no number is no speed.
    let usable = (0.0..1e5).contains(&kmh) && (0.0..1e5).contains(&uncertainty_kmh);
    usable.then_some(Point { at, kmh, uncertainty_kmh })
}

/// Why there is no speed, as far as a parked car is concerned.
fn gap(estimate: &Estimate) -> Gap {
    match estimate.state {
        State::Stale if estimate.reason != Some(Reason::DeliveredLate) => Gap::Silent,
        State::NoData => Gap::Silent,
        _ => Gap::Doubtful,
    }
}

#[cfg(test)]
mod tests;
