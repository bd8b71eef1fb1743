//! Data that is spread over blocks, packed or not, one after the other.

use std::io::{self, Read};
use std::sync::Arc;

use flate2::read::ZlibDecoder;

use super::super::error::LineError;
use super::block::{Block, Source, number};

/// So much of a block that is not packed is read at once.
const CHUNK_BYTES: u64 = 1 << 16;

/// A packed block that claims to be larger is damaged: the standard recommends 4 MiB.
const MOST_BYTES: u64 = 64 << 20;

#[derive(Debug)]
pub(super) struct Stream {
    source: Arc<Source>,
    /// Links that are still to be followed, the next one last.
    links: Vec<u64>,
    /// What is left of a block that is not packed.
    plain: std::ops::Range<u64>,
    /// From `at` on what has not been given yet.
    buffer: Vec<u8>,
    at: usize,
    /// Of a file that was not closed.
    is_cut: bool,
    /// Each block that is followed takes one: no file has more.
    follows: u64,
    fault: Option<LineError>,
    /// Bytes that were read from the file.
    pub bytes: u64,
}

impl Stream {
    pub fn new(source: &Arc<Source>, link: u64, is_cut: bool) -> Self {
        Self {
            source: Arc::clone(source),
            links: if link == 0 { Vec::new() } else { vec![link] },
            plain: 0..0,
            buffer: Vec::new(),
            at: 0,
            is_cut,
            follows: source.bytes() / 24 + 1,
            fault: None,
            bytes: 0,
        }
    }

    /// The next bytes, and leaves them there; `None` where there are not as many.
    pub fn peek(&mut self, count: usize) -> io::Result<Option<&[u8]>> {
        while self.buffer.len() - self.at < count {
            if !self.more()? {
                return Ok(None);
            }
        }
        Ok(self.buffer.get(self.at..self.at + count))
    }

    /// The next bytes; `None` where there are not as many.
    pub fn take(&mut self, count: usize) -> io::Result<Option<&[u8]>> {
        if self.peek(count)?.is_none() {
            return Ok(None);
        }
        self.at += count;
        Ok(self.buffer.get(self.at - count..self.at))
    }

    /// Gives up the rest, without reading it.
    pub fn give_up(&mut self) {
        self.links.clear();
        self.plain = 0..0;
        self.at = self.buffer.len();
    }

    /// Why it has ended before its end, once.
    pub fn fault(&mut self) -> Option<LineError> {
        let is_part = self.at < self.buffer.len();
        self.at = self.buffer.len();
        // A file that was not closed may end anywhere.
        self.fault.take().or((is_part && !self.is_cut).then_some(LineError::ObjectCut))
    }

    /// Reads on; `false` at the end.
    fn more(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.at);
        self.at = 0;
        while self.plain.is_empty() {
            let Some(link) = self.links.pop() else { return Ok(false) };
            let before = self.buffer.len();
            let followed = if self.follows == 0 { Err(LineError::Object) } else { self.follow(link)? };
            self.follows = self.follows.saturating_sub(1);
            if let Err(fault) = followed {
                self.fault = self.fault.or(Some(fault));
                self.links.clear();
                return Ok(false);
            }
            if self.buffer.len() > before {
                return Ok(true);
            }
        }
        let count = CHUNK_BYTES.min(self.plain.end - self.plain.start);
        let before = self.buffer.len();
        self.buffer.resize(before + count as usize, 0);
        self.source.read(self.plain.start, &mut self.buffer[before..])?;
        self.plain.start += count;
        self.bytes += count;
        Ok(true)
    }

    fn follow(&mut self, link: u64) -> io::Result<Result<(), LineError>> {
        let block = match Block::any(&self.source, link)? {
            Ok(block) => block,
            Err(fault) => return Ok(Err(fault)),
        };
        match &block.kind {
            b"##DT" | b"##SD" | b"##DV" => {
                // The last one of a file that was not closed ends with it.
                let is_open = self.is_cut && self.links.is_empty() && block.end <= block.data;
                let end = if is_open { self.source.bytes() } else { block.end.min(self.source.bytes()) };
                self.plain = block.data..end;
                if block.end > self.source.bytes() && !self.is_cut {
                    self.fault = Some(LineError::ObjectCut);
                }
            }
            b"##DZ" => return self.unpack(&block),
            b"##DL" => {
                let blocks = block.links().get(1..).unwrap_or_default();
                self.links.push(block.link(0));
                self.links.extend(blocks.iter().rev());
                self.links.retain(|link| *link != 0);
            }
            b"##HL" => self.links.push(block.link(0)),
            _ => return Ok(Err(LineError::Object)),
        }
        Ok(Ok(()))
    }

    /// Original type (2 bytes), how it is packed, reserved, a parameter, and both sizes.
    fn unpack(&mut self, block: &Block) -> io::Result<Result<(), LineError>> {
        let mut head = [0; 24];
        if !self.source.read(block.data, &mut head)? {
            return Ok(Err(LineError::ObjectCut));
        }
        let (way, columns) = (head[2], number(&head, 4, 4) as usize);
        let (size, packed) = (number(&head, 8, 8), number(&head, 16, 8));
        if size > MOST_BYTES || packed > MOST_BYTES || way > 1 {
            return Ok(Err(LineError::Packed));
        }
        let mut bytes = vec![0; packed as usize];
        if !self.source.read(block.data + 24, &mut bytes)? {
            return Ok(Err(LineError::ObjectCut));
        }
        self.bytes += packed;
        let mut unpacked = Vec::with_capacity(size as usize);
        let is_whole = ZlibDecoder::new(&bytes[..]).take(size).read_to_end(&mut unpacked).is_ok();
        if !is_whole || unpacked.len() as u64 != size {
            return Ok(Err(LineError::Packed));
        }
        if way == 1 && columns > 0 {
            unpacked = transposed(&unpacked, columns);
        }
        self.buffer.extend(unpacked);
        Ok(Ok(()))
    }
}

/// Bytes that stand column by column, as rows; what is no whole row follows as it is.
fn transposed(bytes: &[u8], columns: usize) -> Vec<u8> {
    let rows = bytes.len() / columns;
    let mut whole = Vec::with_capacity(bytes.len());
    for row in 0..rows {
        whole.extend((0..columns).map(|column| bytes[column * rows + row]));
    }
    whole.extend(&bytes[rows * columns..]);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_rows() {
        assert_eq!(transposed(b"adbecf", 3), b"abcdef");
        assert_eq!(transposed(b"acbdxy", 4), b"acbdxy");
        assert_eq!(transposed(b"acbdx", 2), b"abcdx");
    }
}
