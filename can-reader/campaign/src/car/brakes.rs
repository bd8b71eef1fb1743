//! Brakes: the pedal's force on four wheels, an anti-lock unit that may be there, the hand brake.

use super::body::{Body, STEP, angles};
use super::{Car, GRAVITY};

/// What the driver does to the brakes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pedal {
    /// The braking that is asked for, m/s2.
    pub braking: f64,
    pub hand_brake: bool,
    pub anti_lock: bool,
}

/// Pressure at each wheel, as the torque that it can hold, N m.
#[derive(Clone, Copy, Debug)]
pub struct Brakes {
    torques: [f64; 4],
    easing: [bool; 4],
    /// Slip at which a wheel is eased, and at which it is braked again.
    most: f64,
    least: f64,
}

impl Brakes {
    /// Anti-lock units ease at 10 to 20 % slip, near the peak, and brake again at 3 to 6 %: wheels cycle 3 to 10
    /// times a second.
    pub const fn new(most: f64, least: f64) -> Self {
        Self { torques: [0.0; 4], easing: [false; 4], most, least }
    }

    /// One step on; the torque that each brake can hold.
    pub fn step(&mut self, car: &Car, body: &Body, pedal: Pedal, steer: f64) -> [f64; 4] {
        let weight = car.mass * GRAVITY;
        let angles = angles(car, steer);
        for wheel in 0..4 {
            let radius = car.tyres[wheel].nominal;
            // Electronic brake force distribution: by the load that the wheel has now.
            let mut asked = pedal.braking * car.mass * radius * body.loads[wheel] / weight;
            if pedal.hand_brake && wheel >= 2 {
                asked = asked.max(3.0 * body.loads[wheel] * radius);
            }
            let (v, _) = body.hub(car, wheel, angles);
            let slip = if v.abs() > 0.5 { 1.0 - body.spin[wheel] * radius / v } else { 0.0 };
            // Below walking pace the unit lets go of its work.
            let works = pedal.anti_lock && v.abs() > 2.0 && !(pedal.hand_brake && wheel >= 2);
            self.easing[wheel] = works && (slip > if self.easing[wheel] { self.least } else { self.most });
            // Pressure rises by all of a full stop in 0.15 s, by a third of that while the unit works, and falls in 0.05 s.
            let full = 12.0 * car.mass * radius / 4.0;
            let torque = &mut self.torques[wheel];
            if self.easing[wheel] {
                *torque = (*torque - full * STEP / 0.05).max(0.0);
            } else if *torque < asked {
                let slower = if works && slip > self.least { 3.0 } else { 1.0 };
                *torque = (*torque + full * STEP / (0.15 * slower)).min(asked);
            } else {
                *torque = (*torque - full * STEP / 0.05).max(asked);
            }
        }
        self.torques
    }
}
