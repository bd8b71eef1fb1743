//! Start, takeover, reload and end of the real program.

mod common;

use std::time::{Duration, Instant};

use common::bus::{Bus, Connect as _};
use common::car::Car;
use common::listener::{Heard, Listener};
use common::service::Service;
use common::service::{command, reached};
use interfaces::{BUS_NAME, Diagnostics1Proxy, SpeedError, State};
use nix::sys::signal::Signal;
use zbus::Variant;

fn constant(kmh: f64) -> Car {
    Car::new().steady(0, 120_000, kmh)
}

#[tokio::test]
async fn a_second_service_is_told_who_has_the_name() {
    let (bus, car) = (Bus::start(), constant(5.0));
    let connection = bus.connect().await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log()];
    let (_first, _) = Service::ready(&bus, &connection, &arguments).await;
    let mut second = Service::start(&bus, &arguments);
    let (status, stderr) = second.ended().await;
    assert_eq!(status.code(), Some(1));
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(
        stderr.contains("is taken on the session bus by process ") && stderr.contains("--replace"),
        "{stderr}"
    );
}

#[tokio::test]
async fn replace_takes_the_name_over() {
    let (bus, car) = (Bus::start(), constant(5.0));
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log()];
    let (mut first, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    assert_eq!(listener.speed().await, Heard::Changed(5));
    let second = ["--vehicle", &car.profile(), "--can", "nocan7", "--replace"];
    let (_second, proxy) = Service::ready(&bus, &listener.connection, &second).await;
    let (status, stderr) = first.ended().await;
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("has taken org.cardash.Speed1 over"), "{stderr}");
    // The second has no speed: nobody may go on showing the first one's.
    assert_eq!(listener.speed().await, Heard::Lost("no-data".to_owned()));
    reached(&proxy, State::CanDown).await;
}

#[tokio::test]
async fn replace_of_nobody_says_nothing() {
    let (bus, car) = (Bus::start(), constant(5.0));
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--replace"];
    let (_service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    assert_eq!(listener.speed().await, Heard::Changed(5));
}

#[tokio::test]
async fn sigterm_and_sigint_end_it_within_a_second_and_clients_know() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let (bus, car) = (Bus::start(), constant(5.0));
        let mut listener = Listener::on(&bus).await;
        let arguments = ["--vehicle", &car.profile(), "--replay", &car.log()];
        let (mut service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
        assert_eq!(listener.speed().await, Heard::Changed(5));
        let began = Instant::now();
        service.signal(signal);
        let (status, stderr) = service.ended().await;
        assert!(began.elapsed() < Duration::from_secs(1), "{signal} took {:?}", began.elapsed());
        assert_eq!(status.code(), Some(0), "{stderr}");
        assert_eq!(listener.speed().await, Heard::Lost("no-data".to_owned()));
        let dbus = zbus::fdo::DBusProxy::new(&listener.connection).await.expect("the bus itself");
        let name = BUS_NAME.try_into().expect("a name");
        assert!(!dbus.name_has_owner(name).await.expect("an answer"), "the name is released");
    }
}

#[tokio::test]
async fn sigterm_ends_a_replay_at_full_speed_too() {
    let (bus, car) = (Bus::start(), constant(5.0));
    let connection = bus.connect().await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--rate", "max", "--loop"];
    let (mut service, proxy) = Service::ready(&bus, &connection, &arguments).await;
    reached(&proxy, State::Ok).await;
    let began = Instant::now();
    service.signal(Signal::SIGTERM);
    let (status, stderr) = service.ended().await;
    assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
    assert_eq!(status.code(), Some(0), "{stderr}");
}

#[tokio::test]
async fn sigterm_ends_it_within_a_second_on_a_bus_that_hangs() {
    // From 0 to 50 and back, by 7 m/s2.
    let kmh = |n: u64| 0.5 * (n % 200).min(200 - n % 200) as f64;
    let (bus, car) = (Bus::start(), (0..40_000).fold(Car::new(), |car, n| car.frame(n * 20, kmh(n))));
    let connection = bus.connect().await;
    // 2,500 changes of the integer a second: the queue is full in no time.
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--rate", "100"];
    let (mut service, proxy) = Service::ready(&bus, &connection, &arguments).await;
    reached(&proxy, State::Ok).await;
    bus.pause();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let began = Instant::now();
    service.signal(Signal::SIGTERM);
    let (status, stderr) = service.ended().await;
    assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
    assert_eq!(status.code(), Some(0), "{stderr}");
}

#[tokio::test]
async fn a_lost_bus_ends_it_with_an_error() {
    let (mut bus, car) = (Bus::start(), constant(5.0));
    let connection = bus.connect().await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log()];
    let (mut service, _) = Service::ready(&bus, &connection, &arguments).await;
    bus.kill();
    let (status, stderr) = service.ended().await;
    assert_eq!(status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("the connection to the session bus is lost"), "{stderr}");
}

#[tokio::test]
async fn no_bus_is_one_clear_line() {
    let car = constant(5.0);
    let (profile, log) = (car.profile(), car.log());
    let nowhere = format!("unix:path={}", car.path("nothing").display());
    for (bus, address) in [("session", None), ("session", Some(&nowhere)), ("system", Some(&nowhere))] {
        let arguments = ["--vehicle", &profile, "--replay", &log, "--bus", bus];
        let mut command = command(car.folder.path(), &arguments);
        if let Some(address) = address {
            command.env(format!("DBUS_{}_BUS_ADDRESS", bus.to_uppercase()), address);
        }
        let mut service = Service::spawn(&mut command);
        let (status, stderr) = service.ended().await;
        assert_eq!(status.code(), Some(1), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        let remedy = if bus == "session" { "dbus-run-session" } else { "systemctl start dbus" };
        assert!(stderr.contains(&format!("no {bus} bus")) && stderr.contains(remedy), "{stderr}");
    }
}

#[tokio::test]
async fn a_good_reload_swaps_and_keeps_the_counters() {
    let (bus, car) = (Bus::start(), constant(5.0));
    let mut listener = Listener::on(&bus).await;
    car.log();
    let config = |text: &str| car.config(&format!("vehicle = \"car.toml\"\n{text}\n"));
    let file = config("replay = \"drive.log\"");
    let (service, proxy) = Service::ready(&bus, &listener.connection, &["--config", &file]).await;
    let diagnostics = Diagnostics1Proxy::new(&listener.connection).await.expect("a proxy");
    assert_eq!(listener.speed().await, Heard::Changed(5));

    service.signal(Signal::SIGHUP);
    service.logged("configuration reloaded: unchanged").await;
    assert_eq!(proxy.get_speed().await.expect("a speed all the while"), 5);

    config("replay = \"drive.log\"\npublish_hz = 5");
    service.signal(Signal::SIGHUP);
    service.logged("configuration reloaded: publish_hz 5").await;
    assert_eq!(proxy.get_speed().await.expect("a speed all the while"), 5);
    let heard = listener.pending().await;
    assert!(!heard.iter().any(|heard| matches!(heard, Heard::Lost(_))), "{heard:?}");

    config("replay = \"drive.log\"\npublish_hz = 5\nbus = \"system\"");
    service.signal(Signal::SIGHUP);
    service.logged("the bus stays session; restart the service to serve the system bus").await;
    assert_eq!(proxy.get_speed().await.expect("a speed all the while"), 5);

    let decoded = diagnostics.frames_decoded().await.expect("FramesDecoded");
    config("can = \"nocan7\"");
    service.signal(Signal::SIGHUP);
    service.logged("configuration reloaded: source nocan7").await;
    assert_eq!(listener.speed().await, Heard::Lost("no-data".to_owned()));
    reached(&proxy, State::CanDown).await;
    assert_eq!(proxy.source().await.expect("Source"), "nocan7");
    assert!(diagnostics.frames_decoded().await.expect("FramesDecoded") >= decoded, "counters go on");

    config("replay = \"drive.log\"");
    service.signal(Signal::SIGHUP);
    assert_eq!(listener.speed().await, Heard::Changed(5));
    assert_eq!(proxy.state().await.expect("State"), State::Ok);
}

#[tokio::test]
async fn source_is_signalled_when_a_reload_changes_it() {
    let (bus, car) = (Bus::start(), constant(5.0));
    let mut listener = Listener::on(&bus).await;
    car.log();
    let file = car.config("vehicle = \"car.toml\"\ncan = \"nocan7\"\n");
    let (service, _) = Service::ready(&bus, &listener.connection, &["--config", &file]).await;
    assert_eq!(listener.next().await.state(), Some("can-down"));
    car.config("vehicle = \"car.toml\"\ncan = \"nocan8\"\n");
    service.signal(Signal::SIGHUP);
    let Heard::Properties(changed) = listener.next().await else { panic!("Source comes first") };
    assert_eq!(changed.len(), 1);
    assert_eq!(*changed["Source"], Variant::from("nocan8"));
}

#[tokio::test]
async fn a_changed_profile_loses_the_speed_and_finds_it_again() {
    let (bus, car) = (Bus::start(), constant(5.0));
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log()];
    let (service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    assert_eq!(listener.speed().await, Heard::Changed(5));
    car.write_profile("car.toml", 700);
    service.signal(Signal::SIGHUP);
    assert_eq!(listener.speed().await, Heard::Lost("no-data".to_owned()));
    assert_eq!(listener.speed().await, Heard::Changed(5));
    let diagnostics = Diagnostics1Proxy::new(&listener.connection).await.expect("a proxy");
    let configuration = diagnostics.configuration().await.expect("Configuration");
    assert_eq!(*configuration["stale_after_ms"], Variant::from(700_u64));
}

#[tokio::test]
async fn a_bad_reload_leaves_the_old_in_force() {
    let (bus, car) = (Bus::start(), constant(5.0));
    let mut listener = Listener::on(&bus).await;
    car.log();
    let file = car.config("vehicle = \"car.toml\"\nreplay = \"drive.log\"\n");
    let (service, proxy) = Service::ready(&bus, &listener.connection, &["--config", &file]).await;
    assert_eq!(listener.speed().await, Heard::Changed(5));
    let diagnostics = Diagnostics1Proxy::new(&listener.connection).await.expect("a proxy");
    let bad = [
        ("vehicel = \"car.toml\"\n", "did you mean `vehicle`?"),
        ("vehicle = \"car.toml\"\nreplay = \"gone.log\"\n", "gone.log"),
        ("vehicle = \"gone.toml\"\nreplay = \"drive.log\"\n", "gone.toml"),
    ];
    for (text, named) in bad {
        car.config(text);
        service.signal(Signal::SIGHUP);
        service.logged(named).await;
        let error = diagnostics.last_error().await.expect("LastError");
        assert!(error.contains("the old configuration stays in force") && error.contains(named), "{error}");
        assert_eq!(proxy.get_speed().await.expect("the old speed"), 5);
    }
    std::fs::write(car.path("car.toml"), "title = 1").expect("a bad profile");
    car.config("vehicle = \"car.toml\"\nreplay = \"drive.log\"\n");
    service.signal(Signal::SIGHUP);
    service.logged("car.toml:1").await;
    assert_eq!(proxy.get_speed().await.expect("the old speed"), 5);
    assert!(!listener.pending().await.iter().any(|heard| matches!(heard, Heard::Lost(_))));
}

#[tokio::test]
async fn wrong_calls_get_the_standard_errors() {
    let (bus, car) = (Bus::start(), constant(5.0));
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log()];
    let (_service, proxy) = Service::ready(&bus, &listener.connection, &arguments).await;
    assert_eq!(listener.speed().await, Heard::Changed(5));
    let call = async |path: &str, interface: &str, member: &str, body: &Variant<'_>| {
        let reply =
            listener.connection.call_method(Some(BUS_NAME), path, Some(interface), member, body).await;
        match reply.expect_err("a wrong call") {
            zbus::Error::FDO(e) => zbus::DBusError::name(&*e).to_string(),
            zbus::Error::MethodError(name, ..) => name.to_string(),
            other => panic!("{other}"),
        }
    };
    let (path, interface) = (interfaces::OBJECT_PATH, interfaces::SPEED_INTERFACE);
    let extra = Variant::from(1_i32);
    let standard = |name: &str| format!("org.freedesktop.DBus.Error.{name}");
    assert_eq!(call(path, interface, "getSpeed", &extra).await, standard("InvalidArgs"));
    assert_eq!(call(path, interface, "GetSpeed", &extra).await, standard("UnknownMethod"));
    assert_eq!(call(path, "org.cardash.Speed2", "getSpeed", &extra).await, standard("UnknownInterface"));
    assert_eq!(call("/org/cardash", interface, "getSpeed", &extra).await, standard("UnknownInterface"));
    assert_eq!(call("/elsewhere", interface, "getSpeed", &extra).await, standard("UnknownObject"));
    assert_eq!(proxy.get_speed().await.map_err(|e: SpeedError| e.to_string()), Ok(5));
}
