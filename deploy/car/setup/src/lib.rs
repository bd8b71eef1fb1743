//! A guided set-up of Cardash: finds the CAN interface, the bit rate and the vehicle, writes the
//! configuration and has the units start.
//!
//! ```text
//! interface ─► bit rate ─► traffic ─► profiles that fit ─► speed.toml ─► units
//! (/sys, ip)   (listen-only)    │     (can-reader)      ▲  (checked by    (systemctl)
//!                               └─► none: a drive ──────┘  speed-service)
//!                                   (unknown)
//! ```
//!
//! It never sends on CAN: it opens sockets to read alone, and while it tries bit rates the controller is in
//! listen-only mode.

mod acknowledge;
mod asking;
mod borrow;
#[cfg(test)]
#[path = "../tests/common/car.rs"]
mod car;
pub mod cli;
pub mod configuration;
mod dash;
mod error;
pub mod fit;
mod guide;
mod hear;
pub mod install;
pub mod interface;
pub mod link;
pub mod odometer;
mod pick;
pub mod place;
pub mod profiles;
pub mod rates;
pub mod read_only;
pub mod recording;
pub mod rolling;
mod start;
#[cfg(test)]
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "../tests/common/stranger.rs"]
mod stranger;
pub mod talk;
pub mod traffic;
pub mod units;
mod unknown;

pub use error::Error;
pub use guide::run;
