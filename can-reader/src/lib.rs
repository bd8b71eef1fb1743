//! From CAN frames to one trusted vehicle speed.
//!
//! ```text
//! FrameSource ─► decoder (DBC) ─► readings ─► estimator ─► Estimate
//! ```
//!
//! Each arrow points one way. This crate knows nothing of D-Bus.

pub mod calibrate;
pub mod cli;
mod counters;
pub mod dbc;
pub mod discover;
pub mod distance;
pub mod estimator;
pub mod files;
mod filter;
pub mod frame;
pub mod integrity;
pub mod log;
mod pipeline;
pub mod profile;
mod reading;
pub mod requires;
pub mod signals;
pub mod source;
pub mod vehicle;
mod wheels;

pub use counters::Counters;
pub use distance::{Distance, Travelled};
pub use estimator::{Estimate, Reason, State};
pub use filter::IdFilter;
pub use frame::{Frame, FrameId, FrameKind, Payload, SourceTime, Stamp};
pub use pipeline::{Pipeline, Verdict};
pub use reading::{Quality, Reading, Unit};
pub use source::{Event, FrameSource};
pub use vehicle::{Vehicle, VehicleError};
pub use wheels::{Axle, Wheel, WheelSpeeds};
