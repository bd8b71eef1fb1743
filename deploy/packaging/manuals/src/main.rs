//! `cardash-manuals FOLDER`: writes the man pages and shell completions of all programs into FOLDER, for the packages.
//!
//! It knows the programs' command lines by their source, so it runs on the machine that builds, whatever
//! machine the programs are built for.

// The cluster's command line, without its Qt and the rest of what uses it.
#[allow(dead_code)]
#[path = "../../../../dashboard-qml/src/arguments.rs"]
mod arguments;
mod completions;
mod manual;
mod programs;
mod values;
#[allow(dead_code)]
#[path = "../../../../dashboard-qml/src/words.rs"]
mod words;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
struct Options {
    /// Date of the pages, YYYY-MM-DD
    #[arg(long, default_value = "")]
    date: String,
    /// Where to write them; made if need be
    folder: PathBuf,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match write(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cardash-manuals: cannot write into {}: {error}", options.folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write(options: &Options) -> io::Result<()> {
    for program in programs::all() {
        manual::write(&program, &options.date, &options.folder.join("man"))?;
        completions::write(&program, &options.folder)?;
    }
    Ok(())
}
