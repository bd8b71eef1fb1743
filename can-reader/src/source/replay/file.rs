//! The log's file: opening, naming its lines, the progress bar.

use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Read, Seek};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::ReplayError;
use crate::candump::{Foreign, LogReader};

const CHUNK_BYTES: usize = 1 << 16;

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
        let mut file = File::open(path).map_err(open_error)?;
        if let Some(kind) = foreign(&mut file).map_err(open_error)? {
            return Err(ReplayError::Foreign { path: path.to_owned(), kind });
        }
        let reader = LogReader::new(BufReader::with_capacity(CHUNK_BYTES, file));
        let bar = (progress && io::stderr().is_terminal()).then(|| bar(metadata.len()));
        Ok(Self { path: path.to_owned(), reader, bar })
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

/// Which other kind of file it is, by its beginning. Leaves the file at its start.
fn foreign(file: &mut File) -> io::Result<Option<Foreign>> {
    let mut beginning = Vec::new();
    file.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut beginning)?;
    file.rewind()?;
    Ok(Foreign::of_bytes(&beginning))
}

fn bar(bytes: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {bytes} of {total_bytes}  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr()).with_style(style)
}
