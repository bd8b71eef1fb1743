//! All wheels at once: the control unit itself fails, restarts or falls silent.

use super::Span;
use crate::drive::record::{Record, Sent, Value};
use crate::random::Random;

/// What all wheels can suffer together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// The last values, again and again.
    Frozen,
    /// 0 for 0.3, 1 and 3 s, in ms.
    Zero(u32),
    /// All bits one.
    Ones,
    /// Single frames of nonsense.
    Spikes,
}

/// The times at which an outage is there: again and again, a while apart, where the car moves.
pub fn spans(record: &Record, length: (f64, f64), r: &mut Random) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = r.between(5.0, 10.0);
    while at + length.1 + 3.0 < record.seconds {
        // At rest nobody sees the difference.
        if record.truth(at) > 8.0 {
            let to = at + r.between(length.0, length.1);
            spans.push(Span { from: at, to });
            at = to + r.between(20.0, 35.0);
        } else {
            at += 0.5;
        }
    }
    spans
}

impl Outage {
    /// Puts it on all wheels during these times.
    pub fn put_on(self, sent: &mut [Sent], spans: &[Span], r: &mut Random) {
        for span in spans {
            let mut stays: Vec<Option<[Value; 4]>> = vec![None; 8];
            for one in sent.iter_mut().filter(|one| span.holds(one.at)) {
                let frozen = *stays[one.message].get_or_insert(one.values);
                one.values = match self {
                    Self::Frozen => frozen,
                    Self::Zero(_) => [Value::Kmh(0.0); 4],
                    Self::Ones => [Value::Ones; 4],
                    Self::Spikes if r.chance(0.1) => [Value::Kmh(r.between(0.0, 250.0)); 4],
                    Self::Spikes => one.values,
                };
            }
        }
    }
}

/// Nothing is sent during these times.
pub fn silence(sent: &mut Vec<Sent>, spans: &[Span]) {
    sent.retain(|one| !spans.iter().any(|span| span.holds(one.at)));
}

/// The very first frame after a start and after each silence is nonsense: what a control unit had in its memory.
pub fn false_start(sent: &mut [Sent], spans: &[Span], r: &mut Random) {
    let starts = std::iter::once(0.0).chain(spans.iter().map(|span| span.to));
    for start in starts {
        let value = if r.chance(0.5) { 0.0 } else { r.between(100.0, 250.0) };
        let first = sent.partition_point(|one| one.at < start);
        if let Some(first) = sent.get_mut(first) {
            first.values = [Value::Kmh(value); 4];
        }
    }
}
