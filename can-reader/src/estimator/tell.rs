//! From what is known to what is said: state, best value, half-width, reason.

use super::claim::{AXLES, Places, WHEELS};
use super::fusion::Level;
use super::hull::max;
use super::params::{BLIND, NOISE};
use super::{Reason, Sensor, State};

/// The least uncertainty while all wheels slip: km/h, and a part of the speed.
const SLIPS: (f64, f64) = (1.0, 0.05);

/// What was said of the last frame; time alone makes it less certain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub state: State,
    /// km/h, with its half-width; `None` where the state has no speed.
    pub speed: Option<(f64, f64)>,
    pub reason: Option<Reason>,
    pub left_out: Places,
    pub witnesses: u8,
    /// What the vehicle's few sensors can never tell, km/h: it does not count against a speed.
    pub structural: f64,
}

impl Told {
    pub const fn nothing(state: State, reason: Reason) -> Self {
        Self { state, speed: None, reason: Some(reason), left_out: 0, witnesses: 0, structural: 0.0 }
    }

    /// Takes the speed away where it is too uncertain for one, and `ok` where it is for that.
    pub fn weighed(mut self) -> Self {
        let Some((v, u)) = self.speed else { return self };
        let slow = if v < 4.0 { 2.0 } else { 0.0 };
        let u = u - self.structural;
        // While wheels slip a wide range is what can be said.
        let (most, part) = if self.reason == Some(Reason::Slip) { (4.0, 0.11) } else { (3.0, 0.08) };
        if u > most + part * v + slow {
            let reason =
                self.reason.filter(|reason| *reason != Reason::Held).unwrap_or(Reason::WideUncertainty);
            return Self { left_out: self.left_out, ..Self::nothing(State::Implausible, reason) };
        }
        if u > 2.5 + 0.06 * v + slow && self.state == State::Ok {
            (self.state, self.reason) = (State::Degraded, Some(Reason::WideUncertainty));
        }
        self
    }
}

/// No uncertainty is less than that, km/h. What is left where all slip may be a sliver, and rests on an assumption.
pub(super) fn least_uncertainty(level: Level, v: f64) -> f64 {
    match level {
        Level::Agree | Level::Nothing => NOISE + Sensor::TYRE / 2.0 * v,
        Level::ButOne { .. } => NOISE + Sensor::TYRE * v,
        Level::Brakes { .. } | Level::Spins => SLIPS.0 + SLIPS.1 * v,
    }
}

/// Where 0 is possible, and every source too slow for its sensor, the best value is what they read.
pub(super) fn crawling(values: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let (sum, count) = values.clone().fold((0.0, 0.0), |(sum, count), z| (sum + z, count + 1.0));
    (values.fold(0.0, max) < BLIND / 2.0).then(|| sum / max(count, 1.0))
}

/// Why a frame is not `ok`, and which sources that is about.
pub(super) fn reason(level: Level, left_out: Places, missing: Places) -> Option<(Reason, Places)> {
    match level {
        Level::Agree | Level::Nothing => {
            let wheels = left_out & WHEELS;
            if wheels != 0 {
                let axle = AXLES.iter().any(|axle| wheels & axle == *axle);
                return Some((if axle { Reason::AxleLeftOut } else { Reason::WheelLeftOut }, wheels));
            }
            (missing != 0).then_some((Reason::FewWitnesses, missing))
        }
        Level::ButOne { liars, rolls, .. } => Some(match rolls {
            [false, false] if super::claim::count(liars) == 1 => (Reason::WheelLeftOut, liars | left_out),
            [false, false] => (Reason::WheelLeftOut, left_out),
            [true, false] => (Reason::Slip, AXLES[1]),
            [false, true] => (Reason::Slip, AXLES[0]),
            [true, true] => (Reason::Slip, 0),
        }),
        Level::Brakes { .. } | Level::Spins => Some((Reason::Slip, 0)),
    }
}

/// How many independent readings are behind a speed.
pub(super) fn witnesses(level: Level, used: Places, bodies: Places) -> u8 {
    let count = |places: Places| super::claim::count(places) as u8;
    match level {
        Level::Agree => count(used),
        Level::ButOne { liars, .. } if liars != 0 => count(used) - 1,
        Level::ButOne { rolls, .. } => {
            let rolling = (0..2).filter(|axle| rolls[*axle]).map(|axle| count(used & (AXLES[axle] | bodies)));
            rolling.max().unwrap_or(0)
        }
        Level::Brakes { .. } | Level::Spins => 1.max(count(used & bodies)),
        Level::Nothing => 0,
    }
}
