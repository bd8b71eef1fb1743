//! Which numbers in a log of an unknown car are its wheel speeds, or its vehicle speed.
//!
//! ```text
//! Traffic ─► smooth numbers ─► groups of like ones, made whole ─► weighed ─► what follows them ─► scale, axles, sides ─► Report
//! ```
//!
//! Nothing is known of ids or layouts: a group of wheels is found by what it is, two to four numbers of one format that move together
//! as a heavy thing does, part a little in bends, rest at their least value, and are proportional to a number somewhere else.

mod axles;
mod candidate;
mod driven;
mod evidence;
mod follow;
mod grid;
mod group;
mod grow;
mod kept;
mod obd;
mod pages;
mod place;
mod reference;
mod report;
#[cfg(test)]
mod sample;
mod scale;
mod search;
mod single;
mod smooth;
mod stats;
mod steady;
#[cfg(test)]
mod tests;
mod traffic;
mod traits;
mod weigh;

pub(crate) use obd::obd_speed;
pub use reference::{Bend, Reading, References, ScaleSource};
pub use report::{AxleFrom, Candidate, Kind, Mux, Report, Scale, Signal};
pub use traffic::Traffic;

use self::grid::Grid;

/// Searches a log.
#[must_use]
pub fn discover(traffic: &Traffic, references: &References) -> Report {
    let views = traffic.views();
    let grid = Grid::new(traffic.seconds());
    let obd = obd::answers(traffic);
    let found = search::search(&views, &grid);
    let making = candidate::Making { views: &views, grid: &grid, references, obd: obd.as_ref() };
    report::report(traffic, making.candidates(found))
}
