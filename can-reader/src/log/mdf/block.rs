//! A block: four letters, its length, links to others, and data.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::super::error::LineError;

const HEAD_BYTES: u64 = 24;

/// No block of ours has more links, but lists of data blocks have; those are read in parts.
const MOST_LINKS: u64 = 1 << 20;

/// A text is not longer than this.
const MOST_TEXT: u64 = 4096;

/// The file, read anywhere.
#[derive(Debug)]
pub(super) struct Source {
    file: File,
    bytes: u64,
}

impl Source {
    pub fn new(file: File) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        Ok(Self { file, bytes })
    }

    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Fills `to` from `at` on; `false` where the file has not as much.
    pub fn read(&self, at: u64, to: &mut [u8]) -> io::Result<bool> {
        let is_there = at.checked_add(to.len() as u64).is_some_and(|end| end <= self.bytes);
        if is_there {
            self.file.read_exact_at(to, at)?;
        }
        Ok(is_there)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Block {
    pub kind: [u8; 4],
    links: Vec<u64>,
    /// Where its data begins and ends in the file. The end may lie behind that of the file.
    pub data: u64,
    pub end: u64,
}

impl Block {
    /// The block at `at`, whatever it is.
    pub fn any(source: &Source, at: u64) -> io::Result<Result<Self, LineError>> {
        let mut head = [0; HEAD_BYTES as usize];
        if !source.read(at, &mut head)? {
            return Ok(Err(LineError::ObjectCut));
        }
        let (length, count) = (number(&head, 8, 8), number(&head, 16, 8));
        let data = at
            .checked_add(HEAD_BYTES)
            .zip(count.checked_mul(8))
            .and_then(|(at, links)| at.checked_add(links));
        let (Some(data), Some(end)) = (data, at.checked_add(length)) else {
            return Ok(Err(LineError::Object));
        };
        if !head.starts_with(b"##") || count > MOST_LINKS || end < data {
            return Ok(Err(LineError::Object));
        }
        if data > source.bytes() {
            return Ok(Err(LineError::ObjectCut));
        }
        let mut links = vec![0; count as usize * 8];
        source.read(at + HEAD_BYTES, &mut links)?;
        let links = links.chunks_exact(8).map(|link| number(link, 0, 8)).collect();
        Ok(Ok(Self { kind: [head[0], head[1], head[2], head[3]], links, data, end }))
    }

    /// The block at `at`, which has to be of this kind.
    pub fn read(source: &Source, at: u64, kind: &[u8; 4]) -> io::Result<Result<Self, LineError>> {
        let block = Self::any(source, at)?;
        Ok(block.and_then(|block| if &block.kind == kind { Ok(block) } else { Err(LineError::Object) }))
    }

    /// 0 where there is none.
    pub fn link(&self, place: usize) -> u64 {
        self.links.get(place).copied().unwrap_or(0)
    }

    pub fn links(&self) -> &[u64] {
        &self.links
    }

    /// A number of its data; `None` where the data is shorter.
    pub fn number(&self, source: &Source, place: u64, bytes: usize) -> io::Result<Option<u64>> {
        let mut data = [0; 8];
        let data = &mut data[..bytes.min(8)];
        let is_there =
            self.data + place + bytes as u64 <= self.end && source.read(self.data + place, data)?;
        Ok(is_there.then(|| number(data, 0, bytes)))
    }

    pub fn float(&self, source: &Source, place: u64) -> io::Result<Option<f64>> {
        Ok(self.number(source, place, 8)?.map(f64::from_bits))
    }
}

/// The text of a `##TX` or `##MD` block; empty where there is none.
pub(super) fn text(source: &Source, at: u64) -> io::Result<String> {
    if at == 0 {
        return Ok(String::new());
    }
    let Ok(block) = Block::any(source, at)? else { return Ok(String::new()) };
    let mut bytes = vec![0; (block.end - block.data).min(MOST_TEXT) as usize];
    source.read(block.data, &mut bytes)?;
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(text).into_owned())
}

/// Up to 8 bytes, little endian; 0 where they are not there.
pub(super) fn number(bytes: &[u8], at: usize, count: usize) -> u64 {
    let bytes = bytes.get(at..at + count).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
