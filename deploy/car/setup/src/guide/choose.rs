//! Which interface.

use std::path::Path;

use super::Guide;
use crate::error::Error;
use crate::interface::{self, Interface};
use crate::link::Link;
use crate::talk::Talk;

const NET: &str = "/sys/class/net";

impl Guide<'_> {
    pub(super) async fn choose_interface(
        &self,
        talk: &mut Talk,
        configured: Option<&str>,
    ) -> Result<String, Error> {
        if self.cli.no_listen {
            return Ok(self.cli.interface.clone().unwrap_or_default());
        }
        let found = interface::find(Path::new(NET))?;
        let names: Vec<_> = found.iter().map(|interface| interface.name.clone()).collect();
        if found.is_empty() {
            return Err(Error::NoInterface);
        }
        talk.say("\nCAN interfaces:");
        for (number, interface) in found.iter().enumerate() {
            talk.say(&format!("  {} {}", number + 1, describe(interface)?));
        }
        if let Some(asked) = &self.cli.interface {
            let known = names.contains(asked);
            return known
                .then(|| asked.clone())
                .ok_or_else(|| Error::NoSuchInterface { name: asked.clone(), others: names });
        }
        if let [only] = names.as_slice() {
            return Ok(only.clone());
        }
        if !talk.has_person() {
            return Err(Error::SeveralInterfaces(names));
        }
        let configured = names.iter().position(|name| Some(name.as_str()) == configured);
        let real = found.iter().position(|interface| interface.bus.is_some());
        let default = configured.or(real).unwrap_or(0) + 1;
        let number = talk.choose("Which one is wired to the car?", names.len(), default).await?;
        Ok(names[number - 1].clone())
    }

    /// The interface that will probably be taken, if it is up and acknowledges frames.
    pub(super) fn acknowledging_interface(&self, configured: Option<&str>) -> Option<String> {
        if self.cli.no_listen {
            return None;
        }
        let only = || match interface::find(Path::new(NET)).ok()?.as_slice() {
            [only] => Some(only.name.clone()),
            _ => None,
        };
        let named = self.cli.interface.clone().or_else(|| configured.map(str::to_owned)).or_else(only)?;
        Link::of(&named).is_ok_and(|link| link.acknowledges()).then_some(named)
    }
}

fn describe(interface: &Interface) -> Result<String, Error> {
    let link = Link::of(&interface.name)?;
    Ok(format!("{}: {}; {}", interface.name, interface.what(!link.has_controller), link.describe()))
}
