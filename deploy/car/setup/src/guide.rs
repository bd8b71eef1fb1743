//! The way through the set-up, step by step.

mod choose;
mod write;

use std::path::Path;
use std::time::Duration;

use self::write::check;
use crate::acknowledge::{Known, listen_only, opening};
use crate::asking;
use crate::cli::Cli;
use crate::configuration::{Findings, acknowledges, consents, is_calibrated, listens_only, present, remarks};
use crate::dash::hold_against;
use crate::error::Error;
use crate::fit::{Candidate, Offer, offer};
use crate::hear::{Heard, Task, advice};
use crate::install::{install, read};
use crate::link::Link;
use crate::odometer;
use crate::pick::{Picked, pick};
use crate::place::Place;
use crate::profiles::{self, Profiles, within_reach};
use crate::rates::Rate;
use crate::read_only;
use crate::recording::recognise;
use crate::start::{Started, start};
use crate::talk::Talk;
use crate::unknown::{self, Live, NewCar};

/// Long enough to get in, start and roll.
const ROLL_S: u64 = 20;

/// Leads through the whole set-up.
///
/// # Errors
/// Why it ended before it was done; the sentence says what to do.
pub async fn run(cli: &Cli, talk: &mut Talk) -> Result<(), Error> {
    if let Some(log) = &cli.log {
        return recognise(cli, talk, log).await;
    }
    if let Some(metres) = cli.odometer {
        return odometer::set(talk, metres, cli.correct);
    }
    if let Some(switch) = cli.read_only {
        return read_only::set(talk, switch, cli.dry_run).await;
    }
    let place = Place::new(cli.root.as_deref());
    if let Some(root) = place.root().filter(|root| !root.join("etc").is_dir()) {
        return Err(Error::NoSystem(root.to_owned()));
    }
    if !cli.dry_run && place.root().is_none() && !nix::unistd::geteuid().is_root() {
        return Err(Error::NotRoot);
    }
    if place.root().is_none() && read_only::is_on() {
        talk.say(read_only::NOTE);
    }
    Guide { cli, place }.lead(talk).await
}

/// What came of listening.
enum Listened {
    /// Frames.
    Heard(Heard),
    /// Nothing, and the person goes on all the same.
    Unheard,
    /// Nothing, and the car is to be asked.
    Silent,
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
        let consented = before.as_deref().is_some_and(consents);
        let known = Known {
            asked_for: self.cli.acknowledge,
            by_file: before.as_deref().is_some_and(acknowledges).then_some(shown.as_str()),
            by_consent: consented.then_some(shown.as_str()),
            by_interface: likely.as_deref(),
        };
        talk.say(&opening(known, !self.cli.yes));
        if let (Some(vehicle), interface) = &now {
            let on = interface.as_deref().map(|name| format!(" on {name}")).unwrap_or_default();
            talk.say(&format!("It is set up already: vehicle {vehicle}{on}."));
        }
        let asked_before = Some(asking::VEHICLE).filter(|_| consented && self.cli.vehicle.is_none());
        let named = self.cli.vehicle.as_deref().or(asked_before);
        let mut profiles = profiles::load(&self.place, named)?;
        profiles.warnings.iter().for_each(|warning| talk.say(warning));

        let name = self.choose_interface(talk, now.1.as_deref()).await?;
        let (heard, picked) = match self.listen(talk, &name, &mut profiles, named).await? {
            Listened::Silent => (None, Picked::Profile(asking::VEHICLE.to_owned())),
            Listened::Unheard => (None, self.pick(talk, &profiles, None, &now, &name).await?),
            Listened::Heard(heard) if self.cli.unknown => (Some(heard), Picked::None),
            Listened::Heard(heard) => {
                self.roll(talk, &name, Some(&heard), &mut profiles).await?;
                let picked = self.pick(talk, &profiles, Some(&heard), &now, &name).await?;
                (Some(heard), picked)
            }
        };
        let (vehicle, found) = match picked {
            Picked::Profile(vehicle) => (vehicle, None),
            Picked::None => {
                let found = self.find_wheels(talk, &name, heard.as_ref()).await?;
                (found.key(), Some(found))
            }
        };
        self.prove_notes(talk, &name, heard.as_ref(), &mut profiles, &vehicle).await?;
        within_reach(&vehicle)?;
        let link = profiles.candidates.iter().find(|candidate| candidate.key == vehicle);
        let link = link.map(|candidate| candidate.vehicle().link()).unwrap_or_default();
        let has_controller = self.has_controller(&name);

        let rate = heard.and_then(|heard| heard.rate).or_else(|| self.stated_rate());
        let asks = vehicle == asking::VEHICLE;
        // An image of a card is for another machine.
        if asks && self.place.root().is_none() {
            // Before anybody agrees to what then could not be done.
            Link::of(&name).map_or(Ok(()), |link| asking::can_send_once(&name, &link))?;
        }
        if asks && !consented {
            asking::agree(talk, has_controller, rate).await?;
        }
        let silent = match asks && !self.cli.acknowledge {
            true => {
                if before.as_deref().is_some_and(listens_only) {
                    talk.say(&format!(
                        "{shown} has listen_only = true under [link], with which nothing can be asked: it is taken out."
                    ));
                }
                None
            }
            false => listen_only(talk, self.cli.acknowledge, before.as_deref(), link, &shown).await?,
        };
        let is_found = found.is_some();
        if is_found && before.as_deref().is_some_and(is_calibrated) {
            talk.say(&format!(
                "{shown} has [calibration], the factor of the profile before: it is taken out, since what was found has a scale of its own."
            ));
        }
        let mut findings =
            Findings { vehicle, interface: name.clone(), rate, ask: asks, listen_only: silent, is_found };
        let mut text = self.merged(before.as_deref(), &findings)?;
        let notes = if has_controller { remarks(&text, &name, link) } else { Vec::new() };
        let is_rate_missing = asks && has_controller && rate.is_none() && !self.knows_rate(&text);
        let notes = if is_rate_missing { Vec::new() } else { notes };
        let changed = self.write(talk, before.as_deref(), &text, &notes, found.as_ref()).await?;
        if is_rate_missing && !self.cli.dry_run && self.place.root().is_none() {
            findings.rate = Some(self.rate_of_silence(talk, &name, before.as_deref())?);
            text = self.merged(Some(&text), &findings)?;
            install(&self.place.configuration(), &text, check)?;
            talk.say(&format!("Written: {shown}, with that bit rate."));
        }
        let started = Started { name: &name, has_controller, asks, changed, dry_run: self.cli.dry_run };
        start(talk, &self.place, started).await
    }

    async fn pick(
        &self,
        talk: &mut Talk,
        profiles: &Profiles,
        heard: Option<&Heard>,
        now: &(Option<String>, Option<String>),
        name: &str,
    ) -> Result<Picked, Error> {
        let named = self.cli.vehicle.as_ref().map(|_| 0);
        pick(talk, &profiles.candidates, named, now.0.as_deref(), heard.is_some(), name).await
    }

    /// A car that is in no profile: a short drive, if a person is there and wants it.
    async fn find_wheels(&self, talk: &mut Talk, name: &str, heard: Option<&Heard>) -> Result<NewCar, Error> {
        let heard = heard.filter(|_| talk.has_person());
        let Some(heard) = heard else { return Err(Error::NoProfileFits(name.to_owned())) };
        if !unknown::wants(talk).await? {
            return Err(Error::NoProfileFits(name.to_owned()));
        }
        // Up for the whole drive; given back when it is over, however it ends.
        let _held = self.again(name, heard, Duration::ZERO).hold()?;
        let profile = unknown::free_name(&self.place.vehicles());
        let folder = (!self.cli.dry_run).then_some(Path::new("."));
        unknown::find(talk, &mut Live::new(name), name, profile, folder).await
    }

    fn knows_rate(&self, text: &str) -> bool {
        let document = text.parse::<toml_edit::DocumentMut>().ok();
        document.is_some_and(|document| document.get("link").and_then(|link| link.get("bit_rate")).is_some())
    }

    /// The bit rate of a bus that is silent, by asking, as was agreed and is written down. Where nobody is there, the file is as it was.
    fn rate_of_silence(&self, talk: &mut Talk, name: &str, before: Option<&str>) -> Result<Rate, Error> {
        talk.say("\nOne request at each bit rate, in one-shot mode:");
        let found = asking::find_rate(talk, name);
        if let Ok(Some(rate)) = found {
            return Ok(rate);
        }
        let path = self.place.configuration();
        match before {
            Some(before) => drop(install(&path, before, |_| Ok(()))?),
            None => std::fs::remove_file(&path).map_err(|error| Error::File { path: path.clone(), error })?,
        }
        found.and_then(|_| Err(Error::NobodyThere(path.display().to_string())))
    }

    async fn listen(
        &self,
        talk: &mut Talk,
        name: &str,
        profiles: &mut Profiles,
        named: Option<&str>,
    ) -> Result<Listened, Error> {
        if self.cli.no_listen {
            talk.say("Not listening (--no-listen): nothing says whether this is right.");
            return Ok(Listened::Unheard);
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
                return Ok(Listened::Heard(heard));
            }
            let why = advice(name, &heard.traffic);
            let is_silent = heard.traffic.errors == 0 && heard.traffic.down.is_none();
            if is_silent && named == Some(asking::VEHICLE) {
                talk.say("\nSilence, as of a car that says nothing until it is asked.");
                return Ok(Listened::Silent);
            }
            if let Some(listened) = self.goes_on_unheard(talk, &why, is_silent).await? {
                return Ok(listened);
            }
        }
    }

    /// How to listen again, at the bit rate that was found.
    fn again<'n>(&self, name: &'n str, heard: &Heard, time: Duration) -> Task<'n> {
        let (acknowledge, dry_run) = (self.cli.acknowledge, self.cli.dry_run);
        Task { name, rate: heard.rate, acknowledge, time, dry_run }
    }

    /// Where nothing proves a profile yet, a few metres may.
    async fn roll(
        &self,
        talk: &mut Talk,
        name: &str,
        heard: Option<&Heard>,
        profiles: &mut Profiles,
    ) -> Result<(), Error> {
        let Some(heard) = heard.filter(|_| talk.has_person()) else { return Ok(()) };
        let is_open = !matches!(offer(&profiles.candidates), Offer::Certain(_));
        if !is_open || !profiles.candidates.iter().any(Candidate::can_roll) {
            return Ok(());
        }
        talk.say("\nNothing proves yet which car this is. Its wheels would: stand, then roll forward a car length or more.");
        if talk.confirm(&format!("Listen for {ROLL_S} s while you roll?"), false).await? {
            self.again(name, heard, Duration::from_secs(ROLL_S)).hear(talk, &mut profiles.candidates).await?;
        }
        Ok(())
    }

    /// A profile from public notes only is held against the dash before it is written.
    async fn prove_notes(
        &self,
        talk: &mut Talk,
        name: &str,
        heard: Option<&Heard>,
        profiles: &mut Profiles,
        vehicle: &str,
    ) -> Result<(), Error> {
        let candidates = &mut profiles.candidates;
        let Some(place) = candidates.iter().position(|candidate| candidate.key == vehicle) else {
            return Ok(());
        };
        if !candidates[place].is_from_notes() {
            return Ok(());
        }
        match heard.filter(|_| talk.has_person() && !self.cli.dry_run) {
            Some(heard) => {
                hold_against(talk, &self.again(name, heard, Duration::ZERO), candidates, place).await
            }
            None => {
                talk.say(&format!(
                    "Warning: profile {vehicle} is known from public notes only. Hold its speed against the dash at two speeds \
                     before you trust it."
                ));
                Ok(())
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

    /// `None`: once more.
    async fn goes_on_unheard(
        &self,
        talk: &mut Talk,
        why: &str,
        is_silent: bool,
    ) -> Result<Option<Listened>, Error> {
        if talk.has_person() {
            talk.say(&format!("\n{why}"));
            if talk.confirm("Listen again?", true).await? {
                return Ok(None);
            }
            let question =
                "Most cars since 2008 say nothing at this socket until they are asked. Go on to that?";
            if is_silent && self.cli.vehicle.is_none() && talk.confirm(question, false).await? {
                return Ok(Some(Listened::Silent));
            }
        }
        if self.cli.vehicle.is_none() {
            return Err(Error::NothingHeard(why.to_owned()));
        }
        talk.say(
            "Nothing was heard, so nothing says whether this is right. Going on, as the vehicle was named.",
        );
        Ok(Some(Listened::Unheard))
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
