//! What the names and units of a DBC file say.

mod position;
mod units;
mod words;

pub(super) use position::{Position, position};
pub(super) use units::{SpeedUnit, speed_unit};
pub(super) use words::Words;
