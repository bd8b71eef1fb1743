//! Which axle the engine turns: its wheels slip under power, and run a little faster than the others.

use super::grid::Grid;
use super::stats::{deviation, median};
use crate::wheels::Axle;

/// Over so many seconds a change of speed is taken.
const APART_S: f64 = 0.6;

/// The axles part by so much more under power, as a share of the speed.
const SLIP: f64 = 0.003;

/// Fewer points are chance.
const FEWEST: usize = 15;

/// The driven axle of four wheels, given as counts above rest with the front ones at the indices `front`; `None` where the drive does not
/// tell it: all wheels are driven, or nobody accelerated.
pub(super) fn driven(rows: &[Vec<f64>], front: [usize; 2], grid: &Grid) -> Option<Axle> {
    let apart = grid.points(APART_S);
    let count = grid.at.len();
    let axle = |n: usize, is_front: bool| {
        (0..4).filter(|k| front.contains(k) == is_front).map(|k| rows[k][n]).sum::<f64>() / 2.0
    };
    let speed: Vec<_> = (0..count).map(|n| (axle(n, true) + axle(n, false)) / 2.0).collect();
    let top = speed.iter().copied().fold(0.0, f64::max);
    // In bends the front axle is faster whoever drives.
    let is_straight = |n: usize| {
        let of = |is_front: bool| {
            let pair: Vec<_> = (0..4).filter(|k| front.contains(k) == is_front).map(|k| rows[k][n]).collect();
            (pair[0] - pair[1]).abs()
        };
        of(true).min(of(false)) < 0.015 * speed[n]
    };
    let rolling = (apart..count.saturating_sub(apart)).filter(|n| speed[*n] > 0.15 * top && is_straight(*n));
    let points: Vec<_> = rolling
        .map(|n| (speed[n + apart] - speed[n - apart], (axle(n, true) - axle(n, false)) / speed[n]))
        .collect();
    let most = super::stats::quantile(points.iter().map(|(gain, _)| *gain), 0.98);
    let of = |wanted: &dyn Fn(f64) -> bool| -> Vec<f64> {
        points.iter().filter(|(gain, _)| wanted(*gain)).map(|(_, parting)| *parting).collect()
    };
    let (power, coasting) = (of(&|gain| gain > 0.5 * most), of(&|gain| gain.abs() < 0.15 * most));
    if most <= 0.0 || power.len() < FEWEST || coasting.len() < FEWEST {
        return None;
    }
    let more = median(power.iter().copied()) - median(coasting.iter().copied());
    // Neighbours on the grid are no witnesses of their own: each five count once.
    let error = |row: &[f64]| deviation(row).powi(2) / (row.len() as f64 / 5.0);
    let sure = 3.0 * (error(&power) + error(&coasting)).sqrt();
    (more.abs() > SLIP.max(sure)).then_some(if more > 0.0 { Axle::Front } else { Axle::Rear })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drive(slip: [f64; 2]) -> (Vec<Vec<f64>>, Grid) {
        let grid = Grid::new(120.0);
        let row = |wheel: usize| {
            let value = |at: &f64| {
                let (speed, gain) = (3000.0 - 2000.0 * (at * 0.1).cos(), (at * 0.1).sin().max(0.0));
                speed * (1.0 + slip[wheel / 2] * gain + 0.0005 * (at * 7.0 + wheel as f64).sin())
            };
            grid.at.iter().map(value).collect()
        };
        ((0..4).map(row).collect(), grid)
    }

    #[test]
    fn the_axle_that_slips_under_power_is_driven() {
        let of = |slip| {
            let (rows, grid) = drive(slip);
            driven(&rows, [0, 1], &grid)
        };
        assert_eq!(of([0.02, 0.0]), Some(Axle::Front));
        assert_eq!(of([0.0, 0.02]), Some(Axle::Rear));
        assert_eq!(of([0.01, 0.01]), None);
    }
}
