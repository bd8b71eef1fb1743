//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use interfaces::STATE_REASONS;
use serde::Deserialize;

use crate::words::{HIGHEST_KMH, SCENES, STATES, known_reason};

/// Instrument cluster for the speed of org.cardash.Speed1.
///
/// Keys: F full screen, U unit, N night, D debug page, Q quit. Any key ends the start-up sweep.
/// Settings file: $XDG_CONFIG_HOME/cardash/dashboard.toml; the command line wins over it.
#[derive(Clone, Debug, Default, clap::Parser)]
#[command(version, max_term_width = 100)]
pub struct Arguments {
    /// Bus to look for the service on: session, system, or a D-Bus address
    #[arg(long, value_name = "BUS")]
    pub bus: Option<Bus>,
    /// Fill the whole screen, or with =false do not
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub fullscreen: Option<bool>,
    /// Colours: auto goes by a light sensor, else by the car's low beam, else by the clock (night from 19 to 7)
    #[arg(long)]
    pub theme: Option<Theme>,
    /// Unit of the speed
    #[arg(long)]
    pub units: Option<Unit>,
    /// Show made-up values without any bus: drive (the default), a speed in km/h, a state such as stale or
    /// degraded:slip, or a whole car such as car or electric
    #[arg(long, value_name = "WHAT", num_args = 0..=1, default_missing_value = "drive")]
    pub demo: Option<Demo>,
    /// Draw the cluster once, save it as an image, and exit
    #[arg(long, value_name = "FILE")]
    pub screenshot: Option<PathBuf>,
    /// Size of the window in pixels, such as 800x480
    #[arg(long, value_name = "WxH")]
    pub size: Option<PanelSize>,
    /// Leave out the needle's sweep at the start
    #[arg(long)]
    pub no_sweep: bool,
    /// Dim the panel's backlight by night, and switch it off on a dark screen; DIR is /sys/class/backlight
    #[arg(long, value_name = "DIR")]
    pub backlight: Option<PathBuf>,
    /// Read the settings from this file, which must exist
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// For tests: report the screen on standard output and obey commands on standard input
    #[arg(long)]
    pub remote: bool,
}

/// The bus that the service is looked for on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Bus {
    /// The login session's bus.
    #[default]
    Session,
    /// The system bus.
    System,
    /// A bus at this D-Bus address, such as `unix:path=/run/bus`.
    Address(String),
}

impl FromStr for Bus {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "session" => Ok(Self::Session),
            "system" => Ok(Self::System),
            address if address.parse::<zbus::Address>().is_ok() => Ok(Self::Address(address.to_owned())),
            other => {
                Err(format!("{other:?} is not session, system or a D-Bus address like unix:path=/run/bus"))
            }
        }
    }
}

impl TryFrom<String> for Bus {
    type Error = String;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        word.parse()
    }
}

/// Which colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// By a light sensor, else by the car's low beam, else night from 19 to 7 by the local clock.
    #[default]
    Auto,
    /// Dark on light, for sunlight.
    Day,
    /// Light on black.
    Night,
}

impl Theme {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Day => "day",
            Self::Night => "night",
        }
    }
}

/// Unit of the speed shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
pub enum Unit {
    /// Kilometres per hour.
    #[default]
    #[value(name = "km/h", alias = "kmh")]
    #[serde(rename = "km/h", alias = "kmh")]
    KmH,
    /// Miles per hour.
    #[serde(rename = "mph")]
    Mph,
}

impl Unit {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::KmH => "km/h",
            Self::Mph => "mph",
        }
    }
}

/// What `--demo` shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Demo {
    /// A drive in the shape of the NEDC, at 50 values a second.
    Drive,
    /// One speed, km/h.
    Speed(f64),
    /// One state, as a word of the display, and its reason, which may be empty; `degraded` comes with a speed.
    State(&'static str, &'static str),
    /// A whole car in one moment, by its word.
    Scene(&'static str),
}

impl FromStr for Demo {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        if word == "drive" {
            return Ok(Self::Drive);
        }
        if let Some(scene) = SCENES.into_iter().find(|name| *name == word) {
            return Ok(Self::Scene(scene));
        }
        let (name, reason) = word.split_once(':').unwrap_or((word, ""));
        if let Some(state) = STATES.into_iter().find(|state| *state == name) {
            return match known_reason(reason) {
                known if known == reason => Ok(Self::State(state, known)),
                _ => Err(format!("{reason:?} is no reason ({})", STATE_REASONS.join(", "))),
            };
        }
        match word.parse::<f64>() {
            Ok(speed_kmh) if (0.0..=HIGHEST_KMH).contains(&speed_kmh) => Ok(Self::Speed(speed_kmh)),
            _ => Err(format!(
                "{word:?} is not drive, a speed from 0 to {HIGHEST_KMH} km/h, a state ({}), or a car ({})",
                STATES.join(", "),
                SCENES.join(", ")
            )),
        }
    }
}

/// Size of the window in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PanelSize {
    /// Pixels across.
    pub width: i32,
    /// Pixels down.
    pub height: i32,
}

impl FromStr for PanelSize {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let parse = |text: &str| text.parse().ok().filter(|pixels| (100..=8192).contains(pixels));
        word.split_once('x')
            .and_then(|(width, height)| Some(Self { width: parse(width)?, height: parse(height)? }))
            .ok_or_else(|| format!("{word:?} is not a size like 800x480, each side from 100 to 8192"))
    }
}
