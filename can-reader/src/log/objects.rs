//! Logs of bytes: which of them a file is, and the next frame of it.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, Seek};
use std::os::unix::fs::OpenOptionsExt;

use nix::fcntl::OFlag;

use super::LogBody;
use super::blf::{self, Blf};
use super::error::LineError;
use super::kind::Kind;
use super::mdf::{self, Mdf};

#[derive(Debug)]
pub(super) enum Objects {
    Blf(Blf),
    Mdf(Mdf),
}

impl Objects {
    /// `None` for a log of lines. `disk` is the file that is read, if it is one and not packed: MDF is read here and there.
    pub fn of(input: &mut dyn BufRead, disk: Option<&File>) -> io::Result<Option<Self>> {
        let beginning = input.fill_buf()?;
        if beginning.starts_with(blf::MAGIC) {
            return Ok(Some(Self::Blf(Blf::default())));
        }
        if !mdf::is_mdf(beginning) {
            return Ok(None);
        }
        let file = match disk {
            Some(file) => file.try_clone()?,
            None => copied(input)?,
        };
        Mdf::open(file).map(Self::Mdf).map(Some)
    }

    /// The time of the next frame, microseconds, and the frame, or why an object is none; `None` at the end.
    pub fn next(&mut self, input: &mut dyn BufRead) -> io::Result<Option<Result<(u64, LogBody), LineError>>> {
        match self {
            Self::Blf(blf) => blf.next(input),
            Self::Mdf(mdf) => mdf.next(),
        }
    }

    /// That of the last frame.
    pub fn interface(&self) -> &str {
        match self {
            Self::Blf(blf) => blf.interface(),
            Self::Mdf(mdf) => mdf.interface(),
        }
    }

    /// Objects so far, from 1.
    pub fn count(&self) -> u64 {
        match self {
            Self::Blf(blf) => blf.objects,
            Self::Mdf(mdf) => mdf.objects,
        }
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Blf(_) => Kind::Blf,
            Self::Mdf(_) => Kind::Mdf,
        }
    }

    /// Bytes read so far where they do not come through the input.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Blf(_) => 0,
            Self::Mdf(mdf) => mdf.bytes(),
        }
    }
}

/// The rest of the input in a file without a name, where files may be large and outlive no program.
fn copied(input: &mut dyn BufRead) -> io::Result<File> {
    let open = |folder: &std::path::Path| {
        OpenOptions::new()
            .read(true)
            .write(true)
            .mode(0o600)
            .custom_flags(OFlag::O_TMPFILE.bits())
            .open(folder)
    };
    let mut file = open("/var/tmp".as_ref()).or_else(|_| open(&std::env::temp_dir()))?;
    io::copy(input, &mut file)?;
    file.rewind()?;
    Ok(file)
}
