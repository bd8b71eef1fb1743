//! What is known of one source, and whether it lives.

use super::SOURCES;
use super::hull::{max, min};

/// In place of a value where there is none: no speed is below 0.
pub(super) const NONE: f64 = -1.0;

/// A to and fro between two readings that no wheel can do is this often no accident.
const FLIPS: f64 = 2.5;

/// How many are remembered where all sources jump together: forgotten in a third of a second.
const FLIPS_OF_ALL: f64 = FLIPS + FLIPS_FORGOTTEN / 3.0;

/// How fast flips are forgotten, a second, and how many are remembered.
const FLIPS_FORGOTTEN: f64 = 2.8;
const FLIPS_MOST: f64 = 8.0;

/// Steps finer than this, km/h, change with every turn of a wheel.
const FINE: f64 = 0.1;

/// A sensor that has read 0 for this long in all, s, while others drove, is dead until it turns.
const LATCHED: f64 = 0.3;

/// A standing value is compared with the others' only above this, km/h.
const FREEZES_ABOVE: f64 = 5.0;

/// One wheel or witness.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    /// Its value, km/h; [`NONE`] while it has none.
    pub z: f64,
    /// When its frame came, s.
    pub t: f64,
    /// One raw count, km/h.
    pub resolution: f64,
    pub message: usize,
    /// When its value last changed, and for how many frames it has not.
    changed: f64,
    pub same: u32,
    /// What the others said when it last changed.
    seen: [f64; SOURCES],
    /// The last time that a 0 was in order.
    nought: f64,
    /// It has shown a value that changes and is not 0.
    lives: bool,
    /// For how long it has read 0 while the others drove, s; when it was asked last.
    idle: f64,
    asked: f64,
    /// Its last change, and how often that went to and fro lately.
    jump: f64,
    flips: f64,
}

impl Source {
    pub fn new(resolution: f64, message: usize) -> Self {
        Self {
            z: NONE,
            t: 0.0,
            resolution,
            message,
            changed: 0.0,
            same: 0,
            seen: [NONE; SOURCES],
            nought: 0.0,
            lives: false,
            idle: 0.0,
            asked: 0.0,
            jump: 0.0,
            flips: 0.0,
        }
    }

    /// Takes a value. `seen`: what all sources said before, where that is known.
    pub fn take(&mut self, t: f64, z: f64, seen: Option<&[f64; SOURCES]>) {
        if self.z == z {
            self.same = self.same.saturating_add(1);
        } else {
            if z > 0.0 && self.there() {
                (self.lives, self.idle) = (true, 0.0);
            }
            (self.changed, self.same) = (t, 0);
            if z == 0.0 {
                (self.nought, self.asked) = (t, t);
            }
            self.seen = seen.copied().unwrap_or([NONE; SOURCES]);
        }
        if self.there() {
            let jump = z - self.z;
            let big = 2.5 + 2.0 * self.resolution + 0.03 * self.z;
            self.flips = max(0.0, self.flips - FLIPS_FORGOTTEN * max(t - self.t, 0.002));
            if jump * self.jump < 0.0 && min(jump.abs(), self.jump.abs()) > big {
                self.flips = min(self.flips + 1.0, FLIPS_MOST);
            }
            self.jump = jump;
        }
        (self.z, self.t) = (z, t);
    }

    /// Whether its last frame brought another value than the one before.
    #[inline]
    pub fn news(&self) -> bool {
        self.same == 0 && self.lives
    }

    /// Whether it has a value.
    #[inline]
    pub fn there(&self) -> bool {
        self.z >= 0.0
    }

    /// What was known of its value is void.
    pub fn void(&mut self) {
        self.z = NONE;
    }

    /// There was a silence: it turned unseen.
    pub fn forget(&mut self) {
        (self.z, self.same, self.flips, self.jump) = (NONE, 0, 0.0, 0.0);
    }

    /// Whether there is any reason to ask if it lives.
    #[inline]
    pub fn suspicious(&self) -> bool {
        self.z == 0.0 || self.same >= 5 || self.flips > FLIPS
    }

    /// Jumps to and fro as no wheel can: noise, or a second sender.
    pub fn flickers(&self) -> bool {
        self.flips > FLIPS
    }

    /// All sources jump together: their frames are bad and not the sensors, which are good again as soon as those are.
    pub fn excuse(&mut self) {
        self.flips = min(self.flips, FLIPS_OF_ALL);
    }

    /// Bit for bit the same: too long for a wheel that turns, or while the vehicle's speed changed. `alike`: whether all
    /// others are the same for long, too; `None` where time alone proves nothing. `now`: what the others say.
    pub fn frozen(&self, me: usize, t: f64, alike: Option<bool>, now: &[f64; SOURCES]) -> bool {
        let z = self.z;
        if self.same < 5 || z <= FREEZES_ABOVE {
            return false;
        }
        // A sensor that has never changed is a test bench, or dead from the start: nothing tells how soon it should.
        let long = alike.map_or(f64::INFINITY, |alike| match alike {
            true if self.lives => 0.3,
            true => 0.9,
            false => 1.0,
        });
        if self.resolution <= FINE && self.same >= 12 && t - self.changed > long {
            return true;
        }
        let big = 1.5 + 2.0 * self.resolution + 0.02 * z;
        let (mut faster, mut slower) = (0, 0);
        for (other, (seen, now)) in self.seen.iter().zip(now).enumerate() {
            if other != me && *seen >= 0.0 && *now >= 0.0 {
                faster += u32::from(now - seen > big);
                slower += u32::from(seen - now > big);
            }
        }
        faster >= 2 || slower >= 2
    }

    /// Reads 0 while the vehicle moves, and has not shown life since the start, or since it stood at 0 for half a second
    /// at speed. `moving`: others are faster than any sensor is blind; `fast`: so is the vehicle, for sure.
    pub fn dead_at_zero(&mut self, t: f64, moving: bool, fast: bool) -> bool {
        let zero = self.z == 0.0;
        if !(zero && moving && fast) {
            self.nought = t;
        } else if t - self.nought > 0.5 {
            self.lives = false;
        }
        let dead = zero && !self.lives;
        if dead && moving {
            self.idle += min(t - self.asked, 0.1);
        }
        self.asked = t;
        // Where the others fall below what a sensor can see, and come back, it is still dead.
        dead && (moving || self.idle > LATCHED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wheel() -> Source {
        Source::new(0.01, 0)
    }

    fn others(kmh: f64) -> [f64; SOURCES] {
        let mut all = [NONE; SOURCES];
        all[..4].fill(kmh);
        all
    }

    #[test]
    fn a_value_that_stands_while_two_others_change_is_frozen() {
        let mut wheel = wheel();
        wheel.take(-0.02, 49.9, Some(&others(49.9)));
        for n in 0..20 {
            wheel.take(0.02 * f64::from(n), 50.0, Some(&others(50.0)));
        }
        assert!(!wheel.frozen(0, 0.4, Some(false), &others(51.0)), "0.4 s, and the others hardly changed");
        assert!(wheel.frozen(0, 0.4, Some(false), &others(53.0)));
        assert!(wheel.frozen(0, 0.4, Some(true), &others(50.0)), "0.4 s, and all stand still");
    }

    #[test]
    fn coarse_steps_may_stand_for_long_and_a_vehicle_at_rest_for_ever() {
        for (resolution, kmh) in [(1.0, 50.0), (0.01, 4.0), (0.01, 0.0)] {
            let mut wheel = Source::new(resolution, 0);
            for n in 0..500 {
                let t = 0.02 * f64::from(n);
                wheel.take(t, kmh, Some(&others(kmh)));
                assert!(!wheel.frozen(0, t, Some(true), &others(kmh)), "{resolution} {kmh} {t}");
            }
        }
    }

    #[test]
    fn a_zero_that_never_lived_stays_dead_until_it_turns() {
        let mut wheel = wheel();
        wheel.take(0.0, 0.0, Some(&others(0.0)));
        assert!(!wheel.dead_at_zero(0.0, false, false));
        for n in 1..=40 {
            // The others turn for 0.1 s and stand for 0.1 s, as on a lift.
            let (t, moving) = (0.02 * f64::from(n), n / 5 % 2 == 0);
            assert_eq!(wheel.dead_at_zero(t, moving, false), moving || n > 32, "{t}");
        }
        wheel.take(0.9, 2.0, Some(&others(0.0)));
        wheel.take(1.0, 0.0, Some(&others(0.0)));
        assert!(!wheel.dead_at_zero(1.0, true, false), "it turned");
    }

    #[test]
    fn noise_and_two_senders_flicker_and_a_spike_does_not() {
        let mut wheel = wheel();
        for n in 0..8 {
            wheel.take(0.02 * f64::from(n), if n % 2 == 0 { 42.0 } else { 90.0 }, Some(&others(42.0)));
        }
        assert!(wheel.flickers());
        for n in 8..200 {
            wheel.take(0.02 * f64::from(n), 42.0, Some(&others(42.0)));
        }
        assert!(!wheel.flickers());
        wheel.take(4.0, 200.0, Some(&others(42.0)));
        wheel.take(4.02, 42.0, Some(&others(42.0)));
        assert!(!wheel.flickers());
    }
}
