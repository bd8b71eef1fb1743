//! Which signals follow from a sequence of readings: a pure function of readings and times.
//!
//! No bus and no clock here. Time is that of the bus and its clients, the process's monotonic clock: they
//! are spared a flood whatever clock the source has. Only `PropertiesChanged` is ever held back, so a
//! replay sends the same `SpeedChanged` and `SpeedLost` at any rate.

use std::time::Duration;

use interfaces::State;

/// While the speed stays the same, an uncertainty that moved by no more than this, km/h, is not signalled: it grows
/// and shrinks with the age of each frame, also in a car that stands.
const UNCERTAINTY_STEP_KMH: f64 = 0.5;

/// Nor one that moved by no more than this part of the one sent last.
const UNCERTAINTY_STEP_PART: f64 = 0.1;

/// What clients may know of an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// How far the speed can be trusted.
    pub state: State,
    /// `StateReason`; empty in `ok`.
    pub reason: &'static str,
    /// `None` when there is no speed.
    pub numbers: Option<Numbers>,
    /// What `getSpeed` answers; `None` when it answers with an error.
    pub integer_kmh: Option<i32>,
}

/// A speed and what belongs to it, of one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// `Speed`, km/h, unrounded.
    pub speed_kmh: f64,
    /// `Uncertainty`, km/h.
    pub uncertainty_kmh: f64,
    /// `Witnesses`.
    pub witnesses: u32,
    /// `IndicatedSpeed`, km/h, unrounded.
    pub indicated_kmh: f64,
}

impl Reading {
    /// The reading before the first frame.
    pub const NONE: Self = Self { state: State::NoData, reason: "no-data", numbers: None, integer_kmh: None };
}

/// One signal of the object, or the change of its properties.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signal {
    /// `PropertiesChanged`.
    Properties(Properties),
    /// `SpeedChanged`: the value that `getSpeed` now returns, km/h.
    SpeedChanged(i32),
    /// `SpeedLost`: the state that follows.
    SpeedLost(State),
    /// `Changed` of `org.cardash.Signals1`, with all that has changed when it is sent.
    Instruments,
    /// `PropertiesChanged` of `org.cardash.Signals1`: `Available`.
    Available,
    /// `PropertiesChanged` of `org.cardash.Odometer1`; the values are with the object.
    Odometer,
}

/// What one `PropertiesChanged` carries: the properties that changed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Properties {
    /// `Speed`, `Uncertainty`, `Witnesses` and `IndicatedSpeed`, which are never sent without each other; the inner
    /// `None` is "no speed" (NaN, and 0 witnesses).
    pub numbers: Option<Option<Numbers>>,
    /// `State`.
    pub state: Option<State>,
    /// `StateReason`; always with `State`.
    pub reason: Option<&'static str>,
    /// Whether `Source` is another one; its value is with the object.
    pub source: bool,
}

/// What one reading makes known: at most one message of each sort.
pub type Step = [Option<Signal>; 2];

/// Turns readings into signals.
#[derive(Debug)]
pub struct Publisher {
    /// Least time between two `PropertiesChanged` that carry only numbers.
    gap: Duration,
    /// What clients know.
    told: Reading,
    /// When `PropertiesChanged` was sent last.
    told_at: Option<Duration>,
    /// When a speed that was held back is due.
    due: Option<Duration>,
}

impl Publisher {
    /// A publisher of which nobody has heard yet. `publish_hz`: 1 or more.
    #[must_use]
    pub fn new(publish_hz: u32) -> Self {
        Self { gap: gap(publish_hz), told: Reading::NONE, told_at: None, due: None }
    }

    /// Takes another limit (a reload).
    pub fn set_publish_hz(&mut self, publish_hz: u32) {
        self.gap = gap(publish_hz);
    }

    /// When [`observe`](Self::observe) wants to be called even if nothing happens, so that the last of
    /// several quick changes is sent.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.due
    }

    /// The signals that follow from `reading` at `now`, in the order in which to send them.
    pub fn observe(&mut self, now: Duration, reading: Reading) -> Step {
        let step = [self.properties(now, reading), self.speed(reading)];
        self.told.integer_kmh = reading.integer_kmh;
        step
    }

    fn properties(&mut self, now: Duration, reading: Reading) -> Option<Signal> {
        let numbers_moved = moved(self.told.numbers, reading.numbers);
        let state_changed = reading.state != self.told.state;
        let reason_changed = reading.reason != self.told.reason;
        if !numbers_moved && !state_changed && !reason_changed {
            self.due = None;
            return None;
        }
        let at_once =
            state_changed || reason_changed || reading.numbers.is_some() != self.told.numbers.is_some();
        let earliest = self.told_at.map(|at| at.saturating_add(self.gap));
        if let Some(earliest) = earliest.filter(|at| now < *at && !at_once) {
            self.due = Some(earliest);
            return None;
        }
        // What is too small for a message of its own rides along.
        let numbers_changed = reading.numbers != self.told.numbers;
        self.due = None;
        self.told_at = Some(now);
        self.told = Reading { integer_kmh: self.told.integer_kmh, ..reading };
        Some(Signal::Properties(Properties {
            numbers: numbers_changed.then_some(reading.numbers),
            state: state_changed.then_some(reading.state),
            reason: (state_changed || reason_changed).then_some(reading.reason),
            source: false,
        }))
    }

    fn speed(&self, reading: Reading) -> Option<Signal> {
        match (self.told.integer_kmh, reading.integer_kmh) {
            (Some(_), None) => Some(Signal::SpeedLost(reading.state)),
            (told, Some(speed)) if told != Some(speed) => Some(Signal::SpeedChanged(speed)),
            _ => None,
        }
    }
}

/// Whether clients that know `told` are to be told `new`.
fn moved(told: Option<Numbers>, new: Option<Numbers>) -> bool {
    let (Some(told), Some(new)) = (told, new) else { return told != new };
    let step = (told.uncertainty_kmh * UNCERTAINTY_STEP_PART).max(UNCERTAINTY_STEP_KMH);
    let uncertainty_moved = (new.uncertainty_kmh - told.uncertainty_kmh).abs() > step;
    uncertainty_moved || Numbers { uncertainty_kmh: told.uncertainty_kmh, ..new } != told
}

/// Least time between two messages that carry only numbers.
#[must_use]
pub fn gap(publish_hz: u32) -> Duration {
    Duration::from_secs(1) / publish_hz.max(1)
}

#[cfg(test)]
mod tests;
