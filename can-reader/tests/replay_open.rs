//! Logs that cannot be replayed: each error names the file and the remedy.

#![allow(clippy::unwrap_used)] // helpers of tests: to panic is to fail

use std::path::Path;

use can_reader::source::{Replay, ReplayOptions};

fn fault(path: &Path) -> String {
    let error = Replay::open(path, ReplayOptions::default()).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}: ", path.display())), "{error}");
    error
}

#[test]
fn each_fault_names_the_file_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no-such.log");
    assert!(fault(&missing).contains("No such file") && fault(&missing).contains("candump -L"));

    assert!(fault(folder.path()).contains("not a regular file"));

    let empty = folder.path().join("empty.log");
    std::fs::write(&empty, "").unwrap();
    assert!(fault(&empty).contains("empty") && fault(&empty).contains("candump -L"));

    // Opening a pipe would wait for its writer for ever.
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(fault(&pipe).contains("can-reader speed -"));
}
