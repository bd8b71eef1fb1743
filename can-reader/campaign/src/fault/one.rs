//! Faults of one wheel's sensor, cable or signal.

use super::Span;
use crate::drive::record::{Sent, Value};
use crate::random::Random;

/// What a wheel's signal can suffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ail {
    /// The value stays as it was.
    Stuck,
    /// A broken cable.
    Zero,
    /// A wrong wheel, a wrong ring: another number of teeth.
    Scaled,
    /// Something added to it.
    Offset,
    /// Electric noise between edges.
    Noise,
    /// It comes 0.2 to 1 s late.
    Late,
    /// A wide air gap: 0 for moments.
    Dropouts,
    /// Single values far away.
    Spikes,
    /// It goes away slowly.
    Drift,
    /// All bits one: "not available".
    Ones,
}

impl Ail {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Stuck,
        Self::Zero,
        Self::Scaled,
        Self::Offset,
        Self::Noise,
        Self::Late,
        Self::Dropouts,
        Self::Spikes,
        Self::Drift,
        Self::Ones,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stuck => "stuck",
            Self::Zero => "zero",
            Self::Scaled => "scaled",
            Self::Offset => "offset",
            Self::Noise => "noise",
            Self::Late => "late",
            Self::Dropouts => "dropouts",
            Self::Spikes => "spikes",
            Self::Drift => "drift",
            Self::Ones => "all ones",
        }
    }
}

/// The same fault, with its numbers, for each wheel that has it.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub ail: Ail,
    pub span: Span,
    /// What it is scaled by.
    scale: f64,
    /// Added, km/h.
    offset: f64,
    /// Standard deviation, km/h.
    noise: f64,
    /// s.
    late: f64,
    /// Per second.
    rate: f64,
    /// Part of the speed per second.
    drift: f64,
}

impl Fault {
    /// Of this kind, with numbers of its own.
    pub fn random(ail: Ail, span: Span, r: &mut Random) -> Self {
        // 44 teeth for 48 are -8 %, half the edges are -50 %, both for one +100 %. Less than 6 % is a worn tyre more.
        let scale = if r.chance(0.5) { r.between(0.5, 0.94) } else { r.between(1.06, 2.0) };
        Self {
            ail,
            span,
            scale,
            offset: r.sign() * r.between(3.0, 30.0),
            noise: r.between(2.0, 20.0),
            late: r.between(0.2, 1.0),
            rate: r.between(0.3, 4.0),
            // 20 % within 7 to 40 s.
            drift: r.sign() * r.between(0.005, 0.03),
        }
    }

    /// Puts it on one wheel.
    pub fn put_on(&self, sent: &mut [Sent], wheel: usize, carries: impl Fn(usize) -> bool, r: &mut Random) {
        let mut healthy: Vec<(f64, Value)> = Vec::new();
        let mut stuck = None;
        let mut gap_until = 0.0;
        for one in sent.iter_mut().filter(|one| carries(one.message)) {
            let value = one.values[wheel];
            let passed = healthy.last().map_or(0.0, |(then, _)| one.at - then);
            healthy.push((one.at, value));
            if !self.span.holds(one.at) {
                continue;
            }
            let stays = *stuck.get_or_insert(value);
            one.values[wheel] = match self.ail {
                Ail::Stuck => stays,
                Ail::Zero => Value::Kmh(0.0),
                Ail::Scaled => value.map(|kmh| kmh * self.scale),
                Ail::Offset => value.map(|kmh| (kmh + self.offset).max(0.0)),
                Ail::Noise => value.map(|kmh| (kmh + self.noise * r.normal()).max(0.0)),
                Ail::Late => before(&healthy, one.at - self.late),
                Ail::Dropouts => {
                    if one.at >= gap_until && r.chance(self.rate * passed) {
                        gap_until = one.at + r.between(0.02, 0.3);
                    }
                    if one.at < gap_until { Value::Kmh(0.0) } else { value }
                }
                Ail::Spikes if r.chance(self.rate * passed) => Value::Kmh(r.between(0.0, 250.0)),
                Ail::Spikes => value,
                Ail::Drift => {
                    let gone = (self.drift * (one.at - self.span.from)).clamp(-0.6, 0.6);
                    value.map(|kmh| kmh * (1.0 + gone))
                }
                Ail::Ones => Value::Ones,
            };
        }
    }

    /// For a report.
    pub fn describe(&self) -> String {
        let Self { scale, offset, noise, late, rate, drift, .. } = self;
        let number = match self.ail {
            Ail::Scaled => format!(" by {scale:.2}"),
            Ail::Offset => format!(" {offset:+.1} km/h"),
            Ail::Noise => format!(" {noise:.1} km/h"),
            Ail::Late => format!(" by {late:.2} s"),
            Ail::Dropouts | Ail::Spikes => format!(" {rate:.1}/s"),
            Ail::Drift => format!(" {:+.1} %/s", 100.0 * drift),
            Ail::Stuck | Ail::Zero | Ail::Ones => String::new(),
        };
        format!("{}{number} from {:.2} to {:.2} s", self.ail.as_str(), self.span.from, self.span.to)
    }
}

fn before(healthy: &[(f64, Value)], at: f64) -> Value {
    let later = healthy.partition_point(|(then, _)| *then <= at);
    healthy[later.saturating_sub(1)].1
}
