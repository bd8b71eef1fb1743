//! The `can-reader` program: what is on the bus, for the person with a laptop in the car.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use can_reader::cli;
use clap::Parser;

fn main() -> ExitCode {
    match cli::run(cli::Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of our output (`| head`) has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Not eprintln: a closed stderr must not turn an error into a panic.
            let _ = writeln!(io::stderr(), "can-reader: {error}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let io_error = error.downcast_ref::<io::Error>();
    io_error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
        || error.source().is_some_and(is_broken_pipe)
}
