//! A description that may hold.

use super::evidence::Evidence;
use super::place::Place;

/// What a profile would say.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub place: Place,
    /// `kind = ...` and what it needs; the signal only where it is not `CHECKSUM`.
    pub words: String,
    /// Signals that the words name, beside the checksum's and the counter's.
    pub signals: Vec<(String, Place)>,
    /// The counter that it goes by.
    pub counter: Option<Place>,
    pub evidence: Evidence,
    /// A maker's or a standard's, with no number that was chosen so that it fits.
    pub is_known: bool,
}
