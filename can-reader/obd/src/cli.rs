//! The command line. It cannot say that a car may be written to: that is its owner's to say, in a file.

use clap::Parser;

/// Asks the car for its speed over OBD-II, where its owner has agreed.
///
/// This is the only program of Cardash that writes to a CAN bus. It needs both words in /etc/cardash/speed.toml, a file that only root
/// can write: vehicle = "obd" and obd.ask = true. `sudo cardash-setup` asks before it writes them. Without them, and on an
/// interface in listen-only mode, it ends with status 78 and writes nothing.
///
/// It writes requests of service 01 (current data) to all emission-related control units, in single frames, one at a time and at most
/// 20 a second. It yields to other testers, and stops when nobody answers, so that a sleeping car is not kept awake. The answers are
/// read by speed-service. Started by cardash-obd.service.
#[derive(Clone, Copy, Debug, Parser)]
#[command(name = "cardash-obd", version)]
pub struct Cli {
    /// Write one request and end: with 0 if a control unit has acknowledged it, so that the bit rate is right, else with 1. cardash-setup does so
    #[arg(long)]
    pub once: bool,
}
