//! The factor between what a vehicle's wheels say and its true speed: `[calibration] factor` of `speed.toml`, found in a drive. Pure.
//!
//! Only steady stretches count: there it does not matter that a receiver's speed comes late, or a control unit answers late. How
//! far the stretches differ says how sure the factor is.

mod lag;
mod steady;

use std::fmt;

/// A speed at a time: seconds, km/h.
pub type Point = (f64, f64);

/// The service takes no other factor: no tyre makes one.
const FACTORS: std::ops::RangeInclusive<f64> = 0.8..=1.25;

/// Less sure than this share, it is no calibration.
const MOST_UNSURE: f64 = 0.01;

/// A factor, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// True speed over the wheels' speed.
    pub value: f64,
    /// With 95 % confidence it is no further away than this share of it.
    pub unsure: f64,
    /// How far single stretches differ, as a share: the standard deviation; 0 where there is but one.
    pub spread: f64,
    /// Steady stretches.
    pub stretches: usize,
    /// What they last, seconds.
    pub seconds: f64,
    /// The reference comes so much later, seconds.
    pub lag_s: f64,
}

/// Why there is no factor.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Fewer than three steady stretches: how many, and how many seconds they last.
    TooShort(usize, f64),
    /// The factor and how unsure it is, shares.
    Unsure(f64, f64),
    /// No tyre makes that.
    TooFar(f64),
    /// There was no speed for so many seconds of the measured road.
    Gaps(f64),
    /// The wheels went nowhere.
    Stands,
    /// Speeds of two different drives.
    Foreign,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort(stretches, seconds) => write!(
                f,
                "{stretches} steady stretches of {seconds:.0} s together, and three with 20 s are needed: drive some minutes at a steady \
                 speed above 30 km/h, the faster the better"
            ),
            Self::Unsure(value, unsure) => write!(
                f,
                "the factor would be {value:.3}, give or take {:.1} %, and more than 1 % is no calibration: drive longer, faster and more \
                 steadily, or over a longer road",
                100.0 * unsure
            ),
            Self::TooFar(value) => write!(
                f,
                "the factor would be {value:.3}, and no tyre makes less than 0.8 or more than 1.25: it is another unit, another car's \
                 profile, or the wrong factor in the profile"
            ),
            Self::Gaps(seconds) => write!(
                f,
                "for {seconds:.0} s of the road there was no speed, so that nobody knows how far the wheels went: `can-reader speed` \
                 shows when and why"
            ),
            Self::Stands => f.write_str("the wheels went nowhere in this log"),
            Self::Foreign => f.write_str(
                "the reference does not go with the wheels at any time shift up to 5 s: is it of the same drive, and are its times on \
                 the clock of the log?",
            ),
        }
    }
}

/// By a speed that somebody else measured. `rounding_kmh`: how far its numbers may all be off in one direction.
///
/// # Errors
/// [`Refusal`].
pub fn by_speed(own: &[Point], reference: &[Point], rounding_kmh: f64) -> Result<Factor, Refusal> {
    if own.iter().all(|(_, kmh)| *kmh < 1.0) {
        return Err(Refusal::Stands);
    }
    let lag_s = lag::lag(own, reference).ok_or(Refusal::Foreign)?;
    let stretches = steady::stretches(own, reference, lag_s);
    let seconds: f64 = stretches.iter().map(|one| one.seconds).sum();
    if stretches.len() < 3 || seconds < 20.0 {
        return Err(Refusal::TooShort(stretches.len(), seconds));
    }
    let count = stretches.len() as f64;
    let value = stretches.iter().map(|one| one.ratio * one.seconds).sum::<f64>() / seconds;
    let squares: f64 = stretches.iter().map(|one| (one.ratio / value - 1.0).powi(2)).sum();
    let spread = (squares / (count - 1.0)).sqrt();
    let mean_kmh = stretches.iter().map(|one| one.kmh * one.seconds).sum::<f64>() / seconds;
    // Of few stretches the spread is not well known itself: Student's factor for 95 %, nearly.
    let random = (1.96 + 2.4 / (count - 1.0) + 5.0 / (count - 1.0).powi(2)) * spread / count.sqrt();
    // Stretches that differ much have a reason of their own, which no number of them takes away.
    let unsure = random.max(spread / 2.0).hypot(rounding_kmh / mean_kmh);
    judged(Factor { value, unsure, spread, stretches: stretches.len(), seconds, lag_s })
}

/// By a road of a known length. `off_m`: how far the length may be off; `travelled_m`, `gap_s`: how far the wheels went, and how long there
/// was no speed; `own_off_m`: how far that may be off.
///
/// # Errors
/// [`Refusal`].
pub fn by_road(
    length_m: f64,
    off_m: f64,
    (travelled_m, gap_s): (f64, f64),
    seconds: f64,
) -> Result<Factor, Refusal> {
    if travelled_m < 1.0 {
        return Err(Refusal::Stands);
    }
    if gap_s > 1.0 {
        return Err(Refusal::Gaps(gap_s));
    }
    let value = length_m / travelled_m;
    judged(Factor { value, unsure: off_m / length_m, spread: 0.0, stretches: 1, seconds, lag_s: 0.0 })
}

fn judged(factor: Factor) -> Result<Factor, Refusal> {
    if !FACTORS.contains(&factor.value) {
        return Err(Refusal::TooFar(factor.value));
    }
    if factor.unsure > MOST_UNSURE {
        return Err(Refusal::Unsure(factor.value, factor.unsure));
    }
    Ok(factor)
}

/// The value of a row at a time, on the line between two; `None` in gaps of a second and more.
fn value_at(row: &[Point], at: f64) -> Option<f64> {
    let next = row.partition_point(|(other, _)| *other <= at);
    let (before, after) = (*row.get(next.checked_sub(1)?)?, *row.get(next)?);
    let passed = after.0 - before.0;
    (passed < 1.0).then(|| before.1 + (after.1 - before.1) * (at - before.0) / passed.max(1e-9))
}

#[cfg(test)]
mod tests;
