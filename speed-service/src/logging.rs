//! The log: to the journal when systemd has started us, else to standard error.

use std::io::{IsTerminal, stderr};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

/// Starts logging: level `info`, or what `RUST_LOG` says.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    if stderr_is_the_journal()
        && let Ok(journal) = tracing_journald::layer()
    {
        registry.with(journal.with_syslog_identifier("speed-service".to_owned())).init();
    } else {
        let lines = tracing_subscriber::fmt::layer().with_writer(stderr).with_target(false);
        registry.with(lines.with_ansi(stderr().is_terminal())).init();
    }
}

/// systemd says in `JOURNAL_STREAM` which file (device:inode) leads to the journal; a child of a
/// service inherits the word even where its standard error leads elsewhere (systemd.exec(5)).
fn stderr_is_the_journal() -> bool {
    let Ok(stream) = std::env::var("JOURNAL_STREAM") else { return false };
    let stderr = stderr().as_fd().try_clone_to_owned().map(std::fs::File::from);
    let metadata = stderr.and_then(|file| file.metadata());
    metadata.is_ok_and(|file| stream == format!("{}:{}", file.dev(), file.ino()))
}
