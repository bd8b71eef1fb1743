//! `can-reader vehicles`, as a person and a program read it.

use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_can-reader"))
        .arg("vehicles")
        .args(arguments)
        .output()
        .expect("can-reader can be run")
}

fn succeeds(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_document_is_what_the_program_writes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/vehicles.md");
    let document = std::fs::read_to_string(&path).unwrap_or_default();
    let same = document == succeeds(&["--markdown"]);
    assert!(
        same,
        "docs/vehicles.md is not what the program writes. Remedy: deploy/checks/vehicles-table --update"
    );
}

#[test]
fn each_vehicle_has_a_line_with_its_proof() {
    let table = succeeds(&[]);
    let honda = table.lines().find(|line| line.starts_with("honda ")).expect("honda");
    let cells: Vec<_> = honda.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    assert_eq!(&cells[..5], ["honda", "recording", "four wheels", "front", "500"], "{honda}");
    let names = can_reader::Vehicle::builtin();
    assert!(names.is_sorted());
    for name in &names {
        assert!(table.lines().any(|line| line.split_whitespace().next() == Some(name)), "{name}");
    }
    assert!(table.contains(&format!("\n{} vehicles: ", names.len())), "{table}");
}

#[test]
fn programs_get_a_line_of_json_each() {
    let lines = succeeds(&["--json", "--grep", "nissan-leaf"]);
    let leaf: serde_json::Value = serde_json::from_str(lines.trim()).expect("one line of JSON");
    assert_eq!(leaf["name"], "nissan-leaf");
    assert_eq!((&leaf["reads"], &leaf["witnesses"]), (&"two wheels".into(), &1.into()));
    assert_eq!(
        (&leaf["driven"], &leaf["bit_rate"], &leaf["proof"]),
        (&"front".into(), &500_000.into(), &"recording".into())
    );
    assert!(leaf["says"].as_str().is_some_and(|says| says.contains("1,527")), "{leaf}");
}

#[test]
fn a_make_that_is_not_there_is_told() {
    let output = run(&["--grep", "trabant"]);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && words.contains("\"trabant\"") && words.contains("adding-a-vehicle.md"),
        "{words}"
    );
}
