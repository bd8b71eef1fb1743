//! A live CAN interface.

mod clock;
mod interface;
mod link;
mod monitor;
mod watch;
mod wire;

use std::collections::VecDeque;
use std::time::Duration;

use nix::errno::Errno;
use tokio::time::{Instant, sleep_until};

use self::clock::LinkClock;
use self::interface::Fault;
use self::link::{Link, Received};
use self::monitor::Monitor;
use self::wire::Wire;
use super::{Event, FrameSource, error_frame};
use crate::frame::{Frame, FrameId, SourceTime};

/// How often to look again while the link is down, beside every word from the kernel that something changed.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The same while the kernel has no SocketCAN (each try may have it search for a module), and while all is well
/// if the kernel cannot tell of changes.
const LOOK_SELDOM: Duration = Duration::from_secs(1);

/// A CAN interface as a [`FrameSource`], through SocketCAN.
///
/// Needs a tokio runtime with I/O and time. Its clock is the monotonic one, and each frame has the time at which
/// the kernel received it, so that neither a leap of the wall clock nor a delay of this process matters.
///
/// It never sends. It holds nothing open while the link is down, and looks every 100 ms, and at every change of
/// any interface, whether the link is there. [`Event::LinkDown`] comes again when its reason changes.
#[derive(Debug)]
pub struct SocketCan {
    name: String,
    /// `None`: all, as nobody has asked.
    wanted: Option<Vec<FrameId>>,
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
    down: Option<String>,
    look_at: Option<Instant>,
    /// Known but not yet told; a handful at most.
    events: VecDeque<Event>,
}

/// How it is known that the controller has left the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BusOff {
    /// By an error frame.
    Told,
    /// By the carrier, which the driver takes away.
    Carrier,
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

    /// Compares what is with what was last seen.
    fn look(&mut self) {
        let mut again = LOOK_AGAIN;
        match interface::look(&self.name) {
            Ok(up) => {
                if self.link.as_ref().is_none_or(|link| link.index() != up.index) {
                    self.open(up.index);
                }
                // Only a change counts: a frame that came without a carrier is proof enough of a bus.
                if up.carrier != self.carrier {
                    self.carrier = up.carrier;
                    self.bus_off = (!up.carrier).then(|| self.bus_off.unwrap_or(BusOff::Carrier));
                }
                self.tell_bus_state();
            }
            Err(fault) => {
                self.link = None;
                let no_can = matches!(fault, Fault::Missing { .. }).then(link::probe).and_then(Result::err);
                match no_can {
                    Some(errno) => {
                        again = LOOK_SELDOM;
                        self.go_down(no_socketcan(errno));
                    }
                    None => self.go_down(fault.to_string()),
                }
            }
        }
        self.look_at = match (&self.down, &self.monitor) {
            (Some(_), _) => Some(Instant::now() + again),
            (None, None) => Some(Instant::now() + LOOK_SELDOM),
            (None, Some(_)) => None,
        };
    }

    fn open(&mut self, index: u32) {
        self.link = None;
        match Link::open(index, self.wanted.as_deref()) {
            Ok(link) => {
                self.link = Some(link);
                (self.carrier, self.bus_off) = (true, None);
            }
            Err(error) => {
                self.go_down(format!("interface {} cannot be opened: {error}; trying again", self.name));
            }
        }
    }

    fn take(&mut self, received: Result<Received, Errno>) {
        match received {
            Ok(Received { wire, kernel_us, dropped }) => {
                // What is no frame is lost to us, too.
                let dropped = u64::from(dropped) + u64::from(wire.is_none());
                if dropped > 0 {
                    self.events.push_back(Event::Dropped(dropped));
                }
                match wire {
                    Some(Wire::Frame { id, kind, payload }) => {
                        self.bus_off = None;
                        self.tell_bus_state();
                        let stamp = self.clock.stamp(kernel_us);
                        self.events.push_back(Event::Frame(Frame { stamp, id, kind, payload }));
                    }
                    Some(Wire::Error { class, details }) => {
                        self.events.push_back(Event::ErrorFrame(error_frame::describe(class, &details)));
                        if class & error_frame::BUS_OFF != 0 {
                            self.bus_off = Some(self.bus_off.unwrap_or(BusOff::Told));
                        } else if class & error_frame::RESTARTED != 0 {
                            self.bus_off = None;
                        }
                        self.tell_bus_state();
                    }
                    None => {}
                }
            }
            Err(errno) => {
                self.link = None;
                let reason = match interface::look(&self.name) {
                    Err(fault) => fault.to_string(),
                    Ok(_) if errno == Errno::ENETDOWN => {
                        format!("interface {} went down; it is up again, opening it", self.name)
                    }
                    Ok(_) => format!("interface {} cannot be read: {errno}; opening it again", self.name),
                };
                self.go_down(reason);
                self.look_at = Some(Instant::now() + LOOK_AGAIN);
            }
        }
    }

    /// Up or bus-off, if the link is open.
    fn tell_bus_state(&mut self) {
        if self.link.is_none() {
            return;
        }
        if let Some(how) = self.bus_off {
            self.go_down(bus_off(&self.name, how));
            self.look_at = Some(self.look_at.unwrap_or_else(|| Instant::now() + LOOK_AGAIN));
        } else if self.down.take().is_some() {
            self.events.push_back(Event::LinkUp);
        }
    }

    fn go_down(&mut self, reason: String) {
        if self.down.as_ref() != Some(&reason) {
            self.events.push_back(Event::LinkDown(reason.clone()));
            self.down = Some(reason);
        }
    }
}

fn bus_off(name: &str, how: BusOff) -> String {
    let what = match how {
        BusOff::Told => "is bus-off: its controller met too many errors and left the bus",
        BusOff::Carrier => {
            "has no carrier: its controller is bus-off, or the other end of a vxcan pair is down"
        }
    };
    format!(
        "{name} {what}; check bit rate, wiring and termination, then `ip link set {name} type can restart`, or let \
         it restart by itself: `ip link set {name} down; ip link set {name} up type can restart-ms 100`"
    )
}

fn no_socketcan(errno: Errno) -> String {
    format!(
        "this kernel has no SocketCAN, or does not let this process use it ({}): `modprobe can-raw`, or take a \
         kernel with CONFIG_CAN; under systemd, RestrictAddressFamilies must allow AF_CAN",
        errno.desc()
    )
}

impl FrameSource for SocketCan {
    async fn next(&mut self, deadline: Option<SourceTime>) -> Event {
        if !self.started {
            self.started = true;
            // Before the first look, so that no change falls between.
            self.monitor = Monitor::open().ok();
            self.look();
        }
        loop {
            // A flood must leave other tasks their turn; waiting for a descriptor that is ready does not.
            tokio::task::coop::consume_budget().await;
            let too_late = |event: &Event| matches!((event, deadline), (Event::Frame(frame), Some(deadline)) if frame.stamp.at > deadline);
            match self.events.pop_front() {
                Some(event) if too_late(&event) => {
                    self.events.push_front(event);
                    return Event::Deadline;
                }
                Some(event) => return event,
                None => {}
            }
            let link = async {
                match &mut self.link {
                    Some(link) => link.receive().await,
                    None => std::future::pending().await,
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
            // No await from here to the next turn: a cancelled call must not lose what was received.
            match wake {
                Wake::Received(received) => self.take(received),
                Wake::Changed => self.look(),
                Wake::MonitorFailed => {
                    self.monitor = None;
                    self.look();
                }
                // A frame may have come in time and wait, because this process did not run.
                Wake::Deadline => match self.link.as_mut().map_or(Ok(None), Link::receive_now) {
                    Ok(None) => return Event::Deadline,
                    Ok(Some(received)) => self.take(Ok(received)),
                    Err(errno) => self.take(Err(errno)),
                },
            }
        }
    }

    fn now(&self) -> SourceTime {
        self.clock.now()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn want(&mut self, ids: &[FrameId]) {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
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
