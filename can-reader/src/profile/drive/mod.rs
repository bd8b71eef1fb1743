//! A recorded drive, for what it says of a proposed profile.

mod codes;
mod dash;
mod flag;
mod guard;
mod motion;
mod run;
mod series;
mod sides;

use std::collections::BTreeMap;

pub(super) use codes::void_codes;
pub(super) use dash::judge;
pub(super) use flag::counts_as_valid;
pub(super) use guard::{Guarded, counter_value, counts, guard};
pub(super) use motion::motion;
pub(super) use run::run;
pub(super) use series::{Series, series, together};
pub(super) use sides::crossed;

use crate::frame::{Frame, FrameId, FrameKind, Payload, SourceTime};

/// Frames of a message that are kept at most: those of half an hour at 20 ms.
const MOST_FRAMES: usize = 100_000;

/// A drive, by message. Of an id that several interfaces have, the interface that has it most often.
#[derive(Debug, Default)]
pub struct Drive {
    frames: BTreeMap<(FrameId, String), Vec<(SourceTime, Payload)>>,
}

impl Drive {
    /// Takes a frame of an interface, in the order of the log.
    pub fn add(&mut self, interface: &str, frame: &Frame) {
        if frame.kind == FrameKind::Remote {
            return;
        }
        let frames = match self.frames.get_mut(&(frame.id, interface.to_owned())) {
            Some(frames) => frames,
            None => self.frames.entry((frame.id, interface.to_owned())).or_default(),
        };
        if frames.len() < MOST_FRAMES {
            frames.push((frame.stamp.at, frame.payload));
        }
    }

    /// The frames of a message; none where it is not in the log.
    pub(super) fn of(&self, id: FrameId) -> &[(SourceTime, Payload)] {
        let all = self.frames.range((id, String::new())..).take_while(|((other, _), _)| *other == id);
        all.map(|(_, frames)| frames.as_slice()).max_by_key(|frames| frames.len()).unwrap_or_default()
    }

    /// The ids that it has, with how many frames.
    #[must_use]
    pub fn ids(&self) -> Vec<(FrameId, usize)> {
        let mut ids: Vec<(FrameId, usize)> = Vec::new();
        for ((id, _), frames) in &self.frames {
            match ids.last_mut() {
                Some((last, count)) if last == id => *count += frames.len(),
                _ => ids.push((*id, frames.len())),
            }
        }
        ids
    }

    /// The commonest length of a message's frames, bytes.
    pub(super) fn length(&self, id: FrameId) -> Option<usize> {
        let mut counts = [0_usize; 65];
        self.of(id).iter().for_each(|(_, payload)| counts[payload.len()] += 1);
        (0..=64).filter(|length| counts[*length] > 0).max_by_key(|length| counts[*length])
    }

    /// The time between two frames of a message, ms: the median, so that a logger that stalls now and then does no harm.
    pub(super) fn cycle_ms(&self, id: FrameId) -> Option<f64> {
        let frames = self.of(id);
        let mut gaps: Vec<f64> = frames
            .windows(2)
            .map(|pair| pair[1].0.saturating_sub(pair[0].0).as_secs_f64() * 1000.0)
            .collect();
        if gaps.len() < 20 {
            return None;
        }
        gaps.sort_by(f64::total_cmp);
        // Frames that a logger stamps in bursts have no gaps of their own; then the mean says it.
        let median = gaps[gaps.len() / 2];
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let cycle = if median < mean / 4.0 { mean } else { median };
        let step = if cycle >= 5.0 { 1.0 } else { 0.1 };
        let rounded = (cycle / step).round() * step;
        (rounded >= 0.1).then_some(rounded)
    }
}
