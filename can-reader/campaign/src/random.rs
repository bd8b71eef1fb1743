//! Numbers from a seed: the same on every machine, for ever.

/// xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", 2016).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A stream of its own for each part of a case, so that a new part changes no other.
    pub fn new(seed: u64, part: &str) -> Self {
        // FNV-1a over seed and name.
        let start = 0xCBF2_9CE4_8422_2325_u64;
        let bytes = seed.to_le_bytes().into_iter().chain(part.bytes());
        let hash = bytes.fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        let mut random = Self(hash.max(1));
        // The first numbers of like seeds are alike.
        for _ in 0..8 {
            random.bits();
        }
        random
    }

    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Evenly spread from 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        // The upper 53 bits are all that a double holds.
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly spread.
    pub fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.unit()
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// From 0 to `count` - 1.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// 1 or -1.
    pub fn sign(&mut self) -> f64 {
        if self.chance(0.5) { 1.0 } else { -1.0 }
    }

    /// Normally spread (sum of twelve, Irwin and Hall), never beyond 6.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_and_another_part_others() {
        let first = |seed, part| Random::new(seed, part).unit();
        assert_eq!(first(1, "car"), first(1, "car"));
        assert_ne!(first(1, "car"), first(2, "car"));
        assert_ne!(first(1, "car"), first(1, "drive"));
    }

    #[test]
    fn numbers_are_spread_as_they_say() {
        let mut random = Random::new(7, "spread");
        let many: Vec<_> = (0..100_000).map(|_| random.unit()).collect();
        assert!(many.iter().all(|value| (0.0..1.0).contains(value)));
        assert!((many.iter().sum::<f64>() / 1e5 - 0.5).abs() < 0.01);
        let square = (0..100_000).map(|_| random.normal().powi(2)).sum::<f64>() / 1e5;
        assert!((square - 1.0).abs() < 0.03, "{square}");
    }
}
