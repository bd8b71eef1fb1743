//! `can-reader profile`: a vehicle profile from a DBC file.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::log::Log;
use super::near::{SeenIds, list};
use super::{Error, note};
use crate::profile::{Drive, Request, Saved, propose, save};

/// Proposes a vehicle profile from a DBC file, by the names and units of its signals
///
/// It says of each line why it is so, shows what else it could be behind a #, and passes every check of the service. With a
/// recorded drive it also finds cycle times, checksums and counters, and says what speaks against the proposal.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The DBC file
    #[arg(long, value_name = "FILE")]
    dbc: PathBuf,
    /// A drive in that car, a log of any kind, with some bends: hold the proposal against it
    #[arg(long, value_name = "LOG")]
    log: Option<PathBuf>,
    /// Write NAME.toml and NAME.dbc (here, or where a path says) instead of printing; a file that is there is never written over
    #[arg(long, value_name = "NAME")]
    write: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<(), Error> {
    let files = args.write.as_deref().map(Saved::of).transpose()?;
    let database = super::load_with_warnings(&args.dbc)?;
    let mut seen = SeenIds::default();
    let drive = args.log.as_ref().map(|log| read(log, &mut seen)).transpose()?;
    let stem = args.dbc.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = files.as_ref().map(Saved::name).or(stem).unwrap_or_else(|| "mycar".to_owned());
    let drive_and_name = drive.as_ref().map(|(drive, name)| (drive, name.as_str()));
    let proposal = propose(Request { database: &database, name: &name, drive: drive_and_name })?;
    if let (Some((_, log)), None) = (&drive, &proposal.driven) {
        let wanted: Vec<_> = proposal.missing.iter().map(|id| (*id).into()).collect();
        let (ids, near) = (list(&wanted), seen.near(&wanted));
        let why = format!(
            "it has no frame of the messages with the speeds ({ids}){near}; is {} the DBC of this car? Without --log it is \
             proposed by its names alone",
            args.dbc.display()
        );
        return Err(Error::NothingDecoded { name: log.clone(), why });
    }
    match &files {
        Some(files) => {
            save(files, &proposal.toml, &proposal.dbc)?;
            let (profile, dbc) = (files.profile.display(), files.dbc.display());
            note(format_args!("{profile} and {dbc} are written"));
        }
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            out.write_all(proposal.toml.as_bytes())?;
            out.flush()?;
        }
    }
    if let Some(driven) = &proposal.driven {
        note(format_args!("in the log: {driven}"));
    }
    for sentence in &proposal.against {
        note(format_args!("against it: {sentence}"));
    }
    match &files {
        None => note(format_args!("it passes the check; to have it as files: --write {name}")),
        Some(files) => {
            let profile = files.profile.display();
            note(format_args!("it passes the check; try it: can-reader speed --vehicle {profile} drive.log"));
        }
    }
    Ok(())
}

/// The frames of the log, and its name.
fn read(path: &Path, seen: &mut SeenIds) -> Result<(Drive, String), Error> {
    let mut drive = Drive::default();
    let (name, damaged) = Log::open(path)?.each_frame(|interface, frame| {
        seen.add(frame.id);
        drive.add(interface, frame);
    })?;
    if drive.ids().is_empty() {
        return Err(damaged.no_frames(name));
    }
    Ok((drive, name))
}
