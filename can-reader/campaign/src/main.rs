//! Random cars, drives and faults against the speed that can-reader gives: `docs/truth.md`.
//!
//! Nothing of this is installed. It shares nothing with the estimator or the simulator but the DBC encoder.

mod answer;
mod bus;
mod campaign;
mod car;
mod case;
mod cli;
#[cfg(test)]
mod distance;
mod drive;
mod fault;
mod judge;
mod limits;
mod missed;
mod play;
mod random;
mod report;
mod table;
mod trouble;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> anyhow::Result<ExitCode> {
    cli::Options::parse().run()
}
