//! The D-Bus contract of Cardash.
//!
//! The contract itself is the hand-written XML beside this crate ([`SPEED_XML`],
//! [`DIAGNOSTICS_XML`]); this library gives Rust programs its names, its [`State`], its errors and
//! zbus proxies. Tests hold the proxies and the running service against the XML.

pub mod connection;
mod error;
mod proxy;
mod reason;
mod state;

pub use error::SpeedError;
pub use proxy::{Diagnostics1Proxy, Speed1Proxy, SpeedChanged, SpeedLost};
pub use reason::STATE_REASONS;
pub use state::{State, UnknownState};

/// Well-known bus name that the service owns.
pub const BUS_NAME: &str = "org.cardash.Speed1";

/// Path of the one object, which carries both interfaces.
pub const OBJECT_PATH: &str = "/org/cardash/Speed1";

/// Name of the interface with the speed.
pub const SPEED_INTERFACE: &str = "org.cardash.Speed1";

/// Name of the interface with the counters.
pub const DIAGNOSTICS_INTERFACE: &str = "org.cardash.Diagnostics1";

/// The contract of [`SPEED_INTERFACE`] as introspection XML.
pub const SPEED_XML: &str = include_str!("../org.cardash.Speed1.xml");

/// The contract of [`DIAGNOSTICS_INTERFACE`] as introspection XML.
pub const DIAGNOSTICS_XML: &str = include_str!("../org.cardash.Diagnostics1.xml");
