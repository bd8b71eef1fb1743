//! What the tests share.
#![allow(dead_code, reason = "not every test program uses all of it")]

pub mod car;
pub mod judge;
