//! Listening: at which bit rate there is anything, and what it is.

use std::time::Duration;

use can_reader::source::SocketCan;
use can_reader::{Event, FrameSource};

use crate::borrow::Borrowed;
use crate::error::{Error, GUIDE};
use crate::fit::Candidate;
use crate::link::{Link, typed};
use crate::rates::{Choice, Observation, Rate, Verdict, choose, to_try};
use crate::talk::Talk;
use crate::traffic::Traffic;

/// At each bit rate. Messages that come once a second are heard at least once.
const WINDOW: Duration = Duration::from_millis(1500);

/// How to listen.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The interface.
    pub name: &'a str,
    /// Its bit rate as the person says.
    pub rate: Option<Rate>,
    /// The controller may acknowledge.
    pub acknowledge: bool,
    /// Once the bit rate is known.
    pub time: Duration,
    /// No link may be changed.
    pub dry_run: bool,
}

/// What was heard.
#[derive(Debug)]
pub struct Heard {
    /// The bit rate of the bus; `None` where there is none, or where it is not known.
    pub rate: Option<Rate>,
    /// The frames.
    pub traffic: Traffic,
}

impl Task<'_> {
    /// Listens; the candidates hear everything too.
    ///
    /// # Errors
    /// The interface cannot be used. That nothing is heard is no error.
    pub async fn hear(&self, talk: &mut Talk, candidates: &mut [Candidate]) -> Result<Heard, Error> {
        let link = Link::of(self.name)?;
        if !link.has_controller {
            return self.hear_virtual(talk, &link, candidates).await;
        }
        if link.up {
            let other = self.rate.filter(|rate| link.rate != Some(*rate));
            if other.is_none() || self.dry_run {
                return self.hear_as_it_is(talk, &link, candidates).await;
            }
        } else if self.dry_run {
            self.say_commands(talk, &link);
            return Err(Error::NothingHeard(
                "what follows depends on what is heard, so that --dry-run ends here; with --no-listen, --interface, \
                 --vehicle and --bit-rate it shows the file"
                    .to_owned(),
            ));
        }
        self.hear_at_any_rate(talk, link, candidates).await
    }

    /// The interface as it has to be for listening on, at the bit rate that was heard, for as long as what this gives is held; `None`
    /// where it is so already.
    ///
    /// # Errors
    /// `ip` fails, or `--dry-run` may not change it.
    pub fn hold(&self) -> Result<Option<Borrowed>, Error> {
        let link = Link::of(self.name)?;
        let is_right = link.up && self.rate.is_none_or(|rate| link.rate == Some(rate));
        if !link.has_controller || is_right {
            return Ok(None);
        }
        let name = self.name;
        let Some(rate) = self.rate.filter(|_| !self.dry_run) else {
            return Err(Error::NothingHeard(format!(
                "{name} is down, and stays so: --dry-run changes no interface"
            )));
        };
        let borrowed = Borrowed::take(name, link, self.acknowledge)?;
        match borrowed.set(rate)? {
            true => Ok(Some(borrowed)),
            false => Err(Error::NothingHeard(format!(
                "{name}: the controller does not take {rate} any more; start again"
            ))),
        }
    }

    async fn hear_virtual(
        &self,
        talk: &mut Talk,
        link: &Link,
        candidates: &mut [Candidate],
    ) -> Result<Heard, Error> {
        let name = self.name;
        if !link.up {
            return Err(Error::NothingHeard(format!(
                "{name} is down, and so nobody can send on it: `ip link set {name} up`, and start again"
            )));
        }
        talk.say(&format!(
            "\n{name} is virtual and has no bit rate. Listening for {} s ...",
            self.time.as_secs()
        ));
        Ok(Heard { rate: None, traffic: listen(name, self.time, candidates).await })
    }

    async fn hear_as_it_is(
        &self,
        talk: &mut Talk,
        link: &Link,
        candidates: &mut [Candidate],
    ) -> Result<Heard, Error> {
        let (name, seconds) = (self.name, self.time.as_secs());
        talk.say(&format!(
            "\n{name} is {} already. Listening for {seconds} s, without changing it ...",
            link.describe()
        ));
        let traffic = listen(name, self.time, candidates).await;
        let seen = Observation { frames: traffic.frames, errors: traffic.errors };
        if seen.verdict() == Verdict::Right || self.dry_run {
            return Ok(Heard { rate: link.rate, traffic });
        }
        talk.say(&format!("At {}: {}.", rate_words(link.rate), words(seen)));
        let question =
            format!("Take {name} down for a moment and try other bit rates? There is no speed meanwhile.");
        if talk.confirm(&question, false).await? {
            return self.hear_at_any_rate(talk, link.clone(), candidates).await;
        }
        Ok(Heard { rate: link.rate, traffic })
    }

    async fn hear_at_any_rate(
        &self,
        talk: &mut Talk,
        link: Link,
        candidates: &mut [Candidate],
    ) -> Result<Heard, Error> {
        let rates = self.rates(&link);
        let borrowed = Borrowed::take(self.name, link, self.acknowledge)?;
        talk.say(if self.acknowledge {
            "\nListening. The controller acknowledges frames, as you asked; it sends nothing else."
        } else {
            "\nTrying bit rates in listen-only mode: the controller sends nothing, it does not even acknowledge."
        });
        let observed = self.try_rates(talk, &borrowed, &rates).await?;
        let rate = match choose(&observed) {
            Choice::Sure(rate) => rate,
            Choice::Probably(rate) => {
                talk.say(&format!(
                    "  Frames were heard at {rate} alone, if few or beside errors. Taking that."
                ));
                rate
            }
            Choice::Unclear | Choice::Silence => {
                let errors = observed.iter().map(|(_, seen)| seen.errors).sum();
                return Ok(Heard { rate: self.rate, traffic: Traffic::errors_alone(errors) });
            }
        };
        borrowed.set(rate)?;
        talk.say(&format!("Listening at {rate} for {} s ...", self.time.as_secs()));
        Ok(Heard { rate: Some(rate), traffic: listen(self.name, self.time, candidates).await })
    }

    /// In the order of trying: what the interface was set to before is the likeliest.
    fn rates(&self, link: &Link) -> Vec<Rate> {
        if let Some(rate) = self.rate {
            return vec![rate];
        }
        let mut rates = to_try(link.offers_fd());
        if let Some(before) = link.rate {
            rates.retain(|rate| *rate != before);
            rates.insert(0, before);
        }
        rates
    }

    async fn try_rates(
        &self,
        talk: &mut Talk,
        borrowed: &Borrowed,
        rates: &[Rate],
    ) -> Result<Vec<(Rate, Observation)>, Error> {
        let mut observed = Vec::new();
        for rate in rates {
            let label = format!("  {:<14}", rate.to_string());
            if !borrowed.set(*rate)? {
                talk.say(&format!("{label} this controller cannot make it"));
                continue;
            }
            let traffic = listen(self.name, WINDOW, &mut []).await;
            let seen = Observation { frames: traffic.frames, errors: traffic.errors };
            let right = seen.verdict() == Verdict::Right;
            talk.say(&format!("{label} {}{}", words(seen), if right { ": this is it" } else { "" }));
            observed.push((*rate, seen));
            if right {
                break;
            }
        }
        Ok(observed)
    }

    fn say_commands(&self, talk: &mut Talk, link: &Link) {
        let name = self.name;
        talk.say(&format!(
            "\n{name} is down, and --dry-run changes no interface. Without it, one after another:"
        ));
        for rate in self.rates(link) {
            talk.say(&format!(
                "  {} && ip link set {name} up",
                typed(&link.arguments(name, rate, !self.acknowledge))
            ));
        }
        talk.say("until frames are heard; afterwards the interface would be set back as it is now.");
    }
}

/// Why nothing may have been heard, for a person in a car.
#[must_use]
pub fn advice(name: &str, traffic: &Traffic) -> String {
    if let Some(down) = &traffic.down {
        return down.clone();
    }
    if traffic.errors > 0 {
        return format!(
            "{name}: there is something on the bus, but no frame is understood. What to check:\n\
             \x20 - the crystal: the number on it (8.000, 12.000, 16.000 MHz) must stand as oscillator= in\n\
             \x20   /boot/firmware/config.txt, else every bit rate is another one\n\
             \x20 - CAN-H and CAN-L the right way round, and ground connected\n\
             \x20 - a car has its two end resistors: the jumper of the HAT's own must be off\n\
             \x20 - a bench with one sender and this controller: nobody acknowledges, so that the sender breaks\n\
             \x20   off each frame; try --acknowledge --bit-rate 500000 (never in a car)\n\
             \x20 - an unusual bit rate: --bit-rate"
        );
    }
    format!(
        "{name}: silence at every bit rate that was tried. What to check:\n\
         \x20 - is the ignition on? A parked car's bus sleeps\n\
         \x20 - CAN-H on pin 6 and CAN-L on pin 14 of the OBD-II socket, ground on pin 5, and not swapped.\n\
         \x20   Some cars keep their traffic behind a gateway, and the socket is silent until it is asked\n\
         \x20 - the crystal and the interrupt line in /boot/firmware/config.txt; `dmesg | grep -i can`.\n\
         \x20   What they must say: {GUIDE}\n\
         \x20 - a bench with one sender: --acknowledge --bit-rate 500000 (never in a car)"
    )
}

/// Listens for so long; the candidates hear everything too.
async fn listen(name: &str, time: Duration, candidates: &mut [Candidate]) -> Traffic {
    // A new socket, so that nothing of another bit rate waits in it.
    let mut source = SocketCan::new(name);
    let mut traffic = Traffic::over(time);
    let end = source.now() + time;
    loop {
        let event = source.next(Some(end)).await;
        if event == Event::Deadline {
            return traffic;
        }
        traffic.add(&event);
        let now = source.now();
        candidates.iter_mut().for_each(|candidate| candidate.add(now, &event));
    }
}

fn words(seen: Observation) -> String {
    match (seen.frames, seen.errors) {
        (0, 0) => "silence".to_owned(),
        (0, errors) => format!("errors only ({errors}): it is another one"),
        (frames, 0) => format!("{frames} frames, no errors"),
        (frames, errors) => format!("{frames} frames, {errors} errors"),
    }
}

fn rate_words(rate: Option<Rate>) -> String {
    rate.map_or_else(|| "an unknown bit rate".to_owned(), |rate| rate.to_string())
}
