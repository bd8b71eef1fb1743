//! The policy of the system bus, tried by other users on a bus with the distribution's configuration.
//!
//! Needs root and busctl, gdbus, dbus-send: `deploy/test compat` runs it.

mod common;
mod compat;

use std::process::Output;
use std::time::{Duration, Instant};

use common::PATIENCE;
use common::service::Service;
use compat::bus::Make;
use compat::examples::WATCHING;
use compat::system::{CARDASH, NOBODY, ROOT, SystemBus};
use compat::watcher::Watcher;

const SPEED: [&str; 3] = ["org.cardash.Speed1", "/org/cardash/Speed1", "org.cardash.Speed1"];
const PROPERTIES: [&str; 3] =
    ["org.cardash.Speed1", "/org/cardash/Speed1", "org.freedesktop.DBus.Properties"];
const DRIVER: [&str; 3] = ["org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"];

#[tokio::test]
#[ignore = "needs root and other clients: run `deploy/test compat`"]
async fn only_its_user_owns_the_name_and_anyone_asks_on_dbus_daemon() {
    let bus = SystemBus::start(Make::DbusDaemon);
    // Nobody has started the service yet: the first call does, as the service's user. There may be no frame
    // yet for that call; for a later one there is.
    let (_, first) = said(&bus.run(NOBODY, &busctl("call", &SPEED, &["getSpeed"])));
    println!("the first call: {first}");
    assert!(
        first.starts_with("i ")
            || first.contains("no valid speed has been seen yet")
            || first.contains("waiting for a few frames"),
        "{first}"
    );
    let began = Instant::now();
    while !said(&bus.run(NOBODY, &busctl("call", &SPEED, &["getSpeed"]))).0 {
        assert!(began.elapsed() < PATIENCE, "the service that the bus started has no speed");
    }
    let (_, owner) =
        said(&bus.run(NOBODY, &busctl("call", &DRIVER, &["GetConnectionUnixUser", "s", SPEED[0]])));
    assert_eq!(owner, format!("u {CARDASH}"));
    policy(&bus, Make::DbusDaemon);
}

#[tokio::test]
#[ignore = "needs root, other clients and dbus-broker: run `deploy/test compat`"]
async fn only_its_user_owns_the_name_and_anyone_asks_on_dbus_broker() {
    let bus = SystemBus::start(Make::DbusBroker);
    // dbus-broker leaves the starting to systemd, which there is none of here.
    let program = bus.program();
    let program = program.to_str().expect("a path");
    let line = [program, "--config", "/dev/null", "--bus", "system", "--simulate", "--rate", "10"];
    let service = Service::spawn(&mut bus.command(CARDASH, &line));
    service.logged("serving org.cardash.Speed1").await;
    policy(&bus, Make::DbusBroker);
}

/// The service runs: what may be done, and what not.
fn policy(bus: &SystemBus, make: Make) {
    let mut listener = Watcher::start(
        "gdbus monitor",
        bus.command(NOBODY, &["gdbus", "monitor", "--system", "--dest", SPEED[0]]),
    );
    for user in [NOBODY, ROOT] {
        allowed(bus, user);
        refused(bus, user, make);
    }
    listener.take_until("SpeedChanged", |lines| heard(lines, ".SpeedChanged ("));

    forged(bus);
}

/// Anyone may broadcast any signal on a system bus, or send it to one program alone: a client must hear the
/// owner of the name only.
fn forged(bus: &SystemBus) {
    // As root, because busctl and dbus-monitor are for root there. The forger is not.
    let mut watchers: Vec<Watcher> = WATCHING
        .iter()
        .map(|client| Watcher::start(client.name, client.on_system_bus(&bus.address())))
        .collect();
    let shows_speed = |lines: &[String]| lines.iter().filter(|line| line.ends_with(" km/h")).count();
    for watcher in &mut watchers {
        watcher.take_until("a speed", |lines| shows_speed(lines) > 0);
    }
    let (_, names) = said(&bus.run(NOBODY, &busctl("call", &DRIVER, &["ListNames"])));
    let everybody: Vec<String> =
        names.split('"').filter(|name| name.starts_with(':')).map(|name| format!("--dest={name}")).collect();
    assert!(everybody.len() >= WATCHING.len(), "{names}");
    for signal in
        [["org.cardash.Speed1.SpeedChanged", "int32:999"], ["org.cardash.Speed1.SpeedLost", "string:forged"]]
    {
        let broadcast = ["dbus-send", "--system", "--type=signal", SPEED[1], signal[0], signal[1]];
        assert!(bus.run(NOBODY, &broadcast).status.success());
        for receiver in &everybody {
            // Whoever has left meanwhile gets none.
            bus.run(
                NOBODY,
                &["dbus-send", "--system", "--type=signal", receiver, SPEED[1], signal[0], signal[1]],
            );
        }
    }
    for watcher in &mut watchers {
        let lines = watcher.take_until("more speeds", |lines| shows_speed(lines) > 10);
        assert!(!heard(&lines, "999") && !heard(&lines, "forged"), "{}: {lines:?}", watcher.name);
        println!("{}: neither the forged speed nor the forged loss", watcher.name);
    }
}

fn allowed(bus: &SystemBus, user: &str) {
    for (line, begins) in [
        (busctl("call", &SPEED, &["getSpeed"]), "i "),
        (busctl("get-property", &SPEED, &["State"]), "s \"ok\""),
        (busctl("call", &PROPERTIES, &["GetAll", "s", "org.cardash.Diagnostics1"]), "a{sv} 12 "),
        (busctl("introspect", &SPEED[..2], &[]), "NAME "),
        (busctl("call", &[SPEED[0], SPEED[1], "org.freedesktop.DBus.Peer"], &["Ping"]), ""),
    ] {
        let (worked, said) = said(&bus.run(user, &line));
        println!("user {user}: {}: {}", line.join(" "), said.lines().next().unwrap_or_default());
        assert!(worked && said.starts_with(begins), "user {user}: {line:?}: {said}");
    }
}

fn refused(bus: &SystemBus, user: &str, make: Make) {
    let to_service = "--dest=org.cardash.Speed1";
    let (speed, set) = ("org.cardash.Speed1", "org.freedesktop.DBus.Properties.Set");
    let own = ["--dest=org.freedesktop.DBus", DRIVER[1], "org.freedesktop.DBus.RequestName"];
    for (line, words) in [
        (&[own[0], own[1], own[2], "string:org.cardash.Speed1", "uint32:6"][..], "own"),
        (
            &[to_service, SPEED[1], set, "string:org.cardash.Speed1", "string:Speed", "variant:double:87"],
            "send",
        ),
        (&[to_service, SPEED[1], "org.cardash.Speed1.setSpeed", "int32:87"], "send"),
        (&[to_service, SPEED[1], "org.example.Other.getSpeed"], "send"),
        (&[to_service, "/org/cardash/Other", &format!("{speed}.getSpeed")], "send"),
    ] {
        let line = [&["dbus-send", "--system", "--print-reply"], line].concat();
        let (worked, said) = said(&bus.run(user, &line));
        println!("{make}, user {user}: {}\n    {said}", line.join(" "));
        let words = match (make, words) {
            (Make::DbusDaemon, "own") => "is not allowed to own the service \"org.cardash.Speed1\"",
            (Make::DbusDaemon, _) => "Rejected send message, ",
            (Make::DbusBroker, "own") => "Request to own name refused by policy",
            (Make::DbusBroker, _) => "Sender is not authorized to send message",
        };
        assert!(!worked && said.contains("org.freedesktop.DBus.Error.AccessDenied"), "{line:?}: {said}");
        assert!(said.contains(words), "{line:?}: {said}");
    }
    unwanted_signal(bus, user, make);
    impostor(bus, user);
}

/// A signal sent to the service alone: nobody answers a signal, so what tells is the log of the bus.
fn unwanted_signal(bus: &SystemBus, user: &str, make: Make) {
    let before = bus.words().len();
    let signal = [
        "dbus-send",
        "--system",
        "--type=signal",
        "--dest=org.cardash.Speed1",
        "/",
        "org.example.Unwanted.Signal",
    ];
    bus.run(user, &signal);
    let began = Instant::now();
    let word = loop {
        let words = bus.words();
        let found =
            words[before.min(words.len())..].iter().find(|word| word.contains("org.example.Unwanted"));
        if let Some(word) = found {
            break word.clone();
        }
        assert!(began.elapsed() < PATIENCE, "the bus did not say that it refused a signal: {words:?}");
        std::thread::sleep(Duration::from_millis(10));
    };
    println!("{make}, user {user}: a signal to the service: {word}");
    assert!(word.contains("ejected") || word.contains("denied"), "{word}");
}

/// Another speed service, started by somebody else.
fn impostor(bus: &SystemBus, user: &str) {
    let program = bus.program();
    let program = program.to_str().expect("a path");
    let line = [program, "--config", "/dev/null", "--bus", "system", "--simulate", "--replace"];
    let (worked, said) = said(&bus.run(user, &line));
    println!("user {user}: another service: {said}");
    assert!(
        !worked && said.contains("the system bus does not let this user own org.cardash.Speed1"),
        "{said}"
    );
}

fn busctl<'a>(verb: &'a str, object: &[&'a str], rest: &[&'a str]) -> Vec<&'a str> {
    ["busctl", "--system", "--timeout=20", verb].iter().chain(object).chain(rest).copied().collect()
}

/// Whether it succeeded, and all that it printed.
fn said(output: &Output) -> (bool, String) {
    let (printed, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), format!("{printed}{complained}").trim().to_owned())
}

fn heard(lines: &[String], what: &str) -> bool {
    lines.iter().any(|line| line.contains(what))
}
