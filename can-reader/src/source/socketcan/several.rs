//! Several CAN interfaces as one source: each delivers the messages that the vehicle has on it.

use std::collections::VecDeque;
use std::future::{pending, ready};

use super::SocketCan;
use crate::filter::IdFilter;
use crate::frame::{FrameId, SourceTime};
use crate::source::{Event, FrameSource};

/// Frames that may follow one another without a look at what else happens.
const FRAMES_PER_LOOK: u32 = 16;

/// Up to four CAN interfaces as one [`FrameSource`], in the order of the vehicle profile's `[interfaces]`.
///
/// Frames come in the order of their times, whichever interface they come through. From each interface only those come
/// that are wanted from it, so a frame with a wanted id on the wrong interface is as foreign as any other.
///
/// Each interface is found again by itself, as a [`SocketCan`] is. While some are down it says [`Event::PartDown`], when
/// all are [`Event::LinkDown`].
#[derive(Debug)]
pub struct SeveralCan {
    members: Vec<Member>,
    /// Known but not yet told; a handful at most.
    events: VecDeque<Event>,
    /// Events since the members were last asked for more than frames.
    in_a_row: u32,
}

#[derive(Debug)]
struct Member {
    source: SocketCan,
    /// What is wanted from it. `None`: all, as nobody has asked.
    carries: Option<Vec<IdFilter>>,
    /// Why no frame can come from it, while none can.
    down: Option<String>,
}

impl SeveralCan {
    /// Most interfaces that can be read together: one for each wheel.
    pub const MOST: usize = 4;

    /// Reads the interfaces with these names, whenever they are there; no more than [`Self::MOST`] of them.
    #[must_use]
    pub fn new(interfaces: &[String]) -> Self {
        let mut members: Vec<Member> = Vec::new();
        for name in interfaces.iter().take(Self::MOST) {
            let mut source = SocketCan::new(name);
            if let Some(first) = members.first() {
                source.clock = first.source.clock.with_same_start();
            }
            members.push(Member { source, carries: None, down: None });
        }
        Self { members, events: VecDeque::new(), in_a_row: 0 }
    }

    /// The smallest receive buffer of those that are open, bytes in the kernel's accounting.
    #[must_use]
    pub fn receive_buffer_bytes(&self) -> Option<usize> {
        self.members.iter().filter_map(|member| member.source.receive_buffer_bytes()).min()
    }

    /// Of what the interfaces have to say now the earliest: whose it is, and when it was, if it is a frame. What has no
    /// time of its own comes first.
    fn earliest(&mut self) -> Option<(usize, Option<SourceTime>)> {
        let mut earliest = None;
        for (n, member) in self.members.iter_mut().enumerate() {
            member.source.start();
            member.source.read_now();
            let at = match member.source.events.front() {
                Some(Event::Frame(frame)) => Some(frame.stamp.at),
                Some(_) => None,
                None => continue,
            };
            if earliest.is_none_or(|(_, other)| at < other) {
                earliest = Some((n, at));
            }
        }
        earliest
    }

    /// Takes what one interface has to say, and says what it means for all; `None` for a frame that belongs elsewhere.
    fn take(&mut self, from: usize) -> Option<Event> {
        let was_down = self.is_down();
        let event = self.members.get_mut(from)?.source.events.pop_front()?;
        // As the kernel's filter does, which knows only of frames that come after it was set.
        if let Event::Frame(frame) = &event
            && !self.belongs(frame.id, from)
        {
            return None;
        }
        let member = self.members.get_mut(from)?;
        let name = member.source.name();
        match event {
            Event::LinkDown(reason) => {
                member.down = Some(reason);
                Some(if self.is_down() { self.all_down() } else { self.members.get(from)?.part_down()? })
            }
            Event::LinkUp => {
                member.down = None;
                if was_down {
                    self.tell_parts();
                    Some(Event::LinkUp)
                } else {
                    Some(Event::PartUp { interface: name })
                }
            }
            Event::ErrorFrame(what) => Some(Event::ErrorFrame(format!("{name}: {what}"))),
            other => Some(other),
        }
    }

    /// Whether a frame with this id is wanted from this interface, and from no other more narrowly: an address chosen
    /// there is not any address here.
    fn belongs(&self, id: FrameId, from: usize) -> bool {
        if self.members.iter().any(|member| member.carries.is_none()) {
            return true;
        }
        let breadth = |n: usize| self.members.get(n).and_then(|member| member.breadth(id));
        let others = (0..self.members.len()).filter(|n| *n != from).filter_map(breadth);
        breadth(from).is_some_and(|own| others.min().is_none_or(|other| own <= other))
    }

    fn is_down(&self) -> bool {
        self.members.iter().all(|member| member.down.is_some())
    }

    fn all_down(&self) -> Event {
        let reasons: Vec<_> = self.members.iter().filter_map(|member| member.down.as_deref()).collect();
        Event::LinkDown(reasons.join("; "))
    }

    /// Will say of each interface that is down that it is.
    fn tell_parts(&mut self) {
        self.events.retain(|event| !matches!(event, Event::PartDown { .. }));
        self.events.extend(self.members.iter().filter_map(Member::part_down));
    }
}

impl Member {
    /// How narrowly a frame with this id is wanted from it ([`IdFilter::breadth`]).
    fn breadth(&self, id: FrameId) -> Option<u32> {
        let meant = self.carries.iter().flatten().filter(|filter| filter.matches(id));
        meant.map(|filter| filter.breadth()).min()
    }

    fn part_down(&self) -> Option<Event> {
        let reason = self.down.clone()?;
        let ids = self.carries.clone().unwrap_or_default();
        Some(Event::PartDown { interface: self.source.name(), ids, reason })
    }
}

impl FrameSource for SeveralCan {
    async fn next(&mut self, deadline: Option<SourceTime>) -> Event {
        loop {
            // A flood must leave other tasks their turn.
            tokio::task::coop::consume_budget().await;
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            let earliest = self.earliest();
            if earliest.is_none() || self.in_a_row >= FRAMES_PER_LOOK {
                self.in_a_row = 0;
                let in_time = tokio::select! {
                    biased;
                    in_time = first(&mut self.members, deadline) => in_time,
                    // In a flood something always lies ready, and what else happens must still be heard of.
                    () = ready(()), if earliest.is_some() => true,
                };
                // The one that reached its deadline knows nothing of the others.
                if !in_time && self.earliest().is_none() {
                    return Event::Deadline;
                }
                continue;
            }
            let Some((from, at)) = earliest else { continue };
            if let (Some(at), Some(deadline)) = (at, deadline)
                && at > deadline
            {
                return Event::Deadline;
            }
            self.in_a_row += 1;
            if let Some(event) = self.take(from) {
                return event;
            }
        }
    }

    fn now(&self) -> SourceTime {
        self.members.first().map_or(SourceTime::ZERO, |member| member.source.now())
    }

    fn name(&self) -> String {
        let names: Vec<_> = self.members.iter().map(|member| member.source.name()).collect();
        names.join(",")
    }

    fn want(&mut self, ids: &[IdFilter]) {
        // Without word of which belongs where, each may carry any.
        self.want_each(&vec![ids.to_vec(); self.members.len()]);
    }

    fn want_each(&mut self, ids: &[Vec<IdFilter>]) {
        for (n, member) in self.members.iter_mut().enumerate() {
            let ids = ids.get(n).cloned().unwrap_or_default();
            member.source.want(&ids);
            member.carries = Some(ids);
        }
        if !self.is_down() {
            self.tell_parts();
        }
    }
}

/// Waits until one of them has something to say, as [`SocketCan::wait`] does. Cancel safe.
async fn first(members: &mut [Member], deadline: Option<SourceTime>) -> bool {
    let mut sources = members.iter_mut().map(|member| &mut member.source);
    let [a, b, c, d] = [(); SeveralCan::MOST].map(|()| sources.next());
    tokio::select! {
        in_time = wait(a, deadline) => in_time,
        in_time = wait(b, deadline) => in_time,
        in_time = wait(c, deadline) => in_time,
        in_time = wait(d, deadline) => in_time,
    }
}

async fn wait(source: Option<&mut SocketCan>, deadline: Option<SourceTime>) -> bool {
    match source {
        Some(source) => source.wait(deadline).await,
        None => pending().await,
    }
}

#[cfg(test)]
mod tests;
