//! Judges each frame: what the sources claim, how that is explained, and what is said of it.

mod after;
mod says;

use after::Frame;
use says::Survey;

use super::car::Car;
use super::cells::Cells;
use super::claim::{Manner, Places, WHEELS, count, may_spin, places};
use super::clock::Clock;
use super::fusion::{Level, explain};
use super::grip::Grip;
use super::hull::{max, min};
use super::memory::{HEALS_ABOVE, Memory};
use super::news::News;
use super::params::{BLIND, Params};
use super::slide::Slide;
use super::source::Source;
use super::start::Start;
use super::tell::Told;
use super::twins::Twins;
use super::{Follows, MESSAGES, Plan, Reason, SOURCES, Sensor, State, WITNESS, which};

/// Between two looks at a number that only time changes, s, usually and at least.
const LOOK: f64 = 0.05;
const LEAST_LOOK: f64 = 0.02;

/// Nothing is faster, km/h.
const FASTEST: f64 = 1e6;

/// A standstill after this long without knowledge, s, from above this speed, km/h, nobody saw coming.
const UNSEEN: f64 = 0.2;
const UNSEEN_FROM: f64 = 8.0;

/// The state of the judgement.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    pub params: Params,
    /// What was said of the last frame.
    pub told: Told,
    manners: [Manner; SOURCES],
    /// The finest step of a wheel, and the coarsest of all, km/h.
    finest: f64,
    coarsest: f64,
    cells: Cells,
    sources: [Source; SOURCES],
    fitted: Places,
    /// Those that it may have, as long as they have not had a value.
    hoped: Places,
    may_spin: Places,
    bodies: Places,
    /// Sources whose interface is down while others are up.
    pub lost: Places,
    /// Sources that ever had a value.
    spoke: Places,
    /// Readings that were not believed.
    pub refused: u64,
    /// Mean time between frames, s.
    pub step: f64,
    car: Car,
    memory: Memory,
    twins: Twins,
    news: News,
    slide: Slide,
    grip: Grip,
    start: Start,
    /// A speed was given since the last silence, and ever.
    running: bool,
    ever_told: bool,
    /// When the wheels were last known to roll, s.
    seen_at: f64,
    /// Since the last stop all agreed above walking pace: one axle alone may be believed.
    vouched: bool,
    abs_until: f64,
    calm_until: f64,
    /// Frames with a contradiction lately, and what it was.
    missed: f64,
    lately: Option<(Reason, Places)>,
    /// For how long wheels have slipped without a force, s.
    idle: f64,
}

impl Judge {
    pub fn new(plan: Plan) -> Self {
        let params = Params::new(&plan);
        let all = Places::MAX;
        let follows = |place: usize| plan.sensors[place].map_or(Follows::Unknown, |sensor| sensor.follows);
        let resolutions = |places: std::ops::Range<usize>| {
            plan.sensors[places].iter().flatten().map(|sensor| sensor.resolution_kmh)
        };
        let source = |place: usize| {
            let (resolution, message) = plan.sensors[place]
                .map_or((0.0, 0), |sensor| (sensor.resolution_kmh, usize::from(sensor.message)));
            Source::new(resolution, message.min(MESSAGES - 1))
        };
        Self {
            told: Told::nothing(State::NoData, Reason::NoData),
            cells: Cells::new(&plan),
            sources: std::array::from_fn(source),
            fitted: which(all, |place| plan.sensors[place].is_some_and(|sensor| !sensor.optional)),
            hoped: which(all, |place| plan.sensors[place].is_some_and(|sensor| sensor.optional)),
            may_spin: which(all, |place| may_spin(place, follows(place), plan.driven)),
            bodies: which(all & !WHEELS, |place| plan.has(place) && follows(place) == Follows::Body),
            manners: std::array::from_fn(|place| {
                Manner::new(place, &plan.sensors[place].unwrap_or(Sensor::wheel(0.0, 0)), plan.driven)
            }),
            finest: resolutions(0..WITNESS).fold(f64::INFINITY, min),
            coarsest: resolutions(0..SOURCES).fold(0.0, max),
            lost: 0,
            spoke: 0,
            refused: 0,
            step: 0.02,
            car: Car::unknown(&params),
            memory: Memory::default(),
            twins: Twins::default(),
            news: News::default(),
            slide: Slide::default(),
            grip: Grip::new(params.grips),
            start: Start::default(),
            running: false,
            ever_told: false,
            seen_at: 0.0,
            vouched: false,
            abs_until: f64::NEG_INFINITY,
            calm_until: f64::NEG_INFINITY,
            missed: 0.0,
            lately: None,
            idle: 0.0,
            params,
        }
    }

    /// Takes the values of a frame of the time `t`, s.
    pub fn hear(&mut self, t: f64, kmh: &[Option<f64>; SOURCES]) {
        let before = self.says();
        let seen = self.running.then_some(&before);
        let (mut now, mut heard, mut news) = (before, 0, false);
        for (place, source) in self.sources.iter_mut().enumerate() {
            // What is older than what is known is no news.
            if let Some(z) = kmh[place]
                && (t >= source.t || !source.there())
            {
                heard |= 1 << place;
                source.take(t, min(max(z, 0.0), FASTEST), seen);
                now[place] = source.z;
                news |= source.news();
            }
        }
        if heard & !self.spoke != 0 {
            self.speak_first(heard);
        }
        if news {
            self.news.heard(t, self.car.a);
        }
        self.twins.compare(&before, &now, heard);
    }

    /// Sources speak for the first time.
    #[cold]
    fn speak_first(&mut self, heard: Places) {
        self.spoke |= heard;
        self.fitted |= self.hoped & heard;
        self.hoped &= !heard;
    }

    /// Whether sources that the vehicle has or may have are still to speak. Only wheels are waited for, where there are any.
    #[cold]
    fn awaits(&self, fitted: Places, present: Places) -> bool {
        wheels_or_all(fitted | self.hoped) & !self.lost & !present != 0
    }

    /// What is known of a source is void.
    pub fn void(&mut self, place: usize) {
        self.sources[place].void();
    }

    /// How many sources have a value.
    pub fn heard(&self) -> usize {
        self.sources.iter().filter(|source| source.there()).count()
    }

    /// The wheels turned unseen: they have to agree again first. What inertia allows is remembered.
    pub fn silence(&mut self, long: bool, brief: bool) {
        self.sources.iter_mut().for_each(Source::forget);
        let kept = self.car.after_silence(&self.params);
        let remembers = !long && kept.set.is_some() && (self.running || self.start.after_silence);
        let seen_at = self.seen_at;
        self.forget();
        if remembers {
            (self.car, self.seen_at) = (kept, seen_at);
            (self.start.after_silence, self.start.brief) = (true, brief);
        }
    }

    /// Nothing is known of the vehicle; what is known of its sensors stays.
    pub fn forget(&mut self) {
        self.car = Car::unknown(&self.params);
        self.start = Start::default();
        self.slide = Slide::default();
        self.grip = Grip::new(self.params.grips);
        self.running = false;
        self.vouched = false;
        (self.abs_until, self.calm_until) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        (self.missed, self.idle) = (0.0, 0.0);
    }

    /// A number that is carried on for `age` seconds: the best value and its half-width, km/h.
    pub fn carried(&self, v: f64, u: f64, age: f64) -> (f64, f64) {
        let moves = v > BLIND || (v > 0.0 && self.car.a > 0.0);
        let ahead = if moves { max(0.0, v + self.car.a * age) } else { v };
        (ahead, u + self.params.strayed(age))
    }

    /// When a number that only time changes is to be looked at again, s: in a gap longer than a cycle, or when it has
    /// changed by half a km/h.
    pub fn look(&self) -> f64 {
        let gap = max(LOOK, 1.25 * self.step);
        max(LEAST_LOOK, min(gap, 0.5 / max(self.car.a.abs(), 1e-3)))
    }

    /// Judges what is known at the time `t`, `dt` after the frame before, with `step` between frames in the mean, s.
    pub fn frame(&mut self, t: f64, dt: f64, step: f64, clocks: &[Clock; MESSAGES]) {
        self.told = self.judge(t, dt, step, clocks).weighed();
    }

    fn judge(&mut self, t: f64, dt: f64, step: f64, clocks: &[Clock; MESSAGES]) -> Told {
        self.step = step;
        let Survey { present, suspects, moving, alike } = self.survey(t, clocks);
        let fitted = self.twins.originals(self.fitted);
        if !self.running && self.awaits(fitted, present) && self.start.waits(t) {
            return self.waiting();
        }
        let dead = if suspects == 0 { 0 } else { self.dead(t, suspects, moving, alike) };
        let used = self.twins.originals(present & !dead & !self.memory.out);
        let missing = wheels_or_all(fitted) & !used;
        let enough = if count(fitted) == 1 { 1 } else { 2 };
        if count(used) < enough {
            if places(present).all(|place| self.sources[place].flickers()) {
                places(present).for_each(|place| self.sources[place].excuse());
            }
            let reason = match (present, used) {
                (0, _) => Reason::NotAvailable,
                (_, 0) => Reason::Frozen,
                _ => Reason::FewWitnesses,
            };
            return self.nothing(dt, reason);
        }
        let missed = self.unheard_of(t, self.car.v, clocks);
        if self.running && missed > 3.0 + 0.08 * self.car.v {
            return self.nothing(dt, Reason::Frozen);
        }
        let claims = self.claims(t, used);
        let scene = self.scene(t, dt, count(fitted) == 1);
        let mut explained = explain(&self.cells, &scene, &claims);
        self.alone(t, used, &mut explained);
        let left_out = (dead | self.memory.out) & self.fitted;
        let (scene, claims, explained) = (&scene, &claims, &explained);
        let frame = Frame { missed, explained, scene, claims, used, fitted, left_out, missing };
        if !self.running {
            return self.begin(t, dt, &frame);
        }
        let slips = matches!(explained.level, Level::Brakes { .. } | Level::Spins);
        let locked = explained.level == Level::Brakes { locked: true };
        if !explained.some() || locked || (slips && self.slide.on()) {
            if locked || self.stopped_at_once(scene, claims) {
                self.slide.begin(t, self.car.set.map_or(self.car.v, |(_, hi)| hi));
            }
            self.slide.nonsense();
            self.refused += u64::from(count(present));
            let reason = if self.slide.on() { Reason::Sliding } else { Reason::Impossible };
            return self.nothing(dt, reason);
        }
        let unseen = self.car.v > UNSEEN_FROM && t - self.seen_at > UNSEEN;
        if unseen && places(used).all(|place| self.value(place) < BLIND) {
            self.slide.begin(self.seen_at, self.car.v);
        }
        if self.slide.on() {
            let rolling = explained.agrees() && places(used).all(|place| self.value(place) > BLIND);
            if self.slide.goes_on(t, rolling) {
                return self.nothing(dt, Reason::Sliding);
            }
        }
        if self.idles(dt, scene.abs, explained) {
            self.accept(t, explained);
            return self.none(Reason::Contradiction);
        }
        if !self.axle_may_speak(used, fitted) {
            self.accept(t, explained);
            return self.none(Reason::OneAxleOnly);
        }
        self.remember(t, dt, &frame, present, dead);
        self.accept(t, explained);
        self.seen_at = t;
        self.may_slip(t, dt, used, left_out == 0 && explained.level == Level::Agree);
        let agree = explained.agrees() && count(used) >= 3 && self.car.v > HEALS_ABOVE;
        self.vouched = self.car.v > BLIND && (self.vouched || agree);
        self.conclude(t, &frame, explained.level)
    }

    /// There is no value of any source: the speed before ages.
    pub fn unheard(&mut self, dt: f64) {
        self.told = self.nothing(dt, Reason::NotAvailable);
    }

    /// What the sources said cannot be, or they say nothing: the speed before ages.
    fn nothing(&mut self, dt: f64, why: Reason) -> Told {
        self.car.age(&self.params, dt);
        if !self.running || self.told.speed.is_none() {
            return self.none(why);
        }
        let held = Told {
            state: State::Degraded,
            speed: Some((self.car.v, self.car.half_width() + self.told.structural)),
            reason: Some(Reason::Held),
            left_out: 0,
            witnesses: 0,
            structural: self.told.structural,
        };
        if held.weighed().speed.is_some() { held } else { self.none(why) }
    }

    fn none(&self, why: Reason) -> Told {
        Told::nothing(if self.ever_told { State::Implausible } else { State::NoData }, why)
    }
}

/// The wheels among them, if there are any.
const fn wheels_or_all(of: Places) -> Places {
    if of & WHEELS != 0 { of & WHEELS } else { of }
}
