//! From wheel speeds to one speed that can be trusted: rules 2 to 4 of `docs/architecture.md`.
//!
//! Pure functions of (value, time): nothing here asks a clock, so that a recorded drive gives the
//! same answers at any replay speed.

mod agreement;
mod estimate;
mod limits;
mod physics;
mod plan;
mod reason;

use agreement::{Agreement, Cause, Word, agree, close};
pub use estimate::{Estimate, State};
pub use limits::Limits;
use physics::{Belief, Gate, Reading};
pub use plan::{Driven, Follows, Geometry, MESSAGES, Plan, SOURCES, Sensor, WITNESS};
pub use reason::Reason;

use crate::frame::{SourceTime, Stamp};
use crate::wheels::Wheel;

/// The values of one accepted frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// Which message it is, as in [`Sensor::message`].
    pub message: u8,
    /// km/h, 0 or more, by the places of [`Plan::sensors`]. `None`: not in this frame, or not valid.
    pub kmh: [Option<f64>; SOURCES],
    /// Which of them this frame reported as faulty, not available or out of range: what is known of those is void.
    pub void: [bool; SOURCES],
}

/// A reason, and the wheels that it is about.
type Why = Option<(Reason, [bool; 4])>;

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
        let (kmh, void) = (self.four(&sample.kmh), self.four(&sample.void));
        if self.heard_at.is_none_or(|last| at.saturating_sub(last) >= self.plan.stale_after) {
            (self.heard_since, self.heard) = (at, [false; 4]);
        }
        self.heard_at = Some(at);
        for (heard, kmh) in self.heard.iter_mut().zip(kmh) {
            *heard |= kmh.is_some();
        }
        self.void(&void);
        self.judge(at, kmh);
        self.conclude(now.max(at));
        // A speed that is only held is as old as the frame that it came from.
        if self.estimate.speed_kmh.is_some() && self.believed_at == at {
            self.estimate.wall_us = stamp.wall_us;
        }
    }

    /// The vehicle itself says that these wheels are not valid, and has no other value to give.
    pub fn fault(&mut self, now: SourceTime, faulty: &[bool; SOURCES]) {
        let faulty = self.four(faulty);
        self.void(&faulty);
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
    pub fn lose(&mut self, sources: [bool; SOURCES], now: SourceTime) {
        let wheels = self.four(&sources);
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
    fn judge(&mut self, at: SourceTime, kmh: [Option<f64>; 4]) {
        let Plan { stale_after, limits, .. } = self.plan;
        let mut persisted = [false; 4];
        for (index, kmh) in kmh.into_iter().enumerate() {
            let Some(kmh) = kmh else { continue };
            if self.has_wheels() {
                self.estimate.wheels.set(Wheel::ALL[index], kmh);
            }
            let belief =
                self.gates[index].offer(Reading { kmh, at }, self.resolution(index), stale_after, &limits);
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
        let stale_after = self.plan.stale_after;
        let trusted: [Option<f64>; 4] = self.gates.map(|gate| gate.trusted(at, stale_after));
        let alone = trusted.iter().all(Option::is_none);
        for (gate, persisted) in self.gates.iter_mut().zip(persisted) {
            let Some(kmh) = gate.doubted(at, stale_after) else { continue };
            let confirmed = trusted.iter().flatten().any(|other| close(kmh, *other));
            if confirmed || (alone && persisted) {
                gate.admit();
                self.believed_at = at;
            }
        }
    }

    fn conclude(&mut self, now: SourceTime) {
        self.now = now;
        let before = self.estimate;
        let (state, speed_kmh, why) = self.outcome(now, &before);
        self.ever_judged |= state.has_speed() || state == State::Implausible;
        let uncertainty_kmh = speed_kmh.map(|kmh| 1.0 + 0.03 * kmh);
        let words = self.words(now);
        let witnesses = words.iter().filter(|word| matches!(word, Word::Trusted(_))).count() as u8;
        let witnesses = if speed_kmh.is_some() { witnesses } else { 0 };
        let (reason, wheels) = why.unzip();
        let mut left_out = [false; SOURCES];
        for (out, wheel) in left_out.iter_mut().zip(wheels.unwrap_or_default()) {
            *out = wheel;
        }
        self.estimate = Estimate { state, speed_kmh, uncertainty_kmh, witnesses, reason, left_out, ..before };
    }

    fn outcome(&self, now: SourceTime, before: &Estimate) -> (State, Option<f64>, Why) {
        let none = |reason| Some((reason, [false; 4]));
        let silent = if self.ever_judged { State::Stale } else { State::NoData };
        if !self.link_up {
            return (State::CanDown, None, none(Reason::LinkDown));
        }
        let Some(heard_at) = self.heard_at else { return (silent, None, none(Reason::NoData)) };
        if now.saturating_sub(heard_at) >= self.plan.stale_after {
            return (State::Stale, None, none(Reason::Late));
        }
        let words = self.words(now);
        let any_trusted = words.iter().any(|word| matches!(word, Word::Trusted(_)));
        if !any_trusted && words.contains(&Word::Doubted) {
            // A moment of nonsense does not take away a speed that is still fresh.
            let fresh = now.saturating_sub(self.believed_at) < self.plan.stale_after;
            return match before.speed_kmh.filter(|_| fresh) {
                Some(kmh) => (State::Degraded, Some(kmh), none(Reason::Held)),
                None => (State::Implausible, None, Some(Cause::Impossible.reason())),
            };
        }
        match agree(&words, self.plan.driven) {
            Agreement::Full(kmh) => (State::Ok, Some(kmh), None),
            // After a silence the wheels' messages come one by one: no verdict before each had its turn.
            _ if self.awaits_wheels(now) => (silent, None, none(Reason::NotYetAgreed)),
            Agreement::Partial(kmh, cause) => (State::Degraded, Some(kmh), Some(cause.reason())),
            Agreement::None(cause) => (State::Implausible, None, Some(cause.reason())),
        }
    }

    fn awaits_wheels(&self, now: SourceTime) -> bool {
        let missing = (0..4).any(|index| self.fitted(index) && !self.heard[index] && !self.lost[index]);
        missing
            && now.saturating_sub(self.heard_since) < self.plan.stale_after
            && self.estimate.speed_kmh.is_none()
    }

    fn words(&self, now: SourceTime) -> [Word; 4] {
        let mut words = [Word::Absent; 4];
        for (index, word) in words.iter_mut().enumerate() {
            if !self.fitted(index) {
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

    fn has_wheels(&self) -> bool {
        self.plan.sensors[..WITNESS].iter().any(Option::is_some)
    }

    fn place(&self, index: usize) -> usize {
        if self.has_wheels() { index } else { WITNESS + index }
    }

    fn fitted(&self, index: usize) -> bool {
        self.plan.has(self.place(index))
    }

    fn resolution(&self, index: usize) -> f64 {
        self.plan.sensors[self.place(index)].map_or(0.0, |sensor| sensor.resolution_kmh)
    }

    fn four<T: Copy>(&self, all: &[T; SOURCES]) -> [T; 4] {
        std::array::from_fn(|index| all[self.place(index)])
    }
}

#[cfg(test)]
mod tests;
