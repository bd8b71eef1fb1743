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

const MISSED: [Missed; 16] = [
    // A hard start on a bus of 100 ms, or in whole km/h: what sensor and cycle are late is more than 1 km/h above 4 km/h.
    missed(Group::Normal, false, "wrong in ok", 0.5),
    missed(Group::Normal, true, "wrong in ok", 4.0),
    missed(Group::Start, false, "wrong in ok", 1.0),
    missed(Group::Start, true, "wrong in ok", 3.0),
    // Whole km/h that stand still say less and less.
    missed(Group::Normal, true, "ok", 97.0),
    missed(Group::Delivery, true, "ok", 95.0),
    // A value that a line kept for a period, or that changed places with the next, is that old, and its stamp does not say
    // so: a bus of 100 ms.
    missed(Group::Delivery, false, "wrong in ok", 30.0),
    missed(Group::Delivery, false, "wrong in degraded", 25.0),
    // The first moments of a liar, while all agree that brakes may explain him.
    missed(Group::OneWheel, false, "within the uncertainty", 99.0),
    missed(Group::OneWheel, true, "within the uncertainty", 99.2),
    // No theorem covers two liars who agree.
    missed(Group::TwoWheels, false, "wrong in degraded", 220.0),
    // Where some wheels seemed to jump and others not, those that are left are too few until it is forgotten.
    missed(Group::AllWheels, true, "longest return to a speed", 2.5),
    // The first frames in which all wheels leave what tyres that grip can do, in steps of a km/h.
    missed(Group::Slip, true, "wrong in ok", 15.0),
    // A clock that stands still is named after eight frames: 0.8 s on a bus of 100 ms.
    missed(Group::TimeBase, false, "wrong in degraded", 1.0),
    missed(Group::TimeBase, true, "wrong in degraded", 30.0),
    missed(Group::TimeBase, true, "wrong in ok", 1.0),
];

/// Whether a miss is known, and no worse than it is held to. `least`: less is worse.
pub fn is_known(group: Group, coarse: bool, what: &str, is: f64, least: bool) -> bool {
    let same = |missed: &&Missed| missed.group == group && missed.coarse == coarse && missed.what == what;
    MISSED.iter().find(same).is_some_and(|missed| if least { is >= missed.held } else { is <= missed.held })
}
