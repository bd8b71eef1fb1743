//! No program links what writes: only what makes the man pages knows its command line.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::{Path, PathBuf};

#[test]
fn no_other_program_is_made_of_it() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let workspace: toml::Table = std::fs::read_to_string(top.join("Cargo.toml")).unwrap().parse().unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let members: Vec<_> = members.iter().map(|member| PathBuf::from(member.as_str().unwrap())).collect();
    let names_it = |member: &PathBuf| {
        let manifest = std::fs::read_to_string(top.join(member).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
        tables
            .iter()
            .any(|table| manifest.get(*table).is_some_and(|table| table.get("cardash-obd").is_some()))
    };
    let users: Vec<_> = members.into_iter().filter(names_it).collect();
    assert_eq!(users, [PathBuf::from("deploy/packaging/manuals")]);
}
