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
    /// Spin of each wheel one step before.
    spin: [f64; 4],
    /// Slip at which a wheel is eased, and at which it is braked again.
    most: f64,
    least: f64,
    /// Pads and discs of one car differ by some percent.
    pads: [f64; 4],
}

impl Brakes {
    /// Anti-lock units ease at 10 to 20 % slip, near the peak, and brake again at 3 to 6 %: wheels cycle 3 to 10
    /// times a second.
    pub const fn new(most: f64, least: f64, pads: [f64; 4]) -> Self {
        Self { pads, torques: [0.0; 4], easing: [false; 4], spin: [0.0; 4], most, least }
    }

    /// One step on; the torque that each brake can hold.
    pub fn step(&mut self, car: &Car, body: &Body, pedal: Pedal, steer: f64) -> [f64; 4] {
        let weight = car.mass * GRAVITY;
        let angles = angles(car, steer);
        let hubs: [f64; 4] = std::array::from_fn(|wheel| body.hub(car, wheel, angles).0);
        let radius = car.tyres[0].nominal;
        let slip = |wheel: usize| {
            let v: f64 = hubs[wheel];
            if v.abs() > 0.5 { 1.0 - body.spin[wheel] * radius / v } else { 0.0 }
        };
        // Below walking pace the unit lets go of its work.
        let works =
            |wheel: usize| pedal.anti_lock && hubs[wheel].abs() > 2.0 && !(pedal.hand_brake && wheel >= 2);
        for wheel in 0..4 {
            // Rear wheels are eased earlier: the tail needs its hold across more than its braking.
            let most = if wheel < 2 { self.most } else { 0.75 * self.most };
            let limit = if self.easing[wheel] { self.least } else { most };
            self.easing[wheel] = works(wheel) && slip(wheel) > limit;
        }
        // "Select low": the rear wheels are eased together, so that the tail keeps its hold across.
        let rear = self.easing[2] || self.easing[3];
        let eased = [self.easing[0], self.easing[1], rear, rear];
        for (wheel, eased) in eased.into_iter().enumerate() {
            // Electronic brake force distribution: by the load that the wheel has now, a little less at the rear (UN R13-H:
            // the front locks first).
            let share = self.pads[wheel] * if wheel < 2 { 1.03 } else { 0.93 };
            let mut asked = share * pedal.braking * car.mass * radius * body.loads[wheel] / weight;
            if pedal.hand_brake && wheel >= 2 {
                asked = asked.max(3.0 * body.loads[wheel] * radius);
            }
            // Pressure rises by all of a full stop in 0.15 s, by a third of that while the unit works on the wheel, by a
            // tenth where the other front wheel has less grip (a moment that the driver can steer against), and falls
            // in 0.04 s, while the wheel does not recover by itself.
            let full = 12.0 * car.mass * radius / 4.0;
            let uneven = wheel < 2 && self.easing[1 - wheel] && !self.easing[wheel];
            let slower = match (works(wheel), uneven, slip(wheel) > self.least) {
                (true, true, _) => 10.0,
                (true, _, true) => 3.0,
                _ => 1.0,
            };
            let torque = &mut self.torques[wheel];
            let recovers = body.spin[wheel].abs() > self.spin[wheel].abs();
            *torque = if eased && recovers {
                *torque
            } else if eased {
                (*torque - full * STEP / 0.04).max(0.0)
            } else if *torque < asked {
                (*torque + full * STEP / (0.15 * slower)).min(asked)
            } else {
                (*torque - full * STEP / 0.04).max(asked)
            };
        }
        self.spin = body.spin;
        self.torques
    }
}
