//! From CAN frames to one trusted vehicle speed.
//!
//! ```text
//! FrameSource ─► decoder (DBC) ─► wheel speeds ─► estimator ─► Estimate
//! ```
//!
//! Each arrow points one way. This crate knows nothing of D-Bus.

pub mod dbc;
pub mod frame;
pub mod source;

pub use frame::{Frame, FrameId, FrameKind, Payload, SourceTime, Stamp};
pub use source::{Event, FrameSource};
