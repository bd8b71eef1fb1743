//! The command line.

use std::path::PathBuf;

use can_reader::discover::{Bend, Reading};
use clap::Parser;

use crate::interface::interface_name;
use crate::read_only::Switch;

/// Sets Cardash up: finds the CAN interface, its bit rate and your car's profile, writes
/// /etc/cardash/speed.toml and has everything start at boot.
///
/// It asks before it changes anything, and it sends no frame on the CAN bus. (A car that says nothing until it is
/// asked: only if you agree, at a terminal, the program cardash-obd asks it.) It brings an interface up in listen-only
/// mode, in which the controller does not even acknowledge the frames of others (except with --acknowledge, and an
/// interface that is up already is left in its mode). Run it as often as you like; with the same answers nothing
/// changes. How to do the same by hand:
/// zless /usr/share/doc/cardash-service/raspberry-pi.md.gz
#[derive(Clone, Debug, Default, Parser)]
#[command(name = "cardash-setup", version)]
pub struct Cli {
    /// Use this CAN interface instead of asking
    #[arg(long, value_name = "IFACE", value_parser = interface_name)]
    pub interface: Option<String>,

    /// The bus has this bit rate (bit/s, such as 500000); no other is tried
    #[arg(long, value_name = "BIT/S", value_parser = clap::value_parser!(u32).range(10_000..=1_000_000))]
    pub bit_rate: Option<u32>,

    /// The bus is CAN FD, with this bit rate (bit/s) in the data part of its frames
    #[arg(long, value_name = "BIT/S", requires = "bit_rate", value_parser = clap::value_parser!(u32).range(100_000..=8_000_000))]
    pub data_bit_rate: Option<u32>,

    /// The car: the name of a built-in profile, or a profile of your own (a .toml file)
    #[arg(long, value_name = "NAME|FILE")]
    pub vehicle: Option<String>,

    /// The car is in no profile: find its wheel speeds in a short drive, or with --log in that recording
    #[arg(long, conflicts_with_all = ["vehicle", "no_listen", "odometer"])]
    pub unknown: bool,

    /// Name the car of this recording (of any kind; candump -L makes one), without an interface and without changing this
    /// system. Of a car in no profile the wheel speeds are found in it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["interface", "bit_rate", "acknowledge", "no_listen", "dry_run"])]
    pub log: Option<PathBuf>,

    /// With --log, of a car in no profile: what the dash said, km/h, and seconds after the first frame; may be given several
    /// times
    #[arg(long, value_name = "KMH@SECONDS", requires = "log")]
    pub speed_is: Vec<Reading>,

    /// With --log, of a car in no profile: which way a bend went, left@SECONDS or right@SECONDS after the first frame
    #[arg(long, value_name = "SIDE@SECONDS", requires = "log")]
    pub bend: Vec<Bend>,

    /// The bus is a bench with a single sender: acknowledge its frames. Never in a car. A later run without this
    /// sets listen-only again
    #[arg(long, requires = "bit_rate")]
    pub acknowledge: bool,

    /// Do not listen: write what the other options say
    #[arg(long, requires = "interface", requires = "vehicle")]
    pub no_listen: bool,

    /// How long to listen once the bit rate is known
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub listen: u64,

    /// Ask nothing: do what is certain, and fail where a person would have to decide
    #[arg(long)]
    pub yes: bool,

    /// Change nothing, neither files nor units nor interfaces; say what would be done. At an interface that is
    /// down it cannot listen and ends with 1; with --no-listen it shows the file all the same
    #[arg(long)]
    pub dry_run: bool,

    /// Set the odometer of the service that runs to this many km, such as 123456.7, and do nothing else. It can only rise
    #[arg(long, value_name = "KM", value_parser = crate::odometer::kilometres,
        conflicts_with_all = ["interface", "bit_rate", "vehicle", "acknowledge", "no_listen", "dry_run", "root"])]
    pub odometer: Option<u64>,

    /// With --odometer: lower it too, where it is wrong
    #[arg(long, requires = "odometer")]
    pub correct: bool,

    /// Have the card only read, so that a cut of the power harms nothing: what is written lies in memory and is gone after the next
    /// start. Shows what it will do and asks, offers the odometer a place of its own, and takes effect with the next start; =off undoes it
    #[arg(long, value_name = "on|off", num_args = 0..=1, require_equals = true, default_missing_value = "on",
        hide_possible_values = true, conflicts_with_all = ["interface", "bit_rate", "vehicle", "acknowledge", "no_listen", "log", "odometer", "root"])]
    pub read_only: Option<Switch>,

    /// Write to the system in this folder instead of the running one (an image of an SD card)
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
}
