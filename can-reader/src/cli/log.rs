//! The log that is read: a file, a pipe or standard input.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::path::Path;

use super::{Error, note};
use crate::candump::{DamagedLine, Foreign};

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
            remedy: "name a log written by `candump -L`, or `-` for standard input",
        };
        let (file, metadata) = opened.map_err(fault)?;
        if metadata.is_dir() {
            return Err(fault(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self { name, file, is_live: !metadata.is_file() })
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

fn standard_input() -> io::Result<File> {
    let input = io::stdin();
    if input.is_terminal() {
        note(format_args!("reading from the terminal; name a LOG, or pipe `candump -L can0` into this"));
    }
    Ok(input.as_fd().try_clone_to_owned()?.into())
}
