//! The log that is decoded: a file, a pipe or standard input.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::path::Path;

use crate::cli::{Error, note};

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

fn standard_input() -> io::Result<File> {
    let input = io::stdin();
    if input.is_terminal() {
        note(format_args!("reading from the terminal; name a LOG, or pipe `candump -L can0` into this"));
    }
    Ok(input.as_fd().try_clone_to_owned()?.into())
}
