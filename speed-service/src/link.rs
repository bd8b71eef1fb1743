//! `--link-settings`: how a CAN interface is to be brought up, for `cardash-can@.service`.

use crate::cli::Cli;
use crate::config::{self, SourceChoice};
use crate::{Error, setup};

/// Why there is no answer. Each sentence has the remedy.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// A wrong bit rate could disturb the bus, or leave it silent: it is not guessed.
    #[error(
        "no bit rate for {interface}: neither {files} nor the profile of {vehicle} has one. Say in {file}:\n\
         [link]\nbit_rate = 500000    # or that of your bus, bit/s"
    )]
    NoBitRate {
        /// The interface.
        interface: String,
        /// The configuration files read.
        files: String,
        /// The vehicle in force.
        vehicle: String,
        /// The file to put it in.
        file: String,
    },
}

/// The words that follow `ip link set INTERFACE type can`; `None` when the configuration in force reads from
/// something else, and the interface is not ours to touch.
///
/// # Errors
/// As [`check`](crate::check), and when nobody has said the bit rate.
pub fn link_settings(cli: &Cli, interface: &str) -> Result<Option<String>, Error> {
    let settings = config::load(cli)?;
    let SourceChoice::Can(names) = &settings.source.value else { return Ok(None) };
    if !names.iter().any(|name| name == interface) {
        return Ok(None);
    }
    let vehicle = setup::vehicle(&settings)?;
    let mut link = settings.link.value.or(vehicle.link());
    if settings.asks() {
        // What the owner's file says of listening only stands. A controller that asks leaves bus-off by hand alone.
        link.listen_only = link.listen_only.or(Some(false));
        link.restart_ms = link.restart_ms.or(Some(0));
    }
    let arguments = link.arguments().map(|arguments| {
        // A request that nobody acknowledges must not be sent again and again.
        if settings.asks() { format!("{arguments} one-shot on") } else { arguments }
    });
    let Some(arguments) = arguments else {
        let file = settings.files.last().map(|file| file.display().to_string());
        return Err(Error::Link(LinkError::NoBitRate {
            interface: interface.to_owned(),
            files: if settings.files.is_empty() { "a file".to_owned() } else { settings.files_listed() },
            vehicle: vehicle.name().to_owned(),
            file: file.unwrap_or_else(|| "/etc/cardash/speed.toml".to_owned()),
        }));
    };
    Ok(Some(arguments))
}
