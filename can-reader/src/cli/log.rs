//! The log that is read: a file, a pipe or standard input.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, LineWriter, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::{Error, note};
use crate::log::{DamagedLine, Entry, Foreign, Kind, LogReader};
use crate::source::{Rate, Replay, ReplayOptions};
use crate::{Frame, SourceTime};

/// Damaged lines are named up to this many; the total is told at the end.
const NAMED: u64 = 10;

pub(super) struct Log {
    pub name: String,
    pub file: File,
    /// Not a file on disk: each frame's lines are to be seen at once.
    pub is_live: bool,
}

impl Log {
    pub fn open(path: &Path) -> Result<Self, Error> {
        let is_stdin = path == Path::new("-");
        let name = if is_stdin { "standard input".to_owned() } else { path.display().to_string() };
        let opened = if is_stdin { standard_input() } else { File::open(path) };
        let opened = opened.and_then(|file| file.metadata().map(|metadata| (file, metadata)));
        let fault = |source| Error::Log {
            name: name.clone(),
            source,
            remedy: "name a log, or `-` for standard input",
        };
        let (file, metadata) = opened.map_err(fault)?;
        if metadata.is_dir() {
            return Err(fault(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self { name, file, is_live: !metadata.is_file() })
    }

    /// Calls `with` for each frame of the whole log and its interface, on a clock that starts at the first. Gives the log's
    /// name, and the lines that are no frames, which have been named.
    pub fn each_frame(self, mut with: impl FnMut(&str, &Frame)) -> Result<(String, Damaged), Error> {
        let Self { name, file, .. } = self;
        let mut reader = LogReader::of_file(file);
        let (mut damaged, mut start_us) = (Damaged::default(), None);
        loop {
            let entry = reader.next_entry();
            let entry = entry.map_err(|source| Error::Log {
                name: name.clone(),
                source,
                remedy: "check the file and its disk",
            })?;
            match entry {
                Some(Entry::Frame(line)) => {
                    let start_us = *start_us.get_or_insert(line.wall_us);
                    let at = SourceTime::from_micros(line.wall_us.saturating_sub(start_us));
                    if let Some(frame) = line.frame(at) {
                        with(line.interface, &frame);
                    }
                }
                Some(Entry::Damaged(line)) => damaged.add(&name, &line),
                None => break,
            }
        }
        tell_kind(&name, reader.kind());
        damaged.report(&name);
        Ok((name, damaged))
    }
}

/// Says on stderr which kind of log it was, unless it is the usual one.
pub(super) fn tell_kind(log: &str, kind: Option<Kind>) {
    if let Some(kind) = kind.filter(|kind| *kind != Kind::Candump) {
        note(format_args!("{log}: read as {kind}"));
    }
}

/// Lines that are no frames.
#[derive(Default)]
pub(super) struct Damaged {
    pub lines: u64,
    /// Which other kind of file the log is, where it is one.
    pub foreign: Option<Foreign>,
}

impl Damaged {
    /// Counts a line, and names it on stderr unless enough were: of another kind of file one line tells all.
    pub fn add(&mut self, log: &str, line: &DamagedLine) {
        self.lines += 1;
        let is_known = line.foreign.is_some() && self.foreign == line.foreign;
        self.foreign = self.foreign.or(line.foreign);
        if self.lines <= NAMED && !is_known {
            note(format_args!("{log}: {line}"));
        }
    }

    /// The error where no line at all was a frame.
    pub const fn no_frames(&self, name: String) -> Error {
        Error::NoFrames { name, damaged: self.lines, is_explained: self.foreign.is_some() }
    }

    /// How many there were, on stderr.
    pub fn report(&self, log: &str) {
        if self.lines > 0 {
            note(format_args!("{log}: damaged lines passed over: {}", self.lines));
        }
    }
}

/// The log as a source that is read once, as fast as it comes, and where to write what is said of it: of a pipe each line at once.
pub(super) fn replay(path: &Path) -> Result<(Replay, Box<dyn Write>), Error> {
    let is_pipe = std::fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo());
    if is_pipe || path == Path::new("-") {
        let log = Log::open(path)?;
        let replay = Replay::piped(Path::new(&log.name), log.file);
        return Ok((replay, Box::new(LineWriter::new(io::stdout().lock()))));
    }
    let options = ReplayOptions { rate: Rate::Max, repeat: false, progress: true };
    let out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    Ok((Replay::open(path, options)?, Box::new(out)))
}

fn standard_input() -> io::Result<File> {
    let input = io::stdin();
    if input.is_terminal() {
        note(format_args!("reading from the terminal; name a LOG, or pipe `candump -L can0` into this"));
    }
    Ok(input.as_fd().try_clone_to_owned()?.into())
}
