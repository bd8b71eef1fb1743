//! An interface that is taken for a while, and given back as it was, however the program ends.

use crate::error::Error;
use crate::link::{Link, ip, typed};
use crate::rates::Rate;

/// An interface with a controller, taken to try bit rates.
#[derive(Debug)]
pub struct Borrowed {
    name: String,
    before: Link,
    /// The controller may acknowledge frames: it is a bench.
    acknowledge: bool,
}

impl Borrowed {
    /// Takes an interface, which goes down, and puts it into listen-only mode unless it is to acknowledge.
    ///
    /// # Errors
    /// The driver does not offer listen-only mode, or `ip` fails. Then the interface is as it was.
    pub fn take(name: &str, before: Link, acknowledge: bool) -> Result<Self, Error> {
        if !acknowledge && before.offers_listen_only() == Some(false) {
            let words = format!("it offers {}", before.offered.unwrap_or_default().join(", "));
            return Err(Error::NoListenOnly { name: name.to_owned(), words });
        }
        let borrowed = Self { name: name.to_owned(), before, acknowledge };
        ip(&["link", "set", name, "down"])?;
        if !acknowledge {
            // Alone, so that a refusal of the mode is not taken for one of the bit rate.
            ip(&["link", "set", name, "type", "can", "listen-only", "on"])
                .map_err(|error| Error::NoListenOnly { name: name.to_owned(), words: error.to_string() })?;
        }
        Ok(borrowed)
    }

    /// Brings it up at this bit rate; `false`: the controller cannot make it, and the interface is down.
    ///
    /// # Errors
    /// `ip` fails, or the mode is not what was asked for; then it is down too.
    pub fn set(&self, rate: Rate) -> Result<bool, Error> {
        let listen_only = !self.acknowledge;
        ip(&["link", "set", &self.name, "down"])?;
        if ip(&self.before.arguments(&self.name, rate, listen_only)).is_err() {
            return Ok(false);
        }
        // Nothing goes up on the word of a program that said yes.
        let now = Link::of(&self.name)?;
        if listen_only && !now.is_listen_only() {
            let words = format!("modes after `listen-only on`: {:?}", now.modes);
            return Err(Error::NoListenOnly { name: self.name.clone(), words });
        }
        ip(&["link", "set", &self.name, "up"])?;
        Ok(true)
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        for command in self.before.restoring(&self.name) {
            if let Err(error) = ip(&command) {
                // An adapter that was pulled out meanwhile has nothing to be restored.
                eprintln!(
                    "cardash-setup: {} is not as it was: {error}; by hand: {}",
                    self.name,
                    typed(&command)
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_controller_that_would_acknowledge_is_left_alone() {
        let offered = Some(vec!["LOOPBACK".to_owned(), "ONE-SHOT".to_owned()]);
        let link = Link { has_controller: true, offered, ..Link::default() };
        // There is no such interface: that it is not touched shows in the error, which is not ip's.
        let error = Borrowed::take("cardash9", link, false).unwrap_err();
        assert!(matches!(error, Error::NoListenOnly { .. }), "{error}");
        let words = error.to_string();
        assert!(
            words.contains("it offers LOOPBACK, ONE-SHOT") && words.contains("nothing was tried"),
            "{words}"
        );
    }
}
