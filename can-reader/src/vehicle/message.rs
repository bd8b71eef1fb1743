//! One message of the vehicle, compiled: whether a frame of it can be believed at all.

use super::instrument::Group;
use super::sender::Sender;
use crate::dbc::Message;
use crate::filter::IdFilter;
use crate::frame::Frame;
use crate::integrity::{Checksum, Counter};

/// Why a wanted frame was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Its length is not the message's.
    Length,
    /// Its checksum is wrong.
    Checksum,
    /// Its alive counter stood still, or goes as no living sender's does.
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
    /// Which frames it is.
    pub filter: IdFilter,
    /// Its place among those that carry sensors of the estimator; `None`: it carries flags only.
    pub clock: Option<u8>,
    /// What is read of it, by the places in the decoder.
    pub channels: Vec<usize>,
    /// Flags in it for signals of other messages.
    pub flags: Vec<usize>,
    /// Frames may be longer than the DBC says.
    pub may_be_longer: bool,
    /// What it says beside speeds.
    pub groups: Vec<Group>,
    pub checksum: Option<Checksum>,
    pub counter: Option<Counter>,
    /// Which source address is listened to, where it may come from any.
    pub sender: Option<Sender>,
    /// It comes from several control units, and each page of it from the one that has it.
    pub of_units: bool,
    /// Which of the vehicle's CAN interfaces it comes through, from 0.
    pub interface: usize,
}

impl MessagePlan {
    pub const fn new(message: Message, filter: IdFilter) -> Self {
        Self {
            filter,
            message,
            clock: None,
            channels: Vec::new(),
            flags: Vec::new(),
            may_be_longer: false,
            groups: Vec::new(),
            checksum: None,
            counter: None,
            sender: None,
            of_units: false,
            interface: 0,
        }
    }

    /// Why nothing in the frame is to be believed, if so.
    pub fn check(&mut self, frame: &Frame) -> Option<Rejection> {
        let is_longer = self.may_be_longer && frame.payload.len() > self.message.size();
        if !self.message.accepts(frame) && !is_longer {
            return Some(Rejection::Length);
        }
        if self.checksum.as_ref().is_some_and(|checksum| !checksum.holds(frame.id, &frame.payload)) {
            return Some(Rejection::Checksum);
        }
        let is_alive = self.counter.as_mut()?.accepts(&frame.payload, frame.stamp.at);
        (!is_alive).then_some(Rejection::Counter)
    }
}
