//! How far a profile is proven: what was held against what.

use serde::Deserialize;

/// The table `[proof]` of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The kind of proof.
    pub by: ProvenBy,
    /// One sentence for people: which car, what was seen, what is not known.
    pub says: String,
}

/// What a profile was held against, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProvenBy {
    /// A recording of a real car, in which the speed follows what else the car says of it.
    Recording,
    /// A public DBC file: frames that it writes are read as what it wrote. No car was there.
    Dbc,
    /// Public notes only. Never certain: to be held against the dash at two speeds before it is used.
    Notes,
}

impl ProvenBy {
    /// The word in a profile.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Dbc => "dbc",
            Self::Notes => "notes",
        }
    }
}

impl Proof {
    /// What is wrong with it.
    pub(super) fn fault(&self) -> Option<&'static str> {
        self.says.trim().is_empty().then_some(
            "[proof] says nothing: write one sentence, which car or file it was held against and what was seen",
        )
    }
}
