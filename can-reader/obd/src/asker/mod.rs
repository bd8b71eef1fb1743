//! When what is asked: manners as a state machine. It has no clock, no socket and no thread: it is told the time, the frames and the
//! state of the link, and gives at most one request at a time. So that what it does can be proved without a car.
//!
//! ```text
//! link up ── 1 s of listening ──► asking, at most 20 a second, one at a time
//!                                   │ no answer for 3 s
//!                                   ▼
//!                                 waning: every 5 s, for a minute
//!                                   │ still none
//!              nobody else was ever ├──────────────► patient: every 30 s, ten times
//!              heard on this bus    ▼                   │
//!                                 dormant ◄─────────────┘
//!                                   │ frames of a kind that is new, or was absent for 10 s, for 1 s
//!                                   └──────────────► asking
//! ```

mod others;
mod patience;
mod phase;
mod turns;

use std::collections::BTreeMap;
use std::time::Duration;

use can_reader::FrameId;

use self::patience::Patience;
use self::phase::Phase;
pub use self::turns::SPEED_WITHIN;
use self::turns::{Turn, Turns};
use crate::heard::{BUSY_REPEAT_REQUEST, Heard, RESPONSE_PENDING, heard};
use crate::request::{Addressing, Pid, Request};

/// At most 20 requests a second.
pub const LEAST_DISTANCE: Duration = Duration::from_millis(50);

/// Somebody else may be asking: it listens for so long before its first word.
pub const LISTENS_FIRST: Duration = Duration::from_secs(1);

/// For how long it yields to another tester's request, and after an error of the bus.
pub const YIELDS: Duration = Duration::from_secs(60);

/// How long a control unit may take after it has said "pending" (P2*, ISO 15765-4).
const PENDING: Duration = Duration::from_secs(5);

/// How long a unit that is busy is left alone.
const BUSY: Duration = Duration::from_secs(1);

/// An answer that comes later than this was not to a question asked here.
const LATEST_ANSWER: Duration = Duration::from_secs(6);

/// The state machine.
#[derive(Clone, Debug)]
pub struct Asker {
    up: bool,
    phase: Phase,
    /// Which addressing the car answers to, once it has.
    found: Option<Addressing>,
    /// Somebody has answered since the last silence.
    answering: bool,
    /// Which is tried next while that is not known.
    tried: Addressing,
    flight: Option<Flight>,
    /// When each parameter was asked for last.
    asked: BTreeMap<Pid, Duration>,
    last_sent: Option<Duration>,
    /// The last question about the speed has an answer that came in time.
    has_prompt_speed: bool,
    /// When it was last told that the speed came late.
    told_late: Option<Duration>,
    patience: Patience,
    turns: Turns,
    /// Nothing goes out before.
    not_before: Duration,
    /// So long another tester is at work.
    yields_until: Duration,
}

/// The one request whose answer is awaited.
#[derive(Clone, Copy, Debug)]
struct Flight {
    request: Request,
    sent: Duration,
    until: Duration,
}

/// What has changed, for the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A control unit answers, with this addressing.
    Answers(Addressing),
    /// Nobody has answered for 3 s.
    Silent,
    /// It asks no more until others are heard.
    Dormant,
    /// It asks again.
    Awake,
    /// Another tester is at work: it yields.
    Yields,
    /// The speed came later than the profile says: it is left alone.
    Late {
        /// For so long.
        left_for: Duration,
    },
    /// What the car supports is known; whether its speed is among it.
    Knows {
        /// It says its speed.
        has_speed: bool,
    },
}

impl Asker {
    /// A link that is down: nothing is asked before [`Asker::link`] says that it is up.
    #[must_use]
    pub fn new() -> Self {
        Self {
            up: false,
            phase: Phase::new(),
            found: None,
            answering: false,
            tried: Addressing::Standard,
            flight: None,
            asked: BTreeMap::new(),
            last_sent: None,
            has_prompt_speed: false,
            told_late: None,
            patience: Patience::new(),
            turns: Turns::new(),
            not_before: Duration::ZERO,
            yields_until: Duration::ZERO,
        }
    }

    /// The link is up and may be written to, or it is not.
    pub fn link(&mut self, at: Duration, up: bool) {
        if up && !self.up {
            let Self { found, tried, yields_until, .. } = *self;
            let not_before = yields_until.max(at + LISTENS_FIRST);
            *self = Self { found, tried, yields_until, not_before, ..Self::new() };
        }
        if !up {
            self.flight = None;
        }
        self.up = up;
    }

    /// The controller or the bus reports an error: nothing is added to it for a minute. Gives whether that is news.
    pub fn trouble(&mut self, at: Duration) -> bool {
        let is_new = self.yields_until <= at;
        self.yield_from(at);
        is_new
    }

    /// A frame of somebody else was heard.
    pub fn hear(&mut self, at: Duration, id: FrameId, data: &[u8]) -> Option<News> {
        if !self.up {
            return None;
        }
        match heard(id, data) {
            Heard::Answer { addressing, pid, data, .. } if self.was_asked(at, addressing, pid) => {
                self.answered(at, addressing, pid, data)
            }
            // To a question that somebody else asked.
            Heard::Answer { .. } | Heard::Tester => self.yields(at),
            Heard::Refused { addressing, code } => self.refused(at, addressing, code),
            Heard::Other => self.phase.hear_other(at, id).then(|| {
                self.turns.restart();
                News::Awake
            }),
        }
    }

    /// The request that is to be written now, if any: from then on it counts as sent. Also what has changed by time alone.
    pub fn ask(&mut self, at: Duration) -> (Option<Request>, Option<News>) {
        let news = self.settle(at);
        let due = self.due().is_some_and(|due| due <= at);
        let request = if due { self.next_request(at) } else { None };
        (request, news)
    }

    /// The request that was given last has been written: the distance to the next counts from now, for a busy machine may have been late.
    pub fn written(&mut self, at: Duration) {
        self.not_before = self.not_before.max(at + LEAST_DISTANCE);
    }

    /// When [`Asker::ask`] has something to do at the earliest; `None`: not before something is heard.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        if !self.up {
            return None;
        }
        if let Some(flight) = self.flight {
            return Some(flight.until);
        }
        let pace = self.phase.next_at(self.last_sent)?;
        let turn = match self.phase.is_lively() {
            true => self.turns.due(),
            false => Duration::ZERO,
        };
        // Where the car has nothing to say, the end of the phase is what comes next.
        Some(pace.max(self.not_before).max(turn.min(self.phase.ends().unwrap_or(turn))))
    }

    fn next_request(&mut self, at: Duration) -> Option<Request> {
        let Turn::Ask(pid) = self.turn(at) else { return None };
        let addressing = self.found.unwrap_or(self.tried);
        self.tried = addressing.other();
        let request = Request::new(addressing, pid);
        self.flight = Some(Flight { request, sent: at, until: at + self.patience.now() });
        self.asked.insert(pid, at);
        self.last_sent = Some(at);
        self.has_prompt_speed &= pid != Pid::SPEED;
        self.not_before = at + LEAST_DISTANCE;
        self.phase.sent(at);
        self.turns.sent(at, pid);
        Some(request)
    }

    fn turn(&self, at: Duration) -> Turn {
        if self.phase.is_lively() { self.turns.next(at) } else { Turn::Ask(Pid::SUPPORTED_01_20) }
    }

    /// What time alone has changed.
    fn settle(&mut self, at: Duration) -> Option<News> {
        if let Some(flight) = self.flight.filter(|flight| flight.until <= at) {
            self.flight = None;
            self.patience.tried();
            self.turns.unanswered(flight.request.pid(), flight.sent);
        }
        if !self.up || self.flight.is_some() || at < self.not_before {
            return None;
        }
        let before = self.phase.is_lively();
        let became_dormant = self.phase.settle(at);
        if before && !self.phase.is_lively() {
            self.turns.restart();
            self.answering = false;
            return Some(News::Silent);
        }
        became_dormant.then_some(News::Dormant)
    }

    fn answered(&mut self, at: Duration, addressing: Addressing, pid: Pid, data: u32) -> Option<News> {
        if let Some(flight) = self.flight.filter(|flight| flight.request.pid() == pid) {
            self.patience.answered(at.saturating_sub(flight.sent));
            self.flight = None;
        }
        let is_first = self.is_first_of(addressing);
        let knows = self.turns.answered(at, pid, data);
        let late = if pid == Pid::SPEED { self.speed_came(at) } else { None };
        match (is_first, knows) {
            (true, _) => Some(News::Answers(addressing)),
            (false, true) => Some(News::Knows { has_speed: self.turns.has_speed() }),
            (false, false) => late,
        }
    }

    /// Nobody can tell an old speed from a new one by its frame: whether it is what the profile says is known here alone. Of two units
    /// the one that is prompt is listened to.
    fn speed_came(&mut self, at: Duration) -> Option<News> {
        if self.has_prompt_speed {
            return None;
        }
        let after = at.saturating_sub(*self.asked.get(&Pid::SPEED)?);
        let left_for = self.turns.speed_came(at, after);
        self.has_prompt_speed = left_for.is_none();
        // One alone, now and then, is told once a minute.
        let is_news = self.told_late.is_none_or(|told| at >= told + YIELDS) || left_for >= Some(YIELDS);
        let left_for = left_for.filter(|_| is_news)?;
        self.told_late = Some(at);
        Some(News::Late { left_for })
    }

    fn refused(&mut self, at: Duration, addressing: Addressing, code: u8) -> Option<News> {
        let Some(flight) = &mut self.flight else { return None };
        if flight.request.addressing() != addressing {
            return None;
        }
        let pid = flight.request.pid();
        if code == RESPONSE_PENDING {
            flight.until = at + PENDING;
            return None;
        }
        self.flight = None;
        match code {
            BUSY_REPEAT_REQUEST => self.not_before = self.not_before.max(at + BUSY),
            _ => self.turns.refused(at, pid),
        }
        // Somebody is there: this is no silence.
        self.is_first_of(addressing).then_some(News::Answers(addressing))
    }

    /// Somebody is there; whether nobody was before.
    fn is_first_of(&mut self, addressing: Addressing) -> bool {
        self.found = Some(addressing);
        self.phase.answered();
        !std::mem::replace(&mut self.answering, true)
    }

    fn yields(&mut self, at: Duration) -> Option<News> {
        let is_new = self.yields_until <= at;
        self.yield_from(at);
        is_new.then_some(News::Yields)
    }

    fn yield_from(&mut self, at: Duration) {
        self.flight = None;
        self.yields_until = at + YIELDS;
        self.not_before = self.not_before.max(self.yields_until);
        // Whoever does not ask is not answered.
        self.phase.excuse_until(self.not_before);
    }

    fn was_asked(&self, at: Duration, addressing: Addressing, pid: Pid) -> bool {
        let known = self.found.is_none_or(|found| found == addressing);
        let lately = |when: &Duration| at.saturating_sub(*when) <= LATEST_ANSWER;
        known && self.asked.get(&pid).is_some_and(lately)
    }
}

impl Default for Asker {
    fn default() -> Self {
        Self::new()
    }
}
