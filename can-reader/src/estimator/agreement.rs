//! Rule 4: what four wheels say together. A pure function of what each says now.

use super::{Driven, Reason};
use crate::wheels::{Axle, Wheel};

/// What one wheel says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Word {
    /// The vehicle has no such sensor.
    Absent,
    /// It has one, but it is silent, faulty or out of range.
    Missing,
    /// A speed, km/h, that breaks physics.
    Doubted,
    /// A speed, km/h.
    Trusted(f64),
}

/// What follows from the wheels together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Agreement {
    /// All agree, km/h.
    Full(f64),
    /// A speed, km/h, without all of them.
    Partial(f64, Cause),
    /// No speed.
    None(Cause),
}

/// Why an estimate is less than `ok`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cause {
    /// One wheel disagrees with the other three, or breaks physics.
    WheelLeftOut(Wheel),
    /// Some wheels say nothing; those that do agree.
    WheelsMissing,
    /// The axles disagree; the undriven one is believed.
    UndrivenAxle(Axle),
    /// The axles disagree, and which is driven is unknown or of no help.
    AxlesDisagree,
    /// The wheels disagree with each other.
    WheelsDisagree,
    /// The wheels of one axle say nothing, and nothing confirms those of the other.
    OneAxleOnly,
    /// Too few wheels say anything to check one against another.
    TooFewWheels,
    /// The readings change faster than the vehicle can, and do not settle.
    Impossible,
}

impl Cause {
    /// The reason, and which wheels it is about.
    pub(crate) fn reason(self) -> (Reason, [bool; 4]) {
        let wheels = |left_out: &[Wheel]| Wheel::ALL.map(|wheel| left_out.contains(&wheel));
        match self {
            Self::WheelLeftOut(wheel) => (Reason::WheelLeftOut, wheels(&[wheel])),
            Self::WheelsMissing => (Reason::FewWitnesses, [false; 4]),
            Self::UndrivenAxle(Axle::Front) => (Reason::AxleLeftOut, wheels(&Axle::Rear.wheels())),
            Self::UndrivenAxle(Axle::Rear) => (Reason::AxleLeftOut, wheels(&Axle::Front.wheels())),
            Self::AxlesDisagree | Self::WheelsDisagree => (Reason::Contradiction, [false; 4]),
            Self::OneAxleOnly => (Reason::OneAxleOnly, [false; 4]),
            Self::TooFewWheels => (Reason::NotAvailable, [false; 4]),
            Self::Impossible => (Reason::Impossible, [false; 4]),
        }
    }
}

/// Whether two speeds, km/h, agree.
pub(crate) fn close(a_kmh: f64, b_kmh: f64) -> bool {
    (a_kmh - b_kmh).abs() <= 3.0_f64.max(0.05 * a_kmh.max(b_kmh))
}

/// What the four wheels (in the order of [`Wheel::ALL`]) say together.
pub(crate) fn agree(words: &[Word; 4], driven: Option<Driven>) -> Agreement {
    let fitted = words.iter().filter(|word| **word != Word::Absent).count();
    let doubted = words.iter().filter(|word| **word == Word::Doubted).count();
    let trusted = Group::of(words, |_| true);

    let undriven = driven.and_then(Driven::undriven_axle).and_then(|axle| {
        let group = Group::of(words, |wheel| axle.wheels().contains(&wheel));
        (group.len == 2 && group.agrees()).then_some((axle, group))
    });

    if trusted.agrees() && doubted == 0 {
        return match trusted.len {
            0 => Agreement::None(Cause::TooFewWheels),
            len if len == fitted => Agreement::Full(trusted.mean()),
            1 => Agreement::None(Cause::TooFewWheels),
            _ if undriven.is_none() && lacks_an_axle(words) => Agreement::None(Cause::OneAxleOnly),
            _ => Agreement::Partial(trusted.mean(), Cause::WheelsMissing),
        };
    }
    // Where one driven wheel slips, the other hangs on the same shaft: the axle that only rolls knows better.
    if let Some((axle, group)) = undriven {
        return Agreement::Partial(group.mean(), Cause::UndrivenAxle(axle));
    }
    if let Some((wheel, group)) = odd_one_out(words) {
        return Agreement::Partial(group.mean(), Cause::WheelLeftOut(wheel));
    }
    let of_one_mind = |axle: Axle| {
        let [left, right] = axle.wheels().map(|wheel| words[wheel.index()]);
        match (left, right) {
            (Word::Trusted(left), Word::Trusted(right)) => close(left, right),
            (left, right) => left == right,
        }
    };
    Agreement::None(if of_one_mind(Axle::Front) && of_one_mind(Axle::Rear) {
        Cause::AxlesDisagree
    } else {
        Cause::WheelsDisagree
    })
}

/// Whether the vehicle has wheels on both axles, and those of one say nothing: the others may be spinning
/// or locked together.
fn lacks_an_axle(words: &[Word; 4]) -> bool {
    [Axle::Front, Axle::Rear].into_iter().any(|axle| {
        let words = axle.wheels().map(|wheel| words[wheel.index()]);
        words.contains(&Word::Missing) && !words.iter().any(|word| matches!(word, Word::Trusted(_)))
    })
}

/// The wheel without which the other three are trusted and agree best.
fn odd_one_out(words: &[Word; 4]) -> Option<(Wheel, Group)> {
    Wheel::ALL
        .into_iter()
        .map(|odd| (odd, Group::of(words, |wheel| wheel != odd)))
        .filter(|(_, group)| group.len == 3 && group.agrees())
        .min_by(|(_, a), (_, b)| a.spread().total_cmp(&b.spread()))
}

/// The trusted speeds of some wheels.
#[derive(Clone, Copy, Debug)]
struct Group {
    len: usize,
    sum: f64,
    min: f64,
    max: f64,
}

impl Group {
    fn of(words: &[Word; 4], member: impl Fn(Wheel) -> bool) -> Self {
        let empty = Self { len: 0, sum: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY };
        Wheel::ALL.into_iter().zip(words).filter(|(wheel, _)| member(*wheel)).fold(
            empty,
            |group, (_, word)| {
                let Word::Trusted(kmh) = *word else { return group };
                Self {
                    len: group.len + 1,
                    sum: group.sum + kmh,
                    min: group.min.min(kmh),
                    max: group.max.max(kmh),
                }
            },
        )
    }

    fn agrees(&self) -> bool {
        self.len < 2 || close(self.min, self.max)
    }

    fn mean(&self) -> f64 {
        self.sum / self.len as f64
    }

    fn spread(&self) -> f64 {
        self.max - self.min
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Word::{Absent, Doubted, Missing, Trusted};

    fn ask(words: [Word; 4], driven: Option<Driven>) -> Agreement {
        agree(&words, driven)
    }

    fn speeds(kmh: [f64; 4]) -> [Word; 4] {
        kmh.map(Trusted)
    }

    #[test]
    fn wheels_that_agree_are_averaged() {
        assert_eq!(ask(speeds([50.0, 51.0, 50.0, 51.0]), None), Agreement::Full(50.5));
        // 1.6 km/h apart in a slow turn, as on the recorded drive.
        assert_eq!(ask(speeds([4.0, 5.6, 4.0, 5.6]), None), Agreement::Full(4.8));
        // 5 % of 130 is more than 3.
        assert_eq!(ask(speeds([124.0, 130.0, 124.0, 130.0]), None), Agreement::Full(127.0));
    }

    #[test]
    fn one_that_disagrees_is_left_out() {
        let words = speeds([50.0, 12.0, 50.0, 50.0]);
        assert_eq!(ask(words, None), Agreement::Partial(50.0, Cause::WheelLeftOut(Wheel::FrontRight)));
        let words = [Doubted, Trusted(50.0), Trusted(50.0), Trusted(50.0)];
        assert_eq!(ask(words, None), Agreement::Partial(50.0, Cause::WheelLeftOut(Wheel::FrontLeft)));
        let words = [Missing, Trusted(50.0), Trusted(50.0), Trusted(50.0)];
        assert_eq!(ask(words, None), Agreement::Partial(50.0, Cause::WheelsMissing));
    }

    #[test]
    fn a_car_on_a_lift_is_never_averaged() {
        let lift = speeds([120.0, 118.0, 0.0, 0.0]);
        assert_eq!(ask(lift, None), Agreement::None(Cause::AxlesDisagree));
        assert_eq!(ask(lift, Some(Driven::All)), Agreement::None(Cause::AxlesDisagree));
        assert_eq!(ask(lift, Some(Driven::Front)), Agreement::Partial(0.0, Cause::UndrivenAxle(Axle::Rear)));
        assert_eq!(
            ask(lift, Some(Driven::Rear)),
            Agreement::Partial(119.0, Cause::UndrivenAxle(Axle::Front))
        );
    }

    #[test]
    fn one_spinning_driven_wheel_discredits_its_axle() {
        let words = speeds([60.0, 2.5, 0.0, 0.0]);
        assert_eq!(ask(words, Some(Driven::Front)), Agreement::Partial(0.0, Cause::UndrivenAxle(Axle::Rear)));
    }

    #[test]
    fn an_axle_that_breaks_physics_is_not_believed_for_being_undriven() {
        // The handbrake has locked the rear wheels of a front-wheel-drive car.
        let words = [Trusted(60.0), Trusted(60.0), Doubted, Doubted];
        assert_eq!(ask(words, Some(Driven::Front)), Agreement::None(Cause::AxlesDisagree));
    }

    #[test]
    fn a_lone_wheel_of_several_is_not_enough() {
        assert_eq!(
            ask([Trusted(50.0), Missing, Missing, Missing], None),
            Agreement::None(Cause::TooFewWheels)
        );
        assert_eq!(ask([Missing; 4], None), Agreement::None(Cause::TooFewWheels));
        assert_eq!(ask([Trusted(9.0), Absent, Absent, Absent], None), Agreement::Full(9.0));
    }

    #[test]
    fn an_axle_alone_is_believed_only_if_it_just_rolls() {
        let front = [Trusted(35.0), Trusted(35.0), Missing, Missing];
        assert_eq!(ask(front, Some(Driven::Front)), Agreement::None(Cause::OneAxleOnly));
        assert_eq!(ask(front, None), Agreement::None(Cause::OneAxleOnly));
        assert_eq!(ask(front, Some(Driven::Rear)), Agreement::Partial(35.0, Cause::WheelsMissing));
        let one_side = [Trusted(35.0), Missing, Trusted(35.0), Missing];
        assert_eq!(ask(one_side, Some(Driven::Front)), Agreement::Partial(35.0, Cause::WheelsMissing));
        let fitted = [Trusted(35.0), Trusted(35.0), Absent, Absent];
        assert_eq!(ask(fitted, Some(Driven::Front)), Agreement::Full(35.0));
    }

    #[test]
    fn two_wheels_of_a_robot_must_agree() {
        assert_eq!(ask([Absent, Absent, Trusted(6.0), Trusted(8.0)], None), Agreement::Full(7.0));
        assert_eq!(
            ask([Absent, Absent, Trusted(6.0), Trusted(80.0)], None),
            Agreement::None(Cause::WheelsDisagree)
        );
    }
}
