//! The command line: one module a subcommand.

mod calibrate;
mod checksum;
mod convert;
mod decode;
mod discover;
mod list;
mod log;
mod near;
mod profile;
mod signals;
mod speed;
mod vehicles;

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::VehicleError;
use crate::calibrate::Refusal;
use crate::dbc::{Database, DbcError};
use crate::profile::{FoundError, ProposeError, SaveError};
use crate::source::ReplayError;

/// Reads CAN: what a DBC file holds, and what the frames of a log or of a live bus say.
#[derive(Debug, clap::Parser)]
#[command(name = "can-reader", version)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(list::Args),
    Decode(decode::Args),
    Convert(convert::Args),
    Speed(speed::Args),
    Signals(signals::Args),
    Checksum(checksum::Args),
    Profile(profile::Args),
    Discover(discover::Args),
    Calibrate(calibrate::Args),
    Vehicles(vehicles::Args),
}

/// Why the program ends early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The DBC file, or what was asked of it.
    #[error(transparent)]
    Dbc(#[from] DbcError),
    /// The vehicle.
    #[error(transparent)]
    Vehicle(#[from] VehicleError),
    /// No profile can be proposed.
    #[error(transparent)]
    Propose(#[from] ProposeError),
    /// No profile from what was found.
    #[error(transparent)]
    Found(#[from] FoundError),
    /// The proposed profile cannot be written.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// The log cannot be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// No timers to be had from the system.
    #[error("cannot start: {0}")]
    Runtime(io::Error),
    /// The log cannot be read.
    #[error("{name}: {source}; {remedy}")]
    Log {
        /// The file.
        name: String,
        /// The reason.
        source: io::Error,
        /// What to do.
        remedy: &'static str,
    },
    /// What somebody knows of the drive cannot be read.
    #[error("{name}: {why}")]
    Reference {
        /// The file.
        name: String,
        /// Why, and what to do.
        why: String,
    },
    /// The drive gives no factor.
    #[error("{name}: {why}")]
    NoFactor {
        /// The log.
        name: String,
        /// Why, and what to do.
        why: Refusal,
    },
    /// No line of the log is a frame.
    #[error(
        "{name}: {}", match (damaged, *is_explained) {
            (0, _) => "nothing came: it is empty, or has comments only. Is the interface up, and does anything send?".to_owned(),
            (damaged, true) => format!("no frame in the whole log, and {damaged} damaged lines"),
            (damaged, false) => format!(
                "no frame in the whole log, and {damaged} damaged lines; expected a log of candump, Vector (ASC, BLF), ASAM (MDF 4), \
                 PEAK (TRC), SavvyCAN, python-can or cabana, for example `(1674148739.212264) can0 1D0#0000000000000000`"
            ),
        }
    )]
    NoFrames {
        /// The log.
        name: String,
        /// Lines that are no frames.
        damaged: u64,
        /// It has been said what it is instead, and what to do.
        is_explained: bool,
    },
    /// A pipe cannot be read twice.
    #[error("{0}: --share reads the log twice, so that it has to be a file: record it first")]
    ShareReadsTwice(String),
    /// The file cannot be made.
    #[error("{path}: cannot write it: {source}; name a file that does not exist")]
    Written {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// There were frames, and none was of use.
    #[error("{name}: nothing decoded: {why}")]
    NothingDecoded {
        /// The log.
        name: String,
        /// Why, and what is near.
        why: String,
    },
    /// The profile names none.
    #[error("{vehicle} ({origin}) has no [signals]; add some to a copy of its profile (docs/signals.md)")]
    NoSignals {
        /// The vehicle.
        vehicle: String,
        /// Where its profile is.
        origin: String,
    },
    /// Nothing answers `--grep`.
    #[error("{name}: no message or signal matches {pattern:?}; without --grep all are shown", name = name.display())]
    NoMatch {
        /// The DBC file.
        name: PathBuf,
        /// What was looked for.
        pattern: String,
    },
    /// No built-in vehicle answers `--grep`.
    #[error(
        "no built-in vehicle has {pattern:?} in its name or title; without --grep all are shown, and \
         docs/adding-a-vehicle.md says how to make a profile for another car"
    )]
    NoVehicle {
        /// What was looked for.
        pattern: String,
    },
    /// Standard output is closed or full.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

/// Runs the subcommand.
///
/// # Errors
/// Its own; [`Error::Output`] with a broken pipe is no fault.
pub fn run(args: Args) -> Result<(), Error> {
    match args.command {
        Command::List(args) => list::run(&args),
        Command::Decode(args) => decode::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Speed(args) => speed::run(&args),
        Command::Signals(args) => signals::run(&args),
        Command::Checksum(args) => checksum::run(&args),
        Command::Profile(args) => profile::run(&args),
        Command::Discover(args) => discover::run(&args),
        Command::Calibrate(args) => calibrate::run(&args),
        Command::Vehicles(args) => vehicles::run(&args),
    }
}

/// Loads a DBC file and says on stderr what is wrong in it.
fn load_with_warnings(path: &Path) -> Result<Database, DbcError> {
    let database = Database::load(path)?;
    for warning in database.warnings() {
        note(format_args!("warning: {warning}"));
    }
    Ok(database)
}

/// A line on stderr. One that cannot be written is lost: nobody listens.
fn note(text: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "can-reader: {text}");
}
