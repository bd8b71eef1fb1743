//! The `screen-watch` program.

use std::process::ExitCode;

use cardash_watch::{HELP, Task};

fn main() -> ExitCode {
    match Task::parse(std::env::args_os().skip(1)) {
        Ok(Task::Watch(arguments)) => ExitCode::from(cardash_watch::run(&arguments)),
        Ok(Task::Paint(arguments)) => ExitCode::from(cardash_watch::paint(&arguments)),
        Ok(Task::Help) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("screen-watch: {error} (screen-watch --help)");
            ExitCode::from(2)
        }
    }
}
