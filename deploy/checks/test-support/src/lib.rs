//! What the tests of several crates share. It knows none of those crates, so that all of them may use it, and
//! nothing but tests may: it stands under `[dev-dependencies]` only.
//!
//! Everything here panics where a test would fail anyway.

pub mod adapter;
pub mod bus;
pub mod car;
pub mod traced;

use std::time::Duration;

/// Longer than anything takes, on a busy or an emulated machine too.
const PATIENCE: Duration = Duration::from_secs(60);
