//! What the vehicle says beside its speed: engine, gear, lamps and so on, by VSS path, each with a validity of its own.
//!
//! ```text
//! catalogue (paths, types, units) ─► vehicle (which bits) ─► board (value, age, quality) ─► D-Bus
//!                                                              ▲ derived (gear, fuel)
//! ```

mod board;
pub mod catalogue;
pub mod derived;
mod pace;
mod unit;
mod value;

pub use board::{Board, Described, Held, Kind, Why};
pub use unit::{Conversion, conversion};
pub use value::{Type, Value, gear_of};
