//! ASAM's MDF 4, as CAN loggers and tools write the traffic of a bus ("bus logging"): a file of blocks that point to each other.
//!
//! By the associated standard's public descriptions: ASAM's wiki page of MDF and asammdf's documentation of the blocks. All numbers of
//! blocks are little endian. Frames of several groups come in the order of their time; no more than a block of each is in memory.

mod block;
mod group;
mod layout;
mod stream;

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::sync::Arc;

use self::block::{Block, Source, number};
use self::group::Group;
use super::LogBody;
use super::error::LineError;
use super::words::Channel;

/// What a file begins with that was closed, or not.
const CLOSED: &[u8] = b"MDF     ";
const NOT_CLOSED: &[u8] = b"UnFinMF ";

/// The head block stands behind the identification.
const HEAD_AT: u64 = 64;

/// More groups than any tool writes.
const MOST_GROUPS: usize = 10_000;

/// So many records are looked at to know how buses are numbered.
const FIRST_RECORDS: usize = 256;

/// Of a file that was not closed: the last data block does not say how long it is.
const LAST_LENGTH_UNKNOWN: u64 = 1 << 2;

/// Whether a file that begins like this is one.
pub(super) fn is_mdf(beginning: &[u8]) -> bool {
    beginning.starts_with(CLOSED) || beginning.starts_with(NOT_CLOSED)
}

/// The time of a frame, microseconds, and the frame; or why a record is none.
type Parsed = Result<(u64, LogBody), LineError>;

/// A frame of a group: nanoseconds since the start, before it where a tool took another one, the number of the bus, and what it is.
type Record = (i64, u64, LogBody);

/// Reads the frames.
#[derive(Debug)]
pub(super) struct Mdf {
    start_ns: u64,
    groups: Vec<Group>,
    /// The next record of each group; `None` at its end.
    ahead: Vec<Option<Result<Record, LineError>>>,
    /// The first records of all, in their order.
    first: VecDeque<Result<Record, LineError>>,
    /// The number of the first bus.
    first_bus: u64,
    /// What is wrong with the file itself, until it has been said.
    fault: Option<LineError>,
    channel: Channel,
    /// Records so far, from 1.
    pub objects: u64,
}

impl Mdf {
    /// # Errors
    /// Those of reading the file. What is wrong with its content is told as a damaged record.
    pub fn open(file: File) -> io::Result<Self> {
        let source = Arc::new(Source::new(file)?);
        let mut this = Self {
            start_ns: 0,
            groups: Vec::new(),
            ahead: Vec::new(),
            first: VecDeque::new(),
            first_bus: 1,
            fault: None,
            channel: Channel::default(),
            objects: 0,
        };
        this.fault = this.groups(&source)?.err();
        if this.fault.is_none() && this.groups.is_empty() {
            this.fault = Some(LineError::NoBus);
        }
        for group in &mut this.groups {
            this.ahead.push(group.next()?);
        }
        while this.first.len() < FIRST_RECORDS {
            let Some(record) = this.merged()? else { break };
            this.first.push_back(record);
        }
        // Loggers count buses from 1, python-can from 0, and no block says which.
        if this.first.iter().any(|record| matches!(record, Ok((_, 0, _)))) {
            this.first_bus = 0;
        }
        Ok(this)
    }

    /// Reads all but the records. What was found before a fault is kept.
    fn groups(&mut self, source: &Arc<Source>) -> io::Result<Result<(), LineError>> {
        let mut id = [0; 64];
        if !source.read(0, &mut id)? {
            return Ok(Err(LineError::ObjectCut));
        }
        let version = number(&id, 28, 2);
        if version < 400 {
            return Ok(Err(LineError::OldMdf));
        }
        let is_cut = id.starts_with(NOT_CLOSED) && number(&id, 60, 2) & LAST_LENGTH_UNKNOWN != 0;
        let head = match Block::read(source, HEAD_AT, b"##HD")? {
            Ok(head) => head,
            Err(fault) => return Ok(Err(fault)),
        };
        // Nanoseconds since 1970. Local time without an offset is taken as UTC, like the dates of other logs.
        self.start_ns = head.number(source, 0, 8)?.unwrap_or(0);
        let mut at = head.link(0);
        for _ in 0..MOST_GROUPS {
            if at == 0 {
                return Ok(Ok(()));
            }
            let group = match Block::read(source, at, b"##DG")? {
                Ok(group) => group,
                Err(fault) => return Ok(Err(fault)),
            };
            match Group::of(source, &group, is_cut)? {
                Ok(Some(group)) => self.groups.push(group),
                Ok(None) => {}
                Err(fault) => self.fault = Some(fault),
            }
            at = group.link(0);
        }
        Ok(Err(LineError::Object))
    }

    /// The next frame or damaged record; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Parsed>> {
        if let Some(fault) = self.fault.take() {
            self.objects += 1;
            return Ok(Some(Err(fault)));
        }
        let record = match self.first.pop_front() {
            Some(record) => record,
            None => match self.merged()? {
                Some(record) => record,
                None => return Ok(None),
            },
        };
        self.objects += 1;
        Ok(Some(record.and_then(|(ns, bus, body)| {
            self.channel.name(bus.saturating_sub(self.first_bus));
            let wall_ns = self.start_ns.checked_add_signed(ns).ok_or(LineError::TimestampRange)?;
            Ok((wall_ns.saturating_add(500) / 1000, body))
        })))
    }

    /// The earliest record of all groups; `None` at the end.
    fn merged(&mut self) -> io::Result<Option<Result<Record, LineError>>> {
        let due = |ahead: &Option<Result<Record, LineError>>| match ahead {
            None => None,
            Some(Err(_)) => Some(i64::MIN),
            Some(Ok((ns, ..))) => Some(*ns),
        };
        let ahead = self.ahead.iter().enumerate();
        let earliest = ahead.filter_map(|(at, ahead)| Some((due(ahead)?, at))).min();
        let Some((_, at)) = earliest else { return Ok(None) };
        let record = self.ahead[at].take();
        self.ahead[at] = self.groups[at].next()?;
        Ok(record)
    }

    /// That of the last frame.
    pub fn interface(&self) -> &str {
        self.channel.last()
    }

    /// Bytes of records read so far, as they are in the file.
    pub fn bytes(&self) -> u64 {
        self.groups.iter().map(Group::bytes).sum()
    }
}
