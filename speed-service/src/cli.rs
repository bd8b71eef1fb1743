//! The command line.

use std::path::PathBuf;

use can_reader::source::Rate;
use clap::Parser;

use crate::config::Bus;

/// Serves one trusted vehicle speed on D-Bus as org.cardash.Speed1.
///
/// What the command line does not say is read from /etc/cardash/speed.toml and then from
/// $XDG_CONFIG_HOME/cardash/speed.toml (else ~/.config/cardash/speed.toml), the later over the
/// earlier, key by key. The command line beats both. SIGHUP reads them again.
#[derive(Clone, Debug, Default, Parser)]
#[command(name = "speed-service", version)]
pub struct Cli {
    /// Read this configuration file instead of the usual two
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The car: the name of a vehicle profile, or a profile of your own (a .toml file)
    #[arg(long, value_name = "NAME|FILE")]
    pub vehicle: Option<String>,

    /// Read frames from this CAN interface (without any source: can0); again for each further one, in the order of
    /// [interfaces] in the vehicle profile
    #[arg(long, value_name = "IFACE", group = "source")]
    pub can: Vec<String>,

    /// Replay this candump log
    #[arg(long, value_name = "LOG", group = "source")]
    pub replay: Option<PathBuf>,

    /// Drive a simulated car through the NEDC; the vehicle is then "simulator"
    #[arg(long, group = "source")]
    pub simulate: bool,

    /// How fast a log or the simulator runs: 1 (real time), 10, 0.5 ..., or max
    #[arg(long, value_name = "1|10|max", allow_hyphen_values = true)]
    pub rate: Option<Rate>,

    /// Start the log again when it ends
    #[arg(long = "loop")]
    pub repeat: bool,

    /// The bus to serve: session (default) or system
    #[arg(long, value_name = "session|system")]
    pub bus: Option<Bus>,

    /// Take the name over from a service that runs already
    #[arg(long)]
    pub replace: bool,

    /// Print how `ip link set IFACE type can` is to set this CAN interface up, and exit; nothing if the
    /// configuration does not name it
    #[arg(long, value_name = "IFACE", conflicts_with_all = ["source", "check"])]
    pub link_settings: Option<String>,

    /// Check configuration and vehicle, print what would be in force, and exit
    #[arg(long)]
    pub check: bool,
}
