//! From a frame to wheel speeds, or to the reason why not: rule 1 of the estimate.

use std::time::Duration;

use crate::dbc::{Message, Signal};
use crate::estimator::{SOURCES, Sample};
use crate::frame::{Frame, FrameId, FrameKind, SourceTime};
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
    /// It has no usable value: each is faulty or out of range.
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

/// What a frame held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decoded {
    /// Not one of this vehicle's speed messages.
    Unwanted,
    /// One of them, but not accepted. The last: which wheels it called faulty.
    Rejected(Rejection, Voids, [bool; SOURCES]),
    /// Its values.
    Accepted(Sample, Voids),
}

/// Single values of a frame that were not used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Voids {
    /// Their fault flag was set.
    pub fault: u64,
    /// They were outside the range of the DBC or of the profile, or not a number.
    pub range: u64,
}

/// Decodes one vehicle's frames; allocates nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct WheelDecoder {
    messages: Vec<MessagePlan>,
}

/// One message, compiled.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MessagePlan {
    pub message: Message,
    /// Its place among the messages.
    pub index: u8,
    pub channels: Vec<Channel>,
    pub checksum: Option<(Checksum, Signal)>,
    pub counter: Option<Signal>,
    /// Which of the vehicle's CAN interfaces it comes through, from 0.
    pub interface: usize,
    /// The alive counter of the last frame, and when it came.
    last_count: Option<(u64, SourceTime)>,
}

/// One speed in a message.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Channel {
    /// Place in [`Sample`].
    pub index: usize,
    pub signal: Signal,
    pub fault_flag: Option<Signal>,
    pub to_kmh: f64,
    /// Smallest and greatest believable value, widened by half a raw count against rounding. A signal
    /// that may be negative gives its amount: a car that reverses has a speed.
    pub min_kmh: f64,
    pub max_kmh: f64,
}

/// After this long a counter may have gone round: its last value says nothing.
const COUNTER_MEMORY: Duration = Duration::from_millis(500);

impl WheelDecoder {
    pub(super) const fn new(messages: Vec<MessagePlan>) -> Self {
        Self { messages }
    }

    /// The ids of the messages that it reads.
    #[must_use]
    pub fn wanted(&self) -> Vec<FrameId> {
        self.messages.iter().map(|plan| plan.message.id()).collect()
    }

    /// The messages that it reads, each with the kind of checksum that protects it.
    pub fn messages(&self) -> impl Iterator<Item = (&Message, Option<Checksum>)> {
        self.messages.iter().map(|plan| (&plan.message, plan.checksum.as_ref().map(|(kind, _)| *kind)))
    }

    /// The same by interface, up to the last that has any.
    #[must_use]
    pub fn wanted_each(&self) -> Vec<Vec<FrameId>> {
        let last = self.messages.iter().map(|plan| plan.interface).max().unwrap_or(0);
        let through = |n| self.messages.iter().filter(move |plan| plan.interface == n);
        (0..=last).map(|n| through(n).map(|plan| plan.message.id()).collect()).collect()
    }

    /// Which places of [`Sample`] the messages with these ids fill.
    #[must_use]
    pub fn places_of(&self, ids: &[FrameId]) -> [bool; SOURCES] {
        let mut places = [false; SOURCES];
        let plans = self.messages.iter().filter(|plan| ids.contains(&plan.message.id()));
        for channel in plans.flat_map(|plan| &plan.channels) {
            places[channel.index] = true;
        }
        places
    }

    /// Reads one frame.
    pub fn decode(&mut self, frame: &Frame) -> Decoded {
        match self.messages.iter_mut().find(|plan| plan.message.id() == frame.id) {
            Some(plan) if frame.kind != FrameKind::Remote => plan.decode(frame),
            _ => Decoded::Unwanted,
        }
    }
}

impl MessagePlan {
    pub const fn new(message: Message, index: u8) -> Self {
        Self {
            message,
            index,
            channels: Vec::new(),
            checksum: None,
            counter: None,
            interface: 0,
            last_count: None,
        }
    }

    fn decode(&mut self, frame: &Frame) -> Decoded {
        if let Some(rejection) = self.check(frame) {
            return Decoded::Rejected(rejection, Voids::default(), [false; SOURCES]);
        }
        let mut sample = Sample { message: self.index, ..Sample::default() };
        let mut voids = Voids::default();
        let mut faulty = [false; SOURCES];
        for channel in &self.channels {
            match channel.read(&frame.payload) {
                Reading::Absent => {}
                Reading::Kmh(kmh) => sample.kmh[channel.index] = Some(kmh),
                Reading::Fault => {
                    voids.fault += 1;
                    faulty[channel.index] = true;
                    sample.void[channel.index] = true;
                }
                Reading::Range => {
                    voids.range += 1;
                    sample.void[channel.index] = true;
                }
            }
        }
        match (sample.kmh.iter().any(Option::is_some), voids == Voids::default()) {
            (true, _) => Decoded::Accepted(sample, voids),
            // Another page of a multiplexed message.
            (false, true) => Decoded::Unwanted,
            (false, false) => Decoded::Rejected(Rejection::Empty, voids, faulty),
        }
    }

    fn check(&mut self, frame: &Frame) -> Option<Rejection> {
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

enum Reading {
    /// Multiplexed away.
    Absent,
    Kmh(f64),
    Fault,
    Range,
}

impl Channel {
    fn read(&self, payload: &[u8]) -> Reading {
        let Some(value) = self.signal.decode(payload) else { return Reading::Absent };
        if self.fault_flag.as_ref().is_some_and(|flag| flag.raw(payload) != Some(0)) {
            return Reading::Fault;
        }
        let kmh = value * self.to_kmh;
        // A NaN is in no range.
        if self.min_kmh <= kmh && kmh <= self.max_kmh { Reading::Kmh(kmh.abs()) } else { Reading::Range }
    }
}
