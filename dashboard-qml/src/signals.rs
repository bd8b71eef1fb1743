//! Follows `org.cardash.Signals1` and `org.cardash.Odometer1` of one owner of the service's name.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use interfaces::{OBJECT_PATH, ODOMETER_INTERFACE, SIGNALS_INTERFACE, Signals1Proxy};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::sleep;
use zbus::fdo::PropertiesProxy;
use zbus::message::Sequence;
use zbus::names::OwnedUniqueName;
use zbus::proxy::CacheProperties;
use zbus::{Connection, OwnedVariant, Variant};

use crate::answer::{answer, next};
use crate::car::{Instruments, Told, Word};

/// Between two attempts with a service that does not answer.
const RETRY: Duration = Duration::from_millis(500);

/// What the bus says of a service that has gone, or does not answer: nothing about its interfaces.
const NOT_THERE: [&str; 3] = [
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
    "org.freedesktop.DBus.Error.NoReply",
];

/// Sends what the instruments are to show, at once and at each change. `again` makes it read everything anew: after the
/// service was hung nothing that it said before counts. It has a pace of its own: the speed does not wait for it.
pub(crate) async fn run(
    connection: &Connection,
    owner: &OwnedUniqueName,
    news: &UnboundedSender<Arc<Instruments>>,
    again: &Notify,
) -> Infallible {
    loop {
        // The loss of the bus is noticed by those who follow the speed.
        let Err(_no_answer) = follow(connection, owner, news, again).await;
        sleep(RETRY).await;
    }
}

async fn follow(
    connection: &Connection,
    owner: &OwnedUniqueName,
    news: &UnboundedSender<Arc<Instruments>>,
    again: &Notify,
) -> zbus::Result<Infallible> {
    let signals = Signals1Proxy::builder(connection).destination(owner).cache_properties(CacheProperties::No);
    let signals = answer(signals.build()).await?;
    let properties = PropertiesProxy::builder(connection).destination(owner).path(OBJECT_PATH);
    let properties = answer(properties.cache_properties(CacheProperties::No).build()).await?;
    // Both before the first question, or a change between would be missed.
    let mut changes = answer(signals.receive_changed()).await?;
    let mut property_changes = answer(properties.receive_properties_changed()).await?;
    let mut told = Told::default();
    let mut newest: Option<Sequence> = None;
    let mut ask = true;
    loop {
        if std::mem::take(&mut ask) {
            told = Told::default();
            newest = all(connection, owner, &mut told).await?;
            // Nobody listens only when this ends too.
            let _ = news.send(Arc::new(told.instruments()));
        }
        tokio::select! {
            change = next(&mut changes) => {
                let change = change?;
                // One that was overtaken by the answer is old.
                if newest.is_some_and(|newest| change.message().recv_position() < newest) {
                    continue;
                }
                let Ok(arguments) = change.args() else { continue };
                let values = arguments.values.iter().map(|(path, value)| (path.as_str(), &**value));
                told.take(values, &arguments.lost);
            }
            change = next(&mut property_changes) => {
                let change = change?;
                let Ok(arguments) = change.args() else { continue };
                match arguments.interface_name.as_str() {
                    // Another profile.
                    SIGNALS_INTERFACE => ask = true,
                    ODOMETER_INTERFACE => {
                        let changed = &arguments.changed_properties;
                        told.take_distances(changed.get("Total"), changed.get("TripA"));
                    }
                    _ => continue,
                }
            }
            () = again.notified() => ask = true,
        }
        if !ask {
            let _ = news.send(Arc::new(told.instruments()));
        }
    }
}

/// Reads everything; the place of the answer among the messages.
async fn all(
    connection: &Connection,
    owner: &OwnedUniqueName,
    told: &mut Told,
) -> zbus::Result<Option<Sequence>> {
    let get_all = async |interface: &str| {
        let properties = Some("org.freedesktop.DBus.Properties");
        let arguments = &(interface,);
        let asked = connection.call_method(Some(owner), OBJECT_PATH, properties, "GetAll", arguments);
        match answer(asked).await {
            Ok(reply) => Ok(Some(reply)),
            // A service that has no such interface: it has said so, and need not be asked again.
            Err(zbus::Error::MethodError(name, ..)) if !NOT_THERE.contains(&name.as_str()) => Ok(None),
            Err(error) => Err(error),
        }
    };
    if let Some(reply) = get_all(ODOMETER_INTERFACE).await?
        && let Ok(values) = reply.body().deserialize::<HashMap<String, OwnedVariant>>()
    {
        let value = |name: &str| values.get(name).map(|value| &**value);
        told.take_distances(value("Total"), value("TripA"));
    }
    let Some(reply) = get_all(SIGNALS_INTERFACE).await? else { return Ok(None) };
    if let Ok(mut values) = reply.body().deserialize::<HashMap<String, OwnedVariant>>() {
        let mut property = |name: &str| values.remove(name).map(Variant::from);
        let available = property("Available").and_then(|paths| Vec::<String>::try_from(paths).ok());
        told.available = available.unwrap_or_default().into_iter().collect();
        let signals = property("Signals").and_then(|all| HashMap::<String, Variant<'_>>::try_from(all).ok());
        told.take(signals.iter().flatten().map(|(path, value)| (path.as_str(), value)), &[]);
    }
    Ok(Some(reply.recv_position()))
}

impl Told {
    /// Takes a `Changed`. A value of a type that the contract does not have is none.
    fn take<'v, 's: 'v>(
        &mut self,
        values: impl Iterator<Item = (&'v str, &'v Variant<'s>)>,
        lost: &[String],
    ) {
        for (path, value) in values {
            match Word::from_variant(value) {
                Some(word) => self.values.insert(path.to_owned(), word),
                None => self.values.remove(path),
            };
        }
        for path in lost {
            self.values.remove(path);
        }
    }

    /// Takes properties of `org.cardash.Odometer1`: what of them is there.
    fn take_distances(&mut self, total: Option<&Variant<'_>>, trip: Option<&Variant<'_>>) {
        self.total_m = total.and_then(metres).or(self.total_m);
        self.trip_m = trip.and_then(metres).or(self.trip_m);
    }
}

fn metres(value: &Variant<'_>) -> Option<f64> {
    // Whole metres: exact in a double far beyond what any car drives.
    if let Variant::U64(metres) = value { Some(*metres as f64) } else { None }
}
