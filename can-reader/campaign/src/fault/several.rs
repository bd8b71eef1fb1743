//! Two wheels, and a second sender of the same ids.

use super::Span;
use crate::drive::record::{Record, Sent, Value};
use crate::random::Random;

/// Which two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pair {
    Axle,
    Side,
    Diagonal,
}

impl Pair {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Axle, Self::Side, Self::Diagonal];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Axle => "axle",
            Self::Side => "side",
            Self::Diagonal => "diagonal",
        }
    }

    /// One of the two pairs of this sort.
    pub fn wheels(self, r: &mut Random) -> [usize; 2] {
        match self {
            Self::Axle => r.pick(&[[0, 1], [2, 3]]),
            Self::Side => r.pick(&[[0, 2], [1, 3]]),
            Self::Diagonal => r.pick(&[[0, 3], [1, 2]]),
        }
    }
}

/// What a second sender says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    /// All wheels 0: a test tool, or a gateway that has nothing.
    Zero,
    /// One speed for ever.
    Constant,
    /// This drive as it was a while ago, from a log that is played onto the bus.
    Echo,
}

impl Second {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Zero, Self::Constant, Self::Echo];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::Constant => "constant",
            Self::Echo => "echo",
        }
    }
}

/// Adds the frames of a second sender, at the rate of the first, at a phase of its own.
pub fn second_sender(record: &mut Record, second: Second, span: Span, r: &mut Random) {
    let (phase, back) = (r.between(0.0005, 0.02), r.between(5.0, 15.0));
    let constant = r.between(5.0, 150.0);
    let first: Vec<Sent> = record.sent.clone();
    for one in first.iter().filter(|one| span.holds(one.at)) {
        let values = match second {
            Second::Zero => [Value::Kmh(0.0); 4],
            Second::Constant => [Value::Kmh(constant); 4],
            Second::Echo => {
                let until = first.partition_point(|then| then.at <= one.at - back);
                let then = first[..until].iter().rev().find(|then| then.message == one.message);
                then.map_or([Value::Kmh(0.0); 4], |then| then.values)
            }
        };
        record.sent.push(Sent { at: one.at + phase, values, ..*one });
    }
    record.sent.sort_by(|a, b| a.at.total_cmp(&b.at));
}
