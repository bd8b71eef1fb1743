//! Tyres that do more than roll: what drive and brakes make of a wheel.

use std::f64::consts::TAU;

use super::motion::Motion;
use crate::wheels::{Axle, Wheel};

/// How the tyres hold during a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grip {
    /// They roll, with the small slip that any force needs.
    Rolls,
    /// Hard braking with ABS: each wheel is slowed and let go again, in a rhythm of its own.
    Abs,
    /// Hard braking without: the front wheels lock, then the rear.
    Locks,
    /// A start at full throttle: the driven wheels spin.
    Spins,
}

/// The axle that drives, as the vehicle profile says.
const DRIVEN: Axle = Axle::Front;

/// Slip of a rolling tyre, part of its speed per m/s2. With a slip stiffness of 30 times the load (passenger-car
/// tyres have 20 to 30) braking is shared by all four; drive comes from the 60 % of the weight that are in front.
const BRAKE_SLIP: f64 = 1.0 / (30.0 * 9.81);
const DRIVE_SLIP: f64 = BRAKE_SLIP / 0.6;

/// Of ABS: cycles a second, greatest slip, and the speed below which it leaves the wheels alone, m/s.
const ABS_HZ: f64 = 3.0;
const ABS_SLIP: f64 = 0.2;
const ABS_ENDS_MS: f64 = 2.0;

/// How long a tyre takes to lock, or to spin up again, seconds.
const LOCK_S: f64 = 0.15;

/// The rear wheels lock so much later (UN Regulation 13-H has the front axle lock first), seconds.
const REAR_LATER_S: f64 = 0.3;

/// By how much spinning wheels are too fast at most, m/s, and how soon, seconds.
const SPIN_MS: f64 = 7.0;
const SPIN_UP_S: f64 = 0.3;

/// What the wheel turns at, m/s at the tread, where rolling alone would give `rolling_ms`. `accel_ms2` is the car's,
/// below 0 under brakes.
pub(super) fn turning_ms(wheel: Wheel, motion: &Motion, accel_ms2: f64, rolling_ms: f64) -> f64 {
    let driven = DRIVEN.wheels().contains(&wheel);
    // Of a wheel's own: no two do it alike.
    let place = wheel.index() as f64;
    let rolls = match accel_ms2 {
        brakes if brakes < 0.0 => rolling_ms * (1.0 + BRAKE_SLIP * brakes),
        drives if driven => rolling_ms * (1.0 + DRIVE_SLIP * drives),
        _ => rolling_ms,
    };
    match motion.grip {
        Grip::Rolls => rolls,
        Grip::Abs => {
            let wave = (1.0 - (TAU * (ABS_HZ * motion.leg_s + 0.23 * place)).cos()) / 2.0;
            let on = (rolling_ms / ABS_ENDS_MS - 1.0).clamp(0.0, 1.0) * ramp(motion, LOCK_S);
            rolling_ms * (1.0 - ABS_SLIP * wave * on)
        }
        Grip::Locks => {
            let later_s = if driven { 0.0 } else { REAR_LATER_S };
            let locked = ((motion.leg_s - later_s) / LOCK_S).clamp(0.0, 1.0);
            // A wheel that is let go while the car still moves spins up again; the leg ends with it.
            let let_go = (motion.left_s / LOCK_S).clamp(0.0, 1.0);
            rolling_ms * (1.0 - locked.min(let_go))
        }
        Grip::Spins if driven => {
            let length = motion.leg_s + motion.left_s;
            let part = (motion.leg_s / SPIN_UP_S).min(1.0) * motion.left_s / length;
            rolls + SPIN_MS * part * (1.0 - 0.1 * place)
        }
        Grip::Spins => rolls,
    }
}

/// 0 to 1 as the leg begins, and back as it ends.
fn ramp(motion: &Motion, seconds: f64) -> f64 {
    (motion.leg_s.min(motion.left_s) / seconds).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn motion(grip: Grip, leg_s: f64) -> Motion {
        Motion { speed_ms: 20.0, curvature: 0.0, grip, leg_s, left_s: 2.0 - leg_s }
    }

    fn all(grip: Grip, leg_s: f64, accel_ms2: f64) -> [f64; 4] {
        Wheel::ALL.map(|wheel| turning_ms(wheel, &motion(grip, leg_s), accel_ms2, 20.0))
    }

    #[test]
    fn force_makes_a_little_slip_to_its_side() {
        assert_eq!(all(Grip::Rolls, 1.0, 0.0), [20.0; 4]);
        let [front, _, rear, _] = all(Grip::Rolls, 1.0, 3.0);
        assert!((1.01..1.03).contains(&(front / 20.0)) && rear == 20.0, "{front} {rear}");
        assert!(all(Grip::Rolls, 1.0, -3.0).iter().all(|ms| (0.98..0.995).contains(&(ms / 20.0))));
    }

    #[test]
    fn abs_slows_each_wheel_in_its_turn_and_none_too_far() {
        let moments: Vec<_> = (0..180).map(|n| all(Grip::Abs, 0.2 + f64::from(n) * 0.009, -9.0)).collect();
        for place in 0..4 {
            let slips: Vec<_> = moments.iter().map(|wheels| 1.0 - wheels[place] / 20.0).collect();
            assert!(slips.iter().all(|slip| (0.0..=ABS_SLIP).contains(slip)));
            assert!(
                slips.iter().any(|slip| *slip > 0.19) && slips.iter().any(|slip| *slip < 0.01),
                "{place}"
            );
        }
        assert!(moments.iter().any(|wheels| (wheels[0] - wheels[1]).abs() > 2.0));
    }

    #[test]
    fn without_abs_the_front_locks_first_and_all_are_let_go() {
        assert_eq!(all(Grip::Locks, 0.2, -7.0), [0.0, 0.0, 20.0, 20.0]);
        assert_eq!(all(Grip::Locks, 1.0, -7.0), [0.0; 4]);
        assert_eq!(all(Grip::Locks, 2.0, -7.0), [20.0; 4]);
    }

    #[test]
    fn only_driven_wheels_spin() {
        let [left, right, rear, _] = all(Grip::Spins, 0.4, 3.0);
        assert!(left > 25.0 && right > 24.0 && left > right && rear == 20.0, "{left} {right} {rear}");
    }
}
