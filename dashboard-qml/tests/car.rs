//! The real cluster and the real service with a car that says more than its speed.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Bus, Cluster, Liar, Screen, Service};
use nix::sys::signal::Signal;

/// Whether the panel is there with the instruments of the simulated car; then whether it knows all, or nothing.
fn known(screen: &Screen, everything: bool) -> bool {
    let car = &screen.car;
    let gauges = ["rpm", "power", "coolant", "oil", "fuel", "charge", "volts", "outside", "odometer", "trip"];
    // A car that says both has one red lamp for its brakes and the parking brake.
    let lamps = [
        "left", "right", "low", "high", "fogFront", "fogRear", "hazard", "engine", "abs", "esc", "tyre",
        "door", "belt", "airbag", "battery", "oil", "brake",
    ];
    car["layout"] == "tall"
        && (car["drive"] == "live") == everything
        && (car["gear"] != "unknown" && car["gear"] != "") == everything
        && gauges.iter().all(|name| car["gauges"][name] == everything)
        && lamps.iter().all(|name| {
            let state = &car["lamps"][name];
            if everything { state == "on" || state == "off" } else { state == "unknown" }
        })
}

#[test]
fn the_simulated_car_is_on_the_screen_and_each_loss_is_seen() {
    let bus = Bus::start();
    let service = Service::simulate(&bus, "town");
    let mut cluster = Cluster::start(&["--bus", &bus.address]);
    cluster.wait_for("a whole car", |screen| known(screen, true) && screen.has_number());
    // A hung service: its numbers are lost, and so is everything else; its instruments are not gone.
    service.signal(Signal::SIGSTOP);
    let hung = |screen: &Screen| known(screen, false) && screen.state == "no-answer";
    let (_, screen) = cluster.wait_for("nothing known", hung);
    assert_eq!(screen.banner, "No reply from service");
    assert_eq!(screen.car["sentences"].as_array().map(Vec::len), Some(1), "{screen:?}");
    service.signal(Signal::SIGCONT);
    cluster.wait_for("all known again", |screen| known(screen, true) && screen.has_number());
    service.signal(Signal::SIGKILL);
    cluster.wait_for("nothing known", |screen| known(screen, false) && screen.state == "no-service");
    drop(service);
    // A car that says nothing but its speed has the picture that it always had.
    let _old = Liar::start(&bus, 87.0, "ok");
    cluster.wait_for("the speedometer alone", |screen| {
        screen.digits == "87 km/h" && screen.car == serde_json::json!({})
    });
    drop(_old);
    let _service = Service::simulate(&bus, "town");
    cluster.wait_for("a whole car again", |screen| known(screen, true));
    cluster.command("key Q");
    assert!(cluster.wait().success());
}

#[test]
fn the_lamp_test_is_shown_at_the_start_and_a_key_ends_it() {
    let mut cluster = Cluster::as_asked(common::command(), &["--demo", "car-bus-lost", "--theme", "night"]);
    cluster.wait_for("the lamp test", |screen| screen.banner == "Lamp test" && !screen.has_number());
    cluster.command("key X");
    cluster.wait_for("its end", |screen| screen.banner == "CAN bus is down");
}
