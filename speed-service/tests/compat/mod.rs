//! What the compatibility tests have in common: buses as they are installed, other people's clients,
//! and the table of both.
#![allow(dead_code, reason = "no test file uses all of it")]

pub mod answers;
pub mod attack;
pub mod bus;
pub mod examples;
pub mod journal;
pub mod matrix;
pub mod measure;
pub mod raw;
pub mod system;
pub mod watcher;
