//! Recordings of real cars, sent again in real time by canplayer through the kernel, beside random traffic.

mod common;
mod fault;

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::bus::Bus;
use common::listener::{Heard, Listener};
use common::service::Service;
use fault::can::{Beside, Interface};
use fault::capture::{Expected, Line, capture, expected, honda_with_clear_gaps, printed, stamps};
use fault::stall;
use interfaces::{BUS_NAME, Diagnostics1Proxy, OBJECT_PATH, SPEED_INTERFACE};
use zbus::proxy::CacheProperties;
use zbus::{Connection, OwnedVariant, Variant};

#[tokio::test]
#[ignore = "needs a kernel with vcan, and the recordings in ../shared/captures: deploy/test can"]
async fn a_real_drive_is_heard_as_from_its_file() {
    follow("civic_type_r_2019_drive.log", "can_drive", 20, 100).await;
}

#[tokio::test]
#[ignore = "needs a kernel with vcan, and the recordings in ../shared/captures: deploy/test can"]
async fn a_car_on_a_lift_is_heard_as_from_its_file() {
    follow("civic_8g_on_lift.log", "can_lift", 1, 20).await;
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
    /// What a client got that asked all the while.
    answers: Vec<Answer>,
    /// `Speed` in `PropertiesChanged`, km/h; `None`: no speed.
    published: Vec<Option<f64>>,
    /// When the kernel received the wheel-speed frames.
    stamps: Vec<u64>,
}

/// `Timestamp`, `Speed` and `State` of one moment.
struct Answer {
    stamp_us: u64,
    kmh: f64,
    state: String,
}

/// The wheel-speed message of the Honda profile.
const WHEELS: &str = "1D0#";

/// How far a number may be carried on in 0.2 s, at 5 m/s2.
const CARRIED_KMH: f64 = 3.6;

/// The program prints thousandths.
const TOLERANCE_KMH: f64 = 0.000_501;

async fn follow(log: &str, interface: &str, least_changes: usize, least_answers: usize) {
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
            run.agrees_with(&printed(&vehicle, &log), &stamps(&log, WHEELS), interface, least_answers);
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
        // Frames come by canplayer's clock and not by the recorder's: where a number is between two integers, or a gap about
        // as long as what is waited for, it may be said once more or less.
        let fastest = |heard: &[Heard]| {
            heard
                .iter()
                .filter_map(|heard| if let Heard::Changed(kmh) = heard { Some(*kmh) } else { None })
                .max()
        };
        let losses = |heard: &[Heard]| heard.iter().filter(|heard| matches!(heard, Heard::Lost(_))).count();
        let (changes, wanted) = (count_changed(&self.heard), count_changed(&expected.heard));
        fastest(&self.heard) == fastest(&expected.heard)
            && losses(&self.heard).abs_diff(losses(&expected.heard)) <= 2
            && changes.abs_diff(wanted) * 5 <= wanted
    }

    /// That the properties were what `can-reader speed` prints for the same frame of the file. The n-th frame of the file is
    /// the n-th that the kernel received, and `Timestamp` says when that was.
    fn agrees_with(&self, lines: &[Line], file: &[u64], interface: &str, least_answers: usize) {
        assert_eq!(self.stamps.len(), file.len(), "candump's frames and the file's");
        let lines_at: HashMap<u64, &Line> = lines.iter().map(|line| (line.us(), line)).collect();
        let in_file: HashMap<u64, u64> = self.stamps.iter().copied().zip(file.iter().copied()).collect();
        let mut compared = 0;
        for answer in self.answers.iter().filter(|answer| !answer.kmh.is_nan()) {
            let us = in_file[&answer.stamp_us];
            let line = lines_at[&us];
            let kmh = line.speed.unwrap_or(f64::NAN);
            let same = (answer.kmh - kmh).abs() <= TOLERANCE_KMH && answer.state == line.state;
            // Between frames the number is carried on, for 0.2 s at most, and less certain.
            let carried = (answer.kmh - kmh).abs() <= CARRIED_KMH;
            assert!(
                same || carried,
                "{} km/h, {}; for the same frame can-reader prints {line:?}",
                answer.kmh,
                answer.state
            );
            compared += usize::from(same);
        }
        assert!(compared >= least_answers, "{compared} answers");
        // PropertiesChanged has no time, but an order.
        let mut printed = lines.iter();
        // That there is no speed after the end of the file is not in the file.
        let published = self.published.strip_suffix(&[None]).unwrap_or(&self.published);
        let mut carried_on = 0;
        for kmh in published {
            let same = |line: &Line| match (kmh, line.speed) {
                (Some(kmh), Some(printed)) => (kmh - printed).abs() <= TOLERANCE_KMH,
                (kmh, printed) => kmh.is_none() && printed.is_none(),
            };
            // A number that was carried on is of a moment of its own.
            let rest = printed.clone();
            let found = printed.any(same);
            if !found {
                printed = rest;
                carried_on += 1;
            }
            assert!(
                carried_on * 4 <= published.len(),
                "PropertiesChanged says {kmh:?}, and no line of can-reader after the one before"
            );
        }
        println!(
            "{interface}: as can-reader speed prints: Speed and State of {compared} frames, by their Timestamp, and Speed in {} PropertiesChanged",
            published.len()
        );
    }
}

/// All properties of one moment.
async fn ask(connection: &Connection) -> Answer {
    let reply = connection
        .call_method(
            Some(BUS_NAME),
            OBJECT_PATH,
            Some("org.freedesktop.DBus.Properties"),
            "GetAll",
            &SPEED_INTERFACE,
        )
        .await
        .expect("an answer");
    let body = reply.body();
    let all: HashMap<String, OwnedVariant> = body.deserialize().expect("GetAll");
    match (&*all["Timestamp"], &*all["Speed"], &*all["State"]) {
        (Variant::U64(us), Variant::F64(kmh), Variant::Str(state)) => {
            Answer { stamp_us: *us, kmh: *kmh, state: state.to_string() }
        }
        other => panic!("{other:?}"),
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
    let received = bus.directory.path().join("received.log");
    let candump = Command::new("candump")
        .args(["-L", &format!("{interface},1D0:7FF")])
        .stdin(Stdio::null())
        .stdout(File::create(&received).expect("a file"))
        .spawn()
        .expect("can-utils are installed");
    let candump = Beside::of(candump);

    // Ids of 29 bits: random ones of 11 bits would now and then be a wheel-speed frame.
    let _random = Beside::start("cangen", &[interface, "-e", "-g", "5", "-I", "r", "-L", "r", "-D", "r"]);
    let began = Instant::now();
    let mut player =
        Beside::start("canplayer", &["-I", &log.display().to_string(), &format!("{interface}=can0")]);
    let mut answers = Vec::new();
    while player.is_running() {
        tokio::time::sleep(Duration::from_millis(100)).await;
        answers.push(ask(&listener.connection).await);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut heard = listener.pending().await;
    let published =
        heard.iter().filter_map(Heard::speed_kmh).map(|kmh| (!kmh.is_nan()).then_some(kmh)).collect();
    heard.retain(|heard| !matches!(heard, Heard::Properties(_)));
    // Its last lines are written at its end.
    drop(candump);

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
        answers,
        published,
        stamps: stamps(&received, WHEELS),
    }
}

fn count_changed(heard: &[Heard]) -> usize {
    heard.iter().filter(|heard| matches!(heard, Heard::Changed(_))).count()
}
