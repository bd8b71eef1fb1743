//! The last step: the units start, now and at every boot.

use crate::error::Error;
use crate::link::Link;
use crate::place::Place;
use crate::talk::Talk;
use crate::units::{KIOSK, QUESTION, ask_speed, commands, plan, run, runs, typed};

/// What the units are started with.
#[derive(Clone, Copy, Debug)]
pub struct Started<'a> {
    /// The interface.
    pub name: &'a str,
    /// It has a bit rate, and so a unit that brings it up.
    pub has_controller: bool,
    /// The car is asked.
    pub asks: bool,
    /// The configuration is new.
    pub changed: bool,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// Says what has to be done, and does it if the person agrees.
///
/// # Errors
/// The package is not installed, systemd refuses, or nobody answers.
pub async fn start(talk: &mut Talk, place: &Place, with: Started<'_>) -> Result<(), Error> {
    let (planned, missing) = plan(place, with.name, with.has_controller, with.asks);
    for file in missing.iter().filter(|file| *file == KIOSK || with.dry_run) {
        let package = if file == KIOSK { "cardash-dashboard" } else { "cardash-service" };
        talk.say(&format!(
            "There is no {file}, so it cannot be started: is the package {package} installed?"
        ));
    }
    let missing: Vec<_> = missing.into_iter().filter(|file| file != KIOSK).collect();
    if !missing.is_empty() && !with.dry_run {
        return Err(Error::NotInstalled {
            path: place.configuration().display().to_string(),
            missing: missing.join(" and no "),
            system: place
                .root()
                .map_or_else(|| "this system".to_owned(), |root| format!("the system in {}", root.display())),
        });
    }
    let down = with.has_controller && Link::of(with.name).is_ok_and(|link| !link.up);
    let commands = commands(place, &planned, with.changed, down);
    if commands.is_empty() {
        if !planned.is_empty() {
            talk.say("Everything that should start does so already. Nothing to do.");
        }
        return Ok(());
    }
    talk.say("\nTo have it start now and at every boot:\n");
    commands.iter().for_each(|words| talk.say(&format!("    {}", typed(words))));
    talk.say("");
    if with.dry_run {
        talk.say("Nothing was done (--dry-run).");
        return Ok(());
    }
    if !talk.confirm("Do that?", true).await? {
        talk.say("Then do it by hand when you like.");
        return Ok(());
    }
    commands.iter().try_for_each(|words| run(words))?;
    if !runs(place) {
        talk.say("Done. It starts at the next boot.");
        return Ok(());
    }
    talk.say("Done. The speed, asked for with");
    talk.say(&format!("    {}", QUESTION.join(" ")));
    talk.say(&format!("    {}", ask_speed().await));
    Ok(())
}
