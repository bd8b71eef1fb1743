//! Recordings of real cars through the real program, heard on the bus.
//!
//! How fast it was at most says `*.expected.csv`, which another decoder made.

mod common;

use std::path::{Path, PathBuf};

use common::bus::Bus;
use common::listener::{Heard, Listener};
use common::service::Service;
use interfaces::SpeedError;

/// One pass of the drive: every `SpeedChanged` and `SpeedLost`, up to the end of the log.
async fn hear_the_drive(rate: &str) -> Vec<Heard> {
    let bus = Bus::start();
    let mut listener = Listener::on(&bus).await;
    let log = capture("civic_type_r_2019_drive.log").display().to_string();
    let arguments = ["--vehicle", "honda", "--replay", &log, "--rate", rate];
    let (_service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    let heard = listener.until_last_lost("stale").await;
    heard.into_iter().filter(|heard| !matches!(heard, Heard::Properties(_) | Heard::Signals(..))).collect()
}

#[tokio::test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
async fn a_real_drive_is_heard_alike_at_any_rate() {
    let heard = hear_the_drive("max").await;
    assert_eq!(heard, hear_the_drive("10").await);

    // The recorder stalled 17 times for more than half a second, and the log ends. Some gaps leave too few frames between
    // them for a speed.
    let losses = heard.iter().filter(|heard| **heard == Heard::Lost("stale".to_owned())).count();
    assert!((12..=18).contains(&losses), "{losses} losses: {heard:?}");
    let kmh = |heard: &Heard| if let Heard::Changed(kmh) = heard { Some(*kmh) } else { None };
    assert_eq!(heard.iter().filter_map(kmh).max(), Some(fastest_mean().round() as i32));
    for pair in heard.windows(2) {
        if let (Some(before), Some(after)) = (kmh(&pair[0]), kmh(&pair[1])) {
            // 2 where a sensor leaves what it is blind for.
            assert!(before != after && (before - after).abs() <= 2, "{before} to {after} km/h");
        }
    }
}

/// The front wheels turn and the rear ones read 0 from the start, as dead sensors do.
#[tokio::test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
async fn a_car_on_a_lift_has_no_speed_once_its_wheels_turn() {
    for driven in ["\ndriven = \"front\"\n", "\n"] {
        let bus = Bus::start();
        let mut listener = Listener::on(&bus).await;
        let log = capture("civic_8g_on_lift.log").display().to_string();
        let profile = honda(bus.directory.path(), driven);
        let arguments = ["--vehicle", &profile, "--replay", &log, "--rate", "10"];
        let (_service, proxy) = Service::ready(&bus, &listener.connection, &arguments).await;
        let mut fastest: i32 = 0;
        loop {
            match listener.speed().await {
                Heard::Lost(state) if state == "implausible" => break,
                Heard::Changed(kmh) => fastest = fastest.max(kmh),
                other => panic!("{other:?} before the wheels turned"),
            }
        }
        let error = proxy.get_speed().await.expect_err("no speed");
        assert!(matches!(&error, SpeedError::Implausible(why) if why.contains("one axle")), "{error:?}");
        loop {
            let heard = listener.next().await;
            fastest =
                heard.speed_kmh().filter(|kmh| !kmh.is_nan()).map_or(fastest, |kmh| fastest.max(kmh as i32));
            if heard.state() == Some("stale") {
                break;
            }
        }
        assert!(fastest <= 3, "{fastest} km/h, and the car stands on a lift");
    }
}

/// The greatest mean of the four wheels, km/h, by another decoder.
fn fastest_mean() -> f64 {
    let text = std::fs::read_to_string(capture("civic_type_r_2019_drive.expected.csv"))
        .expect("the expected values");
    let mean = |line: &str| {
        let fields: Vec<f64> = line.split(',').map(|field| field.parse().expect("a number")).collect();
        let [_, a, b, c, d] = fields[..] else { panic!("five columns in {line:?}") };
        (a + b + c + d) / 4.0
    };
    text.lines().skip(1).map(mean).fold(0.0, f64::max)
}

/// The built-in Honda with this in place of its line `driven`.
fn honda(folder: &Path, driven: &str) -> String {
    let vehicles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../can-reader/vehicles");
    let profile = std::fs::read_to_string(vehicles.join("honda.toml")).expect("the profile");
    assert!(profile.contains("\ndriven = \"front\"\n"));
    std::fs::write(folder.join("honda.toml"), profile.replace("\ndriven = \"front\"\n", driven))
        .expect("a copy");
    std::fs::copy(vehicles.join("honda.dbc"), folder.join("honda.dbc")).expect("a copy");
    folder.join("honda.toml").display().to_string()
}

fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures").join(name)
}
