//! From a frame to the readings in it, or to the reason why there are none.

use super::channel::Channel;
use super::flag::RemoteFlag;
use super::instrument::Heard;
use super::message::{MessagePlan, Rejection};
use super::sender::News;
use crate::dbc::Message;
use crate::estimator::SOURCES;
use crate::filter::IdFilter;
use crate::frame::{Frame, FrameKind};
use crate::integrity::Checksum;
use crate::reading::{Quality, Reading, Unit};
use crate::signals::Board;

/// What a frame held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decoded<'a> {
    /// Not one of this vehicle's messages, a remote frame, or a page of one of them that says nothing of interest.
    Unwanted,
    /// A J1939 group from another source address than the one that is listened to.
    OtherSender,
    /// It says nothing of the speed, and has been read into the board.
    Signals,
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
    /// The narrowest filter first.
    messages: Vec<MessagePlan>,
    channels: Vec<Channel>,
    flags: Vec<RemoteFlag>,
    /// What was said beside speeds.
    board: Board,
    /// Those of the last frame, in memory that is there from the start.
    readings: Vec<Reading>,
    /// What was learned of the senders of a message, by its place, until somebody asks.
    news: Option<(usize, News)>,
}

impl Clone for Decoder {
    /// With memory of its own for the readings: a copy of an empty list would have none.
    fn clone(&self) -> Self {
        Self::new(self.messages.clone(), self.channels.clone(), self.flags.clone(), self.board.clone())
    }
}

impl PartialEq for Decoder {
    /// Whether they decode alike; the last frame's readings do not matter.
    fn eq(&self, other: &Self) -> bool {
        (&self.messages, &self.channels, &self.flags, &self.board)
            == (&other.messages, &other.channels, &other.flags, &other.board)
    }
}

impl Decoder {
    pub(super) fn new(
        mut messages: Vec<MessagePlan>,
        channels: Vec<Channel>,
        flags: Vec<RemoteFlag>,
        board: Board,
    ) -> Self {
        // The first that means a frame has it.
        messages.sort_by_key(|plan| plan.filter.breadth());
        let readings = Vec::with_capacity(channels.len());
        Self { messages, channels, flags, board, readings, news: None }
    }

    /// The signals that it reads, by the places of [`Reading::channel`].
    #[must_use]
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// Which frames it reads.
    #[must_use]
    pub fn wanted(&self) -> Vec<IdFilter> {
        self.messages.iter().map(|plan| plan.filter).collect()
    }

    /// Those with a speed in them, or a flag for one.
    #[must_use]
    pub fn wanted_for_speed(&self) -> Vec<IdFilter> {
        self.speaking().map(|plan| plan.filter).collect()
    }

    /// The same with the messages and the checksums that protect them. A frame is of the first that means it.
    pub fn messages(&self) -> impl Iterator<Item = (&Message, IdFilter, Option<&Checksum>)> {
        self.speaking().map(|plan| (&plan.message, plan.filter, plan.checksum.as_ref()))
    }

    fn speaking(&self) -> impl Iterator<Item = &MessagePlan> {
        self.messages.iter().filter(|plan| plan.clock.is_some() || !plan.flags.is_empty())
    }

    /// Which frames it reads from each interface, up to the last that has any.
    #[must_use]
    pub fn wanted_each(&self) -> Vec<Vec<IdFilter>> {
        let last = self.messages.iter().map(|plan| plan.interface).max().unwrap_or(0);
        let through = |n| self.messages.iter().filter(move |plan| plan.interface == n);
        (0..=last).map(|n| through(n).map(|plan| plan.filter).collect()).collect()
    }

    /// Which sensors of the estimator the messages of these frames carry, or the flags for.
    #[must_use]
    pub fn places_of(&self, ids: &[IdFilter]) -> [bool; SOURCES] {
        let mut places = [false; SOURCES];
        for plan in self.messages.iter().filter(|plan| ids.contains(&plan.filter)) {
            plan.channels.iter().for_each(|channel| places[self.channels[*channel].place] = true);
            let flagged =
                |channel: &&Channel| channel.remote_flags.iter().any(|flag| plan.flags.contains(flag));
            self.channels.iter().filter(flagged).for_each(|channel| places[channel.place] = true);
        }
        places
    }

    /// What is known beside speeds.
    #[must_use]
    pub const fn board(&self) -> &Board {
        &self.board
    }

    /// The same, to be told of the time and of who has seen the news.
    pub const fn board_mut(&mut self) -> &mut Board {
        &mut self.board
    }

    /// The interface that these messages come through is down.
    pub fn lose_signals(&mut self, ids: &[IdFilter]) {
        let Self { messages, board, .. } = self;
        for plan in messages.iter().filter(|plan| ids.contains(&plan.filter)) {
            board.link_down(|number| plan.groups.iter().any(|group| group.number == number));
        }
    }

    /// Why a reading is not valid, as a sentence that names the signal, the value and what it was held against; added
    /// to `out`. Nothing for one that is.
    pub fn explain(&self, reading: &Reading, out: &mut String) {
        if let Some(channel) = self.channels.get(reading.channel) {
            channel.explain(reading, out);
        }
    }

    /// Puts what was learned of the senders of a message into a sentence, once; whether there was anything.
    pub fn explain_sender(&mut self, out: &mut String) -> bool {
        use std::fmt::Write as _;
        let Some((place, news)) = self.news.take() else { return false };
        let Some(plan) = self.messages.get(place) else { return false };
        let (name, filter) = (plan.message.name(), plan.filter);
        // Writing to a String cannot fail.
        let _ = match news {
            News::Another { kept, other } if plan.of_units => write!(
                out,
                "{name} ({filter}): two control units answer; that whose id ends in {kept:02X} is listened to, and not {other:02X}"
            ),
            News::Changed { before, now } if plan.of_units => write!(
                out,
                "{name} ({filter}): the control unit whose id ends in {before:02X} has given no usable speed for long; {now:02X} is \
                 listened to"
            ),
            News::Another { kept, other } => write!(
                out,
                "{name} ({filter}): source address {other:02X} sends it too; {kept:02X} is listened to (source_address \
                 under [messages.{name}] chooses)"
            ),
            News::Changed { before, now } => write!(
                out,
                "{name} ({filter}): source address {before:02X} has given no usable frame for long; {now:02X} is \
                 listened to"
            ),
        };
        true
    }

    /// A sentence for each J1939 group that several source addresses send.
    pub fn senders(&self) -> impl Iterator<Item = String> {
        self.messages.iter().filter_map(|plan| {
            let (kept, others, frames) = plan.sender.as_ref()?.overview()?;
            let others: Vec<_> = others.map(|address| format!("{address:02X}")).collect();
            let (name, filter) = (plan.message.name(), plan.filter);
            let word = if plan.of_units { "the control unit" } else { "source address" };
            Some(format!(
                "{name} ({filter}): {word} {kept:02X} is listened to; passed over: {frames} frames from {}",
                others.join(", ")
            ))
        })
    }

    /// Reads one frame.
    pub fn decode(&mut self, frame: &Frame) -> Decoded<'_> {
        let Self { messages, channels, flags, board, readings, news } = self;
        let Some(place) = messages.iter().position(|plan| plan.filter.matches(frame.id)) else {
            return Decoded::Unwanted;
        };
        let Some(plan) = messages.get_mut(place) else { return Decoded::Unwanted };
        if frame.kind == FrameKind::Remote {
            return Decoded::Unwanted;
        }
        let address = frame.id.unit();
        let is_other = plan.sender.as_ref().is_some_and(|sender| !sender.admits(address, frame.stamp.at));
        // Of control units another may have what this one has not.
        let says_speed = || plan.channels.iter().any(|at| channels[*at].is_in(&frame.payload));
        if let Some(sender) = &mut plan.sender
            && is_other
            && (!plan.of_units || says_speed())
        {
            *news = sender.pass_over(address).map(|what| (place, what)).or(*news);
            return Decoded::OtherSender;
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
        // Each: a frame may hold several pages.
        let heard = plan.groups.iter_mut().map(|group| group.hear(frame, flags, board)).max();
        let heard = heard.unwrap_or(Heard::Nothing);
        let is_of_speed = !readings.is_empty() || !plan.flags.is_empty();
        if !is_of_speed && heard == Heard::Nothing {
            return Decoded::Unwanted;
        }
        let speaks = match plan.clock {
            Some(_) => readings.iter().any(|reading| reading.quality == Quality::Valid),
            None => heard == Heard::Values || !plan.flags.is_empty(),
        };
        if let Some(sender) = &mut plan.sender
            && speaks
        {
            *news = sender.keep(address, frame.stamp.at).map(|what| (place, what)).or(*news);
        }
        match is_of_speed {
            true => Decoded::Readings { message: plan.clock, readings },
            false => Decoded::Signals,
        }
    }
}

/// A reading of a signal of another message, whose validity this frame takes away.
const fn flagged(channel: usize, frame: &Frame) -> Reading {
    let (unit, stamp, quality) = (Unit::KilometresPerHour, frame.stamp, Quality::Flagged);
    Reading { channel, value: None, unit, stamp, quality, raw: 0, plus_raw: 0 }
}
