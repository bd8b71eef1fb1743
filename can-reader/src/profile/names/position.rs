//! Which wheel a name means.

use super::words::{Words, is_any};
use crate::wheels::{Axle, Wheel};

/// A wheel, and the words of the name that do not say which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::profile) struct Position {
    pub wheel: Wheel,
    pub stem: Words,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// English, German, French, Italian, Spanish; these mean nothing else.
const FRONT: &str = "front frnt frt fnt vorne vorn vorder avant ant anteriore delantera delantero del";
const REAR: &str = "rear rer back hinten hinter hint arriere arr post posteriore trasera trasero tras achter";
const LEFT: &str = "left lft lt lh links li gauche sx sinistra izquierda izquierdo izq";
const RIGHT: &str = "right rght rgt rt rh rechts droite dx destra derecha derecho der";

/// These mean it beside one of those, or next to each other.
const MAYBE_FRONT: &str = "f fr v av";
const MAYBE_REAR: &str = "r rr h ar re";
const MAYBE_LEFT: &str = "l g le";
const MAYBE_RIGHT: &str = "r d ri re";

/// Both in one word.
const PAIRS: [(&str, Axle, Side); 4] = [
    ("fl lf vl avg lhf flh fle frontl lfront", Axle::Front, Side::Left),
    ("fr rf vr avd rhf frh fri frontr rfront", Axle::Front, Side::Right),
    ("rl lr hl arg lhr rlh rle rearl lrear", Axle::Rear, Side::Left),
    ("rr hr ard rhr rrh rri rearr rrear", Axle::Rear, Side::Right),
];

/// Which wheel the words of a signal mean; `message`: the words of its message, which may say the half of it.
pub(in crate::profile) fn position(signal: &Words, message: &Words) -> Option<Position> {
    let found = in_words(signal);
    let (wheel, places) = match found {
        Some(found) => found,
        None => {
            // The message says the axle, the signal the side.
            let axle = message.iter().find_map(|word| axle(word).filter(|(_, strong)| *strong))?.0;
            let (at, side) = (0..signal.len()).find_map(|at| Some((at, side(signal.get(at))?.0)))?;
            (wheel(axle, side), vec![at])
        }
    };
    Some(Position { wheel, stem: signal.without(&places) })
}

/// The wheel, and the places of the words that say it. Long words before short ones: `Fr_Left` is the front left one.
fn in_words(words: &Words) -> Option<(Wheel, Vec<usize>)> {
    let mut best: Option<(u8, Wheel, Vec<usize>)> = None;
    let mut offer = |rank: u8, wheel: Wheel, places: Vec<usize>| {
        if best.as_ref().is_none_or(|(known, ..)| rank > *known) {
            best = Some((rank, wheel, places));
        }
    };
    for at in 0..words.len() {
        if let Some((_, axle, side)) = PAIRS.iter().find(|(list, ..)| is_any(words.get(at), list)) {
            offer(1, wheel(*axle, *side), vec![at]);
        }
        for other in (0..words.len()).filter(|other| *other != at) {
            let (Some((axle, strong_axle)), Some((side, strong_side))) =
                (axle(words.get(at)), side(words.get(other)))
            else {
                continue;
            };
            let rank = match (strong_axle, strong_side) {
                (true, true) => 4,
                (true, false) | (false, true) => 3,
                // `FrL`: two letters for the axle and one behind them are not the front right one.
                (false, false) if at + 1 == other && words.get(at).len() > 1 => 2,
                (false, false) if at.abs_diff(other) == 1 => 0,
                (false, false) => continue,
            };
            offer(rank, wheel(axle, side), vec![at, other]);
        }
    }
    best.map(|(_, wheel, places)| (wheel, places))
}

/// The axle, and whether the word means nothing else.
fn axle(word: &str) -> Option<(Axle, bool)> {
    let lists = [
        (FRONT, Axle::Front, true),
        (REAR, Axle::Rear, true),
        (MAYBE_FRONT, Axle::Front, false),
        (MAYBE_REAR, Axle::Rear, false),
    ];
    lists.into_iter().find(|(list, ..)| is_any(word, list)).map(|(_, axle, strong)| (axle, strong))
}

fn side(word: &str) -> Option<(Side, bool)> {
    let lists = [
        (LEFT, Side::Left, true),
        (RIGHT, Side::Right, true),
        (MAYBE_LEFT, Side::Left, false),
        (MAYBE_RIGHT, Side::Right, false),
    ];
    lists.into_iter().find(|(list, ..)| is_any(word, list)).map(|(_, side, strong)| (side, strong))
}

const fn wheel(axle: Axle, side: Side) -> Wheel {
    match (axle, side) {
        (Axle::Front, Side::Left) => Wheel::FrontLeft,
        (Axle::Front, Side::Right) => Wheel::FrontRight,
        (Axle::Rear, Side::Left) => Wheel::RearLeft,
        (Axle::Rear, Side::Right) => Wheel::RearRight,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wheels_in_all_the_ways_that_makers_write_them() {
        use Wheel::{FrontLeft, FrontRight, RearLeft, RearRight};
        let names = [
            (
                FrontLeft,
                "WHEEL_SPEED_FL WhlSpd_FL WHL_SPD_LF wheelSpeedFrontLeft FrontLeftWheelSpeed WheelSpeedLeftFront RadVL \
                 ESP_VL_Radgeschw_02 VitesseRoueAvG FLWheelSpd WHEEL_SPEED_LHF Whl_F_L WhlSpdFrtLt Front_Wheel_Left \
                 Raddrehzahl_vorne_links Wheel_Fr_Left VelRuotaAntSx WHEELSPEEDFL Whl_Lh_Front WhlFl_W_Meas \
                 wheelSpeedFrL",
            ),
            (
                FrontRight,
                "WHEEL_SPEED_FR WhlSpdRF VR_Wheel Radgeschw__VR_4_1 VIT_ROUE_AVD FrontRightWheelSpeed WHEEL_SPEED_RHF \
                 WhlSpd_F_R Wheel_right_front Rad_vorne_rechts_Geschw WhlFr_W_Meas RightFrontWheel wheelSpeedFrR",
            ),
            (
                RearLeft,
                "WHEEL_SPEED_RL WhlSpdLR HL_Radgeschw VitRoueArG RearLeftWheelSpeed WHEEL_SPEED_LHR Whl_R_L \
                 Raddrehzahl_hinten_links RLWheelSpd WhlRl_W_Meas WheelSpeedRearL wheelSpeedReL",
            ),
            (
                RearRight,
                "WHEEL_SPEED_RR WhlSpdRR wheelSpeedReR HR_Radgeschw VitRoueArD REAR_RIGHT_WHEEL_SPEED WHEEL_SPEED_RHR Whl_R_R \
                 RRWheelSpd WhlRr_W_Meas WheelRightRear",
            ),
        ];
        for (wheel, names) in names {
            for name in names.split_whitespace() {
                let found = position(&Words::of(name), &Words::default());
                assert_eq!(found.map(|found| found.wheel), Some(wheel), "{name}");
            }
        }
    }

    #[test]
    fn the_message_may_say_the_axle() {
        let rear = Words::of("WHEEL_SPEEDS_REAR");
        let wheel = |name| position(&Words::of(name), &rear).map(|found| found.wheel);
        assert_eq!((wheel("LEFT"), wheel("SPEED_R")), (Some(Wheel::RearLeft), Some(Wheel::RearRight)));
        assert_eq!((wheel("WHEEL_SPEED_FL"), wheel("SPEED")), (Some(Wheel::FrontLeft), None));
    }

    #[test]
    fn what_is_no_wheel_is_none() {
        for name in ["WHEEL_SPEED", "ENGINE_RPM", "CHECKSUM", "VehicleSpeed", "WHEEL_SPEED_1", "Rear_Wheel"] {
            assert_eq!(position(&Words::of(name), &Words::default()), None, "{name}");
        }
    }

    #[test]
    fn wheels_of_one_kind_have_one_stem() {
        let stem = |name| position(&Words::of(name), &Words::default()).map(|found| found.stem);
        assert_eq!(stem("Radgeschw__VL_4_1"), stem("Radgeschw__HR_4_1"));
        assert_eq!(stem("FrontLeftWheelSpeed"), stem("RearRightWheelSpeed"));
        assert_ne!(stem("WheelSpeedFL"), stem("WheelPulseFL"));
    }
}
