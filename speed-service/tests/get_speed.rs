//! getSpeed has a short way, for the plain call, and a long one. Nobody can tell which was taken.

mod common;

use std::collections::HashMap;
use std::time::Duration;

use common::bus::Bus;
use common::car::Car;
use common::listener::Listener;
use common::service::{Service, reached};
use futures_util::StreamExt;
use interfaces::{BUS_NAME, OBJECT_PATH, SPEED_INTERFACE, State};
use zbus::message::{Builder, Flags, Type};
use zbus::wire::Endian;
use zbus::{Connection, Message, MessageStream};

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

fn call() -> Builder<'static> {
    Message::method_call(OBJECT_PATH, "getSpeed").destination(BUS_NAME).interface(SPEED_INTERFACE)
}

/// Sends all of them at once, and returns the answers in their order; `None` where none had come when a later call was
/// answered.
async fn answers(connection: &Connection, calls: &[Message]) -> Vec<Option<Message>> {
    let mut stream = MessageStream::from(connection);
    let last = Message::method_call("/", "Ping").destination(BUS_NAME).interface("org.freedesktop.DBus.Peer");
    let last = last.build(&()).expect("a call");
    let serial = |message: &Message| message.primary_header().serial_num();
    connection.send_all(calls).await.expect("a bus");
    connection.send(&last).await.expect("a bus");
    let mut found = HashMap::new();
    let all = async {
        while let Some(Ok(message)) = stream.next().await {
            let Some(of) = message.header().reply_serial() else { continue };
            if of == serial(&last) {
                break;
            }
            assert!(found.insert(of, message).is_none(), "two answers to one call");
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("answers");
    calls.iter().map(|call| found.remove(&serial(call))).collect()
}

fn number(answer: Option<&Message>) -> i32 {
    let answer = answer.expect("an answer");
    assert_eq!(answer.message_type(), Type::MethodReturn, "{answer:?}");
    answer.body().deserialize().expect("one i")
}

fn error(answer: Option<&Message>) -> String {
    let header = answer.expect("an answer").header();
    header.error_name().expect("an error").as_str().rsplit('.').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn however_it_is_called_the_answer_is_the_same() {
    let car = (0..40_u64).fold(Car::new(), |car, n| car.frame(n * 20, 87.2 + 0.01 * (n % 3) as f64));
    let bus = Bus::start();
    let listener = Listener::on(&bus).await;
    let connection = &listener.connection;
    // A second of the log is 50 of ours.
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--rate", "0.02"];
    let (_service, proxy) = Service::ready(&bus, connection, &arguments).await;

    let [early] = &answers(connection, &[call().build(&()).expect("a call")]).await[..] else {
        panic!("one call, one answer")
    };
    assert_eq!(error(early.as_ref()), "NoData");

    reached(&proxy, State::Ok).await;
    let name = zbus::fdo::DBusProxy::new(connection).await.expect("the bus");
    let owner = name.get_name_owner(BUS_NAME.try_into().expect("a name")).await.expect("an owner");
    let build = |call: Builder<'_>| call.build(&()).expect("a call");
    let calls = [
        build(call()),
        build(call().destination(&*owner)),
        build(call().endian(Endian::Big)),
        build(call().with_flags(Flags::NO_AUTO_START)),
        build(call().with_flags(Flags::NO_REPLY_EXPECTED)),
        call().build(&7).expect("a call"),
        build(Message::method_call(OBJECT_PATH, "getspeed").destination(BUS_NAME).interface(SPEED_INTERFACE)),
        build(
            Message::method_call("/org/cardash", "getSpeed").destination(BUS_NAME).interface(SPEED_INTERFACE),
        ),
    ];
    let found = answers(connection, &calls).await;
    for (n, what) in ["plain", "unique name", "big endian", "a harmless flag"].into_iter().enumerate() {
        assert_eq!(number(found[n].as_ref()), 87, "{what}");
        let header = found[n].as_ref().expect("an answer").header();
        assert_eq!(header.sender().map(|name| name.as_str()), Some(owner.as_str()), "{what}");
    }
    assert!(found[4].is_none(), "an answer that nobody wanted");
    assert_eq!(error(found[5].as_ref()), "InvalidArgs");
    assert_eq!(error(found[6].as_ref()), "UnknownMethod");
    assert_eq!(error(found[7].as_ref()), "UnknownInterface");
}

#[tokio::test]
async fn thousands_at_once_among_other_calls_are_all_answered() {
    let car = (0..40_u64).fold(Car::new(), |car, n| car.frame(n * 20, 87.2 + 0.01 * (n % 3) as f64));
    let bus = Bus::start();
    let listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--rate", "0.02"];
    let (_service, proxy) = Service::ready(&bus, &listener.connection, &arguments).await;
    reached(&proxy, State::Ok).await;
    let get = || {
        let call = Message::method_call(OBJECT_PATH, "Get").destination(BUS_NAME).interface(PROPERTIES);
        call.build(&(SPEED_INTERFACE, "State")).expect("a call")
    };
    // As many under way as the bus allows one client.
    for _ in 0..30 {
        let calls: Vec<Message> =
            (0..100).map(|n| if n % 10 == 0 { get() } else { call().build(&()).expect("a call") }).collect();
        let found = answers(&listener.connection, &calls).await;
        for (n, answer) in found.iter().enumerate() {
            if n % 10 == 0 {
                assert_eq!(answer.as_ref().map(Message::message_type), Some(Type::MethodReturn), "call {n}");
            } else {
                assert_eq!(number(answer.as_ref()), 87, "call {n}");
            }
        }
    }
}
