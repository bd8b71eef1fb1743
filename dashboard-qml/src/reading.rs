//! What the worker tells the window.

use std::sync::Arc;

use interfaces::State;

use crate::car::{Instruments, Lamp};
pub(crate) use crate::words::{HIGHEST_KMH, NO_ANSWER, NO_BUS, NO_SERVICE, STARTING, UNKNOWN, known_reason};

/// UN R39: what is shown is at most this part and this many km/h above the true speed.
const R39_PART: f64 = 0.1;
const R39_KMH: f64 = 4.0;
/// `Speed` and `IndicatedSpeed` are doubles that were multiplied and divided, km/h.
const NOISE_KMH: f64 = 1e-6;

/// One complete picture for the screen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// What is to be shown, km/h; present only when it may be.
    pub speed_kmh: Option<f64>,
    /// One of [`STATES`](crate::words::STATES).
    pub state: &'static str,
    /// One of [`STATE_REASONS`](interfaces::STATE_REASONS); empty when there is none, or one that this display does not know.
    pub reason: &'static str,
    /// Lines `name<TAB>value` for the debug page; empty while it is closed.
    pub details: String,
    /// What the car says beside its speed; `None` while nothing of it is known, whatever was known before.
    pub instruments: Option<Arc<Instruments>>,
    /// Whether the car is parked and its bus asleep: nothing is to be shown at all.
    pub dark: bool,
}

/// What the service says of its speed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    /// `Speed`; `None` when it is no number.
    pub speed_kmh: Option<f64>,
    /// `IndicatedSpeed`; `None` of a service that has none.
    pub indicated_kmh: Option<f64>,
    /// `State`; `None` for a word that is none.
    pub state: Option<State>,
    /// `StateReason`, as in [`Reading::reason`].
    pub reason: &'static str,
}

impl Told {
    /// What is to be shown: `IndicatedSpeed`, or `Speed` of a service that has none. Not one that no car can have, nor
    /// two that contradict each other.
    fn shown_kmh(&self) -> Option<f64> {
        let speed_kmh = self.speed_kmh.filter(|kmh| (0.0..=HIGHEST_KMH).contains(kmh))?;
        let Some(indicated_kmh) = self.indicated_kmh else { return Some(speed_kmh) };
        let highest = speed_kmh * (1.0 + R39_PART) + R39_KMH;
        (speed_kmh - NOISE_KMH..=highest).contains(&indicated_kmh).then_some(indicated_kmh.max(0.0))
    }
}

impl Reading {
    /// No speed, for this reason.
    pub(crate) fn without_speed(state: &'static str) -> Self {
        Self { speed_kmh: None, state, reason: "", details: String::new(), instruments: None, dark: false }
    }

    /// What the service says. A state with a speed needs one that a car can have, else there is none.
    pub(crate) fn from_service(told: &Told) -> Self {
        let Some(state) = told.state else { return Self::without_speed(UNKNOWN) };
        let reading = Self { reason: told.reason, ..Self::without_speed(state.as_str()) };
        if !state.has_speed() {
            return reading;
        }
        match told.shown_kmh() {
            Some(kmh) => Self { speed_kmh: Some(kmh), ..reading },
            None => Self::without_speed(UNKNOWN),
        }
    }

    /// Whether the car's low beam is on; `None` where it does not say.
    pub(crate) fn low_beam(&self) -> Option<bool> {
        let lamps = self.instruments.as_deref().map_or(&[][..], |car| &car.lamps);
        match lamps.iter().find(|(id, _)| *id == "low")?.1 {
            Lamp::On => Some(true),
            Lamp::Off => Some(false),
            Lamp::Unknown => None,
        }
    }

    /// Whether a service is there and answers.
    pub(crate) fn service_available(&self) -> bool {
        ![STARTING, NO_SERVICE, NO_ANSWER, NO_BUS].contains(&self.state)
    }
}

#[cfg(test)]
mod tests {
    use interfaces::STATE_REASONS;

    use super::*;

    fn told(state: Option<State>, speed_kmh: f64) -> Told {
        Told { speed_kmh: Some(speed_kmh), state, ..Told::default() }
    }

    #[test]
    fn only_a_good_state_with_a_possible_speed_has_one() {
        for state in State::ALL {
            let shown = |kmh| Reading::from_service(&told(Some(state), kmh)).speed_kmh;
            assert_eq!(shown(87.3).is_some(), state.has_speed());
            for impossible in [f64::NAN, f64::INFINITY, -0.1, HIGHEST_KMH + 0.1, 1e9] {
                assert_eq!(shown(impossible), None);
            }
        }
        assert_eq!(Reading::from_service(&told(None, 87.3)), Reading::without_speed(UNKNOWN));
        let no_number = Told { speed_kmh: None, ..told(Some(State::Ok), 0.0) };
        assert_eq!(Reading::from_service(&no_number), Reading::without_speed(UNKNOWN));
    }

    #[test]
    fn the_indicated_speed_is_shown_unless_it_contradicts_the_speed() {
        let shown = |indicated_kmh| {
            let told = Told { indicated_kmh: Some(indicated_kmh), ..told(Some(State::Ok), 80.0) };
            Reading::from_service(&told)
        };
        for possible in [80.0, 82.05, 92.0] {
            assert_eq!(shown(possible).speed_kmh, Some(possible));
        }
        for impossible in [f64::NAN, f64::INFINITY, 0.0, 79.9, 92.1, -82.0] {
            assert_eq!(shown(impossible), Reading::without_speed(UNKNOWN), "{impossible}");
        }
        let standing = Told { indicated_kmh: Some(-0.0), ..told(Some(State::Ok), 0.0) };
        assert_eq!(Reading::from_service(&standing).speed_kmh, Some(0.0));
    }

    #[test]
    fn every_state_of_the_contract_has_its_word_here() {
        assert!(State::ALL.iter().all(|state| crate::words::STATES.contains(&state.as_str())));
    }

    #[test]
    fn every_reason_of_the_contract_has_a_sentence() {
        let sentences = include_str!("../qml/instruments/states.js");
        for reason in STATE_REASONS {
            assert!(
                sentences.contains(&format!("    \"{reason}\": qsTr(\"")),
                "states.js has no sentence for {reason}"
            );
        }
        assert_eq!((known_reason("slip"), known_reason("made-up")), ("slip", ""));
    }
}
