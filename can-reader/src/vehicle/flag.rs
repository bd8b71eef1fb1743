//! Validity flags: signals that say whether other signals can be used.

use std::time::Duration;

use crate::dbc::Signal;
use crate::frame::SourceTime;
use crate::reading::Quality;

/// A flag, and what its raw values mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub signal: Signal,
    pub sense: Sense,
}

/// What the raw values of a flag mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// Valid with one of these, and with no other.
    ValidIs(Box<[u64]>),
    /// Valid with anything but 0.
    ValidIsNotZero,
    /// Not valid with one of these.
    FaultIs(Box<[u64]>),
    /// Not valid with anything but 0.
    FaultIsNotZero,
}

impl Rule {
    /// Whether the flag calls its signals valid; `None` when it is not in this payload.
    #[inline]
    fn allows(&self, payload: &[u8]) -> Option<bool> {
        let raw = self.signal.raw(payload)?;
        Some(match &self.sense {
            Sense::ValidIs(values) => values.contains(&raw),
            Sense::ValidIsNotZero => raw != 0,
            Sense::FaultIs(values) => !values.contains(&raw),
            Sense::FaultIsNotZero => raw == 0,
        })
    }

    /// What follows for a signal of the same frame. A flag that is not in the frame says nothing good.
    #[inline]
    pub fn judge(&self, payload: &[u8]) -> Option<Quality> {
        (self.allows(payload) != Some(true)).then_some(Quality::Flagged)
    }
}

/// A flag in another message than the signals that it is for. What it said last counts as long as its message is not
/// late. Before it has been heard, and when it is late, nobody has said that the signals are valid: they are not used.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RemoteFlag {
    pub rule: Rule,
    /// It is late after this.
    pub late_after: Duration,
    last: Option<(bool, SourceTime)>,
}

impl RemoteFlag {
    pub const fn new(rule: Rule, late_after: Duration) -> Self {
        Self { rule, late_after, last: None }
    }

    /// Reads a frame of its message; whether it takes the validity away that it gave before.
    pub fn hear(&mut self, payload: &[u8], at: SourceTime) -> bool {
        let Some(allows) = self.rule.allows(payload) else { return false };
        let before = self.last.replace((allows, at));
        !allows && before.is_none_or(|(allowed, _)| allowed)
    }

    /// What follows for a signal of a frame of this time.
    #[inline]
    pub fn judge(&self, at: SourceTime) -> Option<Quality> {
        match self.last {
            Some((allows, heard)) if at.saturating_sub(heard) < self.late_after => {
                (!allows).then_some(Quality::Flagged)
            }
            _ => Some(Quality::Unconfirmed),
        }
    }
}
