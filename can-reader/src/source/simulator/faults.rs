//! Faults at work: what they make of the sensors and of the link.

use super::fault::{Fault, LinkFault, Target, WheelFault};
use super::noise::Noise;

/// Part of the frames that have a spike.
const SPIKES: f64 = 0.02;

/// How many frames a sensor with a loose contact reads 0 at a time.
const DROPPED_FRAMES: u32 = 6;

/// What the link does with the frame of this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage {
    Passes,
    Lost,
    /// The interface is down because of the fault at this place in the list.
    Down(usize),
}

/// All faults, those of the drive and those of the user.
#[derive(Clone, Debug)]
pub(super) struct Faults {
    all: Vec<Active>,
    /// Another than the sensors', whose noise stays the same with and without faults.
    noise: Noise,
}

#[derive(Clone, Debug)]
struct Active {
    fault: Fault,
    /// A drive begins again after so long, and its faults with it.
    repeats_ms: Option<u64>,
    /// Of a stuck sensor: where.
    held_kmh: Option<f64>,
    /// Of a loose contact: for how many frames yet.
    dropped: u32,
}

impl Faults {
    pub fn new(of_drive: &[Fault], drive_ms: u64, of_user: &[Fault], seed: u64) -> Self {
        let active =
            |fault: &Fault, repeats_ms| Active { fault: *fault, repeats_ms, held_kmh: None, dropped: 0 };
        let of_drive = of_drive.iter().map(|fault| active(fault, Some(drive_ms)));
        let of_user = of_user.iter().map(|fault| active(fault, None));
        Self { all: of_drive.chain(of_user).collect(), noise: Noise::new(!seed) }
    }

    /// What becomes of the frame so many milliseconds after the start.
    pub fn passage(&mut self, at_ms: u64) -> Passage {
        let mut passage = Passage::Passes;
        for (place, active) in self.all.iter().enumerate() {
            let Target::Link(fault) = active.fault.target else { continue };
            if !active.acts(at_ms) {
                continue;
            }
            match fault {
                LinkFault::Down => return Passage::Down(place),
                LinkFault::Silent => passage = Passage::Lost,
                LinkFault::Drop(part) if self.noise.happens(part) => passage = Passage::Lost,
                LinkFault::Drop(_) => {}
            }
        }
        passage
    }

    /// What the frame holds, where the sensors say `sensed_kmh`; `None` is "not available".
    pub fn applied(&mut self, at_ms: u64, sensed_kmh: [f64; 4]) -> [Option<f64>; 4] {
        let mut sent = sensed_kmh.map(Some);
        for active in &mut self.all {
            let Target::Wheel(wheel, fault) = active.fault.target else { continue };
            let value = &mut sent[wheel.index()];
            if active.acts(at_ms) {
                *value = value.and_then(|kmh| active.made_of(fault, kmh, &mut self.noise));
            } else {
                (active.held_kmh, active.dropped) = (None, 0);
            }
        }
        sent
    }

    /// Why the link is down, as a sentence.
    pub fn reason(&self, place: usize) -> String {
        format!("the simulated CAN adapter is unplugged ({})", self.all[place].fault)
    }
}

impl Active {
    fn acts(&self, at_ms: u64) -> bool {
        self.fault.acts(self.repeats_ms.map_or(at_ms, |repeats_ms| at_ms % repeats_ms))
    }

    fn made_of(&mut self, fault: WheelFault, kmh: f64, noise: &mut Noise) -> Option<f64> {
        Some(match fault {
            WheelFault::Stuck => *self.held_kmh.get_or_insert(kmh),
            WheelFault::Zero => 0.0,
            WheelFault::Scale(factor) => kmh * factor,
            WheelFault::Offset(more_kmh) => kmh + more_kmh,
            WheelFault::Noise(most_kmh) => kmh + most_kmh * noise.next(),
            WheelFault::Spikes(more_kmh) if noise.happens(SPIKES) => kmh + more_kmh,
            WheelFault::Spikes(_) => kmh,
            WheelFault::NotAvailable => return None,
            WheelFault::Drop(part) => {
                self.dropped = self.dropped.saturating_sub(1);
                if self.dropped == 0 && noise.happens(start_of_drop(part)) {
                    self.dropped = DROPPED_FRAMES;
                }
                if self.dropped > 0 { 0.0 } else { kmh }
            }
        })
    }
}

/// How likely a drop begins in a frame, so that this part of all frames is dropped.
fn start_of_drop(part: f64) -> f64 {
    // Between two drops lie on average 1/p - 1 others.
    let others = f64::from(DROPPED_FRAMES) * (1.0 - part) / part.max(f64::MIN_POSITIVE);
    1.0 / (others + 1.0)
}

#[cfg(test)]
mod tests;
