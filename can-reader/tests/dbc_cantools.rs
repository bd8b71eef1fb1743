//! The decoder held against cantools, the DBC library that most people use.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use can_dbc::{Dbc, decode_cp1252};
use can_reader::dbc::Database;

/// The interpreter that build.rs found.
const PYTHON: &str = env!("CANTOOLS_PYTHON");

/// Every signal of every message of our own files: 100,000 values and more, random frames of a fixed seed.
#[test]
#[cfg_attr(not(cantools), ignore = "needs Python with cantools: deploy/checks/install-cantools")]
fn every_signal_of_our_files_decodes_as_cantools_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = dbc_files(&folder.join("tests/dbc"));
    files.extend(dbc_files(&folder.join("vehicles")));
    let summary = compare(&["--frames", "600"], &files);
    assert_eq!(summary.count("differences"), 0, "{}", summary.0);
    assert_eq!(summary.count("files compared"), files.len(), "{}", summary.0);
    assert!(summary.count("values compared") >= 100_000, "{}", summary.0);
    assert!(summary.count("frames of a wrong length") > 100, "{}", summary.0);
    assert!(summary.count("values that are NaN or infinite") > 0, "{}", summary.0);
    assert!(summary.count("whole numbers of more than 53 bits") > 100, "{}", summary.0);
}

/// The DBC files that cantools tests itself with: those of many tools and companies, good and bad.
#[test]
#[cfg_attr(not(cantools_sources), ignore = "needs cantools' sources: deploy/checks/install-cantools")]
fn public_files_load_and_decode_as_cantools_does() {
    let folder = tempfile::tempdir().unwrap();
    let sources = env!("CANTOOLS_SOURCES");
    let unpack = "import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])";
    let status = Command::new(PYTHON).args(["-c", unpack, sources]).arg(folder.path()).status().unwrap();
    assert!(status.success());
    let root = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let files = dbc_files(&root.join("tests/files/dbc"));
    assert!(files.len() >= 80, "only {} files in {sources}", files.len());

    let mut loaded = Vec::new();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let text = String::from_utf8(bytes)
            .or_else(|e| decode_cp1252(e.as_bytes()).map(Into::into).ok_or(e))
            .unwrap();
        match (Dbc::try_from(text.trim_start_matches('\u{FEFF}')), Database::load(&file)) {
            (Ok(_), Ok(_)) => loaded.push(file),
            (Err(_), Err(error)) => println!("neither parses: {error}"),
            (Ok(_), Err(error)) => panic!("can-dbc parses what does not load: {error}"),
            (Err(error), Ok(database)) => {
                let is_mended = database.warnings().iter().any(|warning| warning.contains("no receiver"));
                assert!(is_mended, "{}: loads, but can-dbc says {error}", file.display());
                loaded.push(file);
            }
        }
    }
    let summary = compare(&["--public", "--frames", "20"], &loaded);
    assert_eq!(summary.count("differences"), 0, "{}", summary.0);
    assert!(summary.count("files compared") >= 60, "{}", summary.0);
    assert!(summary.count("values compared") >= 10_000, "{}", summary.0);
}

/// Groups of J1939 from any source address: cantools takes them by a mask over the id.
#[test]
#[cfg_attr(not(cantools), ignore = "needs Python with cantools: deploy/checks/install-cantools")]
fn groups_of_j1939_decode_as_cantools_does_by_a_mask() {
    let summary = groups(None);
    assert_eq!(summary.count("differences"), 0, "{}", summary.0);
    assert!(summary.count("values compared") > 2_000, "{}", summary.0);
    assert!(summary.count("source addresses of CCVS1") > 100, "{}", summary.0);
}

#[test]
#[cfg_attr(
    not(all(cantools, recordings)),
    ignore = "needs cantools and the recordings in ../shared/recordings"
)]
fn a_real_truck_decodes_as_cantools_does_by_a_mask() {
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings");
    let summary = groups(Some(&recordings.join("standing_j1939_truck_keyon.log")));
    assert_eq!(summary.count("differences"), 0, "{}", summary.0);
    assert!(summary.count("values compared") > 20_000, "{}", summary.0);
    assert_eq!(summary.count("source addresses of CCVS1"), 4, "{}", summary.0);
}

fn groups(log: Option<&Path>) -> Summary {
    let root = env!("CARGO_MANIFEST_DIR");
    let output = Command::new(PYTHON)
        .arg(format!("{root}/tests/cantools/groups.py"))
        .args(["--can-reader", env!("CARGO_BIN_EXE_can-reader")])
        .arg(format!("{root}/vehicles/j1939.dbc"))
        .args(log)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("differences: "), "{text}{}", String::from_utf8_lossy(&output.stderr));
    Summary(text)
}

/// What `compare.py` printed: `name: count` lines.
struct Summary(String);

impl Summary {
    fn count(&self, name: &str) -> usize {
        let counts = self.0.lines().filter_map(|line| line.rsplit_once(": "));
        counts.filter(|(found, _)| *found == name).map(|(_, count)| count.parse::<usize>().unwrap()).sum()
    }
}

fn compare(options: &[&str], files: &[PathBuf]) -> Summary {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cantools/compare.py");
    let program = env!("CARGO_BIN_EXE_can-reader");
    let output = Command::new(PYTHON)
        .args([script, "--can-reader", program])
        .args(options)
        .args(files)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    // It ends with 1 when something differs, which its summary tells; anything else is a fault of the test.
    assert!(text.contains("differences: "), "{text}{}", String::from_utf8_lossy(&output.stderr));
    println!("{text}");
    Summary(text)
}

fn dbc_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == "dbc")).collect();
    files.sort();
    files
}
