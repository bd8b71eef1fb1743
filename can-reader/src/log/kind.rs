//! Which kind of log a file is, by its content.

use std::fmt;

use super::asc::{self, Asc};
use super::candump;
use super::error::LineError;
use super::screen::Screen;
use super::table::{Table, Whose};
use super::trc::{self, Trc};
use super::words::words;
use super::{LogBody, LogFrame};

/// A kind of log that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `candump -L`.
    Candump,
    /// What candump writes to a screen, with time stamps.
    Screen,
    /// Vector's ASC.
    Asc,
    /// PEAK's TRC.
    Trc,
    /// The table of SavvyCAN and GVRET.
    Gvret,
    /// The table of python-can.
    PythonCan,
    /// The table of cabana.
    Cabana,
    /// Vector's BLF.
    Blf,
    /// ASAM's MDF 4.
    Mdf,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Candump => "a log of candump -L",
            Self::Screen => "what candump writes to a screen",
            Self::Asc => "a log in Vector's ASC format",
            Self::Trc => "a log in PEAK's TRC format",
            Self::Gvret => "a table of SavvyCAN or GVRET",
            Self::PythonCan => "a table of python-can",
            Self::Cabana => "a table of cabana",
            Self::Blf => "a log in Vector's BLF format",
            Self::Mdf => "a log in ASAM's MDF format",
        })
    }
}

/// Reads the lines of one kind.
#[derive(Clone, Debug)]
pub(super) enum Parser {
    Candump,
    Screen(Screen),
    Asc(Asc),
    Trc(Trc),
    Table(Kind, Table),
}

impl Parser {
    /// The reader for a log that has this line; `None` where it is of no kind that is known. `next` gives lines after it, and may
    /// wait for them: it is asked only where they have to say what the line means.
    pub fn of_line(line: &[u8], next: impl FnOnce() -> Vec<u8>) -> Option<Self> {
        if matches!(candump::parse_line(line), Ok(Some(_))) {
            return Some(Self::Candump);
        }
        if trc::is_head(line) || trc::is_message(line) {
            return Some(Self::Trc(Trc::default()));
        }
        if asc::is_head(line) || asc::is_frame(line) {
            return Some(Self::Asc(Asc::default()));
        }
        if let Some(whose) = Whose::of_head(line) {
            let kind = match whose {
                Whose::Gvret { .. } => Kind::Gvret,
                Whose::Python => Kind::PythonCan,
                Whose::Cabana => Kind::Cabana,
            };
            return Some(Self::Table(kind, Table::of(whose)));
        }
        let mut screen = Screen::default();
        screen.clone().line(line).ok()?;
        if Screen::is_relative(line) {
            screen = Screen::before(&[line, b"\n", &next()].concat());
        }
        Some(Self::Screen(screen))
    }

    pub const fn kind(&self) -> Kind {
        match self {
            Self::Candump => Kind::Candump,
            Self::Screen(_) => Kind::Screen,
            Self::Asc(_) => Kind::Asc,
            Self::Trc(_) => Kind::Trc,
            Self::Table(kind, _) => *kind,
        }
    }

    /// Its time, microseconds, and its frame. `Ok(None)`: a blank line, a comment, a head, or an event that is no frame.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<(u64, LogBody)>, LineError> {
        let frame = match self {
            Self::Candump => candump::parse_line(line)?,
            _ if line.trim_ascii().is_empty() => None,
            Self::Screen(_) if candump::is_nothing(line) => None,
            Self::Screen(screen) => Some(screen.line(line)?),
            Self::Asc(asc) => asc.line(line)?,
            Self::Trc(trc) => trc.line(line)?,
            Self::Table(_, table) => table.line(line)?,
        };
        Ok(frame.map(|LogFrame { wall_us, body, .. }| (wall_us, body)))
    }

    /// The interface of a line that was a frame.
    pub fn interface<'a>(&'a self, line: &'a [u8]) -> &'a str {
        match self {
            Self::Candump | Self::Screen(_) => {
                let end = line.iter().position(|&byte| byte == b')').map_or(0, |end| end + 1);
                let word = words(&line[end..]).next().unwrap_or_default();
                // It was text when the line was read.
                std::str::from_utf8(word).unwrap_or_default()
            }
            Self::Asc(asc) => asc.interface(),
            Self::Trc(trc) => trc.interface(),
            Self::Table(_, table) => table.interface(),
        }
    }
}
