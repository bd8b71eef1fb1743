//! A client's first call starts the service, by `deploy/car/dbus/services`, on buses with the stock
//! configuration of a session.

mod common;
mod compat;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::PATIENCE;
use common::bus::{Bus, Connect as _};
use common::service::{Service, proxy};
use compat::bus::dbus_daemon;
use compat::system::exec_here;
use futures_util::StreamExt;
use interfaces::{BUS_NAME, SpeedError, State};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use zbus::fdo::DBusProxy;
use zbus::names::BusName;
use zbus::{MatchRule, MessageStream};

const FILE: &str = "services/org.cardash.Speed1.service";

#[tokio::test]
async fn the_first_call_starts_the_service() {
    let bus = session(&[], |text| exec_here(&text, program(), "--bus session"));
    let connection = bus.connect().await;
    let proxy = proxy(&connection).await;
    let dbus = DBusProxy::new(&connection).await.expect("the bus itself");
    let name = || BusName::try_from(BUS_NAME).expect("a name");
    assert!(dbus.get_connection_unix_process_id(name()).await.is_err(), "nobody has the name yet");

    // The answer to the first call may come before the first frame, and is then the error that says so.
    let began = Instant::now();
    match proxy.get_speed().await {
        Ok(kmh) => assert!(kmh >= 0),
        Err(error) => assert_eq!(error.state(), Some(State::NoData), "{error:?}"),
    }
    println!("the first call was answered after {} ms", began.elapsed().as_millis());
    common::service::reached(&proxy, State::Ok).await;
    proxy.get_speed().await.expect("a speed");

    // Ended, it starts again at the next call.
    let first = dbus.get_connection_unix_process_id(name()).await.expect("an owner");
    kill(Pid::from_raw(i32::try_from(first).expect("a process id")), Signal::SIGTERM).expect("it runs");
    gone(&dbus).await;
    proxy.state().await.expect("the next service");
    assert_ne!(dbus.get_connection_unix_process_id(name()).await.expect("an owner"), first);
}

#[tokio::test]
async fn a_service_that_cannot_start_is_an_error_at_once() {
    let bus = session(&[], |text| {
        exec_here(&text, program(), "--bus session").replace("/dev/null --simulate", "/nonexistent")
    });
    let connection = bus.connect().await;
    let began = Instant::now();
    let error = proxy(&connection).await.get_speed().await.expect_err("there is no such configuration");
    let SpeedError::ZBus(error) = error else { panic!("{error:?}") };
    println!("after {} ms: {error}", began.elapsed().as_millis());
    assert!(error.to_string().contains("org.freedesktop.DBus.Error.Spawn.ChildExited"), "{error}");
    // The words of docs/dbus-api.md: the configuration has to be corrected.
    assert!(error.to_string().contains("exited with status 78"), "{error}");
}

/// Under systemd the bus does not start the program itself: it asks systemd, by the name of the unit.
/// Here the test stands in for systemd.
#[tokio::test]
async fn under_systemd_the_first_call_starts_the_unit() {
    let bus = session(&["--systemd-activation"], |text| text);
    let systemd = bus.connect().await;
    let rule = MatchRule::builder()
        .sender("org.freedesktop.DBus")
        .interface("org.freedesktop.systemd1.Activator")
        .build()
        .expect("a rule");
    let mut requests = MessageStream::for_match_rule(rule, &systemd, None).await.expect("a subscription");
    systemd.request_name("org.freedesktop.systemd1").await.expect("the name of systemd");

    let client = bus.connect().await;
    let proxy = proxy(&client).await;
    let call = tokio::spawn(async move { proxy.state().await });
    let request = tokio::time::timeout(PATIENCE, requests.next()).await.expect("a request in time");
    let request = request.expect("a request").expect("a message");
    let unit: String = request.body().deserialize().expect("ActivationRequest(s)");
    assert_eq!(request.header().member().map(|member| member.as_str()), Some("ActivationRequest"));
    assert_eq!(unit, "speed-service.service");

    let _service = Service::start(&bus, &["--config", "/dev/null", "--simulate", "--bus", "session"]);
    let state = call.await.expect("the call ends").expect("the call that was waiting is answered");
    assert!([State::NoData, State::Ok].contains(&state), "{state}");
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_speed-service"))
}

/// A session bus that finds our service file, changed as told, where a person would put it.
fn session(options: &[&str], change: impl FnOnce(String) -> String) -> Bus {
    let directory = tempfile::tempdir().expect("a temporary folder");
    let installed: PathBuf = directory.path().join("data/dbus-1").join(FILE);
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/car/dbus").join(FILE);
    let text = fs::read_to_string(ours).expect("our file");
    fs::create_dir_all(installed.parent().expect("a folder")).expect("a folder");
    fs::write(&installed, change(text)).expect("a copy of our file");
    let data = directory.path().join("data");
    let (none, home) = (directory.path().join("none"), directory.path().to_owned());
    dbus_daemon(directory, |command| {
        // Only our own services are known on this bus.
        command.args(options).env("XDG_DATA_HOME", data).env("XDG_DATA_DIRS", none);
        command.env("XDG_RUNTIME_DIR", &home).env("HOME", &home);
    })
}

async fn gone(dbus: &DBusProxy<'_>) {
    let began = Instant::now();
    while dbus.name_has_owner(BUS_NAME.try_into().expect("a name")).await.expect("the bus answers") {
        assert!(began.elapsed() < PATIENCE, "the service does not end");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
