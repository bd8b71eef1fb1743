//! Curvature cut into cells: how fast each source is, in each, for a car of speed 1. Built once.

use super::pair::Pair;
use super::params::{KMH_PER_S, LATERAL_FAULT_MS2, LATERAL_MS2};
use super::{Driven, Follows, Geometry, Plan, SOURCES, Sides, WITNESS};

/// Edges of the cells for a wheelbase of [`SCALE_M`], 1/m, from straight on; the other way is their mirror image.
const EDGES: [f64; 12] = [0.006, 0.018, 0.033, 0.052, 0.078, 0.112, 0.155, 0.21, 0.275, 0.4, 0.7, 1.5];
const SCALE_M: f64 = 2.7;

/// Points of a cell at which the ratios are computed, and what is allowed for the rest, as a part.
const SAMPLES: u32 = 8;
const BETWEEN: f64 = 1e-4;

/// A range of curvature, 1/m, positive to the left, at the middle of the rear axle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub bends: Pair,
    /// Twice the curvature of its middle, without its sign.
    pub middle: f64,
    /// Greatest speed in it by sideways acceleration, km/h: usually, and while something is wrong as well.
    pub fastest: f64,
    pub fastest_fault: f64,
    /// What the lower and the upper bound of each source are multiplied with to give those of the speed midway between
    /// the axles.
    pub ratio: [Pair; SOURCES],
}

/// All cells, from the tightest bend to the right to that to the left; two of each where the sides are not known.
#[derive(Clone, Debug)]
pub(super) struct Cells(Vec<Cell>);

impl Cells {
    pub fn new(plan: &Plan) -> Self {
        let geometry = &plan.geometry;
        let scale = SCALE_M / ((geometry.wheelbase_m.0 + geometry.wheelbase_m.1) / 2.0).max(0.01);
        let tightest = 1.0 / geometry.least_radius_m.max(0.05);
        let mut edges: Vec<f64> =
            EDGES.iter().map(|edge| edge * scale).filter(|edge| *edge < 0.98 * tightest).collect();
        edges.push(tightest);
        let right = edges.windows(2).rev().map(|pair| (-pair[1], -pair[0]));
        let left = edges.windows(2).map(|pair| (pair[0], pair[1]));
        let ranges = right.chain([(-edges[0], edges[0])]).chain(left);
        // If both axles are crossed the car drives the mirror image of its bend, which is a cell as well: what is left to
        // be asked is whether one of them is.
        let crossed: &[bool] = if plan.sides == Sides::Known { &[false] } else { &[false, true] };
        let each = |(from, to)| crossed.iter().map(move |crossed| Cell::new(plan, from, to, *crossed));
        Self(ranges.flat_map(each).collect())
    }

    /// Those that touch a range of curvature, 1/m.
    pub fn within(&self, from: f64, to: f64) -> &[Cell] {
        let first = self.0.partition_point(|cell| cell.bends.hi() < from);
        let end = self.0.partition_point(|cell| cell.bends.lo() <= to);
        &self.0[first.min(end)..end]
    }

    #[cfg(test)]
    pub fn all(&self) -> &[Cell] {
        &self.0
    }
}

impl Cell {
    /// `crossed`: the rear wheels have changed places.
    fn new(plan: &Plan, from: f64, to: f64, crossed: bool) -> Self {
        let mut ratios = [(f64::INFINITY, 0.0_f64); SOURCES];
        for n in 0..=SAMPLES {
            let k = from + (to - from) * f64::from(n) / f64::from(SAMPLES);
            for_each_corner(&plan.geometry, |wheelbase, track| {
                for (place, (least, most)) in ratios.iter_mut().enumerate() {
                    let place = if crossed && (2..WITNESS).contains(&place) { place ^ 1 } else { place };
                    for ratio in ratio(plan, place, k, wheelbase, track) {
                        *least = least.min(ratio);
                        *most = most.max(ratio);
                    }
                }
            });
        }
        let gentlest = if from < 0.0 && to > 0.0 { 0.0 } else { from.abs().min(to.abs()) };
        let fastest = |lateral: f64| KMH_PER_S * (lateral / gentlest.max(1e-12)).sqrt();
        Self {
            bends: Pair::interval(from, to),
            middle: (from + to).abs(),
            fastest: fastest(LATERAL_MS2),
            fastest_fault: fastest(LATERAL_FAULT_MS2),
            ratio: ratios.map(|(least, most)| Pair::new((1.0 - BETWEEN) / most, (1.0 + BETWEEN) / least)),
        }
    }
}

/// Least and greatest speed of a source in a bend, as a part of that of the point midway between the axles.
fn ratio(plan: &Plan, place: usize, k: f64, wheelbase: f64, track: f64) -> [f64; 2] {
    let middle = (k * wheelbase / 2.0).hypot(1.0);
    let wheel = |place: usize| {
        let x = if place < 2 { wheelbase } else { 0.0 };
        let y = if place.is_multiple_of(2) { track / 2.0 } else { -track / 2.0 };
        (1.0 - k * y).hypot(k * x) / middle
    };
    if place < WITNESS {
        return [wheel(place); 2];
    }
    let follows = plan.sensors[place].map_or(Follows::Unknown, |sensor| sensor.follows);
    // A control unit computes a vehicle's speed from an axle, as the mean of its sides, or from the shaft between them.
    let rear = f64::midpoint(wheel(2), wheel(3));
    let front = f64::midpoint(wheel(0), wheel(1)).max(k.mul_add(wheelbase, 0.0).hypot(1.0) / middle);
    match (follows, plan.driven) {
        (Follows::Body, _) => [1.0; 2],
        (Follows::DrivenAxle, Some(Driven::Front)) => [f64::midpoint(wheel(0), wheel(1)), front],
        (Follows::DrivenAxle, Some(Driven::Rear)) => [rear; 2],
        _ => [rear, front],
    }
}

fn for_each_corner(geometry: &Geometry, mut at: impl FnMut(f64, f64)) {
    for wheelbase in [geometry.wheelbase_m.0, geometry.wheelbase_m.1] {
        for track in [geometry.track_m.0, geometry.track_m.1] {
            at(wheelbase, track);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cells_lie_side_by_side_from_one_full_lock_to_the_other() {
        for geometry in [
            Geometry::default(),
            Geometry { wheelbase_m: (0.26, 0.26), track_m: (0.15, 0.15), least_radius_m: 0.4 },
        ] {
            let cells = Cells::new(&Plan { geometry, ..Plan::default() });
            let all = cells.all();
            assert_eq!(
                (all[0].bends.lo(), all[all.len() - 1].bends.hi()),
                (-1.0 / geometry.least_radius_m, 1.0 / geometry.least_radius_m)
            );
            for pair in all.windows(2) {
                assert_eq!(pair[0].bends.hi(), pair[1].bends.lo());
            }
            assert!(all.len() <= 41, "{}", all.len());
        }
    }

    proptest! {
        /// Whatever the car and the bend, a cell allows for all its wheels; where the sides are not known, whichever axle
        /// is crossed.
        #[test]
        fn the_cells_cover_every_bend_of_every_car(
            part in -1.0f64..1.0, wheelbase in 2.3f64..3.1, track in 1.40f64..1.68, crossed: [bool; 2],
        ) {
            let unknown = crossed != [false; 2];
            let sides = if unknown { Sides::Unknown } else { Sides::Known };
            let plan = Plan { sides, ..Plan::default() };
            let k = part / 3.3;
            let g: [f64; 4] = std::array::from_fn(|place| {
                ratio(&plan, place ^ usize::from(crossed[place / 2]), k, wheelbase, track)[0]
            });
            let cells = Cells::new(&plan);
            // A car of which both axles are crossed drives to the other side.
            let k = if crossed[0] { -k } else { k };
            let allow = |cell: &Cell| {
                (0..4).all(|place| 1.0 / cell.ratio[place].a >= g[place] && 1.0 / cell.ratio[place].b <= g[place])
            };
            let found = cells.within(k, k);
            prop_assert!(found.iter().all(|cell| cell.bends.lo() <= k && k <= cell.bends.hi()));
            prop_assert!(found.iter().any(allow), "{g:?} in {found:?}");
        }
    }
}
