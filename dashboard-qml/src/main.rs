//! The `dashboard-qml` program.

use std::process::ExitCode;

use clap::Parser;
use dashboard_qml::{Arguments, Config};

fn main() -> ExitCode {
    let config = match Config::load(Arguments::parse()) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("dashboard-qml: {error:#}");
            return ExitCode::from(2);
        }
    };
    ExitCode::from(dashboard_qml::run(config))
}
