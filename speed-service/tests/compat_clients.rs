//! The clients that people really have, in every state of the service, on both makes of bus.
//!
//! Needs other people's programs: `deploy/test compat` installs them, builds the examples and runs this.

mod common;
mod compat;

use std::time::Duration;

use common::bus::{Bus, Connect as _};
use common::car::Car;
use common::service::{Service, reached};
use compat::bus::{Make, session};
use compat::examples::{ASKING, Example, QT_PROBE, WATCHING};
use compat::matrix::Matrix;
use compat::watcher::Watcher;
use interfaces::State;
use nix::sys::signal::Signal;

#[tokio::test]
#[ignore = "needs Qt and other clients: run `deploy/test compat`"]
async fn every_client_in_every_state_on_dbus_daemon() {
    every_client_in_every_state(Make::DbusDaemon).await;
}

#[tokio::test]
#[ignore = "needs Qt, other clients and dbus-broker: run `deploy/test compat`"]
async fn every_client_in_every_state_on_dbus_broker() {
    every_client_in_every_state(Make::DbusBroker).await;
}

async fn every_client_in_every_state(make: Make) {
    let mut matrix = Matrix::default();
    asking(make, &mut matrix).await;
    watching(make, &mut matrix).await;
    println!("on {make}:\n{}", matrix.markdown());
    matrix.assert_documented();
}

/// The clients that ask once, and one that keeps asking through the same object.
async fn asking(make: Make, matrix: &mut Matrix) {
    let (bus, _journal) = session(make);
    let connection = bus.connect().await;
    let mut kept = Watcher::start(QT_PROBE.name, QT_PROBE.command(&bus.address));
    let mut constructor_us = Vec::new();
    let mut ask = |kept: &mut Watcher, state: &'static str, expected: Result<i32, &str>| {
        for client in &ASKING {
            matrix.note(client.name, state, ask_once(client, &bus, state, expected));
        }
        let (text, constructors) = kept_answer(kept, expected);
        matrix.note(QT_PROBE.name, state, text);
        constructor_us.push((state, constructors));
    };

    ask(&mut kept, "service absent", Err(UNKNOWN));
    let silent = Car::new().line("(1600000000.000000) can0 7FF#00");
    let drive = |kmh, seconds: u64| Car::new().steady(0, seconds * 1_000, kmh);
    let cars = [drive(42.0, 600), drive(43.0, 600), drive(43.0, 1), drive(44.0, 600)];
    let write_config =
        |car: &Car| cars[0].config(&format!("vehicle = {:?}\nreplay = {:?}\n", car.profile(), car.log()));
    let config = write_config(&cars[0]);
    let arguments = ["--config", config.as_str()];
    let (mut service, proxy) = Service::ready(&bus, &connection, &arguments).await;
    reached(&proxy, State::Ok).await;
    ask(&mut kept, "number", Ok(42));
    let then = [
        ("change", State::Ok, Ok(43)),
        ("loss", State::Stale, Err("org.cardash.Speed1.Error.Stale")),
        ("return", State::Ok, Ok(44)),
    ];
    for (car, (column, state, expected)) in cars[1..].iter().zip(then) {
        write_config(car);
        service.signal(Signal::SIGHUP);
        let log = car.path("drive.log");
        service.logged(&format!("configuration reloaded: source replay:{}", log.display())).await;
        reached(&proxy, state).await;
        ask(&mut kept, column, expected);
    }

    service.signal(Signal::SIGKILL);
    service.ended().await;
    kept_answer(&mut kept, Err(UNKNOWN));
    let (service, proxy) = Service::ready(&bus, &connection, &arguments).await;
    reached(&proxy, State::Ok).await;
    ask(&mut kept, "service restarted under it", Ok(44));

    // The other states of the service, for the constructor of a QDBusInterface: it must not wait in any.
    let mut constructors = |kept: &mut Watcher, state, error: &str| {
        constructor_us.push((state, kept_answer(kept, Err(error)).1));
    };
    for (state, source, error) in [
        ("can-down", "can = \"cardash-none\"".to_owned(), "CanDown"),
        ("no-data", format!("replay = {:?}", silent.log()), "NoData"),
    ] {
        cars[0].config(&format!("vehicle = {:?}\n{source}\n", silent.profile()));
        service.signal(Signal::SIGHUP);
        constructors(&mut kept, state, &format!("org.cardash.Speed1.Error.{error}"));
    }

    for (state, mut took_us) in constructor_us {
        took_us.sort_unstable();
        let (median_us, slowest_us) = (took_us[took_us.len() / 2], took_us[took_us.len() - 1]);
        println!(
            "on {make}, {state}: constructor of a QDBusInterface {median_us} us, slowest {slowest_us} us"
        );
        // Milliseconds, and never a wait for a time-out: the bounds leave room for a machine that is busy.
        assert!(median_us < 100_000 && slowest_us < 5_000_000, "{state}");
    }
}

/// Runs a client that ends, and returns what it printed, shortened to what the table has room for.
fn ask_once(client: &Example, bus: &Bus, state: &str, expected: Result<i32, &str>) -> String {
    let output = client.command(&bus.address).output().expect("the client starts");
    let printed =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!(
        "{} in state {state:?}: {:?}, exit code {:?}",
        client.name,
        printed.trim(),
        output.status.code()
    );
    assert_eq!(output.status.success(), expected.is_ok(), "{} in {state:?} printed {printed}", client.name);
    match expected {
        Ok(kmh) => {
            let mut number = printed.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
            // `dbus-send` names the type, int32, before the value.
            assert_eq!(number.next_back(), Some(kmh.to_string().as_str()), "{} in {state:?}", client.name);
            format!("{kmh}")
        }
        Err(name) => {
            // Not every tool prints the name of an error; the sentence it must print. The words for a name
            // that nobody owns are the bus's, and each make of bus has its own.
            let sentences: &[&str] = match name {
                "org.cardash.Speed1.Error.Stale" => {
                    &["no speed: no valid speed has come for ten cycles of its message"]
                }
                _ => &["was not provided by any .service files", "is not activatable", "does not exist"],
            };
            assert!(
                sentences.iter().any(|sentence| printed.contains(sentence)),
                "{} in {state:?} printed {printed}",
                client.name
            );
            "an error".to_owned()
        }
    }
}

const UNKNOWN: &str = "org.freedesktop.DBus.Error.ServiceUnknown";

/// The probe's answer of now, and how long its constructors took since the last time, in microseconds.
fn kept_answer(kept: &mut Watcher, expected: Result<i32, &str>) -> (String, Vec<u64>) {
    let (answer, cell) = match expected {
        Ok(kmh) => (format!("{kmh} km/h, "), kmh.to_string()),
        Err(name) => (format!("no speed: {name}, "), "an error".to_owned()),
    };
    // Without a service nobody can describe it.
    let constructor = if expected == Err(UNKNOWN) { "blind constructor " } else { "constructor " };
    let answer = answer + constructor;
    let lines = kept.take_until(&answer, |lines| {
        lines.len() >= 10 && lines.iter().rev().take(10).all(|line| line.starts_with(&answer))
    });
    let micros =
        lines.iter().filter_map(|line| line.rsplit_once("constructor ")?.1.strip_suffix(" us")?.parse().ok());
    (cell, micros.collect())
}

const GONE: &str = "no speed: the speed service has gone";

/// The clients that stay: all at once, on one service after the other.
async fn watching(make: Make, matrix: &mut Matrix) {
    let (mut bus, _journal) = session(make);
    let connection = bus.connect().await;
    let mut watchers: Vec<Watcher> =
        WATCHING.iter().map(|client| Watcher::start(client.name, client.command(&bus.address))).collect();

    // A first service, until each client has shown that it listens. Its speed keeps changing.
    let changing = (0..3_000).fold(Car::new(), |car, step| {
        car.steady(step * 200, (step + 1) * 200, if step % 2 == 0 { 30.0 } else { 31.0 })
    });
    let (mut service, _) = start(&bus, &connection, &changing).await;
    for watcher in &mut watchers {
        watcher.take_until("31 km/h", |lines| lines.iter().any(|line| line == "31 km/h"));
    }
    service.signal(Signal::SIGTERM);
    service.ended().await;
    for watcher in &mut watchers {
        watcher.take_until("that the service is gone", |lines| lines.last().is_some_and(|line| line == GONE));
        matrix.note(watcher.name, "service absent", "no speed");
    }

    // The speed moves by one with every third frame, which a car can do: nobody may miss one.
    let sweep: Vec<i32> = (51..=100).chain((51..100).rev()).collect();
    let mut car = Car::new().steady(0, 1_000, 50.0);
    let up = (1..=150).map(|third| 50.0 + f64::from(third) / 3.0);
    let down = (1..=147).map(|third| 100.0 - f64::from(third) / 3.0);
    let mut at_ms = 1_000;
    for kmh in up.chain(down) {
        car = car.frame(at_ms, kmh);
        at_ms += 20;
    }
    // Then a silence of two seconds, and the same number again.
    // Without braking at its end: a number that is carried on would go on falling.
    let car = car.steady(at_ms, at_ms + 600, 51.0);
    let back_at_ms = at_ms + 600 + 2_000;
    let car = car.steady(back_at_ms, back_at_ms + 600_000, 51.0);
    let (mut service, _) = start(&bus, &connection, &car).await;
    let changes = sweep.iter().map(|kmh| format!("{kmh} km/h"));
    let expected: Vec<String> = std::iter::once("50 km/h".to_owned())
        .chain(changes)
        .chain(["no speed: stale".to_owned(), "51 km/h".to_owned()])
        .collect();
    for (watcher, client) in watchers.iter_mut().zip(&WATCHING) {
        let lines = watcher.take_until("the speed's return", |lines| {
            lines.ends_with(&["no speed: stale".to_owned(), "51 km/h".to_owned()])
        });
        let lines = without_the_start(client, &lines, "50 km/h");
        assert_eq!(lines, expected, "{}", client.name);
        matrix.note(client.name, "number", if client.asks_first { "50" } else { "from the next change on" });
        matrix.note(client.name, "change", format!("each of {}", sweep.len()));
        matrix.note(client.name, "loss", "no speed");
        matrix.note(client.name, "return", "51");
    }

    // A crash: no farewell, only the bus tells. The next service finds the same clients connected.
    service.signal(Signal::SIGKILL);
    service.ended().await;
    for watcher in &mut watchers {
        let lines = watcher.take_until("that the service is gone", |lines| !lines.is_empty());
        assert_eq!(lines, [GONE], "{}", watcher.name);
    }
    let car = Car::new().steady(0, 2_000, 70.0).steady(2_000, 600_000, 71.0);
    let (_service, _) = start(&bus, &connection, &car).await;
    for (watcher, client) in watchers.iter_mut().zip(&WATCHING) {
        let lines = watcher.take_until("71 km/h", |lines| lines.last().is_some_and(|line| line == "71 km/h"));
        let lines = without_the_start(client, &lines, "70 km/h");
        assert_eq!(lines, ["70 km/h", "71 km/h"], "{}", client.name);
        let cell = if client.asks_first { "70, 71" } else { "71" };
        matrix.note(client.name, "service restarted under it", cell);
    }

    the_bus_ends(&mut bus, &mut watchers);
}

async fn start(
    bus: &Bus,
    connection: &zbus::Connection,
    car: &Car,
) -> (Service, interfaces::Speed1Proxy<'static>) {
    Service::ready(bus, connection, &["--vehicle", &car.profile(), "--replay", &car.log()]).await
}

/// Whatever is said in place of a number.
fn is_no_speed(line: &str) -> bool {
    !line.ends_with(" km/h")
}

/// Takes away what a client may show or not while the service starts: the answer to a question that came
/// before the first frame. A monitor that came too late for the first number is given it.
fn without_the_start(client: &Example, lines: &[String], first: &str) -> Vec<String> {
    let start = lines.iter().take_while(|line| is_no_speed(line)).count();
    let mut lines = lines[start..].to_vec();
    if !client.asks_first && lines.first().is_none_or(|line| line != first) {
        lines.insert(0, first.to_owned());
    }
    lines
}

/// A client must not go on showing a number when the bus itself is gone.
fn the_bus_ends(bus: &mut Bus, watchers: &mut [Watcher]) {
    bus.kill();
    for watcher in watchers {
        let began = std::time::Instant::now();
        while !watcher.ended() && watcher.fresh().last().is_none_or(|line| !is_no_speed(line)) {
            let late = began.elapsed() > common::PATIENCE;
            assert!(!late, "{} shows {:?} although the bus has gone", watcher.name, watcher.fresh());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
