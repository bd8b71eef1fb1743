//! The loop around the state machine: consent, link, socket and clock.

use std::io;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

use crate::asker::{Asker, News, SPEED_WITHIN};
use crate::consent::{Consent, FILE, NoConsent};
use crate::link::{Link, Unknown};
use crate::request::Addressing;
use crate::socket::{Bus, Event};

/// How often it looks whether the consent still stands, and whether a link that is down has come up.
const LOOKS: Duration = Duration::from_secs(1);

/// The time that a socket waits is a multiple of the kernel's tick, up to 10 ms; a sleep is exact.
const COARSE: Duration = Duration::from_millis(12);

/// It tells of the same state of the controller again after so long.
const PASSIVE_AGAIN: Duration = Duration::from_secs(600);

/// In a flood it looks at its own affairs after so many frames.
const MOST_AT_ONCE: usize = 1000;

/// Why it ended: by the configuration, which somebody has to correct.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// It may not ask.
    #[error(transparent)]
    NoConsent(#[from] NoConsent),
    /// The controller cannot transmit, and it is not this program's to change that.
    #[error(
        "{interface} is in listen-only mode: nothing can be asked. {FILE} has the owner's consent; after a change of it, or \
         where listen_only = true stands under [link]: correct that, then `sudo systemctl restart cardash-can@{interface}`"
    )]
    ListenOnly {
        /// The interface.
        interface: String,
    },
    /// It would flood a sleeping bus.
    #[error(
        "{interface} is up without one-shot mode: a request that nobody acknowledges would be sent again and again, and would keep a \
         sleeping car awake. `sudo systemctl restart cardash-can@{interface}` sets it up so, if its controller can"
    )]
    Repeats {
        /// The interface.
        interface: String,
    },
    /// The state of the link cannot be had.
    #[error(transparent)]
    Unknown(#[from] Unknown),
}

/// Asks until it may not. What it does goes to `tell`, a line each.
///
/// # Errors
/// Why it may not.
pub fn run(tell: impl Fn(&str)) -> Result<std::convert::Infallible, Stop> {
    let consent = Consent::read()?;
    let interface = &consent.interface;
    tell(&format!(
        "This car is asked for its speed on {interface}, as {FILE} says: vehicle = \"obd\", [obd] ask = true. What is written: \
         requests of service 01 to 7DF or 18DB33F1, at most 20 a second, and nothing else"
    ));
    let mut asker = Asker::new();
    loop {
        let bus = wait_for_link(&consent, &tell)?;
        asker.link(now(), true);
        let ended = ask(&consent, &bus, &mut asker, &tell)?;
        asker.link(now(), false);
        match ended {
            Ended::Link(error) => tell(&format!("{interface}: {error}; nothing is asked until it is up")),
            Ended::BusOff => {
                tell(&format!("{interface}: the controller reports bus-off; nothing is asked for a minute"))
            }
        }
    }
}

/// Waits until the link may be written to.
fn wait_for_link(consent: &Consent, tell: &impl Fn(&str)) -> Result<Bus, Stop> {
    let interface = &consent.interface;
    let mut told = None;
    loop {
        still_stands(consent)?;
        let link = Link::of(interface)?;
        match link {
            Link::ListenOnly => return Err(Stop::ListenOnly { interface: interface.clone() }),
            Link::Repeats => return Err(Stop::Repeats { interface: interface.clone() }),
            Link::Ready => match Bus::open(interface) {
                Ok(bus) => {
                    tell(&format!("{interface} is up: listening for a second before the first request"));
                    return Ok(bus);
                }
                Err(error) => tell(&format!("{interface} cannot be opened: {error}")),
            },
            Link::Down | Link::BusOff if told == Some(link) => {}
            Link::Down => tell(&format!("{interface} is down, or not there: waiting for it")),
            Link::BusOff => tell(&bus_off(interface)),
        }
        told = Some(link);
        std::thread::sleep(LOOKS);
    }
}

/// Asks while the link is up; gives why it no longer is.
fn ask(consent: &Consent, bus: &Bus, asker: &mut Asker, tell: &impl Fn(&str)) -> Result<Ended, Stop> {
    let interface = &consent.interface;
    let mut looked = now();
    let mut told_passive: Option<Duration> = None;
    loop {
        let at = now();
        if at.saturating_sub(looked) >= LOOKS {
            looked = at;
            still_stands(consent)?;
        }
        let (request, news) = asker.ask(at);
        news.into_iter().for_each(|news| tell(&words(news)));
        if let Some(request) = request {
            let written = bus.write(request);
            asker.written(now());
            match written {
                // A controller that has left the bus takes nothing either.
                Err(error) if is_full(&error) && Link::of(interface)? != Link::BusOff => {}
                Err(error) if is_full(&error) => return Ok(left_the_bus(asker)),
                Err(error) => return Ok(Ended::Link(error)),
                Ok(()) => {}
            }
        }
        let until = asker.due().map_or(LOOKS, |due| due.saturating_sub(now())).min(LOOKS);
        // Whatever has come is heard before the next request goes out.
        let mut event = if until > COARSE {
            bus.next(until - COARSE)
        } else {
            std::thread::sleep(until);
            bus.waiting()
        };
        for _ in 0..MOST_AT_ONCE {
            match event {
                Ok(Event::Frame(id, data)) => {
                    asker.hear(now(), id, &data).into_iter().for_each(|news| tell(&words(news)));
                }
                Ok(Event::Trouble) => {
                    if asker.trouble(now()) {
                        tell(&format!(
                            "{interface}: frames are destroyed on the bus; nothing is asked for a minute"
                        ));
                    }
                }
                Ok(Event::BusOff) => return Ok(left_the_bus(asker)),
                Ok(Event::Passive) if told_passive.is_none_or(|told| now() >= told + PASSIVE_AGAIN) => {
                    told_passive = Some(now());
                    tell(&passive(interface));
                }
                Ok(Event::Passive) => {}
                Ok(Event::Nothing) => break,
                Err(error) => return Ok(Ended::Link(error)),
            }
            event = bus.waiting();
        }
    }
}

/// Why it asks no more for now.
enum Ended {
    /// The interface is down or gone.
    Link(io::Error),
    /// The controller has left the bus.
    BusOff,
}

/// An error of the bus like any other, for the asker, and the worst.
fn left_the_bus(asker: &mut Asker) -> Ended {
    asker.trouble(now());
    Ended::BusOff
}

fn bus_off(interface: &str) -> String {
    format!(
        "{interface} is bus-off: its controller has left the bus after too many errors, and does not come back by itself. Nothing is asked \
         and nothing is heard. Look after the bit rate and the wiring, then `sudo systemctl restart cardash-can@{interface}`"
    )
}

fn passive(interface: &str) -> String {
    format!(
        "{interface} is error-passive: what it sends is destroyed, or nobody acknowledges it. A sleeping car does the latter; if the \
         ignition is on, look after the bit rate and the wiring, then `sudo systemctl restart cardash-can@{interface}`"
    )
}

/// Somebody may take it back at any time, or mean another interface.
fn still_stands(consent: &Consent) -> Result<(), Stop> {
    let now = Consent::read()?;
    if now != *consent {
        // Begun anew by systemd, with the other one.
        let path = FILE.into();
        return Err(NoConsent::Moved { path, interface: now.interface }.into());
    }
    Ok(())
}

/// The queue of the interface: such a request is lost, and counts as one that nobody answered.
fn is_full(error: &io::Error) -> bool {
    error.raw_os_error() == Some(nix::errno::Errno::ENOBUFS as i32)
}

fn words(news: News) -> String {
    let fixed = match news {
        News::Late { left_for } => {
            return format!(
                "the speed came more than {} ms after its question, later than the profile obd says: it is not asked for {} s",
                SPEED_WITHIN.as_millis(),
                left_for.as_secs()
            );
        }
        News::Answers(Addressing::Standard) => "the car answers (ISO 15765-4, 11 bits)",
        News::Answers(Addressing::Extended) => "the car answers (ISO 15765-4, 29 bits)",
        News::Silent => "no answer for 3 s: one request every 5 s, for a minute",
        News::Dormant => "nobody answers: nothing more is asked until the car is heard again",
        News::Awake => "the car is heard again: asking",
        News::Yields => "another tester is at work: nothing is asked for a minute",
        News::Knows { has_speed: true } => "what the car supports is known; its speed is among it",
        News::Knows { has_speed: false } => {
            "what the car supports is known, and its speed is not among it: there will be no speed from OBD-II"
        }
    };
    fixed.to_owned()
}

/// Time that goes on while the machine is suspended.
pub(crate) fn now() -> Duration {
    clock_gettime(ClockId::CLOCK_BOOTTIME).map_or(Duration::ZERO, Duration::from)
}
