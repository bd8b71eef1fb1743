//! Recordings of real cars, sent again in real time by canplayer through the kernel, beside random traffic.

mod common;
mod fault;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::bus::Bus;
use common::listener::{Heard, Listener};
use common::service::Service;
use fault::can::{Beside, Interface};
use fault::capture::{CARRIED_KMH, HONDA, Line, capture, expected, payloads, printed};
use fault::order::places;
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
    /// `Speed` in `PropertiesChanged`, km/h, where there is one.
    published: Vec<f64>,
    /// What candump received: the same frames with the same time stamps as the service.
    received: PathBuf,
    _folder: Bus,
}

/// `Timestamp`, `Speed` and `State` of one moment.
struct Answer {
    stamp_us: u64,
    kmh: f64,
    state: String,
}

/// The wheel-speed message of the Honda profile.
const WHEELS: &str = "1D0#";

/// The program prints thousandths.
const TOLERANCE_KMH: f64 = 0.000_501;

/// How far half of the numbers that are carried on between two frames may be from the nearest frame's, km/h: for half a
/// cycle of 20 ms at 10 m/s2.
const USUALLY_KMH: f64 = 0.36;

/// canplayer sends in real time, exact to a tick of the kernel: the times between the frames are other ones than in the file,
/// and a number depends on them. So what the service says is held against what follows from the frames as the kernel
/// received them, and those against the file.
async fn follow(log: &str, interface: &str, least_changes: usize, least_answers: usize) {
    stall::begin_watch();
    let vehicle = "honda";
    let log = capture(log);
    let vcan = Interface::vcan(interface);
    vcan.appears().await;
    for attempt in 1.. {
        let run = send(&log, interface, vehicle).await;
        let expected = expected(vehicle, &run.received).await;
        let changes = count_changed(&expected.heard);
        assert!(changes >= least_changes, "{changes} changes in {}", log.display());
        assert!(payloads(&run.received, WHEELS) == payloads(&log, WHEELS), "other frames than the file's");
        println!(
            "{interface}: file: {} frames, {changes} SpeedChanged; canplayer, kernel, service: {} and {}; busctl monitor: {}; dropped: {}",
            expected.decoded,
            run.decoded,
            count_changed(&run.heard),
            run.seen,
            run.dropped
        );
        let stood_still = run.stalled > LONGEST_STALL && attempt < ATTEMPTS;
        if run.decoded != expected.decoded && stood_still {
            println!("{interface}: the machine stood still for {} ms; once more", run.stalled.as_millis());
            continue;
        }
        assert_eq!((run.decoded, run.dropped), (expected.decoded, 0), "{}", run.journal);
        assert_eq!(run.seen, count_changed(&run.heard), "busctl monitor and the client heard the same");
        let what = match expected.is_in(&run.heard).map(|carried| (carried, carried * 4 <= changes)) {
            Ok((carried, true)) => {
                println!("{interface}: {carried} of them between two frames, carried on");
                run.agrees_with(&printed(vehicle, &run.received), interface, least_answers);
                return;
            }
            Ok((carried, false)) => format!("{carried} numbers were carried on"),
            Err(what) => what,
        };
        let stalled_ms = run.stalled.as_millis();
        assert!(
            stood_still,
            "{what}\nheard {:?}, expected {:?}; attempt {attempt}, the machine stood still for {stalled_ms} ms\n{}",
            run.heard, expected.heard, run.journal
        );
        println!("{interface}: {what}; but the machine stood still for {stalled_ms} ms; once more");
    }
}

impl Run {
    /// That the properties were what `can-reader speed` prints for the same frame, which `Timestamp` tells.
    fn agrees_with(&self, lines: &[Line], interface: &str, least_answers: usize) {
        let lines_at: HashMap<u64, &Line> = lines.iter().map(|line| (line.us(), line)).collect();
        let mut compared = 0;
        for answer in self.answers.iter().filter(|answer| !answer.kmh.is_nan()) {
            let line = lines_at[&answer.stamp_us];
            let kmh = line.speed.unwrap_or(f64::NAN);
            let same = (answer.kmh - kmh).abs() <= TOLERANCE_KMH && answer.state == line.state;
            assert!(
                same || (answer.kmh - kmh).abs() <= CARRIED_KMH,
                "{} km/h, {}; for the same frame can-reader prints {line:?}",
                answer.kmh,
                answer.state
            );
            compared += usize::from(same);
        }
        assert!(compared >= least_answers, "{compared} answers");
        // PropertiesChanged has no time, but an order. A number that is carried on is of a moment of its own, and not far from
        // those of the frames around it. Not every frame is told, and what did not change is not told again.
        let same = |one: &mut f64, other: &mut f64| (*one - *other).abs() <= TOLERANCE_KMH;
        let mut numbers: Vec<f64> = lines.iter().filter_map(|line| line.speed).collect();
        numbers.dedup_by(same);
        let mut told = self.published.clone();
        told.dedup_by(same);
        let places = places(&told, &numbers, TOLERANCE_KMH);
        let mut carried_on = Vec::new();
        for (index, kmh) in told.iter().enumerate().filter(|(index, _)| places[*index].is_none()) {
            let from = places[..index].iter().rev().find_map(|place| *place).unwrap_or(0);
            let to = places[index..].iter().find_map(|place| *place).unwrap_or(numbers.len() - 1);
            let off = numbers[from..=to].iter().map(|number| (kmh - number).abs()).fold(f64::MAX, f64::min);
            assert!(
                off <= CARRIED_KMH,
                "PropertiesChanged says {kmh}, and where it does no line of can-reader is near it: {:?}",
                &numbers[from..=to]
            );
            carried_on.push(off);
        }
        // How many there are is the machine's doing (whether a frame or the next moment to tell comes first), how far off is
        // not: few of them come where several frames are missing.
        carried_on.sort_by(f64::total_cmp);
        let (published, between) = (told.len(), carried_on.len());
        let usual = carried_on.get(between / 2).copied().unwrap_or(0.0);
        assert!(usual <= USUALLY_KMH, "half of {between} between two frames are {usual} km/h off or more");
        assert!(between * 3 <= published * 2, "{between} of {published} between two frames");
        println!(
            "{interface}: as can-reader speed prints: Speed and State of {compared} frames, by their Timestamp, and Speed in {} PropertiesChanged, {between} more between two frames, half of them within {usual:.2} km/h",
            published - between
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
    let candump = Beside::record(interface, &HONDA, &received);

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
    let published = heard.iter().filter_map(Heard::speed_kmh).filter(|kmh| !kmh.is_nan()).collect();
    heard.retain(|heard| !matches!(heard, Heard::Properties(_) | Heard::Signals(..)));
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
        received,
        _folder: bus,
    }
}

fn count_changed(heard: &[Heard]) -> usize {
    heard.iter().filter(|heard| matches!(heard, Heard::Changed(_))).count()
}
