//! The configuration: files, command line, and what is in force when they are laid over each other.
//!
//! ```toml
//! requires = "0.2"        # the first version that knows all keys of this file; an older one says so
//! vehicle = "honda"       # a built-in profile, or a file (relative to this file)
//! can = "can0"            # or several: ["can0", "can1"]; or: replay = "drive.log", or: simulate = true
//! rate = 1                # replay and simulator: 1, 10, 0.5 ... or "max"
//! drive = "nedc"          # simulator: what it drives
//! faults = ["Row2.Left=stuck@20s"] # simulator: what is wrong with it
//! loop = false            # replay: start again at the end
//! bus = "session"         # or "system"
//! publish_hz = 50         # 1 to 1000: most PropertiesChanged a second while Speed changes
//!
//! [calibration]
//! factor = 1.0            # 0.8 to 1.25: for other tyres; the true speed divided by Speed without it
//!
//! [indication]
//! tolerance_percent = 2.5 # 0 to 4.5: what the tyres may be off by; IndicatedSpeed is raised by it
//!
//! [link]                  # how cardash-can@.service brings the CAN interface up; each key beats the vehicle profile's
//! bit_rate = 500000       # bit/s
//! data_bit_rate = 2000000 # CAN FD only; 0: classical CAN, whatever the profile says
//! restart_ms = 100        # leave bus-off by itself after so many ms; 0: never
//! listen_only = true      # the controller transmits nothing, not even the acknowledgement of a frame
//!
//! [obd]                   # for vehicle = "obd", and in /etc/cardash/speed.toml alone
//! ask = true              # the owner's consent: cardash-obd asks the car
//! ```

mod error;
mod file;
mod layer;
mod settings;

pub use error::ConfigError;
pub use layer::{Bus, Layer, Origin, Setting, SourceChoice};
pub use settings::Settings;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cli::Cli;

/// The configuration of the machine; the user's is laid over it.
const SYSTEM_FILE: &str = "/etc/cardash/speed.toml";

/// Reads the configuration that the command line asks for.
///
/// # Errors
/// A file that cannot be read or understood, or settings that contradict each other: the sentence
/// names file, line, key and remedy.
pub fn load(cli: &Cli) -> Result<Settings, ConfigError> {
    match &cli.config {
        Some(file) => read(cli, vec![(file.clone(), true)]),
        None => read(cli, usual_files(|name| std::env::var_os(name)).map(|file| (file, false)).collect()),
    }
}

/// Lays the files over each other, and the command line over them; with each, whether it must exist.
fn read(cli: &Cli, candidates: Vec<(PathBuf, bool)>) -> Result<Settings, ConfigError> {
    let mut layers = Vec::new();
    let mut files = Vec::new();
    for (n, (path, required)) in candidates.into_iter().enumerate() {
        if let Some(layer) = file::read(&path, required)? {
            if let Some(ask) = layer.obd_ask.as_ref().filter(|_| n > 0) {
                let what = format!(
                    "[obd] counts in {SYSTEM_FILE} alone, where only root can write it; take it out here"
                );
                return Err(ConfigError::Value { origin: ask.origin.clone(), what });
            }
            layers.push(layer);
            files.push(path);
        }
    }
    layers.push(Layer::from_command_line(cli));
    Settings::resolve(layers, files)
}

/// The system's file and the user's (XDG Base Directory Specification), whether they exist or not.
fn usual_files(variable: impl Fn(&str) -> Option<OsString>) -> impl Iterator<Item = PathBuf> {
    let base = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let base = base.or_else(|| variable("HOME").map(|home| Path::new(&home).join(".config")));
    let user = base.map(|base| base.join("cardash/speed.toml"));
    std::iter::once(PathBuf::from(SYSTEM_FILE)).chain(user)
}

#[cfg(test)]
mod tests;
