//! From the speeds of wheels and other witnesses to one speed with its uncertainty. `docs/architecture.md` has the
//! mathematics: what is assumed, what is guaranteed, and what wheels alone cannot show.
//!
//! Pure functions of (value, time): nothing here asks a clock, so that a recorded drive gives the same answers at any
//! replay speed. After construction nothing is allocated.

mod car;
mod cells;
mod claim;
mod clock;
mod estimate;
mod fusion;
mod grip;
mod hull;
mod judge;
mod limits;
mod memory;
mod news;
mod pair;
mod params;
mod plan;
mod reason;
mod said;
mod slide;
mod slip;
mod source;
mod start;
mod tell;
mod twins;

pub use estimate::{Estimate, State};
pub use limits::Limits;
pub use plan::{Driven, Follows, Geometry, MESSAGES, Plan, SOURCES, Sensor, Sides, WITNESS};
pub use reason::Reason;

use claim::{Places, places};
use clock::Clock;
use hull::max;
use judge::Judge;
use params::REMEMBERED;
use tell::Told;

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

/// Stamps that run backwards by no more than this, s, are two interfaces or two frames in disorder.
const DISORDER: f64 = 0.1;

/// A gap shorter than this, s, is no longer than a slow message may be late.
const BRIEF: f64 = 0.5;

/// Frames older than this, s, and than two cycles, when they reach us, were delivered late.
const DELIVERED: f64 = 0.06;

/// Holds what is known of each source and says what follows.
#[derive(Clone, Debug)]
pub struct Estimator {
    judge: Judge,
    clocks: [Clock; MESSAGES],
    /// How many of them there are.
    messages: usize,
    /// The time from which seconds are counted.
    epoch: Option<SourceTime>,
    link_up: bool,
    /// The time of the newest frame, of the newest measurement, and of the newest look at the clock, s.
    last: Option<f64>,
    measured: Option<f64>,
    now: f64,
    /// When the vehicle last called its values not valid, s.
    void_at: f64,
    /// There has been a verdict before.
    ever_judged: bool,
    /// What `estimate.left_out` says.
    left_out: Places,
    estimate: Estimate,
}

impl Estimator {
    /// Knows nothing yet.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let mut clocks = [Clock::new(None); MESSAGES];
        let mut messages = 1;
        for sensor in plan.sensors.iter().flatten() {
            messages = messages.max(usize::from(sensor.message) + 1).min(MESSAGES);
            if let Some(clock) = clocks.get_mut(usize::from(sensor.message)) {
                *clock = Clock::new(sensor.cycle.map(|cycle| cycle.as_secs_f64()));
            }
        }
        Self {
            judge: Judge::new(plan),
            clocks,
            messages,
            epoch: None,
            link_up: true,
            last: None,
            measured: None,
            now: 0.0,
            void_at: f64::NEG_INFINITY,
            ever_judged: false,
            left_out: 0,
            estimate: Estimate::nothing(),
        }
    }

    /// What is known now.
    #[must_use]
    pub const fn estimate(&self) -> Estimate {
        self.estimate
    }

    /// How many readings were not believed, because the vehicle cannot change so fast or the others contradict them.
    #[must_use]
    pub const fn steps_doubted(&self) -> u64 {
        self.judge.refused
    }

    /// When the estimate may change by the passing of time alone, unless a frame comes first: what is known is too old
    /// then, or a number has to be carried on because frames are late.
    #[must_use]
    pub fn deadline(&self) -> Option<SourceTime> {
        let (last, epoch) = (self.last?, self.epoch?);
        let late = last.max(self.void_at) + self.late();
        if !self.link_up || self.now >= late {
            return None;
        }
        let look = self.now.max(last) + self.judge.look();
        let due = if self.estimate.speed_kmh.is_some() { look.min(late) } else { late };
        // A microsecond more: at the deadline itself it has to be over.
        Some(epoch + SourceTime::from_secs_f64(due.max(0.0)) + SourceTime::from_micros(1))
    }

    /// Takes the values of one accepted frame, of which at least one is there, at the time `now`: a frame that waited in
    /// a queue is judged by the time at which it was received, and is as old as it is.
    pub fn sample(&mut self, now: SourceTime, stamp: Stamp, sample: &Sample) {
        // A frame is proof that the link works, whatever the interface said before.
        self.link_up = true;
        // No frame comes from the future: a stamp that says so is as good as none.
        let t = self.seconds(stamp.at.min(now));
        let message = usize::from(sample.message).min(self.messages - 1);
        let newest = match self.last {
            Some(last) if t < last - DISORDER || t - last > self.late() => {
                self.silence(if t < last { f64::INFINITY } else { t - last });
                t
            }
            Some(last) => max(t, last),
            None => t,
        };
        let measured = self.clocks[message].arrive(t, max(self.judge.params.stale_after, 0.5));
        let step = self.step();
        let dt = self.advance(measured);
        self.last = Some(newest);
        self.hear(t, sample);
        if self.clocks[message].stands_still() {
            self.judge.forget();
            self.judge.told = Told::nothing(State::Implausible, Reason::ClockStopped);
        } else {
            self.judge.frame(newest, dt, step, &self.clocks);
        }
        self.now = newest;
        self.publish(self.judge.told);
        if self.estimate.speed_kmh.is_some() && self.estimate.reason != Some(Reason::Held) {
            self.estimate.wall_us = stamp.wall_us;
        }
        let now = if now == stamp.at { t } else { self.seconds(now) };
        let age = now - newest;
        if age > max(DELIVERED, 2.0 * self.clocks[message].cycle) {
            self.carry(now, Reason::DeliveredLate);
        }
    }

    /// The vehicle itself says that these sources are not valid, and has no other value to give.
    pub fn fault(&mut self, now: SourceTime, faulty: &[bool; SOURCES]) {
        let t = self.seconds(now);
        self.void(faulty);
        if self.link_up && self.estimate.reason == Some(Reason::NoData) {
            self.estimate.reason = Some(Reason::NotAvailable);
        }
        if !self.link_up || self.last.is_none() {
            return;
        }
        let dt = self.advance(t);
        self.now = self.now.max(t);
        self.void_at = max(self.void_at, t);
        if self.judge.heard() == 0 {
            self.judge.unheard(dt);
            self.publish(self.judge.told);
        }
    }

    /// The clock stands at `now`, and nothing else happened.
    pub fn tick(&mut self, now: SourceTime) {
        let now = self.seconds(now);
        if self.link_up && self.last.is_some() {
            self.carry(now, Reason::Late);
        }
    }

    /// The interface went down or came back. What was known before is void: the wheels turned unseen.
    pub fn link(&mut self, up: bool, now: SourceTime) {
        let t = self.seconds(now);
        self.link_up = up;
        self.silence(self.last.map_or(f64::INFINITY, |last| max(t - last, BRIEF)));
        self.judge.told = if !up {
            Told::nothing(State::CanDown, Reason::LinkDown)
        } else if self.ever_judged {
            Told::nothing(State::Stale, Reason::Late)
        } else {
            Told::nothing(State::NoData, Reason::NoData)
        };
        self.publish(self.judge.told);
    }

    /// Nothing can come from these sources, and something from the others. What was known of them is void at once, and
    /// so is a speed that rested on them.
    pub fn lose(&mut self, sources: [bool; SOURCES], now: SourceTime) {
        let t = self.seconds(now);
        let lost = (0..SOURCES).fold(0, |lost, place| lost | Places::from(sources[place]) << place);
        let newly = lost & !std::mem::replace(&mut self.judge.lost, lost);
        if newly == 0 || !self.link_up || self.last.is_none() {
            return;
        }
        self.void(&sources);
        let dt = self.advance(t);
        self.now = self.now.max(t);
        let step = self.step();
        self.judge.told.speed = None;
        if self.judge.heard() == 0 {
            self.judge.unheard(dt);
        } else {
            self.judge.frame(self.now, dt, step, &self.clocks);
        }
        self.publish(self.judge.told);
    }

    /// Time alone: the number is carried on, ever less certain. `why` there is none when it is too old.
    fn carry(&mut self, now: f64, why: Reason) {
        let Some(last) = self.last else { return };
        self.now = self.now.max(now);
        let age = now - last;
        if now - max(last, self.void_at) >= self.late() {
            self.judge.told = Told::nothing(if self.ever_judged { State::Stale } else { State::NoData }, why);
            return self.publish(self.judge.told);
        }
        let mut told = self.judge.told;
        if let Some((v, u)) = told.speed.filter(|_| age > 0.0) {
            told.speed = Some(self.judge.carried(v, u, age));
            // Most of what a gap adds is no lack of evidence, but of time: it ends a number when it is late.
            told.structural += 0.6 * self.judge.params.strayed(age);
            if why == Reason::DeliveredLate && told.state == State::Ok {
                (told.state, told.reason) = (State::Degraded, Some(why));
            }
            let mut told = told.weighed();
            if told.speed.is_none() {
                // Nothing speaks against the last number but its age.
                told = Told::nothing(State::Stale, why);
            }
            self.publish(told);
        }
    }

    fn publish(&mut self, told: Told) {
        self.ever_judged |= told.state.has_speed() || told.state == State::Implausible;
        let estimate = &mut self.estimate;
        (estimate.state, estimate.reason) = (told.state, told.reason);
        (estimate.speed_kmh, estimate.uncertainty_kmh) = told.speed.unzip();
        estimate.witnesses = if told.speed.is_some() { told.witnesses } else { 0 };
        if told.left_out != self.left_out {
            self.left_out = told.left_out;
            estimate.left_out = std::array::from_fn(|place| told.left_out >> place & 1 == 1);
        }
    }

    fn hear(&mut self, t: f64, sample: &Sample) {
        self.void(&sample.void);
        for (wheel, kmh) in Wheel::ALL.into_iter().zip(sample.kmh) {
            if let Some(kmh) = kmh {
                self.estimate.wheels.set(wheel, kmh);
            }
        }
        self.judge.hear(t, &sample.kmh);
    }

    fn void(&mut self, sources: &[bool; SOURCES]) {
        for place in (0..SOURCES).filter(|place| sources[*place]) {
            self.judge.void(place);
            if let Some(wheel) = Wheel::ALL.get(place) {
                self.estimate.wheels.clear(*wheel);
            }
        }
    }

    /// The wheels turned unseen for some seconds.
    fn silence(&mut self, seconds: f64) {
        let long = seconds > REMEMBERED;
        self.judge.silence(long, seconds < BRIEF);
        self.last = None;
        if long {
            self.measured = None;
            self.clocks.iter_mut().for_each(Clock::restart);
        }
    }

    /// Time since the measurement before, s: 0 for one that is no newer.
    fn advance(&mut self, measured: f64) -> f64 {
        let before = self.measured.unwrap_or(measured);
        self.measured = Some(max(before, measured));
        max(measured - before, 0.0)
    }

    /// After how long without a frame there is no speed, s.
    fn late(&self) -> f64 {
        let stale_after = self.judge.params.stale_after;
        let clocks = self.clocks[..self.messages].iter().filter(|clock| clock.heard);
        clocks.map(|clock| clock.late(stale_after)).fold(0.0, max)
    }

    /// Mean time between two frames of any message, s.
    fn step(&self) -> f64 {
        let rate: f64 = self.clocks[..self.messages]
            .iter()
            .filter(|clock| clock.heard)
            .map(|clock| 1.0 / clock.cycle)
            .sum();
        1.0 / max(rate, 1e-3)
    }

    fn seconds(&mut self, at: SourceTime) -> f64 {
        let epoch = *self.epoch.get_or_insert(at);
        if at >= epoch { (at - epoch).as_secs_f64() } else { -(epoch - at).as_secs_f64() }
    }
}

/// The mask of the places that fulfil something.
fn which(of: Places, mut fulfil: impl FnMut(usize) -> bool) -> Places {
    places(of).fold(0, |set, place| set | Places::from(fulfil(place)) << place)
}

#[cfg(test)]
mod tests;
