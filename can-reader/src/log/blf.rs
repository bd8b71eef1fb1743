//! Vector's BLF: a head, then objects, most of them packed in containers (zlib).
//!
//! By what Vector publishes of its "Binary Logging Format" and python-can's documentation of it. All numbers are little endian.

use std::io::{self, BufRead, Read};

use flate2::read::ZlibDecoder;

use super::LogBody;
use super::date::micros;
use super::error::LineError;
use super::words::{CLASSICAL_MAX_BYTES, Channel, EXTENDED_MAX, bus_error, data_frame, fd_length, id};
use crate::frame::{FrameId, Payload};

/// What a file begins with.
pub(super) const MAGIC: &[u8] = b"LOGG";

const OBJECT: &[u8; 4] = b"LOBJ";

/// Of an object: signature, sizes of head and object, version of the head, type.
const BASE_BYTES: usize = 16;

/// A container that claims to be larger is damaged: Vector's are of 128 KiB.
const MOST_BYTES: usize = 64 << 20;

/// The next object begins within so many bytes after the one before: padding goes by the type.
const PADDING: usize = 8;

const CAN_MESSAGE: u32 = 1;
const CAN_ERROR: u32 = 2;
const LOG_CONTAINER: u32 = 10;
const CAN_ERROR_EXT: u32 = 73;
const CAN_MESSAGE2: u32 = 86;
const CAN_FD_MESSAGE: u32 = 100;
const CAN_FD_MESSAGE_64: u32 = 101;
const CAN_FD_ERROR_64: u32 = 104;

/// Reads the objects.
#[derive(Debug, Default)]
pub(super) struct Blf {
    start_us: u64,
    has_head: bool,
    /// Objects that are unpacked, from `at` on.
    unpacked: Vec<u8>,
    at: usize,
    /// Objects so far, from 1.
    pub objects: u64,
    channel: Channel,
}

/// The base head of an object.
struct Base {
    head_bytes: usize,
    bytes: usize,
    kind: u32,
}

impl Base {
    fn of(bytes: &[u8]) -> Option<Self> {
        let head_bytes = usize::from(u16_at(bytes, 4)?);
        let whole = usize::try_from(u32_at(bytes, 8)?).ok()?;
        let kind = u32_at(bytes, 12)?;
        let is_sound = bytes.starts_with(OBJECT)
            && head_bytes >= BASE_BYTES
            && (head_bytes..=MOST_BYTES).contains(&whole);
        is_sound.then_some(Self { head_bytes, bytes: whole, kind })
    }
}

/// The time of a frame, microseconds, and the frame; or why an object is none.
type Parsed = Result<(u64, LogBody), LineError>;

impl Blf {
    /// The next frame or damaged object; `None` at the end.
    pub fn next(&mut self, input: &mut dyn BufRead) -> io::Result<Option<Parsed>> {
        if !self.has_head {
            self.head(input)?;
        }
        loop {
            match self.object() {
                Some(Ok(None)) => {}
                Some(Ok(Some(parsed))) => return Ok(Some(Ok(parsed))),
                Some(Err(reason)) => return Ok(Some(Err(reason))),
                None => match self.more(input)? {
                    None => return Ok(None),
                    Some(Ok(())) => {}
                    Some(Err(reason)) => {
                        self.objects += 1;
                        return Ok(Some(Err(reason)));
                    }
                },
            }
        }
    }

    /// That of the last frame.
    pub fn interface(&self) -> &str {
        self.channel.last()
    }

    fn head(&mut self, input: &mut dyn BufRead) -> io::Result<()> {
        self.has_head = true;
        let mut head = [0; 72];
        input.read_exact(&mut head)?;
        let size = u32_at(&head, 4).unwrap_or(0);
        let field = |number: usize| u16_at(&head, 40 + 2 * number).map_or(0, u64::from);
        // A SYSTEMTIME of Windows: year, month, day of the week, day, hour, minute, second, millisecond.
        let of_day_ms = ((field(4) * 60 + field(5)) * 60 + field(6)) * 1000 + field(7);
        self.start_us = micros(field(0), field(1), field(3), of_day_ms * 1000).unwrap_or(0);
        let rest = u64::from(size).saturating_sub(head.len() as u64);
        io::copy(&mut input.take(rest), &mut io::sink())?;
        Ok(())
    }

    /// The next object of those that are unpacked; `None` where there is no whole one.
    fn object(&mut self) -> Option<Result<Option<(u64, LogBody)>, LineError>> {
        let rest = self.unpacked.get(self.at..)?;
        let padding = rest.windows(OBJECT.len()).take(PADDING).position(|window| window == OBJECT);
        let Some(padding) = padding else {
            if rest.len() < PADDING + OBJECT.len() {
                return None;
            }
            // Not where it should be: on from the next one that is seen.
            let next = rest.windows(OBJECT.len()).position(|window| window == OBJECT);
            self.at += next.unwrap_or(rest.len() - OBJECT.len());
            self.objects += 1;
            return Some(Err(LineError::Object));
        };
        let object = &rest[padding..];
        if object.len() < BASE_BYTES {
            return None;
        }
        let Some(base) = Base::of(object) else {
            self.at += padding + OBJECT.len();
            self.objects += 1;
            return Some(Err(LineError::Object));
        };
        let object = object.get(..base.bytes)?;
        self.at += padding + base.bytes;
        self.objects += 1;
        Some(parse(&base, object, self.start_us, &mut self.channel))
    }

    /// Unpacks the next container; `None` at the end of the file.
    fn more(&mut self, input: &mut dyn BufRead) -> io::Result<Option<Result<(), LineError>>> {
        self.unpacked.drain(..self.at);
        self.at = 0;
        let mut head = [0; BASE_BYTES];
        let Some(found) = find_object(input, &mut head)? else {
            // What is left is the padding of the last object, or a part of one.
            let is_part = self.unpacked.windows(OBJECT.len()).any(|window| window == OBJECT);
            self.unpacked.clear();
            return Ok(is_part.then_some(Err(LineError::ObjectCut)));
        };
        let Some(base) = Base::of(&head) else { return Ok(Some(Err(LineError::Object))) };
        let mut body = Vec::new();
        input.take((base.bytes - BASE_BYTES) as u64).read_to_end(&mut body)?;
        let unpacked = if base.kind == LOG_CONTAINER {
            self.unpack(&body)
        } else {
            self.unpacked.extend(&head);
            self.unpacked.extend(body);
            Ok(())
        };
        Ok(Some(if found == Found::AfterOthers { Err(LineError::Object) } else { unpacked }))
    }

    /// The content of a container, as far as it can be unpacked.
    fn unpack(&mut self, container: &[u8]) -> Result<(), LineError> {
        let packed = container.get(16..).ok_or(LineError::ObjectCut)?;
        match u16_at(container, 0) {
            Some(0) => {
                self.unpacked.extend_from_slice(packed);
                Ok(())
            }
            Some(2) => {
                let size = u32_at(container, 8).map_or(MOST_BYTES, |size| size as usize);
                let mut limited = ZlibDecoder::new(packed).take(size.min(MOST_BYTES) as u64);
                limited.read_to_end(&mut self.unpacked).map(drop).map_err(|_| LineError::Packed)
            }
            _ => Err(LineError::Packed),
        }
    }
}

/// Where the next object was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// After padding at most.
    Next,
    /// After bytes that are none.
    AfterOthers,
}

/// Fills `head` with the base head of the next object; `None` at the end.
fn find_object(input: &mut dyn BufRead, head: &mut [u8; BASE_BYTES]) -> io::Result<Option<Found>> {
    let mut filled = 0;
    let mut passed = 0_usize;
    loop {
        let count = input.read(&mut head[filled..])?;
        if count == 0 {
            return Ok(None);
        }
        filled += count;
        if filled < BASE_BYTES {
            continue;
        }
        if head.starts_with(OBJECT) {
            return Ok(Some(if passed < PADDING { Found::Next } else { Found::AfterOthers }));
        }
        let next = head.windows(OBJECT.len()).position(|window| window == OBJECT);
        let skip = next.unwrap_or(BASE_BYTES - OBJECT.len() + 1);
        head.copy_within(skip.., 0);
        filled -= skip;
        passed += skip;
    }
}

/// `Ok(None)`: an object that is no frame.
fn parse(
    base: &Base,
    object: &[u8],
    start_us: u64,
    channel: &mut Channel,
) -> Result<Option<(u64, LogBody)>, LineError> {
    let data = object.get(base.head_bytes..).ok_or(LineError::Object)?;
    let (number, body) = match base.kind {
        CAN_MESSAGE | CAN_MESSAGE2 => classical(data).ok_or(LineError::ObjectCut)??,
        CAN_FD_MESSAGE => fd(data).ok_or(LineError::ObjectCut)??,
        CAN_FD_MESSAGE_64 => fd_64(data).ok_or(LineError::ObjectCut)??,
        CAN_ERROR | CAN_ERROR_EXT => (u16_at(data, 0).ok_or(LineError::ObjectCut)?, bus_error()),
        CAN_FD_ERROR_64 => (data.first().copied().map(u16::from).ok_or(LineError::ObjectCut)?, bus_error()),
        _ => return Ok(None),
    };
    let (flags, stamp) = u32_at(object, 16).zip(u64_at(object, 24)).ok_or(LineError::Time)?;
    // Units of 10 us or of 1 ns.
    let us = if flags & 1 == 1 { stamp.checked_mul(10) } else { Some(stamp / 1000) };
    let wall_us = us.and_then(|us| start_us.checked_add(us)).ok_or(LineError::TimestampRange)?;
    // Channels count from 1, interfaces from 0.
    channel.name(u64::from(number).saturating_sub(1));
    Ok(Some((wall_us, body)))
}

type Frame = Result<(u16, LogBody), LineError>;

/// Bit 31 says that it has 29.
fn identifier(number: u32) -> Result<FrameId, LineError> {
    let is_extended = number & 1 << 31 != 0;
    id(if is_extended { number & EXTENDED_MAX } else { number }, is_extended)
}

fn classical(data: &[u8]) -> Option<Frame> {
    let (channel, flags, length, number) =
        (u16_at(data, 0)?, *data.get(2)?, usize::from(*data.get(3)?), u32_at(data, 4)?);
    let length = length.min(CLASSICAL_MAX_BYTES);
    let bytes = data.get(8..8 + length)?;
    Some(identifier(number).and_then(|id| {
        let body = if flags & 0x80 != 0 {
            LogBody::Remote { id, length: length as u8 }
        } else {
            data_frame(id, None, Payload::new(bytes).ok_or(LineError::TooLong)?)?
        };
        Ok((channel, body))
    }))
}

fn fd(data: &[u8]) -> Option<Frame> {
    let (channel, flags, number) = (u16_at(data, 0)?, *data.get(2)?, u32_at(data, 4)?);
    let (code, fd_flags, valid) = (u64::from(*data.get(3)?), *data.get(13)?, usize::from(*data.get(14)?));
    let bytes = data.get(20..)?;
    Some(
        any(number, flags & 0x80 != 0, (fd_flags & 1 != 0).then_some(fd_flags >> 1 & 3), code, valid, bytes)
            .map(|body| (channel, body)),
    )
}

fn fd_64(data: &[u8]) -> Option<Frame> {
    let (channel, code, valid) =
        (u16::from(*data.first()?), u64::from(*data.get(1)?), usize::from(*data.get(2)?));
    let (number, flags) = (u32_at(data, 4)?, u32_at(data, 12)?);
    let bytes = data.get(40..)?;
    let fd = (flags & 0x1000 != 0).then_some((flags >> 13 & 3) as u8);
    Some(any(number, flags & 0x10 != 0, fd, code, valid, bytes).map(|body| (channel, body)))
}

/// A frame of a CAN FD object, which may be a classical one all the same. `fd`: `CANFD_BRS` and `CANFD_ESI`.
fn any(
    number: u32,
    is_remote: bool,
    fd: Option<u8>,
    code: u64,
    valid: usize,
    bytes: &[u8],
) -> Result<LogBody, LineError> {
    let id = identifier(number)?;
    if is_remote && fd.is_none() {
        let length = u8::try_from(code.min(8)).unwrap_or(8);
        return Ok(LogBody::Remote { id, length });
    }
    let length = fd_length(code).ok_or(LineError::FdLength)?.max(valid).min(64);
    // Bytes that are not there are zeros that nobody stored.
    let mut data = [0; 64];
    let stored = bytes.get(..valid.min(length)).ok_or(LineError::ObjectCut)?;
    data[..stored.len()].copy_from_slice(stored);
    data_frame(id, fd, Payload::new(&data[..length]).ok_or(LineError::FdLength)?)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
