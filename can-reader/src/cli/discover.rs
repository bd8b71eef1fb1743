//! `can-reader discover`: which numbers in a log of an unknown car are its wheel speeds.

mod json;
mod known;
pub(super) mod references;
mod text;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use super::log::Log;
use super::{Error, note};
use crate::discover::{Bend, Reading, References, Report, Traffic, discover};
use crate::profile::{Drive, Saved, of_report, save};

/// Finds the wheel speeds of an unknown car in a log, or its vehicle speed
///
/// Nothing is known of the car: wheels are found by what they are, numbers of one format that move together as a heavy thing does, and part
/// a little in bends. The log should have a stand, a start, a stop, and a tight bend to each side. What is found is
/// told with its evidence; it is a proposal, and never in force by itself.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What the dash said: km/h, and seconds after the first frame; may be given several times
    #[arg(long, value_name = "KMH@SECONDS")]
    speed_is: Vec<Reading>,
    /// Take the scale from the answers to OBD-II requests for the vehicle's speed in this log
    #[arg(long)]
    obd: bool,
    /// Take the scale from a satellite receiver: lines `seconds,km/h` on the log's clock
    #[arg(long, value_name = "FILE.csv")]
    gps: Option<PathBuf>,
    /// The direction of a bend, left@SECONDS or right@SECONDS after the first frame: tells the sides
    #[arg(long, value_name = "SIDE@SECONDS")]
    bend: Vec<Bend>,
    /// Write what was found as NAME.toml and NAME.dbc (here, or where a path says); a file that is there is never written over
    #[arg(long, value_name = "NAME")]
    write: Option<PathBuf>,
    /// For programs: one JSON object
    #[arg(long)]
    json: bool,
    /// The log of the drive
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

pub fn run(args: &Args) -> Result<(), Error> {
    let files = args.write.as_deref().map(Saved::of).transpose()?;
    let mut drive = files.as_ref().map(|_| Drive::default());
    let mut traffic = Traffic::bounded();
    let mut first_us = None;
    let (name, damaged) = Log::open(&args.log)?.each_frame(|interface, frame| {
        first_us.get_or_insert(frame.stamp.wall_us);
        traffic.add(interface, frame);
        if let Some(drive) = &mut drive {
            drive.add(interface, frame);
        }
    })?;
    if traffic.frames() == 0 {
        return Err(damaged.no_frames(name));
    }
    let start = first_us.unwrap_or_default() as f64 / 1e6;
    let gps = args.gps.as_deref().map(|path| references::gps(path, start)).transpose()?;
    let references = References {
        dash: args.speed_is.clone(),
        obd: args.obd,
        gps: gps.unwrap_or_default(),
        bends: args.bend.clone(),
    };
    let report = discover(&traffic, &references);
    let mut out = BufWriter::new(io::stdout().lock());
    if args.json {
        json::write(&report, &mut out)?;
    } else {
        text::write(&report, &name, &mut out)?;
    }
    out.flush()?;
    drop(out);
    match (&files, &drive) {
        (Some(files), Some(drive)) => write(&report, files, (drive, &name)),
        _ => Ok(()),
    }
}

/// Writes the profile of what was found, and says what there is to do with it.
fn write(report: &Report, files: &Saved, drive: (&Drive, &str)) -> Result<(), Error> {
    let proposal = of_report(report, &files.name(), drive)?;
    save(files, &proposal.toml, &proposal.dbc)?;
    let (profile, dbc) = (files.profile.display(), files.dbc.display());
    note(format_args!("{profile} and {dbc} are written; they are in force nowhere"));
    if let Some(driven) = &proposal.driven {
        note(format_args!("in the log: {driven}"));
    }
    for sentence in &proposal.against {
        note(format_args!("against it: {sentence}"));
    }
    note(format_args!("try it: can-reader speed --vehicle {profile} {}", drive.1));
    Ok(())
}
