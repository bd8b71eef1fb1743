//! `can-reader decode`: the values in a log, or in what candump is sending now.

mod columns;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use crate::dbc::Database;
use crate::log::{Entry, LogBody, LogReader};
use crate::{IdFilter, SourceTime};

use self::columns::{Wanted, WantedById};
use super::log::{Damaged, Log, tell_kind};
use super::near::{SeenIds, list};
use super::{Error, note};

/// Decodes a log with a DBC file
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The DBC file
    #[arg(long, value_name = "FILE")]
    dbc: PathBuf,
    /// Only this signal; may be given several times
    #[arg(long = "signal", value_name = "MESSAGE.SIGNAL")]
    signals: Vec<String>,
    /// For programs: one JSON object a line, a value each
    #[arg(long)]
    json: bool,
    /// The log; `-` is standard input, for `candump -L can0 | can-reader decode ...`
    #[arg(value_name = "LOG", default_value = "-")]
    log: PathBuf,
}

pub fn run(args: &Args) -> Result<(), Error> {
    let mut wanted = if args.signals.is_empty() {
        columns::everything(&super::load_with_warnings(&args.dbc)?, args.json)
    } else {
        columns::asked_for(&Database::load(&args.dbc)?, &args.signals, args.json)?
    };
    let log = Log::open(&args.log)?;
    let mut reader = LogReader::of_file(log.file);
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut seen = Seen::default();
    loop {
        let entry = match reader.next_entry() {
            Ok(Some(entry)) => entry,
            Ok(None) => break,
            Err(source) => {
                out.flush()?;
                let remedy = "what was decoded before is complete; check the file and its disk";
                return Err(Error::Log { name: log.name, source, remedy });
            }
        };
        let logged = match entry {
            Entry::Frame(logged) => logged,
            Entry::Damaged(line) => {
                seen.damaged.add(&log.name, &line);
                continue;
            }
        };
        seen.error_frames += u64::from(matches!(logged.body, LogBody::Error { .. }));
        let Some(frame) = logged.frame(SourceTime::ZERO) else { continue };
        seen.frames += 1;
        seen.ids.add(frame.id);
        for message in wanted.get_mut(frame.id).map(Vec::as_mut_slice).unwrap_or_default() {
            seen.decoded += u64::from(message.write(&frame, &mut out)?);
        }
        if log.is_live {
            out.flush()?;
        }
    }
    out.flush()?;
    tell_kind(&log.name, reader.kind());
    seen.report(&log.name, &wanted);
    seen.judge(log.name, &wanted)
}

/// What went by.
#[derive(Default)]
struct Seen {
    frames: u64,
    decoded: u64,
    damaged: Damaged,
    error_frames: u64,
    ids: SeenIds,
}

impl Seen {
    /// Whether anything was understood.
    fn judge(&self, name: String, wanted: &WantedById) -> Result<(), Error> {
        if self.frames == 0 {
            return Err(self.damaged.no_frames(name));
        }
        if self.decoded > 0 {
            return Ok(());
        }
        let mut ids: Vec<IdFilter> = wanted.keys().collect();
        ids.sort_unstable();
        let (frames, ids, near) = (self.frames, list(&ids), self.ids.near(&ids));
        let of_wanted = wanted.values().flatten().any(|wanted| wanted.wrong_length + wanted.remote > 0);
        let why = if of_wanted {
            format!("none of {frames} frames is of a wanted message and of its length")
        } else {
            format!("none of {frames} frames is of a wanted message (id {ids}){near}")
        };
        Err(Error::NothingDecoded { name, why })
    }

    /// Tells on stderr what was left out though it might have been expected.
    fn report(&self, log: &str, wanted: &WantedById) {
        let mut messages: Vec<_> = wanted.values().flatten().collect();
        messages.sort_by_key(|wanted| wanted.message.filter());
        for Wanted { message, wrong_length, remote, .. } in messages {
            let (name, id, size) = (message.name(), message.filter(), message.size());
            if *wrong_length > 0 {
                note(format_args!(
                    "{log}: {id} {name}: frames not of {size} bytes, left out: {wrong_length}"
                ));
            }
            if *remote > 0 {
                note(format_args!("{log}: {id} {name}: remote requests, which have no data: {remote}"));
            }
        }
        if self.error_frames > 0 {
            note(format_args!("{log}: error frames passed over: {}", self.error_frames));
        }
        self.damaged.report(log);
    }
}
