//! The real cluster with the real service: it shows the speed, and never one that is gone.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::{Duration, Instant};

use common::{Bus, Cluster, Hanging, Screen, Service, name_times};
use nix::sys::signal::Signal;

const MINUTE_MS: u64 = 60_000;

fn shows_87(screen: &Screen) -> bool {
    screen.digits == "87 km/h" && screen.banner.is_empty()
}

fn is_dashed_for(state: &'static str) -> impl Fn(&Screen) -> bool {
    move |screen| !screen.has_number() && screen.state == state && !screen.banner.is_empty()
}

#[test]
fn a_killed_service_takes_its_number_with_it_and_a_new_one_brings_it_back() {
    let bus = Bus::start();
    let service = Service::start(&bus, &[(87.0, MINUTE_MS)]);
    let mut cluster = Cluster::start(&["--bus", &bus.address()]);
    cluster.wait_for("87", shows_87);
    cluster.wait_for_asking("the needle", |screen| !screen.parked && screen.needle < 0.0);
    service.signal(Signal::SIGKILL);
    let killed = Instant::now();
    let (dashes, screen) = cluster.wait_for("dashes", is_dashed_for("no-service"));
    assert_eq!(screen.banner, "No speed service");
    println!("kill -9 to dashes: {} ms", (dashes - killed).as_millis());
    std::thread::sleep(Duration::from_millis(300));
    assert!(cluster.screen().parked, "the needle is not in its park position");

    let names = name_times(&bus);
    let _service = Service::start(&bus, &[(87.0, MINUTE_MS)]);
    let (back, _) = cluster.wait_for("87 again", shows_87);
    let named = names.recv_timeout(Duration::from_secs(5)).unwrap();
    println!("name on the bus to 87 on the screen: {} ms", (back - named).as_millis());
}

#[test]
fn the_service_may_come_later() {
    let bus = Bus::start();
    let cluster = Cluster::start(&["--bus", &bus.address()]);
    cluster.wait_for("no service", is_dashed_for("no-service"));
    let _service = Service::start(&bus, &[(87.0, MINUTE_MS)]);
    cluster.wait_for("87", shows_87);
}

#[test]
fn a_stale_speed_is_dashes() {
    let bus = Bus::start();
    let _service = Service::start(&bus, &[(87.0, 3000)]);
    let cluster = Cluster::start(&["--bus", &bus.address()]);
    cluster.wait_for("87", shows_87);
    // The log ends, the frames stop.
    let (_, screen) = cluster.wait_for("stale", is_dashed_for("stale"));
    assert_eq!(screen.banner, "Wheel speeds stopped");
    assert!(screen.service);
}

#[test]
fn a_stopped_service_loses_its_number_and_gets_it_back() {
    let bus = Bus::start();
    let service = Service::start(&bus, &[(87.0, MINUTE_MS)]);
    let cluster = Cluster::start(&["--bus", &bus.address()]);
    cluster.wait_for("87", shows_87);
    // It keeps its name and its socket, and the speed was steady: only silence tells.
    service.signal(Signal::SIGSTOP);
    let (_, screen) = cluster.wait_for("no answer", is_dashed_for("no-answer"));
    assert!(!screen.service);
    service.signal(Signal::SIGCONT);
    cluster.wait_for("87 again", shows_87);
}

#[test]
fn a_service_that_never_answers_is_said_so() {
    let bus = Bus::start();
    let hanging = Hanging::start(&bus);
    let cluster = Cluster::start(&["--bus", &bus.address()]);
    cluster.wait_for("no answer", is_dashed_for("no-answer"));
    hanging.stop();
    let _service = Service::start(&bus, &[(87.0, MINUTE_MS)]);
    cluster.wait_for("87", shows_87);
}

#[test]
fn the_bus_may_be_missing_die_and_come_back() {
    let mut bus = Bus::start();
    let address = bus.address();
    bus.kill();
    let mut cluster = Cluster::start(&["--bus", &address]);
    cluster.wait_for("the first frame", |screen| screen.event == "first-frame");
    cluster.wait_for_asking("no bus", is_dashed_for("no-bus"));
    bus.restart();
    let service = Service::start(&bus, &[(87.0, MINUTE_MS)]);
    cluster.wait_for("87", shows_87);
    bus.kill();
    cluster.wait_for("no bus again", is_dashed_for("no-bus"));
    drop(service);
    bus.restart();
    let _service = Service::start(&bus, &[(87.0, MINUTE_MS)]);
    cluster.wait_for("87 again", shows_87);
}

#[test]
fn a_bus_that_never_speaks_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("bus");
    let bus = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let mut cluster = Cluster::start(&["--bus", &format!("unix:path={}", socket.display())]);
    // It is connected to, and says nothing, not even who it is.
    let (_connection, _) = bus.accept().unwrap();
    cluster.wait_for("the first frame", |screen| screen.event == "first-frame");
    cluster.command("key N");
    cluster.wait_for("the day", |screen| !screen.night);
    cluster.wait_for_asking("no bus", is_dashed_for("no-bus"));
}

#[test]
fn speeds_are_rounded_up_and_units_change() {
    let bus = Bus::start();
    let _service = Service::start(&bus, &[(80.47, MINUTE_MS)]);
    let mut cluster = Cluster::start(&["--bus", &bus.address()]);
    cluster.wait_for("81", |screen| screen.digits == "81 km/h");
    cluster.command("key U");
    // 80.47 km/h is 50.002 mph.
    cluster.wait_for("51 mph", |screen| screen.digits == "51 mph");
}

#[test]
fn the_debug_page_is_fetched_only_while_open_and_the_speed_goes_on() {
    let bus = Bus::start();
    let _service = Service::start(&bus, &[(87.0, MINUTE_MS)]);
    let mut cluster = Cluster::start(&["--bus", &bus.address()]);
    cluster.wait_for("87", shows_87);
    assert_eq!(cluster.screen().debug, "");
    cluster.command("key D");
    cluster.wait_for_asking("the counters", |screen| screen.debug.contains("FramesReceived\t"));
    cluster.command("key D");
    cluster.wait_for_asking("a closed page", |screen| screen.debug.is_empty());
    assert!(shows_87(&cluster.screen()));
}

#[test]
fn the_service_stopping_in_good_order_is_dashes_too() {
    let bus = Bus::start();
    let service = Service::start(&bus, &[(87.0, MINUTE_MS)]);
    let cluster = Cluster::start(&["--bus", &bus.address()]);
    cluster.wait_for("87", shows_87);
    service.signal(Signal::SIGTERM);
    cluster.wait_for("dashes", is_dashed_for("no-service"));
    cluster.never("a number", Duration::from_secs(1), Screen::has_number);
}
