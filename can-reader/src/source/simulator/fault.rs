//! Faults as people write them: `Row2.Left=stuck@20s`, `link=down@30s..35s`.

use std::fmt;
use std::str::FromStr;

use crate::wheels::Wheel;

/// A fault of the simulated car: `PLACE=KIND[:AMOUNT][@FROM[..UNTIL]]`, times since the start of the simulation. Without
/// times it is there from the start and stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    pub(super) target: Target,
    pub(super) from_ms: u64,
    pub(super) until_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    Wheel(Wheel, WheelFault),
    Link(LinkFault),
}

/// What one sensor does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum WheelFault {
    Stuck,
    Zero,
    /// Times so much.
    Scale(f64),
    /// So many km/h more.
    Offset(f64),
    /// Up to so many km/h more or less, another in each frame.
    Noise(f64),
    /// Reads 0 for moments, in this part of the time.
    Drop(f64),
    /// So many km/h more, in single frames.
    Spikes(f64),
    NotAvailable,
}

/// What the whole link does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum LinkFault {
    Down,
    Silent,
    /// This part of the frames is lost.
    Drop(f64),
}

/// Why a text is no fault. Each sentence says what it may be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// Not of the form.
    #[error(
        "fault {0:?}: write PLACE=KIND[:AMOUNT][@FROM[..UNTIL]], such as Row2.Left=stuck@20s or link=down@30s..35s"
    )]
    Form(String),
    /// No wheel and not the link.
    #[error(
        "fault {fault:?}: there is no place {word:?}; it is Row1.Left, Row1.Right, Row2.Left, Row2.Right or link"
    )]
    Place {
        /// The whole text.
        fault: String,
        /// The bad word.
        word: String,
    },
    /// Not a fault of this place.
    #[error("fault {fault:?}: {place} has no fault {word:?}; it is {may}")]
    Kind {
        /// The whole text.
        fault: String,
        /// Where.
        place: String,
        /// The bad word.
        word: String,
        /// What it may be.
        may: String,
    },
    /// The number after the colon.
    #[error("fault {fault:?}: {kind} takes {takes}, not {word:?}")]
    Amount {
        /// The whole text.
        fault: String,
        /// The kind of fault.
        kind: String,
        /// What it takes.
        takes: String,
        /// The bad word.
        word: String,
    },
    /// A time, or two that do not follow each other.
    #[error(
        "fault {fault:?}: {word:?} is no time; write @20s, @1500ms or @30s..35s, from 0 to 1000000s, the later last"
    )]
    Time {
        /// The whole text.
        fault: String,
        /// The bad word.
        word: String,
    },
}

/// Latest time, milliseconds: beyond every drive, and far from where numbers lose digits.
const LATEST_MS: f64 = 1e9;

/// Word, least and greatest amount with the usual one, what it takes, and what it makes.
struct Kind<F> {
    word: &'static str,
    amount: Option<(f64, f64, f64)>,
    takes: &'static str,
    make: fn(f64) -> F,
}

const KMH: &str = "an amount in km/h from -300 to 300";
const PART: &str = "a part from 0 to 1, such as 0.3";

const WHEEL_KINDS: &[Kind<WheelFault>] = &[
    Kind { word: "stuck", amount: None, takes: "no amount", make: |_| WheelFault::Stuck },
    Kind { word: "zero", amount: None, takes: "no amount", make: |_| WheelFault::Zero },
    Kind {
        word: "scale",
        amount: Some((0.0, 10.0, 0.9)),
        takes: "a factor from 0 to 10",
        make: WheelFault::Scale,
    },
    Kind { word: "offset", amount: Some((-300.0, 300.0, 5.0)), takes: KMH, make: WheelFault::Offset },
    Kind { word: "noise", amount: Some((-300.0, 300.0, 5.0)), takes: KMH, make: WheelFault::Noise },
    Kind { word: "drop", amount: Some((0.0, 1.0, 0.3)), takes: PART, make: WheelFault::Drop },
    Kind { word: "spikes", amount: Some((-300.0, 300.0, 50.0)), takes: KMH, make: WheelFault::Spikes },
    Kind { word: "not-available", amount: None, takes: "no amount", make: |_| WheelFault::NotAvailable },
];

const LINK_KINDS: &[Kind<LinkFault>] = &[
    Kind { word: "down", amount: None, takes: "no amount", make: |_| LinkFault::Down },
    Kind { word: "silent", amount: None, takes: "no amount", make: |_| LinkFault::Silent },
    Kind { word: "drop", amount: Some((0.0, 1.0, 0.3)), takes: PART, make: LinkFault::Drop },
];

impl Fault {
    /// Whether it is there so many milliseconds after the start.
    pub(super) fn acts(&self, at_ms: u64) -> bool {
        at_ms >= self.from_ms && self.until_ms.is_none_or(|until| at_ms < until)
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (what, times) = text.split_once('@').map_or((text, None), |(what, times)| (what, Some(times)));
        let (place, what) = what.split_once('=').ok_or_else(|| FaultError::Form(text.to_owned()))?;
        let wheel = Wheel::ALL.into_iter().find(|wheel| wheel.position().eq_ignore_ascii_case(place));
        let target = match wheel {
            Some(wheel) => Target::Wheel(wheel, kind(text, place, what, WHEEL_KINDS)?),
            None if place.eq_ignore_ascii_case("link") => Target::Link(kind(text, place, what, LINK_KINDS)?),
            None => return Err(FaultError::Place { fault: text.to_owned(), word: place.to_owned() }),
        };
        let (from_ms, until_ms) = times.map_or(Ok((0, None)), |times| span(text, times))?;
        Ok(Self { target, from_ms, until_ms })
    }
}

fn kind<F>(text: &str, place: &str, what: &str, kinds: &[Kind<F>]) -> Result<F, FaultError> {
    let (word, amount) = what.split_once(':').map_or((what, None), |(word, amount)| (word, Some(amount)));
    let Some(kind) = kinds.iter().find(|kind| kind.word.eq_ignore_ascii_case(word)) else {
        let may = kinds.iter().map(|kind| kind.word).collect::<Vec<_>>().join(", ");
        return Err(FaultError::Kind {
            fault: text.to_owned(),
            place: place.to_owned(),
            word: word.to_owned(),
            may,
        });
    };
    let value = match (kind.amount, amount) {
        (None, None) => Some(0.0),
        (None, Some(_)) => None,
        (Some((.., usual)), None) => Some(usual),
        (Some((least, most, _)), Some(word)) => {
            word.parse().ok().filter(|value: &f64| (least..=most).contains(value))
        }
    };
    value.map(kind.make).ok_or_else(|| FaultError::Amount {
        fault: text.to_owned(),
        kind: kind.word.to_owned(),
        takes: kind.takes.to_owned(),
        word: amount.unwrap_or_default().to_owned(),
    })
}

fn span(text: &str, times: &str) -> Result<(u64, Option<u64>), FaultError> {
    let bad = |word: &str| FaultError::Time { fault: text.to_owned(), word: word.to_owned() };
    let time = |word: &str| milliseconds(word).ok_or_else(|| bad(word));
    match times.split_once("..") {
        None => Ok((time(times)?, None)),
        Some((from, until)) => {
            let (from_ms, until_ms) = (time(from)?, time(until)?);
            if from_ms < until_ms { Ok((from_ms, Some(until_ms))) } else { Err(bad(times)) }
        }
    }
}

/// `20s`, `1.5s`, `1500ms`; a number alone is seconds.
fn milliseconds(word: &str) -> Option<u64> {
    let (number, unit_ms) = match (word.strip_suffix("ms"), word.strip_suffix('s')) {
        (Some(number), _) => (number, 1.0),
        (None, Some(number)) => (number, 1000.0),
        (None, None) => (word, 1000.0),
    };
    let ms = number.parse::<f64>().ok()? * unit_ms;
    (0.0..=LATEST_MS).contains(&ms).then(|| ms.round() as u64)
}

impl fmt::Display for Fault {
    /// In the form that is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.target {
            Target::Wheel(wheel, fault) => write!(f, "{wheel}={fault}")?,
            Target::Link(fault) => write!(f, "link={fault}")?,
        }
        let seconds = |ms: u64| ms as f64 / 1000.0;
        match (self.from_ms, self.until_ms) {
            (0, None) => Ok(()),
            (from, None) => write!(f, "@{}s", seconds(from)),
            (from, Some(until)) => write!(f, "@{}s..{}s", seconds(from), seconds(until)),
        }
    }
}

impl fmt::Display for WheelFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stuck => f.write_str("stuck"),
            Self::Zero => f.write_str("zero"),
            Self::Scale(factor) => write!(f, "scale:{factor}"),
            Self::Offset(kmh) => write!(f, "offset:{kmh}"),
            Self::Noise(kmh) => write!(f, "noise:{kmh}"),
            Self::Drop(part) => write!(f, "drop:{part}"),
            Self::Spikes(kmh) => write!(f, "spikes:{kmh}"),
            Self::NotAvailable => f.write_str("not-available"),
        }
    }
}

impl fmt::Display for LinkFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Down => f.write_str("down"),
            Self::Silent => f.write_str("silent"),
            Self::Drop(part) => write!(f, "drop:{part}"),
        }
    }
}

#[cfg(test)]
mod tests;
