//! The way through the set-up, step by step.

use std::path::Path;
use std::time::Duration;

use speed_service::cli::Cli as ServiceCli;

use crate::acknowledge::{Known, listen_only, opening};
use crate::cli::Cli;
use crate::configuration::{Findings, acknowledges, merge, present, remarks};
use crate::error::Error;
use crate::hear::{Heard, Task, advice};
use crate::install::{Outcome, install, read};
use crate::interface::{self, Interface};
use crate::link::Link;
use crate::pick::{Picked, pick};
use crate::place::Place;
use crate::profiles::{self, Profiles, within_reach};
use crate::rates::Rate;
use crate::start::{Started, start};
use crate::talk::Talk;

const NET: &str = "/sys/class/net";

/// Leads through the whole set-up.
///
/// # Errors
/// Why it ended before it was done; the sentence says what to do.
pub async fn run(cli: &Cli, talk: &mut Talk) -> Result<(), Error> {
    let place = Place::new(cli.root.as_deref());
    if let Some(root) = place.root().filter(|root| !root.join("etc").is_dir()) {
        return Err(Error::NoSystem(root.to_owned()));
    }
    if !cli.dry_run && place.root().is_none() && !nix::unistd::geteuid().is_root() {
        return Err(Error::NotRoot);
    }
    Guide { cli, place }.lead(talk).await
}

struct Guide<'a> {
    cli: &'a Cli,
    place: Place,
}

impl Guide<'_> {
    async fn lead(&self, talk: &mut Talk) -> Result<(), Error> {
        let before = read(&self.place.configuration())?;
        let now = before.as_deref().map(present).unwrap_or_default();
        let shown = self.place.configuration().display().to_string();
        let likely = self.acknowledging_interface(now.1.as_deref());
        let known = Known {
            asked_for: self.cli.acknowledge,
            by_file: before.as_deref().is_some_and(acknowledges).then_some(shown.as_str()),
            by_interface: likely.as_deref(),
        };
        talk.say(&opening(known, !self.cli.yes));
        if let (Some(vehicle), interface) = &now {
            let on = interface.as_deref().map(|name| format!(" on {name}")).unwrap_or_default();
            talk.say(&format!("It is set up already: vehicle {vehicle}{on}."));
        }
        let mut profiles = profiles::load(&self.place, self.cli.vehicle.as_deref())?;
        profiles.warnings.iter().for_each(|warning| talk.say(warning));

        let name = self.choose_interface(talk, now.1.as_deref()).await?;
        let heard = self.listen(talk, &name, &mut profiles).await?;
        let named = self.cli.vehicle.as_ref().map(|_| 0);
        let picked =
            pick(talk, &profiles.candidates, named, now.0.as_deref(), heard.is_some(), &name).await?;
        let Picked::Profile(vehicle) = picked else { return Err(Error::NoProfileFits(name)) };
        within_reach(&vehicle)?;
        let link = profiles.candidates.iter().find(|candidate| candidate.key == vehicle);
        let link = link.map(|candidate| candidate.vehicle().link()).unwrap_or_default();
        let has_controller = self.has_controller(&name);

        let rate = heard.and_then(|heard| heard.rate).or_else(|| self.stated_rate());
        let silent = listen_only(talk, self.cli.acknowledge, before.as_deref(), link, &shown).await?;
        let findings = Findings { vehicle, interface: name.clone(), rate, listen_only: silent };
        let text = self.merged(before.as_deref(), &findings)?;
        let notes = if has_controller { remarks(&text, &name, link) } else { Vec::new() };
        let changed = self.write(talk, before.as_deref(), &text, &notes).await?;
        start(talk, &self.place, Started { name: &name, has_controller, changed, dry_run: self.cli.dry_run })
            .await
    }

    async fn choose_interface(&self, talk: &mut Talk, configured: Option<&str>) -> Result<String, Error> {
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

    /// `None`: nothing was heard, and the person goes on all the same.
    async fn listen(
        &self,
        talk: &mut Talk,
        name: &str,
        profiles: &mut Profiles,
    ) -> Result<Option<Heard>, Error> {
        if self.cli.no_listen {
            talk.say("Not listening (--no-listen): nothing says whether this is right.");
            return Ok(None);
        }
        let task = Task {
            name,
            rate: self.stated_rate(),
            acknowledge: self.cli.acknowledge,
            time: Duration::from_secs(self.cli.listen),
            dry_run: self.cli.dry_run,
        };
        loop {
            let heard = task.hear(talk, &mut profiles.candidates).await?;
            if heard.traffic.frames > 0 {
                self.show(talk, &heard, profiles);
                return Ok(Some(heard));
            }
            let why = advice(name, &heard.traffic);
            if self.goes_on_unheard(talk, &why).await? {
                return Ok(None);
            }
        }
    }

    fn show(&self, talk: &mut Talk, heard: &Heard, profiles: &Profiles) {
        talk.say(&format!("\nHeard: {}", heard.traffic.summary()));
        talk.say(&heard.traffic.table(|id| {
            let by = profiles
                .candidates
                .iter()
                .filter_map(|candidate| Some(format!("{} ({})", candidate.recognises(id)?, candidate.key)));
            let names: Vec<_> = by.collect();
            (!names.is_empty()).then(|| names.join(", "))
        }));
    }

    /// `false`: once more.
    async fn goes_on_unheard(&self, talk: &mut Talk, why: &str) -> Result<bool, Error> {
        if talk.has_person() {
            talk.say(&format!("\n{why}"));
            if talk.confirm("Listen again?", true).await? {
                return Ok(false);
            }
        }
        if self.cli.vehicle.is_none() {
            return Err(Error::NothingHeard(why.to_owned()));
        }
        talk.say(
            "Nothing was heard, so nothing says whether this is right. Going on, as the vehicle was named.",
        );
        Ok(true)
    }

    fn merged(&self, before: Option<&str>, findings: &Findings) -> Result<String, Error> {
        merge(before, findings).map_err(|words| {
            let path = self.place.configuration();
            Error::Configuration(format!("{}: {words}; mend the file, or move it away", path.display()))
        })
    }

    /// Whether the file has changed, or would have without `--dry-run`.
    async fn write(
        &self,
        talk: &mut Talk,
        before: Option<&str>,
        text: &str,
        notes: &[String],
    ) -> Result<bool, Error> {
        let path = self.place.configuration();
        let shown = path.display();
        if before == Some(text) {
            talk.say(&format!("\n{shown} says so already; it stays as it is."));
        } else {
            talk.say(&format!("\n{shown} is to be:\n"));
            text.lines().for_each(|line| talk.say(format!("    {line}").trim_end()));
            talk.say("");
        }
        notes.iter().for_each(|note| talk.say(&format!("Note: {note}.")));
        if before == Some(text) || self.cli.dry_run {
            return Ok(before != Some(text));
        }
        if !talk.confirm("Write it?", true).await? {
            return Err(Error::Declined);
        }
        match install(&path, text, check)? {
            Outcome::Unchanged | Outcome::New => talk.say(&format!("Written: {shown}, and checked.")),
            Outcome::Replaced(copy) => {
                talk.say(&format!("Written: {shown}, and checked. The one before: {}", copy.display()));
            }
        }
        Ok(true)
    }

    /// The interface that will probably be taken, if it is up and acknowledges frames.
    fn acknowledging_interface(&self, configured: Option<&str>) -> Option<String> {
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

    /// For an image of a card the interface need not be here.
    fn has_controller(&self, name: &str) -> bool {
        Link::of(name).map_or_else(
            |_| !name.starts_with("vcan") && !name.starts_with("vxcan"),
            |link| link.has_controller,
        )
    }

    fn stated_rate(&self) -> Option<Rate> {
        let data_bit_rate = self.cli.data_bit_rate;
        self.cli.bit_rate.map(|bit_rate| Rate { bit_rate, data_bit_rate })
    }
}

fn describe(interface: &Interface) -> Result<String, Error> {
    let link = Link::of(&interface.name)?;
    Ok(format!("{}: {}; {}", interface.name, interface.what(!link.has_controller), link.describe()))
}

/// What the service itself says of a configuration file.
fn check(file: &Path) -> Result<(), String> {
    let cli = ServiceCli { config: Some(file.to_owned()), ..ServiceCli::default() };
    speed_service::check(&cli).map(drop).map_err(|error| error.to_string())
}
