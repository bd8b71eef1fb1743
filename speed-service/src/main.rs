//! The `speed-service` program.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use speed_service::cli::Cli;
use tracing::error;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.check {
        return answer(speed_service::check(&cli));
    }
    if let Some(interface) = &cli.link_settings {
        return answer(speed_service::link_settings(&cli, interface).map(Option::unwrap_or_default));
    }
    speed_service::logging::start();
    // One thread: there is little to do, and a Pi has better uses for its other cores.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(speed_service::run(cli)),
        Err(e) => Err(speed_service::Error::Runtime(e)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            error!("{e}");
            ExitCode::from(e.exit_code())
        }
    }
}

/// For the person or the script that asked.
fn answer(answer: Result<String, speed_service::Error>) -> ExitCode {
    match answer {
        Ok(text) if text.is_empty() => ExitCode::SUCCESS,
        // Not println: a reader that has gone away must not make a panic of it.
        Ok(text) if writeln!(io::stdout(), "{text}").is_ok() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(e) => {
            let _ = writeln!(io::stderr(), "speed-service: {e}");
            ExitCode::FAILURE
        }
    }
}
