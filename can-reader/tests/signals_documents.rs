//! The documents name the signals that the program knows, and no others.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::Command;

use can_reader::Vehicle;
use can_reader::signals::catalogue;

fn read(path: &str) -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

#[test]
fn the_table_of_the_document_is_the_programs() {
    let arguments = ["signals", "--list", "--markdown"];
    let output = Command::new(env!("CARGO_BIN_EXE_can-reader")).args(arguments).output().unwrap();
    assert!(output.status.success());
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.lines().count() > 60);
    assert!(
        read("docs/signals.md").contains(&table),
        "docs/signals.md: put there what `can-reader signals --list --markdown` prints"
    );
}

#[test]
fn the_overlay_has_what_vss_lacks_with_type_and_unit() {
    let text = read("interfaces/cardash.vspec");
    let nodes = text.split("\n\n").filter(|node| node.starts_with("Vehicle.")).map(|node| {
        let value = |key: &str| {
            let line = node.lines().find_map(|line| line.trim().strip_prefix(key));
            line.map_or("", str::trim).to_owned()
        };
        let path = node.lines().next().unwrap().trim_end_matches(':').to_owned();
        assert_eq!(value("type:"), "sensor", "{path}");
        assert!(!value("description:").is_empty(), "{path}");
        (path, value("datatype:"), value("unit:"))
    });
    let ours = catalogue::ALL.iter().filter(|entry| entry.is_overlay);
    let ours: Vec<_> = ours
        .map(|entry| (entry.path.to_owned(), entry.kind.vss().to_owned(), entry.unit.to_owned()))
        .collect();
    assert_eq!(nodes.collect::<Vec<_>>(), ours);
}

#[test]
fn the_document_has_each_built_in_car_with_signals() {
    let text = read("docs/signals.md");
    let section = text.split("## ").find(|section| section.starts_with("Built-in cars")).unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows: Vec<_> = rows.map(|row| row.split(" | ").take(2).collect::<Vec<_>>().join(" ")).collect();
    let cars = Vehicle::builtin().into_iter().filter_map(|name| {
        let board = Vehicle::find(name).unwrap().decoder().board().len();
        (board > 0).then(|| format!("{name}` {board}"))
    });
    assert_eq!(rows, cars.collect::<Vec<_>>());
}
