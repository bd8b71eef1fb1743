//! The table of clients and states that docs/dbus-api.md shows: filled in by the test, cell by cell.

use std::fmt::Write as _;
use std::path::Path;

/// What happens to a client, in the order of the columns.
pub const STATES: [&str; 6] =
    ["number", "change", "loss", "return", "service absent", "service restarted under it"];

/// A row a client, a cell a state.
#[derive(Debug, Default)]
pub struct Matrix {
    rows: Vec<(&'static str, [String; 6])>,
}

impl Matrix {
    /// Notes what a client printed in a state, after it was found right.
    pub fn note(&mut self, client: &'static str, state: &str, printed: impl Into<String>) {
        let column = STATES.iter().position(|known| *known == state).expect("a state of the table");
        if !self.rows.iter().any(|(name, _)| *name == client) {
            self.rows.push((client, Default::default()));
        }
        let row = self.rows.iter_mut().find(|(name, _)| *name == client).expect("just added");
        row.1[column] = printed.into();
    }

    /// The table as Markdown. Every cell must have been run.
    pub fn markdown(&self) -> String {
        let mut text = format!("| client | {} |\n|---|{}\n", STATES.join(" | "), "---|".repeat(STATES.len()));
        for (client, cells) in &self.rows {
            for (cell, state) in cells.iter().zip(STATES) {
                assert!(!cell.is_empty(), "{client} was not run in the state {state:?}");
            }
            writeln!(text, "| {client} | {} |", cells.join(" | ")).expect("a string");
        }
        text
    }

    /// Fails unless docs/dbus-api.md has exactly this table.
    pub fn assert_documented(&self) {
        let table = self.markdown();
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/dbus-api.md");
        let docs = std::fs::read_to_string(docs).expect("docs/dbus-api.md");
        assert!(docs.contains(&table), "docs/dbus-api.md must have this table:\n{table}");
    }
}
