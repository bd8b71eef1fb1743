//! From a frame to the readings in it, or to the reason why there are none.

use super::channel::Channel;
use super::flag::RemoteFlag;
use super::message::{MessagePlan, Rejection};
use crate::dbc::Message;
use crate::estimator::SOURCES;
use crate::frame::{Frame, FrameId, FrameKind};
use crate::integrity::Checksum;
use crate::reading::{Quality, Reading, Unit};

/// What a frame held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decoded<'a> {
    /// Not one of this vehicle's messages, a remote frame, or a page of one of them that says nothing of interest.
    Unwanted,
    /// One of them that cannot be believed. Never [`Rejection::Empty`].
    Rejected(Rejection),
    /// What it says.
    Readings {
        /// Which message it is for the estimator ([`Sensor::message`](crate::estimator::Sensor::message)); `None`: it
        /// carries validity flags only.
        message: Option<u8>,
        /// All signals in it, the usable and the others; also those of other messages that lose their validity by a
        /// flag in it. Perhaps none, when it has flags only.
        readings: &'a [Reading],
    },
}

/// Decodes one vehicle's frames. Reading a frame allocates nothing.
#[derive(Debug)]
pub struct Decoder {
    messages: Vec<MessagePlan>,
    channels: Vec<Channel>,
    flags: Vec<RemoteFlag>,
    /// Those of the last frame, in memory that is there from the start.
    readings: Vec<Reading>,
}

impl Clone for Decoder {
    /// With memory of its own for the readings: a copy of an empty list would have none.
    fn clone(&self) -> Self {
        Self::new(self.messages.clone(), self.channels.clone(), self.flags.clone())
    }
}

impl PartialEq for Decoder {
    /// Whether they decode alike; the last frame's readings do not matter.
    fn eq(&self, other: &Self) -> bool {
        (&self.messages, &self.channels, &self.flags) == (&other.messages, &other.channels, &other.flags)
    }
}

impl Decoder {
    pub(super) fn new(messages: Vec<MessagePlan>, channels: Vec<Channel>, flags: Vec<RemoteFlag>) -> Self {
        let readings = Vec::with_capacity(channels.len());
        Self { messages, channels, flags, readings }
    }

    /// The signals that it reads, by the places of [`Reading::channel`].
    #[must_use]
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// The ids of the messages that it reads.
    #[must_use]
    pub fn wanted(&self) -> Vec<FrameId> {
        self.messages.iter().map(|plan| plan.message.id()).collect()
    }

    /// The messages that it reads, each with the checksum that protects it.
    pub fn messages(&self) -> impl Iterator<Item = (&Message, Option<&Checksum>)> {
        self.messages.iter().map(|plan| (&plan.message, plan.checksum.as_ref()))
    }

    /// The same by interface, up to the last that has any.
    #[must_use]
    pub fn wanted_each(&self) -> Vec<Vec<FrameId>> {
        let last = self.messages.iter().map(|plan| plan.interface).max().unwrap_or(0);
        let through = |n| self.messages.iter().filter(move |plan| plan.interface == n);
        (0..=last).map(|n| through(n).map(|plan| plan.message.id()).collect()).collect()
    }

    /// Which sensors of the estimator the messages with these ids carry, or the flags for.
    #[must_use]
    pub fn places_of(&self, ids: &[FrameId]) -> [bool; SOURCES] {
        let mut places = [false; SOURCES];
        for plan in self.messages.iter().filter(|plan| ids.contains(&plan.message.id())) {
            plan.channels.iter().for_each(|channel| places[self.channels[*channel].place] = true);
            let flagged =
                |channel: &&Channel| channel.remote_flags.iter().any(|flag| plan.flags.contains(flag));
            self.channels.iter().filter(flagged).for_each(|channel| places[channel.place] = true);
        }
        places
    }

    /// Why a reading is not valid, as a sentence that names the signal, the value and what it was held against; added
    /// to `out`. Nothing for one that is.
    pub fn explain(&self, reading: &Reading, out: &mut String) {
        if let Some(channel) = self.channels.get(reading.channel) {
            channel.explain(reading, out);
        }
    }

    /// Reads one frame.
    pub fn decode(&mut self, frame: &Frame) -> Decoded<'_> {
        let Self { messages, channels, flags, readings } = self;
        let Some(plan) = messages.iter_mut().find(|plan| plan.message.id() == frame.id) else {
            return Decoded::Unwanted;
        };
        if frame.kind == FrameKind::Remote {
            return Decoded::Unwanted;
        }
        if let Some(rejection) = plan.check(frame) {
            return Decoded::Rejected(rejection);
        }
        readings.clear();
        for at in &plan.flags {
            if flags[*at].hear(&frame.payload, frame.stamp.at) {
                let concerned =
                    channels.iter().enumerate().filter(|(_, channel)| channel.remote_flags.contains(at));
                for (channel, _) in concerned {
                    // Two flags may take it away at once: there is room for one reading of each.
                    if readings.iter().all(|reading| reading.channel != channel) {
                        readings.push(flagged(channel, frame));
                    }
                }
            }
        }
        let own = plan.channels.iter().filter_map(|place| channels[*place].read(*place, frame, flags));
        readings.extend(own);
        if readings.is_empty() && plan.flags.is_empty() {
            return Decoded::Unwanted;
        }
        Decoded::Readings { message: plan.clock, readings }
    }
}

/// A reading of a signal of another message, whose validity this frame takes away.
const fn flagged(channel: usize, frame: &Frame) -> Reading {
    let (unit, stamp, quality) = (Unit::KilometresPerHour, frame.stamp, Quality::Flagged);
    Reading { channel, value: None, unit, stamp, quality, raw: 0 }
}
