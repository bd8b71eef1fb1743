//! One frame: cells, subsets, mirror images.

use proptest::prelude::*;

use crate::estimator::cells::Cells;
use crate::estimator::claim::{Claims, Force, Manner};
use crate::estimator::fusion::{Explanation, Scene, explain};
use crate::estimator::params::Params;
use crate::estimator::{Follows, Plan, Sensor};

use super::{plan, wheels};

fn scene(lo: f64, hi: f64) -> Scene {
    Scene {
        lo,
        hi,
        right: -9.0,
        left: 9.0,
        downhill: f64::INFINITY,
        abs: false,
        braking: false,
        a: 0.0,
        carried: None,
        may_spin: 0b1111,
        bodies: 0,
    }
}

fn claims(plan: &Plan, kmh: &[f64]) -> Claims {
    let params = Params::new(plan);
    let mut claims = Claims::NONE;
    for (place, z) in kmh.iter().enumerate() {
        let sensor = plan.sensors[place].unwrap_or(Sensor::wheel(0.01, 0));
        claims.set(place, Manner::new(place, &sensor, None).claim(&params, &Force::new(0.0), *z, 0.0));
    }
    claims
}

fn ask(plan: &Plan, scene: &Scene, kmh: &[f64]) -> Explanation {
    explain(&Cells::new(plan), scene, &claims(plan, kmh))
}

/// A car, a bend that it can drive, its speed, and its tyres.
fn car() -> impl Strategy<Value = ((f64, f64), f64, f64, [f64; 4])> {
    let shape = (2.3f64..3.1, 1.40f64..1.68);
    (shape, -1.0f64..1.0, 4.0f64..150.0, prop::array::uniform4(-0.009f64..0.009)).prop_map(
        |(shape, bend, v, tyres)| {
            let ms = v / 3.6;
            // Half of what a fault beside it is assumed to leave.
            let most = (2.5 / (ms * ms)).min(1.0 / 3.3);
            (shape, bend * most, v, tyres)
        },
    )
}

fn read(shape: (f64, f64), k: f64, v: f64, tyres: [f64; 4]) -> [f64; 4] {
    let mut kmh = wheels(v, k, shape);
    for (kmh, tyre) in kmh.iter_mut().zip(tyres) {
        *kmh *= 1.0 + tyre;
    }
    kmh
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// The theorem, for one frame: whatever one wheel says, the truth is in the set.
    #[test]
    fn one_liar_never_hides_the_truth(
        (shape, k, v, tyres) in car(), liar in 0usize..5, lie in prop::sample::select(vec![0.0, 20.0, 60.0, 250.0]),
        off in -3.0f64..3.0,
    ) {
        let mut kmh = read(shape, k, v, tyres);
        if let Some(kmh) = kmh.get_mut(liar) {
            *kmh = lie;
        }
        let found = ask(&plan(), &scene((v + off - 3.0).max(0.0), v + off + 3.0), &kmh);
        prop_assert!(found.some(), "{found:?}");
        prop_assert!(found.hull.lo() <= v + 1e-9 && v <= found.hull.hi() + 1e-9, "{v} not in {found:?}");
    }

    /// Left and right have the same rights.
    #[test]
    fn mirror_images_are_the_same((shape, k, v, tyres) in car(), liar in 0usize..5) {
        let mut kmh = read(shape, k, v, tyres);
        if let Some(kmh) = kmh.get_mut(liar) {
            *kmh *= 0.6;
        }
        let [fl, fr, rl, rr] = kmh;
        let (one, other) =
            (ask(&plan(), &scene(0.0, 300.0), &kmh), ask(&plan(), &scene(0.0, 300.0), &[fr, fl, rr, rl]));
        prop_assert_eq!(one.some(), other.some());
        if one.some() {
            prop_assert!((one.hull.lo() - other.hull.lo()).abs() < 1e-9);
            prop_assert!((one.hull.hi() - other.hull.hi()).abs() < 1e-9);
        }
    }

    /// More tolerance never leaves less.
    #[test]
    fn a_wider_tolerance_never_narrows_the_set((shape, k, v, tyres) in car(), wider in 1.0f64..3.0) {
        let kmh = read(shape, k, v, tyres);
        let mut loose = plan();
        for sensor in loose.sensors.iter_mut().flatten() {
            sensor.tolerance *= wider;
        }
        let (tight, loose) = (ask(&plan(), &scene(0.0, 300.0), &kmh), ask(&loose, &scene(0.0, 300.0), &kmh));
        prop_assert!(tight.agrees() && loose.agrees());
        prop_assert!(loose.hull.lo() <= tight.hull.lo() + 1e-9 && tight.hull.hi() <= loose.hull.hi() + 1e-9);
    }

    /// Another witness that agrees never leaves more.
    #[test]
    fn a_fifth_that_agrees_never_widens_the_set((shape, k, v, tyres) in car()) {
        let kmh = read(shape, k, v, tyres);
        let mut more = plan();
        more.sensors[4] = Some(Sensor::witness(0.01, 1, Follows::Body));
        let four = ask(&plan(), &scene(0.0, 300.0), &kmh);
        let five = ask(&more, &scene(0.0, 300.0), &[kmh[0], kmh[1], kmh[2], kmh[3], v]);
        prop_assert!(four.agrees() && five.agrees());
        prop_assert!(four.hull.lo() <= five.hull.lo() + 1e-9 && five.hull.hi() <= four.hull.hi() + 1e-9);
    }

    /// Two maxima and two minima find what every subset of all but one shares.
    #[test]
    fn second_extremes_are_all_subsets((shape, k, v, tyres) in car(), liar in 0usize..4, lie in 0.0f64..200.0) {
        let mut kmh = read(shape, k, v, tyres);
        kmh[liar] = lie;
        let scene = scene(0.0, 300.0);
        let (whole, cells) = (claims(&plan(), &kmh), Cells::new(&plan()));
        let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
        for cell in cells.all() {
            for out in 0..4 {
                let of = |bound: fn(f64, f64) -> f64, start: f64, value: &dyn Fn(usize) -> f64| {
                    (0..4).filter(|n| *n != out).map(value).fold(start, bound)
                };
                let low = of(f64::max, 0.0, &|n| whole.bounds[n].lo() * cell.ratio[n].a);
                let high = of(f64::min, cell.fastest_fault.min(300.0), &|n| whole.bounds[n].hi() * cell.ratio[n].b);
                if low <= high {
                    (lo, hi) = (lo.min(low), hi.max(high));
                }
            }
        }
        let found = explain(&cells, &scene, &whole);
        // What an axle that slips leaves possible comes on top; what all share is in it.
        prop_assert!(found.hull.lo() <= lo + 1e-9 && hi <= found.hull.hi() + 1e-9, "{lo} {hi} {found:?}");
    }
}
