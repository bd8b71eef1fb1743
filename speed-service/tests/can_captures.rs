//! Recordings of real cars, sent again in real time by canplayer through the kernel, beside random traffic.

mod common;
mod fault;

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::bus::Bus;
use common::listener::{Heard, Listener};
use common::service::Service;
use fault::can::{Beside, Interface};
use fault::capture::{Expected, capture, expected, honda_with_clear_gaps};
use fault::stall;
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

/// A machine that stands still for this long sends another recording than the file: gaps grow, and what is in
/// the middle of a gap's clear part grows out of it.
const LONGEST_STALL: Duration = Duration::from_millis(30);

/// How often a recording is sent at most, where the machine stood still.
const ATTEMPTS: usize = 4;

/// What a client of the service heard while the recording was sent.
struct Run {
    heard: Vec<Heard>,
    decoded: u64,
    dropped: u64,
    /// `SpeedChanged` that `busctl monitor` saw.
    seen: usize,
    /// How long the machine stood still meanwhile.
    stalled: Duration,
    journal: String,
}

async fn follow(log: &str, interface: &str, least_changes: usize) {
    stall::begin_watch();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let vehicle = honda_with_clear_gaps(folder.path());
    let log = capture(log);
    let expected = expected(&vehicle, &log).await;
    let changes = count_changed(&expected.heard);
    assert!(changes >= least_changes, "{changes} changes in {}", log.display());

    let vcan = Interface::vcan(interface);
    vcan.appears().await;
    for attempt in 1.. {
        let run = send(&log, interface, &vehicle).await;
        println!(
            "{interface}: file: {} wheel-speed frames, {changes} SpeedChanged; canplayer, kernel, service: {} and {}; busctl monitor: {}; dropped: {}",
            expected.decoded,
            run.decoded,
            count_changed(&run.heard),
            run.seen,
            run.dropped
        );
        if run.is_of(&expected) {
            return;
        }
        let stalled_ms = run.stalled.as_millis();
        assert!(
            run.stalled > LONGEST_STALL && attempt < ATTEMPTS,
            "heard {:?}, expected {:?}; attempt {attempt}, the machine stood still for {stalled_ms} ms\n{}",
            run.heard,
            expected.heard,
            run.journal
        );
        println!(
            "{interface}: the machine stood still for {stalled_ms} ms, so that was not the recording; once more"
        );
    }
}

impl Run {
    /// Whether it is what follows from the file. Frames and signals are never lost, however slow the machine is.
    fn is_of(&self, expected: &Expected) -> bool {
        assert_eq!((self.decoded, self.dropped), (expected.decoded, 0), "{}", self.journal);
        assert_eq!(self.seen, count_changed(&self.heard), "busctl monitor and the client heard the same");
        self.heard == expected.heard
    }
}

async fn send(log: &Path, interface: &str, vehicle: &str) -> Run {
    let bus = Bus::start();
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
    let arguments = ["--vehicle", vehicle, "--can", interface];
    let (service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    listener.pending().await;

    // Ids of 29 bits: random ones of 11 bits would now and then be a wheel-speed frame.
    let _random = Beside::start("cangen", &[interface, "-e", "-g", "5", "-I", "r", "-L", "r", "-D", "r"]);
    let began = Instant::now();
    let mut player =
        Beside::start("canplayer", &["-I", &log.display().to_string(), &format!("{interface}=can0")]);
    let mut heard = Vec::new();
    while player.is_running() {
        tokio::time::sleep(Duration::from_millis(100)).await;
        heard.extend(listener.pending().await);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    heard.extend(listener.pending().await);
    heard.retain(|heard| !matches!(heard, Heard::Properties(_)));

    let diagnostics = Diagnostics1Proxy::builder(&listener.connection).cache_properties(CacheProperties::No);
    let diagnostics = diagnostics.build().await.expect("a proxy");
    let monitored = std::fs::read_to_string(monitored).expect("what busctl wrote");
    Run {
        heard,
        decoded: diagnostics.frames_decoded().await.expect("FramesDecoded"),
        dropped: diagnostics.frames_dropped().await.expect("FramesDropped"),
        seen: monitored.lines().filter(|line| line.contains("\"SpeedChanged\"")).count(),
        stalled: stall::stalled_since(began),
        journal: service.stderr(),
    }
}

fn count_changed(heard: &[Heard]) -> usize {
    heard.iter().filter(|heard| matches!(heard, Heard::Changed(_))).count()
}
