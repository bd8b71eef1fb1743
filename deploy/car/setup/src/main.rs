//! The `cardash-setup` program.

use std::process::ExitCode;

use cardash_setup::cli::Cli;
use cardash_setup::talk::Talk;
use cardash_setup::{Error, run};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// What a shell gives for a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(work(&cli)),
        Err(error) => {
            eprintln!("cardash-setup: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ncardash-setup: {error}");
            if matches!(error, Error::Interrupted) { INTERRUPTED.into() } else { ExitCode::FAILURE }
        }
    }
}

/// What is borrowed is given back when the work is dropped.
async fn work(cli: &Cli) -> Result<(), Error> {
    let mut talk = if cli.yes { Talk::with_nobody() } else { Talk::with_person() };
    tokio::select! {
        result = run(cli, &mut talk) => result,
        () = interrupted() => Err(Error::Interrupted),
    }
}

/// Ctrl-C, the end of the ssh connection, or an orderly end from elsewhere.
async fn interrupted() {
    let mut signals = [SignalKind::interrupt(), SignalKind::hangup(), SignalKind::terminate()].map(signal);
    let mut wait = signals.iter_mut().flatten();
    let (one, two, three) = (wait.next(), wait.next(), wait.next());
    let (Some(one), Some(two), Some(three)) = (one, two, three) else { return std::future::pending().await };
    tokio::select! { _ = one.recv() => {}, _ = two.recv() => {}, _ = three.recv() => {} }
}
