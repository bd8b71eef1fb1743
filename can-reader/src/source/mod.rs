//! Where frames come from: one seam, and ordinary implementations of it.
//!
//! The code behind [`FrameSource`] cannot tell which source it has. Each source owns its clock, so
//! that a recorded drive gives the same answers at any replay speed, and so that a live bus is
//! judged on `CLOCK_BOOTTIME` whatever the wall clock does.

mod any;
mod error_frame;
mod pace;
mod rate;
mod replay;
mod simulator;
mod socketcan;

use std::future::Future;

use crate::filter::IdFilter;
use crate::frame::{Frame, SourceTime};

pub use any::AnySource;
pub use rate::{Rate, RateError};
pub use replay::{Replay, ReplayError, ReplayOptions};
pub use simulator::{Drive, DriveError, Fault, FaultError, Simulator, SimulatorOptions};
pub use socketcan::{SeveralCan, SocketCan, is_virtual_can};

/// What a source has to say.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A data or remote frame.
    Frame(Frame),
    /// A SocketCAN error frame: the controller's report about the bus, as a phrase for people
    /// ("bus-off", "error-passive (receive)"). It does not by itself change the link: a
    /// [`Event::LinkDown`] follows where it does.
    ErrorFrame(String),
    /// No frame can arrive: the interface is missing, down or bus-off, with the reason as a sentence.
    /// Sent when it happens, at the start when it is so from the start, and again only when the reason
    /// changes (an interface that was missing is there, but down).
    LinkDown(String),
    /// Frames can arrive again after [`Event::LinkDown`].
    LinkUp,
    /// Of several interfaces one is missing, down or bus-off, and not all. Sent as [`Event::LinkDown`] is, which comes
    /// in its place when it was the last; after [`Event::LinkUp`] once for each that is still down.
    PartDown {
        /// Its name.
        interface: String,
        /// The frames that cannot arrive.
        ids: Vec<IdFilter>,
        /// Why, as a sentence.
        reason: String,
    },
    /// Frames can arrive again after [`Event::PartDown`] through this interface.
    PartUp {
        /// Its name.
        interface: String,
    },
    /// The kernel dropped this many frames since the last report.
    Dropped(u64),
    /// What is wrong with a line of a log: it was passed over, or its time stamp leaps. The sentence names file, line and
    /// fault.
    Damaged(String),
    /// What is wrong with a log as a whole, as a sentence that names it: no frame in it, or it cannot be read on.
    Broken(String),
    /// The source's clock has reached the deadline of [`FrameSource::next`] and no frame came before it.
    Deadline,
    /// No frame will ever come again (end of a log). Sent once; the clock goes on.
    End,
}

/// A source of CAN frames.
pub trait FrameSource {
    /// Waits for the next event, but not beyond `deadline` on the source's own clock. With a deadline
    /// that has passed already, [`Event::Deadline`] comes only after every event of an earlier time. A
    /// frame of exactly the deadline's time comes before it.
    ///
    /// Never ends with an error: a fault is an event, and the source recovers by itself. Cancel safe:
    /// dropping the future loses no event.
    fn next(&mut self, deadline: Option<SourceTime>) -> impl Future<Output = Event> + Send;

    /// The source's clock.
    fn now(&self) -> SourceTime;

    /// What `Source` shows: an interface name, several with commas between, `replay:FILE` or `simulator`.
    fn name(&self) -> String;

    /// The ids that are wanted: a live source has the kernel keep all others away, so that foreign
    /// traffic does not wake the process. Other sources may ignore it.
    fn want(&mut self, ids: &[IdFilter]);

    /// The same by interface, in the order of the vehicle profile's `[interfaces]`. A source that has one for all
    /// takes them together.
    fn want_each(&mut self, ids: &[Vec<IdFilter>]) {
        self.want(&ids.concat());
    }
}
