//! The task that puts signals on the bus. It alone waits when the bus is slow.

use std::collections::HashMap;
use std::sync::Arc;

use interfaces::{OBJECT_PATH, SPEED_INTERFACE};
use zbus::{Connection, Message, Variant};

use crate::outbox::Outbox;
use crate::publisher::{Numbers, Properties, Signal};
use crate::shared::Shared;

/// Sends what is queued, in order, until the outbox is closed and empty or the bus is lost.
pub async fn run(connection: Connection, outbox: Arc<Outbox>, shared: Arc<Shared>) {
    let mut signals = Vec::new();
    while outbox.take(&mut signals).await {
        let messages: Result<Vec<_>, _> =
            signals.drain(..).map(|signal| message(&connection, &shared, signal)).collect();
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

fn message(connection: &Connection, shared: &Shared, signal: Signal) -> zbus::Result<Message> {
    let new = |interface: &'static str, member: &'static str| {
        let message = Message::signal(OBJECT_PATH, interface, member);
        match connection.unique_name() {
            Some(sender) => message.sender(sender.to_owned()),
            None => message,
        }
    };
    match signal {
        Signal::SpeedChanged(speed) => new(SPEED_INTERFACE, "SpeedChanged").build(&speed),
        Signal::SpeedLost(state) => new(SPEED_INTERFACE, "SpeedLost").build(&state.as_str()),
        Signal::Properties(changed) => {
            let invalidated: [&str; 0] = [];
            let body = (SPEED_INTERFACE, values(shared, changed), invalidated.as_slice());
            new("org.freedesktop.DBus.Properties", "PropertiesChanged").build(&body)
        }
    }
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
