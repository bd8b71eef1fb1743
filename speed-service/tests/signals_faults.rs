//! What a client is told of each class of signal in each fault, as the table in docs/signals.md has it.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use common::bus::Bus;
use common::classes::{CLASSES, PROFILE, answer};
use common::listener::{Heard, Listener};
use common::service::Service;
use interfaces::{BUS_NAME, Signals1Proxy};
use nix::sys::signal::Signal;
use zbus::fdo::DBusProxy;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/signals.md");

/// Half a second of values, and then two and a half in which the two messages are these, or do not come.
fn log(then: Option<(&str, &str)>) -> String {
    let mut log = String::new();
    for n in 0..150_u32 {
        let stamp = format!("({}.{:06}) can0", 1_600_000_000 + n / 50, n % 50 * 20_000);
        let _ = writeln!(log, "{stamp} 100#{:04X}", 0x2000 + n % 4);
        let (engine, body) = if n < 25 { ("2003370300000000", "00") } else { then.unwrap_or_default() };
        if !engine.is_empty() {
            let _ = writeln!(log, "{stamp} 300#{engine}\n{stamp} 400#{body}");
        }
    }
    log
}

struct Scene {
    _folder: tempfile::TempDir,
    listener: Listener,
    service: Service,
    proxy: Signals1Proxy<'static>,
    _bus: Bus,
}

impl Scene {
    async fn begin(log: Option<&str>) -> Self {
        let (bus, folder) = (Bus::start(), tempfile::tempdir().expect("a folder"));
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path.display().to_string()
        };
        let (profile, drive) = (file("car.toml", PROFILE), file("drive.log", log.unwrap_or_default()));
        let replay = ["--vehicle", &profile, "--replay", &drive];
        let simulated = ["--simulate", "--drive", "town", "--fault", "link=down@2s"];
        let arguments: &[&str] = if log.is_some() { &replay } else { &simulated };
        let listener = Listener::on(&bus).await;
        let (service, _) = Service::ready(&bus, &listener.connection, arguments).await;
        let proxy = Signals1Proxy::builder(&listener.connection).build().await.expect("a proxy");
        Self { _folder: folder, listener, service, proxy, _bus: bus }
    }

    /// Listens until each of these has a value, or until none has one any more.
    async fn until(&mut self, paths: &[&str], has_value: bool) {
        let mut open: BTreeSet<_> = paths.iter().copied().collect();
        while !open.is_empty() {
            if let Heard::Signals(values, lost) = self.listener.next().await {
                let told = |path: &str| match has_value {
                    true => values.contains_key(path),
                    false => lost.iter().any(|lost| lost == path),
                };
                open.retain(|path| !told(path));
            }
        }
    }

    /// Whether anything is lost in the next moments.
    async fn hears_a_loss(&mut self) -> bool {
        while let Ok(heard) = tokio::time::timeout(Duration::from_millis(300), self.listener.next()).await {
            if matches!(heard, Heard::Signals(_, lost) if !lost.is_empty()) {
                return true;
            }
        }
        false
    }

    /// The row of a fault: `Get` of each of these, then `Signals` and `Changed`.
    async fn row(&self, fault: &str, paths: &[&str], changed: &str) -> String {
        let mut row = format!("| {fault} |");
        for (_, path) in CLASSES {
            let answer = if paths.contains(&path) { answer(&self.proxy, path).await } else { String::new() };
            let _ = write!(row, " {answer} |");
        }
        let all = tokio::time::timeout(Duration::from_millis(500), self.proxy.signals()).await;
        let all = match all {
            Err(_) => "no answer".to_owned(),
            Ok(Err(error)) if error.to_string().contains("ServiceUnknown") => "`ServiceUnknown`".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Ok(Ok(all)) if paths.iter().all(|path| !all.contains_key(*path)) => "without it".to_owned(),
            Ok(Ok(all)) => format!("{all:?}"),
        };
        row + &format!(" {all} | {changed} |\n")
    }
}

#[tokio::test]
async fn each_class_in_each_fault_is_as_the_document_says() {
    let paths = CLASSES.map(|(_, path)| path);
    let names = CLASSES.map(|(name, _)| format!(" {name} |")).concat();
    let mut table = format!("| fault |{names} `Signals` | `Changed` |\n|---|---|---|---|---|---|---|---|\n");
    for (fault, then) in [
        ("its message stops", None),
        ("the car says \"not available\"", Some(("FFFFFF8002000000", "02"))),
        ("the car says \"fault\", or a value outside its range", Some(("1027660901010000", "04"))),
    ] {
        let mut scene = Scene::begin(Some(&log(then))).await;
        scene.until(&paths, true).await;
        scene.until(&paths, false).await;
        table += &scene.row(fault, &paths, "in `lost`").await;
    }

    let simulated = &paths[..4];
    let mut scene = Scene::begin(None).await;
    scene.until(simulated, true).await;
    scene.until(simulated, false).await;
    // The simulated car has no lamp that is sent on events: can_signals.rs shows it, and the others, on a real interface.
    let row = scene.row("the CAN interface is down", simulated, "in `lost`").await;
    table += &row.replace("|  |", "| `Stale` |");

    for (fault, signal, owned) in
        [("the service is killed", Signal::SIGKILL, false), ("the service hangs", Signal::SIGSTOP, true)]
    {
        let mut scene = Scene::begin(Some(&log(None))).await;
        scene.until(&paths, true).await;
        scene.service.signal(signal);
        let dbus = DBusProxy::new(&scene.listener.connection).await.expect("the bus");
        let name = zbus::names::BusName::try_from(BUS_NAME).expect("a name");
        let has_owner = async || dbus.name_has_owner(name.clone()).await.expect("an answer");
        while has_owner().await != owned {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let changed = if owned { "nothing" } else { "nothing; the name has no owner" };
        table += &scene.row(fault, &paths, changed).await;
        assert!(!scene.hears_a_loss().await, "{fault}");
        if owned {
            scene.service.signal(Signal::SIGCONT);
        }
    }
    let text = std::fs::read_to_string(DOCUMENT).expect("docs/signals.md");
    assert!(text.contains(&table), "put this into docs/signals.md:\n{table}");
}
