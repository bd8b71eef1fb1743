//! A recorded log in, golden output out: `can-reader speed` on logs made for the purpose.
//!
//! After a change that is meant, `GOLDEN=write cargo test -p can-reader --test golden` writes the output
//! anew; read the difference before you commit it.

use std::path::{Path, PathBuf};
use std::process::Command;

fn golden_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Runs in the folder, so that messages name the log the same way everywhere.
fn speed(vehicle: &str, log: &str, json: bool) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_can-reader"))
        .args(["speed", "--vehicle", vehicle, log])
        .args(json.then_some("--json"))
        .current_dir(golden_folder())
        .output()
        .expect("can-reader runs");
    assert!(output.status.success(), "{output:?}");
    let stderr = String::from_utf8(output.stderr).expect("text");
    let stdout = String::from_utf8(output.stdout).expect("text");
    format!("{stdout}--- stderr\n{stderr}")
}

fn compare(golden: &str, output: &str) {
    let path = golden_folder().join(golden);
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "write") {
        std::fs::write(&path, output).expect("the golden file is written");
    }
    let expected = std::fs::read_to_string(&path).expect("the golden file");
    for (number, (expected, got)) in expected.lines().zip(output.lines()).enumerate() {
        assert_eq!(got, expected, "{golden}, line {}", number + 1);
    }
    assert_eq!(output.lines().count(), expected.lines().count(), "{golden}: number of lines");
}

#[test]
fn every_trouble_a_car_can_have_as_text() {
    compare("toyota_troubles.txt", &speed("toyota", "toyota_troubles.log", false));
}

#[test]
fn every_trouble_a_car_can_have_as_json() {
    compare("toyota_troubles.jsonl", &speed("toyota", "toyota_troubles.log", true));
}
