//! Clients that mean ill, or are just broken, and what a polite one notices of them.

mod common;
mod compat;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use common::bus::Bus;
use common::service::{Service, proxy, reached};
use compat::attack::{ATTACKS, Attack, DESCRIPTORS, KEPT_KB, Target};
use compat::bus::{Make, session};
use compat::journal::Journal;
use compat::measure::{Figures, OpenFiles, Polite, Resident};
use compat::system::{CARDASH, NOBODY, SystemBus};
use interfaces::State;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::Uid;
use zbus::Connection;

/// How long each attack goes on.
const ATTACK: Duration = Duration::from_secs(5);

#[tokio::test]
async fn hostile_clients_of_the_same_user_on_the_session_bus() {
    hostile_clients("session bus, dbus-daemon", &ATTACKS, || of_session(Make::DbusDaemon)).await;
}

/// Only what is the service's own to withstand: this bus has one account for all programs of a user, and cuts off the
/// victim of the other attacks too.
#[tokio::test]
#[ignore = "needs root and dbus-broker: run `deploy/test compat`"]
async fn hostile_clients_of_the_same_user_on_the_session_bus_of_dbus_broker() {
    hostile_clients("session bus, dbus-broker", &[DESCRIPTORS], || of_session(Make::DbusBroker)).await;
}

#[tokio::test]
#[ignore = "needs root: run `deploy/test compat`"]
async fn hostile_clients_of_another_user_on_the_system_bus() {
    hostile_clients("system bus, dbus-daemon", &ATTACKS, || system(Make::DbusDaemon)).await;
}

#[tokio::test]
#[ignore = "needs root and dbus-broker: run `deploy/test compat`"]
async fn hostile_clients_of_another_user_on_the_system_bus_of_dbus_broker() {
    hostile_clients("system bus, dbus-broker", &ATTACKS, || system(Make::DbusBroker)).await;
}

/// A bus, the service on it, and the user that the hostile clients are.
struct World {
    address: String,
    attacker: Option<Uid>,
    service: Service,
    _bus: Whose,
}

enum Whose {
    Session(#[allow(dead_code, reason = "kept for its end")] (Bus, Option<Journal>)),
    System(#[allow(dead_code, reason = "kept for its end")] SystemBus),
}

fn of_session(make: Make) -> World {
    let (bus, journal) = session(make);
    let arguments = ["--config", "/dev/null", "--simulate", "--rate", "10"];
    let service = Service::start(&bus, &arguments);
    World { address: bus.address.clone(), attacker: None, service, _bus: Whose::Session((bus, journal)) }
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

async fn hostile_clients(place: &str, attacks: &[Attack], world: impl Fn() -> World) {
    // As a service has it everywhere, whatever the shell that runs this test has; the children inherit it.
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    setrlimit(Resource::RLIMIT_NOFILE, 1024, hard).expect("a lower limit");
    println!("{place}: polite getSpeed in ms (median/slowest), resident memory of the service in kB");
    for attack in attacks {
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
    let open_before = OpenFiles::now(resident.process);
    let open = OpenFiles::watch(resident.process);
    let attacker = Attacker::start(world, attack);
    attacker.has_begun().await;
    let during = polite.ask_for(ATTACK).await;
    let outcome = attacker.end();
    let peak_kb = resident.peak_kb();
    let after = polite.ask_for(Duration::from_secs(1)).await;
    let open = [open_before, open.most(), OpenFiles::now(resident.process)];
    let figures = Figures { before, during, after, before_kb, peak_kb, after_kb: resident.now_kb(), open };
    (figures, outcome)
}

/// An attack that goes on.
struct Attacker {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    thread: Option<JoinHandle<String>>,
}

impl Attacker {
    fn start(world: &World, attack: &Attack) -> Self {
        let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (until, count) = (Arc::clone(&stop), Arc::clone(&sent));
        let (address, user, run) = (world.address.clone(), world.attacker, attack.run);
        let attack =
            move || run(&Target { address: &address, user, stop: until.as_ref(), sent: count.as_ref() });
        Self { stop, sent, thread: Some(std::thread::spawn(attack)) }
    }

    async fn has_begun(&self) {
        let ended = || self.thread.as_ref().is_none_or(JoinHandle::is_finished);
        while self.sent.load(Ordering::Relaxed) == 0 && !ended() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// What came of it.
    fn end(mut self) -> String {
        self.stop.store(true, Ordering::Relaxed);
        let thread = self.thread.take().expect("it is ended once");
        thread.join().expect("the attack ends, and took place")
    }
}

impl Drop for Attacker {
    /// Also where the polite client has failed: a connecting attacker makes this whole process another user, who can
    /// end neither service nor bus.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // What it says is not asked for.
            let _ = thread.join();
        }
    }
}

async fn connect(address: &str) -> Connection {
    zbus::connection::Builder::address(address).build().await.expect("a connection to the private bus")
}
