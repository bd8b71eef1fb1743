//! From wheel speeds to one speed that can be trusted: rules 2 to 4 of `docs/architecture.md`.
//!
//! Pure functions of (value, time): nothing here asks a clock, so that a recorded drive gives the
//! same answers at any replay speed.

mod agreement;
mod estimate;
mod limits;
mod physics;

use std::time::Duration;

use agreement::{Agreement, Word, agree};
pub use agreement::{Cause, Driven};
pub use estimate::{Estimate, State};
pub use limits::Limits;
use physics::{Belief, Gate, Reading};

use crate::frame::{SourceTime, Stamp};
use crate::wheels::Wheel;

/// What is to be estimated from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Which sensors there are.
    pub inputs: Inputs,
    /// The driven axle, where known.
    pub driven: Option<Driven>,
    /// Nothing older is believed.
    pub stale_after: Duration,
    /// The other numbers.
    pub limits: Limits,
}

/// The sensors that a vehicle has. The number is the step of one raw count, km/h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Inputs {
    /// One to four wheels, in the order of [`Wheel::ALL`].
    Wheels([Option<f64>; 4]),
    /// One speed for the whole vehicle.
    Vehicle(f64),
}

/// The values of one accepted frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// km/h, in the order of [`Wheel::ALL`]; a vehicle speed is the first. `None`: not in this frame,
    /// or not valid.
    pub kmh: [Option<f64>; 4],
    /// Which of them this frame reported as faulty or out of range: what is known of those is void.
    pub void: [bool; 4],
}

/// Holds what is known of each wheel and says what follows.
#[derive(Clone, Debug)]
pub struct Estimator {
    plan: Plan,
    gates: [Gate; 4],
    /// Readings refused by rule 3.
    steps_doubted: u64,
    link_up: bool,
    /// The newest frame with a usable value.
    heard_at: Option<SourceTime>,
    /// When the first frame after a silence came, and which wheels have been heard since.
    heard_since: SourceTime,
    heard: [bool; 4],
    /// Which wheels cannot be heard, because their interface is down and others are not.
    lost: [bool; 4],
    /// There has been a verdict on the wheels before.
    ever_judged: bool,
    /// The time of the newest conclusion.
    now: SourceTime,
    /// The newest frame with a reading that was trusted.
    believed_at: SourceTime,
    estimate: Estimate,
}

impl Estimator {
    /// Knows nothing yet.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            gates: [Gate::default(); 4],
            steps_doubted: 0,
            link_up: true,
            heard_at: None,
            heard_since: SourceTime::ZERO,
            heard: [false; 4],
            lost: [false; 4],
            ever_judged: false,
            now: SourceTime::ZERO,
            believed_at: SourceTime::ZERO,
            estimate: Estimate::nothing(),
        }
    }

    /// What is known now.
    #[must_use]
    pub const fn estimate(&self) -> Estimate {
        self.estimate
    }

    /// How many readings were doubted as impossible steps.
    #[must_use]
    pub const fn steps_doubted(&self) -> u64 {
        self.steps_doubted
    }

    /// When the estimate may change by the passing of time alone, unless a frame comes first: some
    /// reading is then too old.
    #[must_use]
    pub fn deadline(&self) -> Option<SourceTime> {
        if !self.link_up || matches!(self.estimate.state, State::Stale) {
            return None;
        }
        let held = self.estimate.speed_kmh.map(|_| self.believed_at);
        let readings = self.gates.iter().filter_map(Gate::last_at).chain(held).chain(self.heard_at);
        readings.map(|at| at + self.plan.stale_after).filter(|expiry| *expiry > self.now).min()
    }

    /// Takes the values of one accepted frame, of which at least one is there, at the time `now`: a frame
    /// that waited in a queue is judged by the time at which it was received, and is as old as it is.
    pub fn sample(&mut self, now: SourceTime, stamp: Stamp, sample: &Sample) {
        // A frame is proof that the link works, whatever the interface said before.
        self.link_up = true;
        let at = stamp.at;
        if self.heard_at.is_none_or(|last| at.saturating_sub(last) >= self.plan.stale_after) {
            (self.heard_since, self.heard) = (at, [false; 4]);
        }
        self.heard_at = Some(at);
        for (heard, kmh) in self.heard.iter_mut().zip(sample.kmh) {
            *heard |= kmh.is_some();
        }
        self.void(&sample.void);
        self.judge(at, sample);
        self.conclude(now.max(at));
        // A speed that is only held is as old as the frame that it came from.
        if self.estimate.speed_kmh.is_some() && self.believed_at == at {
            self.estimate.wall_us = stamp.wall_us;
        }
    }

    /// The vehicle itself says that these wheels are not valid, and has no other value to give.
    pub fn fault(&mut self, now: SourceTime, faulty: &[bool; 4]) {
        self.void(faulty);
        self.conclude(now);
    }

    /// The clock stands at `now`, and nothing else happened.
    pub fn tick(&mut self, now: SourceTime) {
        self.conclude(now);
    }

    /// The interface went down or came back. What was known before is void: the wheels turned unseen.
    pub fn link(&mut self, up: bool, now: SourceTime) {
        self.link_up = up;
        self.gates = [Gate::default(); 4];
        self.heard_at = None;
        self.conclude(now);
    }

    /// Nothing can come from these wheels, and something from the others. What was known of them is void at once, and
    /// so is a speed that rested on them.
    pub fn lose(&mut self, wheels: [bool; 4], now: SourceTime) {
        let before = std::mem::replace(&mut self.lost, wheels);
        if wheels.iter().zip(before).any(|(lost, before)| *lost && !before) {
            self.void(&wheels);
            self.heard_at = self.gates.iter().filter_map(Gate::last_at).max();
            self.estimate.speed_kmh = None;
        }
        self.conclude(now);
    }

    fn void(&mut self, wheels: &[bool; 4]) {
        for (gate, void) in self.gates.iter_mut().zip(wheels) {
            if *void {
                *gate = Gate::default();
            }
        }
    }

    /// Rule 3 for each value of a frame.
    fn judge(&mut self, at: SourceTime, sample: &Sample) {
        let Plan { inputs, stale_after, limits, .. } = self.plan;
        let mut persisted = [false; 4];
        for (index, kmh) in sample.kmh.into_iter().enumerate() {
            let Some(kmh) = kmh else { continue };
            if let Inputs::Wheels(_) = inputs {
                self.estimate.wheels.set(Wheel::ALL[index], kmh);
            }
            let belief =
                self.gates[index].offer(Reading { kmh, at }, inputs.resolution(index), stale_after, &limits);
            match belief {
                Belief::Trusted => self.believed_at = at,
                Belief::Doubted { persisted: stands } => {
                    self.steps_doubted += 1;
                    persisted[index] = stands;
                }
            }
        }
        self.admit(at, persisted);
    }

    /// A doubted reading is believed when a trusted wheel confirms it, or when it has persisted and no
    /// trusted wheel is left that could: a wheel that locked stays in doubt as long as the others turn.
    fn admit(&mut self, at: SourceTime, persisted: [bool; 4]) {
        let Plan { stale_after, limits, .. } = self.plan;
        let trusted: [Option<f64>; 4] = self.gates.map(|gate| gate.trusted(at, stale_after));
        let alone = trusted.iter().all(Option::is_none);
        for (gate, persisted) in self.gates.iter_mut().zip(persisted) {
            let Some(kmh) = gate.doubted(at, stale_after) else { continue };
            let confirmed = trusted.iter().flatten().any(|other| limits.agree(kmh, *other));
            if confirmed || (alone && persisted) {
                gate.admit();
                self.believed_at = at;
            }
        }
    }

    fn conclude(&mut self, now: SourceTime) {
        self.now = now;
        let before = self.estimate;
        let (state, speed_kmh, cause) = self.outcome(now, &before);
        self.ever_judged |= state.has_speed() || state == State::Implausible;
        self.estimate = Estimate { state, speed_kmh, cause, ..before };
    }

    fn outcome(&self, now: SourceTime, before: &Estimate) -> (State, Option<f64>, Option<Cause>) {
        let silent = if self.ever_judged { State::Stale } else { State::NoData };
        if !self.link_up {
            return (State::CanDown, None, None);
        }
        let Some(heard_at) = self.heard_at else { return (silent, None, None) };
        if now.saturating_sub(heard_at) >= self.plan.stale_after {
            return (State::Stale, None, None);
        }
        let words = self.words(now);
        let any_trusted = words.iter().any(|word| matches!(word, Word::Trusted(_)));
        if !any_trusted && words.contains(&Word::Doubted) {
            // A moment of nonsense does not take away a speed that is still fresh.
            let fresh = now.saturating_sub(self.believed_at) < self.plan.stale_after;
            return match before.speed_kmh.filter(|_| fresh) {
                Some(kmh) => (before.state, Some(kmh), before.cause),
                None => (State::Implausible, None, Some(Cause::Impossible)),
            };
        }
        match agree(&words, self.plan.driven, &self.plan.limits) {
            Agreement::Full(kmh) => (State::Ok, Some(kmh), None),
            // After a silence the wheels' messages come one by one: no verdict before each had its turn.
            _ if self.awaits_wheels(now) => (silent, None, None),
            Agreement::Partial(kmh, cause) => (State::Degraded, Some(kmh), Some(cause)),
            Agreement::None(cause) => (State::Implausible, None, Some(cause)),
        }
    }

    fn awaits_wheels(&self, now: SourceTime) -> bool {
        let missing =
            (0..4).any(|index| self.plan.inputs.has(index) && !self.heard[index] && !self.lost[index]);
        missing
            && now.saturating_sub(self.heard_since) < self.plan.stale_after
            && self.estimate.speed_kmh.is_none()
    }

    fn words(&self, now: SourceTime) -> [Word; 4] {
        let mut words = [Word::Absent; 4];
        for (index, word) in words.iter_mut().enumerate() {
            if !self.plan.inputs.has(index) {
                continue;
            }
            let gate = &self.gates[index];
            let stale_after = self.plan.stale_after;
            *word = match (gate.trusted(now, stale_after), gate.doubted(now, stale_after)) {
                (Some(kmh), _) => Word::Trusted(kmh),
                (None, Some(_)) => Word::Doubted,
                (None, None) => Word::Missing,
            };
        }
        words
    }
}

impl Inputs {
    fn has(&self, index: usize) -> bool {
        match self {
            Self::Wheels(wheels) => wheels[index].is_some(),
            Self::Vehicle(_) => index == 0,
        }
    }

    fn resolution(&self, index: usize) -> f64 {
        match self {
            Self::Wheels(wheels) => wheels[index].unwrap_or(0.0),
            Self::Vehicle(resolution) => *resolution,
        }
    }
}

#[cfg(test)]
mod tests;
