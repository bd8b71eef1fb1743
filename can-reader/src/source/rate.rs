//! How fast a replay or a simulation runs.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::frame::SourceTime;

/// How fast the clock of a replay or a simulation runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rate {
    /// So many times as fast as real time. [`Rate::from_str`] accepts 0.01 to 10,000; what makes no sense
    /// (zero, negative, not a number) stands still.
    Times(f64),
    /// As fast as the machine can.
    Max,
}

/// Why a text is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rate {0:?} is neither `max` nor a number from 0.01 to 10000, such as 1, 10 or 0.5")]
pub struct RateError(String);

impl Rate {
    /// Real time in which the source's clock goes on by `source_time`: nothing at [`Rate::Max`]; `None`
    /// when it never does.
    pub(super) fn real_time(self, source_time: SourceTime) -> Option<Duration> {
        match self {
            Self::Max => Some(Duration::ZERO),
            Self::Times(1.0) => Some(source_time),
            Self::Times(times) => Duration::try_from_secs_f64(source_time.as_secs_f64() / times).ok(),
        }
    }

    /// The rate at which a clock goes on that has no frames to follow: real time at [`Rate::Max`].
    pub(super) const fn without_frames(self) -> Self {
        match self {
            Self::Max => Self::Times(1.0),
            times @ Self::Times(_) => times,
        }
    }
}

impl Default for Rate {
    /// Real time.
    fn default() -> Self {
        Self::Times(1.0)
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        if text.eq_ignore_ascii_case("max") {
            return Ok(Self::Max);
        }
        match text.parse() {
            Ok(times) if (0.01..=10_000.0).contains(&times) => Ok(Self::Times(times)),
            _ => Err(RateError(text.to_owned())),
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(times) => write!(f, "{times}"),
            Self::Max => f.write_str("max"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_nonsense_is_refused() {
        for (text, rate) in [
            ("1", Rate::Times(1.0)),
            ("10", Rate::Times(10.0)),
            ("0.5", Rate::Times(0.5)),
            ("max", Rate::Max),
            ("MAX", Rate::Max),
        ] {
            assert_eq!(text.parse(), Ok(rate));
            assert_eq!(rate.to_string().parse(), Ok(rate));
        }
        for text in ["", "0", "-1", "nan", "inf", "1e9", "fast", "1x"] {
            let error = text.parse::<Rate>().unwrap_err().to_string();
            assert!(error.contains(&format!("{text:?}")) && error.contains("max"), "{error}");
        }
    }

    #[test]
    fn a_senseless_rate_stands_still_and_never_panics() {
        for times in [0.0, -1.0, f64::NAN, 1e-300] {
            assert_eq!(Rate::Times(times).real_time(Duration::from_secs(1)), None);
        }
        assert_eq!(Rate::Times(4.0).real_time(Duration::from_secs(1)), Some(Duration::from_millis(250)));
    }
}
