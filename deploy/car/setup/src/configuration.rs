//! The text of speed.toml: what the set-up decides goes in, everything else stays as it was.

use can_reader::vehicle::LinkSettings;
use toml_edit::{DocumentMut, InlineTable, Item, Table, Value};

use crate::rates::Rate;

/// What the set-up has found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// `vehicle`: a built-in name or a path.
    pub vehicle: String,
    /// `can`: the interface.
    pub interface: String,
    /// `[link]`: the bit rate; `None` for an interface without one, and where it was not found out.
    pub rate: Option<Rate>,
    /// `[obd]`: its owner has agreed that the car is asked. Without it the table goes.
    pub ask: bool,
    /// `[link]`: whether the controller may acknowledge frames; `None`: nothing was decided about it.
    pub listen_only: Option<bool>,
    /// The profile was found in a drive and has that car's scale: `[calibration]`, of the car before, goes.
    pub is_found: bool,
}

/// What a new file starts with.
const HEAD: &str = "\
# Configuration of Cardash's speed service. cardash-setup wrote it; change it as you like, and
# `speed-service --check` tells whether it is right. The keys:
# zless /usr/share/doc/cardash-service/raspberry-pi.md.gz
";

/// The other sources of frames: one at most may be named.
const OTHER_SOURCES: [&str; 2] = ["replay", "simulate"];

/// The table of the factor between a profile's speed and the true one.
const CALIBRATION: &str = "calibration";

/// The new text of the file, from its present text.
///
/// # Errors
/// The present text is not TOML; the sentence says where.
pub fn merge(present: Option<&str>, findings: &Findings) -> Result<String, String> {
    let mut document: DocumentMut = match present {
        Some(text) => text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?,
        None => DocumentMut::new(),
    };
    for key in OTHER_SOURCES {
        document.remove(key);
    }
    set(document.as_table_mut(), "vehicle", findings.vehicle.as_str().into());
    if !interfaces(&document).contains(&findings.interface.as_str()) {
        set(document.as_table_mut(), "can", findings.interface.as_str().into());
    }
    if findings.is_found {
        document.remove(CALIBRATION);
    }
    consent(&mut document, findings.ask)?;
    link(&mut document, findings)?;
    let text = document.to_string();
    Ok(if present.is_none() { format!("{HEAD}{text}") } else { text })
}

/// The consent is for this car: with another one it goes, with all of its table.
fn consent(document: &mut DocumentMut, ask: bool) -> Result<(), String> {
    if !ask {
        document.remove("obd");
        return Ok(());
    }
    let item = document.entry("obd").or_insert_with(|| {
        let mut table = Table::new();
        table.decor_mut().set_prefix("\n# You have agreed that this car is asked for its speed: cardash-obd writes to its bus. Take it away to end that.\n");
        Item::Table(table)
    });
    let table = item.as_table_like_mut().ok_or("`obd` is not a table; write [obd]")?;
    match table.get_mut("ask") {
        Some(item) => replace(item, true.into()),
        None => {
            table.insert("ask", Item::Value(true.into()));
        }
    }
    Ok(())
}

/// Whether a text has the owner's consent.
#[must_use]
pub fn consents(text: &str) -> bool {
    let Ok(document) = text.parse::<DocumentMut>() else { return false };
    let table = document.get("obd").and_then(Item::as_table_like);
    let ask = table.and_then(|table| table.get("ask")).and_then(Item::as_bool) == Some(true);
    ask && document.get("vehicle").and_then(Item::as_str) == Some(crate::asking::VEHICLE)
}

fn link(document: &mut DocumentMut, findings: &Findings) -> Result<(), String> {
    // A controller that listens only cannot ask: cardash-obd would end with 78.
    if findings.ask && findings.listen_only.is_none() {
        let link = document.get_mut("link").and_then(Item::as_table_like_mut);
        link.and_then(|link| link.remove("listen_only"));
    }
    if findings.rate.is_none() && findings.listen_only.is_none() {
        return Ok(());
    }
    let item = document.entry("link").or_insert_with(|| {
        let mut table = Table::new();
        table.decor_mut().set_prefix("\n# How the interface is brought up at boot.\n");
        Item::Table(table)
    });
    let link = item.as_table_like_mut().ok_or("`link` is not a table; write [link]")?;
    let mut keys: Vec<(&str, Option<Value>)> = Vec::new();
    if let Some(rate) = findings.rate {
        keys.push(("bit_rate", Some(i64::from(rate.bit_rate).into())));
        keys.push(("data_bit_rate", rate.data_bit_rate.map(|rate| i64::from(rate).into())));
    }
    if let Some(listen_only) = findings.listen_only {
        keys.push(("listen_only", Some(listen_only.into())));
    }
    for (key, value) in keys {
        match value {
            Some(value) => match link.get_mut(key) {
                Some(item) => replace(item, value),
                None => {
                    link.insert(key, Item::Value(value));
                }
            },
            None => {
                link.remove(key);
            }
        }
    }
    Ok(())
}

fn set(table: &mut Table, key: &str, value: Value) {
    match table.get_mut(key) {
        Some(item) => replace(item, value),
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

/// A new value with the old one's blanks and comment; an equal one is left as it is written.
fn replace(item: &mut Item, mut value: Value) {
    if let Some(old) = item.as_value() {
        if same(old, &value) {
            return;
        }
        *value.decor_mut() = old.decor().clone();
    }
    *item = Item::Value(value);
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.value() == other.value(),
        (Value::Integer(one), Value::Integer(other)) => one.value() == other.value(),
        (Value::Boolean(one), Value::Boolean(other)) => one.value() == other.value(),
        _ => false,
    }
}

/// Whether a text itself keeps the controller from asking.
#[must_use]
pub fn listens_only(text: &str) -> bool {
    let Ok(document) = text.parse::<DocumentMut>() else { return false };
    let link = document.get("link").and_then(Item::as_table_like);
    link.and_then(|link| link.get("listen_only")).and_then(Item::as_bool) == Some(true)
}

/// The vehicle and the first interface that a text names.
#[must_use]
pub fn present(text: &str) -> (Option<String>, Option<String>) {
    let Ok(document) = text.parse::<DocumentMut>() else { return (None, None) };
    let vehicle = document.get("vehicle").and_then(Item::as_str).map(str::to_owned);
    (vehicle, interfaces(&document).first().map(|&name| name.to_owned()))
}

/// Whether a text itself has the controller acknowledge frames, whatever the profile says.
#[must_use]
pub fn acknowledges(text: &str) -> bool {
    let Ok(document) = text.parse::<DocumentMut>() else { return false };
    let link = document.get("link").and_then(Item::as_table_like);
    link.and_then(|link| link.get("listen_only")).and_then(Item::as_bool) == Some(false)
}

/// Whether a text has a factor of the car that it is for.
#[must_use]
pub fn is_calibrated(text: &str) -> bool {
    text.parse::<DocumentMut>().is_ok_and(|document| document.contains_key(CALIBRATION))
}

/// One interface, or several in a list: a car with several buses, which a person has written down.
fn interfaces(document: &DocumentMut) -> Vec<&str> {
    match document.get("can") {
        Some(item) => match item.as_array() {
            Some(list) => list.iter().filter_map(Value::as_str).collect(),
            None => item.as_str().into_iter().collect(),
        },
        None => Vec::new(),
    }
}

/// What a person should know of how the interface will be brought up by the text and by the profile,
/// which it beats.
#[must_use]
pub fn remarks(text: &str, interface: &str, profile: LinkSettings) -> Vec<String> {
    let Ok(document) = text.parse::<DocumentMut>() else { return Vec::new() };
    let empty = InlineTable::new();
    let link = document.get("link").and_then(Item::as_table_like).unwrap_or(&empty);
    let mut remarks = Vec::new();
    let written = link.get("listen_only").and_then(Item::as_bool);
    if written.or(profile.listen_only) == Some(false) {
        let by = if written.is_some() {
            "[link] listen_only = false"
        } else {
            "the profile's listen_only = false"
        };
        remarks.push(format!(
            "by {by} the controller acknowledges frames. Right on a bench with a single sender, wrong in a car"
        ));
    }
    if link.get("bit_rate").and_then(Item::as_integer).is_none() && profile.bit_rate.is_none() {
        remarks.push(format!(
            "nobody has said the bit rate, so {interface} will not be brought up at boot. Start cardash-setup \
             again with traffic on the bus, or with --bit-rate"
        ));
    }
    remarks
}

#[cfg(test)]
mod tests;
