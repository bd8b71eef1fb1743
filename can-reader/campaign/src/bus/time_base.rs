//! Logs whose time stamps are broken. Each is a log that somebody could have written.

use std::fmt::Write as _;

use super::delivery::Arrival;
use crate::random::Random;

/// What is wrong with the stamps of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeBase {
    /// All the same, from some line on.
    Stands,
    /// The time since the line before, in place of the time.
    Deltas,
    /// A few seconds, again and again.
    Loop,
    /// Single lines an hour early or late.
    Stray,
}

/// The log, as `candump -L` writes lines.
pub fn log(arrivals: &[Arrival], base: TimeBase, r: &mut Random) -> String {
    let from = r.between(0.0, 0.5) * arrivals.last().map_or(0.0, |last| last.at);
    let (length, start) = (r.between(0.5, 3.0), 1_700_000_000.0);
    let mut out = String::new();
    let mut before = 0.0;
    for arrival in arrivals {
        let at = arrival.at;
        let stamp = match base {
            TimeBase::Stands => start + at.min(from),
            TimeBase::Deltas => at - before,
            TimeBase::Loop if at > from => start + from + (at - from) % length,
            TimeBase::Stray if r.chance(0.003) => start + at + 3600.0 * r.sign(),
            TimeBase::Loop | TimeBase::Stray => start + at,
        };
        before = at;
        // Writing to a String cannot fail.
        let _ = writeln!(out, "({stamp:.6}) can0 {}#{:?}", arrival.frame.id, arrival.frame.payload);
    }
    out
}
