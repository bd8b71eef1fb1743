//! One layer of configuration: a file, or the command line.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use can_reader::source::{Drive, Fault, Rate};
use can_reader::vehicle::LinkSettings;

use crate::cli::Cli;

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A line of a file.
    File {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
    },
    /// The command line.
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it was set.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// A value that nobody set.
    pub fn default(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }
}

/// Where frames come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceChoice {
    /// CAN interfaces, at least one, in the order of the vehicle profile's `[interfaces]`.
    Can(Vec<String>),
    /// A log.
    Replay(PathBuf),
    /// The simulated car.
    Simulate,
}

/// Which message bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bus {
    /// The session's.
    Session,
    /// The system's.
    System,
}

impl FromStr for Bus {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "session" => Ok(Self::Session),
            "system" => Ok(Self::System),
            _ => Err(format!("the bus {word:?} is not known: \"session\" or \"system\"")),
        }
    }
}

impl fmt::Display for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Session => "session",
            Self::System => "system",
        })
    }
}

/// What one file or the command line sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// Name or path of the vehicle profile.
    pub vehicle: Option<Setting<String>>,
    /// Where frames come from.
    pub source: Option<Setting<SourceChoice>>,
    /// How fast a log or the simulator runs.
    pub rate: Option<Setting<Rate>>,
    /// What the simulated car drives.
    pub drive: Option<Setting<Drive>>,
    /// What is wrong with it.
    pub faults: Option<Setting<Vec<Fault>>>,
    /// Whether a log starts again at its end.
    pub repeat: Option<Setting<bool>>,
    /// The bus to serve.
    pub bus: Option<Setting<Bus>>,
    /// Most `PropertiesChanged` a second.
    pub publish_hz: Option<Setting<u32>>,
    /// Whether its owner has agreed that the car is asked (`[obd] ask`).
    pub obd_ask: Option<Setting<bool>>,
    /// How the CAN interface is brought up.
    pub link: Option<Setting<LinkSettings>>,
    /// What the tyres may be off by, which the speed for displays is raised by.
    pub tolerance_percent: Option<Setting<f64>>,
    /// What the wheels say is multiplied by this.
    pub factor: Option<Setting<f64>>,
}

impl Layer {
    /// What the command line sets. (That it names one source at most is clap's to see.)
    #[must_use]
    pub fn from_command_line(cli: &Cli) -> Self {
        fn set<T>(value: T) -> Setting<T> {
            Setting { value, origin: Origin::CommandLine }
        }
        let can = (!cli.can.is_empty()).then(|| SourceChoice::Can(cli.can.clone()));
        let replay = cli.replay.clone().map(SourceChoice::Replay);
        let simulate = cli.simulate.then_some(SourceChoice::Simulate);
        Self {
            vehicle: cli.vehicle.clone().map(set),
            source: can.or(replay).or(simulate).map(set),
            rate: cli.rate.map(set),
            drive: cli.drive.map(set),
            faults: (!cli.fault.is_empty()).then(|| set(cli.fault.clone())),
            repeat: cli.repeat.then_some(set(true)),
            bus: cli.bus.map(set),
            publish_hz: None,
            obd_ask: None,
            link: None,
            tolerance_percent: None,
            factor: None,
        }
    }
}
