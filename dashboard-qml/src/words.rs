//! Words of what the display shows: of the contract, and those that only a client needs. `cardash-manuals` reads this
//! file too: it uses nothing else of the cluster.

use interfaces::STATE_REASONS;

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

/// Made-up cars of `--demo`; `demo/scenes.rs` has what they say.
pub(crate) const SCENES: [&str; 8] = [
    "car",
    "car-lamp-test",
    "car-half-lost",
    "car-bus-lost",
    "car-hot",
    "car-shift",
    "electric",
    "electric-fed-back",
];

/// The word as one of [`STATE_REASONS`], or empty.
pub(crate) fn known_reason(word: &str) -> &'static str {
    STATE_REASONS.into_iter().find(|known| *known == word).unwrap_or_default()
}
