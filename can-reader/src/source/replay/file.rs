//! The log's file: opening, naming its lines, the progress bar.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Seek};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::ReplayError;
use crate::log::{Entry, Foreign, LogReader};

/// A log may have so many damaged lines before its first frame.
const FIRST_LINES: usize = 1000;

/// An open log.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    reader: LogReader<BufReader<File>>,
    bar: Option<ProgressBar>,
}

impl LogFile {
    pub fn open(path: &Path, progress: bool) -> Result<Self, ReplayError> {
        let open_error = |source| ReplayError::Open { path: path.to_owned(), source };
        // Asked before opening: to open a pipe waits for its writer.
        let metadata = std::fs::metadata(path).map_err(open_error)?;
        if !metadata.is_file() {
            return Err(ReplayError::NotAFile { path: path.to_owned() });
        }
        if metadata.len() == 0 {
            return Err(ReplayError::Empty { path: path.to_owned() });
        }
        let file = File::open(path).map_err(open_error)?;
        let mut reader = LogReader::of_file(file);
        if let Some(kind) = foreign(&mut reader).map_err(open_error)? {
            return Err(ReplayError::Foreign { path: path.to_owned(), kind });
        }
        let bar = (progress && io::stderr().is_terminal()).then(|| bar(metadata.len()));
        Ok(Self { path: path.to_owned(), reader, bar })
    }

    /// What comes from a pipe: it cannot be looked at beforehand, nor read again.
    pub fn piped(name: &Path, pipe: File) -> Self {
        let reader = LogReader::of_file(pipe);
        Self { path: name.to_owned(), reader, bar: None }
    }

    pub fn path(&self) -> std::path::Display<'_> {
        self.path.display()
    }

    pub fn reader(&mut self) -> &mut LogReader<BufReader<File>> {
        &mut self.reader
    }

    /// Names the line that was read last.
    pub fn here(&self, what: &dyn std::fmt::Display) -> String {
        format!("{}: line {}: {what}", self.path(), self.reader.line_number())
    }

    /// Shows how far the reading has come.
    pub fn show_progress(&self) {
        if let Some(bar) = &self.bar {
            bar.set_position(self.reader.bytes());
        }
    }

    /// Takes the progress bar off the screen.
    pub fn hide_progress(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// Which other kind of file it is, by its first lines. Leaves the reader at the start.
fn foreign<R: BufRead + Seek>(reader: &mut LogReader<R>) -> io::Result<Option<Foreign>> {
    let mut kind = None;
    for _ in 0..FIRST_LINES {
        match reader.next_entry()? {
            Some(Entry::Damaged(line)) => kind = kind.or(line.foreign),
            _ => break,
        }
    }
    let is_log = reader.kind().is_some();
    reader.start_anew()?;
    Ok(kind.filter(|_| !is_log))
}

fn bar(bytes: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {bytes} of {total_bytes}  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr()).with_style(style)
}
