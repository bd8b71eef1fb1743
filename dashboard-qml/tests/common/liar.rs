//! Owns the service's name and says what a test wants it to say.

use std::collections::HashMap;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use interfaces::{BUS_NAME, DIAGNOSTICS_INTERFACE, OBJECT_PATH, SPEED_INTERFACE};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zbus::export::futures_core::Stream;
use zbus::fdo::RequestNameFlags;
use zbus::{Connection, Message, MessageStream, Variant};

use super::Bus;

type Values = HashMap<&'static str, Variant<'static>>;

enum Order {
    /// From now on the answer to `GetAll`, and nothing is signalled.
    Hold(Values),
    /// From now on `FramesReceived` of the diagnostics.
    Count(u64),
    /// A `PropertiesChanged` of this interface.
    Tell(&'static str, Values),
    /// A `PropertiesChanged` that has not the right type.
    Garble,
}

pub struct Liar {
    orders: UnboundedSender<(Order, Sender<()>)>,
    thread: Option<JoinHandle<()>>,
}

impl Liar {
    /// Takes the name, from whoever has it and lets it be taken, and says this speed and state.
    pub fn start(bus: &Bus, speed: impl Into<Variant<'static>>, state: impl Into<Variant<'static>>) -> Self {
        Self::start_with(bus, HashMap::from([("Speed", speed.into()), ("State", state.into())]))
    }

    /// The same with all that `GetAll` is to answer.
    pub fn start_with(bus: &Bus, values: Values) -> Self {
        let (orders, taken) = unbounded_channel();
        let (ready, is_ready) = channel();
        let address = bus.address.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(&address, values, taken, ready));
        });
        is_ready.recv().unwrap();
        Self { orders, thread: Some(thread) }
    }

    /// Answers with this from now on, and signals nothing.
    pub fn hold(&self, speed: impl Into<Variant<'static>>, state: impl Into<Variant<'static>>) {
        self.order(Order::Hold(HashMap::from([("Speed", speed.into()), ("State", state.into())])));
    }

    /// Answers with so many frames received from now on.
    pub fn count(&self, frames: u64) {
        self.order(Order::Count(frames));
    }

    /// Signals that a property of an interface has changed.
    pub fn tell(&self, interface: &'static str, name: &'static str, value: impl Into<Variant<'static>>) {
        self.tell_all(interface, HashMap::from([(name, value.into())]));
    }

    /// The same of several in one signal.
    pub fn tell_all(&self, interface: &'static str, values: Values) {
        self.order(Order::Tell(interface, values));
    }

    /// Sends a signal that no client can read.
    pub fn garble(&self) {
        self.order(Order::Garble);
    }

    fn order(&self, order: Order) {
        let (done, is_done) = channel();
        self.orders.send((order, done)).unwrap();
        is_done.recv().unwrap();
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        // Without orders it ends.
        self.orders = unbounded_channel().0;
        let _ = self.thread.take().unwrap().join();
    }
}

async fn serve(
    address: &str,
    mut values: Values,
    mut orders: UnboundedReceiver<(Order, Sender<()>)>,
    ready: Sender<()>,
) {
    let connection = zbus::conn::Builder::address(address).build().await.unwrap();
    let mut calls = MessageStream::from(&connection);
    let flags = RequestNameFlags::ALLOW_REPLACEMENT | RequestNameFlags::REPLACE_EXISTING;
    connection.request_name_with_flags(BUS_NAME, flags).await.unwrap();
    ready.send(()).unwrap();
    let mut counters = Values::new();
    loop {
        let next = std::future::poll_fn(|cx| std::pin::Pin::new(&mut calls).poll_next(cx));
        tokio::select! {
            call = next => match call {
                Some(Ok(call)) => answer(&connection, &call, &values, &counters).await,
                _ => return,
            },
            order = orders.recv() => {
                let Some((order, done)) = order else { return };
                match order {
                    Order::Hold(new) => values = new,
                    Order::Count(frames) => counters = HashMap::from([("FramesReceived", frames.into())]),
                    Order::Tell(interface, changed) => emit(&connection, &(interface, changed, Vec::<&str>::new())).await,
                    Order::Garble => emit(&connection, &"nonsense").await,
                }
                done.send(()).unwrap();
            }
        }
    }
}

async fn emit<B: serde::Serialize + zbus::DynamicType>(connection: &Connection, body: &B) {
    let interface = "org.freedesktop.DBus.Properties";
    connection.emit_signal(None::<&str>, OBJECT_PATH, interface, "PropertiesChanged", body).await.unwrap();
}

async fn answer(connection: &Connection, call: &Message, values: &Values, counters: &Values) {
    let header = call.header();
    if header.member().is_none_or(|member| *member != "GetAll") {
        return;
    }
    let none = Values::new();
    let all = match call.body().deserialize::<&str>() {
        Ok(SPEED_INTERFACE) => values,
        Ok(DIAGNOSTICS_INTERFACE) => counters,
        _ => &none,
    };
    let _ = connection.reply(&header, all).await;
}
