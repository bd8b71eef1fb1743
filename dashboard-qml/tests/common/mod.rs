//! The real programs on a bus of the test's own, and the cluster's screen read back.
#![allow(clippy::unwrap_used, dead_code, missing_docs, unreachable_pub, unused_imports)]

mod car;
mod cluster;
mod display;
mod hanging;
mod liar;
mod names;
mod picture;
mod sensor;
mod watch;

pub use car::Service;
pub use cluster::{Cluster, Screen, command};
pub use display::{Display, SCREEN};
pub use hanging::Hanging;
pub use liar::Liar;
pub use names::name_times;
pub use picture::{Picture, beyond_edges, difference};
pub use sensor::LightSensor;
pub use test_support::bus::Bus;
pub use watch::{FrameBuffer, signal_watched, watch, watched_process};

use std::time::Duration;

/// How long a test waits for what must come; on a good day it is there in milliseconds.
pub const PATIENCE: Duration = Duration::from_secs(60);
