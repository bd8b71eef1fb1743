//! `cardash-obd` on a virtual interface: an emulated car answers, the service says its speed, and every call by which something could
//! be written is recorded. `deploy/checks/obd-writes` judges the records.

mod common;
mod fault;
mod obd;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use can_reader::FrameId;
use common::service::reached;
use fault::can::Interface;
use fault::scene::Scene;
use interfaces::State;
use obd::car::{Car, Manner, Unit};
use obd::{Asker, CONSENT, OnBus, frame_of, log_of};
use socketcan::{CanErrorFrame, CanFrame, CanSocket, Socket};

/// How many answers about the speed a log has in its last seconds.
fn speeds_a_second(log: &Path, seconds: f64) -> f64 {
    let text = fs::read_to_string(log).expect("the log");
    let time =
        |line: &str| line.trim_start_matches('(').split(')').next().and_then(|time| time.parse::<f64>().ok());
    let times: Vec<f64> = text.lines().filter(|line| line.contains("#03410D")).filter_map(time).collect();
    let last = *times.last().expect("an answer");
    times.iter().filter(|at| **at > last - seconds).count() as f64 / seconds
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-tests obd"]
async fn the_speed_of_a_car_that_is_asked_reaches_clients_ten_times_a_second() {
    for (name, extended) in [("obd_11", false), ("obd_29", true)] {
        let vcan = Interface::vcan(name);
        vcan.appears().await;
        let mut car = Car::with(&[Unit { kmh: 87, ..Unit::engine(8) }]);
        car.extended = extended;
        let car = OnBus::new(name, car, &log_of(name));
        let asker = Asker::on(name, name);
        let mut scene = Scene::reading(&["--vehicle", "obd", "--can", name]).await;
        reached(&scene.speed, State::Ok).await;
        let kmh = scene.speed.get_speed().await.expect("a speed");
        // What is below a step is cut off.
        assert!((87..=88).contains(&kmh), "{kmh}");
        car.drives(30);
        scene.begins();
        tokio::time::sleep(Duration::from_secs(6)).await;
        // An answer that a machine without time delivers late leaves the speed alone for 2 s.
        let state = scene.speed.state().await.expect("State");
        assert!(state == State::Ok || !scene.had_time(), "{state:?}");
        if state != State::Ok {
            println!("{name}: not judged: the machine had no time, and the state is {state:?}");
            continue;
        }
        assert!((30..=31).contains(&scene.speed.get_speed().await.expect("a speed")));
        let rate = speeds_a_second(&log_of(name), 4.0);
        println!("{name}: {rate} speeds a second");
        // strace stops the program at each call, which a machine without time makes long.
        if rate < 10.0 {
            assert!(!scene.had_time(), "{rate} a second");
            println!("{name}: not judged: the machine had no time for 10 a second");
        }
        drop(asker);
        reached(&scene.speed, State::Stale).await;
    }
}

/// Each with an interface, a car and a program of its own, six side by side.
#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-tests obd"]
async fn whatever_the_car_does_is_recorded_for_the_judge() {
    let engine = |manner| Unit { manner, ..Unit::engine(8) };
    let gearbox = |manner| Unit { manner, ..Unit::gearbox(20) };
    let slow = [
        ("obd_slow", Car::with(&[Unit::engine(300)])),
        ("obd_silent", Car::with(&[engine(Manner::Silent)]).talking(&[0x123])),
        ("obd_nobody", Car::with(&[])),
        ("obd_refuses", Car::with(&[engine(Manner::Refuses(0x12))])),
        ("obd_busy", Car::with(&[engine(Manner::Refuses(0x21))])),
        ("obd_pending", Car::with(&[engine(Manner::Pending)])),
    ];
    let quick = [
        ("obd_two", Car::with(&[engine(Manner::Good), gearbox(Manner::Good)])),
        ("obd_one_no", Car::with(&[engine(Manner::Good), gearbox(Manner::Refuses(0x11))])),
        ("obd_long", Car::with(&[engine(Manner::TooLong)])),
        ("obd_short", Car::with(&[engine(Manner::Unpadded)])),
        ("obd_tester", Car::with(&[engine(Manner::Good)])),
        ("obd_flaps", Car::with(&[engine(Manner::Good)])),
    ];
    let mut longest = Duration::ZERO;
    for cars in [slow, quick] {
        let (mut running, began) = (Vec::new(), Instant::now());
        for (name, car) in cars {
            let vcan = Interface::vcan(name);
            running.push((OnBus::new(name, car, &log_of(name)), Asker::on(name, name), vcan));
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        let flaps = Interface::of("obd_flaps");
        if flaps.exists() {
            let tester = CanSocket::open("obd_tester").expect("the interface is up");
            let present = frame_of(FrameId::Standard(0x7E0), &[2, 0x3E, 0x80, 0, 0, 0, 0, 0]);
            tester.write_frame(&present).expect("sent");
            flaps.down();
            tokio::time::sleep(Duration::from_secs(1)).await;
            flaps.up();
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        longest = longest.max(began.elapsed());
    }
    // At most 20 a second; obd-writes judges each second of it.
    let quick = (longest.as_secs_f64() * 20.0) as usize + 2;
    let asked = |name: &str| {
        let log = fs::read_to_string(log_of(name)).expect("the log");
        log.lines().filter(|line| line.contains("#0201")).count()
    };
    for (name, least, most) in [
        ("obd_silent", 3, 5),
        ("obd_nobody", 3, 5),
        ("obd_refuses", 1, 1),
        ("obd_busy", 4, 11),
        ("obd_pending", 3, 24),
        ("obd_slow", 3, 40),
        ("obd_two", 40, quick),
        ("obd_one_no", 40, quick),
        ("obd_long", 3, 5),
        ("obd_short", 3, 5),
        ("obd_tester", 5, 100),
        ("obd_flaps", 20, 200),
    ] {
        let asked = asked(name);
        println!("{name}: {asked} requests");
        assert!(
            (least..=most).contains(&asked),
            "{name}: {asked} requests, from {least} to {most} are right"
        );
    }
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-tests obd"]
async fn without_both_words_nothing_is_written_and_the_status_is_78() {
    let vcan = Interface::vcan("obd_no");
    vcan.appears().await;
    let vehicle = "vehicle = \"obd\"\ncan = \"obd_no\"\n";
    for (name, text, words) in [
        ("refused_half", vehicle.to_owned(), "nobody has agreed"),
        ("refused_false", format!("{vehicle}[obd]\nask = false\n"), "nobody has agreed"),
        (
            "refused_honda",
            CONSENT.replace("\"obd\"", "\"honda\"").replace("IFACE", "obd_no"),
            "this car is not asked",
        ),
        ("refused_key", format!("{vehicle}[obd]\nask = true\nfast = true\n"), "speed.toml:5"),
    ] {
        let output = Asker::start(name, &text, &[]).ends();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(78), "{name}: {said}");
        assert!(said.contains(words), "{name}: {said}");
        let once = Asker::start(&format!("{name}_once"), &text, &["--once"]).ends();
        assert_eq!(once.status.code(), Some(78), "{name}, --once");
    }
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-tests obd"]
async fn consent_that_is_taken_back_ends_it_within_two_seconds() {
    let name = "obd_back";
    let vcan = Interface::vcan(name);
    vcan.appears().await;
    let _car = OnBus::new(name, Car::with(&[Unit::engine(8)]), &log_of(name));
    let asker = Asker::on(name, name);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let back = Instant::now();
    asker.says(&format!("vehicle = \"honda\"\ncan = \"{name}\"\n"));
    let output = tokio::task::spawn_blocking(move || asker.ends()).await.expect("no panic");
    assert_eq!(output.status.code(), Some(78), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(back.elapsed() < Duration::from_secs(2), "{:?}", back.elapsed());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.starts_with("This car is asked for its speed on obd_back, as /etc/cardash/speed.toml says"),
        "{said}"
    );
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-tests obd"]
async fn a_controller_that_leaves_the_bus_is_told_and_nothing_is_asked() {
    let name = "obd_off";
    let vcan = Interface::vcan(name);
    vcan.appears().await;
    let _car = OnBus::new(name, Car::with(&[Unit::engine(8)]), &log_of(name));
    let asker = Asker::on(name, name);
    let asked = || fs::read_to_string(log_of(name)).expect("the log").matches("#0201").count();
    // What a controller's driver would say, in frames of linux/can/error.h.
    let bus = CanSocket::open(name).expect("the interface is up");
    let reports = |bits: u32, state: u8| {
        let frame = CanErrorFrame::new_error(bits, &[0, state, 0, 0, 0, 0, 0, 0]).expect("8 bytes");
        bus.write_frame(&CanFrame::Error(frame)).expect("sent");
    };
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (passive, bus_off) = ((0x04, 0x20), (0x40, 0));
    reports(passive.0, passive.1);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = asked();
    reports(bus_off.0, bus_off.1);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let after = asked();
    tokio::time::sleep(Duration::from_secs(5)).await;
    println!("{name}: {before} requests, {after} when it was off, {} later", asked());
    assert!(before >= 3 && asked() == after && after <= before + 10, "{before} {after} {}", asked());
    asker.says("vehicle = \"honda\"\n");
    let output = tokio::task::spawn_blocking(move || asker.ends()).await.expect("no panic");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for words in
        ["obd_off is error-passive", "`sudo systemctl restart cardash-can@obd_off`", "reports bus-off"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/can-tests obd"]
async fn one_request_tells_whether_the_bit_rate_is_right() {
    let name = "obd_once";
    let vcan = Interface::vcan(name);
    vcan.appears().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let once = |record: &str| {
        Asker::start(record, &CONSENT.replace("IFACE", name), &["--once"]).ends().status.code()
    };
    // On a virtual interface everything is acknowledged.
    assert_eq!(once("obd_once"), Some(0));
    vcan.down();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(once("refused_down"), Some(1));
}
