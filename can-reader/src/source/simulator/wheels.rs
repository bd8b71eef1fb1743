//! What four wheel-speed sensors see of a moving car.

use super::grip;
use super::motion::Motion;
use super::noise::Noise;
use crate::wheels::Wheel;

/// From axle to axle, metres.
pub(super) const WHEELBASE_M: f64 = 2.7;

/// From wheel to wheel of an axle, metres.
pub(super) const TRACK_M: f64 = 1.5;

/// Below this a sensor does not see that its wheel turns, km/h.
pub(super) const BLIND_KMH: f64 = 2.5;

/// The largest error of a sensor, km/h.
const NOISE_KMH: f64 = 0.08;

/// What the sensors say, km/h: front left and right, rear left and right. `accel_ms2` is the car's, below 0 while it
/// becomes slower, in reverse too.
pub(super) fn sensed_kmh(motion: &Motion, accel_ms2: f64, noise: &mut Noise) -> [f64; 4] {
    Wheel::ALL.map(|wheel| {
        let kmh = grip::turning_ms(wheel, motion, accel_ms2, rolling_ms(wheel, motion)) * 3.6;
        // The mean of two makes small errors likelier than large ones.
        let error_kmh = NOISE_KMH * (noise.next() + noise.next()) / 2.0;
        if kmh < BLIND_KMH { 0.0 } else { kmh + error_kmh }
    })
}

/// What the wheel rolls at, m/s. The car is rigid and turns about a point on the line of its rear axle; the front
/// wheels point where they go (Ackermann).
fn rolling_ms(wheel: Wheel, motion: &Motion) -> f64 {
    let bend = motion.curvature;
    let forward_m = if matches!(wheel, Wheel::FrontLeft | Wheel::FrontRight) { WHEELBASE_M } else { 0.0 };
    let left_m = if matches!(wheel, Wheel::FrontLeft | Wheel::RearLeft) { TRACK_M } else { -TRACK_M } / 2.0;
    let rear_ms = motion.speed_ms.abs() / (bend * WHEELBASE_M / 2.0).hypot(1.0);
    rear_ms * (bend * forward_m).hypot(1.0 - bend * left_m)
}

#[cfg(test)]
mod tests {
    use super::super::grip::Grip;
    use super::*;

    fn motion(speed_ms: f64, curvature: f64) -> Motion {
        Motion { speed_ms, curvature, grip: Grip::Rolls, leg_s: 1.0, left_s: 1.0 }
    }

    fn rolling(speed_ms: f64, curvature: f64) -> [f64; 4] {
        Wheel::ALL.map(|wheel| rolling_ms(wheel, &motion(speed_ms, curvature)))
    }

    /// Angular speed times the distance from the centre of the turn, for each wheel and the middle of the car.
    #[test]
    fn wheels_turn_about_one_point() {
        let [fl, fr, rl, rr] = rolling(5.0, 1.0 / 4.2);
        let yaw = 5.0 / 4.2f64.hypot(1.35);
        for (wheel, radius) in [(fl, 3.45f64.hypot(2.7)), (fr, 4.95f64.hypot(2.7)), (rl, 3.45), (rr, 4.95)] {
            assert!((wheel - yaw * radius).abs() < 1e-9, "{wheel} {radius}");
        }
        assert!(fr > fl && rr > rl && fl > rl && fr > rr, "the outer and the front wheels are faster");
        assert_eq!(rolling(5.0, -1.0 / 4.2), [fr, fl, rr, rl]);
        assert_eq!(rolling(5.0, 0.0), [5.0; 4]);
    }

    #[test]
    fn in_reverse_sensors_see_the_amount() {
        assert_eq!(rolling(-2.0, 0.2), rolling(2.0, 0.2));
    }

    #[test]
    fn slow_wheels_are_not_seen_and_a_car_at_rest_has_no_noise() {
        let mut noise = Noise::new(7);
        for kmh in [0.0, 1.0, 2.4, -2.4] {
            assert_eq!(sensed_kmh(&motion(kmh / 3.6, 0.0), 0.0, &mut noise), [0.0; 4], "{kmh}");
        }
        let seen = sensed_kmh(&motion(2.6 / 3.6, 0.0), 0.0, &mut noise);
        assert!(seen.iter().all(|kmh| (kmh - 2.6).abs() <= NOISE_KMH), "{seen:?}");
        // In a tight turn the inner rear wheel is the first that is lost.
        let turning = sensed_kmh(&motion(2.8 / 3.6, 1.0 / 4.2), 0.0, &mut noise);
        assert!(turning[2] == 0.0 && turning[1] > 2.8, "{turning:?}");
    }
}
