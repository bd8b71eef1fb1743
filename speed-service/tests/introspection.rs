//! The running service's introspection against the XML of the contract, both as parsed nodes.

mod common;

use std::collections::BTreeMap;

use common::bus::{Bus, Connect as _};
use common::service::Service;
use interfaces::{
    BUS_NAME, DIAGNOSTICS_INTERFACE, DIAGNOSTICS_XML, OBJECT_PATH, ODOMETER_INTERFACE, ODOMETER_XML,
    SIGNALS_INTERFACE, SIGNALS_XML, SPEED_INTERFACE, SPEED_XML,
};
use zbus_xml::{Annotation, Arg, ArgDirection, Interface, Node};

const EMITS_CHANGED: &str = "org.freedesktop.DBus.Property.EmitsChangedSignal";
const QT_TYPE: &str = "org.qtproject.QtDBus.QtTypeName";

#[tokio::test]
async fn the_running_service_is_the_contract() {
    let bus = Bus::start();
    let connection = bus.connect().await;
    let (_service, _) = Service::ready(&bus, &connection, &["--simulate"]).await;
    let reply = connection
        .call_method(
            Some(BUS_NAME),
            OBJECT_PATH,
            Some("org.freedesktop.DBus.Introspectable"),
            "Introspect",
            &(),
        )
        .await
        .expect("Introspect answers");
    let body = reply.body();
    let live: &str = body.deserialize().expect("Introspect() -> s");
    let contracts = [
        (SPEED_INTERFACE, SPEED_XML),
        (DIAGNOSTICS_INTERFACE, DIAGNOSTICS_XML),
        (ODOMETER_INTERFACE, ODOMETER_XML),
        (SIGNALS_INTERFACE, SIGNALS_XML),
    ];
    for (name, contract) in contracts {
        assert_eq!(members(live, name), members(contract, name), "live service (left) and contract (right)");
    }
    let interfaces = parse(live).interfaces().iter().map(|i| i.name().to_string()).collect::<Vec<_>>();
    let ours: Vec<_> = interfaces.iter().filter(|name| !name.starts_with("org.freedesktop.")).collect();
    assert_eq!(
        ours,
        [DIAGNOSTICS_INTERFACE, ODOMETER_INTERFACE, SIGNALS_INTERFACE, SPEED_INTERFACE],
        "nothing else on the object"
    );
}

/// Every member with all that a client can depend on, by kind and name.
fn members(xml: &str, interface: &str) -> BTreeMap<String, String> {
    let node = parse(xml);
    let found = node.interfaces().iter().find(|found| found.name().as_str() == interface);
    let found: &Interface<'_> = found.unwrap_or_else(|| panic!("no {interface} in {xml}"));
    let mut members = BTreeMap::new();
    for method in found.methods() {
        let args: Vec<_> = method.args().iter().map(|arg| describe(arg, Some(ArgDirection::In))).collect();
        members.insert(
            format!("method {}", method.name()),
            format!("{args:?} {}", annotations(method.annotations())),
        );
    }
    for signal in found.signals() {
        let args: Vec<_> = signal.args().iter().map(|arg| describe(arg, None)).collect();
        members.insert(
            format!("signal {}", signal.name()),
            format!("{args:?} {}", annotations(signal.annotations())),
        );
    }
    for property in found.properties() {
        let what =
            format!("{} {:?} {}", property.ty(), property.access(), annotations(property.annotations()));
        members.insert(format!("property {}", property.name()), what);
    }
    members
}

/// Name, type and direction of an argument; without a direction it has the default one.
fn describe(arg: &Arg<'_>, default: Option<ArgDirection>) -> String {
    format!("{:?}: {} {:?}", arg.name(), arg.ty(), arg.direction().or(default))
}

/// Annotations by name; "true" is what the absence of `EmitsChangedSignal` means.
fn annotations(annotations: &[Annotation<'_>]) -> String {
    let mut all: Vec<_> = annotations
        .iter()
        .filter(|annotation| annotation.name() != EMITS_CHANGED || annotation.value() != "true")
        // For qdbusxml2cpp only; no part of what a client sees.
        .filter(|annotation| !annotation.name().starts_with(QT_TYPE))
        .map(|annotation| format!("{}={}", annotation.name(), annotation.value()))
        .collect();
    all.sort();
    all.join(" ")
}

fn parse(xml: &str) -> Node<'static> {
    Node::from_reader(xml.as_bytes()).expect("introspection XML")
}
