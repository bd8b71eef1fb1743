//! What the real program tells systemd: that it is up, that it lives, that it reloads, that it ends.

mod common;

use std::time::{Duration, Instant};

use common::bus::{Bus, Connect as _};
use common::car::Car;
use common::manager::{Manager, WATCHDOG};
use common::service::{proxy, reached};
use interfaces::{BUS_NAME, State};
use nix::sys::signal::Signal;
use zbus::fdo::DBusProxy;

const FED: &str = "WATCHDOG=1\n";

#[tokio::test]
async fn it_is_ready_when_it_has_the_name() {
    let bus = Bus::start();
    let manager = Manager::on(&bus);
    let service = manager.start(&bus, &[], &["--vehicle", "honda", "--can", "nocan7"]);
    let ready = manager.heard(common::PATIENCE).expect("a first message");
    assert!(ready.starts_with("READY=1\nSTATUS="), "{ready}");
    assert!(ready.contains("nocan7, can-down: "), "{ready}");
    assert_eq!(ready.lines().count(), 2, "{ready}");
    let connection = bus.connect().await;
    let dbus = DBusProxy::new(&connection).await.expect("the bus itself");
    let owner = dbus.get_connection_unix_process_id(BUS_NAME.try_into().expect("a name")).await;
    assert_eq!(owner.expect("an owner"), service.pid());
}

#[tokio::test]
async fn a_silent_source_feeds_the_watchdog() {
    // A gap that is longer than the watchdog waits.
    let (bus, car) = (Bus::start(), Car::new().frame(0, 30.0).frame(1_000, 30.0));
    let manager = Manager::on(&bus);
    let profile = car.profile();
    let log = car.log();
    let slow = ["--vehicle", &profile, "--replay", &log, "--rate", "0.1"];
    let gone = ["--vehicle", &profile, "--can", "nocan7"];
    let ended = ["--vehicle", &profile, "--replay", &log, "--rate", "max"];
    for arguments in [&slow[..], &gone, &ended] {
        let mut service = manager.start(&bus, &[], arguments);
        manager.hears("READY=1");
        for _ in 0..6 {
            let heard = manager.hears(FED);
            assert_eq!(heard, FED, "{arguments:?}");
        }
        service.signal(Signal::SIGTERM);
        service.ended().await;
        manager.drain();
    }
}

#[tokio::test]
async fn a_silent_source_is_fed_for_twice_in_the_time_and_not_in_a_flood() {
    let bus = Bus::start();
    let manager = Manager::on(&bus);
    let _service = manager.start(&bus, &[], &["--vehicle", "honda", "--can", "nocan7"]);
    manager.hears(FED);
    let began = Instant::now();
    for _ in 0..10 {
        manager.hears(FED);
    }
    // Nothing can make it come sooner; that it comes in time, no busy machine can promise.
    assert!(began.elapsed() >= WATCHDOG / 2 * 9, "{:?} for ten", began.elapsed());
}

#[tokio::test]
async fn a_drive_feeds_the_watchdog() {
    let bus = Bus::start();
    let manager = Manager::on(&bus);
    let _service = manager.start(&bus, &[], &["--simulate"]);
    for _ in 0..6 {
        manager.hears(FED);
    }
}

#[tokio::test]
async fn a_bus_that_takes_nothing_starves_the_watchdog() {
    let (bus, car) =
        (Bus::start(), (0..20_000).fold(Car::new(), |car, n| car.frame(n * 20, (n % 10) as f64)));
    let manager = Manager::on(&bus);
    // 2,500 changes of the integer a second: the socket to the bus is full in no time.
    let arguments = ["--vehicle", &car.profile(), "--replay", &car.log(), "--rate", "50", "--loop"];
    let mut service = manager.start(&bus, &[], &arguments);
    manager.hears(FED);
    bus.pause();
    let paused = Instant::now();
    while manager.heard(WATCHDOG * 5).is_some() {
        assert!(paused.elapsed() < common::PATIENCE, "fed although nothing reaches the bus");
    }
    bus.resume();
    manager.hears(FED);
    assert!(service.is_running());
}

#[tokio::test]
async fn a_process_that_is_stopped_starves_the_watchdog() {
    let bus = Bus::start();
    let manager = Manager::on(&bus);
    let service = manager.start(&bus, &[], &["--simulate"]);
    manager.hears(FED);
    service.signal(Signal::SIGSTOP);
    tokio::time::sleep(WATCHDOG / 4).await;
    manager.drain();
    let heard = manager.heard(WATCHDOG * 5);
    service.signal(Signal::SIGCONT);
    assert_eq!(heard, None);
    manager.hears(FED);
}

#[tokio::test]
async fn a_reload_is_told_and_its_failure_too() {
    let (bus, car) = (Bus::start(), Car::new());
    let manager = Manager::on(&bus);
    let config = car.config("vehicle = \"car.toml\"\ncan = \"nocan7\"\n");
    let service = manager.start(&bus, &[], &["--config", &config]);
    manager.hears("READY=1");

    car.config("vehicle = \"car.toml\"\ncan = \"nocan8\"\n");
    service.signal(Signal::SIGHUP);
    let reloading = manager.hears("RELOADING=1\n");
    let stamp = reloading.lines().find_map(|line| line.strip_prefix("MONOTONIC_USEC="));
    assert!(stamp.is_some_and(|stamp| stamp.parse::<u64>().is_ok()), "{reloading}");
    let ready = manager.hears("READY=1");
    assert!(ready.contains("nocan8"), "{ready}");

    // A line break in the message would be taken for a word of its own.
    car.config("vehicle = \"hoonda\"\n");
    service.signal(Signal::SIGHUP);
    manager.hears("RELOADING=1\n");
    let ready = manager.hears("READY=1");
    assert!(ready.contains("STATUS=reload refused") && ready.contains("did you mean"), "{ready}");
    assert_eq!(ready.lines().count(), 2, "{ready}");
}

#[tokio::test]
async fn the_status_follows_the_state() {
    let (bus, car) = (Bus::start(), Car::new().steady(0, 2_000, 30.0));
    let manager = Manager::on(&bus);
    let _service = manager.start(&bus, &[], &["--vehicle", &car.profile(), "--replay", &car.log()]);
    manager.hears(", ok: the readings agree");
    manager.hears(", stale: ");
}

#[tokio::test]
async fn an_end_is_told() {
    let bus = Bus::start();
    let manager = Manager::on(&bus);
    let mut service = manager.start(&bus, &[], &["--simulate"]);
    manager.hears("READY=1");
    service.signal(Signal::SIGTERM);
    manager.hears("STOPPING=1\n");
    assert_eq!(service.ended().await.0.code(), Some(0));
}

#[tokio::test]
async fn a_start_that_fails_says_why() {
    let bus = Bus::start();
    let manager = Manager::on(&bus);
    let mut service = manager.start(&bus, &[], &["--vehicle", "hoonda"]);
    assert_eq!(service.ended().await.0.code(), Some(78));
    let heard = manager.drain().concat();
    assert!(heard.starts_with("STATUS=unknown vehicle \"hoonda\""), "{heard}");
    assert!(!heard.contains("READY"), "{heard}");
}

#[tokio::test]
async fn a_watchdog_of_another_process_is_not_fed() {
    let bus = Bus::start();
    let manager = Manager::on(&bus);
    let _service = manager.start(&bus, &[("WATCHDOG_PID", "1")], &["--simulate"]);
    manager.hears("READY=1");
    assert_eq!(manager.heard(Duration::from_secs(2)).filter(|heard| heard.contains("WATCHDOG")), None);
}

#[tokio::test]
async fn without_a_manager_nobody_is_told() {
    let bus = Bus::start();
    let manager = Manager::on(&bus);
    let mut command = common::service::command(bus.directory.path(), &["--simulate"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address).env("WATCHDOG_USEC", "100000");
    let mut service = common::service::Service::spawn(&mut command);
    let connection = bus.connect().await;
    let speed = proxy(&connection).await;
    while speed.state().await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    reached(&speed, State::Ok).await;
    assert_eq!(manager.heard(Duration::from_secs(1)), None);
    assert!(service.is_running());
    assert_eq!(service.stderr().matches("service manager").count(), 0, "{}", service.stderr());
}
