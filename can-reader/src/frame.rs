//! One CAN frame, whichever source it came from.

use std::fmt;
use std::time::Duration;

/// Time on a source's own clock, which never goes back: `CLOCK_BOOTTIME` when live, the log's time
/// in a replay, simulated time in the simulator. Only differences mean anything.
pub type SourceTime = Duration;

/// When a frame was received, on both clocks that matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// `CLOCK_REALTIME`, microseconds since 1970-01-01 UTC: for people and for `Timestamp`. It may leap.
    pub wall_us: u64,
    /// The source's clock: for every decision about age and acceleration.
    pub at: SourceTime,
}

/// CAN identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FrameId {
    /// 11 bits.
    Standard(u16),
    /// 29 bits.
    Extended(u32),
}

impl fmt::Display for FrameId {
    /// As candump prints it: three hexadecimal digits, or eight for a 29-bit id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard(id) => write!(f, "{id:03X}"),
            Self::Extended(id) => write!(f, "{id:08X}"),
        }
    }
}

/// What sort of frame it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// Classical data frame, 0 to 8 bytes.
    Classical,
    /// CAN FD data frame, 0 to 64 bytes.
    Fd,
    /// Remote request: no data.
    Remote,
}

/// The data of a frame: 0 to 64 bytes, held in place so that a frame costs no allocation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Payload {
    bytes: [u8; 64],
    len: u8,
}

impl Payload {
    /// Copies `bytes`; `None` when there are more than 64.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut payload = Self { bytes: [0; 64], len: u8::try_from(bytes.len()).ok()? };
        payload.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(payload)
    }

    /// No data.
    #[must_use]
    pub const fn empty() -> Self {
        Self { bytes: [0; 64], len: 0 }
    }
}

impl std::ops::Deref for Payload {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in &**self {
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

/// A data or remote frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// When it was received.
    pub stamp: Stamp,
    /// Who it is.
    pub id: FrameId,
    /// What sort it is.
    pub kind: FrameKind,
    /// Its data; empty for a remote frame.
    pub payload: Payload,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_holds_64_bytes_and_no_more() {
        assert_eq!(&*Payload::new(&[7; 64]).unwrap(), &[7; 64]);
        assert_eq!(Payload::new(&[7; 65]), None);
        assert_eq!(Payload::new(&[0; 300]), None);
        assert_eq!(&*Payload::empty(), &[] as &[u8]);
    }
}
