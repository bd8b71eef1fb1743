//! Clients that mean ill, or are just broken, and what a polite one notices of them.

mod common;
mod compat;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::bus::Bus;
use common::service::{Service, proxy, reached};
use compat::bus::{Make, session};
use compat::measure::{Figures, Polite, Resident};
use compat::raw::{RawClient, get_all, get_speed, get_speed_with};
use compat::system::{CARDASH, NOBODY, SystemBus};
use interfaces::State;
use nix::unistd::Uid;
use zbus::Connection;

/// How long each attack goes on.
const ATTACK: Duration = Duration::from_secs(5);
/// Calls that a flood sends in a second, as far as the machine lets it.
const CALLS_PER_S: u64 = 50_000;
/// Memory that the service may hold during an attack above what it held before: two messages of 64 MB,
/// and what it may still hold afterwards.
const HELD_KB: u64 = 2 * 64 * 1024 + KEPT_KB;
const KEPT_KB: u64 = 16 * 1024;

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

type Attack = fn(&Target<'_>);

/// Whom to attack, and until when.
struct Target<'a> {
    address: &'a str,
    user: Option<Uid>,
    stop: &'a AtomicBool,
    sent: &'a AtomicU64,
}

async fn hostile_clients(place: &str, world: impl Fn() -> World) {
    println!("{place}: polite getSpeed in ms (median/slowest), resident memory of the service in kB");
    let attacks: [(&str, Attack); 5] = [
        ("200 clients that listen and never read", deaf_listeners),
        ("50,000 getSpeed/s, answers read", |target| flood(target, &get_speed(), true)),
        ("50,000 getSpeed/s, answers never read", |target| flood(target, &get_speed(), false)),
        ("50,000 GetAll/s, answers never read", |target| flood(target, &get_all(), false)),
        ("10 calls of 64 MB", big_messages),
    ];
    for (name, attack) in attacks {
        let world = world();
        let (figures, sent) = under(&world, attack).await;
        println!("{place}: {name} ({sent} messages): {figures}");
        assert!(sent > 0, "the attack did not take place");
        figures.assert_bounded(HELD_KB, KEPT_KB);
    }
}

/// What a polite client sees before, during and after an attack.
async fn under(world: &World, attack: Attack) -> (Figures, u64) {
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
        std::thread::spawn(move || attack(&Target { address: &address, user, stop: &stop, sent: &sent }))
    };
    while sent.load(Ordering::Relaxed) == 0 && !attacker.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let during = polite.ask_for(ATTACK).await;
    stop.store(true, Ordering::Relaxed);
    attacker.join().expect("the attack ends");
    let peak_kb = resident.peak_kb();
    let after = polite.ask_for(Duration::from_secs(1)).await;
    let figures = Figures { before, during, after, before_kb, peak_kb, after_kb: resident.now_kb() };
    (figures, sent.load(Ordering::Relaxed))
}

async fn connect(address: &str) -> Connection {
    zbus::connection::Builder::address(address).build().await.expect("a connection to the private bus")
}

fn deaf_listeners(target: &Target<'_>) {
    let clients: Vec<RawClient> = (0..200)
        .map(|_| {
            let mut client = RawClient::connect(target.address, target.user);
            client.listen();
            target.sent.fetch_add(1, Ordering::Relaxed);
            client
        })
        .collect();
    while !target.stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(clients);
}

/// Sends as long as it may; a bus that cuts the client off gets the next one.
fn flood(target: &Target<'_>, call: &[u8], reads: bool) {
    // A hundredth of a second's worth at a time.
    let batch_calls = CALLS_PER_S / 100;
    let batch = call.repeat(usize::try_from(batch_calls).expect("a small number"));
    let began = Instant::now();
    let mut clients = 0;
    while !target.stop.load(Ordering::Relaxed) {
        clients += 1;
        let mut client = RawClient::connect(target.address, target.user);
        if reads {
            client.drain();
        }
        while !target.stop.load(Ordering::Relaxed) && client.send(&batch).is_ok() {
            let count = target.sent.fetch_add(batch_calls, Ordering::Relaxed) + batch_calls;
            let due = Duration::from_micros(count * 1_000_000 / CALLS_PER_S);
            std::thread::sleep(due.saturating_sub(began.elapsed()));
        }
    }
    if clients > 1 {
        println!("    the bus cut {} such clients off", clients - 1);
    }
}

fn big_messages(target: &Target<'_>) {
    let big = get_speed_with(&vec![0_u64; 8 << 20]);
    assert!(big.len() > 64 << 20);
    let mut cut_off = 0;
    for _ in 0..10 {
        let mut client = RawClient::connect(target.address, target.user);
        client.drain();
        cut_off += u32::from(client.send(&big).is_err());
        target.sent.fetch_add(1, Ordering::Relaxed);
    }
    if cut_off > 0 {
        println!("    the bus took none of {cut_off} such calls and cut the client off");
    }
    while !target.stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(10));
    }
}
