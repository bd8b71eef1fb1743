//! Follows the state of the link: what each look and each read makes of it, in events and sentences.

use std::time::Duration;

use nix::errno::Errno;
use tokio::time::Instant;

use super::SocketCan;
use super::fault::{BusOff, Fault};
use super::interface;
use super::link::{self, Link, Received};
use super::wire::Wire;
use crate::frame::Frame;
use crate::source::{Event, error_frame};

/// How often to look again while the link is down, beside every word from the kernel of a change.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The same while the kernel has no SocketCAN (each try may have it search for a module), and while all is
/// well if the kernel cannot tell of changes.
const LOOK_SELDOM: Duration = Duration::from_secs(1);

impl SocketCan {
    /// Compares what is with what was last seen.
    pub(super) fn look(&mut self) {
        let mut again = LOOK_AGAIN;
        match interface::look(&self.name) {
            Ok(up) => {
                if self.link.as_ref().is_some_and(|link| link.index() != up.index) {
                    // Deleted and made again, before its old socket could tell.
                    self.link = None;
                    self.go_down(Fault::WasDown(self.name.clone()));
                }
                if self.link.is_none() {
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
                        self.go_down(Fault::NoSocketCan(errno));
                    }
                    None => self.go_down(fault),
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
        match Link::open(index, self.wanted.as_deref()) {
            Ok(link) => {
                self.link = Some(link);
                self.clock.forget_hardware();
                (self.carrier, self.bus_off) = (true, None);
            }
            Err(error) => self.go_down(Fault::NotOpened { name: self.name.clone(), error }),
        }
    }

    /// Makes events of what was read, or of the fault that ended the reading.
    pub(super) fn take(&mut self, received: Result<Received, Errno>) {
        match received {
            Ok(Received { wire, kernel_us, hardware_us, dropped }) => {
                // What is no frame is lost to us, too.
                let dropped = u64::from(dropped) + u64::from(wire.is_none());
                if dropped > 0 {
                    self.events.push_back(Event::Dropped(dropped));
                }
                match wire {
                    Some(Wire::Frame { id, kind, payload }) => {
                        self.bus_off = None;
                        self.tell_bus_state();
                        let stamp = self.clock.stamp(kernel_us, hardware_us);
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
            Err(error) => {
                self.link = None;
                let name = self.name.clone();
                self.go_down(match interface::look(&name) {
                    Err(fault) => fault,
                    Ok(_) if error == Errno::ENETDOWN => Fault::WasDown(name),
                    Ok(_) => Fault::NotRead { name, error },
                });
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
            self.go_down(Fault::BusOff { name: self.name.clone(), how });
            self.look_at = Some(self.look_at.unwrap_or_else(|| Instant::now() + LOOK_AGAIN));
        } else if self.down.take().is_some() {
            self.events.push_back(Event::LinkUp);
        }
    }

    fn go_down(&mut self, fault: Fault) {
        if !self.down.as_ref().is_some_and(|known| known.is_same_as(&fault)) {
            self.events.push_back(Event::LinkDown(fault.to_string()));
            self.down = Some(fault);
        }
    }
}
