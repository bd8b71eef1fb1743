//! Follows one owner of the service's name.

use std::cell::Cell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use interfaces::{OBJECT_PATH, SPEED_INTERFACE};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until};
use zbus::fdo::PropertiesProxy;
use zbus::message::Sequence;
use zbus::names::OwnedUniqueName;
use zbus::proxy::CacheProperties;
use zbus::{Connection, Message, OwnedVariant, Variant};

use crate::answer::{answer, next};
use crate::car::Instruments;
use crate::details;
use crate::link::Link;
use crate::reading::{NO_ANSWER, Reading, Told, known_reason};
use crate::signals;
use crate::silence::{self, Seen};

/// A service at a steady speed sends nothing, and so does a hung one. When it has said nothing of its speed for so
/// long, it is asked, and with `ANSWER_WITHIN` this bounds the life of a number: 250 + 500 ms.
const ASK_AFTER_SILENCE: Duration = Duration::from_millis(250);

/// Shows what this owner says, until the bus is lost; goes dark when its car has been silent for `dark_after`. The caller drops this when the owner changes.
///
/// Values are read by `GetAll` and `PropertiesChanged`, not by the proxy's cached properties: only
/// here can an answer that was overtaken by a signal be told from a newer one.
pub(crate) async fn run(
    connection: &Connection,
    owner: &OwnedUniqueName,
    dark_after: Option<Duration>,
    link: &Link,
) -> zbus::Result<Infallible> {
    // By unique name: neither a successor's signals nor bus activation can slip in.
    let properties = answer(
        PropertiesProxy::builder(connection)
            .destination(owner)
            .path(OBJECT_PATH)
            .cache_properties(CacheProperties::No)
            .build(),
    )
    .await?;
    let mut changes = answer(properties.receive_properties_changed()).await?;
    let (page, mut pages) = mpsc::unbounded_channel();
    let details = details::run(connection, owner, link, &page);
    let (told, mut heard) = mpsc::unbounded_channel();
    let again = Notify::new();
    let signals = signals::run(connection, owner, &told, &again);
    let (seen, mut is_dark) = (Cell::new(Seen::default()), false);
    let (hides, mut hidden) = mpsc::unbounded_channel();
    let silence = silence::run(connection, owner, dark_after, &seen, &hides);
    tokio::pin!(details, signals, silence);
    let mut values = Values::default();
    let mut ask_at = Instant::now();
    let mut hung = false;
    loop {
        tokio::select! {
            change = next(&mut changes) => {
                match values.changed(&change?) {
                    News::Speed => ask_at = Instant::now() + ASK_AFTER_SILENCE,
                    News::Incomplete => ask_at = Instant::now(),
                    News::None => {}
                }
            }
            () = sleep_until(ask_at) => {
                let (path, all) = (OBJECT_PATH, &(SPEED_INTERFACE,));
                let asked = connection.call_method(Some(owner), path, Some("org.freedesktop.DBus.Properties"), "GetAll", all);
                match answer(asked).await {
                    Ok(reply) => {
                        if std::mem::take(&mut hung) {
                            again.notify_one();
                        }
                        values.all(&reply);
                    }
                    Err(_) => {
                        values.unanswered();
                        values.instruments = None;
                        hung = true;
                    }
                }
                ask_at = Instant::now() + ASK_AFTER_SILENCE;
            }
            Some(dark) = hidden.recv() => is_dark = dark,
            Some(page) = pages.recv() => values.details = page,
            Some(instruments) = heard.recv() => values.instruments = Some(instruments),
            never = &mut details => match never {},
            never = &mut signals => match never {},
            never = &mut silence => match never {},
        }
        let mut reading = values.reading();
        let state = values.told.state.filter(|_| values.answered);
        seen.set(Seen { state, last_kmh: reading.speed_kmh.or(seen.get().last_kmh) });
        // With its first word the car is back, whatever has been counted.
        is_dark &= seen.get().has_nothing();
        reading.dark = is_dark;
        link.show(reading);
    }
}

/// What a `PropertiesChanged` was.
enum News {
    /// Of the speed or its state: whoever says this is not hung.
    Speed,
    /// Only a part of what is to be known.
    Incomplete,
    /// Nothing, or something else. It is no sign of life: a number must not live on counters that change.
    None,
}

/// The last that this owner said.
#[derive(Default)]
struct Values {
    answered: bool,
    told: Told,
    details: String,
    instruments: Option<Arc<Instruments>>,
    newest: Option<Sequence>,
}

impl Values {
    fn reading(&self) -> Reading {
        if !self.answered {
            return Reading::without_speed(NO_ANSWER);
        }
        let (details, instruments) = (self.details.clone(), self.instruments.clone());
        Reading { details, instruments, ..Reading::from_service(&self.told) }
    }

    fn unanswered(&mut self) {
        // Nothing that it said before counts any more.
        let details = std::mem::take(&mut self.details);
        let instruments = self.instruments.take();
        *self = Self { newest: self.newest, details, instruments, ..Self::default() };
    }

    /// Takes the answer to `GetAll`, which is complete: what is missing in it does not exist.
    fn all(&mut self, reply: &Message) {
        let body = reply.body();
        let Ok(values) = body.deserialize::<HashMap<String, OwnedVariant>>() else {
            return self.unanswered();
        };
        self.unanswered();
        self.answered = true;
        self.newest = Some(reply.recv_position());
        for (name, value) in values {
            self.set(&name, &value);
        }
    }

    /// Takes a `PropertiesChanged`, unless an answer that was sent after it has been taken.
    fn changed(&mut self, change: &zbus::fdo::PropertiesChanged) -> News {
        let position = change.message().recv_position();
        // One that is not what the contract says is no news; the next question tells.
        let Ok(arguments) = change.args() else { return News::None };
        if arguments.interface_name != SPEED_INTERFACE || self.newest.is_some_and(|newest| position < newest)
        {
            return News::None;
        }
        self.newest = Some(position);
        // An indicated speed belongs to the speed that it came with.
        if arguments.changed_properties.contains_key("Speed") {
            self.told.indicated_kmh = None;
        }
        for (name, value) in &arguments.changed_properties {
            self.set(name, value);
        }
        let changed = arguments.changed_properties.keys();
        // Until everything has been read once, a part is not enough to show a number.
        if !self.answered || !arguments.invalidated_properties.is_empty() {
            News::Incomplete
        } else if changed.into_iter().any(|name| ["Speed", "State"].contains(name)) {
            News::Speed
        } else {
            News::None
        }
    }

    fn set(&mut self, name: &str, value: &Variant<'_>) {
        let number = if let Variant::F64(kmh) = value { Some(*kmh) } else { None };
        let word = if let Variant::Str(word) = value { word.as_str() } else { "" };
        match name {
            "Speed" => self.told.speed_kmh = number,
            // What is there and no number is none that may be shown.
            "IndicatedSpeed" => self.told.indicated_kmh = number.or(Some(f64::NAN)),
            "State" => self.told.state = word.parse().ok(),
            "StateReason" => self.told.reason = known_reason(word),
            _ => {}
        }
    }
}
