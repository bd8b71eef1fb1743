//! A private bus, the real program on it, and a client that listens.
#![allow(dead_code, unused_imports, reason = "no test file uses all of it")]

pub mod bus;
pub mod classes;
pub mod listener;
pub mod manager;
pub mod service;

pub use test_support::car;

use std::time::Duration;

/// Longer than anything takes on a busy machine; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);
