//! What a client hears and is answered while a car drives, stops sending, and comes back.

mod common;

use std::time::Duration;

use common::bus::Bus;
use common::car::Car;
use common::listener::{Heard, Listener};
use common::service::Service;
use common::service::reached;
use interfaces::{SpeedError, State};

/// Three speeds, a silence of one second, and the last speed again.
fn drive() -> Car {
    Car::new().steady(0, 200, 3.0).steady(200, 400, 4.2).steady(400, 600, 4.6).steady(1600, 1800, 4.6)
}

fn lost(state: &str) -> Heard {
    Heard::Lost(state.to_owned())
}

#[tokio::test]
async fn a_drive_with_a_silence_is_heard_as_it_was() {
    let (bus, car) = (Bus::start(), drive());
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--rate", "max"];
    let (_service, proxy) = Service::ready(&bus, &listener.connection, &arguments).await;
    let heard = listener.until_last_lost("stale").await;

    let speeds: Vec<_> =
        heard.iter().filter(|heard| !matches!(heard, Heard::Properties(_) | Heard::Signals(..))).collect();
    let expected = [
        &Heard::Changed(3),
        &Heard::Changed(4),
        &Heard::Changed(5),
        &lost("stale"),
        &Heard::Changed(5),
        &lost("stale"),
    ];
    assert_eq!(speeds, expected);
    let states: Vec<_> = heard.iter().filter_map(Heard::state).collect();
    assert_eq!(states, ["ok", "stale", "ok", "stale"]);
    // State and Speed change together: a client never sees "stale" beside a number.
    for properties in heard.iter().filter(|heard| heard.state().is_some()) {
        let kmh = properties.speed_kmh().expect("Speed in the same message");
        assert_eq!(kmh.is_nan(), properties.state() == Some("stale"), "{properties:?}");
    }

    let error = proxy.get_speed().await.expect_err("no speed after the end of the log");
    assert!(matches!(&error, SpeedError::Stale(why) if why.contains("for ten cycles")), "{error:?}");
    assert!(proxy.speed().await.expect("Speed").is_nan());
    assert_eq!(proxy.state().await.expect("State"), State::Stale);
    assert_eq!(proxy.timestamp().await.expect("Timestamp"), common::car::START_US + 1_780_000);
    assert_eq!(proxy.source().await.expect("Source"), format!("replay:{}", car.log()));
    assert!(proxy.wheel_speeds().await.expect("WheelSpeeds").is_empty(), "one vehicle speed, no wheels");
}

#[tokio::test]
async fn get_speed_answers_with_the_last_speed_changed() {
    let (bus, car) = (Bus::start(), Car::new().steady(0, 60_000, 7.4));
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log()];
    let (_service, proxy) = Service::ready(&bus, &listener.connection, &arguments).await;
    assert_eq!(listener.speed().await, Heard::Changed(7));
    assert_eq!(proxy.get_speed().await.expect("a speed"), 7);
    assert!((proxy.speed().await.expect("Speed") - 7.4).abs() < 1e-9);
    assert_eq!(proxy.state().await.expect("State"), State::Ok);
}

#[tokio::test]
async fn a_log_that_loops_brings_the_speed_back() {
    let (bus, car) = (Bus::start(), Car::new().steady(0, 200, 6.0));
    let mut listener = Listener::on(&bus).await;
    // A second frame after a silence, so that each lap is heard twice, and the pause between laps.
    let car = car.steady(2_000, 2_020, 6.0);
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--loop", "--rate", "10"];
    let (_service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    for _ in 0..3 {
        assert_eq!(listener.speed().await, Heard::Changed(6));
        assert_eq!(listener.speed().await, lost("stale"));
    }
}

#[tokio::test]
async fn properties_changed_keeps_to_publish_hz() {
    // 2 s in which the log has another speed every 0.4 ms. The last comes right after another, and no other
    // follows it; the frames go on until it is due at any rate.
    let car = (0..5_000_u64).fold(Car::new(), |car, n| car.frame(n * 4, 2.0 + 0.01 * (n % 7) as f64));
    let car = car.frame(20_000, 2.4).steady(20_004, 24_000, 2.5);
    for (hz, text) in [(10, "publish_hz = 10"), (50, "")] {
        let bus = Bus::start();
        let mut listener = Listener::on(&bus).await;
        let config =
            car.config(&format!("{text}\nvehicle = \"car.toml\"\nreplay = \"drive.log\"\nrate = \"10\"\n"));
        car.log();
        let begin = std::time::Instant::now();
        let (_service, _) = Service::ready(&bus, &listener.connection, &["--config", &config]).await;
        let heard = listener.until_last_lost("stale").await;
        let kmh: Vec<_> = heard.iter().filter_map(Heard::speed_kmh).filter(|kmh| !kmh.is_nan()).collect();
        // Until the listener gave up, so never less than the time that the messages took.
        let most = begin.elapsed().as_secs_f64() * f64::from(hz) + 2.0;
        assert!(kmh.len() as f64 <= most, "{} messages at {hz} Hz, not {most}", kmh.len());
        assert!(kmh.len() >= 5, "only {} messages at {hz} Hz", kmh.len());
        let last = kmh.last().expect("a speed");
        assert!((last - 2.5).abs() < 1e-9, "{last}, but the last value is always sent");
        let changed = heard.iter().filter(|heard| matches!(heard, Heard::Changed(_))).count();
        assert_eq!(changed, 2, "2 km/h, then 3");
    }
}

#[tokio::test]
async fn a_log_waits_for_a_bus_that_is_slow() {
    let drive =
        (0..5_000_u64).fold(Car::new(), |car, n| car.frame(n * 20, if n % 2 == 0 { 1.0 } else { 2.0 }));
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &drive.profile(), "--replay", &drive.log(), "--rate", "50"];
    let (_service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    assert_eq!(listener.speed().await, Heard::Changed(1));
    // 2,500 changes are due in this second.
    bus.pause();
    tokio::time::sleep(Duration::from_secs(1)).await;
    bus.resume();
    let heard = listener.until_last_lost("stale").await;
    let changes = heard.iter().filter(|heard| matches!(heard, Heard::Changed(_))).count();
    // The first speed is said at the third frame, when three agree; each after it is another.
    assert_eq!(changes, 4_997);
}

#[tokio::test]
async fn a_missing_interface_is_can_down_and_no_error_at_the_start() {
    let (bus, car) = (Bus::start(), Car::new());
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--can", "nocan7"];
    let (service, proxy) = Service::ready(&bus, &listener.connection, &arguments).await;
    reached(&proxy, State::CanDown).await;
    let error = proxy.get_speed().await.expect_err("no speed without an interface");
    // A kernel without SocketCAN says so; any other misses the interface.
    let named = |why: &str| why.contains("nocan7") || why.contains("SocketCAN");
    assert!(matches!(&error, SpeedError::CanDown(why) if named(why)), "{error:?}");
    assert_eq!(proxy.source().await.expect("Source"), "nocan7");
    assert_eq!(listener.next().await.state(), Some("can-down"));
    assert_eq!(listener.pending().await, [], "no SpeedLost where there was no speed");
    service.logged("no-data -> can-down, no speed: ").await;
}

#[tokio::test]
async fn the_simulator_drives() {
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let (_service, proxy) = Service::ready(&bus, &listener.connection, &["--simulate", "--rate", "10"]).await;
    assert_eq!(listener.speed().await, Heard::Changed(0));
    assert_eq!(proxy.source().await.expect("Source"), "simulator");
    // The NEDC pulls away after 11 s and reaches 15 km/h.
    let mut top = 0;
    while top < 15 {
        match listener.speed().await {
            Heard::Changed(kmh) => top = top.max(kmh),
            other => panic!("the simulator lost its speed: {other:?}"),
        }
    }
    assert_eq!(proxy.wheel_speeds().await.expect("WheelSpeeds").len(), 4);
}

#[tokio::test]
async fn the_tour_loses_a_sensor_and_the_bus_and_gets_them_back() {
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--simulate", "--drive", "tour", "--rate", "10"];
    let (_service, proxy) = Service::ready(&bus, &listener.connection, &arguments).await;
    let (mut top, mut degraded) = (0, false);
    loop {
        match listener.next().await {
            Heard::Changed(kmh) => top = top.max(kmh),
            Heard::Lost(state) => {
                assert_eq!((state.as_str(), degraded), ("can-down", true));
                break;
            }
            other => degraded |= other.state() == Some("degraded"),
        }
    }
    assert_eq!(top, 120);
    let error = proxy.get_speed().await.expect_err("no speed while the bus is unplugged");
    assert!(error.to_string().contains("unplugged (link=down@37s..43s)"), "{error}");
    let Heard::Changed(kmh) = listener.speed().await else { panic!("the speed came not back") };
    assert!((65..75).contains(&kmh), "{kmh}");
}

#[tokio::test]
async fn damaged_lines_are_counted_and_do_not_end_the_replay() {
    let car = Car::new().steady(0, 100, 1.0).line("(not a line").line("# a comment").steady(100, 200, 2.0);
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--rate", "max"];
    let (service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    assert_eq!(listener.speed().await, Heard::Changed(1));
    assert_eq!(listener.speed().await, Heard::Changed(2));
    let diagnostics = interfaces::Diagnostics1Proxy::new(&listener.connection).await.expect("a proxy");
    assert_eq!(diagnostics.log_lines_damaged().await.expect("LogLinesDamaged"), 1);
    assert_eq!(diagnostics.frames_decoded().await.expect("FramesDecoded"), 10);
    let last_error = diagnostics.last_error().await.expect("LastError");
    assert!(last_error.contains("drive.log: line 6"), "{last_error}");
    service.logged("drive.log: line 6").await;
}
