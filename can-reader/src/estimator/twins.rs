//! Sources that carry copies of one value are one witness.

use super::SOURCES;
use super::claim::{Places, WHEELS, count, places};

/// Changes in a row that two wheels of one message have to make alike to the last bit.
const ALIKE: u8 = 20;

/// Pairs of wheels in the order 01, 02, 03, 12, 13, 23.
const PAIRS: [(usize, usize); 6] = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];

/// How often the wheels changed alike.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Twins {
    alike: [u8; PAIRS.len()],
    /// Copies of a wheel before them.
    pub copies: Places,
}

impl Twins {
    /// What the wheels said before a frame and say now; `heard`: those that are in it.
    pub fn compare(&mut self, was: &[f64; SOURCES], now: &[f64; SOURCES], heard: Places) {
        if count(heard & WHEELS) < 2 {
            return;
        }
        let [a, b, c, d, ..] = *now;
        if heard & WHEELS == WHEELS && a != b && a != c && a != d && b != c && b != d && c != d {
            *self = Self::default();
            return;
        }
        self.copies = 0;
        for (count, (a, b)) in self.alike.iter_mut().zip(PAIRS) {
            if heard >> a & heard >> b & 1 == 1 {
                if now[a] != now[b] {
                    *count = 0;
                } else if was[a] >= 0.0 && was[a] != now[a] && was[b] >= 0.0 && was[b] != now[b] {
                    *count = count.saturating_add(1);
                }
            }
            if *count >= ALIKE {
                self.copies |= 1 << b;
            }
        }
    }

    /// Those that are no copies.
    pub fn originals(&self, of: Places) -> Places {
        // Where the first of them is not there, one of its copies stands for it.
        let originals = of & !self.copies;
        if originals == 0 { places(of).next().map_or(0, |place| 1 << place) } else { originals }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(twins: &mut Twins, frames: impl Iterator<Item = [f64; 4]>) {
        let mut was = [-1.0; SOURCES];
        for kmh in frames {
            let mut now = [-1.0; SOURCES];
            now[..4].copy_from_slice(&kmh);
            twins.compare(&was, &now, WHEELS);
            was = now;
        }
    }

    #[test]
    fn four_copies_are_one_and_wheels_that_stand_are_four() {
        let mut twins = Twins::default();
        feed(&mut twins, (0..40).map(|n| [10.0 + f64::from(n); 4]));
        assert_eq!(twins.originals(0b1111), 0b0001);
        let mut twins = Twins::default();
        feed(&mut twins, (0..400).map(|_| [0.0; 4]));
        assert_eq!(twins.originals(0b1111), 0b1111);
    }

    #[test]
    fn one_difference_tells_them_apart() {
        let mut twins = Twins::default();
        feed(
            &mut twins,
            (0..400).map(|n| {
                let kmh = 10.0 + f64::from(n);
                [kmh, kmh, kmh, if n % 15 == 0 { kmh + 1.0 } else { kmh }]
            }),
        );
        assert_eq!(twins.originals(0b1111), 0b1001);
    }
}
