//! The command line: one module a subcommand.

mod checksum;
mod decode;
mod list;
mod log;
mod near;
mod speed;

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::VehicleError;
use crate::dbc::{Database, DbcError};
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
    Speed(speed::Args),
    Checksum(checksum::Args),
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
    /// No line of the log is a frame.
    #[error(
        "{name}: no frame in the whole log, and {damaged} damaged lines{}",
        if *is_explained { "" } else {
            "; expected lines as `candump -L` writes them: `(1674148739.212264) can0 1D0#0000000000000000`"
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
    /// There were frames, and none was of use.
    #[error("{name}: nothing decoded: {why}")]
    NothingDecoded {
        /// The log.
        name: String,
        /// Why, and what is near.
        why: String,
    },
    /// Nothing answers `--grep`.
    #[error("{name}: no message or signal matches {pattern:?}; without --grep all are shown", name = name.display())]
    NoMatch {
        /// The DBC file.
        name: PathBuf,
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
        Command::Speed(args) => speed::run(&args),
        Command::Checksum(args) => checksum::run(&args),
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
