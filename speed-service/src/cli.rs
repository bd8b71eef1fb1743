//! The command line.

use std::path::PathBuf;

use can_reader::source::{Drive, Fault, Rate};
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

    /// Replay this log, of any kind (candump, ASC, BLF, MF4, TRC, CSV; also .gz and .zst)
    #[arg(long, value_name = "LOG", group = "source")]
    pub replay: Option<PathBuf>,

    /// Drive a simulated car; the vehicle is then "simulator"
    #[arg(long, group = "source")]
    pub simulate: bool,

    /// What the simulated car drives, again and again
    ///
    /// nedc: the New European Driving Cycle, 20 minutes to 120 km/h (without this option)
    /// tour: a minute to 120 km/h, in which a sensor dies and the bus is unplugged
    /// town: corners, a roundabout, a traffic light, a turn at full lock
    /// parking: into a gap and out, from lock to lock, also in reverse
    /// motorway: 130 km/h, changes of lane, a jam
    /// abs: emergency stops with ABS
    /// skid: brakes without ABS, the wheels lock
    /// wheelspin: a start with spinning wheels
    /// creep: stop and go, so slow that sensors see nothing of it
    #[arg(long, value_name = "NAME", verbatim_doc_comment)]
    pub drive: Option<Drive>,

    /// Put a fault into the simulated car, PLACE=KIND:AMOUNT@FROM..UNTIL; again for each
    ///
    /// Such as Row2.Left=stuck@20s, Row1.Right=scale:0.9, link=down@30s..35s. FROM and UNTIL
    /// are times since the start (20s, 1500ms); without them the fault is always there.
    ///
    /// PLACE is Row1.Left, Row1.Right, Row2.Left or Row2.Right (row 1 is the front, left is
    /// the driver's) with one of these:
    ///   stuck          keeps its last value
    ///   zero           reads 0
    ///   scale:FACTOR   reads so many times as much (0.9)
    ///   offset:KMH     reads so much more (5)
    ///   noise:KMH      is off by up to so much, each time by another amount (5)
    ///   drop:PART      reads 0 for moments, in this part of the time (0.3)
    ///   spikes:KMH     reads so much more in single frames (50)
    ///   not-available  sends the code for "not available"
    ///
    /// PLACE is link, for all that the car sends, with one of these:
    ///   down           the CAN adapter is unplugged
    ///   silent         nothing arrives
    ///   drop:PART      this part of the frames is lost (0.3)
    #[arg(long, value_name = "FAULT", verbatim_doc_comment)]
    pub fault: Vec<Fault>,

    /// How fast a log or the simulator runs: 1 (real time), 10, 0.5 ..., or max
    #[arg(long, value_name = "1|10|max", allow_hyphen_values = true)]
    pub rate: Option<Rate>,

    /// Start the log again when it ends
    #[arg(long = "loop")]
    pub repeat: bool,

    /// The bus to serve: session (default) or system
    #[arg(long, value_name = "session|system")]
    pub bus: Option<Bus>,

    /// Keep the odometer in this file. Without it that is /var/lib/cardash/odometer where systemd starts the service on the
    /// system bus, and nowhere else. Only what CAN interfaces say is kept; named here, also what virtual ones say
    #[arg(long, value_name = "FILE", conflicts_with_all = ["replay", "simulate"])]
    pub odometer: Option<PathBuf>,

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
