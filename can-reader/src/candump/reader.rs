//! A log, line by line, in memory that does not grow with it.

use std::fmt;
use std::io::{self, BufRead, Read, Seek};

use super::LogFrame;
use super::foreign::Foreign;
use super::parse::{LineError, is_nothing, parse_line};

/// A longer line is damaged; its rest is passed over without being kept. The longest true line (CAN FD,
/// separators, a long interface name) has under 300 bytes.
pub const MAX_LINE_BYTES: usize = 4096;

/// How much of a damaged line is quoted, bytes.
const QUOTED_BYTES: usize = 60;

/// Reads a candump log: yields its frames, and names and counts its damaged lines.
#[derive(Debug)]
pub struct LogReader<R> {
    input: R,
    line: Vec<u8>,
    line_number: u64,
    damaged: u64,
    bytes: u64,
    /// A line was a frame.
    is_log: bool,
}

/// A line that matters.
#[derive(Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// A frame.
    Frame(LogFrame<'a>),
    /// A line that was passed over.
    Damaged(DamagedLine),
}

/// A line of a log that is no frame, comment or blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedLine {
    /// Its number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: LineError,
    /// Its text, shortened, with what cannot be printed escaped.
    pub text: String,
    /// Which other kind of file it is a line of, as long as no frame has been read. It says what to do, so that one
    /// such line is enough.
    pub foreign: Option<Foreign>,
}

impl<R: BufRead> LogReader<R> {
    /// Reads from the start of `input`.
    pub fn new(input: R) -> Self {
        let line = Vec::with_capacity(MAX_LINE_BYTES);
        Self { input, line, line_number: 0, damaged: 0, bytes: 0, is_log: false }
    }

    /// The next frame or damaged line; `None` at the end. Comments and blank lines are passed over.
    ///
    /// # Errors
    /// Those of reading the input.
    pub fn next_entry(&mut self) -> io::Result<Option<Entry<'_>>> {
        loop {
            if !self.read_line()? {
                return Ok(None);
            }
            if !is_nothing(&self.line) {
                break;
            }
        }
        let long = self.line.len() > MAX_LINE_BYTES;
        match if long { Err(LineError::LineTooLong) } else { parse_line(&self.line) } {
            Ok(frame) => {
                self.is_log = true;
                Ok(frame.map(Entry::Frame))
            }
            Err(reason) => {
                self.damaged += 1;
                let text = quote(&self.line);
                let foreign = if self.is_log { None } else { Foreign::of_line(&self.line) };
                Ok(Some(Entry::Damaged(DamagedLine { line: self.line_number, reason, text, foreign })))
            }
        }
    }

    /// Number of the line that was read last, from 1.
    pub fn line_number(&self) -> u64 {
        self.line_number
    }

    /// Damaged lines so far.
    pub fn damaged(&self) -> u64 {
        self.damaged
    }

    /// Bytes read so far, for a progress bar.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Fills `line` with the next line or, of one that is too long, its first `MAX_LINE_BYTES` + 1 bytes.
    /// `false` at the end of the input.
    fn read_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        let mut limited = self.input.by_ref().take(MAX_LINE_BYTES as u64 + 1);
        let mut read = limited.read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(false);
        }
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if read > MAX_LINE_BYTES {
            read += self.input.skip_until(b'\n')?;
        }
        self.bytes += read as u64;
        self.line_number += 1;
        if self.line_number == 1 && self.line.starts_with(b"\xEF\xBB\xBF") {
            self.line.drain(..3); // the byte order mark that editors on Windows write
        }
        Ok(true)
    }
}

impl<R: BufRead + Seek> LogReader<R> {
    /// Goes back to the first line. The count of damaged lines goes on.
    ///
    /// # Errors
    /// Those of seeking in the input.
    pub fn rewind(&mut self) -> io::Result<()> {
        self.input.rewind()?;
        (self.line_number, self.bytes) = (0, 0);
        Ok(())
    }
}

impl fmt::Display for DamagedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.foreign {
            Some(kind) => write!(f, "line {}: `{}`: {kind}", self.line, self.text),
            None => write!(f, "line {}: {}: `{}`", self.line, self.reason, self.text),
        }
    }
}

fn quote(line: &[u8]) -> String {
    let line = line.trim_ascii_end();
    let start = &line[..line.len().min(QUOTED_BYTES)];
    let more = if start.len() < line.len() { "..." } else { "" };
    match std::str::from_utf8(start) {
        Ok(text) if !text.chars().any(char::is_control) => format!("{text}{more}"),
        _ => format!("{}{more}", start.escape_ascii()),
    }
}
