//! What the pipeline says to people: why the state is what it is, and the last thing that went wrong.

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use super::Pipeline;
use crate::estimator::{Reason, State};
use crate::filter::IdFilter;
use crate::frame::Frame;
use crate::vehicle::Rejection;

/// Frames wait somewhere on their way. At least so long: times are never put before those of earlier frames.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lateness(Duration);

impl fmt::Display for Lateness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms or more after they were received", self.0.as_millis())
    }
}

impl Pipeline {
    /// The last thing that went wrong, as a sentence; empty when nothing has.
    #[must_use]
    pub fn last_error(&self) -> &str {
        &self.last_error
    }

    /// Of several interfaces those that are down while others are up, and why, in one sentence; empty when there are
    /// none.
    #[must_use]
    pub fn parts_down(&self) -> String {
        let reasons: Vec<_> = self.parts_down.iter().map(|part| part.reason.as_str()).collect();
        reasons.join("; ")
    }

    /// Why the state is what it is, as a sentence for people.
    #[must_use]
    pub fn reason(&self) -> String {
        let mut reason = self.reason_of_state();
        if self.estimate().state != State::CanDown {
            let more = [self.parts_down(), self.voids()];
            more.iter().filter(|more| !more.is_empty()).for_each(|more| {
                reason.push_str("; ");
                reason.push_str(more);
            });
        }
        reason
    }

    fn reason_of_state(&self) -> String {
        let estimate = self.estimate();
        if estimate.reason == Some(Reason::DeliveredLate) {
            return format!("{}: {}", estimate.why(), self.late);
        }
        match estimate.state {
            State::Ok => "the readings agree".to_owned(),
            State::Degraded | State::Implausible | State::Stale => estimate.why(),
            State::NoData if estimate.reason != Some(Reason::NoData) => estimate.why(),
            State::NoData => {
                let ids: Vec<_> = self.decoder.wanted_for_speed().iter().map(IdFilter::to_string).collect();
                format!("{} (waiting for CAN id {})", estimate.why(), ids.join(", "))
            }
            State::CanDown => self.link_down.clone().unwrap_or_else(|| estimate.why()),
        }
    }

    /// Why sensors give no value now, in one sentence that names the first; empty when all do.
    #[must_use]
    pub fn voids(&self) -> String {
        let mut text = String::new();
        let mut voids = self.void.iter().flatten();
        if let Some(first) = voids.next() {
            self.decoder.explain(first, &mut text);
        }
        match voids.count() {
            0 => {}
            1 => text.push_str("; 1 more reading is not valid"),
            // Writing to a String cannot fail.
            more => drop(write!(text, "; {more} more readings are not valid")),
        }
        text
    }

    /// Remembers something that went wrong as the last error.
    pub fn note(&mut self, what: &str) {
        self.last_error.clear();
        self.last_error.push_str(what);
    }

    /// Nothing has gone wrong from now on.
    pub fn forget_error(&mut self) {
        self.last_error.clear();
    }

    /// Reuses the string, as [`Self::note_rejected`] does.
    pub(super) fn note_dropped(&mut self, count: u64) {
        self.last_error.clear();
        // Writing to a String cannot fail.
        let _ = write!(self.last_error, "{count} frames dropped by the kernel: this process did not keep up");
    }

    /// Says once of each further source address of a J1939 group that it is there, and when another is listened to.
    pub(super) fn note_sender(&mut self) {
        let mut text = String::new();
        if self.decoder.explain_sender(&mut text) {
            self.last_error = text;
        }
    }

    /// Of J1939 groups that several source addresses send: which one is listened to, a sentence each.
    #[must_use]
    pub fn senders(&self) -> Vec<String> {
        self.decoder.senders().collect()
    }

    /// Says it at the first of many late frames, and again when they are twice as late. Reuses the string.
    pub(super) fn note_lateness(&mut self, age: Duration) {
        if self.estimate().reason != Some(Reason::DeliveredLate) {
            self.late_told = Duration::ZERO;
            return;
        }
        self.late = Lateness(age);
        if age / 2 >= self.late_told {
            self.late_told = age;
            self.last_error.clear();
            // Writing to a String cannot fail.
            let _ = write!(self.last_error, "frames reach this computer {}", self.late);
        }
    }

    /// Reuses the string: a flood of bad frames must not cost allocations.
    pub(super) fn note_rejected(&mut self, frame: &Frame, rejection: Rejection) {
        let why = match rejection {
            Rejection::Length => "its length is not the message's",
            Rejection::Checksum => "its checksum is wrong",
            Rejection::Counter => "its alive counter stood still or is not alive",
            Rejection::Empty => "none of its values is valid",
        };
        self.last_error.clear();
        // Writing to a String cannot fail.
        let _ = write!(self.last_error, "frame {} #{:?} rejected: {why}", frame.id, frame.payload);
    }
}
