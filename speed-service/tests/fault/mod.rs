//! Faults of the CAN bus, made on a real kernel, and what a D-Bus client sees of them.
#![allow(dead_code, reason = "no test file uses all of it")]

pub mod can;
pub mod capture;
pub mod monitor;
pub mod order;
pub mod process;
pub mod row;
pub mod scene;
pub mod stall;
