//! SIGHUP: nobody waits for it, a storm is quiet, and what went wrong is forgotten when it goes well.

mod common;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use common::PATIENCE;
use common::bus::{Bus, Connect as _};
use common::car::Car;
use common::manager::{Manager, WATCHDOG};
use common::service::{Service, proxy, reached};
use interfaces::{Diagnostics1Proxy, SpeedError, State};
use nix::sys::signal::Signal;
use zbus::{Connection, Variant};

/// Two minutes at 5 km/h.
fn drive() -> Car {
    let car = Car::new().steady(0, 120_000, 5.0);
    car.log();
    car
}

/// A profile beside it, whose DBC is long enough for a reading to take a good while.
fn write_big_profile(car: &Car) {
    let mut dbc = "VERSION \"\"\nNS_ :\nBS_:\nBU_: ABS\nBO_ 256 CAR: 8 ABS\n".to_owned();
    dbc += " SG_ SPEED : 0|16@1+ (0.01,0) [0|655] \"km/h\" ABS\n";
    for message in 0..1_500_u32 {
        // Bit 31 marks a 29-bit id.
        writeln!(dbc, "BO_ {} M{message}: 8 ABS", (1 << 31) + 4096 + message).expect("a string");
        for byte in 0..8 {
            let start = byte * 8;
            writeln!(dbc, " SG_ S{byte} : {start}|8@1+ (0.5,0) [0|127.5] \"km/h\" ABS").expect("a string");
        }
    }
    std::fs::write(car.path("big.dbc"), dbc).expect("a DBC");
    let profile = "title = \"Big\"\ndbc = \"big.dbc\"\n[vehicle_speed]\nsignal = \"CAR.SPEED\"\n";
    std::fs::write(car.path("big.toml"), profile).expect("a profile");
}

fn configure(car: &Car, vehicle: &str, publish_hz: u32) -> String {
    car.config(&format!("vehicle = \"{vehicle}\"\nreplay = \"drive.log\"\npublish_hz = {publish_hz}\n"))
}

async fn diagnostics(connection: &Connection) -> Diagnostics1Proxy<'static> {
    Diagnostics1Proxy::new(connection).await.expect("a proxy")
}

#[tokio::test]
async fn nobody_waits_for_the_reload_of_a_big_dbc() {
    let (bus, car) = (Bus::start(), drive());
    write_big_profile(&car);
    let manager = Manager::on(&bus);
    let file = configure(&car, "car.toml", 50);
    let service = manager.start(&bus, &[], &["--config", &file]);
    manager.hears("READY=1");
    let connection = bus.connect().await;
    let (proxy, diagnostics) = (proxy(&connection).await, diagnostics(&connection).await);
    reached(&proxy, State::Ok).await;

    configure(&car, "big.toml", 50);
    service.signal(Signal::SIGHUP);
    manager.hears("RELOADING=1");
    let began = Instant::now();
    let frames = diagnostics.frames_received().await.expect("FramesReceived");
    let (mut answers, mut fed) = (0, 0);
    let took = loop {
        match proxy.get_speed().await {
            Ok(kmh) => assert_eq!(kmh, 5),
            // The new vehicle is in force, and has no number yet.
            Err(SpeedError::NoData(_)) => {
                manager.hears("READY=1");
                break began.elapsed();
            }
            Err(error) => panic!("a speed all the while: {error}"),
        }
        match manager.heard(Duration::from_millis(1)) {
            Some(message) if message.contains("READY=1") => break began.elapsed(),
            message => fed += u32::from(message.is_some_and(|message| message.contains("WATCHDOG=1"))),
        }
        answers += 1;
        assert!(began.elapsed() < PATIENCE, "the reload has no end");
    };
    let frames = diagnostics.frames_received().await.expect("FramesReceived") - frames;
    println!("while it read for {took:?}: {answers} answers, {frames} frames, {fed} times fed");
    assert!(answers >= 10, "{answers} answers while it read for {took:?}");
    assert!(frames > 0, "no frame while it read for {took:?}");
    assert!(fed > 0 || took < WATCHDOG * 2, "the watchdog was not fed for {took:?}");
    let configuration = diagnostics.configuration().await.expect("Configuration");
    assert_eq!(*configuration["title"], Variant::from("Big"));
}

#[tokio::test]
async fn the_last_who_asks_has_the_last_word() {
    let (bus, car) = (Bus::start(), drive());
    write_big_profile(&car);
    let connection = bus.connect().await;
    let manager = Manager::on(&bus);
    let file = configure(&car, "car.toml", 50);
    let service = manager.start(&bus, &[], &["--config", &file]);
    manager.hears("READY=1");
    configure(&car, "big.toml", 50);
    service.signal(Signal::SIGHUP);
    manager.hears("RELOADING=1");
    // Its configuration is read first, and is small.
    tokio::time::sleep(Duration::from_millis(100)).await;
    configure(&car, "car.toml", 7);
    service.signal(Signal::SIGHUP);
    manager.hears("RELOADING=1");
    manager.hears("READY=1");
    let configuration = diagnostics(&connection).await.configuration().await.expect("Configuration");
    assert_eq!(*configuration["title"], Variant::from("Test car"));
    assert_eq!(*configuration["publish_hz"], Variant::from(7_u32));
}

#[tokio::test]
async fn a_storm_is_quiet_and_its_last_word_counts() {
    let (bus, car) = (Bus::start(), drive());
    let connection = bus.connect().await;
    let file = configure(&car, "car.toml", 50);
    let (service, proxy) = Service::ready(&bus, &connection, &["--config", &file]).await;
    reached(&proxy, State::Ok).await;
    let before = service.stderr().lines().count();
    for _ in 0..5_000 {
        service.signal(Signal::SIGHUP);
        std::thread::sleep(Duration::from_micros(100));
    }
    configure(&car, "car.toml", 9);
    service.signal(Signal::SIGHUP);
    let diagnostics = diagnostics(&connection).await;
    let began = Instant::now();
    while *diagnostics.configuration().await.expect("Configuration")["publish_hz"] != Variant::from(9_u32) {
        assert!(began.elapsed() < PATIENCE, "the last SIGHUP of a storm is lost");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let lines = service.stderr().lines().count() - before;
    println!("5,001 times SIGHUP: {lines} lines");
    assert!((1..=20).contains(&lines), "{lines} lines:\n{}", service.stderr());
    assert_eq!(proxy.get_speed().await.expect("a speed all the while"), 5);
}

#[tokio::test]
async fn what_went_wrong_is_forgotten_when_it_goes_well() {
    let (bus, car) = (Bus::start(), drive());
    let connection = bus.connect().await;
    let file = configure(&car, "car.toml", 50);
    let (service, _) = Service::ready(&bus, &connection, &["--config", &file]).await;
    let diagnostics = diagnostics(&connection).await;
    configure(&car, "gone.toml", 50);
    service.signal(Signal::SIGHUP);
    service.logged("reload refused").await;
    assert!(diagnostics.last_error().await.expect("LastError").contains("gone.toml"));
    configure(&car, "car.toml", 50);
    service.signal(Signal::SIGHUP);
    service.logged("configuration reloaded: unchanged").await;
    assert_eq!(diagnostics.last_error().await.expect("LastError"), "");
}
