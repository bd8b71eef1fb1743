//! Which signals follow from a sequence of readings: a pure function of readings and times.
//!
//! No bus and no clock here. Time is that of the bus and its clients, the process's monotonic clock: they
//! are spared a flood whatever clock the source has. Only `PropertiesChanged` is ever held back, so a
//! replay sends the same `SpeedChanged` and `SpeedLost` at any rate.

use std::time::Duration;

use interfaces::State;

/// What clients may know of an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// How far the speed can be trusted.
    pub state: State,
    /// km/h, unrounded; `None` when there is none.
    pub speed_kmh: Option<f64>,
    /// What `getSpeed` answers; `None` when it answers with an error.
    pub integer_kmh: Option<i32>,
}

impl Reading {
    /// The reading before the first frame.
    pub const NONE: Self = Self { state: State::NoData, speed_kmh: None, integer_kmh: None };
}

/// One signal of `org.cardash.Speed1`, or the change of its properties.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signal {
    /// `PropertiesChanged`.
    Properties(Properties),
    /// `SpeedChanged`: the value that `getSpeed` now returns, km/h.
    SpeedChanged(i32),
    /// `SpeedLost`: the state that follows.
    SpeedLost(State),
}

/// What one `PropertiesChanged` carries: the properties that changed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Properties {
    /// `Speed`, km/h; the inner `None` is "no speed" (NaN on the bus).
    pub speed_kmh: Option<Option<f64>>,
    /// `State`.
    pub state: Option<State>,
    /// Whether `Source` is another one; its value is with the object.
    pub source: bool,
}

/// What one reading makes known: at most one message of each sort.
pub type Step = [Option<Signal>; 2];

/// Turns readings into signals.
#[derive(Debug)]
pub struct Publisher {
    /// Least time between two `PropertiesChanged` that carry only `Speed`.
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
        let speed_changed = reading.speed_kmh != self.told.speed_kmh;
        let state_changed = reading.state != self.told.state;
        if !speed_changed && !state_changed {
            self.due = None;
            return None;
        }
        let lost_or_back = reading.speed_kmh.is_some() != self.told.speed_kmh.is_some();
        let earliest = self.told_at.map(|at| at.saturating_add(self.gap));
        if let Some(earliest) = earliest.filter(|at| now < *at && !state_changed && !lost_or_back) {
            self.due = Some(earliest);
            return None;
        }
        self.due = None;
        self.told_at = Some(now);
        self.told.speed_kmh = reading.speed_kmh;
        self.told.state = reading.state;
        Some(Signal::Properties(Properties {
            speed_kmh: speed_changed.then_some(reading.speed_kmh),
            state: state_changed.then_some(reading.state),
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

fn gap(publish_hz: u32) -> Duration {
    Duration::from_secs(1) / publish_hz.max(1)
}

#[cfg(test)]
mod tests;
