//! A drive of an unknown car, as far as it has been recorded: in memory, on a clock that starts at the first frame.

use std::collections::BTreeSet;
use std::io::{self, Write};

use can_reader::discover::Traffic;
use can_reader::log::{LogBody, LogFrame};
use can_reader::profile::Drive;
use can_reader::{Event, Frame, FrameId, FrameKind, Payload, SourceTime, Stamp};

use crate::error::Error;

/// A recording that is longer is given up: it would fill the memory of a small computer. Seconds.
const MOST_S: f64 = 600.0;

/// So long nothing comes from a car whose ignition is off, seconds.
const SILENT_S: f64 = 5.0;

/// What has been recorded.
#[derive(Debug, Default)]
pub(super) struct Record {
    interface: String,
    traffic: Traffic,
    drive: Drive,
    /// Messages of CAN FD.
    fd: BTreeSet<FrameId>,
    first: Option<SourceTime>,
    /// When the first frame came, microseconds since 1970-01-01 UTC.
    wall_us: u64,
    /// When the last frame came; before the first one, since when it is listened.
    last: Option<SourceTime>,
    now: SourceTime,
    /// Why nothing can come, while nothing can.
    down: Option<String>,
}

impl Record {
    /// Nothing yet, of this interface.
    pub(super) fn new(interface: &str) -> Self {
        Self { interface: interface.to_owned(), ..Self::default() }
    }

    /// Empty again: the drive begins now.
    pub(super) fn begin(&mut self) {
        let (interface, down) = (std::mem::take(&mut self.interface), self.down.take());
        *self = Self { interface, down, ..Self::default() };
    }

    /// Takes an event, with the source's clock.
    pub(super) fn add(&mut self, now: SourceTime, event: &Event) {
        self.now = now;
        self.last.get_or_insert(now);
        match event {
            Event::Frame(frame) if self.seconds() <= MOST_S => {
                let interface = std::mem::take(&mut self.interface);
                self.frame(&interface, frame);
                self.interface = interface;
                self.down = None;
            }
            Event::LinkDown(why) => self.down = Some(why.clone()),
            Event::LinkUp => self.down = None,
            _ => {}
        }
    }

    /// Takes a frame of an interface, in the order of their times.
    pub(super) fn frame(&mut self, interface: &str, frame: &Frame) {
        if self.first.is_none() {
            self.wall_us = frame.stamp.wall_us;
        }
        let first = *self.first.get_or_insert(frame.stamp.at);
        if frame.kind == FrameKind::Fd {
            self.fd.insert(frame.id);
        }
        self.last = self.last.max(Some(frame.stamp.at));
        self.now = self.now.max(frame.stamp.at);
        let stamp = Stamp { at: frame.stamp.at.saturating_sub(first), ..frame.stamp };
        let frame = Frame { stamp, ..*frame };
        self.traffic.add(interface, &frame);
        self.drive.add(interface, &frame);
    }

    /// From the first frame until now, seconds.
    pub(super) fn seconds(&self) -> f64 {
        self.first.map_or(0.0, |first| self.now.saturating_sub(first).as_secs_f64())
    }

    /// For the search.
    pub(super) fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// For the profile.
    pub(super) fn drive(&self) -> &Drive {
        &self.drive
    }

    /// Its data frames as `candump -L` writes them; the flags of CAN FD frames are not known and are 0.
    ///
    /// # Errors
    /// Those of writing.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for (interface, id, seconds, bytes) in self.traffic.in_order() {
            // No frame has more than 64 bytes.
            let payload = Payload::new(bytes).unwrap_or_else(Payload::empty);
            let body = match self.fd.contains(&id) {
                true => LogBody::Fd { id, flags: 0, payload },
                false => LogBody::Classical { id, payload },
            };
            let wall_us = self.wall_us + (seconds * 1e6).round() as u64;
            writeln!(out, "{}", LogFrame { wall_us, interface, body })?;
        }
        Ok(())
    }

    /// Whether it can go on.
    ///
    /// # Errors
    /// The interface is down, the car is silent, or it has become too long; the sentence says what to do.
    pub(super) fn check(&self) -> Result<(), Error> {
        let lost = |why: String| Err(Error::NothingFound(why));
        if let Some(down) = &self.down {
            return lost(format!("the drive cannot be recorded: {down}"));
        }
        let silent = self.last.map_or(0.0, |last| self.now.saturating_sub(last).as_secs_f64());
        if silent > SILENT_S {
            return lost(format!(
                "nothing has come for {silent:.0} s: leave the ignition on for the whole drive, and start again"
            ));
        }
        if self.seconds() > MOST_S {
            let minutes = MOST_S / 60.0;
            return lost(format!(
                "the drive took more than {minutes:.0} minutes, and three are enough; start again"
            ));
        }
        Ok(())
    }
}
