//! A message of a DBC file.

use std::sync::Arc;

use super::error::{DbcError, nearest};
use super::signal::Signal;
use crate::filter::IdFilter;
use crate::frame::{Frame, FrameId, FrameKind};

/// A message: the frames with one id.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub(super) file: Arc<str>,
    pub(super) name: String,
    /// The name of its line where [`Message::name`] is a longer one.
    pub(super) short: Option<Box<str>>,
    pub(super) id: FrameId,
    pub(super) filter: IdFilter,
    pub(super) size: usize,
    pub(super) signals: Vec<Signal>,
    pub(super) comment: String,
    pub(super) cycle_ms: Option<f64>,
}

impl Message {
    /// Its name: where the file has one longer than the 32 characters of a line (`SystemMessageLongSymbol`), that.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its id as the file has it: [`Message::filter`] says which frames are it.
    #[must_use]
    pub fn id(&self) -> FrameId {
        self.id
    }

    /// Which frames are it, as far as the file says.
    #[must_use]
    pub fn filter(&self) -> IdFilter {
        self.filter
    }

    /// Bytes of payload.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// All its signals in the order of the file, those that cannot be decoded too (see [`Signal::fault`]).
    #[must_use]
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }

    /// The comment on it (`CM_ BO_`), or nothing.
    #[must_use]
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// How often it is sent, in milliseconds: the attribute `GenMsgCycleTime`, where it is above 0.
    #[must_use]
    pub fn cycle_ms(&self) -> Option<f64> {
        self.cycle_ms
    }

    /// The same message with more signals, which must lie within it, of frames that have `size` bytes.
    #[must_use]
    pub(crate) fn with(mut self, signals: impl IntoIterator<Item = Signal>, size: usize) -> Self {
        self.signals.extend(signals);
        self.size = size;
        self
    }

    /// The signal of this name, or of this name and page (`SPEED:m1`); of several, the last.
    ///
    /// # Errors
    /// When there is none (the error names the nearest), or when it cannot be decoded.
    pub fn signal(&self, name: &str) -> Result<&Signal, DbcError> {
        let found = self.signals.iter().rfind(|signal| signal.is_called(name));
        let (file, message, signal) = (self.file.to_string(), self.name.clone(), name.to_owned());
        match found.map(|found| (found, found.fault())) {
            Some((found, None)) => Ok(found),
            Some((_, Some(fault))) => {
                Err(DbcError::UnusableSignal { name: file, message, signal, fault: fault.to_owned() })
            }
            None => {
                let nearest = nearest(name, self.signals.iter().map(Signal::label)).map(str::to_owned);
                Err(DbcError::NoSignal { name: file, message, signal, nearest })
            }
        }
    }

    /// Whether the frame is as long as this message says: a classical frame exactly so, a CAN FD frame of
    /// the smallest length that FD has for it (ISO 11898-1: 0 to 8, 12, 16, 20, 24, 32, 48, 64). A remote
    /// frame never is: it has no data. The id is not looked at.
    #[must_use]
    pub fn accepts(&self, frame: &Frame) -> bool {
        match frame.kind {
            FrameKind::Classical => frame.payload.len() == self.size,
            FrameKind::Fd => fd_length(self.size) == Some(frame.payload.len()),
            FrameKind::Remote => false,
        }
    }
}

/// The smallest CAN FD payload that holds `size` bytes.
fn fd_length(size: usize) -> Option<usize> {
    match size {
        0..=8 => Some(size),
        _ => [12, 16, 20, 24, 32, 48, 64].into_iter().find(|&length| length >= size),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Payload, Stamp};

    fn message(size: usize) -> Message {
        Message {
            file: "test.dbc".into(),
            name: "M".to_owned(),
            short: None,
            id: FrameId::Standard(1),
            filter: FrameId::Standard(1).into(),
            size,
            signals: Vec::new(),
            comment: String::new(),
            cycle_ms: None,
        }
    }

    fn frame(kind: FrameKind, len: usize) -> Frame {
        let payload = Payload::new(&vec![0; len]).unwrap();
        Frame { stamp: Stamp::default(), id: FrameId::Standard(1), kind, payload }
    }

    #[test]
    fn only_the_right_length_is_accepted() {
        use FrameKind::{Classical, Fd, Remote};
        let accepts = |size, kind, len| message(size).accepts(&frame(kind, len));
        assert!(accepts(8, Classical, 8) && accepts(5, Classical, 5) && accepts(0, Classical, 0));
        assert!(!accepts(8, Classical, 7) && !accepts(7, Classical, 8));
        assert!(accepts(8, Fd, 8) && accepts(9, Fd, 12) && accepts(33, Fd, 48) && accepts(64, Fd, 64));
        assert!(!accepts(9, Fd, 16) && !accepts(12, Fd, 16) && !accepts(65, Fd, 64) && !accepts(33, Fd, 64));
        assert!(!accepts(0, Remote, 0) && !accepts(8, Remote, 0));
    }
}
