//! The `screen-watch` program.

use std::process::ExitCode;

use cardash_watch::{Arguments, HELP};

fn main() -> ExitCode {
    match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(Some(arguments)) => ExitCode::from(cardash_watch::run(&arguments)),
        Ok(None) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("screen-watch: {error} (screen-watch --help)");
            ExitCode::from(2)
        }
    }
}
