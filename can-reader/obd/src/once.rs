//! One request, to learn whether the bit rate is right: of a bus on which nothing is heard this is the only way.

use std::time::Duration;

use crate::consent::Consent;
use crate::link::Link;
use crate::request::{Addressing, Pid, Request};
use crate::run::{Stop, now};
use crate::socket::{Bus, Event};

/// Somebody acknowledges at once or never.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_millis(500);

/// What became of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is on the bus, and a control unit has acknowledged it: the bit rate is right.
    Acknowledged,
    /// Nobody has.
    Nothing,
    /// The controller reports an error, or the link is not up.
    Trouble,
}

/// Writes one request, which asks what the car supports, and waits for what becomes of it. The consent is needed as for all others.
///
/// # Errors
/// Why it may not.
pub fn once() -> Result<Outcome, Stop> {
    let Consent { interface } = Consent::read()?;
    match Link::of(&interface)? {
        Link::ListenOnly => return Err(Stop::ListenOnly { interface }),
        Link::Repeats => return Err(Stop::Repeats { interface }),
        Link::Down | Link::BusOff => return Ok(Outcome::Trouble),
        Link::Ready => {}
    }
    let Ok(bus) = Bus::open_with_echo(&interface) else { return Ok(Outcome::Trouble) };
    let request = Request::new(Addressing::Standard, Pid::SUPPORTED_01_20);
    if bus.write(request).is_err() {
        return Ok(Outcome::Trouble);
    }
    let end = now() + ACKNOWLEDGED_WITHIN;
    loop {
        let left = end.saturating_sub(now());
        if left.is_zero() {
            return Ok(Outcome::Nothing);
        }
        match bus.next(left) {
            Ok(Event::Frame(id, data)) if id == request.id() && data == request.data() => {
                return Ok(Outcome::Acknowledged);
            }
            Ok(Event::Frame(..) | Event::Nothing | Event::Passive) => {}
            Ok(Event::Trouble | Event::BusOff) | Err(_) => return Ok(Outcome::Trouble),
        }
    }
}
