//! Logs that are packed: gzip and Zstandard, known by their first bytes, unpacked while they are read.

use std::io::{self, BufRead, BufReader, Read};
use std::mem;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::FrameDecoderError;

const GZIP: [u8; 2] = [0x1F, 0x8B];
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// An input that counts what has been read of it.
#[derive(Debug)]
pub(super) struct Counted<R> {
    pub inner: R,
    pub bytes: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(to)?;
        self.bytes += count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.bytes += count as u64;
        self.inner.consume(count);
    }
}

/// A log as it is, or unpacked.
#[derive(Debug)]
pub(super) enum Input<R: BufRead> {
    /// Nothing has been read yet.
    New(Counted<R>),
    Plain(Counted<R>),
    Gzip(Box<BufReader<MultiGzDecoder<Counted<R>>>>),
    Zstd(BufReader<Frames<Counted<R>>>),
    /// Only while one becomes another.
    Moving,
}

impl<R: BufRead> Input<R> {
    pub const fn new(inner: R) -> Self {
        Self::New(Counted { inner, bytes: 0 })
    }

    /// To read from, unpacked.
    pub fn open(&mut self) -> io::Result<&mut dyn BufRead> {
        if let Self::New(input) = self {
            let beginning = input.fill_buf()?;
            let (is_gzip, is_zstd) = (beginning.starts_with(&GZIP), beginning.starts_with(&ZSTD));
            let Self::New(input) = mem::replace(self, Self::Moving) else {
                return Err(io::ErrorKind::Other.into());
            };
            *self = match (is_gzip, is_zstd) {
                (true, _) => Self::Gzip(Box::new(BufReader::new(MultiGzDecoder::new(input)))),
                (_, true) => Self::Zstd(BufReader::new(Frames::Between(input))),
                _ => Self::Plain(input),
            };
        }
        match self {
            Self::Plain(input) => Ok(input),
            Self::Gzip(input) => Ok(input),
            Self::Zstd(input) => Ok(input),
            Self::New(_) | Self::Moving => Err(io::ErrorKind::Other.into()),
        }
    }

    /// Whether what is read is the input as it is.
    pub const fn is_plain(&self) -> bool {
        matches!(self, Self::Plain(_))
    }

    /// Bytes read so far, packed as they are.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::New(input) | Self::Plain(input) => input.bytes,
            Self::Gzip(input) => input.get_ref().get_ref().bytes,
            Self::Zstd(input) => input.get_ref().bytes(),
            Self::Moving => 0,
        }
    }

    /// The input itself.
    pub fn into_inner(self) -> Option<R> {
        match self {
            Self::New(input) | Self::Plain(input) => Some(input.inner),
            Self::Gzip(input) => Some(input.into_inner().into_inner().inner),
            Self::Zstd(input) => input.into_inner().into_inner().map(|input| input.inner),
            Self::Moving => None,
        }
    }
}

/// One Zstandard frame after another, as `cat one.zst other.zst` makes them.
pub(super) enum Frames<R: Read> {
    Between(R),
    Within(Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
    Moving,
}

impl<R: Read> std::fmt::Debug for Frames<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Frames")
    }
}

impl<R: BufRead> Frames<Counted<R>> {
    fn bytes(&self) -> u64 {
        match self {
            Self::Between(input) => input.bytes,
            Self::Within(decoder) => decoder.get_ref().bytes,
            Self::Moving => 0,
        }
    }
}

impl<R: Read> Frames<R> {
    fn into_inner(self) -> Option<R> {
        match self {
            Self::Between(input) => Some(input),
            Self::Within(decoder) => Some(decoder.into_inner()),
            Self::Moving => None,
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            *self = match mem::replace(self, Self::Moving) {
                Self::Between(mut input) => {
                    if input.fill_buf()?.is_empty() {
                        *self = Self::Between(input);
                        return Ok(0);
                    }
                    let decoder = StreamingDecoder::new(input).map_err(damaged)?;
                    Self::Within(Box::new(decoder))
                }
                Self::Within(mut decoder) => {
                    let count = decoder.read(to)?;
                    if count > 0 || to.is_empty() {
                        *self = Self::Within(decoder);
                        return Ok(count);
                    }
                    Self::Between(decoder.into_inner())
                }
                Self::Moving => return Err(io::ErrorKind::Other.into()),
            };
        }
    }
}

fn damaged(error: FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}
