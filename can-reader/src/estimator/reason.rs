//! Why an estimate is less than `ok`: a closed list.

use std::fmt;

/// Why the state is not `ok`. The words are those of `StateReason` on D-Bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// `degraded`: one sensor contradicts the others, or is dead, and is left out.
    WheelLeftOut,
    /// `degraded`: the wheels of an axle contradict the rest, or are dead, and are left out.
    AxleLeftOut,
    /// `degraded`: wheels slip to one side, as they do in braking or under power.
    Slip,
    /// `degraded`: fewer sensors than usual say something; those that do agree. `implausible`: too few do.
    FewWitnesses,
    /// `degraded`: what came last cannot be true; the speed before it is carried on.
    Held,
    /// `degraded` or `implausible`: too uncertain for `ok`, or for a speed.
    WideUncertainty,
    /// `degraded` or `stale`: the frames reach this computer too late.
    DeliveredLate,
    /// `stale`: no frame for ten cycles.
    Late,
    /// `implausible`: the clock of the frames stands still.
    ClockStopped,
    /// `no-data` or `stale`: frames come, and a few more that agree are waited for.
    NotYetAgreed,
    /// `implausible`: the sensors contradict each other, and no force explains it.
    Contradiction,
    /// `implausible`: the readings change faster than the vehicle can.
    Impossible,
    /// `implausible`: all wheels stopped faster than brakes can stop the vehicle; they may slide.
    Sliding,
    /// `degraded` or `implausible`: the values stand still, bit for bit, as those of living sensors do not.
    Frozen,
    /// `implausible`: one axle alone speaks, which may spin or lock.
    OneAxleOnly,
    /// `no-data` or `implausible`: the vehicle itself says that its speeds are not valid, or not available.
    NotAvailable,
    /// `no-data`: nothing has been heard.
    NoData,
    /// `can-down`.
    LinkDown,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::WheelLeftOut,
        Self::AxleLeftOut,
        Self::Slip,
        Self::FewWitnesses,
        Self::Held,
        Self::WideUncertainty,
        Self::DeliveredLate,
        Self::Late,
        Self::ClockStopped,
        Self::NotYetAgreed,
        Self::Contradiction,
        Self::Impossible,
        Self::Sliding,
        Self::Frozen,
        Self::OneAxleOnly,
        Self::NotAvailable,
        Self::NoData,
        Self::LinkDown,
    ];

    /// The word for programs: JSON and D-Bus.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WheelLeftOut => "wheel-left-out",
            Self::AxleLeftOut => "axle-left-out",
            Self::Slip => "slip",
            Self::FewWitnesses => "few-witnesses",
            Self::Held => "held",
            Self::WideUncertainty => "wide-uncertainty",
            Self::DeliveredLate => "delivered-late",
            Self::Late => "late",
            Self::ClockStopped => "clock-stopped",
            Self::NotYetAgreed => "not-yet-agreed",
            Self::Contradiction => "contradiction",
            Self::Impossible => "impossible",
            Self::Sliding => "sliding",
            Self::Frozen => "frozen",
            Self::OneAxleOnly => "one-axle-only",
            Self::NotAvailable => "not-available",
            Self::NoData => "no-data",
            Self::LinkDown => "link-down",
        }
    }
}

impl fmt::Display for Reason {
    /// A sentence for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WheelLeftOut => "one speed contradicts the others or does not change, and is left out",
            Self::AxleLeftOut => "the wheels of one axle contradict the others or do not change, and are left out",
            Self::Slip => "wheels slip in braking or under power; the speed lies between what they leave possible",
            Self::FewWitnesses => "not every sensor has a valid speed; those that have one agree",
            Self::Held => "the last readings cannot be true; the speed before them is carried on",
            Self::WideUncertainty => "the readings leave too wide a range of speeds possible",
            Self::DeliveredLate => "the frames reach this computer too late",
            Self::Late => "no valid speed has come for ten cycles of its message",
            Self::ClockStopped => "the clock of the frames stands still",
            Self::NotYetAgreed => "waiting for a few frames that agree",
            Self::Contradiction => "the speeds contradict each other, and neither brakes nor engine explain it",
            Self::Impossible => "the readings change faster than the vehicle can accelerate or brake",
            Self::Sliding => "all wheels stopped faster than brakes can stop the vehicle: they may slide",
            Self::Frozen => {
                "the speeds stand still to the last bit, as those of a moving vehicle do not (on a test bench without \
                 noise they may)"
            }
            Self::OneAxleOnly => {
                "the wheels of one axle have no valid speed, and those of the other may be spinning or locked"
            }
            Self::NotAvailable => "the vehicle says that its speeds are not valid",
            Self::NoData => "no valid speed has been seen yet",
            Self::LinkDown => "the CAN interface is down",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_a_word_and_a_sentence_of_its_own() {
        for (n, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, n, "{reason:?} in the order of the list");
            for other in &Reason::ALL[..n] {
                assert_ne!(reason.as_str(), other.as_str());
                assert_ne!(reason.to_string(), other.to_string());
            }
        }
    }
}
