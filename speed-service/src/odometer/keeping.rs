//! Whether what is counted is kept, and why not: in a word on D-Bus, and once in the journal.

use std::path::Path;
use std::time::{Duration, Instant};

use tracing::{info, warn};

use super::place::Place;
use super::record::{Count, Record};
use super::writer::{Cause, Job, News, Writer};

/// So long a start waits for the file, which takes a millisecond where all is well.
const START: Duration = Duration::from_millis(500);

/// A card that has not answered for so long does not keep what is counted.
const HANGS: Duration = Duration::from_secs(5);

/// Where it stands with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// There is none, and will be none.
    Nowhere,
    /// It is being opened.
    Opening,
    /// It cannot be used.
    Refused { why: String, cause: Cause },
    /// There is none yet, and can be one.
    Absent,
    /// All that was written is there.
    Kept,
    /// The last write has failed.
    Failed(String),
}

/// What has become of the file.
pub enum Heard {
    /// It has this.
    Found(Record),
    /// It has this, and belongs to another service still.
    Glimpsed(Record),
    /// These are in it.
    Kept([Count; 3]),
    /// They are not.
    Failed,
}

/// Follows the file.
#[derive(Debug)]
pub struct Keeping {
    place: Place,
    writer: Option<Writer>,
    state: State,
    /// Why the file does not outlive a power cut although it can be written.
    forgets: Option<String>,
    /// Why what comes from these interfaces is not written; `None` before anybody has looked.
    refusal: Option<Option<String>>,
    /// When the writer was asked for something that it has not done yet.
    asked: Option<Instant>,
    /// What the journal has, of the state.
    reported: Option<String>,
    changed: bool,
}

impl Keeping {
    /// Begins to open the file, if there is to be one.
    pub fn at(place: Place) -> Self {
        let (writer, state) = match &place {
            Place::Nowhere(_) => (None, State::Nowhere),
            Place::File { path, .. } => match Writer::start(path.clone()) {
                Ok(writer) => (Some(writer), State::Opening),
                Err(error) => {
                    let why = format!("there is no thread to write it: {error}");
                    (None, State::Refused { why, cause: Cause::Other })
                }
            },
        };
        let asked = writer.is_some().then(Instant::now);
        let forgets = None;
        Self { place, writer, state, forgets, refusal: None, asked, reported: None, changed: true }
    }

    /// Where it is to be.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The file, if there is to be one.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::Nowhere(_) => None,
            Place::File { path, .. } => Some(path),
        }
    }

    /// Whether a car is behind the source, or may be.
    pub const fn is_of_a_car(&self) -> bool {
        matches!(self.place, Place::File { .. })
    }

    /// Waits a moment for the file to be opened.
    pub fn wait_for_the_start(&self) {
        self.settle(START);
    }

    /// Waits for what was asked, at most for `limit`.
    pub fn settle(&self, limit: Duration) {
        if let Some(writer) = &self.writer {
            writer.settle(limit);
        }
    }

    /// The interfaces may be others now. What came from a virtual one is counted already, and is not kept later either.
    pub fn look_again(&mut self) {
        self.refusal.take_if(|refusal| refusal.is_none());
    }

    /// Looks at the interfaces, if nobody has.
    pub fn look(&mut self) {
        if self.refusal.is_none() {
            self.refusal = Some(self.place.refusal());
            self.changed = true;
        }
    }

    /// Whether another service has the file, and may be about to end.
    pub const fn is_anothers(&self) -> bool {
        matches!(self.state, State::Refused { cause: Cause::Locked, .. })
    }

    /// Whether there is no file yet, and should be one.
    pub fn wants_a_file(&self) -> bool {
        self.state == State::Absent && self.asked.is_none()
    }

    /// Whether there is somewhere to write to.
    pub const fn can_write(&self) -> bool {
        matches!(self.state, State::Absent | State::Kept | State::Failed(_))
            && !matches!(self.refusal, Some(Some(_)))
    }

    /// Hands this to the writer, if it can write; whether it was. `renew`: also in place of what is damaged.
    pub fn write(&mut self, record: Record, renew: bool) -> bool {
        let Some(writer) = &self.writer else { return false };
        let job = match self.state {
            State::Absent | State::Kept | State::Failed(_) => Job::Write(record),
            State::Refused { cause: Cause::Damaged, .. } if renew => Job::Renew(record),
            _ => return false,
        };
        writer.ask(job);
        self.asked.get_or_insert_with(Instant::now);
        true
    }

    /// Why the odometer cannot be set, if it cannot.
    pub fn refuses_a_set(&mut self) -> Option<String> {
        self.look();
        if let Some(Some(why)) = &self.refusal {
            return Some(why.clone());
        }
        let can = matches!(
            self.state,
            State::Absent | State::Kept | State::Failed(_) | State::Refused { cause: Cause::Damaged, .. }
        );
        (!can).then(|| self.reason())
    }

    /// The next thing that has happened.
    pub fn hear(&mut self) -> Option<Heard> {
        let writer = self.writer.as_ref()?;
        let news = writer.news()?;
        self.changed = true;
        self.asked = (!writer.is_idle()).then(Instant::now);
        let heard;
        (self.state, heard) = match news {
            News::Opened { record, forgets } => {
                self.forgets = forgets;
                let state = if record.is_some() { State::Kept } else { State::Absent };
                (state, record.map(Heard::Found))
            }
            News::Refused { why, cause, glimpse } => {
                (State::Refused { why, cause }, glimpse.map(Heard::Glimpsed))
            }
            News::Written(counts) => (State::Kept, Some(Heard::Kept(counts))),
            News::Failed(why) => (State::Failed(why), Some(Heard::Failed)),
        };
        heard.or_else(|| self.hear())
    }

    /// Whether the writer has something to do.
    pub const fn waits(&self) -> bool {
        self.asked.is_some()
    }

    /// Why it is not kept; empty when it is.
    pub fn reason(&self) -> String {
        if let Place::Nowhere(why) = self.place {
            return why.to_owned();
        }
        let file = self.path().unwrap_or(Path::new("")).display();
        if let Some(Some(why)) = &self.refusal {
            return why.clone();
        }
        if self.hangs() {
            return format!("{file}: its card has not answered for {} s", HANGS.as_secs());
        }
        match (&self.state, &self.forgets) {
            (State::Opening, _) => format!("{file}: it is being read"),
            (State::Refused { why, .. } | State::Failed(why), _) => format!("{file}: {why}"),
            (State::Absent, None) => format!("{file}: it is made with the first speed"),
            (State::Absent | State::Kept, Some(why)) => format!("{file}: {why}"),
            (State::Kept | State::Nowhere, _) => String::new(),
        }
    }

    fn hangs(&self) -> bool {
        self.asked.is_some_and(|asked| asked.elapsed() >= HANGS)
    }

    /// Whether [`report`](Self::report) may have something to say.
    pub fn is_to_report(&mut self) -> bool {
        // Nothing is asked for most of the time, and then there is no look at the clock.
        std::mem::take(&mut self.changed) || self.asked.is_some() && self.hangs()
    }

    /// One line in the journal where it has become another; whether it has.
    pub fn report(&mut self, metres: u64) -> bool {
        let reason = self.reason();
        if self.reported.as_ref() == Some(&reason) || self.state == State::Opening {
            return false;
        }
        match &self.place {
            Place::Nowhere(why) => info!("the odometer is not kept: {why}"),
            Place::File { path, .. } if reason.is_empty() => {
                info!("the odometer is kept in {}: {} km", path.display(), metres / 1000);
            }
            Place::File { .. } if self.state == State::Absent && self.forgets.is_none() => {
                info!("the odometer is not kept yet: {reason}");
            }
            Place::File { .. } => warn!("the odometer is not kept, and counted in memory: {reason}"),
        }
        self.reported = Some(reason);
        true
    }
}
