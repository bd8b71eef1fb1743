//! All signals of one vehicle: the last value of each, and whether it still counts.

use std::time::Duration;

use super::catalogue::Entry;
use super::pace::Pace;
use super::value::Value;
use crate::frame::SourceTime;
use crate::reading::Quality;

/// Why a signal has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// Its message has not come since the start, since the link came up, or since the profile was read.
    Unheard,
    /// Its message came, and has not for ten cycles.
    Stale,
    /// The CAN interface is down.
    LinkDown,
    /// The vehicle says that it has none, or a flag that confirms it is missing.
    NotAvailable,
    /// The vehicle says that its sensor is broken, or the value is outside its range.
    Fault,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Unheard, Self::Stale, Self::LinkDown, Self::NotAvailable, Self::Fault];

    /// The word for people, JSON and D-Bus.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unheard => "no-data",
            Self::Stale => "stale",
            Self::LinkDown => "can-down",
            Self::NotAvailable => "not-available",
            Self::Fault => "fault",
        }
    }

    /// What the quality of a reading means here; `None` for a valid one.
    #[must_use]
    pub const fn of(quality: Quality) -> Option<Self> {
        match quality {
            Quality::Valid => None,
            Quality::NotAvailable | Quality::Unconfirmed => Some(Self::NotAvailable),
            Quality::Error | Quality::OutOfRange | Quality::Flagged => Some(Self::Fault),
        }
    }
}

/// What is known of a signal.
pub type Held = Result<Value, Why>;

/// How the message of a signal is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Again and again.
    #[default]
    Periodic,
    /// When something changes, and else once a cycle, which the profile gives.
    Event,
}

impl Kind {
    /// The word for people, JSON and D-Bus.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Periodic => "periodic",
            Self::Event => "event",
        }
    }
}

/// What a signal is, whatever its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// Path, type and unit.
    pub entry: &'static Entry,
    /// `MESSAGE.SIGNAL` of the DBC.
    pub source: String,
    /// How its message is sent.
    pub kind: Kind,
    /// Least and greatest value that is believed, in its unit; `None` for lamps and gears.
    pub range: Option<(f64, f64)>,
}

/// A signal and its value.
#[derive(Clone, Debug, PartialEq)]
struct Slot {
    described: Described,
    /// The group of signals that come together.
    group: usize,
    held: Held,
    is_news: bool,
    /// What frames say of it, where not that is shown but what was made of it.
    said: Option<Held>,
}

/// Signals that come in the same frames: a message, or a page of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    pace: Pace,
    /// Why none of its signals counts, whatever was read last.
    lost: Option<Why>,
}

/// The signals of one vehicle. Hearing a frame allocates nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    slots: Vec<Slot>,
    groups: Vec<Group>,
    /// Some slot has news.
    has_news: bool,
    /// No group becomes late before this: frames only put it off.
    due: Option<SourceTime>,
}

impl Board {
    /// Adds signals that come together; gives the number of their group. `cycle`: the time between two frames, where the
    /// profile or the DBC says it.
    pub fn add_group(&mut self, cycle: Option<Duration>) -> usize {
        self.groups.push(Group { pace: Pace::new(cycle), lost: Some(Why::Unheard) });
        self.groups.len() - 1
    }

    /// Adds a signal of a group; gives its number.
    pub fn add(&mut self, group: usize, described: Described) -> usize {
        self.slots.push(Slot { described, group, held: Err(Why::Unheard), is_news: false, said: None });
        self.slots.len() - 1
    }

    /// How many signals there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether the profile has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The number of the signal with this path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<usize> {
        self.slots.iter().position(|slot| slot.described.entry.path == path)
    }

    /// All paths, in alphabetical order.
    #[must_use]
    pub fn paths(&self) -> Vec<&'static str> {
        let mut paths: Vec<_> = self.slots.iter().map(|slot| slot.described.entry.path).collect();
        paths.sort_unstable();
        paths
    }

    /// What a signal is.
    #[must_use]
    pub fn described(&self, signal: usize) -> &Described {
        &self.slots[signal].described
    }

    /// The value of a signal, or why it has none.
    pub fn held(&self, signal: usize) -> Held {
        let slot = &self.slots[signal];
        self.groups[slot.group].lost.map_or(slot.held, Err)
    }

    /// When the message of a signal came last.
    #[must_use]
    pub fn heard_at(&self, signal: usize) -> Option<SourceTime> {
        self.groups[self.slots[signal].group].pace.last()
    }

    /// The time between two frames of a signal's message, as told or learned.
    #[must_use]
    pub fn cycle(&self, signal: usize) -> Option<Duration> {
        self.groups[self.slots[signal].group].pace.cycle()
    }

    /// After how long without a frame a signal is late.
    #[must_use]
    pub fn late_after(&self, signal: usize) -> Duration {
        self.groups[self.slots[signal].group].pace.late_after()
    }

    /// A frame with the signals of a group has come.
    pub fn hear(&mut self, group: usize, at: SourceTime) {
        let heard = &mut self.groups[group];
        heard.pace.hear(at);
        if heard.lost.take().is_some() {
            self.news_of(group);
        }
        let late = self.groups[group].pace.late_at();
        self.due = match (self.due, late) {
            (Some(due), Some(late)) => Some(due.min(late)),
            (due, late) => due.or(late),
        };
    }

    /// What a frame says of a signal.
    pub fn set(&mut self, signal: usize, held: Held) {
        let slot = &mut self.slots[signal];
        if slot.said.is_some() {
            slot.said = Some(held);
            // That there is none is not damped.
            if held.is_ok() {
                return;
            }
        }
        if slot.held != held {
            slot.held = held;
            slot.is_news = true;
            self.has_news = true;
        }
    }

    /// What frames say of this signal is not shown from now on, but what [`Board::settle`] makes of it.
    pub(super) fn damp(&mut self, signal: usize) {
        self.slots[signal].said = Some(Err(Why::Unheard));
    }

    /// What frames say of a signal, damped or not.
    pub(super) fn said(&self, signal: usize) -> Held {
        self.slots[signal].said.unwrap_or(self.slots[signal].held)
    }

    /// Shows this of a signal that is damped, in its unit, while frames say a value at all.
    pub(super) fn settle(&mut self, signal: usize, number: Option<f64>) {
        let slot = &mut self.slots[signal];
        let value = number.and_then(|number| slot.described.entry.kind.of(number, 0.0));
        if let (Some(Ok(_)), Some(value)) = (slot.said, value)
            && slot.held != Ok(value)
        {
            (slot.held, slot.is_news) = (Ok(value), true);
            self.has_news = true;
        }
    }

    /// The interface of these groups is down: nothing that was known of them counts.
    pub fn link_down(&mut self, is_lost: impl Fn(usize) -> bool) {
        for group in (0..self.groups.len()).filter(|group| is_lost(*group)) {
            self.groups[group].pace.forget();
            self.lose_group(group, Why::LinkDown);
        }
    }

    /// The interface is up again: what was lost with it has to be heard anew.
    pub fn link_up(&mut self) {
        for group in 0..self.groups.len() {
            if self.groups[group].lost == Some(Why::LinkDown) {
                self.lose_group(group, Why::Unheard);
            }
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, now: SourceTime) {
        if self.due.is_none_or(|due| now < due) {
            return;
        }
        self.due = None;
        for group in 0..self.groups.len() {
            let Group { pace, lost } = &self.groups[group];
            let Some(late) = pace.late_at().filter(|_| lost.is_none()) else { continue };
            if late <= now {
                self.lose_group(group, Why::Stale);
            } else {
                self.due = Some(self.due.map_or(late, |due| due.min(late)));
            }
        }
    }

    /// When to call [`Board::tick`], if no frame comes before.
    #[must_use]
    pub const fn deadline(&self) -> Option<SourceTime> {
        self.due
    }

    /// Whether any signal has changed since [`Board::take_news`].
    #[must_use]
    pub const fn has_news(&self) -> bool {
        self.has_news
    }

    /// Calls `with` for each signal whose value changed, came or went since the last call.
    pub fn take_news(&mut self, mut with: impl FnMut(usize, Held)) {
        if !std::mem::take(&mut self.has_news) {
            return;
        }
        for signal in 0..self.slots.len() {
            if std::mem::take(&mut self.slots[signal].is_news) {
                with(signal, self.held(signal));
            }
        }
    }

    fn lose_group(&mut self, group: usize, why: Why) {
        if self.groups[group].lost.replace(why) != Some(why) {
            self.news_of(group);
        }
    }

    fn news_of(&mut self, group: usize) {
        self.slots.iter_mut().filter(|slot| slot.group == group).for_each(|slot| slot.is_news = true);
        self.has_news = true;
    }
}

#[cfg(test)]
mod tests;
