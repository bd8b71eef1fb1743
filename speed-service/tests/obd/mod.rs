//! An emulated car on a virtual interface, and `cardash-obd` under the eye of strace.
#![allow(dead_code, unused_imports)]

mod asker;
#[path = "../../../can-reader/obd/tests/common/car.rs"]
pub mod car;
mod on_bus;

pub use asker::{Asker, CONSENT, log_of, records};
pub use on_bus::{OnBus, frame_of};
