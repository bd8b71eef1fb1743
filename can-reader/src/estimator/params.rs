//! The numbers of the model, in km/h and seconds, with their sources. `docs/architecture.md` says what each is for.

use super::hull::{max, min};
use super::{Driven, Limits, Plan};

/// m/s² as km/h per second.
pub(super) const KMH_PER_S: f64 = 3.6;

/// Greatest sideways acceleration of road tyres, m/s².
pub(super) const LATERAL_MS2: f64 = 9.0;

/// The same while something is wrong as well, m/s²: extreme cornering and a fault at the same time are not assumed.
pub(super) const LATERAL_FAULT_MS2: f64 = 5.0;

/// How fast curvature can change at walking pace, 1/m/s: full lock in about a second.
const STEER: f64 = 0.3;

/// How fast sideways acceleration can change, m/s³: a quick lane change.
const SWAY_MS3: f64 = 15.0;

/// Least deceleration of a car whose wheels are all locked, km/h/s: wet ice, 1.2 m/s².
pub(super) const SLIDE: f64 = 1.2 * KMH_PER_S;

/// How near a rolling wheel is to the rigid car whatever its speed, km/h: 26 recorded drives.
pub(super) const NOISE: f64 = 0.20;

/// The same for a witness that is no wheel, km/h: it is filtered, or a receiver's.
pub(super) const WITNESS_NOISE: f64 = 0.5;

/// How late a witness that is no wheel may be, s: filters of control units and receivers.
pub(super) const WITNESS_DELAY: f64 = 0.3;

/// How late a wheel's speed may be when its frame comes, s: teeth are counted, filtered, and sent in turn.
pub(super) const DELAY: f64 = 0.03;

/// Slip of a tyre that grips, a part for each km/h/s: 0.3 % and 0.4 % per m/s² (slip stiffness 20 to 30; on record at 3
/// to 7 m/s²: axles -1.2 to +1.4 % apart with all wheels driven, -3.2 to +2.5 % with the rear ones).
pub(super) const DRIVE_SLIP: f64 = 0.003 / KMH_PER_S;
pub(super) const BRAKE_SLIP: f64 = 0.004 / KMH_PER_S;

/// Below this speed, km/h, a wheel sensor may read 0: on record they fall to 0 from 0.1 to 2.8.
pub(super) const BLIND: f64 = 3.2;

/// The same for a witness that is no wheel, km/h.
pub(super) const WITNESS_BLIND: f64 = 5.0;

/// How far acceleration may have changed since the last frame, km/h/s: the onset of brakes within a late cycle.
const JERK: f64 = 5.0 * KMH_PER_S;

/// What tyres that grip do at most, km/h/s: 10 m/s².
const GRIPS: f64 = 10.0 * KMH_PER_S;

/// For how long that may be assumed, s.
pub(super) const JERK_TIME: f64 = 0.2;

/// The fastest of the braked wheels slips at most this part: an ABS unit lets at least one roll within its cycle of 0.25
/// to 0.35 s.
pub(super) const RELEASE: f64 = 0.12;

/// The greatest growth of speed while brakes make every wheel slip, km/h/s, 1 m/s²: a slope of a fifth gives 2, and even on
/// ice the brakes take 1.
pub(super) const DOWNHILL: f64 = 1.0 * KMH_PER_S;

/// A silence that the memory of the speed outlives, s.
pub(super) const REMEMBERED: f64 = 3.0;

/// What depends on the vehicle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Params {
    /// What the engine can do, km/h/s.
    pub up: f64,
    /// What brakes can do, km/h/s.
    pub down: f64,
    /// See [`JERK`], km/h/s.
    pub jerk: f64,
    /// See [`GRIPS`], km/h/s.
    pub grips: f64,
    /// How fast curvature can change at walking pace, 1/m/s.
    pub steer: f64,
    /// Upper bound of lateness, s.
    pub stale_after: f64,
    pub driven: Option<Driven>,
}

impl Params {
    pub fn new(plan: &Plan) -> Self {
        let limits = &plan.limits;
        let hard = limits.down_ms2().max(limits.up_ms2()) / Limits::DOWN_MS2;
        Self {
            up: limits.up_ms2() * KMH_PER_S,
            down: limits.down_ms2() * KMH_PER_S,
            // A vehicle of which more is believed changes its acceleration faster, one that can do less does so more slowly: air
            // brakes take 0.6 s (UN R13).
            jerk: JERK * hard,
            // And its tyres hold more.
            grips: GRIPS * hard.max(1.0),
            steer: STEER.max(1.0 / plan.geometry.least_radius_m.max(0.05)),
            stale_after: plan.stale_after.as_secs_f64(),
            driven: plan.driven,
        }
    }

    /// How fast curvature can change at a speed in km/h, 1/m/s.
    pub fn turn(&self, v: f64) -> f64 {
        let ms = max(v / KMH_PER_S, 1.0);
        min(self.steer, SWAY_MS3 / (ms * ms))
    }

    /// How far a value may have strayed after `age` seconds although the acceleration is carried on, km/h.
    pub fn strayed(&self, age: f64) -> f64 {
        self.jerk * min(age, JERK_TIME) + max(self.up, self.down) * max(age - JERK_TIME, 0.0)
    }
}
