//! Which bit rate the bus has: from what was heard at each.

use std::fmt;

/// A bit rate of the bus, bit/s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Of classical frames, and of the head of CAN FD frames.
    pub bit_rate: u32,
    /// Of the data of CAN FD frames; `None`: no CAN FD.
    pub data_bit_rate: Option<u32>,
}

/// In the order of how usual they are in cars: drive train and OBD-II, trucks and OBD-II, comfort, fast
/// buses, older comfort buses (83.3 and 33.3 kbit/s), and what remains of the usual ones.
const CLASSICAL: [u32; 10] =
    [500_000, 250_000, 125_000, 1_000_000, 83_333, 100_000, 33_333, 800_000, 50_000, 20_000];

/// CAN FD, tried last: its classical frames are heard at the classical rates too, beside errors.
const FD: [(u32, u32); 5] = [
    (500_000, 2_000_000),
    (500_000, 4_000_000),
    (500_000, 5_000_000),
    (1_000_000, 5_000_000),
    (250_000, 2_000_000),
];

/// Everything to be tried, in this order.
#[must_use]
pub fn to_try(fd: bool) -> Vec<Rate> {
    let classical = CLASSICAL.map(|bit_rate| Rate { bit_rate, data_bit_rate: None });
    let fd_rates = FD.map(|(bit_rate, data)| Rate { bit_rate, data_bit_rate: Some(data) });
    classical.into_iter().chain(fd_rates.into_iter().filter(|_| fd)).collect()
}

/// What was heard at one bit rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// Data and remote frames.
    pub frames: u64,
    /// The controller's reports of errors.
    pub errors: u64,
}

/// What an observation says of its bit rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the one.
    Right,
    /// Frames, but too few or with too many errors.
    Doubtful,
    /// Something is on the bus, but at another bit rate.
    Wrong,
    /// Nothing; some controllers are silent at a wrong bit rate too.
    Silent,
}

/// A frame that passes its 15-bit checksum at a wrong bit rate is an accident; three are none.
const FRAMES_ENOUGH: u64 = 3;

/// Even a good bus has an error now and then: one in so many frames is passed over.
const FRAMES_FOR_EACH_ERROR: u64 = 10;

impl Observation {
    /// What it says.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self { frames: 0, errors: 0 } => Verdict::Silent,
            Self { frames: 0, .. } => Verdict::Wrong,
            Self { frames, errors } => {
                if frames >= FRAMES_ENOUGH && errors <= frames / FRAMES_FOR_EACH_ERROR {
                    Verdict::Right
                } else {
                    Verdict::Doubtful
                }
            }
        }
    }
}

/// What all observations together say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The bus has this bit rate.
    Sure(Rate),
    /// Probably this one: frames were heard at no other, but few, or beside errors.
    Probably(Rate),
    /// There is traffic, but frames at several bit rates or at none.
    Unclear,
    /// Nothing at all.
    Silence,
}

/// The bit rate of the bus.
#[must_use]
pub fn choose(observed: &[(Rate, Observation)]) -> Choice {
    let with =
        |verdict| observed.iter().filter(move |(_, seen)| seen.verdict() == verdict).map(|(rate, _)| *rate);
    let doubtful: Vec<_> = with(Verdict::Doubtful).collect();
    match (with(Verdict::Right).next(), doubtful.as_slice()) {
        (Some(rate), _) => Choice::Sure(rate),
        (None, [rate]) => Choice::Probably(*rate),
        (None, []) if with(Verdict::Wrong).next().is_none() => Choice::Silence,
        (None, _) => Choice::Unclear,
    }
}

impl fmt::Display for Rate {
    /// In kbit/s, as it is written on adapters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kbit/s", kilo(self.bit_rate))?;
        match self.data_bit_rate {
            Some(data) => write!(f, " (CAN FD, data {} kbit/s)", kilo(data)),
            None => Ok(()),
        }
    }
}

fn kilo(bit_rate: u32) -> String {
    let text = format!("{}.{:03}", bit_rate / 1000, bit_rate % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(bit_rate: u32) -> Rate {
        Rate { bit_rate, data_bit_rate: None }
    }

    fn seen(frames: u64, errors: u64) -> Observation {
        Observation { frames, errors }
    }

    #[test]
    fn the_usual_rates_come_first_and_can_fd_only_where_it_can_be() {
        let classical = to_try(false);
        assert_eq!(classical[..3], [rate(500_000), rate(250_000), rate(125_000)]);
        assert!(classical.iter().all(|rate| rate.data_bit_rate.is_none()));
        let all = to_try(true);
        assert_eq!(all[..classical.len()], classical);
        assert!(all[classical.len()..].iter().all(|rate| rate.data_bit_rate.is_some()));
    }

    #[test]
    fn frames_without_errors_make_a_rate_right() {
        assert_eq!(seen(3, 0).verdict(), Verdict::Right);
        assert_eq!(seen(500, 50).verdict(), Verdict::Right);
        assert_eq!(seen(500, 51).verdict(), Verdict::Doubtful);
        assert_eq!(seen(2, 0).verdict(), Verdict::Doubtful);
        assert_eq!(seen(0, 1).verdict(), Verdict::Wrong);
        assert_eq!(seen(0, 0).verdict(), Verdict::Silent);
        assert_eq!(seen(u64::MAX, u64::MAX).verdict(), Verdict::Doubtful);
    }

    #[test]
    fn errors_at_the_others_do_not_matter_once_one_is_right() {
        let observed =
            [(rate(500_000), seen(0, 900)), (rate(250_000), seen(1, 70)), (rate(125_000), seen(140, 0))];
        assert_eq!(choose(&observed), Choice::Sure(rate(125_000)));
    }

    #[test]
    fn a_single_doubtful_rate_is_offered_and_several_are_not() {
        let few = (rate(125_000), seen(1, 0));
        assert_eq!(choose(&[(rate(500_000), seen(0, 0)), few]), Choice::Probably(rate(125_000)));
        assert_eq!(choose(&[(rate(500_000), seen(4, 90)), few]), Choice::Unclear);
        assert_eq!(choose(&[(rate(500_000), seen(0, 90))]), Choice::Unclear);
        assert_eq!(choose(&[(rate(500_000), seen(0, 0))]), Choice::Silence);
        assert_eq!(choose(&[]), Choice::Silence);
    }

    #[test]
    fn rates_are_written_in_kilobits() {
        assert_eq!(rate(83_333).to_string(), "83.333 kbit/s");
        assert_eq!(rate(500_000).to_string(), "500 kbit/s");
        let fd = Rate { bit_rate: 500_000, data_bit_rate: Some(2_000_000) };
        assert_eq!(fd.to_string(), "500 kbit/s (CAN FD, data 2000 kbit/s)");
    }
}
