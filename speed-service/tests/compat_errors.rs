//! Wrong calls get the standard D-Bus errors, by their names, and change nothing.

mod common;

use common::bus::Bus;
use common::service::{Service, reached};
use interfaces::State;
use zbus::{Connection, DynamicType, Variant};

const OBJECT: &str = "/org/cardash/Speed1";
const SPEED: &str = "org.cardash.Speed1";
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
async fn each_wrong_call_gets_the_standard_error() {
    let bus = Bus::start();
    let client = bus.connect().await;
    let arguments = ["--config", "/dev/null", "--simulate"];
    let (_service, proxy) = Service::ready(&bus, &client, &arguments).await;
    reached(&proxy, State::Ok).await;
    let get = |interface, property| (interface, property);
    let set = |property| (SPEED, property, Variant::from(87.0));
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
    standard("UnknownProperty", error(&client, OBJECT, Some(PROPERTIES), "Set", &set("Colour")).await);
    standard("InvalidArgs", error(&client, OBJECT, Some(PROPERTIES), "Set", &get(SPEED, "Speed")).await);
    standard(
        "UnknownObject",
        error(&client, "/org/cardash/Other", Some(INTROSPECTABLE), "Introspect", unit).await,
    );

    // The D-Bus specification lets a caller leave the interface out; zbus does not.
    let got = error(&client, OBJECT, None, "getSpeed", unit).await;
    assert!(got.starts_with("org.freedesktop.DBus.Error."), "{got}");

    proxy.get_speed().await.expect("the service serves on");
    assert_eq!(proxy.state().await.expect("State"), State::Ok);
}
