//! Nothing is lost in silence: every frame is counted.

use crate::reading::Quality;
use crate::vehicle::Rejection;

/// What became of every frame. Each only ever grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Data and remote frames that reached us: decoded, rejected or ignored.
    pub frames_received: u64,
    /// Frames accepted and used.
    pub frames_decoded: u64,
    /// Frames of other ids, or of a J1939 group from another source address than the one that is listened to; remote
    /// frames, and pages of a multiplexed message that hold no speed.
    pub frames_ignored: u64,
    /// Frames that the kernel dropped.
    pub frames_dropped: u64,
    /// SocketCAN error frames.
    pub error_frames: u64,
    /// Lines of a log that were passed over, or whose time stamp ran backwards.
    pub log_lines_damaged: u64,
    /// How often the interface came back.
    pub reconnects: u64,
    rejected: [u64; Rejection::ALL.len()],
    /// Single values, by their quality; those that are valid are not counted.
    readings: [u64; Quality::ALL.len()],
    steps_doubted: u64,
    other_sender: u64,
}

impl Counters {
    /// Wanted frames that were not accepted.
    #[must_use]
    pub fn frames_rejected(&self) -> u64 {
        self.rejected.iter().sum()
    }

    /// Those that were not accepted for this reason.
    #[must_use]
    pub const fn frames_rejected_for(&self, why: Rejection) -> u64 {
        self.rejected[why as usize]
    }

    /// What was rejected and why: frames by [`Rejection`], then single values: `fault`, `range`, `step` and the other
    /// words of [`Quality`]; last `sender`, the ignored frames of a J1939 group from another source address.
    pub fn rejections(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        let frames = Rejection::ALL.into_iter().zip(self.rejected).map(|(why, count)| (why.as_str(), count));
        let of = |quality: Quality| (quality.as_str(), self.readings[quality as usize]);
        frames
            .chain([of(Quality::Flagged), of(Quality::OutOfRange), ("step", self.steps_doubted)])
            .chain([Quality::NotAvailable, Quality::Error, Quality::Unconfirmed].map(of))
            .chain([("sender", self.other_sender)])
    }

    pub(crate) const fn count_rejected(&mut self, rejection: Rejection) {
        self.rejected[rejection as usize] += 1;
    }

    pub(crate) fn count_reading(&mut self, quality: Quality) {
        self.readings[quality as usize] += u64::from(quality != Quality::Valid);
    }

    pub(crate) const fn count_other_sender(&mut self) {
        self.other_sender += 1;
    }

    pub(crate) const fn count_steps_doubted(&mut self, steps: u64) {
        self.steps_doubted += steps;
    }
}
