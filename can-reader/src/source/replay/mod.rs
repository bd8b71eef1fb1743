//! A log as a source: log time rules, whatever the rate.

mod file;
mod timeline;

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::file::LogFile;
use self::timeline::Timeline;
use super::pace::Pace;
use super::{Event, FrameSource, Rate, error_frame};
use crate::filter::IdFilter;
use crate::frame::SourceTime;
use crate::log::{Entry, Foreign};

/// Silence between two laps of a repeated log: longer than any sensible `stale_after_ms`, so that the
/// change from the last value to the first is a silence and not a step.
const PAUSE: Duration = Duration::from_secs(2);

/// How to replay.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReplayOptions {
    /// How fast.
    pub rate: Rate,
    /// Start again at the end, after two seconds of silence, for ever.
    pub repeat: bool,
    /// Show a progress bar on stderr, if that is a terminal.
    pub progress: bool,
}

/// Why a log cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It cannot be opened.
    #[error(
        "{path}: cannot open the log: {source}; give the path of a recording (`candump -L can0 > drive.log` makes one)"
    )]
    Open {
        /// The log.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is a directory, a pipe or a device.
    #[error(
        "{path}: not a regular file; a replay needs one, for its length and to start again \
         (`can-reader speed -` reads from a pipe)"
    )]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// It is another kind of file.
    #[error("{path}: {kind}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is, and what to do.
        kind: Foreign,
    },
    /// It holds nothing.
    #[error("{path}: the log is empty; record one with `candump -L can0 > drive.log`")]
    Empty {
        /// The log.
        path: PathBuf,
    },
}

/// A log of any [kind](crate::log::Kind) as a [`FrameSource`].
///
/// Its clock is the log's: zero at the first frame, never back. The sequence of events is the same at any
/// rate, since [`Event::Deadline`] comes when the log's clock, not the wall's, has reached the deadline; a
/// frame of exactly the deadline's time comes before it. Leaps of the log's stamps are bounded and
/// reported as [`Event::Damaged`]: less than 1 s back, the frame is taken as of the time of the one before;
/// further back, the clock goes on from there; more than 60 s ahead, as 60 s.
///
/// After the last frame the clock goes on at the rate (in real time at [`Rate::Max`]), so that what was
/// read goes stale.
#[derive(Debug)]
pub struct Replay {
    log: LogFile,
    options: ReplayOptions,
    timeline: Timeline,
    /// The log's time of the event that was delivered last.
    clock: SourceTime,
    /// From the first call on, since a clock that nobody waits for does not run.
    pace: Option<Pace>,
    /// Read, but not yet due; at most two.
    read: VecDeque<(SourceTime, Event)>,
    stage: Stage,
}

/// How far the replay has come, beyond what has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// In the log; whether a frame has been seen in this lap.
    Reading { frames: bool },
    /// Between two laps, until then.
    Pause { until: SourceTime },
    /// [`Event::End`] is to be sent.
    Ending,
    /// It has been.
    Ended,
}

impl Replay {
    /// Opens a log.
    ///
    /// # Errors
    /// When it is missing, empty, not a regular file, or known for another kind of file.
    pub fn open(path: &Path, options: ReplayOptions) -> Result<Self, ReplayError> {
        Ok(Self::of(LogFile::open(path, options.progress)?, options))
    }

    /// One lap of what comes from a pipe, under a name for messages, as fast as it comes. It waits for the pipe: not for a program
    /// that has other work meanwhile.
    #[must_use]
    pub fn piped(name: &Path, pipe: File) -> Self {
        let options = ReplayOptions { rate: Rate::Max, repeat: false, progress: false };
        Self::of(LogFile::piped(name, pipe), options)
    }

    fn of(log: LogFile, options: ReplayOptions) -> Self {
        Self {
            log,
            options,
            timeline: Timeline::default(),
            clock: SourceTime::ZERO,
            pace: None,
            read: VecDeque::with_capacity(2),
            stage: Stage::Reading { frames: false },
        }
    }

    /// Reads until there is an event, or the lap is over.
    fn read(&mut self) {
        while let (true, Stage::Reading { frames }) = (self.read.is_empty(), self.stage) {
            match self.log.reader().next_entry() {
                Ok(Some(Entry::Frame(frame))) => {
                    let (at, leap) = self.timeline.place(frame.wall_us);
                    let event = frame.frame(at).map(Event::Frame).or_else(|| {
                        let (class, details) = frame.error()?;
                        Some(Event::ErrorFrame(error_frame::describe(class, &details)))
                    });
                    if let Some(leap) = leap {
                        self.read.push_back((self.clock, Event::Damaged(self.log.here(&leap))));
                    }
                    self.read.extend(event.map(|event| (at, event)));
                    self.stage = Stage::Reading { frames: true };
                }
                Ok(Some(Entry::Damaged(line))) => {
                    let what = format!("{}: {line}", self.log.path());
                    self.read.push_back((self.clock, Event::Damaged(what)));
                }
                Ok(None) => self.end_lap(frames),
                Err(error) => {
                    let what = format!("cannot read on: {error}; the replay ends here");
                    self.read.push_back((self.clock, Event::Broken(self.log.here(&what))));
                    self.end();
                }
            }
        }
        self.log.show_progress();
    }

    fn end_lap(&mut self, frames: bool) {
        if !frames {
            let what = "no frame in the whole log; record with `candump -L can0 > drive.log`, for example";
            self.read.push_back((self.clock, Event::Broken(format!("{}: {what}", self.log.path()))));
        }
        if frames && self.options.repeat {
            self.stage = Stage::Pause { until: self.clock + PAUSE };
            self.go_on_at(self.options.rate.without_frames());
        } else {
            self.end();
        }
    }

    fn end(&mut self) {
        self.stage = Stage::Ending;
        self.log.hide_progress();
        self.go_on_at(self.options.rate.without_frames());
    }

    fn next_lap(&mut self) {
        self.timeline.restart(self.clock);
        self.stage = Stage::Reading { frames: false };
        self.go_on_at(self.options.rate);
        if let Err(error) = self.log.reader().rewind() {
            let what = format!("{}: cannot start again: {error}; the replay ends here", self.log.path());
            self.read.push_back((self.clock, Event::Broken(what)));
            self.end();
        }
    }

    /// Changes the rate of the clock; one that stays keeps its anchor, so that no delay adds up.
    fn go_on_at(&mut self, rate: Rate) {
        if self.pace.is_none_or(|pace| pace.rate() != rate) {
            self.pace = Some(Pace::new(rate, self.clock));
        }
    }

    /// When the next event or change of stage is due; `None`: never.
    fn due(&self) -> Option<SourceTime> {
        match (self.read.front(), self.stage) {
            (Some((at, _)), _) => Some(*at),
            (None, Stage::Pause { until }) => Some(until),
            (None, Stage::Ending | Stage::Reading { .. }) => Some(self.clock),
            (None, Stage::Ended) => None,
        }
    }
}

impl FrameSource for Replay {
    async fn next(&mut self, deadline: Option<SourceTime>) -> Event {
        loop {
            self.read();
            let due = self.due();
            let deadline = deadline.filter(|&deadline| due.is_none_or(|due| deadline < due));
            let Some(until) = deadline.or(due) else { return std::future::pending().await };
            let pace = *self.pace.get_or_insert_with(|| Pace::new(self.options.rate, self.clock));
            pace.wait(until).await;
            // No await from here on: a cancelled call must not lose an event.
            self.clock = self.clock.max(until);
            if deadline.is_some() {
                return Event::Deadline;
            }
            if let Some((_, event)) = self.read.pop_front() {
                return event;
            }
            match self.stage {
                Stage::Pause { .. } => self.next_lap(),
                Stage::Ending => {
                    self.stage = Stage::Ended;
                    return Event::End;
                }
                Stage::Reading { .. } | Stage::Ended => {}
            }
        }
    }

    fn now(&self) -> SourceTime {
        self.clock
    }

    fn name(&self) -> String {
        format!("replay:{}", self.log.path())
    }

    fn want(&mut self, _: &[IdFilter]) {}
}

#[cfg(test)]
mod tests;
