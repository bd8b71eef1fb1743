//! Limits that are not reached yet, or that ask for what physics does not give: `docs/truth.md` says which and why.
//!
//! The limit stays, and a run names each miss. It fails only where one gets worse than what it is held to here: greater
//! than has been seen with some dozens of cars. Who mends the estimator takes lines away.

use crate::trouble::Group;

/// One limit of one group that is missed.
#[derive(Clone, Copy, Debug)]
struct Missed {
    group: Group,
    /// One message a wheel, and whole km/h.
    coarse: bool,
    what: &'static str,
    held: f64,
}

const fn missed(group: Group, coarse: bool, what: &'static str, held: f64) -> Missed {
    Missed { group, coarse, what, held }
}

const MISSED: [Missed; 0] = [];

/// Whether a miss is known, and no worse than it is held to. `least`: less is worse.
pub fn is_known(group: Group, coarse: bool, what: &str, is: f64, least: bool) -> bool {
    let same = |missed: &&Missed| missed.group == group && missed.coarse == coarse && missed.what == what;
    MISSED.iter().find(same).is_some_and(|missed| if least { is >= missed.held } else { is <= missed.held })
}
