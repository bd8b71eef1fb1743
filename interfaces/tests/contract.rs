//! Holds the proxies, the states and the errors against the XML.
//!
//! The other end of a socket pair answers like a service made from the XML alone: it knows the
//! members of the XML, by name and type, and nothing else. Every member of all proxies is then
//! really used. The test fails when
//!
//! * a proxy's member has a name that the XML lacks: the answer is `UnknownMethod` or
//!   `UnknownProperty`; for a signal, nothing arrives in time;
//! * a type differs: what arrives does not decode;
//! * the XML has a member that no proxy has, or a proxy one that is not used here: the numbers of
//!   members differ;
//! * a proxy caches a property that the XML says is not signalled, or the other way round.

mod ends;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use interfaces::{
    DIAGNOSTICS_INTERFACE, DIAGNOSTICS_XML, Diagnostics1Proxy, OBJECT_PATH, ODOMETER_INTERFACE, ODOMETER_XML,
    Odometer1Proxy, SIGNALS_INTERFACE, SIGNALS_XML, SPEED_INTERFACE, SPEED_XML, STATE_REASONS, SignalError,
    Signals1Proxy, Speed1Proxy, SpeedError, State,
};
use zbus::message::{Message, Type};
use zbus::{Connection, MessageStream, Variant};
use zbus_xml::{ArgDirection, Interface, Node};

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// The server's name on the bus, which the other end plays as well.
const SERVER: &str = ":1.1";
const EMITS_CHANGED: &str = "org.freedesktop.DBus.Property.EmitsChangedSignal";

const INTERFACES: [&str; 4] = [SPEED_INTERFACE, DIAGNOSTICS_INTERFACE, SIGNALS_INTERFACE, ODOMETER_INTERFACE];

#[tokio::test]
async fn the_proxies_are_the_xml() {
    let (client, server, seen) = connect().await;
    let speed = Speed1Proxy::builder(&client).build().await.expect("a Speed1 proxy");
    let diagnostics = Diagnostics1Proxy::builder(&client).build().await.expect("a Diagnostics1 proxy");
    let odometer = Odometer1Proxy::builder(&client).build().await.expect("an Odometer1 proxy");

    let signals = Signals1Proxy::builder(&client).build().await.expect("a Signals1 proxy");

    let mut instruments = signals.receive_changed().await.expect("a stream of Changed");
    let mut changed = speed.receive_integer_speed_changed().await.expect("a stream of SpeedChanged");
    let mut lost = speed.receive_speed_lost().await.expect("a stream of SpeedLost");
    emit_signals(&server, &seen).await;
    assert_eq!(within_a_moment("SpeedChanged", &mut changed).await.args().expect("SpeedChanged(i)").speed, 1);
    assert_eq!(within_a_moment("SpeedLost", &mut lost).await.args().expect("SpeedLost(s)").state, "ok");

    let told = within_a_moment("Changed", &mut instruments).await;
    let told = told.args().expect("Changed(a{sv} as)");
    assert!(told.values.contains_key("key") && told.lost == ["word"], "{told:?}");

    assert_eq!(speed.get_speed().await.expect("getSpeed() -> i"), 1);
    assert_eq!(*signals.value("Vehicle.X").await.expect("Get(s) -> v"), Variant::from(1u32));
    assert!(signals.describe("Vehicle.X").await.expect("Describe(s) -> a{sv}").contains_key("key"));
    odometer.reset_trip("A").await.expect("ResetTrip(s)");
    odometer.set_odometer(1).await.expect("SetOdometer(t)");
    odometer.correct_odometer(1).await.expect("CorrectOdometer(t)");
    assert!(odometer.describe().await.expect("Describe() -> a{sv}").contains_key("key"));
    // Twice each: a property that is signalled is answered from the proxy's cache, the others are asked anew.
    for _ in 0..2 {
        assert!((speed.speed().await.expect("Speed: d") - 1.0).abs() < f64::EPSILON);
        assert!((speed.uncertainty().await.expect("Uncertainty: d") - 1.0).abs() < f64::EPSILON);
        assert_eq!(speed.witnesses().await.expect("Witnesses: u"), 1);
        assert!((speed.indicated_speed().await.expect("IndicatedSpeed: d") - 1.0).abs() < f64::EPSILON);
        assert_eq!(speed.state().await.expect("State: s"), State::Ok);
        assert_eq!(speed.state_reason().await.expect("StateReason: s"), "ok");
        assert_eq!(speed.source().await.expect("Source: s"), "ok");
        assert_eq!(speed.timestamp().await.expect("Timestamp: t"), 1);
        assert!(speed.wheel_speeds().await.expect("WheelSpeeds: a{sv}").contains_key("key"));

        assert_eq!(signals.available().await.expect("Available: as"), ["word"]);
        assert!(signals.signals().await.expect("Signals: a{sv}").contains_key("key"));
        assert_eq!(odometer.total().await.expect("Total: t"), 1);
        assert_eq!(odometer.trip_a().await.expect("TripA: t"), 1);
        assert_eq!(odometer.trip_b().await.expect("TripB: t"), 1);
        assert!(odometer.at_least().await.expect("AtLeast: b"));
        assert_eq!(odometer.unknown().await.expect("Unknown: t"), 1);
        assert_eq!(odometer.trip_a_unknown().await.expect("TripAUnknown: t"), 1);
        assert_eq!(odometer.trip_b_unknown().await.expect("TripBUnknown: t"), 1);
        assert!(odometer.kept().await.expect("Kept: b"));
        assert_eq!(odometer.reason().await.expect("Reason: s"), "ok");

        assert_eq!(diagnostics.frames_received().await.expect("FramesReceived: t"), 1);
        assert_eq!(diagnostics.frames_decoded().await.expect("FramesDecoded: t"), 1);
        assert_eq!(diagnostics.frames_rejected().await.expect("FramesRejected: t"), 1);
        assert_eq!(diagnostics.frames_ignored().await.expect("FramesIgnored: t"), 1);
        assert!(diagnostics.rejections().await.expect("Rejections: a{sv}").contains_key("key"));
        assert_eq!(diagnostics.frames_dropped().await.expect("FramesDropped: t"), 1);
        assert_eq!(diagnostics.error_frames().await.expect("ErrorFrames: t"), 1);
        assert_eq!(diagnostics.log_lines_damaged().await.expect("LogLinesDamaged: t"), 1);
        assert_eq!(diagnostics.reconnects().await.expect("Reconnects: t"), 1);
        assert_eq!(diagnostics.last_error().await.expect("LastError: s"), "ok");
        assert_eq!(diagnostics.uptime().await.expect("Uptime: t"), 1);
        assert!(diagnostics.configuration().await.expect("Configuration: a{sv}").contains_key("key"));
    }

    let seen = seen.lock().expect("the server's notes");
    let contract = members_of_the_contract();
    for (member, signalled) in &contract {
        let expected = match signalled {
            None => 1,
            Some(true) => 0,
            Some(false) => 2,
        };
        let asked = seen.get(member).copied().unwrap_or_default();
        assert_eq!(
            asked, expected,
            "{member}: how often the proxy asked for it (a signalled property is cached)"
        );
    }
    let functions =
        include_str!("../src/proxy.rs").lines().filter(|line| line.starts_with("    fn ")).count();
    assert_eq!(functions, contract.len(), "functions in proxy.rs (left) and members of the XML (right)");
}

#[test]
fn the_xml_names_every_state_and_every_error() {
    for state in State::ALL {
        assert!(SPEED_XML.contains(&format!("\"{state}\"")), "the XML does not document the state {state}");
    }
    let errors: BTreeSet<&str> =
        SPEED_XML.split_whitespace().filter(|word| word.starts_with("org.cardash.Speed1.Error.")).collect();
    let ours: BTreeSet<String> = State::ALL
        .into_iter()
        .filter_map(|state| SpeedError::for_state(state, String::new()))
        .map(|error| zbus::DBusError::name(&error).to_string())
        .collect();
    assert_eq!(errors, ours.iter().map(String::as_str).collect());
}

#[test]
fn the_xml_names_every_error_of_signals() {
    let errors: BTreeSet<&str> = SIGNALS_XML
        .split_whitespace()
        .filter(|word| word.starts_with("org.cardash.Signals1.Error."))
        .collect();
    let ours = [SignalError::NotInThisCar, SignalError::NotAvailable, SignalError::Stale, SignalError::Fault];
    let ours: BTreeSet<String> =
        ours.map(|error| zbus::DBusError::name(&error(String::new())).to_string()).into_iter().collect();
    assert_eq!(errors, ours.iter().map(String::as_str).collect());
}

#[test]
fn the_xml_lists_every_reason_and_no_other() {
    let (_, after) = SPEED_XML.split_once("      StateReason: ").expect("StateReason is documented");
    let (comment, _) = after.split_once("-->").expect("a comment ends");
    let listed =
        comment.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" ")).map(|(w, _)| w);
    assert_eq!(listed.collect::<Vec<_>>(), STATE_REASONS);
}

/// The members of the first release: programs that were written for it must go on. Name, type, and for a property
/// whether its changes are signalled.
const FIRST_RELEASE: [(&str, &str); 8] = [
    ("getSpeed", "() -> i"),
    ("SpeedChanged", "signal i"),
    ("SpeedLost", "signal s"),
    ("Speed", "read d, signalled"),
    ("State", "read s, signalled"),
    ("WheelSpeeds", "read a{sv}"),
    ("Timestamp", "read t"),
    ("Source", "read s, signalled"),
];

#[test]
fn what_the_first_release_had_is_still_there() {
    let now = contract(SPEED_INTERFACE).expect("the contract");
    let args = |args: &[zbus_xml::Arg<'_>]| args.iter().map(|arg| arg.ty().to_string()).collect::<String>();
    let mut members: HashMap<String, String> = HashMap::new();
    members.extend(now.methods().map(|m| (m.name().to_string(), format!("() -> {}", args(m.args())))));
    members.extend(now.signals().map(|s| (s.name().to_string(), format!("signal {}", args(s.args())))));
    members.extend(now.properties().map(|p| {
        let access = if p.access().read() && !p.access().write() { "read" } else { "another access" };
        let signalled = if emits_changed(p) { ", signalled" } else { "" };
        (p.name().to_string(), format!("{access} {}{signalled}", p.ty()))
    }));
    for (name, what) in FIRST_RELEASE {
        assert_eq!(members.get(name).map(String::as_str), Some(what), "{name}");
    }
}

/// How often a member was used, by `interface.member`.
type Seen = Arc<Mutex<HashMap<String, u32>>>;

/// Both ends of a socket pair: the client's connection, the server's, and the server's notes.
async fn connect() -> (Connection, Connection, Seen) {
    let (server, client) = ends::connect().await.expect("two connections");
    let seen = Seen::default();
    let mut calls = MessageStream::from(&server);
    let (connection, notes) = (server.clone(), Arc::clone(&seen));
    tokio::spawn(async move {
        while let Some(Ok(call)) = calls.next().await {
            if call.message_type() == Type::MethodCall {
                answer(&connection, &call, &notes).await;
            }
        }
    });
    (client, server, seen)
}

/// Answers for the bus, which says who has our name, and is told which signals are wanted.
fn answer_for_the_bus(call: &Message) -> zbus::Result<Message> {
    let header = call.header();
    match header.member().map_or("", |name| name.as_str()) {
        "GetNameOwner" => Message::method_return(&header).build(&SERVER),
        _ => Message::method_return(&header).build(&()),
    }
}

/// Answers as the XML says, and with the standard error where the XML has no such member.
async fn answer(server: &Connection, call: &Message, seen: &Seen) {
    let header = call.header();
    let interface = header.interface().map_or("", |name| name.as_str()).to_owned();
    let member = header.member().map_or("", |name| name.as_str()).to_owned();
    let body = call.body();
    if header.destination().is_some_and(|name| name.as_str() == "org.freedesktop.DBus") {
        return server.send(&answer_for_the_bus(call).expect("a reply")).await.expect("the client listens");
    }
    let known = if header.path().is_none_or(|path| path.as_str() != OBJECT_PATH) {
        None
    } else if interface == PROPERTIES && member == "Get" {
        let (interface, name): (&str, &str) = body.deserialize().expect("Get(ss)");
        let property = contract(interface).and_then(|known| property_value(&known, name));
        property.map(|value| {
            note(seen, interface, name);
            Message::method_return(&header).build(&value)
        })
    } else if interface == PROPERTIES && member == "GetAll" {
        let interface: &str = body.deserialize().expect("GetAll(s)");
        contract(interface).map(|known| {
            let all: HashMap<String, Variant<'static>> = known
                .properties()
                .map(|p| p.name().to_string())
                .map(|name| (name.clone(), property_value(&known, &name).expect("a property of the XML")))
                .collect();
            Message::method_return(&header).build(&all)
        })
    } else {
        contract(&interface).and_then(|known| {
            let method = known.methods().find(|method| method.name().as_str() == member)?;
            let args = |direction| {
                let these = method.args().iter().filter(move |arg| arg.direction() == Some(direction));
                these.map(|arg| arg.ty().to_string()).collect::<String>()
            };
            let sent = body.signature().to_string();
            assert_eq!(sent, args(ArgDirection::In), "{interface}.{member}: what the proxy sends");
            note(seen, &interface, &member);
            let reply = Message::method_return(&header);
            Some(match args(ArgDirection::Out).as_str() {
                "" => reply.build(&()),
                "i" => reply.build(&1i32),
                "v" => reply.build(&Variant::from(1u32)),
                "a{sv}" => reply.build(&map()),
                other => panic!("{interface}.{member}: this test cannot answer with {other}"),
            })
        })
    };
    let unknown = || {
        let error = "org.freedesktop.DBus.Error.UnknownMethod";
        Message::error(&header, error).build(&format!("the XML has no {interface}.{member} as called"))
    };
    let reply = known.unwrap_or_else(unknown).expect("a reply");
    server.send(&reply).await.expect("the client listens");
}

/// Sends every signal of the XML, each with the arguments that the XML gives it.
async fn emit_signals(server: &Connection, seen: &Seen) {
    for interface in INTERFACES {
        for signal in contract(interface).expect("the contract").signals() {
            let args = signal.args().iter().map(|arg| arg.ty().to_string()).collect::<String>();
            let message = Message::signal(OBJECT_PATH, interface, signal.name()).sender(SERVER);
            let message = match args.as_str() {
                "i" => message.build(&1i32),
                "s" => message.build(&"ok"),
                "a{sv}as" => message.build(&(map(), ["word"].as_slice())),
                other => panic!("{}: this test cannot send a {other}", signal.name()),
            };
            server.send(&message.expect("a message")).await.expect("the client listens");
            note(seen, interface, signal.name().as_str());
        }
    }
}

/// The next item of a stream. A signal of another name never arrives: hence the limit.
async fn within_a_moment<T>(what: &str, stream: &mut (impl Stream<Item = T> + Unpin)) -> T {
    let next = tokio::time::timeout(Duration::from_secs(10), stream.next()).await;
    next.unwrap_or_else(|_| panic!("the proxy's {what} is not the signal of the XML"))
        .expect("the stream goes on")
}

/// Every member of all interfaces; for a property, whether its changes are signalled.
fn members_of_the_contract() -> HashMap<String, Option<bool>> {
    let mut members = HashMap::new();
    for name in INTERFACES {
        let interface = contract(name).expect("the contract");
        members.extend(interface.methods().map(|method| (format!("{name}.{}", method.name()), None)));
        members.extend(interface.signals().map(|signal| (format!("{name}.{}", signal.name()), None)));
        members
            .extend(interface.properties().map(|p| (format!("{name}.{}", p.name()), Some(emits_changed(p)))));
    }
    members
}

fn contract(interface: &str) -> Option<Interface<'static>> {
    let xml = match interface {
        SPEED_INTERFACE => SPEED_XML,
        ODOMETER_INTERFACE => ODOMETER_XML,
        DIAGNOSTICS_INTERFACE => DIAGNOSTICS_XML,
        SIGNALS_INTERFACE => SIGNALS_XML,
        _ => return None,
    };
    let node = Node::from_reader(xml.as_bytes()).expect("the XML parses");
    assert_eq!(node.name(), Some(OBJECT_PATH));
    node.interfaces().iter().find(|i| i.name().as_str() == interface).map(Interface::to_owned)
}

fn property_value(interface: &Interface<'_>, name: &str) -> Option<Variant<'static>> {
    let property = interface.properties().find(|property| property.name().as_str() == name)?;
    Some(match property.ty().to_string().as_str() {
        "b" => Variant::from(true),
        "d" => Variant::from(1.0),
        "i" => Variant::from(1i32),
        "s" => Variant::from("ok"),
        "t" => Variant::from(1u64),
        "u" => Variant::from(1u32),
        "a{sv}" => Variant::from(map()),
        "as" => Variant::from(vec!["word".to_owned()]),
        other => panic!("{name} has type {other}, which is not one of those the contract allows"),
    })
}

fn map() -> HashMap<String, Variant<'static>> {
    HashMap::from([("key".to_owned(), Variant::from(1u64))])
}

fn emits_changed(property: &zbus_xml::Property<'_>) -> bool {
    property.annotations().iter().all(|a| a.name() != EMITS_CHANGED || a.value() == "true")
}

fn note(seen: &Seen, interface: &str, member: &str) {
    *seen.lock().expect("the server's notes").entry(format!("{interface}.{member}")).or_default() += 1;
}
