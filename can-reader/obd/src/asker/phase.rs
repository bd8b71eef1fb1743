//! How often it asks, by how long nobody has answered: a sleeping car must not be kept awake.

use std::time::Duration;

use can_reader::FrameId;

use super::LEAST_DISTANCE;
use super::others::Others;

/// No answer for so long is a silence.
pub(super) const SILENT_AFTER: Duration = Duration::from_secs(3);

/// Then it asks so often ...
pub(super) const WANING: Duration = Duration::from_secs(5);

/// ... for so long.
pub(super) const WANING_FOR: Duration = Duration::from_secs(60);

/// A car that is silent until it is asked is asked so often ...
pub(super) const PATIENT: Duration = Duration::from_secs(30);

/// ... so many times.
pub(super) const PATIENT_TIMES: u32 = 10;

/// How lively the conversation is, and who else is there.
#[derive(Clone, Debug)]
pub(super) struct Phase {
    stage: Stage,
    others: Others,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It asks, and is answered; since when a question has none, if so.
    Lively { unanswered: Option<Duration> },
    /// Nobody answers.
    Waning { since: Duration },
    /// Nobody has ever said anything unasked.
    Patient { left: u32 },
    /// Not before others are heard.
    Dormant,
}

impl Phase {
    pub const fn new() -> Self {
        Self { stage: Stage::Lively { unanswered: None }, others: Others::new() }
    }

    pub const fn is_lively(&self) -> bool {
        matches!(self.stage, Stage::Lively { .. })
    }

    /// Somebody answered.
    pub const fn answered(&mut self) {
        self.stage = Stage::Lively { unanswered: None };
    }

    /// Silence up to then is nobody's fault. Who has given up stays so.
    pub fn excuse_until(&mut self, until: Duration) {
        match &mut self.stage {
            Stage::Lively { unanswered } => *unanswered = None,
            Stage::Waning { since } => *since = until.max(*since),
            Stage::Patient { .. } | Stage::Dormant => {}
        }
    }

    /// A frame that is no answer; whether it is a reason to ask again.
    pub fn hear_other(&mut self, at: Duration, id: FrameId) -> bool {
        let waits = matches!(self.stage, Stage::Patient { .. } | Stage::Dormant);
        let wakes = self.others.hear(at, id, waits) && waits;
        if wakes {
            self.answered();
        }
        wakes
    }

    /// When the next request may go out.
    pub fn next_at(&self, last_sent: Option<Duration>) -> Option<Duration> {
        let distance = match self.stage {
            Stage::Lively { .. } => LEAST_DISTANCE,
            Stage::Waning { .. } => WANING,
            Stage::Patient { left: 1.. } => PATIENT,
            Stage::Patient { left: 0 } | Stage::Dormant => return None,
        };
        Some(last_sent.map_or(Duration::ZERO, |sent| sent + distance))
    }

    /// When time alone ends the stage.
    pub fn ends(&self) -> Option<Duration> {
        match self.stage {
            Stage::Lively { unanswered } => Some(unanswered? + SILENT_AFTER),
            Stage::Waning { since } => Some(since + WANING_FOR),
            Stage::Patient { left: 0 } => Some(Duration::ZERO),
            Stage::Patient { .. } | Stage::Dormant => None,
        }
    }

    /// A request goes out.
    pub fn sent(&mut self, at: Duration) {
        match &mut self.stage {
            Stage::Lively { unanswered } => *unanswered = unanswered.or(Some(at)),
            Stage::Patient { left } => *left = left.saturating_sub(1),
            Stage::Waning { .. } | Stage::Dormant => {}
        }
    }

    /// Goes on to the next stage where it is time; whether it became dormant.
    pub fn settle(&mut self, at: Duration) -> bool {
        if self.ends().is_none_or(|end| at < end) {
            return false;
        }
        self.stage = match self.stage {
            Stage::Lively { .. } => Stage::Waning { since: at },
            Stage::Waning { .. } if self.others.were_heard() => Stage::Dormant,
            Stage::Waning { .. } => Stage::Patient { left: PATIENT_TIMES },
            Stage::Patient { .. } | Stage::Dormant => Stage::Dormant,
        };
        self.stage == Stage::Dormant
    }
}
