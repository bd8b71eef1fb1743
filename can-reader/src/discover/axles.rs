//! Which of four wheels are the front ones, and which share a side: by the geometry of bends.
//!
//! In a bend the outer wheels are faster than the inner ones, and the front wheels, which run on the wider circle, than the
//! rear ones. Left for right is a mirror that no number shows: somebody has to know the direction of a bend.

use super::grid::Grid;
use super::reference::Bend;
use super::stats::{mean, median, quantile};

/// The three ways to part four wheels into two pairs.
const PARTS: [[[usize; 2]; 2]; 3] = [[[0, 1], [2, 3]], [[0, 2], [1, 3]], [[0, 3], [1, 2]]];

/// Sides that part by less, as a share of the speed, show no bend.
const BEND: f64 = 0.035;

/// Axles that part by less in bends are not told apart.
const AXLE: f64 = 0.003;

/// Tyres of two sides differ by less, as a share of the speed: where the middle of a drive is further off, most of it is a bend.
const TYRES: f64 = 0.015;

/// In bends the axles part by the square of how the sides part, times half the square of wheelbase over track: least and most, of a kart
/// and of a lorry.
const GEOMETRY: (f64, f64) = (0.4, 6.0);

/// Points so near, seconds, are taken together.
const NEAR_S: f64 = 0.4;

/// A drive through bends.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bends {
    /// The two pairs of wheels that share a side.
    pub sides: [[usize; 2]; 2],
    /// The front pair, where the bends tell it.
    pub front: Option<[usize; 2]>,
    /// By how much inner and outer wheels differ, percent.
    pub sides_percent: f64,
    /// By how much front and rear wheels differ in bends, percent.
    pub axles_percent: f64,
    /// Seconds and how much faster the first side is, as a share of the speed.
    turn: Vec<(f64, f64)>,
}

impl Bends {
    /// Of four wheels' counts above rest; `None` where there is no bend.
    pub fn of(rows: &[Vec<f64>], rest: f64, grid: &Grid) -> Option<Self> {
        if rows.len() != 4 {
            return None;
        }
        let means: Vec<_> =
            (0..grid.at.len()).map(|n| rows.iter().map(|row| row[n] - rest).sum::<f64>() / 4.0).collect();
        let top = means.iter().copied().fold(0.0, f64::max);
        let rolling: Vec<_> = (0..means.len()).filter(|n| means[*n] > 0.1 * top).collect();
        if rolling.len() < 30 {
            return None;
        }
        let near = grid.points(NEAR_S);
        let parting = |part: &[[usize; 2]; 2]| -> Vec<f64> {
            let at = |n: &usize| {
                let value = |wheel: usize| rows[wheel][*n] - rest;
                (value(part[0][0]) + value(part[0][1]) - value(part[1][0]) - value(part[1][1]))
                    / 2.0
                    / means[*n]
            };
            let raw: Vec<_> = rolling.iter().map(at).collect();
            // A bend takes a while, and noise does not.
            let around = |n: usize| &raw[n.saturating_sub(near)..(n + near + 1).min(raw.len())];
            (0..raw.len()).map(|n| mean(around(n))).collect()
        };
        let all: Vec<_> = PARTS.iter().map(parting).collect();
        let swing =
            |row: &Vec<f64>| quantile(row.iter().copied(), 0.95) - quantile(row.iter().copied(), 0.05);
        let sides = (0..3).max_by(|a, b| swing(&all[*a]).total_cmp(&swing(&all[*b])))?;
        let straight = Some(median(all[sides].iter().copied())).filter(|straight| straight.abs() < TYRES);
        let straight = straight.unwrap_or_default();
        let turn: Vec<_> = all[sides].iter().map(|value| value - straight).collect();
        let most = turn.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let is_bend = |value: f64| value.abs() > (0.5 * most).max(0.02);
        let count = turn.iter().filter(|value| is_bend(**value)).count();
        if swing(&all[sides]) <= BEND || count <= 5 {
            return None;
        }
        let in_bends = |row: &[f64]| {
            let of = |wanted: &dyn Fn(f64) -> bool| -> Vec<f64> {
                row.iter().zip(&turn).filter(|(_, turn)| wanted(**turn)).map(|(value, _)| *value).collect()
            };
            let (bends, straight) = (of(&is_bend), of(&|turn| turn.abs() < 0.005));
            // Tyres that differ do so on straight roads too.
            let usual = if straight.len() > 10 { median(straight.into_iter()) } else { 0.0 };
            median(bends.into_iter()) - usual
        };
        let mut others: Vec<_> = (0..3).filter(|n| *n != sides).map(|n| (in_bends(&all[n]), n)).collect();
        others.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        let [(faster, axles), (next, _)] = others.as_slice() else { return None };
        let square = median(turn.iter().filter(|turn| is_bend(**turn)).map(|turn| turn * turn));
        let by_geometry = GEOMETRY.0 * square..GEOMETRY.1 * square;
        let is_told =
            faster.abs() > AXLE && faster.abs() > 2.5 * next.abs() && by_geometry.contains(&faster.abs());
        Some(Self {
            sides: PARTS[sides],
            front: is_told.then(|| PARTS[*axles][usize::from(*faster < 0.0)]),
            sides_percent: 100.0 * swing(&all[sides]),
            axles_percent: 100.0 * faster.abs(),
            turn: rolling.iter().zip(&turn).map(|(n, turn)| (grid.at[*n], *turn)).collect(),
        })
    }

    /// Which pair is the left one, by a bend that somebody knows; `None` where there was none then, or one to each side.
    pub fn left(&self, bend: &Bend) -> Option<[usize; 2]> {
        let meanwhile = self.turn.iter().filter(|(at, _)| (bend.from..=bend.to).contains(at));
        let mut turns: Vec<_> = meanwhile.map(|(_, turn)| *turn).collect();
        turns.sort_by(f64::total_cmp);
        // A bend is a third of the time that somebody gives for it, or more.
        let third = (turns.len() / 3).max(1);
        let mean = |turns: &[f64]| turns.iter().sum::<f64>() / turns.len().max(1) as f64;
        let (least, most) =
            (mean(&turns[..third.min(turns.len())]), mean(&turns[turns.len().saturating_sub(third)..]));
        let (turn, other) = if most > -least { (most, -least) } else { (least, most) };
        // In a bend to the left the right wheels are faster.
        (turn.abs() > 0.015 && turn.abs() > 3.0 * other)
            .then(|| self.sides[usize::from((turn > 0.0) == bend.is_left)])
    }

    /// When the bend was in which the first side was fastest, seconds; and by how much, percent.
    pub fn sharpest(&self) -> Option<(f64, f64)> {
        let most = self.turn.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((most.0, 100.0 * most.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 30 km/h through bends of both directions, a car of 2.7 by 1.5 m: front left, front right, rear left, rear right, to the
    /// left while the sine is positive.
    fn rows(order: [usize; 4], bend: f64) -> (Vec<Vec<f64>>, Grid) {
        let grid = Grid::new(60.0);
        let wheel = |wheel: usize, at: f64| {
            let k = bend * (at * 0.3).sin();
            let (x, y) = [(2.7, 0.75), (2.7, -0.75), (0.0, 0.75), (0.0, -0.75)][wheel];
            3000.0 * (1.0 - k * y).hypot(k * x) + 100.0
        };
        (order.iter().map(|n| grid.at.iter().map(|at| wheel(*n, *at)).collect()).collect(), grid)
    }

    #[test]
    fn the_faster_axle_is_the_front_one_in_any_order() {
        for (order, front, sides) in [
            ([0, 1, 2, 3], [0, 1], [[0, 2], [1, 3]]),
            ([2, 3, 0, 1], [2, 3], [[0, 2], [1, 3]]),
            ([0, 3, 2, 1], [0, 3], [[0, 2], [1, 3]]),
            ([0, 2, 1, 3], [0, 2], [[0, 1], [2, 3]]),
        ] {
            let (rows, grid) = rows(order, 0.08);
            let bends = Bends::of(&rows, 100.0, &grid).unwrap();
            assert_eq!((bends.front, bends.sides), (Some(front), sides), "{order:?}");
            // At 5 s the car turns to the left.
            let left = order
                .iter()
                .enumerate()
                .filter(|(_, wheel)| **wheel % 2 == 0)
                .map(|(n, _)| n)
                .collect::<Vec<_>>();
            let told = |bend| bends.left(&bend).map(|pair| pair.to_vec());
            assert_eq!(told(Bend::near(true, 5.0)), Some(left.clone()), "{order:?}");
            // Until 10.4 s to the left, and then to the right until 20.9 s.
            assert_eq!(told(Bend { is_left: true, from: 0.0, to: 12.0 }), Some(left.clone()), "{order:?}");
            assert_eq!(told(Bend { is_left: false, from: 12.0, to: 20.0 }), Some(left), "{order:?}");
            assert_eq!(told(Bend::near(true, 10.45)), None, "straight");
            assert_eq!(told(Bend { is_left: true, from: 0.0, to: 21.0 }), None, "one to each side");
            assert_eq!(told(Bend::near(true, 100.0)), None, "after the log");
        }
    }

    #[test]
    fn straight_roads_tell_nothing() {
        let (rows, grid) = rows([0, 1, 2, 3], 0.002);
        assert_eq!(Bends::of(&rows, 100.0, &grid), None);
    }
}
