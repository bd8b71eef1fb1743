//! `can-reader convert`: a log of any kind as candump writes it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::log::{Entry, LogFrame, LogReader};
use crate::{FrameId, SourceTime};

use super::log::{Damaged, Log, tell_kind};
use super::{Error, note};

mod private;

use private::{Private, looks_like_a_vin, of_id};

/// Writes a log of any kind as `candump -L` would have
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Leave out what says whose car it is and where it was: diagnostic messages, the vehicle identification number, positions
    #[arg(long)]
    share: bool,
    /// The log, of any kind; `-` is standard input
    #[arg(value_name = "IN")]
    from: PathBuf,
    /// The file to write, which must not exist; `-` is standard output
    #[arg(value_name = "OUT", default_value = "-")]
    to: PathBuf,
}

type Reader = LogReader<BufReader<File>>;

pub fn run(args: &Args) -> Result<(), Error> {
    let log = Log::open(&args.from)?;
    if args.share && log.is_live {
        return Err(Error::ShareReadsTwice(log.name));
    }
    let mut reader = LogReader::of_file(log.file);
    let broken =
        |source| Error::Log { name: log.name.clone(), source, remedy: "check the file and its disk" };
    let with_vin = if args.share { ids_with_vin(&mut reader).map_err(broken)? } else { Vec::new() };
    let mut out = output(&args.to)?;
    let (mut damaged, mut frames) = (Damaged::default(), 0_u64);
    let mut left_out = BTreeMap::<(Private, FrameId), u64>::new();
    loop {
        match reader.next_entry().map_err(broken)? {
            Some(Entry::Frame(frame)) => {
                frames += 1;
                if let Some(private) = private(args.share, &frame, &with_vin) {
                    *left_out.entry(private).or_default() += 1;
                } else {
                    writeln!(out, "{frame}")?;
                }
            }
            Some(Entry::Damaged(line)) => damaged.add(&log.name, &line),
            None => break,
        }
        if log.is_live {
            out.flush()?;
        }
    }
    out.flush()?;
    tell_kind(&log.name, reader.kind());
    damaged.report(&log.name);
    for ((private, id), count) in &left_out {
        note(format_args!("left out: {id}, {private}: {count} frames"));
    }
    if args.share {
        note(format_args!(
            "what a car says of itself in messages of its own make cannot be known: look at it before you post it"
        ));
    }
    if frames == 0 { Err(damaged.no_frames(log.name)) } else { Ok(()) }
}

fn private(share: bool, frame: &LogFrame<'_>, with_vin: &[FrameId]) -> Option<(Private, FrameId)> {
    let id = frame.frame(SourceTime::ZERO).filter(|_| share)?.id;
    let vin = || with_vin.contains(&id).then_some(Private::Vin);
    of_id(id).or_else(vin).map(|private| (private, id))
}

/// The ids that once say what looks like a part of a vehicle identification number; the log is at its start again.
fn ids_with_vin(reader: &mut Reader) -> io::Result<Vec<FrameId>> {
    let mut ids = Vec::new();
    while let Some(entry) = reader.next_entry()? {
        let Entry::Frame(frame) = entry else { continue };
        let Some(frame) = frame.frame(SourceTime::ZERO) else { continue };
        if looks_like_a_vin(&frame.payload) && !ids.contains(&frame.id) {
            ids.push(frame.id);
        }
    }
    reader.start_anew()?;
    Ok(ids)
}

fn output(path: &Path) -> Result<Box<dyn Write>, Error> {
    if path == Path::new("-") {
        return Ok(Box::new(BufWriter::with_capacity(1 << 16, io::stdout().lock())));
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let file = file.map_err(|source| Error::Written { path: path.to_owned(), source })?;
    Ok(Box::new(BufWriter::with_capacity(1 << 16, file)))
}
