//! The raw CAN socket: everything is heard, and a [`Request`] is all that can be written.

use std::io::{self, ErrorKind};
use std::time::Duration;

use can_reader::FrameId;
use socketcan::{CanFrame, CanSocket, EmbeddedFrame, ExtendedId, Id, Socket, SocketOptions, StandardId};

use crate::request::Request;

/// Bus-off, and errors of the protocol: frames are destroyed, perhaps because of us (linux/can/error.h); and the controller's state.
/// That nobody acknowledges is what a sleeping bus does, and no reason here.
const TOLD: u32 = CAN_ERR_BUSOFF | CAN_ERR_PROT | CAN_ERR_CRTL;
const CAN_ERR_CRTL: u32 = 0x04;
const CAN_ERR_PROT: u32 = 0x08;
const CAN_ERR_BUSOFF: u32 = 0x40;

/// Error-passive, of what it received and of what it sent, in the second byte of `CAN_ERR_CRTL`.
const PASSIVE: u8 = 0x10 | 0x20;

/// What comes from the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A frame of somebody else.
    Frame(FrameId, Vec<u8>),
    /// The controller reports an error of the protocol: frames are destroyed.
    Trouble,
    /// The controller has left the bus.
    BusOff,
    /// The controller is error-passive: what it sent was destroyed, or acknowledged by nobody, too often. A sleeping bus does the latter.
    Passive,
    /// Nothing, for as long as was asked.
    Nothing,
}

/// An open socket.
#[derive(Debug)]
pub struct Bus(CanSocket);

impl Bus {
    /// Opens it. Frames of its own do not come back; those of other programs of this computer do, as they would from the bus.
    ///
    /// # Errors
    /// The kernel's.
    pub fn open(interface: &str) -> io::Result<Self> {
        let socket = CanSocket::open(interface)?;
        socket.set_error_filter(TOLD)?;
        Ok(Self(socket))
    }

    /// The same where its own frames come back too, once they are on the bus and somebody has acknowledged them.
    ///
    /// # Errors
    /// The kernel's.
    pub fn open_with_echo(interface: &str) -> io::Result<Self> {
        let bus = Self::open(interface)?;
        bus.0.set_recv_own_msgs(true)?;
        bus.0.set_error_filter_accept_all()?;
        Ok(bus)
    }

    /// Waits for the next event, at most so long.
    ///
    /// # Errors
    /// The interface is down or gone.
    pub fn next(&self, at_most: Duration) -> io::Result<Event> {
        // 0 would mean for ever.
        self.0.set_read_timeout(at_most.max(Duration::from_millis(1)))?;
        let frame = match self.0.read_frame() {
            Ok(frame) => frame,
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                ) =>
            {
                return Ok(Event::Nothing);
            }
            Err(error) => return Err(error),
        };
        Ok(match frame {
            CanFrame::Data(frame) => Event::Frame(id_of(frame.id()), frame.data().to_vec()),
            CanFrame::Remote(frame) => Event::Frame(id_of(frame.id()), Vec::new()),
            CanFrame::Error(frame) => of_error(frame.error_bits(), frame.data()),
        })
    }

    /// What has come already; [`Event::Nothing`] where nothing has.
    ///
    /// # Errors
    /// The interface is down or gone.
    pub fn waiting(&self) -> io::Result<Event> {
        self.0.set_nonblocking(true)?;
        let event = self.next(Duration::ZERO);
        self.0.set_nonblocking(false)?;
        event
    }

    /// Writes a request: the only call of this project that puts a frame on a bus.
    ///
    /// # Errors
    /// The interface is down or gone, or its queue is full.
    pub fn write(&self, request: Request) -> io::Result<()> {
        let id = match request.id() {
            FrameId::Standard(id) => StandardId::new(id).map(Id::Standard),
            FrameId::Extended(id) => ExtendedId::new(id).map(Id::Extended),
        };
        let frame = id.and_then(|id| CanFrame::new(id, &request.data()));
        self.0.write_frame(&frame.ok_or(ErrorKind::InvalidInput)?)
    }
}

/// What an error frame means (linux/can/error.h).
fn of_error(bits: u32, data: &[u8]) -> Event {
    if bits & CAN_ERR_BUSOFF != 0 {
        return Event::BusOff;
    }
    if bits & CAN_ERR_CRTL != 0 && bits & CAN_ERR_PROT == 0 {
        let is_passive = data.get(1).is_some_and(|state| state & PASSIVE != 0);
        // A warning, an overrun or a recovery.
        return if is_passive { Event::Passive } else { Event::Nothing };
    }
    Event::Trouble
}

fn id_of(id: Id) -> FrameId {
    match id {
        Id::Standard(id) => FrameId::Standard(id.as_raw()),
        Id::Extended(id) => FrameId::Extended(id.as_raw()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_frame_says_how_bad_it_is() {
        for (bits, state, event) in [
            (CAN_ERR_BUSOFF, 0, Event::BusOff),
            (CAN_ERR_BUSOFF | CAN_ERR_CRTL, 0x20, Event::BusOff),
            (CAN_ERR_PROT, 0, Event::Trouble),
            (CAN_ERR_PROT | CAN_ERR_CRTL, 0x20, Event::Trouble),
            (CAN_ERR_CRTL, 0x20, Event::Passive),
            (CAN_ERR_CRTL, 0x10, Event::Passive),
            (CAN_ERR_CRTL, 0x08, Event::Nothing),
            (CAN_ERR_CRTL, 0x40, Event::Nothing),
        ] {
            assert_eq!(of_error(bits, &[0, state, 0, 0, 0, 0, 0, 0]), event, "{bits:02X} {state:02X}");
        }
    }
}
