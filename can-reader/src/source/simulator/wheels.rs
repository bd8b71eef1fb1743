//! What four wheel-speed sensors would see of a speed.

use super::nedc;

/// Distance between the wheels of an axle, metres.
const TRACK_M: f64 = 1.5;

/// The tightest bend, metres.
const SMALLEST_RADIUS_M: f64 = 15.0;

/// What passengers put up with, m/s2.
const MOST_LATERAL_MS2: f64 = 2.0;

/// The largest error of a sensor, km/h.
const NOISE_KMH: f64 = 0.08;

/// Noise from a seed: splitmix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub(super) struct Noise(u64);

impl Noise {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Evenly spread from -1 to 1.
    fn next(&mut self) -> f64 {
        // The upper 53 bits are all that a double holds.
        (self.bits() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// Yaw rate in rad/s, positive to the left, so many seconds after the start at this speed in m/s.
fn yaw_rate(seconds: f64, speed_ms: f64) -> f64 {
    if speed_ms <= 0.0 {
        return 0.0;
    }
    // -1 to 1, changing slowly and never quite the same again.
    let bend = 0.6 * (seconds / 7.3).sin() + 0.4 * (seconds / 3.1).sin();
    bend * (speed_ms / SMALLEST_RADIUS_M).min(MOST_LATERAL_MS2 / speed_ms)
}

/// Speeds of the wheels so many seconds after the start, km/h: front left and right, rear left and right.
pub(super) fn speeds_kmh(seconds: f64, noise: &mut Noise) -> [f64; 4] {
    let speed_kmh = nedc::speed_kmh(seconds);
    if speed_kmh <= 0.0 {
        return [0.0; 4];
    }
    let part_kmh = yaw_rate(seconds, speed_kmh / 3.6) * TRACK_M / 2.0 * 3.6;
    let (left, right) = (speed_kmh - part_kmh, speed_kmh + part_kmh);
    // The mean of two makes small errors likelier than large ones.
    [left, right, left, right].map(|kmh| (kmh + NOISE_KMH * (noise.next() + noise.next()) / 2.0).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_the_published_values_and_spreads_evenly() {
        let mut noise = Noise::new(1_234_567);
        let first = [noise.bits(), noise.bits(), noise.bits()];
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
        let values: Vec<_> = (0..100_000).map(|_| noise.next()).collect();
        assert!(values.iter().all(|value| (-1.0..=1.0).contains(value)));
        let mean = values.iter().sum::<f64>() / 100_000.0;
        let square = values.iter().map(|value| value * value).sum::<f64>() / 100_000.0;
        assert!(mean.abs() < 0.01 && (square - 1.0 / 3.0).abs() < 0.01, "{mean} {square}");
    }

    #[test]
    fn bends_stay_within_what_a_car_can_do() {
        let mut widest: f64 = 0.0;
        for step in 0..59_000 {
            let seconds = f64::from(step) * 0.02;
            let speed_ms = nedc::speed_kmh(seconds) / 3.6;
            let yaw = yaw_rate(seconds, speed_ms);
            assert!((yaw * speed_ms).abs() <= MOST_LATERAL_MS2 + 1e-9);
            assert!(yaw.abs() <= speed_ms / SMALLEST_RADIUS_M + 1e-9);
            widest = widest.max(yaw.abs() * TRACK_M * 3.6);
        }
        assert!((1.0..2.5).contains(&widest), "left and right part by {widest} km/h");
    }

    #[test]
    fn at_rest_every_wheel_stands_still() {
        let mut noise = Noise::new(7);
        for seconds in [0.0, 5.0, 10.9, 30.0, 1170.0] {
            assert_eq!(speeds_kmh(seconds, &mut noise), [0.0; 4]);
        }
        assert!(speeds_kmh(150.0, &mut noise).iter().all(|kmh| (kmh - 50.0).abs() < 2.0));
    }
}
