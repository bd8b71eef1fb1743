//! One message of the vehicle, compiled: whether a frame of it can be believed at all.

use std::time::Duration;

use crate::dbc::{Message, Signal};
use crate::frame::{Frame, SourceTime};
use crate::integrity::Checksum;

/// Why a wanted frame was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Its length is not the message's.
    Length,
    /// Its checksum is wrong.
    Checksum,
    /// Its alive counter stood still.
    Counter,
    /// It has no usable value: each is faulty, not available or out of range.
    Empty,
}

impl Rejection {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Length, Self::Checksum, Self::Counter, Self::Empty];

    /// The word for people, JSON and D-Bus.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Checksum => "checksum",
            Self::Counter => "counter",
            Self::Empty => "empty",
        }
    }
}

/// One message, compiled.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MessagePlan {
    pub message: Message,
    /// Its place among those that carry sensors of the estimator; `None`: it carries flags only.
    pub clock: Option<u8>,
    /// What is read of it, by the places in the decoder.
    pub channels: Vec<usize>,
    /// Flags in it for signals of other messages.
    pub flags: Vec<usize>,
    pub checksum: Option<(Checksum, Signal)>,
    pub counter: Option<Signal>,
    /// Which of the vehicle's CAN interfaces it comes through, from 0.
    pub interface: usize,
    /// The alive counter of the last frame, and when it came.
    last_count: Option<(u64, SourceTime)>,
}

/// After this long a counter may have gone round: its last value says nothing.
const COUNTER_MEMORY: Duration = Duration::from_millis(500);

impl MessagePlan {
    pub const fn new(message: Message) -> Self {
        Self {
            message,
            clock: None,
            channels: Vec::new(),
            flags: Vec::new(),
            checksum: None,
            counter: None,
            interface: 0,
            last_count: None,
        }
    }

    /// Why nothing in the frame is to be believed, if so.
    pub fn check(&mut self, frame: &Frame) -> Option<Rejection> {
        if !self.message.accepts(frame) {
            return Some(Rejection::Length);
        }
        if let Some((checksum, signal)) = &self.checksum
            && !checksum.holds(frame.id, &frame.payload, signal)
        {
            return Some(Rejection::Checksum);
        }
        let count = self.counter.as_ref()?.raw(&frame.payload)?;
        let at = frame.stamp.at;
        let last = self.last_count.replace((count, at));
        let stood_still =
            last.is_some_and(|(last, then)| last == count && at.saturating_sub(then) < COUNTER_MEMORY);
        stood_still.then_some(Rejection::Counter)
    }
}
