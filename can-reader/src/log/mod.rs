//! Recordings of CAN buses, as tools write them: candump, Vector's (ASC, BLF), ASAM's MDF, PEAK's, SavvyCAN, python-can, cabana, packed or not. The kind is
//! known by the content, and one reader ([`LogReader`]) yields the frames of all.
//!
//! What is yielded is written as `candump -L` (can-utils) does it, one frame a line:
//!
//! ```text
//! (1674148739.212264) can0 112#FF0015            11-bit id, classical
//! (1674148739.212264) can0 18FEBF0B#0102         29-bit id
//! (1674148739.212264) can0 123##1AABB            CAN FD: flags (one digit), then data
//! (1674148739.212264) can0 123#R4                remote request for 4 bytes
//! (1674148739.212264) can0 20000040#0000000000000000   error frame (id bit 29)
//! (1674148739.212264) can0 112#FF0015 R          received (T: sent), as newer can-utils add
//! ```

mod asc;
mod blf;
mod candump;
mod date;
mod error;
mod foreign;
mod kind;
mod mdf;
mod objects;
mod packed;
mod reader;
mod screen;
mod table;
mod trc;
mod words;

use std::fmt;

use crate::frame::{Frame, FrameId, FrameKind, Payload, SourceTime, Stamp};

pub use candump::parse_line;
pub use error::LineError;
pub use foreign::Foreign;
pub use kind::Kind;
pub use reader::{DamagedLine, Entry, LogReader, MAX_LINE_BYTES};

/// Bit 29 of an eight-digit id: the line is an error frame (`CAN_ERR_FLAG` of linux/can.h).
pub(crate) const ERROR_FLAG: u32 = 0x2000_0000;

/// One line of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogFrame<'a> {
    /// The log's own stamp, microseconds; since 1970-01-01 UTC unless the log was written with another clock.
    pub wall_us: u64,
    /// The interface that it was recorded from.
    pub interface: &'a str,
    /// What was recorded.
    pub body: LogBody,
}

/// What a line of a log records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogBody {
    /// Classical data frame, 0 to 8 bytes.
    Classical {
        /// Who it is.
        id: FrameId,
        /// Its data.
        payload: Payload,
    },
    /// CAN FD data frame, 0 to 64 bytes.
    Fd {
        /// Who it is.
        id: FrameId,
        /// The flags digit: 1 bit rate switch, 2 error state indicator (`CANFD_BRS`, `CANFD_ESI`).
        flags: u8,
        /// Its data.
        payload: Payload,
    },
    /// Remote request.
    Remote {
        /// Who it is.
        id: FrameId,
        /// How many bytes are asked for, 0 to 8.
        length: u8,
    },
    /// SocketCAN error frame: the controller's report about the bus.
    Error {
        /// Error classes: the `CAN_ERR_*` bits of linux/can/error.h.
        class: u32,
        /// Details of the classes.
        payload: Payload,
    },
}

impl LogFrame<'_> {
    /// The frame, received at `at` on its source's clock; `None` for an error frame.
    #[must_use]
    pub fn frame(&self, at: SourceTime) -> Option<Frame> {
        let stamp = Stamp { wall_us: self.wall_us, at };
        let (id, kind, payload) = match self.body {
            LogBody::Classical { id, payload } => (id, FrameKind::Classical, payload),
            LogBody::Fd { id, payload, .. } => (id, FrameKind::Fd, payload),
            LogBody::Remote { id, .. } => (id, FrameKind::Remote, Payload::empty()),
            LogBody::Error { .. } => return None,
        };
        Some(Frame { stamp, id, kind, payload })
    }

    /// Classes and details of an error frame; `None` for any other.
    #[must_use]
    pub fn error(&self) -> Option<(u32, Payload)> {
        match self.body {
            LogBody::Error { class, payload } => Some((class, payload)),
            _ => None,
        }
    }
}

impl fmt::Display for LogFrame<'_> {
    /// As candump writes it, without the newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, us) = (self.wall_us / 1_000_000, self.wall_us % 1_000_000);
        write!(f, "({seconds:010}.{us:06}) {} ", self.interface)?;
        match self.body {
            LogBody::Classical { id, payload } => write!(f, "{id}#{payload:?}"),
            LogBody::Fd { id, flags, payload } => write!(f, "{id}##{flags:X}{payload:?}"),
            LogBody::Remote { id, length: 0 } => write!(f, "{id}#R"),
            LogBody::Remote { id, length } => write!(f, "{id}#R{length}"),
            LogBody::Error { class, payload } => write!(f, "{:08X}#{payload:?}", class | ERROR_FLAG),
        }
    }
}
