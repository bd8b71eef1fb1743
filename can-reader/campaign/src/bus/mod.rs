//! From what a control unit sends to the frames that arrive.

pub mod delivery;
pub mod layout;
pub mod time_base;
