//! Clients that mean ill, or are just broken, and what a polite one notices of them.

mod common;
mod compat;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use common::bus::Bus;
use common::service::{Service, proxy, reached};
use compat::attack::{ATTACKS, Attack, KEPT_KB, Target};
use compat::bus::{Make, session};
use compat::measure::{Figures, Polite, Resident};
use compat::system::{CARDASH, NOBODY, SystemBus};
use interfaces::State;
use nix::unistd::Uid;
use zbus::Connection;

/// How long each attack goes on.
const ATTACK: Duration = Duration::from_secs(5);

#[tokio::test]
async fn hostile_clients_of_the_same_user_on_the_session_bus() {
    hostile_clients("session bus, dbus-daemon", || {
        let (bus, _) = session(Make::DbusDaemon);
        let arguments = ["--config", "/dev/null", "--simulate", "--rate", "10"];
        let service = Service::start(&bus, &arguments);
        World { address: bus.address.clone(), attacker: None, service, _bus: Whose::Session(bus) }
    })
    .await;
}

#[tokio::test]
#[ignore = "needs root: run `deploy/test compat`"]
async fn hostile_clients_of_another_user_on_the_system_bus() {
    hostile_clients("system bus, dbus-daemon", || system(Make::DbusDaemon)).await;
}

#[tokio::test]
#[ignore = "needs root and dbus-broker: run `deploy/test compat`"]
async fn hostile_clients_of_another_user_on_the_system_bus_of_dbus_broker() {
    hostile_clients("system bus, dbus-broker", || system(Make::DbusBroker)).await;
}

/// A bus, the service on it, and the user that the hostile clients are.
struct World {
    address: String,
    attacker: Option<Uid>,
    service: Service,
    _bus: Whose,
}

enum Whose {
    Session(#[allow(dead_code, reason = "kept for its end")] Bus),
    System(#[allow(dead_code, reason = "kept for its end")] SystemBus),
}

fn system(make: Make) -> World {
    let bus = SystemBus::start(make);
    let program = bus.program();
    let program = program.to_str().expect("a path");
    let line = [program, "--config", "/dev/null", "--bus", "system", "--simulate", "--rate", "10"];
    let service = Service::spawn(&mut bus.command(CARDASH, &line));
    let attacker = Some(Uid::from_raw(NOBODY.parse().expect("a user's number")));
    World { address: bus.address(), attacker, service, _bus: Whose::System(bus) }
}

async fn hostile_clients(place: &str, world: impl Fn() -> World) {
    println!("{place}: polite getSpeed in ms (median/slowest), resident memory of the service in kB");
    for attack in &ATTACKS {
        let world = world();
        let (figures, outcome) = under(&world, attack).await;
        println!("{place}: {}: {figures}\n    {outcome}", attack.name);
        figures.assert_bounded(attack.held_kb, KEPT_KB);
    }
}

/// What a polite client sees before, during and after an attack.
async fn under(world: &World, attack: &Attack) -> (Figures, String) {
    world.service.logged("serving org.cardash.Speed1").await;
    let connection = connect(&world.address).await;
    reached(&proxy(&connection).await, State::Ok).await;
    let polite = Polite::new(connect(&world.address).await);
    let resident = Resident::of(&connection).await;

    let before = polite.ask_for(Duration::from_secs(1)).await;
    let before_kb = resident.now_kb();
    let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let attacker = {
        let (address, user) = (world.address.clone(), world.attacker);
        let (stop, sent) = (Arc::clone(&stop), Arc::clone(&sent));
        let run = attack.run;
        std::thread::spawn(move || run(&Target { address: &address, user, stop: &stop, sent: &sent }))
    };
    while sent.load(Ordering::Relaxed) == 0 && !attacker.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let during = polite.ask_for(ATTACK).await;
    stop.store(true, Ordering::Relaxed);
    let outcome = attacker.join().expect("the attack ends, and took place");
    let peak_kb = resident.peak_kb();
    let after = polite.ask_for(Duration::from_secs(1)).await;
    let figures = Figures { before, during, after, before_kb, peak_kb, after_kb: resident.now_kb() };
    (figures, outcome)
}

async fn connect(address: &str) -> Connection {
    zbus::connection::Builder::address(address).build().await.expect("a connection to the private bus")
}
