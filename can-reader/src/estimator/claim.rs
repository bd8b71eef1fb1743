//! What the sources say: an interval of speed each.

use super::hull::max;
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
    pub lo: [f64; SOURCES],
    pub hi: [f64; SOURCES],
    /// How much of `hi` is for the slip of a braked tyre that grips.
    pub grip: [f64; SOURCES],
    pub used: Places,
}

impl Claims {
    pub const NONE: Self = Self {
        lo: [f64::NEG_INFINITY; SOURCES],
        hi: [f64::INFINITY; SOURCES],
        grip: [0.0; SOURCES],
        used: 0,
    };

    pub fn set(&mut self, place: usize, (lo, hi, grip): (f64, f64, f64)) {
        (self.lo[place], self.hi[place], self.grip[place]) = (lo, hi + grip, grip);
        self.used |= 1 << place;
    }

    /// The upper bound of the fastest.
    pub fn top(&self) -> f64 {
        places(self.used).map(|place| self.hi[place]).fold(f64::NEG_INFINITY, max)
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

/// The speed of a source's contact point now, from a value `z` that is `age` seconds old, while the vehicle accelerates
/// by `a` km/h/s: at least, at most, and by how much more at most if it is braked and grips.
pub(super) fn claim(
    params: &Params,
    sensor: &Sensor,
    (place, z, age): (usize, f64, f64),
    a: f64,
) -> (f64, f64, f64) {
    let witness = place >= WITNESS;
    let (blind, noise) = if witness { (WITNESS_BLIND, WITNESS_NOISE) } else { (BLIND, NOISE) };
    if z < blind / 2.0 {
        return (0.0, blind + params.strayed(age), 0.0);
    }
    let now = max(0.0, z + a * age);
    let mut e = noise + sensor.tolerance * now + sensor.resolution_kmh / 2.0 + params.strayed(age);
    if witness {
        e += WITNESS_DELAY * a.abs();
    }
    // What is measured has changed on the way.
    let (less, more) = (DELAY * max(0.0, -a), DELAY * max(0.0, a));
    if z < blind {
        let e = 1.0 + params.strayed(age);
        return (max(0.0, now - e), max(blind, now + e), 0.0);
    }
    if sensor.follows == Follows::Body && witness {
        return (now - e, now + e, 0.0);
    }
    let spin =
        if may_spin(place, sensor.follows, params.driven) { DRIVE_SLIP * now * max(0.0, a) } else { 0.0 };
    (now - e - spin - less, now + e + more, BRAKE_SLIP * now * max(0.0, -a))
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
