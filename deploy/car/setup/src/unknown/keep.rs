//! A profile that was found, onto the disk: with its DBC file, whole, and readable for the service.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use can_reader::profile::{Proposal, Saved, save};

use super::drive_log;
use super::record::Record;
use super::sure::Sure;
use crate::error::Error;
use crate::place::Place;
use crate::talk::Talk;

/// A car that was unknown, and what was found.
#[derive(Debug)]
pub(crate) struct NewCar {
    /// The profile's file without its ending.
    pub name: String,
    pub proposal: Proposal,
    pub sure: Sure,
    /// The drive that it was found in, where it was led.
    pub(super) drive: Option<Record>,
}

/// Files that were just made.
#[derive(Debug)]
pub(crate) struct Kept {
    files: Saved,
    /// The folder was made for them.
    folder: Option<PathBuf>,
}

/// The first free name for a profile in a folder: `mycar`, `mycar-2` and so on.
pub(crate) fn free_name(folder: &Path) -> String {
    let is_free = |name: &str| {
        ["toml", "dbc"]
            .iter()
            .all(|ending| fs::symlink_metadata(folder.join(format!("{name}.{ending}"))).is_err())
    };
    let mut names =
        std::iter::once("mycar".to_owned()).chain((2_u32..).map(|number| format!("mycar-{number}")));
    names.find(|name| is_free(name)).unwrap_or_default()
}

impl NewCar {
    /// What the configuration calls it: it lies beside it.
    #[must_use]
    pub(crate) fn key(&self) -> String {
        format!("vehicles/{}.toml", self.name)
    }

    /// How sure it is, before anybody is asked whether it is to be written.
    pub(crate) fn say_how_sure(&self, talk: &mut Talk) {
        talk.say("\nHow sure this is:");
        self.sure.lines.iter().for_each(|line| talk.say(&format!("  - {line}")));
        if !self.sure.doubts.is_empty() {
            talk.say(&format!("In doubt: {}.", self.sure.doubts.join("; ")));
        }
    }

    /// The question before it is put in force. Its answer is no unless somebody says yes.
    #[must_use]
    pub(crate) fn question(&self) -> &'static str {
        match self.sure.doubts.is_empty() {
            true => "Write these files, and have this profile give the speed?",
            false => "It is not sure. Write these files, and have it give the speed all the same?",
        }
    }

    /// It is not wanted: offers to keep the recording of its drive in this folder; what it then ends with.
    pub(crate) async fn declined(&self, talk: &mut Talk, folder: &Path) -> Error {
        match &self.drive {
            Some(record) => drive_log::offer(talk, record, Some(folder), Error::Declined).await,
            None => Error::Declined,
        }
    }

    /// Writes profile and DBC into the folder of own profiles, or neither.
    ///
    /// # Errors
    /// It cannot be written; nothing is left.
    pub(crate) fn keep(&self, place: &Place) -> Result<Kept, Error> {
        let folder = place.vehicles();
        let was_there = folder.is_dir();
        fs::create_dir_all(&folder).map_err(|error| Error::File { path: folder.clone(), error })?;
        let files = Saved::of(&folder.join(&self.name))?;
        let kept = Kept { files, folder: Some(folder).filter(|_| !was_there) };
        if let Err(error) = self.write(&kept.files) {
            kept.remove_folder();
            return Err(error);
        }
        if let Err(error) = kept.settle() {
            kept.undo();
            return Err(error);
        }
        Ok(kept)
    }

    /// Writes both files, the profile with how sure it is at its top.
    ///
    /// # Errors
    /// One is there already, or cannot be written; then neither is.
    pub(super) fn write(&self, files: &Saved) -> Result<(), Error> {
        let doubts = self.sure.doubts.iter().map(|doubt| format!("in doubt: {doubt}"));
        let lines = self.sure.lines.iter().cloned().chain(doubts);
        let head: String = lines.map(|line| format!("# cardash-setup: {line}\n")).collect();
        Ok(save(files, &format!("{head}{}", self.proposal.toml), &self.proposal.dbc)?)
    }
}

impl Kept {
    /// On the card, and readable for a service of another user, whatever the umask.
    fn settle(&self) -> Result<(), Error> {
        for path in [&self.files.dbc, &self.files.profile] {
            let failed = |error| Error::File { path: path.clone(), error };
            fs::set_permissions(path, Permissions::from_mode(0o644)).map_err(failed)?;
            File::open(path).and_then(|file| file.sync_all()).map_err(failed)?;
        }
        let folder = self.files.profile.parent().unwrap_or(Path::new("/"));
        let failed = |error| Error::File { path: folder.to_owned(), error };
        if self.folder.is_some() {
            fs::set_permissions(folder, Permissions::from_mode(0o755)).map_err(failed)?;
        }
        // Their names are on the card too.
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }

    /// Takes them away again: what was to name them is not in force.
    pub(crate) fn undo(&self) {
        for path in [&self.files.profile, &self.files.dbc] {
            let _ = fs::remove_file(path);
        }
        self.remove_folder();
    }

    /// Only an empty one can be removed.
    fn remove_folder(&self) {
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir(folder);
        }
    }
}
