//! A client that hears every signal of the object, in order, whoever owns the name.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use interfaces::{BUS_NAME, OBJECT_PATH};
use tokio::sync::mpsc;
use zbus::message::Type;
use zbus::{Connection, MatchRule, Message, MessageStream, OwnedVariant, Variant};

use super::PATIENCE;
use super::bus::{Bus, Connect as _};

/// One signal.
#[derive(Debug, PartialEq)]
pub enum Heard {
    Changed(i32),
    Lost(String),
    Properties(HashMap<String, OwnedVariant>),
    /// `Changed` of `org.cardash.Signals1`: path to value, and those that have none any more.
    Signals(HashMap<String, OwnedVariant>, Vec<String>),
    /// Not the service's: see [`Listener::pending`].
    Mark(u32),
}

/// Where the listener's own signals come from.
const MARKS: &str = "org.cardash.Test.Marks";

pub struct Listener {
    pub connection: Connection,
    heard: mpsc::UnboundedReceiver<Heard>,
    marks: u32,
}

impl Listener {
    /// Hears everything from now on; the service need not exist yet.
    pub async fn on(bus: &Bus) -> Self {
        let connection = bus.connect().await;
        let rule = MatchRule::builder().msg_type(Type::Signal).path(OBJECT_PATH).build().expect("a rule");
        let mut stream =
            MessageStream::for_match_rule(rule, &connection, None).await.expect("a subscription");
        let (sender, heard) = mpsc::unbounded_channel();
        let own = connection.unique_name().map(|name| zbus::names::UniqueName::from(name.to_owned()));
        tokio::spawn(async move {
            while let Some(Ok(message)) = stream.next().await {
                let header = message.header();
                if header.interface().is_some_and(|name| *name == MARKS) && header.sender() != own.as_ref() {
                    continue;
                }
                let Some(heard) = read(&message) else { continue };
                if sender.send(heard).is_err() {
                    return;
                }
            }
        });
        Self { connection, heard, marks: 0 }
    }

    /// The next signal.
    pub async fn next(&mut self) -> Heard {
        let next = tokio::time::timeout(PATIENCE, self.heard.recv()).await;
        next.expect("a signal in time").expect("the listener goes on")
    }

    /// The next signal of the speed.
    pub async fn speed(&mut self) -> Heard {
        loop {
            let heard = self.next().await;
            if !matches!(heard, Heard::Properties(_) | Heard::Signals(..)) {
                return heard;
            }
        }
    }

    /// Everything up to the `SpeedLost` with this state that nothing follows for a second.
    pub async fn until_last_lost(&mut self, state: &str) -> Vec<Heard> {
        let mut all = Vec::new();
        loop {
            let last =
                all.iter().rev().find(|heard| !matches!(heard, Heard::Properties(_) | Heard::Signals(..)));
            let ended = last == Some(&Heard::Lost(state.to_owned()));
            let patience = if ended { Duration::from_secs(1) } else { PATIENCE };
            match tokio::time::timeout(patience, self.heard.recv()).await {
                Ok(heard) => all.push(heard.expect("the listener goes on")),
                Err(_) if ended => return all,
                Err(_) => panic!("no SpeedLost({state:?}) in time, after {} signals", all.len()),
            }
        }
    }

    /// What the service has said up to now and has not been taken yet.
    ///
    /// A bus keeps the order of each sender's messages, and so does a connection. What was said before the service
    /// answers is on this connection when the answer is; a signal that the listener itself sends then comes after it.
    pub async fn pending(&mut self) -> Vec<Heard> {
        // Twice: what it has queued for the bus when the first comes in is sent by the second. No service, no answer.
        for _ in 0..2 {
            let peer = Some("org.freedesktop.DBus.Peer");
            let _ = self.connection.call_method(Some(BUS_NAME), OBJECT_PATH, peer, "Ping", &()).await;
        }
        self.marks += 1;
        let mark = self.connection.emit_signal(None::<&str>, OBJECT_PATH, MARKS, "Mark", &self.marks).await;
        mark.expect("the bus takes a signal");
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Heard::Mark(mark) if mark == self.marks => return all,
                heard => all.push(heard),
            }
        }
    }
}

impl Heard {
    /// One property of a `PropertiesChanged`, as text.
    pub fn state(&self) -> Option<&str> {
        let Self::Properties(changed) = self else { return None };
        match &**changed.get("State")? {
            Variant::Str(state) => Some(state.as_str()),
            other => panic!("State is {other:?}"),
        }
    }

    pub fn speed_kmh(&self) -> Option<f64> {
        let Self::Properties(changed) = self else { return None };
        match &**changed.get("Speed")? {
            Variant::F64(kmh) => Some(*kmh),
            other => panic!("Speed is {other:?}"),
        }
    }
}

/// What is heard of the speed; `None`: it is about the odometer.
fn read(message: &Message) -> Option<Heard> {
    let header = message.header();
    let body = message.body();
    Some(match header.member().map(|member| member.as_str()) {
        Some("SpeedChanged") => Heard::Changed(body.deserialize().expect("SpeedChanged(i)")),
        Some("SpeedLost") => Heard::Lost(body.deserialize().expect("SpeedLost(s)")),
        Some("Changed") => {
            let (values, lost) = body.deserialize().expect("Changed(a{sv}as)");
            Heard::Signals(values, lost)
        }
        Some("Mark") => Heard::Mark(body.deserialize().expect("Mark(u)")),
        Some("PropertiesChanged") => {
            let (interface, changed, invalidated): (String, HashMap<String, OwnedVariant>, Vec<String>) =
                body.deserialize().expect("PropertiesChanged(sa{sv}as)");
            assert!(invalidated.is_empty() && !changed.is_empty());
            if interface == interfaces::ODOMETER_INTERFACE {
                return None;
            }
            assert_eq!(interface, interfaces::SPEED_INTERFACE);
            Heard::Properties(changed)
        }
        other => panic!("the object sent {other:?}"),
    })
}
