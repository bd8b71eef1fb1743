//! A replay and other work of the same program.

#![allow(clippy::unwrap_used)] // helpers of tests: to panic is to fail

use std::io::Write;

use can_reader::source::{Rate, Replay, ReplayOptions};
use can_reader::{Event, FrameSource};
use tempfile::NamedTempFile;

#[tokio::test]
async fn at_max_other_tasks_still_get_their_turn() {
    let lines: Vec<_> = (0..20_000).map(|n| format!("(1000.{n:06}) can0 1D0#00")).collect();
    let mut file = NamedTempFile::new().unwrap();
    writeln!(file, "{}", lines.join("\n")).unwrap();
    let turns = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counter = turns.clone();
    let other = tokio::spawn(async move {
        loop {
            counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    let mut source =
        Replay::open(file.path(), ReplayOptions { rate: Rate::Max, repeat: false, progress: false }).unwrap();
    while source.next(None).await != Event::End {}
    other.abort();
    let turns = turns.load(std::sync::atomic::Ordering::Relaxed);
    assert!(turns > 50, "{turns} turns beside 20,000 frames");
}
