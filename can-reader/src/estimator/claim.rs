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
    /// How much of `hi` is for the slip of a braked tyre that grips.
    pub grip: [f64; SOURCES],
    pub used: Places,
}

impl Claims {
    pub const NONE: Self = Self { bounds: [Pair::NONE; SOURCES], grip: [0.0; SOURCES], used: 0 };

    pub fn set(&mut self, place: usize, (lo, hi, grip): (f64, f64, f64)) {
        (self.bounds[place], self.grip[place]) = (Pair::interval(lo, hi + grip), grip);
        self.used |= 1 << place;
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

/// The speed of a source's contact point now, from a value `z` that is `age` seconds old: at least, at most, and by how
/// much more at most if it is braked and grips, km/h. `spins`: it may be driven.
#[inline]
pub(super) fn claim(
    params: &Params,
    sensor: &Sensor,
    force: &Force,
    (z, age): (f64, f64),
    (witness, spins): (bool, bool),
) -> (f64, f64, f64) {
    let (blind, noise) = if witness { (WITNESS_BLIND, WITNESS_NOISE) } else { (BLIND, NOISE) };
    let strayed = if age > 0.0 { params.strayed(age) } else { 0.0 };
    if z < blind / 2.0 {
        return (0.0, blind + strayed, 0.0);
    }
    let now = max(0.0, z + force.a * age);
    if z < blind {
        let e = 1.0 + strayed;
        return (max(0.0, now - e), max(blind, now + e), 0.0);
    }
    let e = noise + sensor.tolerance * now + sensor.resolution_kmh / 2.0 + strayed;
    if witness {
        let e = e + WITNESS_DELAY * force.a.abs();
        let (spin, grip) = if spins { (force.driven * now, force.braked * now) } else { (0.0, 0.0) };
        return (now - e - spin, now + e, grip);
    }
    let spin = if spins { force.driven * now } else { 0.0 };
    (now - e - spin - force.below, now + e + force.above, force.braked * now)
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
