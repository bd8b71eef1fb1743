//! Making vehicle profiles: one writer and one checker for every program that proposes one.
//!
//! ```text
//! DBC ─► propose (names, units) ─┐
//!                                ├─► Draft (lines, reasons, alternatives) ─► text ─► check: Vehicle::of_texts ─► save
//! drive ─► what it says of it  ──┘
//! ```
//!
//! Without a DBC, what [`discover`](crate::discover::discover) found gets names first:
//!
//! ```text
//! Report ─► of_report: a DBC of its own ─► propose
//! ```

mod draft;
mod drive;
mod found;
mod names;
mod propose;
mod save;

pub use draft::{Draft, Flag, Speed, Why};
pub use drive::Drive;
pub use found::{FoundError, of_report};
pub use propose::{Proposal, ProposeError, Request, propose};
pub use save::{SaveError, Saved, save};
