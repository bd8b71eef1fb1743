//! Logs that python-can writes, the most used writer of CAN logs beside the makers' own: each frame as it was given to it.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs::{self, File};
use std::io::BufReader;
use std::process::Command;

use can_reader::log::{Entry, LogReader};

/// With python-can, on which cantools stands; build.rs found it.
const PYTHON: &str = env!("CANTOOLS_PYTHON");

/// ASC and TRC write when a measurement began in milliseconds, or in days with twelve digits.
const SHIFT_US: u64 = 1000;

/// Time in microseconds, and the rest: interface and frame.
fn parts(line: &str) -> (u64, &str) {
    let (stamp, rest) = line.split_once(") ").unwrap();
    (stamp.trim_start_matches('(').replace('.', "").parse().unwrap(), rest)
}

fn read(path: &std::path::Path) -> (Vec<String>, u64) {
    let mut reader = LogReader::new(BufReader::new(File::open(path).unwrap()));
    let mut frames = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        match entry {
            Entry::Frame(frame) if frame.error().is_some() => {
                let line = frame.to_string();
                frames.push(format!("{} error", line.rsplit_once(' ').unwrap().0));
            }
            Entry::Frame(frame) => frames.push(frame.to_string()),
            Entry::Damaged(line) => panic!("{}: {line}", path.display()),
        }
    }
    (frames, reader.damaged())
}

#[test]
#[cfg_attr(not(cantools), ignore = "needs python-can: deploy/checks/install-cantools")]
fn each_frame_as_python_can_was_given_it() {
    let folder = tempfile::tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cantools/logs.py");
    let output = Command::new(PYTHON).args(["-B", script]).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for kind in ["asc", "csv", "trc", "blf", "log"] {
        let (frames, damaged) = read(&folder.path().join(format!("drive.{kind}")));
        let expected = fs::read_to_string(folder.path().join(format!("{kind}.expected"))).unwrap();
        assert_eq!((frames.len(), damaged), (expected.lines().count(), 0), "{kind}");
        for (is, expected) in frames.iter().zip(expected.lines()) {
            let ((at_us, is), (expected_us, expected)) = (parts(is), parts(expected));
            assert!(
                at_us.abs_diff(expected_us) <= SHIFT_US,
                "{kind}: {at_us} {is}, {expected_us} {expected}"
            );
            // The log leaves out how many bytes a remote request asks for.
            let expected = expected
                .rsplit_once("#R")
                .filter(|_| kind == "log")
                .map_or(expected.to_owned(), |(id, _)| format!("{id}#R"));
            assert_eq!(is, expected, "{kind}");
        }
        println!("{kind}: {} frames, as they were given", frames.len());
    }
}
