//! Wheel speeds and counters for the debug page.

use std::collections::HashMap;
use std::fmt::Write as _;

use interfaces::{DIAGNOSTICS_INTERFACE, OBJECT_PATH};
use zbus::names::OwnedUniqueName;
use zbus::{Connection, OwnedVariant, Variant};

use crate::watch::answer;

/// Wheel speeds, km/h by position, sorted; empty when the value is not what the contract says.
pub(crate) fn wheels(value: &Variant<'_>) -> Vec<(String, f64)> {
    let map = value.try_clone().ok().and_then(|value| HashMap::<String, Variant<'_>>::try_from(value).ok());
    let mut wheels: Vec<_> = map
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(position, speed)| Some((position, f64::try_from(speed).ok()?)))
        .collect();
    wheels.sort_by(|a, b| a.0.cmp(&b.0));
    wheels
}

/// The lines of the debug page, `name<TAB>value` each: the wheels, then `org.cardash.Diagnostics1`.
pub(crate) async fn fetch(
    connection: &Connection,
    owner: &OwnedUniqueName,
    wheels: &[(String, f64)],
) -> String {
    let mut lines = String::new();
    for (position, speed_kmh) in wheels {
        let _ = writeln!(lines, "{position}\t{speed_kmh:.2} km/h");
    }
    let properties = "org.freedesktop.DBus.Properties";
    let arguments = &(DIAGNOSTICS_INTERFACE,);
    let asked = connection.call_method(Some(owner), OBJECT_PATH, Some(properties), "GetAll", arguments);
    match answer(asked).await.and_then(|reply| reply.body().deserialize::<HashMap<String, OwnedVariant>>()) {
        Ok(values) => {
            let mut rows: Vec<_> =
                values.iter().filter_map(|(name, value)| Some((name, text(value)?))).collect();
            rows.sort();
            for (name, value) in rows {
                let _ = writeln!(lines, "{name}\t{value}");
            }
        }
        Err(error) => {
            let _ = writeln!(lines, "Diagnostics1\t{error}");
        }
    }
    lines
}

/// Plain values as text; maps such as `Configuration` are for `busctl`.
fn text(value: &Variant<'_>) -> Option<String> {
    match value {
        Variant::U64(count) => Some(count.to_string()),
        Variant::Str(text) => Some(text.to_string()),
        _ => None,
    }
}
