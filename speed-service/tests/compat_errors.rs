//! Wrong calls get the standard D-Bus errors, by their names, and change nothing.

mod common;
mod compat;

use common::bus::{Bus, Connect as _};
use common::service::{Service, reached};
use compat::bus::{Make, session};
use interfaces::State;
use zbus::{Connection, DynamicType, Variant};

const OBJECT: &str = "/org/cardash/Speed1";
const SPEED: &str = "org.cardash.Speed1";
const ODOMETER: &str = "org.cardash.Odometer1";
const DIAGNOSTICS: &str = "org.cardash.Diagnostics1";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const INTROSPECTABLE: &str = "org.freedesktop.DBus.Introspectable";

/// Sends a call and prints and returns the name of the error that it got.
async fn error<B>(client: &Connection, path: &str, interface: Option<&str>, member: &str, body: &B) -> String
where
    B: serde::Serialize + DynamicType,
{
    let reply = client.call_method(Some(SPEED), path, interface, member, body).await;
    let name = match reply {
        Err(zbus::Error::MethodError(name, ..)) => name.to_string(),
        Err(zbus::Error::FDO(error)) => error.to_string(),
        other => panic!("{path} {interface:?} {member} got {other:?}"),
    };
    println!("{path} {}.{member}: {name}", interface.unwrap_or_default());
    name
}

#[tokio::test]
async fn each_wrong_call_gets_the_standard_error_on_dbus_daemon() {
    each_wrong_call_gets_the_standard_error(&session(Make::DbusDaemon).0).await;
}

#[tokio::test]
#[ignore = "needs dbus-broker: run `deploy/test compat`"]
async fn each_wrong_call_gets_the_standard_error_on_dbus_broker() {
    let (bus, _journal) = session(Make::DbusBroker);
    each_wrong_call_gets_the_standard_error(&bus).await;
}

async fn each_wrong_call_gets_the_standard_error(bus: &Bus) {
    let client = bus.connect().await;
    let arguments = ["--config", "/dev/null", "--simulate"];
    let (_service, proxy) = Service::ready(bus, &client, &arguments).await;
    reached(&proxy, State::Ok).await;
    let get = |interface, property| (interface, property);
    let set = |property| (SPEED, property, Variant::from(87.0));
    let set_diagnostics = |property| (DIAGNOSTICS, property, Variant::from(87.0));
    let unit = &();
    let standard = |name: &str, got: String| {
        let wanted = format!("org.freedesktop.DBus.Error.{name}");
        assert!(got.starts_with(&wanted), "{got} instead of {wanted}");
    };

    standard("UnknownMethod", error(&client, OBJECT, Some(SPEED), "setSpeed", unit).await);
    standard("UnknownMethod", error(&client, OBJECT, Some(SPEED), "GetSpeed", unit).await);
    standard("UnknownInterface", error(&client, OBJECT, Some("org.example.Other"), "getSpeed", unit).await);
    standard("UnknownObject", error(&client, "/org/cardash/Other", Some(SPEED), "getSpeed", unit).await);
    standard("InvalidArgs", error(&client, OBJECT, Some(SPEED), "getSpeed", &1_i32).await);

    standard("UnknownProperty", error(&client, OBJECT, Some(PROPERTIES), "Get", &get(SPEED, "Colour")).await);
    standard(
        "UnknownInterface",
        error(&client, OBJECT, Some(PROPERTIES), "Get", &get("org.example.Other", "Speed")).await,
    );
    standard("InvalidArgs", error(&client, OBJECT, Some(PROPERTIES), "Get", &SPEED).await);
    standard("InvalidArgs", error(&client, OBJECT, Some(PROPERTIES), "Get", unit).await);
    standard(
        "UnknownInterface",
        error(&client, OBJECT, Some(PROPERTIES), "GetAll", &"org.example.Other").await,
    );
    standard("UnknownMethod", error(&client, OBJECT, Some(PROPERTIES), "Put", unit).await);

    for property in ["Speed", "State", "WheelSpeeds", "Timestamp", "Source"] {
        standard("PropertyReadOnly", error(&client, OBJECT, Some(PROPERTIES), "Set", &set(property)).await);
    }
    for property in ["FramesReceived", "LastError", "Configuration"] {
        let call = set_diagnostics(property);
        standard("PropertyReadOnly", error(&client, OBJECT, Some(PROPERTIES), "Set", &call).await);
    }
    for property in ["Total", "TripA", "Kept"] {
        let call = (ODOMETER, property, Variant::from(87.0));
        standard("PropertyReadOnly", error(&client, OBJECT, Some(PROPERTIES), "Set", &call).await);
    }
    standard("InvalidArgs", error(&client, OBJECT, Some(ODOMETER), "ResetTrip", &"C").await);
    standard("InvalidArgs", error(&client, OBJECT, Some(ODOMETER), "ResetTrip", unit).await);
    standard("InvalidArgs", error(&client, OBJECT, Some(ODOMETER), "SetOdometer", &"5").await);
    // A simulated car has nothing to set.
    standard("Failed", error(&client, OBJECT, Some(ODOMETER), "SetOdometer", &5_u64).await);
    standard("Failed", error(&client, OBJECT, Some(ODOMETER), "CorrectOdometer", &5_u64).await);
    standard("UnknownProperty", error(&client, OBJECT, Some(PROPERTIES), "Set", &set("Colour")).await);
    standard("InvalidArgs", error(&client, OBJECT, Some(PROPERTIES), "Set", &get(SPEED, "Speed")).await);
    standard(
        "UnknownObject",
        error(&client, "/org/cardash/Other", Some(INTROSPECTABLE), "Introspect", unit).await,
    );

    // The D-Bus specification lets a caller leave the interface out; zbus does not.
    standard("Failed", error(&client, OBJECT, None, "getSpeed", unit).await);

    proxy.get_speed().await.expect("the service serves on");
    assert_eq!(proxy.state().await.expect("State"), State::Ok);
}
