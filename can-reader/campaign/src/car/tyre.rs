//! A tyre: its radius, and the force that it gives for its slip.

use super::GRAVITY;
use crate::random::Random;

/// One tyre on its wheel.
#[derive(Clone, Copy, Debug)]
pub struct Tyre {
    /// Rolling radius as the control unit believes it, m.
    pub nominal: f64,
    /// How much larger the true one is at 50 km/h under the load at rest, relative to the mean of the four.
    pub scale: f64,
    /// Force by load for small slip along (per unit) and across (per radian).
    pub along: f64,
    pub across: f64,
    /// Most force by load on dry asphalt, and the shape of the curve.
    pub peak: f64,
    pub shape: f64,
    /// Growth of the radius at 200 km/h.
    growth: f64,
    /// Radius lost by 1 N of load, m.
    yielding: f64,
    /// At rest, N.
    load: f64,
}

/// The ground under one tyre, and how far the road lifts and presses it.
#[derive(Clone, Copy, Debug)]
pub struct Contact {
    /// N.
    pub load: f64,
    /// Peak of the road by that of dry asphalt.
    pub road: f64,
}

impl Tyre {
    /// Four tyres of a car, with wear and pressure of their own.
    pub fn set(loads: [f64; 4], r: &mut Random) -> [Self; 4] {
        // From 13 inch of a city car to 20 inch.
        let nominal = r.between(0.275, 0.365);
        // Slope of force over slip: 20 to 40 for road tyres on asphalt, winter tyres less (Gustafsson, "Slip-based
        // tire-road friction estimation", Automatica 1997).
        let along = r.between(22.0, 36.0);
        // Cornering stiffness by load: 12 to 20 per radian at usual loads.
        let across = r.between(12.0, 20.0);
        // Stops from 100 km/h in 44 to 33 m.
        let peak = r.between(0.95, 1.3);
        // Sliding grip of 60 to 80 % of the peak; the peak is then at 8 to 15 % slip.
        let shape = r.between(1.4, 1.6);
        // 3 to 6 mm of tread between new and worn are 1 to 2 % of the radius; an axle wears alike, 0.3 bar are 0.3 %.
        let (axles, spread) = (r.between(-0.006, 0.006), r.between(0.0005, 0.0025));
        let mut scales =
            [axles, axles, -axles, -axles].map(|part| part + spread * r.normal().clamp(-2.0, 2.0));
        // A scale that all four share is calibration, which is not measured here.
        let mean = scales.iter().sum::<f64>() / 4.0;
        scales.iter_mut().for_each(|scale| *scale -= mean);
        // Steel belts hold a radial tyre to 0.2 to 0.6 % at 200 km/h.
        let growth = r.between(0.002, 0.006);
        // Static radius: 200 to 300 N/mm; the belt keeps its length, so the rolling radius loses a tenth to a fifth.
        let yielding = r.between(0.1, 0.2) / r.between(200_000.0, 300_000.0);
        let mut index = 0;
        scales.map(|scale| {
            let load = loads[index];
            index += 1;
            Self { nominal, scale: 1.0 + scale, along, across, peak, shape, growth, yielding, load }
        })
    }

    /// Rolling radius, m. `bump` is the part by which the road changes it now.
    pub fn radius(&self, speed_ms: f64, load: f64, bump: f64) -> f64 {
        const CALIBRATED_AT_MS: f64 = 50.0 / 3.6;
        const FAST_MS: f64 = 200.0 / 3.6;
        let grown = self.growth * (speed_ms.powi(2) - CALIBRATED_AT_MS.powi(2)) / FAST_MS.powi(2);
        self.nominal * self.scale * (1.0 + grown + bump) - self.yielding * (load - self.load)
    }

    /// Force along and across, N, for the slip along (part, positive when driving) and across (tangent of the slip
    /// angle), and the stiffness that an implicit step of the wheel needs, N per unit of slip.
    pub fn force(&self, contact: Contact, along: f64, across: f64) -> (f64, f64, f64) {
        // The slope falls less than the grip on loose or slippery ground.
        let soft = 0.5 + 0.5 * contact.road.min(1.0);
        let (slope_x, slope_y) = (self.along * soft, self.across * soft);
        let (sx, sy) = (slope_x * along, slope_y * across);
        let s = sx.hypot(sy);
        let part = if s < 1e-9 { 1.0 } else { self.curve(s, contact.road) / s };
        let load = contact.load;
        (load * part * sx, -load * part * sy, load * part * slope_x)
    }

    /// Force by load for a slip in units of slope 1 ("magic formula" with E = 0: Bakker, Nyborg, Pacejka 1987).
    fn curve(&self, s: f64, road: f64) -> f64 {
        // Load sensitivity is left out: it moves the peak, not the slip below it.
        let peak = self.peak * road;
        peak * (self.shape * (s / (self.shape * peak)).atan()).sin()
    }

    /// What this tyre could brake a car with all four alike by, m/s2.
    pub fn most_braking(&self, road: f64) -> f64 {
        self.peak * road * GRAVITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tyre() -> Tyre {
        Tyre::set([4000.0; 4], &mut Random::new(3, "tyre"))[0]
    }

    #[test]
    fn force_rises_with_the_slope_to_the_peak_and_falls_to_sliding() {
        let tyre = tyre();
        let at = |slip| tyre.force(Contact { load: 4000.0, road: 1.0 }, slip, 0.0).0 / 4000.0;
        assert!((at(0.001) / 0.001 - tyre.along).abs() < 0.05 * tyre.along);
        let most = (0..1000).map(|n| at(f64::from(n) / 1000.0)).fold(0.0, f64::max);
        assert!((most - tyre.peak).abs() < 0.01, "{most}");
        let sliding = at(1.0) / tyre.peak;
        assert!((0.55..0.9).contains(&sliding), "{sliding}");
        assert!((at(-0.02) + at(0.02)).abs() < 1e-9);
    }

    #[test]
    fn cornering_takes_from_braking() {
        let tyre = tyre();
        let contact = Contact { load: 4000.0, road: 1.0 };
        let (alone, ..) = tyre.force(contact, -0.1, 0.0);
        let (both, side, _) = tyre.force(contact, -0.1, 0.1);
        assert!(both.abs() < alone.abs() && side < 0.0);
        assert!(both.hypot(side) <= 4000.0 * tyre.peak + 1.0);
    }

    #[test]
    fn radii_spread_as_worn_tyres_do_and_have_no_common_scale() {
        let mut most: f64 = 0.0;
        for seed in 0..300 {
            let set = Tyre::set([4000.0; 4], &mut Random::new(seed, "radii"));
            let mean = set.iter().map(|tyre| tyre.scale).sum::<f64>() / 4.0;
            assert!((mean - 1.0).abs() < 1e-9);
            most = set.iter().map(|tyre| (tyre.scale - 1.0).abs()).fold(most, f64::max);
        }
        assert!((0.007..0.0125).contains(&most), "{most}");
    }
}
