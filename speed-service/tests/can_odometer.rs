//! The odometer through kills at any moment, on a live interface: it never falls, and never loses more than a kilometre.
//!
//! 30 kills, or as many as `CARDASH_KILLS` says: `CARDASH_KILLS=1000 deploy/can-tests odometer` takes some minutes.

mod common;
mod fault;

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use common::PATIENCE;
use common::bus::{Bus, Connect as _};
use common::car::CAR_ID;
use common::service::Service;
use fault::can::{Interface, Node};
use interfaces::Odometer1Proxy;
use nix::sys::signal::Signal;
use zbus::proxy::CacheProperties;
use zbus::{Connection, OwnedVariant, Variant};

/// Services that are killed side by side, each with a car of its own.
const CARS: u64 = 6;

/// What may be lost, m.
const MOST_LOST: u64 = 1000;

/// What the node says, and what the profile makes of it: half a kilometre a second, so that no kill has to wait for long.
const SAID_KMH: f64 = 480.0;
const PROFILE: &str = "\
title = \"A car that is fast\"
dbc_inline = '''
VERSION \"\"
NS_ :
BS_:
BU_: ABS
BO_ 256 CAR: 8 ABS
 SG_ SPEED : 0|16@1+ (0.04,0) [0|2000] \"km/h\" ABS
'''
[limits]
max_speed_kmh = 2000
max_accel_ms2 = 1000
[vehicle_speed]
signal = \"CAR.SPEED\"
";

/// Numbers that look like chance, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

async fn odometer(connection: &Connection) -> Odometer1Proxy<'static> {
    let builder = Odometer1Proxy::builder(connection).cache_properties(CacheProperties::No);
    builder.build().await.expect("a proxy")
}

/// Odometer and both trips.
async fn counts(odometer: &Odometer1Proxy<'_>) -> [u64; 3] {
    [
        odometer.total().await.expect("Total"),
        odometer.trip_a().await.expect("TripA"),
        odometer.trip_b().await.expect("TripB"),
    ]
}

fn number(description: &HashMap<String, OwnedVariant>, key: &str) -> Option<u64> {
    match &**description.get(key)? {
        Variant::U64(number) => Some(*number),
        other => panic!("{key} is {other:?}"),
    }
}

fn kills() -> u64 {
    std::env::var("CARDASH_KILLS").map_or(30, |kills| kills.parse().expect("CARDASH_KILLS is a number"))
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-tests odometer"]
async fn it_never_falls_and_never_loses_more_than_a_kilometre() {
    let each = kills().div_ceil(CARS);
    let cars = (0..CARS).map(|car| tokio::spawn(is_killed(car, each)));
    let mut worst = 0;
    for car in cars.collect::<Vec<_>>() {
        worst = worst.max(car.await.expect("a car"));
    }
    println!("{} kills; at most {worst} m were lost", each * CARS);
    assert!(worst > 0, "no kill has lost a metre: they came at no moment that matters");
}

/// So many times; what was lost at most, m.
async fn is_killed(car: u64, times: u64) -> u64 {
    let (bus, dice) = (Bus::start(), &mut Dice(car));
    let name = format!("can_odo{car}");
    let _vcan = Interface::vcan(&name);
    let node = Node::axle(&name, CAR_ID, SAID_KMH);
    let (profile, file) = (bus.directory.path().join("fast.toml"), bus.directory.path().join("odometer"));
    std::fs::write(&profile, PROFILE).expect("a profile");
    let text = |path: &Path| path.to_str().expect("a path").to_owned();
    let (profile, file) = (text(&profile), text(&file));
    let connection = bus.connect().await;
    let arguments = ["--vehicle", &profile, "--can", &name, "--odometer", &file];
    let (mut before, mut kept_before, mut worst) = ([0; 3], 0, 0);
    for kill in 0..times {
        let (mut service, _) = Service::ready(&bus, &connection, &arguments).await;
        let odometer = odometer(&connection).await;
        let now = counts(&odometer).await;
        for (which, (before, now)) in before.into_iter().zip(now).enumerate() {
            // Since the start of this service, it has driven for some milliseconds.
            assert!(now + MOST_LOST >= before, "car {car}, kill {kill}: {which} was {before} and is {now}");
            worst = worst.max(before.saturating_sub(now));
        }
        assert!(
            now[0] >= kept_before,
            "car {car}, kill {kill}: {kept_before} m were kept, and {} are left",
            now[0]
        );
        if dice.below(3) == 0 {
            // A stop, in which it is written, and perhaps killed.
            node.speak(0.0);
            tokio::time::sleep(Duration::from_millis(dice.below(400))).await;
            node.speak(SAID_KMH);
        }
        let mut last = [0; 3];
        for _ in 0..=dice.below(20) {
            tokio::time::sleep(Duration::from_millis(dice.below(250))).await;
            let now = counts(&odometer).await;
            assert!(now.iter().zip(last).all(|(now, last)| *now >= last), "{last:?} {now:?}");
            last = now;
        }
        if dice.below(4) == 0 {
            odometer.reset_trip("A").await.expect("ResetTrip");
        }
        kept_before =
            number(&odometer.describe().await.expect("Describe"), "kept_total").unwrap_or(kept_before);
        before = counts(&odometer).await;
        // Far enough for the reset to have been written, or not.
        before[1] = before[1].min(last[1]);
        service.signal(Signal::SIGKILL);
        service.ended().await;
    }
    let (mut service, _) = Service::ready(&bus, &connection, &arguments).await;
    let odometer = odometer(&connection).await;
    assert!(counts(&odometer).await[0] + MOST_LOST >= before[0]);
    service.signal(Signal::SIGTERM);
    let before = counts_or_ended(&odometer).await;
    service.ended().await;
    let (_service, _) = Service::ready(&bus, &connection, &arguments).await;
    let after = counts(&self::odometer(&connection).await).await;
    assert!(after[0] >= before, "an orderly end loses nothing: {before} m, {} m", after[0]);
    worst
}

async fn counts_or_ended(odometer: &Odometer1Proxy<'_>) -> u64 {
    odometer.total().await.unwrap_or(0)
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-tests odometer"]
async fn a_virtual_interface_is_kept_only_where_a_file_is_named() {
    let bus = Bus::start();
    let _vcan = Interface::vcan("can_odo_v");
    let node = Node::on("can_odo_v", 42.0);
    let folder = bus.directory.path().join("state");
    std::fs::create_dir(&folder).expect("a folder");
    let profile = bus.directory.path().join("fast.toml");
    std::fs::write(&profile, PROFILE).expect("a profile");
    // As systemd starts it on the system bus, which is another one here.
    let mut command = common::service::command(
        bus.directory.path(),
        &["--vehicle", profile.to_str().expect("a path"), "--can", "can_odo_v", "--bus", "system"],
    );
    command.env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address).env("STATE_DIRECTORY", &folder);
    let mut service = Service::spawn(&mut command);
    service.logged("can_odo_v is a virtual CAN interface, and no car is behind it").await;
    let connection = bus.connect().await;
    let odometer = odometer(&connection).await;
    let mut metres = 0;
    while metres < 20 {
        metres = odometer.total().await.expect("Total");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!odometer.kept().await.expect("Kept"));
    assert!(odometer.set_odometer(5_000_000).await.is_err(), "nothing would come of it");
    drop(node);
    service.signal(Signal::SIGTERM);
    service.ended().await;
    assert_eq!(std::fs::read_dir(&folder).expect("the folder").count(), 0, "something was written");
}

/// One after the other has the file, and nothing is lost on the way.
#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-tests odometer"]
async fn a_service_that_takes_over_goes_on_counting() {
    let bus = Bus::start();
    let _vcan = Interface::vcan("can_odo_t");
    let _node = Node::axle("can_odo_t", CAR_ID, SAID_KMH);
    let (profile, file) = (bus.directory.path().join("fast.toml"), bus.directory.path().join("odometer"));
    std::fs::write(&profile, PROFILE).expect("a profile");
    let (profile, file) = (profile.to_str().expect("a path"), file.to_str().expect("a path"));
    let arguments = ["--vehicle", profile, "--can", "can_odo_t", "--odometer", file, "--replace"];
    let connection = bus.connect().await;
    let (mut first, _) = Service::ready(&bus, &connection, &arguments).await;
    let odometer = odometer(&connection).await;
    let mut last = 0;
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        last = odometer.total().await.expect("Total");
        let (second, _) = Service::ready(&bus, &connection, &arguments).await;
        assert!(first.ended().await.0.success());
        // It may lie in memory here, which is said too.
        let began = Instant::now();
        while odometer.reason().await.expect("Reason").contains("another speed service has it") {
            assert!(began.elapsed() < PATIENCE, "the file is not taken over");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let now = odometer.total().await.expect("Total");
        assert!(now >= last, "{last} m before, {now} m after");
        assert!(odometer.at_least().await.expect("AtLeast"), "it was moving when it was taken over");
        first = second;
    }
    assert!(last > 2_000, "{last} m in 7 s at 500 m/s");
}
