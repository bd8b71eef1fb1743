//! Whether the wheels of a profile turn as those of a car do: the proof of cars whose messages have no checksum.
//!
//! A message of another car that has the same id and length is read as numbers that stand, jump, or go each its own way. Numbers that
//! grow together and part no further than a rigid car's wheels do, at no more than what engines and brakes can do, over some metres, are
//! wheels: the estimator demands all of that of each frame.

use std::collections::HashSet;

use can_reader::{Estimate, SourceTime, State};

/// What the wheels did.
#[derive(Debug, Default)]
pub struct Rolling {
    /// Metres that they rolled while all agreed.
    metres: f64,
    /// Least and greatest speed meanwhile, km/h.
    span: Option<(f64, f64)>,
    /// Different sets of wheel speeds: what stands proves nothing.
    different: HashSet<u64>,
    /// Of those, sets in which the wheels are not all the same number.
    parted: u32,
    /// Frames in motion in which they agreed, and in which they contradicted each other.
    agreed: u32,
    contradicted: u32,
    /// They stood before they rolled.
    stood: bool,
    last: Option<SourceTime>,
}

/// A car that is this fast rolls, km/h: slower wheels are hardly seen.
const ROLLS: f64 = 2.0;

/// A car length.
const METRES: f64 = 4.0;

/// Of so many different sets of numbers chance makes no car: each one agrees within 5 % by chance less often than one time in twenty.
const SETS: usize = 20;

/// At one speed alone numbers may agree that are none: from least to greatest, km/h.
const SPAN: f64 = 3.0;

/// More sets are not kept.
const MOST: usize = 1000;

impl Rolling {
    /// Takes the estimate after a frame. `wheels`: how many the profile has.
    pub fn add(&mut self, now: SourceTime, estimate: &Estimate, wheels: usize) {
        let passed = self.last.replace(now).map_or(0.0, |last| now.saturating_sub(last).as_secs_f64());
        let kmh: Vec<f64> = estimate.wheels.iter().map(|(_, kmh)| kmh).collect();
        let fastest = kmh.iter().copied().fold(0.0, f64::max);
        if wheels < 2 || kmh.len() < wheels {
            return;
        }
        if fastest < ROLLS {
            self.stood = true;
            return;
        }
        match (estimate.state, estimate.speed_kmh) {
            (State::Ok, Some(speed)) if speed >= ROLLS => {
                self.agreed += 1;
                // What was not seen was not rolled.
                self.metres += speed / 3.6 * passed.min(0.2);
                let (least, most) = self.span.unwrap_or((speed, speed));
                self.span = Some((least.min(speed), most.max(speed)));
                let is_new = self.different.len() < MOST && self.different.insert(set(&kmh));
                let parts = kmh.iter().any(|other| (other - kmh[0]).abs() > f64::EPSILON);
                self.parted += u32::from(is_new && parts);
            }
            (State::Implausible, _) => self.contradicted += 1,
            _ => {}
        }
    }

    /// Whether that proves that they are wheels.
    #[must_use]
    pub fn is_proof(&self) -> bool {
        let span = self.span.map_or(0.0, |(least, most)| most - if self.stood { 0.0 } else { least });
        self.metres >= METRES
            && span >= SPAN
            && self.different.len() >= SETS
            && self.parted as usize * 2 >= SETS
            && self.contradicted * 10 <= self.agreed
    }

    /// In a clause; `None` where nothing rolled.
    #[must_use]
    pub fn describe(&self) -> Option<String> {
        let (least, most) = self.span?;
        let from = if self.stood { 0.0 } else { least };
        Some(format!("all wheels together from {from:.0} to {most:.0} km/h over {:.0} m", self.metres))
    }
}

fn set(kmh: &[f64]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    kmh.iter().for_each(|kmh| kmh.to_bits().hash(&mut hasher));
    hasher.finish()
}
