//! The gear, from how fast engine and wheels turn.
//!
//! A gear is one ratio of engine speed to road speed that both keep while they change. The ratios are learned from stretches in which that
//! was seen, and numbered from the one with which the car sets off. A number is given only where every lower gear is known too, the steps
//! between them are those of a gearbox, and the ratio has stood for a while: else there is none.

use std::time::Duration;

use crate::frame::SourceTime;

/// Below this speed no ratio is believed: the speed is too coarse, and the clutch slips.
const LEAST_KMH: f64 = 6.0;

/// Standing: whatever comes next sets off.
const STANDS_KMH: f64 = 2.0;

/// So much apart are ratios of one gear at most, as a part: rounding, and the time between two messages.
const SAME: f64 = 0.03;

/// Two gears are further apart than this; what is nearer makes it a gearbox without steps.
const DISTINCT: f64 = 0.08;

/// A stretch has to change the speed by so much, as a part, while the ratio stands: in neutral it does not stand.
const MOVED: f64 = 0.08;

/// How long a stretch is learned from at least, and at most.
const STRETCH: (Duration, Duration) = (Duration::from_millis(800), Duration::from_secs(6));

/// So many stretches make a gear.
const STRETCHES: u32 = 3;

/// So often the car must have set off in what is called the first.
const STARTS: u32 = 2;

/// The ratio has to stand for so long before its gear is said, and to be gone for so long before it is not.
const DWELL: Duration = Duration::from_millis(400);
const GONE: Duration = Duration::from_millis(250);

/// From one gear to the next the ratio falls to one part in so many at most.
const GREATEST_STEP: f64 = 2.2;

/// The steps of a gearbox become smaller upwards; what is greater by this part hides a gear.
const STEP_GROWS: f64 = 1.08;

/// Reverse has nearly the ratio of the first and no car reverses faster.
const REVERSE_KMH: f64 = 25.0;

/// The engine turns so much faster than idle, as a part, or it may be in neutral.
const ABOVE_IDLE: f64 = 1.25;

/// More are no gears of a car.
const MOST: usize = 12;

/// A ratio that was learned.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Gear {
    /// Turns a minute for each km/h.
    ratio: f64,
    /// Stretches that had it.
    stretches: u32,
    /// How often the car set off with it.
    starts: u32,
}

/// A stretch with one ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    since: SourceTime,
    least: f64,
    greatest: f64,
    sum: f64,
    count: u32,
    slowest: f64,
    fastest: f64,
}

impl Stretch {
    const fn new(now: SourceTime, ratio: f64, kmh: f64) -> Self {
        Self { since: now, least: ratio, greatest: ratio, sum: ratio, count: 1, slowest: kmh, fastest: kmh }
    }

    /// Adds a moment; `false` where the ratio is another.
    fn add(&mut self, ratio: f64, kmh: f64) -> bool {
        let (least, greatest) = (self.least.min(ratio), self.greatest.max(ratio));
        if greatest > least * (1.0 + SAME) {
            return false;
        }
        (self.least, self.greatest) = (least, greatest);
        self.sum += ratio;
        self.count += 1;
        (self.slowest, self.fastest) = (self.slowest.min(kmh), self.fastest.max(kmh));
        true
    }

    fn ratio(&self) -> f64 {
        self.sum / f64::from(self.count)
    }
}

/// Learns the gears of a car, and says which is engaged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gearbox {
    /// The highest ratio first.
    gears: Vec<Gear>,
    stretch: Option<Stretch>,
    /// The slowest that the engine turned while the car stood.
    idle_rpm: Option<f64>,
    /// The car has stood, and no gear has been found since.
    sets_off: bool,
    /// It has been in a higher gear since it stood: it does not reverse.
    is_forward: bool,
    /// A gear whose ratio is there, since when, and when it was there last.
    near: Option<(usize, SourceTime, SourceTime)>,
    last: SourceTime,
}

impl Gearbox {
    /// Takes a moment: the engine's speed (rpm), and a road speed (km/h) that can be trusted. `None`: one of them is not known.
    pub fn observe(&mut self, now: SourceTime, moment: Option<(f64, f64)>) {
        // The clock of a log that starts again: what was learned stays.
        let is_again = now < self.last;
        self.last = now;
        let usable = moment.filter(|(rpm, kmh)| rpm.is_finite() && kmh.is_finite() && !is_again);
        let Some((rpm, kmh)) = usable else {
            (self.stretch, self.near) = (None, None);
            return;
        };
        if kmh < STANDS_KMH {
            (self.sets_off, self.is_forward) = (true, false);
            if rpm > 300.0 {
                self.idle_rpm = Some(self.idle_rpm.map_or(rpm, |idle| idle.min(rpm)));
            }
        }
        if kmh < LEAST_KMH || rpm < 300.0 {
            (self.stretch, self.near) = (None, None);
            return;
        }
        let ratio = rpm / kmh;
        self.follow(now, ratio, kmh);
        self.approach(now, ratio, rpm);
    }

    /// The gear that is engaged, 1 and up; `None` where that is not sure. `kmh`: the speed now.
    #[must_use]
    pub fn gear(&self, kmh: f64) -> Option<i32> {
        let (at, since, _) = self.near?;
        let is_sure = self.last.saturating_sub(since) >= DWELL && at < self.known();
        let may_reverse = at == 0 && !self.is_forward && kmh < REVERSE_KMH;
        (is_sure && !may_reverse).then(|| i32::try_from(at + 1).ok()).flatten()
    }

    /// How many gears, from the first, are known without a gap.
    fn known(&self) -> usize {
        let firm = |gear: &Gear| gear.stretches >= STRETCHES;
        let Some(first) = self.gears.first() else { return 0 };
        let is_stepless = self.gears.windows(2).any(|pair| pair[0].ratio < pair[1].ratio * (1.0 + DISTINCT));
        if is_stepless || !firm(first) || first.starts < STARTS {
            return 0;
        }
        let (mut known, mut before) = (1, GREATEST_STEP / STEP_GROWS);
        for pair in self.gears.windows(2) {
            let step = pair[0].ratio / pair[1].ratio;
            if !firm(&pair[1]) || step > before * STEP_GROWS {
                break;
            }
            (known, before) = (known + 1, step);
        }
        known
    }

    /// Goes on with the stretch, and learns from it once it is long enough or over.
    fn follow(&mut self, now: SourceTime, ratio: f64, kmh: f64) {
        let Some(stretch) = &mut self.stretch else {
            self.stretch = Some(Stretch::new(now, ratio, kmh));
            return;
        };
        let goes_on = stretch.add(ratio, kmh);
        let length = now.saturating_sub(stretch.since);
        if goes_on && length < STRETCH.1 {
            return;
        }
        let over = *stretch;
        self.stretch = Some(Stretch::new(now, ratio, kmh));
        if length >= STRETCH.0 && over.fastest >= over.slowest * (1.0 + MOVED) {
            self.learn(over.ratio());
        }
    }

    fn learn(&mut self, ratio: f64) {
        let starts = u32::from(std::mem::take(&mut self.sets_off));
        let is_it = |gear: &&mut Gear| (gear.ratio / ratio - 1.0).abs() <= SAME;
        if let Some(gear) = self.gears.iter_mut().find(is_it) {
            gear.stretches = gear.stretches.saturating_add(1);
            gear.starts = gear.starts.saturating_add(starts);
            // The mean of the last: tyres wear.
            gear.ratio += (ratio - gear.ratio) / f64::from(gear.stretches.min(16));
        } else if self.gears.len() < MOST {
            let at = self.gears.partition_point(|gear| gear.ratio > ratio);
            self.gears.insert(at, Gear { ratio, stretches: 1, starts });
            // Places behind it are others now.
            self.near = None;
        } else {
            // Whatever was seen once only was a slipping clutch.
            self.gears.retain(|gear| gear.stretches > 1);
            self.near = None;
        }
    }

    /// Which of the ratios is there.
    fn approach(&mut self, now: SourceTime, ratio: f64, rpm: f64) {
        let is_idle = self.idle_rpm.is_none_or(|idle| rpm < idle * ABOVE_IDLE);
        let found = self.gears.iter().position(|gear| (gear.ratio / ratio - 1.0).abs() <= SAME);
        self.near = match (self.near, found.filter(|_| !is_idle)) {
            (Some((at, since, _)), Some(found)) if at == found => Some((at, since, now)),
            (_, Some(found)) => Some((found, now, now)),
            (Some((at, since, seen)), None) if now.saturating_sub(seen) < GONE => Some((at, since, seen)),
            (_, None) => None,
        };
        self.is_forward |=
            self.near.is_some_and(|(at, since, _)| at > 0 && now.saturating_sub(since) >= DWELL);
    }
}

#[cfg(test)]
mod tests;
