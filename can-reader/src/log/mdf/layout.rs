//! Where the record of a channel group has the parts of a frame.

use std::io;

use super::super::LogBody;
use super::super::error::LineError;
use super::super::words::{CLASSICAL_MAX_BYTES, bus_error, data_frame, fd_length, id};
use super::Record;
use super::block::{Block, Source, text};
use crate::frame::Payload;

/// More channels than any group of frames has.
const MOST_CHANNELS: usize = 10_000;

/// How deep channels lie in channels.
const DEEPEST: usize = 8;

/// Kinds of channels.
const VARIABLE_LENGTH: u64 = 1;
const MASTER: u64 = 2;
const VIRTUAL_MASTER: u64 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Data,
    Remote,
    Error,
}

/// Bits of a record, and what a count of them is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    byte: usize,
    bit: u32,
    bits: u32,
    is_big: bool,
    is_float: bool,
    factor: f64,
    offset: f64,
}

impl Field {
    fn raw(&self, record: &[u8]) -> Option<u64> {
        let count = (self.bit + self.bits).div_ceil(8) as usize;
        let bytes = record.get(self.byte..self.byte.checked_add(count)?)?;
        let join = |number: u128, byte: &u8| number << 8 | u128::from(*byte);
        let whole = if self.is_big { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) };
        let raw = whole >> self.bit;
        Some(if self.bits < 64 { raw as u64 & ((1 << self.bits) - 1) } else { raw as u64 })
    }

    fn value(&self, record: &[u8]) -> Option<f64> {
        let raw = self.raw(record)?;
        let value = match (self.is_float, self.bits) {
            (false, _) => raw as f64,
            (true, 32) => f64::from(f32::from_bits(raw as u32)),
            (true, _) => f64::from_bits(raw),
        };
        Some(value * self.factor + self.offset)
    }
}

/// Where the bytes of a frame are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bytes {
    Nowhere,
    Record {
        byte: usize,
        bytes: usize,
    },
    /// At an offset in other data, behind this link: data blocks, or a group of records without a fixed length.
    Elsewhere {
        offset: Field,
        link: u64,
    },
}

/// A channel group of frames.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    what: What,
    time: Option<Field>,
    id: Option<Field>,
    extended: Option<Field>,
    bus: Option<Field>,
    length: Option<Field>,
    code: Option<Field>,
    fd: Option<Field>,
    rate: Option<Field>,
    state: Option<Field>,
    pub data: Bytes,
}

impl Layout {
    /// `None` for a group that has no frames.
    pub fn of(source: &Source, group: &Block) -> io::Result<Result<Option<Self>, LineError>> {
        let mut layout = Self {
            what: What::Data,
            time: None,
            id: None,
            extended: None,
            bus: None,
            length: None,
            code: None,
            fd: None,
            rate: None,
            state: None,
            data: Bytes::Nowhere,
        };
        let mut is_bus = false;
        // Links to channels that are still to be read, and how deep they lie.
        let mut channels = vec![(group.link(1), 0)];
        for _ in 0..MOST_CHANNELS {
            let Some((at, depth)) = channels.pop() else {
                return Ok(Ok(is_bus.then_some(layout)));
            };
            if at == 0 {
                continue;
            }
            let channel = match Block::read(source, at, b"##CN")? {
                Ok(channel) => channel,
                Err(fault) => return Ok(Err(fault)),
            };
            channels.push((channel.link(0), depth));
            if depth < DEEPEST && Block::read(source, channel.link(1), b"##CN")?.is_ok() {
                channels.push((channel.link(1), depth + 1));
            }
            is_bus |= layout.channel(source, &channel)?;
        }
        Ok(Err(LineError::Object))
    }

    /// Takes a channel in; whether it belongs to a frame.
    fn channel(&mut self, source: &Source, channel: &Block) -> io::Result<bool> {
        let number = |place, bytes| Ok::<_, io::Error>(channel.number(source, place, bytes)?.unwrap_or(0));
        let (kind, data_type) = (number(0, 1)?, number(2, 1)?);
        let (factor, offset) = conversion(source, channel.link(4))?;
        let field = Field {
            byte: number(4, 4)? as usize,
            bit: number(3, 1)? as u32 & 7,
            bits: (number(8, 4)? as u32).min(64),
            is_big: data_type % 2 == 1,
            is_float: matches!(data_type, 4 | 5),
            factor,
            offset,
        };
        if kind == MASTER || kind == VIRTUAL_MASTER {
            self.time = Some(field);
            return Ok(false);
        }
        let name = text(source, channel.link(2))?;
        // Some tools write "CAN1.CAN_DataFrame.ID".
        let (what, at) =
            match ["CAN_DataFrame", "CAN_RemoteFrame", "CAN_ErrorFrame"].map(|what| name.find(what)) {
                [Some(at), ..] => (What::Data, at),
                [_, Some(at), _] => (What::Remote, at),
                [.., Some(at)] => (What::Error, at),
                _ => return Ok(false),
            };
        self.what = what;
        match name[at..].split_once('.').map_or("", |(_, part)| part) {
            "ID" => self.id = Some(field),
            "IDE" => self.extended = Some(field),
            "BusChannel" => self.bus = Some(field),
            "DataLength" => self.length = Some(field),
            "DLC" => self.code = Some(field),
            "EDL" => self.fd = Some(field),
            "BRS" => self.rate = Some(field),
            "ESI" => self.state = Some(field),
            "DataBytes" if kind == VARIABLE_LENGTH => {
                self.data = Bytes::Elsewhere { offset: field, link: channel.link(5) };
            }
            "DataBytes" => self.data = Bytes::Record { byte: field.byte, bytes: number(8, 4)? as usize / 8 },
            _ => {}
        }
        Ok(true)
    }

    /// Where in the other data the bytes of this record are.
    pub fn elsewhere(&self, record: &[u8]) -> Option<u64> {
        match &self.data {
            Bytes::Elsewhere { offset, .. } => offset.raw(record),
            _ => None,
        }
    }

    /// The frame of a record; `data` where its bytes are not in it.
    pub fn frame(&self, record: &[u8], data: Option<&[u8]>) -> Result<Record, LineError> {
        let raw = |field: Option<Field>| field.and_then(|field| field.raw(record));
        let is = |field: Option<Field>| raw(field).is_some_and(|raw| raw != 0);
        let seconds = self.time.and_then(|time| time.value(record)).ok_or(LineError::Time)?;
        let ns = (seconds * 1e9).round();
        // About a century, as far as 64 bits reach.
        if !(-4e18..4e18).contains(&ns) {
            return Err(LineError::TimestampRange);
        }
        let ns = ns as i64;
        let bus = raw(self.bus).unwrap_or(1);
        if self.what == What::Error {
            return Ok((ns, bus, bus_error()));
        }
        let number = raw(self.id).and_then(|id| u32::try_from(id).ok()).ok_or(LineError::IdRange)?;
        // Without a bit of its own it is the topmost one.
        let is_extended = self.extended.map_or(number >> 31 == 1, |_| is(self.extended));
        let id = id(number & 0x7FFF_FFFF, is_extended)?;
        let (code, length) = (raw(self.code), raw(self.length));
        if self.what == What::Remote {
            let length = code.or(length).unwrap_or(0).min(CLASSICAL_MAX_BYTES as u64);
            return Ok((ns, bus, LogBody::Remote { id, length: length as u8 }));
        }
        let bytes = match self.data {
            Bytes::Record { byte, bytes } => {
                record.get(byte..byte.saturating_add(bytes)).ok_or(LineError::ObjectCut)?
            }
            Bytes::Elsewhere { .. } => data.ok_or(LineError::ObjectCut)?,
            Bytes::Nowhere => &[],
        };
        let fd = is(self.fd).then(|| u8::from(is(self.rate)) | u8::from(is(self.state)) << 1);
        let coded = code.and_then(fd_length);
        let length = length.map(|length| length as usize).or(coded).unwrap_or(bytes.len());
        let payload = bytes.get(..length).and_then(Payload::new).ok_or(LineError::Length)?;
        Ok((ns, bus, data_frame(id, fd, payload)?))
    }
}

/// Factor and offset of a linear conversion; 1 and 0 where there is none.
fn conversion(source: &Source, at: u64) -> io::Result<(f64, f64)> {
    const LINEAR: u64 = 1;
    let none = (1.0, 0.0);
    if at == 0 {
        return Ok(none);
    }
    let Ok(block) = Block::read(source, at, b"##CC")? else { return Ok(none) };
    if block.number(source, 0, 1)? != Some(LINEAR) {
        return Ok(none);
    }
    let (offset, factor) = (block.float(source, 24)?, block.float(source, 32)?);
    Ok(factor.zip(offset).unwrap_or(none))
}
