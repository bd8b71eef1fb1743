//! The configuration onto the disk, once somebody has said yes.

use std::path::Path;

use speed_service::cli::Cli as ServiceCli;

use super::Guide;
use crate::configuration::{Findings, merge};
use crate::error::Error;
use crate::install::{Outcome, install};
use crate::talk::Talk;
use crate::unknown::{Kept, NewCar};

impl Guide<'_> {
    pub(super) fn merged(&self, before: Option<&str>, findings: &Findings) -> Result<String, Error> {
        merge(before, findings).map_err(|words| {
            let path = self.place.configuration();
            Error::Configuration(format!("{}: {words}; mend the file, or move it away", path.display()))
        })
    }

    /// Whether the file has changed, or would have without `--dry-run`. `found`: the profile that it names is to be written too.
    pub(super) async fn write(
        &self,
        talk: &mut Talk,
        before: Option<&str>,
        text: &str,
        notes: &[String],
        found: Option<&NewCar>,
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
        if let Some(found) = found {
            let (folder, name) = (self.place.vehicles(), &found.name);
            talk.say(&format!(
                "And what was found, its profile: {name}.toml and {name}.dbc in {}.",
                folder.display()
            ));
            found.say_how_sure(talk);
        }
        let is_new = before != Some(text) || found.is_some();
        if !is_new || self.cli.dry_run {
            return Ok(is_new);
        }
        // Nothing that was found is in force without a word for it.
        let (question, default) = found.map_or(("Write it?", true), |found| (found.question(), false));
        if found.is_some() {
            // A second Enter after the last answer is no word about it.
            talk.forget_typed_ahead();
        }
        if !talk.confirm(question, default).await? {
            return Err(match found {
                Some(found) => found.declined(talk, Path::new(".")).await,
                None => Error::Declined,
            });
        }
        // The configuration is checked with the profile that it names; where it is not taken, that goes again.
        let kept = found.map(|found| found.keep(&self.place)).transpose()?;
        let installed = install(&path, text, check).inspect_err(|_| kept.iter().for_each(Kept::undo));
        let installed = installed?;
        if let Some(found) = found {
            let (folder, name) = (self.place.vehicles(), &found.name);
            talk.say(&format!("Written: {name}.toml and {name}.dbc in {}.", folder.display()));
        }
        match installed {
            Outcome::Unchanged | Outcome::New => talk.say(&format!("Written: {shown}, and checked.")),
            Outcome::Replaced(copy) => {
                talk.say(&format!("Written: {shown}, and checked. The one before: {}", copy.display()));
            }
        }
        Ok(true)
    }
}

/// What the service itself says of a configuration file.
pub(super) fn check(file: &Path) -> Result<(), String> {
    let cli = ServiceCli { config: Some(file.to_owned()), ..ServiceCli::default() };
    speed_service::check(&cli).map(drop).map_err(|error| error.to_string())
}
