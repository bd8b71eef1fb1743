//! A car that says nothing until it is asked (OBD-II): whether its owner agrees, and at which bit rate it is asked.
//!
//! Nothing here writes to the bus: `cardash-obd` does, and only with the consent that has been written down before.

use std::path::PathBuf;
use std::process::Command;

use crate::error::Error;
use crate::link::{Link, ip};
use crate::rates::Rate;
use crate::talk::Talk;

/// The profile of such cars.
pub const VEHICLE: &str = "obd";

/// The bit rates of OBD-II (ISO 15765-4), the likelier first.
const RATES: [u32; 2] = [500_000, 250_000];

/// Asks whether the car may be asked; `known`: at which bit rate, as far as it is heard or said.
///
/// # Errors
/// There is nobody to agree, or the person does not.
pub async fn agree(talk: &mut Talk, has_controller: bool, known: Option<Rate>) -> Result<(), Error> {
    if !talk.has_person() {
        return Err(Error::NotAgreed);
    }
    talk.say(
        "\nThis car can be asked for its speed (OBD-II), as a scan tool does. Asking means writing to the car's bus, which nothing else\n\
         of Cardash does: the program cardash-obd sends requests for current data, at most 20 a second and one at a time, for as\n\
         long as the car answers. It stops when the car sleeps, and yields for a minute to a workshop's tester. No fault is read\n\
         or cleared, nothing is switched or coded. Not every car takes it well, and it is your car: only you can agree.",
    );
    if has_controller {
        talk.say(&known.map_or_else(
            || {
                "The bit rate is not known, since nothing is heard: one request at 500 kbit/s, and if nobody takes it one at 250 kbit/s,\n\
                 will find it. At the first error of the bus the interface goes down."
                    .to_owned()
            },
            |rate| format!("The bit rate is {rate}. The controller will acknowledge what it hears."),
        ));
    }
    match talk.confirm("May this car be asked?", false).await? {
        true => Ok(()),
        false => Err(Error::Declined),
    }
}

/// Whether the interface's driver offers to send a frame once, without which nothing is asked. Where the kernel does not tell (before
/// 5.17), or there is no controller, that shows later.
///
/// # Errors
/// It does not.
pub fn can_send_once(name: &str, link: &Link) -> Result<(), Error> {
    if link.has_controller && link.offers_one_shot() == Some(false) {
        let words = format!("it offers {}", link.offered.clone().unwrap_or_default().join(", "));
        return Err(Error::NoOneShot { name: name.to_owned(), words });
    }
    Ok(())
}

/// Finds the bit rate of a silent bus by one request at each, in one-shot mode. The interface is given back as it was.
///
/// # Errors
/// `ip` or `cardash-obd` cannot be run. That nobody takes a request is no error.
pub fn find_rate(talk: &mut Talk, name: &str) -> Result<Option<Rate>, Error> {
    let taken = Taken { name, before: Link::of(name)? };
    search(talk, |bit_rate| {
        if !taken.set(bit_rate)? {
            return Ok(Tried::CannotMake);
        }
        let output = Command::new(asker())
            .arg("--once")
            .output()
            .map_err(|error| Error::Asker(format!("{}: {error}", asker().display())))?;
        // At once, whatever became of it.
        ip(&["link", "set", name, "down"])?;
        match output.status.code() {
            Some(0) => Ok(Tried::Taken),
            Some(1) => Ok(Tried::Nobody),
            _ => Err(Error::Asker(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
        }
    })
}

/// What became of the one request at a bit rate.
#[derive(Clone, Copy)]
enum Tried {
    /// The controller does not have it: nothing was written.
    CannotMake,
    /// A control unit has acknowledged it.
    Taken,
    /// Nobody has, or the controller reported an error.
    Nobody,
}

/// Goes on to the next bit rate only where the one before is not the bus's.
fn search(talk: &mut Talk, mut at: impl FnMut(u32) -> Result<Tried, Error>) -> Result<Option<Rate>, Error> {
    for bit_rate in RATES {
        let rate = Rate { bit_rate, data_bit_rate: None };
        let (words, is_it) = match at(bit_rate)? {
            Tried::CannotMake => ("this controller cannot make it", false),
            Tried::Taken => ("a control unit has taken the request: this is it", true),
            Tried::Nobody => ("nobody has taken the request", false),
        };
        talk.say(&format!("  {:<14} {words}", rate.to_string()));
        if is_it {
            return Ok(Some(rate));
        }
    }
    Ok(None)
}

/// The program beside this one.
fn asker() -> PathBuf {
    let beside = std::env::current_exe().ok().map(|program| program.with_file_name("cardash-obd"));
    beside.unwrap_or_else(|| PathBuf::from("/usr/bin/cardash-obd"))
}

/// An interface that is given back as it was.
struct Taken<'a> {
    name: &'a str,
    before: Link,
}

impl Taken<'_> {
    /// `false`: the controller cannot make this bit rate.
    fn set(&self, bit_rate: u32) -> Result<bool, Error> {
        let name = self.name;
        ip(&["link", "set", name, "down"])?;
        let rate = bit_rate.to_string();
        if ip(&["link", "set", name, "type", "can", "bitrate", &rate]).is_err() {
            return Ok(false);
        }
        ip(&["link", "set", name, "type", "can", "listen-only", "off", "one-shot", "on"])
            .map_err(|error| Error::NoOneShot { name: name.to_owned(), words: error.to_string() })?;
        ip(&["link", "set", name, "up"])?;
        Ok(true)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        // Not every controller has the mode; where it has none there is nothing to be switched off.
        let _ = ip(&["link", "set", self.name, "down"]);
        let _ = ip(&["link", "set", self.name, "type", "can", "one-shot", "off"]);
        for command in self.before.restoring(self.name) {
            if let Err(error) = ip(&command) {
                eprintln!("cardash-setup: {} is not as it was: {error}", self.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_without_one_shot_mode_is_known_before_anybody_agrees() {
        let link = |offered: Option<&[&str]>| Link {
            has_controller: true,
            offered: offered.map(|modes| modes.iter().map(|mode| (*mode).to_owned()).collect()),
            ..Link::default()
        };
        // What Linux's driver of the MCP2515 offers.
        let hat = link(Some(&["LOOPBACK", "LISTEN-ONLY", "TRIPLE-SAMPLING"]));
        let words = can_send_once("can0", &hat).expect_err("a HAT").to_string();
        assert!(
            words.contains("it offers LOOPBACK, LISTEN-ONLY") && words.contains("candleLight"),
            "{words}"
        );
        assert!(words.starts_with("can0: ") && words.contains("nothing was written"), "{words}");
        for good in [link(Some(&["LISTEN-ONLY", "ONE-SHOT"])), link(None), Link::default()] {
            assert!(can_send_once("can0", &good).is_ok(), "{good:?}");
        }
    }

    /// What was said, and at which bit rates a request was written, where each ends so.
    fn searched(ends: [Result<Tried, Error>; 2]) -> (Result<Option<Rate>, Error>, String, Vec<u32>) {
        let (mut talk, mut ends, mut asked) = (Talk::scripted(&[]), ends.into_iter(), Vec::new());
        let found = search(&mut talk, |bit_rate| {
            asked.push(bit_rate);
            ends.next().expect("two bit rates")
        });
        (found, talk.said().to_owned(), asked)
    }

    #[test]
    fn the_second_bit_rate_is_tried_only_where_nobody_takes_the_first() {
        let at = |bit_rate| Some(Rate { bit_rate, data_bit_rate: None });
        let (found, _, asked) = searched([Ok(Tried::Taken), Ok(Tried::Taken)]);
        assert_eq!((found.expect("no error"), asked), (at(500_000), vec![500_000]));
        for first in [Tried::Nobody, Tried::CannotMake] {
            let (found, said, asked) = searched([Ok(first), Ok(Tried::Taken)]);
            assert_eq!((found.expect("no error"), asked), (at(250_000), vec![500_000, 250_000]));
            assert!(
                said.ends_with("250 kbit/s     a control unit has taken the request: this is it\n"),
                "{said}"
            );
        }
        let (found, said, asked) = searched([Ok(Tried::Nobody), Ok(Tried::Nobody)]);
        assert_eq!((found.expect("no error"), asked.len()), (None, 2));
        assert_eq!(said.matches("nobody has taken the request").count(), 2, "{said}");
    }

    #[test]
    fn an_asker_that_cannot_be_run_ends_the_search() {
        let (found, _, asked) = searched([Err(Error::Asker("no program".to_owned())), Ok(Tried::Taken)]);
        assert!(matches!(found, Err(Error::Asker(_))), "{found:?}");
        assert_eq!(asked, [500_000]);
    }

    #[tokio::test]
    async fn only_a_person_who_says_yes_agrees() {
        let nobody = agree(&mut Talk::with_nobody(), true, None).await;
        assert!(matches!(nobody, Err(Error::NotAgreed)), "--yes does not answer");
        for answer in ["", "n", "no"] {
            let mut talk = Talk::scripted(&[answer]);
            assert!(matches!(agree(&mut talk, true, None).await, Err(Error::Declined)), "{answer:?}");
            assert!(
                talk.said().contains("writing to the car's bus")
                    && talk.said().contains("one request at 500 kbit/s")
            );
        }
        let mut talk = Talk::scripted(&["y"]);
        agree(&mut talk, false, None).await.expect("agreed");
        assert!(!talk.said().contains("bit rate"), "{}", talk.said());
    }
}
