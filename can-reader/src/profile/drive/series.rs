//! The values of one signal over time.

use super::Drive;
use crate::dbc::{Message, Signal};
use crate::vehicle::Void;

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::profile) struct Point {
    /// Seconds since the start of the log.
    pub at: f64,
    pub raw: u64,
    /// In the unit that was asked for; no number where the raw value means "none".
    pub value: Option<f64>,
}

/// The values of a signal, in their order.
pub(in crate::profile) type Series = Vec<Point>;

/// All values of a signal, times `scale`. `invalid`: raw values that are none, beside those that always are.
pub(in crate::profile) fn series(
    drive: &Drive,
    (message, signal): (&Message, &Signal),
    scale: f64,
    invalid: &[u64],
) -> Series {
    let void = Void::of_speed(signal);
    let points = drive.of(message.id()).iter().filter_map(|(at, payload)| {
        let (raw, value) = signal.raw_and_value(payload)?;
        let is_value = !void.has(raw) && !invalid.contains(&raw);
        let value = is_value.then_some(value * scale).filter(|value| value.is_finite());
        Some(Point { at: at.as_secs_f64(), raw, value })
    });
    points.collect()
}

/// Values that are no older than this go together, s.
const FRESH: f64 = 0.3;

/// The values of several series at the times of the first, where each has one that is not old.
pub(in crate::profile) fn together<const N: usize>(all: [&[Point]; N]) -> Vec<(f64, [f64; N])> {
    let mut next = [0; N];
    let mut rows = Vec::new();
    for point in all[0] {
        let mut row = [0.0; N];
        let mut is_whole = true;
        for (n, points) in all.iter().enumerate() {
            while points.get(next[n]).is_some_and(|other| other.at <= point.at) {
                next[n] += 1;
            }
            let last = next[n].checked_sub(1).map(|at| points[at]);
            match last.filter(|last| point.at - last.at <= FRESH).and_then(|last| last.value) {
                Some(value) => row[n] = value,
                None => is_whole = false,
            }
        }
        if is_whole {
            rows.push((point.at, row));
        }
    }
    rows
}
