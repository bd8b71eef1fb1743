//! A proposed profile on the road: the drive through the very pipeline of the service.

use super::Drive;
use crate::frame::{Frame, FrameKind, SourceTime, Stamp};
use crate::{Event, Pipeline, State, Vehicle, Verdict};

/// What the service would have said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::profile) struct Run {
    /// Frames of the profile's messages.
    pub frames: usize,
    pub accepted: usize,
    /// Of the accepted ones, those with the state `ok`.
    pub ok: usize,
    /// Those without a speed, after the first half second.
    pub without: usize,
    /// The greatest speed, km/h.
    pub top_kmh: f64,
    /// The reason of the last frame that was rejected.
    pub rejected: String,
    /// What the service said when there was no speed, as it last did.
    pub reason: String,
}

/// Before that there cannot be a speed.
const START: SourceTime = SourceTime::from_millis(500);

/// Drives.
pub(in crate::profile) fn run(drive: &Drive, vehicle: &Vehicle) -> Run {
    let mut pipeline = Pipeline::new(vehicle.clone());
    let mut frames: Vec<Frame> = Vec::new();
    let wanted = pipeline.wanted();
    let ids = drive.ids().into_iter().map(|(id, _)| id);
    for id in ids.filter(|id| wanted.iter().any(|filter| filter.matches(*id))) {
        frames.extend(drive.of(id).iter().map(|(at, payload)| Frame {
            stamp: Stamp { at: *at, wall_us: 0 },
            id,
            kind: if payload.len() > 8 { FrameKind::Fd } else { FrameKind::Classical },
            payload: *payload,
        }));
    }
    frames.sort_by_key(|frame| frame.stamp.at);
    let mut run = Run { frames: frames.len(), ..Run::default() };
    for frame in frames {
        let at = frame.stamp.at;
        // What a live bus would be asked for in a gap; a hundred tell that it has become late.
        for _ in 0..100 {
            let Some(deadline) = pipeline.deadline().filter(|deadline| *deadline < at) else { break };
            pipeline.handle(deadline, &Event::Deadline);
        }
        match pipeline.handle(at, &Event::Frame(frame)) {
            Verdict::Accepted => run.accepted += 1,
            Verdict::Rejected(_) => {
                pipeline.last_error().clone_into(&mut run.rejected);
                continue;
            }
            Verdict::Signals | Verdict::Ignored | Verdict::Other => continue,
        }
        let estimate = pipeline.estimate();
        run.ok += usize::from(estimate.state == State::Ok);
        match estimate.speed_kmh {
            Some(kmh) => run.top_kmh = run.top_kmh.max(kmh),
            None if at > START => {
                run.without += 1;
                run.reason = pipeline.reason();
            }
            None => {}
        }
    }
    run
}

impl Run {
    /// In a sentence.
    pub fn describe(&self) -> String {
        let Self { frames, accepted, ok, without, top_kmh, .. } = self;
        let percent = |count: &usize| 100.0 * *count as f64 / (*accepted).max(1) as f64;
        format!(
            "{accepted} of {frames} frames accepted, state ok at {:.0} % of them, no speed at {:.0} %; top speed {top_kmh:.1} km/h",
            percent(ok),
            percent(without)
        )
    }

    /// What speaks against the profile.
    pub fn doubt(&self) -> Option<String> {
        if self.accepted * 10 < self.frames * 9 {
            let refused = self.frames - self.accepted;
            return Some(format!(
                "{refused} of {} frames are rejected; the last: {}",
                self.frames, self.rejected
            ));
        }
        (self.without * 10 > self.accepted).then(|| {
            format!(
                "there is no speed at {} of {} frames; the last time: {}",
                self.without, self.accepted, self.reason
            )
        })
    }
}
