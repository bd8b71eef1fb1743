//! The D-Bus object: its interfaces, exactly as the XML of `interfaces` has them.
//!
//! Calls are answered one after the other (`spawn = false`), those of the standard interfaces too: a client
//! that sends calls faster than it reads answers fills its own queue, not our memory. The plain call of getSpeed does not even
//! come here while there is a speed: it is answered where it is read (`interfaces::connection::Quick`).

mod diagnostics;
mod odometer;
mod rate;
mod read_only;
mod signals;
mod speed;
mod standard;

pub use diagnostics::Diagnostics;
pub use odometer::{Odometer, values as odometer_values};
pub use read_only::ReadOnly;
pub use signals::{Signals, variant};
pub use speed::Speed;
pub use standard::{described, install as install_standard};
