//! The link behind an interface: what `ip` of iproute2 shows of it, and what it can be told.

use std::process::Command;

use serde::Deserialize;

use crate::error::Error;
use crate::rates::Rate;

/// The state of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Frames can pass.
    pub up: bool,
    /// It has a controller, and so a bit rate (not a virtual interface).
    pub has_controller: bool,
    /// Its bit rate, if it has been given one.
    pub rate: Option<Rate>,
    /// Modes that are on, in `ip`'s words: `LISTEN-ONLY`, `FD`.
    pub modes: Vec<String>,
    /// Modes that the driver offers; `None` where the kernel is too old to tell (before 5.17).
    pub offered: Option<Vec<String>>,
    /// The controller's state, such as `ERROR-ACTIVE`.
    pub state: Option<String>,
}

/// The controller sends nothing at all.
const LISTEN_ONLY: &str = "LISTEN-ONLY";
/// A frame that nobody acknowledges is not repeated.
const ONE_SHOT: &str = "ONE-SHOT";
/// It takes CAN FD frames.
const FD: &str = "FD";
/// It tells of every error that it sees.
const BUS_ERRORS: &str = "BERR-REPORTING";

impl Link {
    /// Asks `ip` for the state of an interface.
    ///
    /// # Errors
    /// `ip` fails, or says what cannot be understood.
    pub fn of(name: &str) -> Result<Self, Error> {
        let arguments = ["-details", "-json", "link", "show", "dev", name];
        Self::parse(&ip(&arguments)?)
            .map_err(|error| Error::Ip { command: typed(&arguments), words: error.to_string() })
    }

    fn parse(json: &str) -> serde_json::Result<Self> {
        let [shown]: [Shown; 1] = serde_json::from_str(json)?;
        let data = shown.linkinfo.info_data;
        let chosen = |timing: Option<Timing>, of_list: Option<u32>| {
            timing.map(|timing| timing.bitrate).or(of_list).filter(|rate| *rate > 0)
        };
        let fd_is_on = data.ctrlmode.iter().any(|mode| mode == FD);
        let bit_rate = chosen(data.bittiming, data.bittiming_bitrate);
        let data_bit_rate = chosen(data.data_bittiming, data.data_bittiming_bitrate).filter(|_| fd_is_on);
        Ok(Self {
            up: shown.flags.iter().any(|flag| flag == "UP"),
            has_controller: shown.linkinfo.info_kind == "can",
            rate: bit_rate.map(|bit_rate| Rate { bit_rate, data_bit_rate }),
            modes: data.ctrlmode,
            offered: data.ctrlmode_supported,
            state: data.state,
        })
    }

    /// Whether a mode is on.
    #[must_use]
    pub fn is_listen_only(&self) -> bool {
        self.modes.iter().any(|mode| mode == LISTEN_ONLY)
    }

    /// Whether its controller answers the frames of others now.
    #[must_use]
    pub fn acknowledges(&self) -> bool {
        self.up && self.has_controller && !self.is_listen_only()
    }

    /// Whether the driver offers CAN FD; `false` where it is not known.
    #[must_use]
    pub fn offers_fd(&self) -> bool {
        self.offers(FD).unwrap_or(false)
    }

    /// Whether the driver offers listen-only mode; `None`: the kernel does not tell.
    #[must_use]
    pub fn offers_listen_only(&self) -> Option<bool> {
        self.offers(LISTEN_ONLY)
    }

    /// Whether the driver offers one-shot mode; `None`: the kernel does not tell.
    #[must_use]
    pub fn offers_one_shot(&self) -> Option<bool> {
        self.offers(ONE_SHOT)
    }

    fn offers(&self, mode: &str) -> Option<bool> {
        Some(self.offered.as_ref()?.iter().any(|offered| offered == mode))
    }

    /// For people: up or down, at which bit rate, in which mode.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut words = if self.up { "up".to_owned() } else { "down".to_owned() };
        if let Some(rate) = self.rate {
            words += &format!(", {rate}");
        } else if self.has_controller {
            words += ", no bit rate set";
        }
        if self.up && self.has_controller {
            words += if self.is_listen_only() { ", listen-only" } else { ", acknowledges frames" };
        }
        if let Some(state @ ("BUS-OFF" | "ERROR-PASSIVE" | "ERROR-WARNING")) = self.state.as_deref() {
            words += &format!(", {state}");
        }
        words
    }

    /// What `ip` must be told, while the interface is down, for a bit rate with or without listen-only.
    #[must_use]
    pub fn arguments(&self, name: &str, rate: Rate, listen_only: bool) -> Vec<String> {
        let mut words: Vec<String> =
            ["link", "set", name, "type", "can", "bitrate"].map(str::to_owned).to_vec();
        words.push(rate.bit_rate.to_string());
        if let Some(data_bit_rate) = rate.data_bit_rate {
            words.extend(["dbitrate".to_owned(), data_bit_rate.to_string()]);
        }
        let mut mode = |word: &str, on: bool| {
            words.extend([word.to_owned(), if on { "on" } else { "off" }.to_owned()]);
        };
        if self.offers_fd() {
            mode("fd", rate.data_bit_rate.is_some());
        }
        if self.offers(BUS_ERRORS) == Some(true) {
            mode("berr-reporting", true);
        }
        mode("listen-only", listen_only);
        words
    }

    /// What brings it back into this state.
    #[must_use]
    pub fn restoring(&self, name: &str) -> Vec<Vec<String>> {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let on_off = |mode: &str| if self.modes.iter().any(|on| on == mode) { "on" } else { "off" };
        let mut settings = format!("link set {name} type can");
        if let Some(rate) = self.rate {
            settings += &format!(" bitrate {}", rate.bit_rate);
            if let Some(data_bit_rate) = rate.data_bit_rate {
                settings += &format!(" dbitrate {data_bit_rate}");
            }
        }
        if self.offers_fd() {
            settings += &format!(" fd {}", on_off(FD));
        }
        if self.offers(BUS_ERRORS) == Some(true) {
            settings += &format!(" berr-reporting {}", on_off(BUS_ERRORS));
        }
        settings += &format!(" listen-only {}", on_off(LISTEN_ONLY));
        let mut commands = vec![words(&format!("link set {name} down")), words(&settings)];
        if self.up {
            commands.push(words(&format!("link set {name} up")));
        }
        commands
    }
}

/// Runs `ip` with these arguments; gives what it printed.
///
/// # Errors
/// It is not there, or it fails.
pub fn ip<S: AsRef<str>>(arguments: &[S]) -> Result<String, Error> {
    let failed = |words: String| Error::Ip { command: typed(arguments), words };
    let output = Command::new("ip")
        .args(arguments.iter().map(AsRef::as_ref))
        // Debian keeps it where an ordinary user's PATH does not lead.
        .env("PATH", format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default()))
        .env("LC_ALL", "C")
        .output()
        .map_err(|error| failed(format!("{error}; is the package iproute2 installed?")))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(failed(words.lines().collect::<Vec<_>>().join(" ")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as a person would type it.
#[must_use]
pub fn typed<S: AsRef<str>>(arguments: &[S]) -> String {
    arguments.iter().fold("ip".to_owned(), |line, word| line + " " + word.as_ref())
}

#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    linkinfo: LinkInfo,
}

#[derive(Default, Deserialize)]
struct LinkInfo {
    #[serde(default)]
    info_kind: String,
    #[serde(default)]
    info_data: InfoData,
}

#[derive(Default, Deserialize)]
struct InfoData {
    #[serde(default)]
    ctrlmode: Vec<String>,
    ctrlmode_supported: Option<Vec<String>>,
    state: Option<String>,
    bittiming: Option<Timing>,
    data_bittiming: Option<Timing>,
    /// Instead, where the controller has a list of bit rates; 0: none chosen yet.
    bittiming_bitrate: Option<u32>,
    data_bittiming_bitrate: Option<u32>,
}

#[derive(Deserialize)]
struct Timing {
    bitrate: u32,
}

#[cfg(test)]
mod tests;
