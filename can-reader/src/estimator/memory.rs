//! Memory of liars: who contradicts alone is left out until it has proven itself while the vehicle moves.

use super::SOURCES;
use super::claim::{AXLES, Places, count, places};
use super::fusion::Level;
use super::hull::{max, min};

/// For how long a source has to be the only possible liar, s; and an axle, of which slip may be the reason.
const ALONE: f64 = 0.055;
const AXLE: f64 = 0.5;

/// For how long the first wheel to slip under brakes may look like a liar before the others do, s.
const FIRST_TO_SLIP: f64 = 0.5;

/// Evidence for how long brings it back, s; how often it is asked; above what speed, km/h.
const HEALED: f64 = 2.0;
pub(super) const ASKED: f64 = 0.08;
pub(super) const HEALS_ABOVE: f64 = 10.0;

/// What is held against each source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    /// Who is left out.
    pub out: Places,
    doubt: [f64; SOURCES],
    /// There is some.
    doubts: bool,
    proof: [f64; SOURCES],
    asked: [f64; SOURCES],
    since: [f64; SOURCES],
}

impl Memory {
    /// After a frame that was explained. `used`: who took part; `braking`: slip explains a lot then.
    pub fn accuse(&mut self, t: f64, dt: f64, level: Level, used: Places, braking: bool) {
        if braking {
            return;
        }
        let (accused, single) = accused(level, used);
        if accused == 0 && !self.doubts {
            return;
        }
        self.doubts = accused != 0;
        for place in places(used) {
            let doubt = &mut self.doubt[place];
            *doubt = if accused >> place & 1 == 1 { min(*doubt + dt, 1.0) } else { max(0.0, *doubt - dt) };
            self.doubts |= *doubt > 0.0;
        }
        let enough = if single { ALONE } else { AXLE };
        for place in places(accused) {
            let beside = if single { used & !(1 << place) } else { used & !accused };
            let others = places(beside).map(|other| self.doubt[other]).fold(0.0, max);
            let doubt = self.doubt[place];
            // One fault at a time: while another is left out, the odd one out may be the one that is right.
            if doubt >= enough && others < doubt / 2.0 && self.out & !accused == 0 {
                self.out |= 1 << place;
                (self.proof[place], self.since[place]) = (0.0, t);
            }
        }
    }

    /// All slip: who was accused a moment ago was only the first to do so.
    pub fn pardon(&mut self, t: f64) {
        for place in places(self.out) {
            if t - self.since[place] < FIRST_TO_SLIP {
                self.out &= !(1 << place);
                self.doubt[place] = 0.0;
            }
        }
    }

    /// Who is to be asked again whether all agree with it.
    pub fn due(&self, t: f64, present: Places) -> Option<usize> {
        places(self.out & present).find(|place| t - self.asked[*place] > ASKED)
    }

    /// All including it agreed, or not.
    pub fn asked(&mut self, place: usize, t: f64, agreed: bool) {
        let since = min(max(t - self.asked[place], 0.0), 1.25 * ASKED);
        self.asked[place] = t;
        self.proof[place] = if agreed { self.proof[place] + since } else { 0.0 };
        if self.proof[place] > HEALED {
            self.out &= !(1 << place);
            self.doubt[place] = 0.0;
        }
    }
}

/// Who is accused: one source that no slipping axle holds, or an axle that nothing else explains.
fn accused(level: Level, used: Places) -> (Places, bool) {
    let Level::ButOne { liars, rolls, .. } = level else { return (0, false) };
    let believed = (if rolls[0] { AXLES[0] } else { 0 }) | (if rolls[1] { AXLES[1] } else { 0 });
    if count(liars) == 1 && liars & believed == 0 {
        return (liars, true);
    }
    match rolls {
        [true, false] if liars == 0 => (AXLES[1] & used, false),
        [false, true] if liars == 0 => (AXLES[0] & used, false),
        _ => (0, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Places = 0b1111;

    #[test]
    fn the_only_possible_liar_is_out_after_three_cycles_and_back_after_two_seconds_of_proof() {
        let mut memory = Memory::default();
        let lies = Level::ButOne { liars: 0b0010, rolls: [false; 2], brakes: false };
        for n in 1..=3 {
            assert_eq!(memory.out, 0, "frame {n}");
            memory.accuse(0.0, 0.02, lies, ALL, false);
        }
        assert_eq!(memory.out, 0b0010);
        let mut t = 0.0;
        while memory.out != 0 {
            t += 0.02;
            if let Some(place) = memory.due(t, ALL) {
                memory.asked(place, t, true);
            }
            assert!(t < 3.0);
        }
        assert!(t > 1.9, "{t}");
    }

    #[test]
    fn while_two_can_be_the_liar_or_an_axle_explains_it_nobody_is_out() {
        let mut memory = Memory::default();
        for _ in 0..100 {
            memory.accuse(
                0.0,
                0.02,
                Level::ButOne { liars: 0b0011, rolls: [false; 2], brakes: false },
                ALL,
                false,
            );
            memory.accuse(
                0.0,
                0.02,
                Level::ButOne { liars: 0b0010, rolls: [true, false], brakes: false },
                ALL,
                false,
            );
        }
        assert_eq!(memory.out, 0);
    }

    #[test]
    fn an_axle_that_slips_for_half_a_second_is_out_but_not_under_brakes() {
        let slips = Level::ButOne { liars: 0, rolls: [true, false], brakes: false };
        for braking in [true, false] {
            let mut memory = Memory::default();
            for _ in 0..26 {
                memory.accuse(0.0, 0.02, slips, ALL, braking);
            }
            assert_eq!(memory.out, if braking { 0 } else { 0b1100 });
        }
    }
}
