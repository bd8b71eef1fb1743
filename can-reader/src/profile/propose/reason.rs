//! What a proposed profile says at its beginning and end.

use toml::Value;

use super::others::others;
use crate::dbc::Database;
use crate::profile::draft::Draft;

/// What no DBC says: for the person to fill in.
pub(super) fn tables(draft: &mut Draft) {
    let why = "the axle that the engine turns, \"front\", \"rear\" or \"all\": no DBC says it, and with it spinning wheels are told";
    draft.leave_open("driven", "front", [why.to_owned()]);
    let why = vec!["from axle to axle, metres; from left to right wheel: `track_m`".to_owned()];
    draft.of_table("geometry", "wheelbase_m", Value::Float(2.65), why, true);
    let why = vec!["bit/s of the bus; `cardash-setup` finds it".to_owned()];
    draft.of_table("link", "bit_rate", Value::Integer(500_000), why, true);
}

/// What else there is.
pub(super) fn tail(database: &Database) -> Vec<String> {
    let others = others(database);
    if others.is_empty() {
        return Vec::new();
    }
    let first = "Also in the DBC, for other instruments (no key of a profile yet):".to_owned();
    std::iter::once(first).chain(others).collect()
}

/// What is known and what speaks against it, at the top.
pub(super) fn verdict(draft: &mut Draft, against: &[String], driven: Option<&str>, has_log: bool) {
    let head = &mut draft.head;
    if let Some(driven) = driven {
        head.push(format!("In the log: {driven}."));
    } else if !has_log {
        head.push("By names and units alone: hold it against a recorded drive, `can-reader profile ... --log drive.log`.".to_owned());
    }
    if !against.is_empty() {
        head.push("What speaks against it:".to_owned());
        head.extend(against.iter().map(|sentence| format!("  - {sentence}")));
    }
    head.push(
        "What stands behind # is another choice, or not sure. Every key: docs/adding-a-vehicle.md".to_owned(),
    );
}
