//! The task that puts signals on the bus. It alone waits when the bus is slow.

use std::collections::HashMap;
use std::sync::Arc;

use interfaces::{OBJECT_PATH, ODOMETER_INTERFACE, SIGNALS_INTERFACE, SPEED_INTERFACE};
use zbus::{Connection, Message, Variant};

use crate::instruments::Told;
use crate::object::{self, variant};
use crate::outbox::Outbox;
use crate::publisher::{Numbers, Properties, Signal};
use crate::shared::Shared;

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Every value is in the message.
const INVALIDATED: &[&str] = &[];

/// Sends what is queued, in order, until the outbox is closed and empty or the bus is lost.
pub async fn run(connection: Connection, outbox: Arc<Outbox>, shared: Arc<Shared>) {
    let (mut signals, mut told) = (Vec::new(), Told::default());
    while outbox.take(&mut signals).await {
        let messages: Result<Vec<_>, _> = signals
            .drain(..)
            .filter_map(|signal| message(&connection, &shared, &mut told, signal).transpose())
            .collect();
        let sent = match messages {
            Ok(messages) => connection.send_all(&messages).await,
            Err(e) => Err(e),
        };
        if let Err(e) = sent {
            // The run loop ends the service when the connection is closed; nothing can be sent any more.
            tracing::debug!("signals not sent: {e}");
            return;
        }
        outbox.sent();
    }
}

/// `None`: there is nothing to tell any more.
fn message(
    connection: &Connection,
    shared: &Shared,
    told: &mut Told,
    signal: Signal,
) -> zbus::Result<Option<Message>> {
    let new = |interface: &'static str, member: &'static str| {
        let message = Message::signal(OBJECT_PATH, interface, member);
        match connection.unique_name() {
            Some(sender) => message.sender(sender.to_owned()),
            None => message,
        }
    };
    let message = match signal {
        Signal::SpeedChanged(speed) => new(SPEED_INTERFACE, "SpeedChanged").build(&speed),
        Signal::SpeedLost(state) => new(SPEED_INTERFACE, "SpeedLost").build(&state.as_str()),
        Signal::Properties(changed) => {
            let body = (SPEED_INTERFACE, values(shared, changed), INVALIDATED);
            new(PROPERTIES, "PropertiesChanged").build(&body)
        }
        Signal::Odometer => {
            let view = shared.lock().odometer.tell();
            let values: HashMap<_, _> = object::odometer_values(&view).into_iter().collect();
            new(PROPERTIES, "PropertiesChanged").build(&(ODOMETER_INTERFACE, values, INVALIDATED))
        }
        Signal::Available => {
            let paths = shared.lock().pipeline.board().paths();
            let body = (SIGNALS_INTERFACE, HashMap::from([("Available", Variant::from(paths))]), INVALIDATED);
            new(PROPERTIES, "PropertiesChanged").build(&body)
        }
        Signal::Instruments => {
            let change = told.catch_up(shared.lock().pipeline.board());
            if change.is_empty() {
                return Ok(None);
            }
            let values: HashMap<_, _> =
                change.values.into_iter().map(|(path, value)| (path, variant(value))).collect();
            new(SIGNALS_INTERFACE, "Changed").build(&(values, change.lost))
        }
    };
    message.map(Some)
}

fn values(shared: &Shared, changed: Properties) -> HashMap<&'static str, Variant<'static>> {
    let mut values = HashMap::new();
    if let Some(numbers) = changed.numbers {
        let kmh = |kmh: fn(Numbers) -> f64| Variant::from(numbers.map_or(f64::NAN, kmh));
        values.insert("Speed", kmh(|numbers| numbers.speed_kmh));
        values.insert("Uncertainty", kmh(|numbers| numbers.uncertainty_kmh));
        values.insert("Witnesses", Variant::from(numbers.map_or(0, |numbers| numbers.witnesses)));
        values.insert("IndicatedSpeed", kmh(|numbers| numbers.indicated_kmh));
    }
    if let Some(state) = changed.state {
        values.insert("State", Variant::from(state.as_str()));
    }
    if let Some(reason) = changed.reason {
        values.insert("StateReason", Variant::from(reason));
    }
    if changed.source {
        values.insert("Source", Variant::from(shared.lock().source.clone()));
    }
    values
}
