//! Recordings of real cars through the real program, heard on the bus.
//!
//! What must be heard follows from `*.expected.csv`, which another decoder made.

mod common;

use std::path::{Path, PathBuf};
use std::time::Duration;

use common::bus::Bus;
use common::listener::{Heard, Listener};
use common::service::Service;
use interfaces::SpeedError;

const STALE: Duration = Duration::from_millis(500);

#[tokio::test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
async fn every_change_of_a_real_drive_is_heard_at_full_speed() {
    hear_the_drive("max").await;
}

#[tokio::test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
async fn every_change_of_a_real_drive_is_heard_at_ten_times_its_speed() {
    hear_the_drive("10").await;
}

async fn hear_the_drive(rate: &str) {
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let log = capture("civic_type_r_2019_drive.log").display().to_string();
    let arguments = ["--vehicle", "honda", "--replay", &log, "--rate", rate];
    let (_service, _) = Service::ready(&bus, &listener.connection, &arguments).await;

    let expected = expected_of_the_drive();
    let stale = || Heard::Lost("stale".to_owned());
    let losses = expected.iter().filter(|heard| **heard == stale()).count();
    let top = expected
        .iter()
        .filter_map(|heard| if let Heard::Changed(kmh) = heard { Some(*kmh) } else { None })
        .max();
    assert_eq!((losses, top), (18, Some(9)), "17 gaps and the end; 9 km/h at the fastest");

    let mut heard = Vec::new();
    while heard.len() < expected.len() {
        heard.push(listener.speed().await);
    }
    assert_eq!(heard, expected);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let more = listener.pending().await.into_iter().filter(|heard| !matches!(heard, Heard::Properties(_)));
    assert_eq!(more.collect::<Vec<_>>(), []);
}

/// A change of the rounded mean, a loss where the next frame comes too late, and one at the end.
fn expected_of_the_drive() -> Vec<Heard> {
    let (mut expected, mut known, mut last_at) = (Vec::new(), None, None);
    for (at, kmh) in means("civic_type_r_2019_drive.expected.csv") {
        if last_at.is_some_and(|last_at| at - last_at >= STALE) {
            expected.push(Heard::Lost("stale".to_owned()));
            known = None;
        }
        let integer = kmh.round() as i32;
        if known != Some(integer) {
            expected.push(Heard::Changed(integer));
        }
        (known, last_at) = (Some(integer), Some(at));
    }
    expected.push(Heard::Lost("stale".to_owned()));
    expected
}

#[tokio::test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
async fn a_car_on_a_lift_stands_still_when_its_driven_axle_is_known() {
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let log = capture("civic_8g_on_lift.log").display().to_string();
    let arguments = ["--vehicle", "honda", "--replay", &log, "--rate", "max"];
    let (_service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    let heard = listener.until_last_lost("stale").await;
    let losses = heard.iter().filter(|heard| matches!(heard, Heard::Lost(_))).count();
    assert_eq!(losses, 1, "only the end of the log");
    assert!(heard.iter().any(|heard| heard.state() == Some("degraded")));
    // The rear wheels stand still; the mean of four is said only while all agree within 3 km/h.
    let fastest = heard.iter().filter_map(Heard::speed_kmh).fold(0.0, f64::max);
    assert!(fastest <= 1.5, "{fastest} km/h, and the front wheels turn at 123");
}

#[tokio::test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
async fn a_car_on_a_lift_is_implausible_when_it_is_not() {
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let log = capture("civic_8g_on_lift.log").display().to_string();
    let profile = honda_without_driven(bus.directory.path());
    let arguments = ["--vehicle", &profile, "--replay", &log, "--rate", "10"];
    let (_service, proxy) = Service::ready(&bus, &listener.connection, &arguments).await;
    while listener.speed().await != Heard::Lost("implausible".to_owned()) {}
    // Asked at once; should the wheels agree again for a moment, the next loss is waited for.
    let error = loop {
        match proxy.get_speed().await {
            Err(error) => break error,
            Ok(kmh) => assert!(kmh <= 2, "{kmh} km/h, and the car stands on a lift"),
        }
    };
    assert!(matches!(&error, SpeedError::Implausible(why) if why.contains("front and rear")), "{error:?}");
    let heard = listener.until_last_lost("stale").await;
    let fastest = heard.iter().filter_map(Heard::speed_kmh).fold(0.0, f64::max);
    assert!(fastest <= 1.5, "{fastest} km/h: a mean of wheels that do not agree");
}

/// Time and mean of the four wheels (km/h) of each row.
fn means(csv: &str) -> Vec<(Duration, f64)> {
    let text = std::fs::read_to_string(capture(csv)).expect("the expected values");
    let rows = text.lines().skip(1).map(|line| {
        let fields: Vec<f64> = line.split(',').map(|field| field.parse().expect("a number")).collect();
        let [at, a, b, c, d] = fields[..] else { panic!("five columns in {line:?}") };
        (Duration::from_micros((at * 1e6).round() as u64), (a + b + c + d) / 4.0)
    });
    rows.collect()
}

fn honda_without_driven(folder: &Path) -> String {
    let vehicles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../can-reader/vehicles");
    let profile = std::fs::read_to_string(vehicles.join("honda.toml")).expect("the profile");
    assert!(profile.contains("\ndriven = \"front\"\n"));
    std::fs::write(folder.join("honda.toml"), profile.replace("\ndriven = \"front\"\n", "\n"))
        .expect("a copy");
    std::fs::copy(vehicles.join("honda.dbc"), folder.join("honda.dbc")).expect("a copy");
    folder.join("honda.toml").display().to_string()
}

fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures").join(name)
}
