//! A log, line by line, in memory that does not grow with it.

use std::fmt;
use std::io::{self, BufRead};

use super::{LineError, LogFrame, parse_line};

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
}

impl<R: BufRead> LogReader<R> {
    /// Reads from the start of `input`.
    pub fn new(input: R) -> Self {
        let line = Vec::with_capacity(MAX_LINE_BYTES);
        Self { input, line, line_number: 0, damaged: 0, bytes: 0 }
    }

    /// The next frame or damaged line; `None` at the end. Comments and blank lines are passed over.
    ///
    /// # Errors
    /// Those of reading the input.
    pub fn next_entry(&mut self) -> io::Result<Option<Entry<'_>>> {
        loop {
            let Some(length) = self.read_line()? else { return Ok(None) };
            let long = length > MAX_LINE_BYTES;
            // Parsed twice, since a borrow that leaves the function cannot be kept through the loop.
            match if long { Err(LineError::LineTooLong) } else { parse_line(&self.line) } {
                Ok(None) => {}
                Ok(Some(_)) => break,
                Err(reason) => {
                    self.damaged += 1;
                    let text = quote(&self.line);
                    return Ok(Some(Entry::Damaged(DamagedLine { line: self.line_number, reason, text })));
                }
            }
        }
        Ok(parse_line(&self.line).ok().flatten().map(Entry::Frame))
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

    /// Takes the input back, to read the log again from its start.
    pub fn into_inner(self) -> R {
        self.input
    }

    /// Fills `line` with at most `MAX_LINE_BYTES` of the next line; its true length, `None` at the end.
    fn read_line(&mut self) -> io::Result<Option<usize>> {
        self.line.clear();
        let mut length = 0;
        loop {
            let chunk = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() && length == 0 {
                return Ok(None);
            }
            let newline = chunk.iter().position(|&b| b == b'\n');
            let part = &chunk[..newline.unwrap_or(chunk.len())];
            let room = MAX_LINE_BYTES - self.line.len();
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            let used = part.len() + usize::from(newline.is_some());
            let done = newline.is_some() || chunk.is_empty();
            length += part.len();
            self.bytes += used as u64;
            self.input.consume(used);
            if done {
                break;
            }
        }
        self.line_number += 1;
        if self.line_number == 1 && self.line.starts_with(b"\xEF\xBB\xBF") {
            self.line.drain(..3); // the byte order mark that editors on Windows write
        }
        Ok(Some(length))
    }
}

impl fmt::Display for DamagedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: {}", self.line, self.reason, self.text)
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
