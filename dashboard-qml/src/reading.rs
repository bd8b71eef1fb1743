//! What the worker tells the window.

use interfaces::State;

/// Words of the display's state: those of the contract, then those that only a client can see.
pub(crate) const STATES: [&str; 11] = [
    "ok",
    "degraded",
    "implausible",
    "stale",
    "no-data",
    "can-down",
    STARTING,
    NO_SERVICE,
    NO_ANSWER,
    NO_BUS,
    UNKNOWN,
];

/// Nothing is known yet.
pub(crate) const STARTING: &str = "starting";
/// Nobody owns the bus name.
pub(crate) const NO_SERVICE: &str = "no-service";
/// The owner of the bus name does not answer.
pub(crate) const NO_ANSWER: &str = "no-answer";
/// There is no bus.
pub(crate) const NO_BUS: &str = "no-bus";
/// The service answers with a state or a speed that this display does not know.
pub(crate) const UNKNOWN: &str = "unknown";

/// Faster than any car on a road; a number above it is a fault of the service, km/h. The digits have three places.
pub(crate) const HIGHEST_KMH: f64 = 500.0;

/// One complete picture for the screen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// Present only when it may be shown.
    pub speed_kmh: Option<f64>,
    /// One of [`STATES`].
    pub state: &'static str,
    /// Lines `name<TAB>value` for the debug page; empty while it is closed.
    pub details: String,
}

impl Reading {
    /// No speed, for this reason.
    pub(crate) fn without_speed(state: &'static str) -> Self {
        Self { speed_kmh: None, state, details: String::new() }
    }

    /// What the service says. A state with a speed needs one that a car can have, else there is none.
    pub(crate) fn from_service(state: Option<State>, speed_kmh: f64) -> Self {
        match state {
            Some(state) if state.has_speed() => {
                let possible = (0.0..=HIGHEST_KMH).contains(&speed_kmh);
                if possible {
                    Self { speed_kmh: Some(speed_kmh), state: state.as_str(), details: String::new() }
                } else {
                    Self::without_speed(UNKNOWN)
                }
            }
            Some(state) => Self::without_speed(state.as_str()),
            None => Self::without_speed(UNKNOWN),
        }
    }

    /// Whether a service is there and answers.
    pub(crate) fn service_available(&self) -> bool {
        ![STARTING, NO_SERVICE, NO_ANSWER, NO_BUS].contains(&self.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_good_state_with_a_possible_speed_has_one() {
        for state in State::ALL {
            assert_eq!(Reading::from_service(Some(state), 87.3).speed_kmh.is_some(), state.has_speed());
            for impossible in [f64::NAN, f64::INFINITY, -0.1, HIGHEST_KMH + 0.1, 1e9] {
                assert_eq!(Reading::from_service(Some(state), impossible).speed_kmh, None);
            }
        }
        assert_eq!(Reading::from_service(None, 87.3), Reading::without_speed(UNKNOWN));
    }

    #[test]
    fn every_state_of_the_contract_has_its_word_here() {
        assert!(State::ALL.iter().all(|state| STATES.contains(&state.as_str())));
    }
}
