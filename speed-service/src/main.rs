//! The `speed-service` program.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use speed_service::cli::Cli;
use tracing::error;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.check {
        return check(&cli);
    }
    speed_service::logging::start();
    // One thread: there is little to do, and a Pi has better uses for its other cores.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(speed_service::run(cli)).map_err(|e| e.to_string()),
        Err(e) => Err(format!("cannot start: {e}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            error!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn check(cli: &Cli) -> ExitCode {
    // Not println: a reader that has gone away must not make a panic of it.
    match speed_service::check(cli) {
        Ok(text) if writeln!(io::stdout(), "{text}").is_ok() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(e) => {
            let _ = writeln!(io::stderr(), "speed-service: {e}");
            ExitCode::FAILURE
        }
    }
}
