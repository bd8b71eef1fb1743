//! What can be wrong with a configuration.

use std::path::PathBuf;

use super::Origin;

/// A configuration that cannot be in force. Each sentence names the place and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that `--config` names does not exist.
    #[error("{}: no such file; --config names the one configuration file to read", .0.display())]
    Missing(PathBuf),
    /// A file that exists and cannot be read.
    #[error("{}: cannot be read: {source}; correct the file or its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line of a file that is not understood.
    #[error("{}:{line}: {what}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// The fault and the remedy.
        what: String,
    },
    /// A value that is not one of those allowed.
    #[error("{origin}: {what}")]
    Value {
        /// Where it was set.
        origin: Origin,
        /// The fault and the remedy.
        what: String,
    },
    /// No vehicle was named.
    #[error(
        "no vehicle: say which car this is with --vehicle NAME, or with `vehicle = \"NAME\"` in {file}.\n\
         `can-reader vehicles` lists the {vehicles} that are built in, `cardash-setup` finds out which one yours is; or give the path of a \
         profile of your own (docs/adding-a-vehicle.md). \
         --simulate needs none."
    )]
    NoVehicle {
        /// The file to put it in.
        file: String,
        /// How many vehicles are built in.
        vehicles: usize,
    },
}
