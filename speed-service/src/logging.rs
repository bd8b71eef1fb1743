//! The log: to the journal when systemd has started us, else to standard error.

use std::io::{IsTerminal, stderr};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

use tracing::warn;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// Starts logging: level `info`, or what `RUST_LOG` says: a level, or levels by crate (`warn,can_reader=debug`).
pub fn start() {
    let asked = std::env::var("RUST_LOG").unwrap_or_default();
    let levels = levels(&asked);
    let registry = tracing_subscriber::registry().with(levels.clone().unwrap_or_else(usual));
    if stderr_is_the_journal()
        && let Ok(journal) = tracing_journald::layer()
    {
        registry.with(journal.with_syslog_identifier("speed-service".to_owned())).init();
    } else {
        let lines = tracing_subscriber::fmt::layer().with_writer(stderr).with_target(false);
        registry.with(lines.with_ansi(stderr().is_terminal())).init();
    }
    if levels.is_none() {
        warn!("RUST_LOG={asked:?} names no levels; write one such as debug, or warn,can_reader=debug");
    }
}

/// The levels that these words ask for; `None` if they cannot be read.
fn levels(words: &str) -> Option<Targets> {
    if words.is_empty() { Some(usual()) } else { words.parse().ok() }
}

fn usual() -> Targets {
    Targets::new().with_default(LevelFilter::INFO)
}

/// systemd says in `JOURNAL_STREAM` which file (device:inode) leads to the journal; a child of a
/// service inherits the word even where its standard error leads elsewhere (systemd.exec(5)).
fn stderr_is_the_journal() -> bool {
    let Ok(stream) = std::env::var("JOURNAL_STREAM") else { return false };
    let stderr = stderr().as_fd().try_clone_to_owned().map(std::fs::File::from);
    let metadata = stderr.and_then(|file| file.metadata());
    metadata.is_ok_and(|file| stream == format!("{}:{}", file.dev(), file.ino()))
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::levels;

    #[test]
    fn without_a_word_it_is_info() {
        let levels = levels("").unwrap();
        assert!(levels.would_enable("speed_service", &Level::INFO));
        assert!(!levels.would_enable("speed_service", &Level::DEBUG));
    }

    #[test]
    fn a_level_for_all_and_another_for_a_crate() {
        let levels = levels("warn,can_reader=debug").unwrap();
        assert!(!levels.would_enable("speed_service", &Level::INFO));
        assert!(levels.would_enable("can_reader::source", &Level::DEBUG));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert!(levels("speed_service=loud").is_none());
    }
}
