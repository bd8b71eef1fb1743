//! Stretches at a steady speed.

use super::{Point, value_at};

/// A slower car tells little: tyres slip in bends, numbers are rounded, km/h.
const SLOWEST: f64 = 25.0;

/// The speed stays within this share while a value of the reference counts.
const STEADY: f64 = 0.02;

/// For so long before and after it, seconds.
const AROUND_S: f64 = 1.5;

/// A stretch lasts so long at least, and is cut where it lasts longer, seconds.
const LASTS_S: (f64, f64) = (4.0, 10.0);

/// A reference that pauses for longer begins another stretch, seconds.
const PAUSE_S: f64 = 2.5;

/// A stretch that is off the middle of all by more is no witness: a tunnel, a receiver that hangs; share.
const OUTLIER: f64 = 0.05;

/// One stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    /// Reference over wheels.
    pub ratio: f64,
    pub seconds: f64,
    /// Speed of the wheels.
    pub kmh: f64,
}

/// All of a drive, without those that are far off the others.
pub(super) fn stretches(own: &[Point], reference: &[Point], lag: f64) -> Vec<Stretch> {
    let mut all = Vec::new();
    let mut run: Vec<(f64, f64, f64)> = Vec::new();
    for (at, kmh) in reference.iter().map(|(at, kmh)| (at - lag, *kmh)) {
        let value = steady_at(own, at);
        let goes_on = run.last().is_none_or(|(last, ..)| at - last <= PAUSE_S)
            && run.first().is_none_or(|(first, ..)| at - first <= LASTS_S.1);
        if !goes_on || value.is_none() {
            all.extend(stretch(&std::mem::take(&mut run)));
        }
        run.extend(value.map(|own| (at, own, kmh)));
    }
    all.extend(stretch(&run));
    let mut ratios: Vec<_> = all.iter().map(|one| one.ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let middle = ratios.get(ratios.len() / 2).copied().unwrap_or(1.0);
    let is_near = |one: &Stretch| (one.ratio / middle - 1.0).abs() <= OUTLIER;
    // Where many are far off there are no outliers, and the spread says it.
    if all.iter().filter(|one| is_near(one)).count() * 3 > all.len() * 2 {
        all.retain(is_near);
    }
    all
}

/// The speed of the wheels, where it is steady around this time.
fn steady_at(own: &[Point], at: f64) -> Option<f64> {
    let value = value_at(own, at)?;
    let from = own.partition_point(|(other, _)| *other < at - AROUND_S);
    let to = own.partition_point(|(other, _)| *other <= at + AROUND_S);
    let near = own.get(from..to)?;
    let reaches = near.first()?.0 <= at - AROUND_S + 0.5 && near.last()?.0 >= at + AROUND_S - 0.5;
    let is_steady = near.iter().all(|(_, kmh)| (kmh - value).abs() <= STEADY * value);
    (value >= SLOWEST && reaches && is_steady).then_some(value)
}

fn stretch(run: &[(f64, f64, f64)]) -> Option<Stretch> {
    let (first, last) = (run.first()?, run.last()?);
    let seconds = last.0 - first.0;
    let (own, reference) = run.iter().fold((0.0, 0.0), |(own, other), (_, x, y)| (own + x, other + y));
    (seconds >= LASTS_S.0).then(|| Stretch { ratio: reference / own, seconds, kmh: own / run.len() as f64 })
}
