//! What can be wrong with a vehicle profile.

use std::path::PathBuf;

use crate::dbc::DbcError;
use crate::requires::Unmet;

/// Why a vehicle cannot be used. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum VehicleError {
    /// No built-in profile has this name.
    #[error(
        "unknown vehicle {name:?}{}; `can-reader vehicles` lists the {known} that are built in; or give the path of a profile \
         (FILE.toml)", near(.nearest)
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// Up to three built-in names that are like it, the likest first.
        nearest: Vec<&'static str>,
        /// How many are built in.
        known: usize,
    },
    /// A DBC file in place of a profile.
    #[error(
        "{}: is a DBC file, which says where a car's signals are; what is wanted is a vehicle profile, which says which \
         of them are the wheels. `can-reader profile --dbc {0} --write mycar` makes one of it: mycar.toml, to be looked \
         through and given here", .path.display()
    )]
    NotAProfile {
        /// The DBC file.
        path: PathBuf,
    },
    /// The profile cannot be read.
    #[error("{}: {error}; give the path of a vehicle profile, or one of the built-in names", .path.display())]
    Read {
        /// The profile.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The profile is not valid TOML, or has a key or value that is none of a profile's.
    #[error("{file}:{line}: {message}; docs/adding-a-vehicle.md explains every key")]
    Toml {
        /// The profile.
        file: String,
        /// Line of the fault, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// The profile is written for a later version of this program.
    #[error("{file}: {unmet}")]
    Requires {
        /// The profile, and the line of the key.
        file: String,
        /// The version that it needs.
        unmet: Unmet,
    },
    /// The profile contradicts itself or the DBC.
    #[error("{file}: {message}")]
    Profile {
        /// The profile, and the line of the key where it has one: `car.toml:12`.
        file: String,
        /// What is wrong, and what to do.
        message: String,
    },
    /// The DBC cannot be used, or lacks what the profile names.
    #[error("{file}: {error}")]
    Dbc {
        /// The profile, and the line where it names what the DBC lacks.
        file: String,
        /// What is wrong with the DBC.
        error: Box<DbcError>,
    },
}

fn near(nearest: &[&str]) -> String {
    let quoted: Vec<_> = nearest.iter().map(|name| format!("{name:?}")).collect();
    if quoted.is_empty() { String::new() } else { format!(", did you mean {}?", quoted.join(" or ")) }
}
