//! What the sources say: an interval of speed each.

use super::hull::max;
use super::pair::Pair;
use super::params::{
    BLIND, BRAKE_SLIP, DELAY, DRIVE_SLIP, NOISE, Params, WITNESS_BLIND, WITNESS_DELAY, WITNESS_NOISE,
};
use super::plan::WITNESS;
use super::{Driven, Follows, SOURCES, Sensor};

/// Sources as bits: 1 is the first.
pub(super) type Places = u8;

/// The wheels.
pub(super) const WHEELS: Places = 0b0000_1111;

/// The wheels of the front and of the rear axle.
pub(super) const AXLES: [Places; 2] = [0b0011, 0b1100];

/// An interval of each source's own speed, km/h. What is not used has bounds that nothing is outside of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claims {
    pub bounds: [Pair; SOURCES],
    /// What of the upper bound is for the slip of a braked tyre that grips, km/h.
    grips: [f64; SOURCES],
    pub used: Places,
}

impl Claims {
    pub const NONE: Self = Self { bounds: [Pair::NONE; SOURCES], grips: [0.0; SOURCES], used: 0 };

    pub fn set(&mut self, place: usize, (lo, hi, grip): (f64, f64, f64)) {
        self.bounds[place] = Pair::interval(lo, hi + grip);
        self.grips[place] = grip;
        self.used |= 1 << place;
    }

    /// The upper bounds without what is for slip, and the lower ones, of some that are used; of the others what no
    /// maximum and no minimum takes.
    pub fn ends(&self, of: Places) -> ([f64; SOURCES], [f64; SOURCES]) {
        let (mut tops, mut bottoms) = ([f64::NEG_INFINITY; SOURCES], [f64::INFINITY; SOURCES]);
        for place in places(of) {
            (tops[place], bottoms[place]) =
                (self.bounds[place].hi() - self.grips[place], self.bounds[place].lo());
        }
        (tops, bottoms)
    }

    /// The upper bound of the fastest.
    pub fn top(&self) -> f64 {
        places(self.used).map(|place| self.bounds[place].hi()).fold(f64::NEG_INFINITY, max)
    }
}

/// What may be driven by the engine: it can be too fast.
pub(super) fn may_spin(place: usize, follows: Follows, driven: Option<Driven>) -> bool {
    if place >= WITNESS {
        return follows != Follows::Body;
    }
    match driven {
        None | Some(Driven::All) => true,
        Some(Driven::Front) => place < 2,
        Some(Driven::Rear) => place >= 2,
    }
}

/// What the acceleration of the vehicle makes of every claim.
#[derive(Clone, Copy, Debug)]
pub(super) struct Force {
    /// Acceleration, km/h/s.
    a: f64,
    /// How far the speed may be below and above what was measured, because of the way to the bus, km/h.
    below: f64,
    above: f64,
    /// Slip of tyres that grip, driven and braked, as a part.
    driven: f64,
    braked: f64,
}

impl Force {
    pub fn new(a: f64) -> Self {
        let (drives, brakes) = (max(0.0, a), max(0.0, -a));
        Self {
            a,
            below: DELAY * brakes,
            above: DELAY * drives,
            driven: DRIVE_SLIP * drives,
            braked: BRAKE_SLIP * brakes,
        }
    }
}

/// What never changes of a source's claims.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    witness: bool,
    /// Below this speed its sensor may read 0, km/h.
    blind: f64,
    /// How far it may be off at any speed, km/h, and as a part.
    noise: f64,
    tolerance: f64,
    /// Of a value that is cut off or old when its frame comes; of hardly any source.
    asked: Option<Asked>,
    /// 1 if it may be driven and so be too fast, else 0; and the same for brakes.
    spins: f64,
    grips: f64,
}

/// What a value lacks that answers a question, as those of OBD-II do.
#[derive(Clone, Copy, Debug)]
struct Asked {
    /// What a value that is cut off lacks on average, and at most a half step from there, is in the noise, km/h.
    cut: f64,
    /// How old a value may be when its frame comes, s.
    delay: f64,
}

impl Asked {
    fn of(sensor: &Sensor) -> Option<Self> {
        let cut = if sensor.truncates { sensor.resolution_kmh / 2.0 } else { 0.0 };
        let delay = sensor.delay.as_secs_f64();
        (cut > 0.0 || delay > 0.0).then_some(Self { cut, delay })
    }
}

impl Manner {
    pub fn new(place: usize, sensor: &Sensor, driven: Option<Driven>) -> Self {
        let witness = place >= WITNESS;
        let spins = may_spin(place, sensor.follows, driven);
        let (blind, noise) = if witness { (WITNESS_BLIND, WITNESS_NOISE) } else { (BLIND, NOISE) };
        Self {
            witness,
            blind,
            noise: noise + sensor.resolution_kmh / 2.0,
            tolerance: sensor.tolerance,
            asked: Asked::of(sensor),
            spins: f64::from(u8::from(spins)),
            grips: f64::from(u8::from(spins || !witness)),
        }
    }

    /// The speed of its contact point now, from a value `z` that is `age` seconds old: at least, at most, and by how
    /// much more at most if it is braked and grips, km/h.
    #[inline]
    pub fn claim(&self, params: &Params, force: &Force, z: f64, age: f64) -> (f64, f64, f64) {
        let strayed = if age > 0.0 { params.strayed(age) } else { 0.0 };
        match &self.asked {
            None => self.of_value(force, z, 0.0, age, strayed),
            Some(asked) => {
                let strayed = params.strayed(age + asked.delay) + asked.delay * force.a.abs();
                self.of_value(force, z, asked.cut, age, strayed)
            }
        }
    }

    /// The same of a value that lacks `cut` and may have strayed by so much since, km/h.
    #[inline]
    fn of_value(&self, force: &Force, z: f64, cut: f64, age: f64, strayed: f64) -> (f64, f64, f64) {
        if z < self.blind {
            return self.of_slow(force, z + cut, age, strayed, z < self.blind / 2.0);
        }
        let now = max(0.0, z + cut + force.a * age);
        let mut e = self.noise + self.tolerance * now + strayed;
        let (spin, grip) = (force.driven * self.spins * now, force.braked * self.grips * now);
        if self.witness {
            e += WITNESS_DELAY * force.a.abs();
            return (now - e - spin, now + e, grip);
        }
        (now - e - spin - force.below, now + e + force.above, grip)
    }

    /// Near a standstill, or at it as far as its sensor can see.
    #[cold]
    fn of_slow(&self, force: &Force, z: f64, age: f64, strayed: f64, stands: bool) -> (f64, f64, f64) {
        if stands {
            return (0.0, self.blind + strayed, 0.0);
        }
        let now = max(0.0, z + force.a * age);
        let e = 1.0 + strayed;
        (max(0.0, now - e), max(self.blind, now + e), 0.0)
    }
}

/// How many places there are. A table: not every processor counts bits in one step.
#[inline]
pub(super) fn count(set: Places) -> u32 {
    const COUNTS: [u8; 256] = {
        let mut counts = [0; 256];
        let mut n = 1;
        while n < 256 {
            counts[n] = counts[n / 2] + (n % 2) as u8;
            n += 1;
        }
        counts
    };
    u32::from(COUNTS[usize::from(set)])
}

/// The places whose bits are set.
pub(super) fn places(mut set: Places) -> impl Iterator<Item = usize> + Clone {
    std::iter::from_fn(move || {
        (set != 0).then(|| {
            let place = set.trailing_zeros() as usize;
            set &= set - 1;
            place
        })
    })
}
