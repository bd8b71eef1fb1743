//! The speed's uncertainty, wheel speeds and counters for the debug page.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::time::Duration;

use interfaces::{DIAGNOSTICS_INTERFACE, OBJECT_PATH, SPEED_INTERFACE};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::sleep;
use zbus::names::OwnedUniqueName;
use zbus::{Connection, OwnedVariant, Variant};

use crate::answer::answer;
use crate::link::Link;

/// While the page is open it is made anew after each pause.
const PAUSE: Duration = Duration::from_millis(250);

/// Sends the page's lines while it is open, and an empty text once it is closed. It has a pace of its own: neither a
/// speed that changes all the time nor a service that is slow with its counters holds up the other.
pub(crate) async fn run(
    connection: &Connection,
    owner: &OwnedUniqueName,
    link: &Link,
    page: &UnboundedSender<String>,
) -> Infallible {
    let mut shown = false;
    loop {
        let open = link.detailed();
        if open || shown {
            let lines = if open { fetch(connection, owner).await } else { String::new() };
            // Nobody listens only when this ends too.
            let _ = page.send(lines);
        }
        shown = open;
        sleep(PAUSE).await;
    }
}

/// The lines of the debug page, `name<TAB>value` each: the speed and its wheels, then `org.cardash.Diagnostics1`.
async fn fetch(connection: &Connection, owner: &OwnedUniqueName) -> String {
    let all = async |interface: &str| {
        let properties = Some("org.freedesktop.DBus.Properties");
        let arguments = &(interface,);
        let asked = connection.call_method(Some(owner), OBJECT_PATH, properties, "GetAll", arguments);
        answer(asked).await?.body().deserialize::<HashMap<String, OwnedVariant>>()
    };
    let mut lines = String::new();
    match all(SPEED_INTERFACE).await {
        Ok(values) => {
            for name in ["Speed", "IndicatedSpeed", "Uncertainty"] {
                if let Some(Variant::F64(kmh)) = values.get(name).map(|value| &**value) {
                    let _ = writeln!(lines, "{name}\t{kmh:.2} km/h");
                }
            }
            for name in ["Witnesses", "StateReason"] {
                if let Some(value) = values.get(name).and_then(|value| text(value)) {
                    let _ = writeln!(lines, "{name}\t{value}");
                }
            }
            for (position, speed_kmh) in
                values.get("WheelSpeeds").map(|value| wheels(value)).unwrap_or_default()
            {
                let _ = writeln!(lines, "{position}\t{speed_kmh:.2} km/h");
            }
        }
        Err(error) => {
            let _ = writeln!(lines, "Speed1\t{error}");
        }
    }
    match all(DIAGNOSTICS_INTERFACE).await {
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

/// Wheel speeds, km/h by position, sorted; empty when the value is not what the contract says.
fn wheels(value: &Variant<'_>) -> Vec<(String, f64)> {
    let map = value.try_clone().ok().and_then(|value| HashMap::<String, Variant<'_>>::try_from(value).ok());
    let mut wheels: Vec<_> = map
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(position, speed)| Some((position, f64::try_from(speed).ok()?)))
        .collect();
    wheels.sort_by(|a, b| a.0.cmp(&b.0));
    wheels
}

/// Plain values as text; maps such as `Configuration` are for `busctl`.
fn text(value: &Variant<'_>) -> Option<String> {
    match value {
        Variant::U64(count) => Some(count.to_string()),
        Variant::U32(count) => Some(count.to_string()),
        Variant::Str(text) => Some(text.to_string()),
        _ => None,
    }
}
