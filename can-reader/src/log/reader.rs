//! A log, line by line, in memory that does not grow with it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::{fmt, mem};

use super::candump::{is_nothing, parse_line};
use super::error::LineError;
use super::foreign::Foreign;
use super::kind::{Kind, Parser};
use super::objects::Objects;
use super::packed::Input;
use super::{LogBody, LogFrame};

/// A longer line is damaged; its rest is passed over without being kept. The longest true line (CAN FD,
/// separators, a long interface name) has under 300 bytes.
pub const MAX_LINE_BYTES: usize = 4096;

/// How much of a file is read at once.
const CHUNK_BYTES: usize = 1 << 16;

/// How much of a damaged line is quoted, bytes.
const QUOTED_BYTES: usize = 60;

/// Reads a log of any kind ([`Kind`]), packed or not: yields its frames, and names and counts its damaged lines.
#[derive(Debug)]
pub struct LogReader<R: BufRead> {
    input: Input<R>,
    line: Vec<u8>,
    line_number: u64,
    damaged: u64,
    /// Known from the first line on that says it.
    parser: Option<Parser>,
    /// It is no log of lines.
    objects: Option<Box<Objects>>,
    /// The input itself, if it is a file.
    disk: Option<File>,
    has_begun: bool,
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
    /// Its number, from 1; of a log of bytes that of the object.
    pub line: u64,
    /// What is wrong with it.
    pub reason: LineError,
    /// Its text, shortened, with what cannot be printed escaped; empty for an object.
    pub text: String,
    /// Which other kind of file it is a line of, as long as no frame has been read. It says what to do, so that one
    /// such line is enough.
    pub foreign: Option<Foreign>,
}

impl<R: BufRead> LogReader<R> {
    /// Reads from the start of `input`.
    pub fn new(input: R) -> Self {
        let line = Vec::with_capacity(MAX_LINE_BYTES);
        Self {
            input: Input::new(input),
            line,
            line_number: 0,
            damaged: 0,
            parser: None,
            objects: None,
            disk: None,
            has_begun: false,
        }
    }

    /// The next frame or damaged line; `None` at the end. Comments, blank lines, and what a log has beside frames are passed over.
    ///
    /// # Errors
    /// Those of reading the input.
    pub fn next_entry(&mut self) -> io::Result<Option<Entry<'_>>> {
        self.begin()?;
        let parsed = loop {
            if let Some(objects) = &mut self.objects {
                match objects.next(self.input.open()?)? {
                    None => return Ok(None),
                    Some(parsed) => break parsed,
                }
            }
            if !self.read_line()? {
                return Ok(None);
            }
            match self.parse() {
                Ok(None) => {}
                Ok(Some(frame)) => break Ok(frame),
                Err(reason) => break Err(reason),
            }
        };
        Ok(Some(match parsed {
            Ok((wall_us, body)) => Entry::Frame(LogFrame { wall_us, interface: self.interface(), body }),
            Err(reason) => {
                self.damaged += 1;
                // Of an object there is no text.
                let text = if self.objects.is_some() { String::new() } else { quote(&self.line) };
                let foreign = if self.kind().is_some() { None } else { Foreign::of_line(&self.line) };
                Entry::Damaged(DamagedLine { line: self.line_number(), reason, text, foreign })
            }
        }))
    }

    /// That of the frame that was read last.
    fn interface(&self) -> &str {
        match (&self.objects, &self.parser) {
            (Some(objects), _) => objects.interface(),
            (None, Some(parser)) => parser.interface(&self.line),
            (None, None) => "",
        }
    }

    /// Which kind of log it is; `None` until a line has said so.
    pub fn kind(&self) -> Option<Kind> {
        self.objects.as_ref().map(|objects| objects.kind()).or_else(|| self.parser.as_ref().map(Parser::kind))
    }

    /// Looks at the first bytes.
    fn begin(&mut self) -> io::Result<()> {
        if !self.has_begun {
            self.has_begun = true;
            self.input.open()?;
            let disk = self.disk.as_ref().filter(|_| self.input.is_plain());
            self.objects = Objects::of(self.input.open()?, disk)?.map(Box::new);
        }
        Ok(())
    }

    /// The line that was read last.
    fn parse(&mut self) -> Result<Option<(u64, LogBody)>, LineError> {
        if self.line.len() > MAX_LINE_BYTES {
            return Err(LineError::LineTooLong);
        }
        if let Some(parser) = &mut self.parser {
            return parser.line(&self.line);
        }
        let input = &mut self.input;
        let next = || input.open().and_then(|input| input.fill_buf()).unwrap_or_default().to_vec();
        match Parser::of_line(&self.line, next) {
            Some(parser) => self.parser.insert(parser).line(&self.line),
            None if is_nothing(&self.line) => Ok(None),
            None => parse_line(&self.line).map(|_| None),
        }
    }

    /// Number of the line that was read last, from 1; of a log of bytes that of the object.
    pub fn line_number(&self) -> u64 {
        self.objects.as_ref().map_or(self.line_number, |objects| objects.count())
    }

    /// Damaged lines so far.
    pub fn damaged(&self) -> u64 {
        self.damaged
    }

    /// Bytes read so far, packed where the log is, for a progress bar.
    pub fn bytes(&self) -> u64 {
        self.input.bytes().max(self.objects.as_ref().map_or(0, |objects| objects.bytes()))
    }

    /// Fills `line` with the next line or, of one that is too long, its first `MAX_LINE_BYTES` + 1 bytes.
    /// `false` at the end of the input.
    fn read_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        let input = self.input.open()?;
        let read = input.take(MAX_LINE_BYTES as u64 + 1).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(false);
        }
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if read > MAX_LINE_BYTES {
            input.skip_until(b'\n')?;
        }
        self.line_number += 1;
        if self.line_number == 1 && self.line.starts_with(b"\xEF\xBB\xBF") {
            self.line.drain(..3); // the byte order mark that editors on Windows write
        }
        Ok(true)
    }
}

impl LogReader<BufReader<File>> {
    /// Reads a file, or what comes through a pipe. A log that is read here and there (MDF) is read where it is, and
    /// anything else than a file is copied first.
    pub fn of_file(file: File) -> Self {
        let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
        let disk = if is_file { file.try_clone().ok() } else { None };
        Self { disk, ..Self::new(BufReader::with_capacity(CHUNK_BYTES, file)) }
    }
}

impl<R: BufRead + Seek> LogReader<R> {
    /// The same, and as if nothing had been read.
    ///
    /// # Errors
    /// Those of seeking in the input.
    pub fn start_anew(&mut self) -> io::Result<()> {
        self.damaged = 0;
        self.rewind()
    }

    /// Goes back to the first line. The count of damaged lines goes on.
    ///
    /// # Errors
    /// Those of seeking in the input.
    pub fn rewind(&mut self) -> io::Result<()> {
        let input = mem::replace(&mut self.input, Input::Moving).into_inner();
        let mut input = input.ok_or(io::ErrorKind::BrokenPipe)?;
        input.rewind()?;
        (self.input, self.parser, self.line_number) = (Input::new(input), None, 0);
        (self.objects, self.has_begun) = (None, false);
        Ok(())
    }
}

impl fmt::Display for DamagedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.foreign {
            Some(kind) => write!(f, "line {}: `{}`: {kind}", self.line, self.text),
            None if self.text.is_empty() => write!(f, "object {}: {}", self.line, self.reason),
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
