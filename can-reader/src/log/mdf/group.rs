//! A data group: the records of one channel group, or of several that are told apart by a number in front of each.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use super::super::error::LineError;
use super::Record;
use super::block::{Block, Source, number};
use super::layout::{Bytes, Layout};
use super::stream::Stream;

const MOST_GROUPS: usize = 10_000;

/// A record without a fixed length is not longer than this.
const MOST_BYTES: usize = 1 << 16;

/// So many of these are kept until a frame asks for them, and so many frames wait for theirs.
const KEPT: usize = 4096;

/// A channel group with these flags has records of any length.
const VARIABLE_LENGTH: u64 = 1;

#[derive(Debug)]
enum Kind {
    /// Records of frames.
    Frames(Box<Layout>, Option<Stream>, u64),
    /// Bytes of frames: how many came before, and those that are kept by their offset.
    Bytes { at: u64, before: u64, kept: VecDeque<(u64, Vec<u8>)> },
    /// Something else.
    Other,
}

#[derive(Debug)]
struct Part {
    id: u64,
    bytes: usize,
    kind: Kind,
}

#[derive(Debug)]
pub(super) struct Group {
    records: Stream,
    /// Bytes of the number in front of each record; 0 where there is one channel group.
    id_bytes: usize,
    parts: Vec<Part>,
    /// Records of frames whose bytes have not come yet: which part, and the record.
    waiting: VecDeque<(usize, Vec<u8>)>,
}

impl Group {
    /// `None` for one without frames.
    pub fn of(
        source: &Arc<Source>,
        group: &Block,
        is_cut: bool,
    ) -> io::Result<Result<Option<Self>, LineError>> {
        let id_bytes = group.number(source, 0, 1)?.unwrap_or(0).min(8) as usize;
        let mut parts = Vec::new();
        let mut at = group.link(1);
        let mut has_frames = false;
        while at != 0 {
            let channels = match Block::read(source, at, b"##CG")? {
                Ok(channels) if parts.len() < MOST_GROUPS => channels,
                Ok(_) => return Ok(Err(LineError::Object)),
                Err(fault) => return Ok(Err(fault)),
            };
            let number =
                |place, bytes| Ok::<_, io::Error>(channels.number(source, place, bytes)?.unwrap_or(0));
            let kind = if number(16, 2)? & VARIABLE_LENGTH != 0 {
                Kind::Bytes { at, before: 0, kept: VecDeque::new() }
            } else {
                match Layout::of(source, &channels)? {
                    Err(fault) => return Ok(Err(fault)),
                    Ok(None) => Kind::Other,
                    Ok(Some(layout)) => {
                        has_frames = true;
                        let stream = other_data(source, &layout, is_cut)?;
                        Kind::Frames(Box::new(layout), stream, 0)
                    }
                }
            };
            // Values, and the bits that say which of them are valid.
            let bytes = number(24, 4)? + number(28, 4)?;
            parts.push(Part { id: number(0, 8)?, bytes: bytes as usize, kind });
            at = channels.link(0);
        }
        if !has_frames {
            return Ok(Ok(None));
        }
        if id_bytes == 0 && (parts.len() > 1 || parts[0].bytes == 0) {
            return Ok(Err(LineError::Object));
        }
        let records = Stream::new(source, group.link(2), is_cut);
        Ok(Ok(Some(Self { records, id_bytes, parts, waiting: VecDeque::new() })))
    }

    /// Its next frame or damaged record; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Result<Record, LineError>>> {
        loop {
            if let Some(frame) = self.waited() {
                return Ok(Some(frame));
            }
            let Some(place) = self.place()? else {
                // What still waits waits for nothing.
                let rest = self.waiting.pop_front().map(|_| LineError::ObjectCut);
                return Ok(self.records.fault().or(rest).map(Err));
            };
            let Ok(place) = place else { return Ok(Some(Err(LineError::Type))) };
            let part = &mut self.parts[place];
            match &mut part.kind {
                Kind::Bytes { before, kept, .. } => {
                    let Some(length) = self.records.take(4)?.map(|bytes| number(bytes, 0, 4) as usize) else {
                        continue;
                    };
                    if length > MOST_BYTES {
                        self.records.give_up();
                        return Ok(Some(Err(LineError::Length)));
                    }
                    let Some(bytes) = self.records.take(length)? else { continue };
                    if kept.len() == KEPT {
                        kept.pop_front();
                    }
                    kept.push_back((*before, bytes.to_vec()));
                    *before += 4 + length as u64;
                }
                Kind::Other => {
                    self.records.take(part.bytes)?;
                }
                Kind::Frames(layout, other, read) => {
                    let Some(record) = self.records.take(part.bytes)? else { continue };
                    let Some(offset) = layout.elsewhere(record) else {
                        return Ok(Some(layout.frame(record, None)));
                    };
                    if let Some(other) = other {
                        let data = bytes_at(other, read, offset)?;
                        return Ok(Some(layout.frame(record, data)));
                    }
                    if self.waiting.len() == KEPT {
                        self.waiting.pop_front();
                        self.waiting.push_back((place, record.to_vec()));
                        return Ok(Some(Err(LineError::ObjectCut)));
                    }
                    self.waiting.push_back((place, record.to_vec()));
                }
            }
        }
    }

    /// Of which channel group the next record is; `Err` for none that there is, which ends the records.
    fn place(&mut self) -> io::Result<Option<Result<usize, ()>>> {
        if self.id_bytes == 0 {
            return Ok(self.records.peek(self.parts[0].bytes)?.map(|_| Ok(0)));
        }
        let Some(id) = self.records.take(self.id_bytes)?.map(|bytes| number(bytes, 0, bytes.len())) else {
            return Ok(None);
        };
        let place = self.parts.iter().position(|part| part.id == id);
        if place.is_none() {
            // Where the next one begins nobody knows.
            self.records.give_up();
        }
        Ok(Some(place.ok_or(())))
    }

    /// The frame that has waited longest, if its bytes are there.
    fn waited(&mut self) -> Option<Result<Record, LineError>> {
        let (place, record) = self.waiting.front()?;
        let Kind::Frames(layout, ..) = &self.parts[*place].kind else { return None };
        let Bytes::Elsewhere { link, .. } = layout.data else { return None };
        let offset = layout.elsewhere(record)?;
        let kept = self.parts.iter().find_map(|part| match &part.kind {
            Kind::Bytes { at, kept, .. } if *at == link => Some(kept),
            _ => None,
        })?;
        let place = kept.binary_search_by_key(&offset, |(offset, _)| *offset).ok()?;
        let frame = layout.frame(record, Some(&kept[place].1));
        self.waiting.pop_front();
        Some(frame)
    }

    /// Bytes read from the file so far.
    pub fn bytes(&self) -> u64 {
        let other = self.parts.iter().map(|part| match &part.kind {
            Kind::Frames(_, Some(stream), _) => stream.bytes,
            _ => 0,
        });
        self.records.bytes + other.sum::<u64>()
    }
}

/// The bytes of frames where they are in data blocks of their own.
fn other_data(source: &Arc<Source>, layout: &Layout, is_cut: bool) -> io::Result<Option<Stream>> {
    let Bytes::Elsewhere { link, .. } = layout.data else { return Ok(None) };
    let is_group = Block::read(source, link, b"##CG")?.is_ok();
    Ok((!is_group).then(|| Stream::new(source, link, is_cut)))
}

/// The bytes at an offset of data that is read once, from its start to its end; `None` where they have gone by or never come.
fn bytes_at<'a>(data: &'a mut Stream, read: &mut u64, offset: u64) -> io::Result<Option<&'a [u8]>> {
    while *read < offset {
        let step = (offset - *read).min(MOST_BYTES as u64);
        if data.take(step as usize)?.is_none() {
            return Ok(None);
        }
        *read += step;
    }
    if *read > offset {
        return Ok(None);
    }
    let Some(length) = data.take(4)?.map(|bytes| number(bytes, 0, 4)) else { return Ok(None) };
    *read += 4;
    if length > MOST_BYTES as u64 {
        return Ok(None);
    }
    let bytes = data.take(length as usize)?;
    if bytes.is_some() {
        *read += length;
    }
    Ok(bytes)
}
