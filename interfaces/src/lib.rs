//! The D-Bus contract of Cardash.
//!
//! The contract itself is the hand-written XML beside this crate ([`SPEED_XML`],
//! [`DIAGNOSTICS_XML`], [`SIGNALS_XML`], [`ODOMETER_XML`]); this library gives Rust programs its names, its [`State`], its errors and
//! zbus proxies. Tests hold the proxies and the running service against the XML.

pub mod connection;
mod error;
mod proxy;
mod reason;
mod state;

pub use error::{SignalError, SpeedError};
pub use proxy::{
    Changed, Diagnostics1Proxy, Odometer1Proxy, Signals1Proxy, Speed1Proxy, SpeedChanged, SpeedLost,
};
pub use reason::STATE_REASONS;
pub use state::{State, UnknownState};

/// Well-known bus name that the service owns.
pub const BUS_NAME: &str = "org.cardash.Speed1";

/// Path of the one object, which carries all interfaces.
pub const OBJECT_PATH: &str = "/org/cardash/Speed1";

/// Name of the interface with the speed.
pub const SPEED_INTERFACE: &str = "org.cardash.Speed1";

/// Name of the interface with the counters.
pub const DIAGNOSTICS_INTERFACE: &str = "org.cardash.Diagnostics1";

/// Name of the interface with what the car says beside its speed.
pub const SIGNALS_INTERFACE: &str = "org.cardash.Signals1";

/// Name of the interface with the distances.
pub const ODOMETER_INTERFACE: &str = "org.cardash.Odometer1";

/// The contract of [`SPEED_INTERFACE`] as introspection XML.
pub const SPEED_XML: &str = include_str!("../org.cardash.Speed1.xml");

/// The contract of [`DIAGNOSTICS_INTERFACE`] as introspection XML.
pub const DIAGNOSTICS_XML: &str = include_str!("../org.cardash.Diagnostics1.xml");

/// The contract of [`SIGNALS_INTERFACE`] as introspection XML.
pub const SIGNALS_XML: &str = include_str!("../org.cardash.Signals1.xml");

/// The contract of [`ODOMETER_INTERFACE`] as introspection XML.
pub const ODOMETER_XML: &str = include_str!("../org.cardash.Odometer1.xml");
