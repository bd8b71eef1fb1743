//! A live CAN interface.

mod clock;
mod clocks;
mod delay;
mod fault;
mod interface;
mod kind;
mod link;
mod monitor;
mod several;
mod state;
mod watch;
mod wire;

use std::collections::VecDeque;

use nix::errno::Errno;
use tokio::time::{Instant, sleep_until};

use self::clock::LinkClock;
use self::fault::{BusOff, Fault};
pub use self::kind::is_virtual_can;
use self::link::{Link, Received};
use self::monitor::Monitor;
pub use self::several::SeveralCan;
use super::{Event, FrameSource};
use crate::filter::IdFilter;
use crate::frame::SourceTime;

/// A CAN interface as a [`FrameSource`], through SocketCAN.
///
/// Needs a tokio runtime with I/O and time. Its clock is `CLOCK_BOOTTIME`, and each frame has the time at
/// which the kernel received it, or the hardware where that says that the kernel was late, so that neither a leap of the wall clock nor a delay of this process
/// matters.
///
/// It never sends. While the link is down it looks for it every 100 ms, and at every change of any network
/// interface. [`Event::LinkDown`] comes again when its reason changes.
#[derive(Debug)]
pub struct SocketCan {
    name: String,
    /// `None`: all, as nobody has asked.
    wanted: Option<Vec<IdFilter>>,
    clock: LinkClock,
    /// `None` before the first call, and where the kernel refuses it.
    monitor: Option<Monitor>,
    started: bool,
    link: Option<Link>,
    /// Until a frame, word of a restart or the carrier comes.
    bus_off: Option<BusOff>,
    /// The carrier as last seen, while the link is open.
    carrier: bool,
    /// Why no frame can arrive, while none can: what was last sent as [`Event::LinkDown`].
    down: Option<Fault>,
    look_at: Option<Instant>,
    /// Known but not yet told; a handful at most.
    events: VecDeque<Event>,
}

/// What ended the wait.
enum Wake {
    Received(Result<Received, Errno>),
    Changed,
    MonitorFailed,
    Deadline,
}

impl SocketCan {
    /// Reads the interface with this name, whenever it is there.
    #[must_use]
    pub fn new(interface: &str) -> Self {
        Self {
            name: interface.to_owned(),
            wanted: None,
            clock: LinkClock::new(),
            monitor: None,
            started: false,
            link: None,
            bus_off: None,
            carrier: true,
            down: None,
            look_at: None,
            events: VecDeque::with_capacity(4),
        }
    }

    /// Size of the kernel's receive buffer, bytes in the kernel's accounting; `None` while the link is down.
    #[must_use]
    pub fn receive_buffer_bytes(&self) -> Option<usize> {
        self.link.as_ref().map(Link::receive_buffer_bytes)
    }

    /// Looks at the interface for the first time, if nobody has.
    fn start(&mut self) {
        if !self.started {
            self.started = true;
            // Before the first look, so that no change falls between.
            self.monitor = Monitor::open().ok();
            self.look();
        }
    }

    /// Reads what lies ready, if there is nothing left to tell of what was read before. Does not wait.
    fn read_now(&mut self) {
        if self.events.is_empty() {
            match self.link.as_mut().map_or(Ok(None), Link::receive_now) {
                Ok(None) => {}
                Ok(Some(received)) => self.take(Ok(received)),
                Err(errno) => self.take(Err(errno)),
            }
        }
    }

    /// Waits for something to happen: for a frame only while there is nothing to tell. `false` when the deadline
    /// came before it. Cancel safe.
    async fn wait(&mut self, deadline: Option<SourceTime>) -> bool {
        let nothing_to_tell = self.events.is_empty();
        let link = async {
            match &mut self.link {
                Some(link) if nothing_to_tell => link.receive().await,
                _ => std::future::pending().await,
            }
        };
        let change = async {
            match &self.monitor {
                Some(monitor) => monitor.changed().await,
                None => std::future::pending().await,
            }
        };
        let wake = tokio::select! {
            received = link => Wake::Received(received),
            changed = change => if changed.is_ok() { Wake::Changed } else { Wake::MonitorFailed },
            () = sleep(self.look_at) => Wake::Changed,
            () = sleep(deadline.and_then(|deadline| self.clock.instant(deadline))) => Wake::Deadline,
        };
        // No await from here to the end: a cancelled call must not lose what was received.
        match wake {
            Wake::Received(received) => self.take(received),
            Wake::Changed => self.look(),
            Wake::MonitorFailed => {
                self.monitor = None;
                self.look();
            }
            Wake::Deadline => {
                // A frame may have come in time and wait, because this process did not run.
                self.read_now();
                return !self.events.is_empty();
            }
        }
        true
    }
}

impl FrameSource for SocketCan {
    async fn next(&mut self, deadline: Option<SourceTime>) -> Event {
        self.start();
        loop {
            // A flood must leave other tasks their turn; waiting for a descriptor that is ready does not.
            tokio::task::coop::consume_budget().await;
            if let (Some(Event::Frame(frame)), Some(deadline)) = (self.events.front(), deadline)
                && frame.stamp.at > deadline
            {
                return Event::Deadline;
            }
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            if !self.wait(deadline).await {
                return Event::Deadline;
            }
        }
    }

    fn now(&self) -> SourceTime {
        self.clock.now()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn want(&mut self, ids: &[IdFilter]) {
        let mut ids = ids.to_vec();
        // A group from any address has that from a chosen one too.
        ids.sort_unstable_by_key(|filter| (std::cmp::Reverse(filter.breadth()), *filter));
        let mut kept = Vec::with_capacity(ids.len());
        for filter in ids {
            if !kept.iter().any(|wider: &IdFilter| wider.covers(filter)) {
                kept.push(filter);
            }
        }
        let ids = kept;
        if let Some(link) = &self.link
            && link.want(Some(&ids)).is_err()
        {
            // Opening it again sets the filter or tells what is wrong.
            self.link = None;
            self.look_at = Some(Instant::now());
        }
        self.wanted = Some(ids);
    }
}

async fn sleep(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}
