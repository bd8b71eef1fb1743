//! `cardash-obd`

use std::process::ExitCode;

use cardash_obd::Outcome;
use cardash_obd::cli::Cli;
use clap::Parser;

/// `EX_CONFIG` of sysexits.h: somebody has to correct the configuration, and to start again is of no use.
const BAD_CONFIGURATION: u8 = 78;

fn main() -> ExitCode {
    let outcome = match Cli::parse().once {
        true => cardash_obd::once(),
        false => cardash_obd::run(|line| println!("{line}")).map(|never| match never {}),
    };
    match outcome {
        Ok(Outcome::Acknowledged) => ExitCode::SUCCESS,
        Ok(Outcome::Nothing | Outcome::Trouble) => ExitCode::FAILURE,
        Err(stop) => {
            eprintln!("cardash-obd: {stop}");
            ExitCode::from(BAD_CONFIGURATION)
        }
    }
}
