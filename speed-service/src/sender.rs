//! The task that puts signals on the bus. It alone waits when the bus is slow.

use std::collections::HashMap;
use std::sync::Arc;

use interfaces::connection::{Direct, Head};
use interfaces::{OBJECT_PATH, ODOMETER_INTERFACE, SIGNALS_INTERFACE, SPEED_INTERFACE};
use zbus::message::Builder;
use zbus::wire::serialized::Context;
use zbus::wire::{NATIVE_ENDIAN, to_bytes};
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
pub async fn run(mut way: Way, outbox: Arc<Outbox>, shared: Arc<Shared>) {
    let (mut signals, mut told) = (Vec::new(), Told::default());
    while outbox.take(&mut signals).await {
        let sent = async {
            for signal in signals.drain(..) {
                way.add(signal, &shared, &mut told)?;
            }
            way.send().await
        };
        if let Err(e) = sent.await {
            // The run loop ends the service when the connection is closed; nothing can be sent any more.
            tracing::debug!("signals not sent: {e}");
            return;
        }
        outbox.sent();
    }
}

/// To the bus.
pub struct Way {
    connection: Connection,
    direct: Option<(Direct, Heads)>,
    /// What is to be sent next: messages, or by the short way their bytes.
    messages: Vec<Message>,
    bytes: Vec<u8>,
}

/// Of the signals that come with almost each frame.
struct Heads {
    changed: Head,
    properties: Head,
}

impl Way {
    /// That of `connection`, which is shorter where there is a `direct` one.
    #[must_use]
    pub fn new(connection: Connection, direct: Option<Direct>) -> Self {
        let heads = || {
            let changed = head(&connection, SPEED_INTERFACE, "SpeedChanged").build(&0)?;
            let nothing = (SPEED_INTERFACE, HashMap::<&str, Variant<'_>>::new(), INVALIDATED);
            let properties = head(&connection, PROPERTIES, "PropertiesChanged").build(&nothing)?;
            Ok::<_, zbus::Error>(Heads { changed: Head::of(&changed), properties: Head::of(&properties) })
        };
        let direct = direct.and_then(|direct| Some((direct, heads().ok()?)));
        Self { connection, direct, messages: Vec::new(), bytes: Vec::new() }
    }

    fn add(&mut self, signal: Signal, shared: &Shared, told: &mut Told) -> zbus::Result<()> {
        if let Some((direct, heads)) = &mut self.direct {
            match signal {
                Signal::SpeedChanged(speed) => {
                    heads.changed.put(direct.serial(), &speed.to_ne_bytes(), &mut self.bytes);
                    return Ok(());
                }
                Signal::Properties(changed) => {
                    let body = to_bytes(Context::new(NATIVE_ENDIAN, 0), &properties(shared, changed))?;
                    heads.properties.put(direct.serial(), &body, &mut self.bytes);
                    return Ok(());
                }
                _ => {}
            }
        }
        let Some(message) = message(&self.connection, shared, told, signal)? else { return Ok(()) };
        if self.direct.is_some() {
            self.bytes.extend_from_slice(message.data());
        } else {
            self.messages.push(message);
        }
        Ok(())
    }

    async fn send(&mut self) -> zbus::Result<()> {
        if let Some((direct, _)) = &self.direct {
            direct.send(&self.bytes).await?;
        } else {
            self.connection.send_all(&self.messages).await?;
        }
        self.messages.clear();
        self.bytes.clear();
        Ok(())
    }
}

fn head(connection: &Connection, interface: &'static str, member: &'static str) -> Builder<'static> {
    let message = Message::signal(OBJECT_PATH, interface, member);
    match connection.unique_name() {
        Some(sender) => message.sender(sender.to_owned()),
        None => message,
    }
}

/// `None`: there is nothing to tell any more.
fn message(
    connection: &Connection,
    shared: &Shared,
    told: &mut Told,
    signal: Signal,
) -> zbus::Result<Option<Message>> {
    let new = |interface, member| head(connection, interface, member);
    let message = match signal {
        Signal::SpeedChanged(speed) => new(SPEED_INTERFACE, "SpeedChanged").build(&speed),
        Signal::SpeedLost(state) => new(SPEED_INTERFACE, "SpeedLost").build(&state.as_str()),
        Signal::Properties(changed) => {
            new(PROPERTIES, "PropertiesChanged").build(&properties(shared, changed))
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

/// The body of `PropertiesChanged`.
type Changed = (&'static str, HashMap<&'static str, Variant<'static>>, &'static [&'static str]);

fn properties(shared: &Shared, changed: Properties) -> Changed {
    (SPEED_INTERFACE, values(shared, changed), INVALIDATED)
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
