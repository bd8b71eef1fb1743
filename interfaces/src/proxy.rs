//! zbus proxies: the contract as Rust sees it. Member documentation is in the XML.

use std::collections::HashMap;

use zbus::OwnedVariant;
use zbus::proxy;

use crate::{SignalError, SpeedError, State};

/// Client side of `org.cardash.Speed1`.
///
/// Subscribe to the signals before the first [`get_speed`](Speed1Proxy::get_speed), or a change
/// between the two is missed.
#[proxy(
    interface = "org.cardash.Speed1",
    default_service = "org.cardash.Speed1",
    default_path = "/org/cardash/Speed1"
)]
pub trait Speed1 {
    /// Vehicle speed, km/h, rounded to the nearest integer; an error when there is none.
    #[zbus(name = "getSpeed")]
    fn get_speed(&self) -> Result<i32, SpeedError>;

    /// The value that `getSpeed` now returns, km/h.
    #[zbus(signal, name = "SpeedChanged")]
    fn integer_speed_changed(&self, speed: i32) -> zbus::Result<()>;

    /// Speed has stopped being trustworthy; the state that follows.
    #[zbus(signal)]
    fn speed_lost(&self, state: String) -> zbus::Result<()>;

    /// Vehicle speed after calibration, km/h, unrounded; NaN when there is none.
    #[zbus(property)]
    fn speed(&self) -> zbus::Result<f64>;

    /// Half-width, km/h: the true speed is no further away than this; NaN when there is no speed.
    #[zbus(property)]
    fn uncertainty(&self) -> zbus::Result<f64>;

    /// How many independent readings stand behind the speed; 0 when there is none.
    #[zbus(property)]
    fn witnesses(&self) -> zbus::Result<u32>;

    /// What a display should show, km/h, unrounded; NaN when there is no speed.
    #[zbus(property)]
    fn indicated_speed(&self) -> zbus::Result<f64>;

    /// How far the speed can be trusted. An error for a word that this library does not know.
    #[zbus(property)]
    fn state(&self) -> zbus::Result<State>;

    /// Why the state is not `ok`: a word of [`STATE_REASONS`](crate::STATE_REASONS), or one that this library does not
    /// know; empty in `ok`.
    #[zbus(property)]
    fn state_reason(&self) -> zbus::Result<String>;

    /// Last accepted speed of each wheel, before calibration, km/h (doubles), by VSS position.
    #[zbus(property(emits_changed_signal = "false"))]
    fn wheel_speeds(&self) -> zbus::Result<HashMap<String, OwnedVariant>>;

    /// `CLOCK_REALTIME` microseconds of the CAN frame behind the speed.
    #[zbus(property(emits_changed_signal = "false"))]
    fn timestamp(&self) -> zbus::Result<u64>;

    /// Where the frames come from.
    #[zbus(property)]
    fn source(&self) -> zbus::Result<String>;
}

/// Client side of `org.cardash.Diagnostics1`.
#[proxy(
    interface = "org.cardash.Diagnostics1",
    default_service = "org.cardash.Speed1",
    default_path = "/org/cardash/Speed1"
)]
pub trait Diagnostics1 {
    /// Data and remote frames that reached the service.
    #[zbus(property(emits_changed_signal = "false"))]
    fn frames_received(&self) -> zbus::Result<u64>;

    /// Frames accepted and used.
    #[zbus(property(emits_changed_signal = "false"))]
    fn frames_decoded(&self) -> zbus::Result<u64>;

    /// Wanted frames that failed an integrity check.
    #[zbus(property(emits_changed_signal = "false"))]
    fn frames_rejected(&self) -> zbus::Result<u64>;

    /// Frames of other ids, remote frames, and pages of a multiplexed message that hold no speed.
    #[zbus(property(emits_changed_signal = "false"))]
    fn frames_ignored(&self) -> zbus::Result<u64>;

    /// What was rejected and why (`u64` each).
    #[zbus(property(emits_changed_signal = "false"))]
    fn rejections(&self) -> zbus::Result<HashMap<String, OwnedVariant>>;

    /// Frames that the kernel dropped.
    #[zbus(property(emits_changed_signal = "false"))]
    fn frames_dropped(&self) -> zbus::Result<u64>;

    /// SocketCAN error frames.
    #[zbus(property(emits_changed_signal = "false"))]
    fn error_frames(&self) -> zbus::Result<u64>;

    /// Damaged lines of a replayed log.
    #[zbus(property(emits_changed_signal = "false"))]
    fn log_lines_damaged(&self) -> zbus::Result<u64>;

    /// How often the CAN interface came back.
    #[zbus(property(emits_changed_signal = "false"))]
    fn reconnects(&self) -> zbus::Result<u64>;

    /// The last thing that went wrong; empty when nothing has since the start or the last reload that succeeded.
    #[zbus(property(emits_changed_signal = "false"))]
    fn last_error(&self) -> zbus::Result<String>;

    /// Whole seconds since the service started.
    #[zbus(property(emits_changed_signal = "false"))]
    fn uptime(&self) -> zbus::Result<u64>;

    /// The configuration in force.
    #[zbus(property(emits_changed_signal = "false"))]
    fn configuration(&self) -> zbus::Result<HashMap<String, OwnedVariant>>;
}

/// Client side of `org.cardash.Signals1`. Subscribe to [`Changed`] before the first [`signals`](Signals1Proxy::signals), or a change between the
/// two is missed.
#[proxy(
    interface = "org.cardash.Signals1",
    default_service = "org.cardash.Speed1",
    default_path = "/org/cardash/Speed1"
)]
pub trait Signals1 {
    /// The value of the signal with this VSS path, in the unit of the specification; an error when there is none.
    #[zbus(name = "Get")]
    fn value(&self, path: &str) -> Result<OwnedVariant, SignalError>;

    /// What is known of a signal: type, unit, source, age and so on.
    fn describe(&self, path: &str) -> Result<HashMap<String, OwnedVariant>, SignalError>;

    /// The paths of the vehicle's profile, whether they have a value or not.
    #[zbus(property)]
    fn available(&self) -> zbus::Result<Vec<String>>;

    /// Path to value of all signals that have one.
    #[zbus(property(emits_changed_signal = "false"))]
    fn signals(&self) -> zbus::Result<HashMap<String, OwnedVariant>>;

    /// Path to value of those that changed, and the paths of those that have no value any more.
    #[zbus(signal)]
    fn changed(&self, values: HashMap<String, OwnedVariant>, lost: Vec<String>) -> zbus::Result<()>;
}

/// Client side of `org.cardash.Odometer1`.
#[proxy(
    interface = "org.cardash.Odometer1",
    default_service = "org.cardash.Speed1",
    default_path = "/org/cardash/Speed1"
)]
pub trait Odometer1 {
    /// Begins trip `"A"` or `"B"` anew.
    fn reset_trip(&self, trip: &str) -> zbus::Result<()>;

    /// Sets the odometer, m, to no less than it has.
    fn set_odometer(&self, metres: u64) -> zbus::Result<()>;

    /// Sets the odometer, m, also to less.
    fn correct_odometer(&self, metres: u64) -> zbus::Result<()>;

    /// Where it is kept, what of it, and each change by hand.
    fn describe(&self) -> zbus::Result<HashMap<String, OwnedVariant>>;

    /// The odometer, m.
    #[zbus(property)]
    fn total(&self) -> zbus::Result<u64>;

    /// Trip A, m.
    #[zbus(property)]
    fn trip_a(&self) -> zbus::Result<u64>;

    /// Trip B, m.
    #[zbus(property)]
    fn trip_b(&self) -> zbus::Result<u64>;

    /// Whether the car has gone at least so far, and perhaps further.
    #[zbus(property)]
    fn at_least(&self) -> zbus::Result<bool>;

    /// Time of which nothing is known, s.
    #[zbus(property)]
    fn unknown(&self) -> zbus::Result<u64>;

    /// The same since trip A began, s.
    #[zbus(property)]
    fn trip_a_unknown(&self) -> zbus::Result<u64>;

    /// The same since trip B began, s.
    #[zbus(property)]
    fn trip_b_unknown(&self) -> zbus::Result<u64>;

    /// Whether it outlives a power cut.
    #[zbus(property)]
    fn kept(&self) -> zbus::Result<bool>;

    /// Why not; empty when it does.
    #[zbus(property)]
    fn reason(&self) -> zbus::Result<String>;
}
