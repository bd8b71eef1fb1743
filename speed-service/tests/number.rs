//! What belongs to the speed: uncertainty, witnesses, reason, and the speed for displays.

mod common;

use std::collections::HashMap;

use common::bus::Bus;
use common::car::Car;
use common::listener::{Heard, Listener};
use common::service::Service;
use interfaces::{BUS_NAME, OBJECT_PATH, SPEED_INTERFACE, State};
use nix::sys::signal::Signal;
use zbus::{OwnedVariant, Variant};

/// What the tyres may be off by where the configuration says nothing.
const TOLERANCE: f64 = 0.025;

fn number(changed: &HashMap<String, OwnedVariant>, name: &str) -> Option<f64> {
    match &**changed.get(name)? {
        Variant::F64(number) => Some(*number),
        Variant::U32(count) => Some(f64::from(*count)),
        other => panic!("{name} is {other:?}"),
    }
}

/// The next `PropertiesChanged` with a speed.
async fn next_speed(listener: &mut Listener) -> HashMap<String, OwnedVariant> {
    loop {
        if let Heard::Properties(changed) = listener.next().await
            && number(&changed, "Speed").is_some_and(|kmh| !kmh.is_nan())
        {
            return changed;
        }
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[tokio::test]
async fn the_numbers_come_together_and_the_state_with_its_reason() {
    let car = (0..200_u64).fold(Car::new(), |car, n| car.frame(n * 20, 30.0 + 0.03 * n as f64));
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--rate", "10"];
    let (_service, proxy) = Service::ready(&bus, &listener.connection, &arguments).await;
    let heard = listener.until_last_lost("stale").await;
    let messages: Vec<_> = heard
        .iter()
        .filter_map(|heard| if let Heard::Properties(changed) = heard { Some(changed) } else { None })
        .collect();
    let mut with_speed = 0;
    for changed in &messages {
        let [speed, uncertainty, witnesses, indicated] =
            ["Speed", "Uncertainty", "Witnesses", "IndicatedSpeed"].map(|name| number(changed, name));
        let there = [speed, uncertainty, witnesses, indicated].map(|number| number.is_some());
        assert!(there == [true; 4] || there == [false; 4], "only some of the numbers: {changed:?}");
        let without_reason = changed.contains_key("State") && !changed.contains_key("StateReason");
        assert!(!without_reason, "a state without its reason: {changed:?}");
        let Some(speed) = speed else { continue };
        let (uncertainty, indicated) =
            (uncertainty.expect("Uncertainty"), indicated.expect("IndicatedSpeed"));
        if speed.is_nan() {
            assert!(uncertainty.is_nan() && indicated.is_nan() && witnesses == Some(0.0), "{changed:?}");
        } else {
            with_speed += 1;
            assert!(uncertainty.is_finite() && uncertainty > 0.0, "{changed:?}");
            assert!(close(indicated * (1.0 - TOLERANCE), speed), "{changed:?}");
            assert_eq!(witnesses, Some(1.0), "one speed alone: {changed:?}");
        }
    }
    assert!(with_speed >= 10, "only {with_speed} speeds");

    assert_eq!(proxy.state().await.expect("State"), State::Stale);
    assert_eq!(proxy.state_reason().await.expect("StateReason"), "late");
    assert!(proxy.uncertainty().await.expect("Uncertainty").is_nan());
    assert!(proxy.indicated_speed().await.expect("IndicatedSpeed").is_nan());
    assert_eq!(proxy.witnesses().await.expect("Witnesses"), 0);
}

#[tokio::test]
async fn the_speed_is_after_calibration_and_a_reload_changes_it() {
    let car = (0..3000_u64).fold(Car::new(), |car, n| car.frame(n * 20, 50.0 + 0.01 * (n % 3) as f64));
    let write = |more: &str| car.config(&format!("vehicle = \"car.toml\"\nreplay = \"drive.log\"\n{more}"));
    car.log();
    let config = write("[calibration]\nfactor = 1.1\n");
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let (service, proxy) = Service::ready(&bus, &listener.connection, &["--config", &config]).await;
    let first = next_speed(&mut listener).await;
    let kmh = number(&first, "Speed").expect("Speed");
    assert!((55.0..55.2).contains(&kmh), "1.1 * 50: {kmh}");
    assert!(close(number(&first, "IndicatedSpeed").expect("IndicatedSpeed"), kmh / (1.0 - TOLERANCE)));
    assert_eq!(proxy.get_speed().await.expect("a speed"), 55);

    write("[calibration]\nfactor = 0.9\n[indication]\ntolerance_percent = 0\n");
    service.signal(Signal::SIGHUP);
    service.logged("configuration reloaded: calibration.factor 0.9, indication.tolerance_percent 0").await;
    listener.pending().await;
    let after = next_speed(&mut listener).await;
    let kmh = number(&after, "Speed").expect("Speed");
    assert!((45.0..45.1).contains(&kmh), "0.9 * 50: {kmh}");
    assert!(close(number(&after, "IndicatedSpeed").expect("IndicatedSpeed"), kmh));
    assert_eq!(proxy.get_speed().await.expect("a speed"), 45);

    write("[calibration]\nfactor = 9.0\n");
    service.signal(Signal::SIGHUP);
    service.logged("speed.toml:4: calibration.factor is 9; it goes from 0.8 to 1.25").await;
    assert_eq!(proxy.get_speed().await.expect("a speed"), 45);
}

#[tokio::test]
async fn a_car_that_stands_is_silent() {
    let car = Car::with_four_wheels().steady(0, 60_000, 0.0);
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--rate", "10"];
    let (_service, proxy) = Service::ready(&bus, &listener.connection, &arguments).await;
    assert_eq!(listener.speed().await, Heard::Changed(0));
    assert!(proxy.indicated_speed().await.expect("IndicatedSpeed").abs() < f64::EPSILON, "0 is 0");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    listener.pending().await;
    // 20 s of the car: a thousand frames, and the ticks between them.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(listener.pending().await, []);
}

/// All that `GetAll` of the first release answered, with the types that its clients read.
#[tokio::test]
async fn what_clients_of_the_first_release_read_is_there() {
    let car = (0..3000_u64).fold(Car::new(), |car, n| car.frame(n * 20, 7.4 + 0.01 * (n % 3) as f64));
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log()];
    let (_service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    assert_eq!(listener.speed().await, Heard::Changed(7));
    let properties = Some("org.freedesktop.DBus.Properties");
    let all = listener
        .connection
        .call_method(Some(BUS_NAME), OBJECT_PATH, properties, "GetAll", &(SPEED_INTERFACE,))
        .await
        .expect("GetAll answers");
    let all: HashMap<String, OwnedVariant> = all.body().deserialize().expect("a{sv}");
    let signature = |name: &str| all.get(name).map(|value| value.value_signature().to_string());
    for (name, expected) in
        [("Speed", "d"), ("State", "s"), ("WheelSpeeds", "a{sv}"), ("Timestamp", "t"), ("Source", "s")]
    {
        assert_eq!(signature(name).as_deref(), Some(expected), "{name}");
    }
    let kmh = number(&all, "Speed").expect("Speed");
    assert!((7.39..7.43).contains(&kmh), "{kmh}");
}
