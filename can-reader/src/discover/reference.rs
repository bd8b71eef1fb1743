//! What somebody knows of the drive: it sets the scale, and the sides.

use std::str::FromStr;

use super::grid::Grid;
use super::stats::{correlation, median};

/// What is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct References {
    /// What the dash said.
    pub dash: Vec<Reading>,
    /// Answers to OBD-II PID 0x0D in the log count.
    pub obd: bool,
    /// By a satellite receiver: seconds after the first frame, and km/h.
    pub gps: Vec<(f64, f64)>,
    /// Bends whose direction is known.
    pub bends: Vec<Bend>,
}

/// What the dash said at a moment. As text `47@12.5`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// km/h, 0 to 400.
    pub kmh: f64,
    /// Seconds after the first frame.
    pub at: f64,
}

/// Which way a bend went. As text `left@20`, which is good to a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bend {
    /// To the left; else to the right.
    pub is_left: bool,
    /// It was not before that, seconds after the first frame.
    pub from: f64,
    /// Nor after that.
    pub to: f64,
}

impl Bend {
    /// A bend that somebody saw at this moment, seconds after the first frame.
    #[must_use]
    pub const fn near(is_left: bool, at: f64) -> Self {
        Self { is_left, from: at - 1.0, to: at + 1.0 }
    }
}

impl FromStr for Reading {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('@').and_then(|(kmh, at)| Some((number(kmh)?, number(at)?)));
        let (kmh, at) = parts.filter(|(kmh, at)| (0.0..=400.0).contains(kmh) && *at >= 0.0).ok_or_else(|| {
            format!("{text:?} is no reading of the dash: write km/h, @ and seconds after the first frame, such as 47@12.5")
        })?;
        Ok(Self { kmh, at })
    }
}

impl FromStr for Bend {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts =
            text.split_once('@').and_then(|(side, at)| Some((side, number(at).filter(|at| *at >= 0.0)?)));
        match parts {
            Some(("left", at)) => Ok(Self::near(true, at)),
            Some(("right", at)) => Ok(Self::near(false, at)),
            _ => Err(format!(
                "{text:?} is no bend: write left@ or right@ and seconds after the first frame, such as left@20"
            )),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

/// Where the scale is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleSource {
    /// What somebody read on the dash.
    SpeedIs,
    /// Answers to OBD-II requests.
    Obd,
    /// A satellite receiver.
    Gps,
    /// Usual factors.
    Guess,
    /// Nothing.
    Unknown,
}

/// A scale by a reference.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settled {
    pub kmh_per_raw: f64,
    pub source: ScaleSource,
    /// What speaks against the number that was scaled.
    pub against: Option<String>,
}

/// Off by more than this share, a number is another one.
const CONTRADICTS: f64 = 0.15;

/// Below this share of its greatest value a number is nearly at rest, and sets no scale.
const STANDS: f64 = 0.03;

/// Rounding of a dash, km/h.
const ROUNDING: f64 = 1.5;

/// A reference lags by up to so many seconds.
const MOST_LAG_S: f64 = 3.0;

/// The scale of a number, given as counts above rest at the points of the grid.
pub(super) fn settle(
    above: &[f64],
    grid: &Grid,
    references: &References,
    obd: &[(f64, f64)],
) -> Option<Settled> {
    if !references.dash.is_empty() {
        return by_dash(above, grid, &references.dash);
    }
    let (points, source, least) = match references {
        References { gps, .. } if !gps.is_empty() => (gps.as_slice(), ScaleSource::Gps, 0.95),
        References { obd: true, .. } => (obd, ScaleSource::Obd, 0.98),
        _ => return None,
    };
    let (kmh_per_raw, correlation) = by_row(above, grid, points)?;
    (correlation > least && kmh_per_raw > 0.0).then_some(Settled { kmh_per_raw, source, against: None })
}

fn by_dash(above: &[f64], grid: &Grid, dash: &[Reading]) -> Option<Settled> {
    let read = |at: f64| {
        let near = grid.at.iter().zip(above).filter(|(other, _)| (*other - at).abs() <= 0.5);
        let near: Vec<_> = near.map(|(_, value)| *value).collect();
        (!near.is_empty()).then(|| median(near.into_iter()))
    };
    let pairs: Vec<_> = dash.iter().filter_map(|one| Some((one.kmh, read(one.at)?, one.at))).collect();
    let top = above.iter().copied().fold(0.0, f64::max);
    let (mut zz, mut zv) = (0.0, 0.0);
    for (kmh, value, _) in pairs.iter().filter(|(_, value, _)| *value > STANDS * top) {
        (zz, zv) = (zz + value * value, zv + value * kmh);
    }
    if zv <= 0.0 {
        return None;
    }
    let kmh_per_raw = zv / zz;
    let off = pairs
        .iter()
        .find(|(kmh, value, _)| (kmh_per_raw * value - kmh).abs() > (CONTRADICTS * kmh).max(ROUNDING));
    let against = off.map(|(kmh, value, at)| {
        format!("it would be {:.0} km/h at {at} s, where the dash said {kmh}", kmh_per_raw * value)
    });
    Some(Settled { kmh_per_raw, source: ScaleSource::SpeedIs, against })
}

/// Factor and correlation, with the reference shifted in time by what fits best: it comes late rather than early.
fn by_row(above: &[f64], grid: &Grid, points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let last = *grid.at.last()?;
    let shifts = (-5..=(MOST_LAG_S * 10.0) as i32).map(|n| f64::from(n) * 0.1);
    let at_shift = |lag: f64| {
        let inside = points.iter().filter(|(at, _)| (0.0..=last).contains(&(at - lag)));
        let pairs: Vec<_> = inside.map(|(at, kmh)| (value_at(above, grid, at - lag), *kmh)).collect();
        let (z, v): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        (correlation(&z, &v), z, v)
    };
    let best = shifts.map(at_shift).reduce(|a, b| if b.0 > a.0 + 1e-6 { b } else { a })?;
    let (correlation, z, v) = best;
    let zz: f64 = z.iter().map(|z| z * z).sum();
    let zv: f64 = z.iter().zip(&v).map(|(z, v)| z * v).sum();
    (zz > 0.0).then(|| (zv / zz, correlation))
}

fn value_at(row: &[f64], grid: &Grid, at: f64) -> f64 {
    let place = (at / grid.step).clamp(0.0, (row.len() - 1) as f64);
    let below = place.floor() as usize;
    let next = row.get(below + 1).copied().unwrap_or(row[below]);
    row[below] + (next - row[below]) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drive() -> (Grid, Vec<f64>) {
        let grid = Grid::new(60.0);
        let above = grid.at.iter().map(|at| 2500.0 - 2500.0 * (at * 0.2).cos()).collect();
        (grid, above)
    }

    #[test]
    fn readings_and_bends_are_read_or_told_how_to_write() {
        assert_eq!("47@12.5".parse(), Ok(Reading { kmh: 47.0, at: 12.5 }));
        assert_eq!("left@3".parse(), Ok(Bend { is_left: true, from: 2.0, to: 4.0 }));
        for bad in ["47", "a@1", "47@", "-3@1", "47@-1", "nan@1"] {
            assert!(bad.parse::<Reading>().unwrap_err().contains("47@12.5"), "{bad}");
        }
        assert!("up@3".parse::<Bend>().unwrap_err().contains("left@20"));
    }

    #[test]
    fn one_number_from_the_dash_sets_the_scale_and_a_second_can_contradict() {
        let (grid, above) = drive();
        let with = |dash: &[(f64, f64)]| {
            let dash = dash.iter().map(|(kmh, at)| Reading { kmh: *kmh, at: *at }).collect();
            let references = References { dash, ..References::default() };
            settle(&above, &grid, &references, &[])
        };
        let scale = with(&[(50.0, 15.7)]).unwrap();
        assert!((scale.kmh_per_raw - 0.01).abs() < 1e-4 && scale.against.is_none(), "{scale:?}");
        assert!(with(&[(50.0, 15.7), (50.0, 7.8)]).unwrap().against.is_some());
        assert_eq!(with(&[(50.0, 0.0)]).map(|s| s.against), None, "it stood then");
    }

    #[test]
    fn a_receiver_that_lags_a_second_does_no_harm() {
        let (grid, above) = drive();
        let late = |n: i32| (f64::from(n) + 1.0, 0.01 * (2500.0 - 2500.0 * (f64::from(n) * 0.2).cos()));
        let references = References { gps: (0..55).map(late).collect(), ..References::default() };
        let scale = settle(&above, &grid, &references, &[]).unwrap();
        assert!((scale.kmh_per_raw / 0.01 - 1.0).abs() < 0.003, "{scale:?}");
        let noise = References {
            gps: (0..55).map(|n| (f64::from(n), f64::from(n % 7))).collect(),
            ..References::default()
        };
        assert_eq!(settle(&above, &grid, &noise, &[]), None);
    }
}
