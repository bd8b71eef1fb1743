//! What a client hears and is answered of the signals beside the speed: values, losses, and why there is none.

mod common;

use std::collections::HashMap;
use std::fmt::Write as _;

use common::bus::Bus;
use common::listener::{Heard, Listener};
use common::service::Service;
use interfaces::{SignalError, Signals1Proxy};
use nix::sys::signal::Signal;
use zbus::{OwnedVariant, Variant};

const RPM: &str = "Vehicle.Powertrain.CombustionEngine.Speed";
const BEAM: &str = "Vehicle.Body.Lights.Beam.High.IsOn";
const FUEL: &str = "Vehicle.Powertrain.FuelSystem.RelativeLevel";
/// Worked out from the level: this car has no lamp for it.
const LOW: &str = "Vehicle.Powertrain.FuelSystem.IsFuelLevelLow";
const GEAR: &str = "Vehicle.Powertrain.Transmission.CurrentGear";
const ABS: &str = "Vehicle.ADAS.ABS.IsError";

const PROFILE: &str = r#"
title = "A car with instruments"
dbc_inline = """
VERSION ""
BU_: X
BO_ 256 CAR: 2 X
 SG_ SPEED : 0|16@1+ (0.01,0) [0|300] "km/h" X
BO_ 768 ENGINE: 8 X
 SG_ RPM : 0|16@1+ (1,0) [0|9000] "rpm" X
 SG_ FUEL : 16|8@1+ (1,0) [0|100] "%" X
 SG_ GEAR : 24|8@1- (1,0) [-1|6] "" X
 SG_ BEAM : 32|1@1+ (1,0) [0|1] "" X
BO_ 1024 BRAKES: 8 X
 SG_ ABS : 0|1@1+ (1,0) [0|1] "" X
"""
[vehicle_speed]
signal = "CAR.SPEED"
[signals]
"Vehicle.Powertrain.CombustionEngine.Speed" = "ENGINE.RPM"
"Vehicle.Powertrain.FuelSystem.RelativeLevel" = "ENGINE.FUEL"
"Vehicle.Powertrain.Transmission.CurrentGear" = "ENGINE.GEAR"
"Vehicle.Body.Lights.Beam.High.IsOn" = "ENGINE.BEAM"
"Vehicle.ADAS.ABS.IsError" = "BRAKES.ABS"
"#;

/// 1.6 s: the engine's rpm rises by 10 every 20 ms, the high beam is on from 0.4 to 0.5 s, the fuel level is not available
/// from 0.6 s on, the gear is out of range from 0.7 s on, and from 0.9 s on the engine says nothing. The brakes never do.
fn log() -> String {
    let mut log = String::new();
    for n in 0..80_u16 {
        let (seconds, micros) = (1_600_000_000 + u32::from(n) * 20 / 1000, u32::from(n) * 20 % 1000 * 1000);
        let [low, high] = (3000 + n % 4).to_le_bytes();
        let _ = writeln!(log, "({seconds}.{micros:06}) can0 100#{low:02X}{high:02X}");
        if n < 45 {
            let [low, high] = (800 + 10 * n).to_le_bytes();
            let fuel = if n < 30 { 55 } else { 255 };
            let gear = if n < 35 { 3 } else { 9 };
            let beam = u8::from((20..25).contains(&n));
            let _ = writeln!(
                log,
                "({seconds}.{micros:06}) can0 300#{low:02X}{high:02X}{fuel:02X}{gear:02X}{beam:02X}000000"
            );
        }
    }
    log
}

struct Scene {
    _folder: tempfile::TempDir,
    listener: Listener,
    service: Service,
    proxy: Signals1Proxy<'static>,
    _bus: Bus,
}

impl Scene {
    async fn begin() -> Self {
        let (bus, folder) = (Bus::start(), tempfile::tempdir().expect("a folder"));
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path.display().to_string()
        };
        let (profile, log) = (file("car.toml", PROFILE), file("drive.log", &log()));
        let listener = Listener::on(&bus).await;
        let arguments = ["--vehicle", &profile, "--replay", &log];
        let (service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
        let proxy = Signals1Proxy::builder(&listener.connection).build().await.expect("a proxy");
        Self { _folder: folder, listener, service, proxy, _bus: bus }
    }

    /// The next `Changed`.
    async fn changed(&mut self) -> (HashMap<String, OwnedVariant>, Vec<String>) {
        loop {
            if let Heard::Signals(values, lost) = self.listener.next().await {
                return (values, lost);
            }
        }
    }
}

#[tokio::test]
async fn a_client_that_only_listens_knows_what_get_answers() {
    let mut scene = Scene::begin().await;
    let mut known: HashMap<String, OwnedVariant> = HashMap::new();
    let mut beams = Vec::new();
    while known.len() < 4 || known.contains_key(RPM) {
        let (values, lost) = scene.changed().await;
        assert!(!values.is_empty() || !lost.is_empty());
        beams.extend(values.get(BEAM).map(|value| bool::try_from(&**value).expect("a lamp is b")));
        for path in lost {
            assert!(known.remove(&path).is_some(), "{path} was lost and had no value");
        }
        known.extend(values);
        if known.is_empty() {
            break;
        }
    }
    assert_eq!(beams, [false, true, false], "each edge of a lamp");
    let all = scene.proxy.signals().await.expect("Signals");
    assert_eq!(all, known, "what Changed left is what Signals has");
    assert!(all.is_empty(), "the engine has been silent for ten cycles");
}

#[tokio::test]
async fn each_reason_for_no_value_has_its_error() {
    let mut scene = Scene::begin().await;
    let available = scene.proxy.available().await.expect("Available");
    assert_eq!(available, [ABS, BEAM, RPM, LOW, FUEL, GEAR]);
    let (values, _) = scene.changed().await;
    assert_eq!(*values[GEAR], Variant::from(3i32));
    assert_eq!(*values[FUEL], Variant::from(55u32));
    assert_eq!(*values[LOW], Variant::from(false));
    assert!(matches!(*values[RPM], Variant::F64(rpm) if rpm >= 800.0), "{values:?}");
    let unheard = scene.proxy.value(ABS).await.expect_err("no value");
    assert!(
        matches!(&unheard, SignalError::NotAvailable(why) if why.contains("has not come yet")),
        "{unheard:?}"
    );
    let mut lost = Vec::new();
    while !lost.contains(&GEAR.to_owned()) {
        lost.extend(scene.changed().await.1);
    }
    lost.sort();
    assert_eq!(lost, [LOW, FUEL, GEAR]);
    let error = scene.proxy.value(FUEL).await.expect_err("no value");
    assert!(matches!(&error, SignalError::NotAvailable(why) if why.contains("ENGINE.FUEL")), "{error:?}");
    let error = scene.proxy.value(GEAR).await.expect_err("no value");
    assert!(matches!(&error, SignalError::Fault(why) if why.contains("outside its range")), "{error:?}");
    let described = scene.proxy.describe(GEAR).await.expect("Describe");
    let word = |key: &str| <&str>::try_from(&*described[key]).expect("a word").to_owned();
    assert_eq!(
        (word("quality"), word("type"), word("source")),
        ("fault".into(), "int8".into(), "ENGINE.GEAR".into())
    );
    assert!(!described.contains_key("value") && described.contains_key("age_ms"), "{described:?}");
    while !lost.contains(&RPM.to_owned()) {
        lost.extend(scene.changed().await.1);
    }
    let error = scene.proxy.value(RPM).await.expect_err("no value");
    assert!(matches!(&error, SignalError::Stale(why) if why.contains("late after 0.2 s")), "{error:?}");
    for path in ["Vehicle.Powertrain.CombustionEngine.Sped", "Vehicle.TraveledDistance", ""] {
        let error = scene.proxy.value(path).await.expect_err("no such signal");
        assert!(matches!(&error, SignalError::NotInThisCar(why) if why.contains(path)), "{error:?}");
    }
}

#[tokio::test]
async fn a_service_that_ends_takes_its_values_back() {
    let mut scene = Scene::begin().await;
    let mut known: Vec<_> = scene.changed().await.0.into_keys().collect();
    scene.service.signal(Signal::SIGTERM);
    while !known.is_empty() {
        let (values, lost) = scene.changed().await;
        known.retain(|path| !lost.contains(path));
        let new: Vec<_> = values.into_keys().filter(|path| !known.contains(path)).collect();
        known.extend(new);
    }
    assert!(scene.service.ended().await.0.success());
}
