//! Recordings of real cars, sent again in real time by canplayer through the kernel, beside random traffic.

mod common;
mod fault;

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::bus::Bus;
use common::listener::{Heard, Listener};
use common::service::Service;
use fault::can::{Beside, Interface};
use fault::capture::{capture, expected, honda_with_clear_gaps};
use interfaces::Diagnostics1Proxy;
use zbus::proxy::CacheProperties;

#[tokio::test]
#[ignore = "needs a kernel with vcan, and the recordings in ../shared/captures: deploy/test can"]
async fn a_real_drive_is_heard_as_from_its_file() {
    follow("civic_type_r_2019_drive.log", "can_drive", 20).await;
}

#[tokio::test]
#[ignore = "needs a kernel with vcan, and the recordings in ../shared/captures: deploy/test can"]
async fn a_car_on_a_lift_is_heard_as_from_its_file() {
    follow("civic_8g_on_lift.log", "can_lift", 1).await;
}

async fn follow(log: &str, interface: &str, least_changes: usize) {
    let bus = Bus::start();
    let vehicle = honda_with_clear_gaps(bus.directory.path());
    let log = capture(log);
    let expected = expected(&vehicle, &log).await;
    let changes = count_changed(&expected.heard);
    assert!(changes >= least_changes, "{changes} changes in {}", log.display());

    let vcan = Interface::vcan(interface);
    vcan.appears().await;
    let mut listener = Listener::on(&bus).await;
    let monitored = bus.directory.path().join("monitored");
    let monitor = Command::new("busctl")
        .arg(format!("--address={}", bus.address))
        .args(["--json=short", "--match=type='signal',interface='org.cardash.Speed1'", "monitor"])
        .stdin(Stdio::null())
        .stdout(File::create(&monitored).expect("a file"))
        .spawn()
        .expect("busctl is installed (package systemd)");
    let _monitor = Beside::of(monitor);
    let arguments = ["--vehicle", &vehicle, "--can", interface];
    let (service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    listener.pending();

    // Ids of 29 bits: random ones of 11 bits would now and then be a wheel-speed frame.
    let _random = Beside::start("cangen", &[interface, "-e", "-g", "5", "-I", "r", "-L", "r", "-D", "r"]);
    let mut player =
        Beside::start("canplayer", &["-I", &log.display().to_string(), &format!("{interface}=can0")]);
    let mut heard = Vec::new();
    while player.is_running() {
        tokio::time::sleep(Duration::from_millis(100)).await;
        heard.extend(listener.pending());
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    heard.extend(listener.pending());
    heard.retain(|heard| !matches!(heard, Heard::Properties(_)));

    let diagnostics = Diagnostics1Proxy::builder(&listener.connection).cache_properties(CacheProperties::No);
    let diagnostics = diagnostics.build().await.expect("a proxy");
    let decoded = diagnostics.frames_decoded().await.expect("FramesDecoded");
    let dropped = diagnostics.frames_dropped().await.expect("FramesDropped");
    let monitored = std::fs::read_to_string(monitored).expect("what busctl wrote");
    let seen = monitored.lines().filter(|line| line.contains("\"SpeedChanged\"")).count();
    println!(
        "{interface}: file: {} wheel-speed frames, {changes} SpeedChanged; canplayer, kernel, service: {decoded} and {}; busctl monitor: {seen}; dropped: {dropped}",
        expected.decoded,
        count_changed(&heard)
    );
    assert_eq!((decoded, dropped), (expected.decoded, 0), "{}", service.stderr());
    assert_eq!(heard, expected.heard, "{}", service.stderr());
    assert_eq!(seen, changes, "{monitored}");
}

fn count_changed(heard: &[Heard]) -> usize {
    heard.iter().filter(|heard| matches!(heard, Heard::Changed(_))).count()
}
