//! Random numbers from a seed.

/// splitmix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub(super) struct Noise(u64);

impl Noise {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Evenly spread from -1 to 1.
    pub fn next(&mut self) -> f64 {
        // The upper 53 bits are all that a double holds.
        (self.bits() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    /// True in this part (0 to 1) of all calls.
    pub fn happens(&mut self, part: f64) -> bool {
        (self.next() + 1.0) / 2.0 < part
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
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
    fn things_happen_as_often_as_they_should() {
        let mut noise = Noise::new(3);
        for part in [0.0, 0.05, 0.7, 1.0] {
            let times = (0..20_000).filter(|_| noise.happens(part)).count();
            assert!((times as f64 / 20_000.0 - part).abs() < 0.01, "{part}: {times}");
        }
    }
}
