//! Who may reset a trip and set the odometer: by the policy of the system bus, and by what the service itself looks at.
//!
//! Needs root, busctl and dbus-send: `deploy/test compat` runs it.

mod common;
mod compat;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use common::service::Service;
use compat::bus::Make;
use compat::system::{CARDASH, KIOSK, NOBODY, ROOT, SystemBus};
use tempfile::TempDir;

const OBJECT: [&str; 3] = ["org.cardash.Speed1", "/org/cardash/Speed1", "org.cardash.Odometer1"];

const RESET: [&str; 2] = ["ResetTrip", "string:A"];
const SET: [&str; 2] = ["SetOdometer", "uint64:5000000"];
const CORRECT: [&str; 2] = ["CorrectOdometer", "uint64:4000000"];

/// A bus, and the service on it as its own user, with an odometer of its own. There is no car: it waits for one.
struct Scene {
    bus: SystemBus,
    _service: Service,
    _folder: TempDir,
}

impl Scene {
    async fn start(bus: SystemBus) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("ours");
        let file = folder.path().join("odometer");
        let (program, file) = (bus.program(), file.to_str().expect("a path"));
        let program = program.to_str().expect("a path");
        let line =
            [program, "--config", "/dev/null", "--bus", "system", "--vehicle", "honda", "--can", "cardash9"];
        let line = [&line[..], &["--odometer", file]].concat();
        let service = Service::spawn(&mut bus.command_among_users(CARDASH, &line));
        service.logged("serving org.cardash.Speed1").await;
        Self { bus, _service: service, _folder: folder }
    }

    fn call(&self, user: &str, call: &[&str]) -> (bool, String) {
        // busctl keeps the words of a denial to itself.
        let member = format!("{}.{}", OBJECT[2], call[0]);
        let start =
            ["dbus-send", "--system", "--print-reply", "--dest=org.cardash.Speed1", OBJECT[1], &member];
        let line = [&start[..], &call[1..]].concat();
        said(&format!("user {user}: {}", call.join(" ")), &self.bus.run(user, &line))
    }

    fn total(&self) -> String {
        let line = [&["busctl", "--system", "get-property"], &OBJECT[..], &["Total"]].concat();
        said("Total", &self.bus.run(NOBODY, &line)).1
    }

    fn refuses(&self, user: &str, call: &[&str], words: &str) {
        let before = self.total();
        let (worked, said) = self.call(user, call);
        assert!(!worked && said.to_lowercase().contains(words), "user {user}: {call:?}: {said}");
        assert_eq!(self.total(), before);
    }
}

fn said(what: &str, output: &Output) -> (bool, String) {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    let words = String::from_utf8_lossy(&both).trim().to_owned();
    println!("{what}: {words}");
    (output.status.success(), words)
}

#[tokio::test]
#[ignore = "needs root and other clients: run `deploy/test compat`"]
async fn root_sets_and_the_cluster_resets_and_nobody_does_neither_on_dbus_daemon() {
    by_policy(Make::DbusDaemon).await;
}

#[tokio::test]
#[ignore = "needs root, other clients and dbus-broker: run `deploy/test compat`"]
async fn root_sets_and_the_cluster_resets_and_nobody_does_neither_on_dbus_broker() {
    by_policy(Make::DbusBroker).await;
}

async fn by_policy(make: Make) {
    let scene = Scene::start(SystemBus::start(make)).await;
    let refusal = match make {
        Make::DbusDaemon => "rejected send message",
        Make::DbusBroker => "not authorized to send message",
    };
    for call in [RESET, SET, CORRECT] {
        scene.refuses(NOBODY, &call, refusal);
    }
    for call in [SET, CORRECT] {
        scene.refuses(KIOSK, &call, refusal);
    }
    assert!(scene.call(KIOSK, &RESET).0);
    assert!(scene.call(NOBODY, &["Describe"]).0);
    roots_own(&scene);
    set_up(&scene);
}

/// The same without a policy that stands before the service.
#[tokio::test]
#[ignore = "needs root and other clients: run `deploy/test compat`"]
async fn the_service_looks_at_who_calls_on_dbus_daemon() {
    by_itself(Make::DbusDaemon).await;
}

#[tokio::test]
#[ignore = "needs root, other clients and dbus-broker: run `deploy/test compat`"]
async fn the_service_looks_at_who_calls_on_dbus_broker() {
    by_itself(Make::DbusBroker).await;
}

async fn by_itself(make: Make) {
    let scene = Scene::start(SystemBus::open(make)).await;
    for call in [RESET, SET, CORRECT] {
        scene.refuses(NOBODY, &call, "is not for user 65534");
        // The service's own user sets nothing either: the speed may be said by it, the odometer by root.
        scene.refuses(CARDASH, &call, "is not for user 61000");
    }
    for call in [SET, CORRECT] {
        scene.refuses(KIOSK, &call, "is not for user 61001");
    }
    assert!(scene.call(KIOSK, &RESET).0);
    roots_own(&scene);
}

fn roots_own(scene: &Scene) {
    assert!(scene.call(ROOT, &RESET).0);
    scene.refuses(ROOT, &["ResetTrip", "string:C"], "there is no trip");
    assert!(scene.call(ROOT, &SET).0);
    assert_eq!(scene.total(), "t 5000000");
    scene.refuses(ROOT, &["SetOdometer", "uint64:4999999"], "is less");
    scene.refuses(ROOT, &["SetOdometer", "uint64:4294967296"], "more than");
    scene.refuses(ROOT, &["SetOdometer", "string:5000001"], "invalidargs");
    assert!(scene.call(ROOT, &CORRECT).0);
    assert_eq!(scene.total(), "t 4000000");
    let (_, described) = scene.call(NOBODY, &["Describe"]);
    assert!(described.contains("from 0 m to 5000000 m by user 0"), "{described}");
    assert!(described.contains("from 5000000 m to 4000000 m by user 0"), "{described}");
}

/// `cardash-setup --odometer`, as a person types it, where that was built beside the service.
fn set_up(scene: &Scene) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_speed-service")).with_file_name("cardash-setup");
    if !program.exists() {
        println!("not run: cardash-setup is not built (cargo build --bin cardash-setup)");
        return;
    }
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        let output = command.args(arguments).env("DBUS_SYSTEM_BUS_ADDRESS", scene.bus.address()).output();
        said(&format!("cardash-setup {}", arguments.join(" ")), &output.expect("it starts"))
    };
    let (worked, words) = run(&["--odometer", "123456.7"]);
    assert!(worked && words.contains("The odometer has 123456.700 km, and the card has it"), "{words}");
    let (worked, words) = run(&["--odometer", "100"]);
    assert!(!worked && words.contains("--correct"), "{words}");
    let (worked, words) = run(&["--odometer", "100", "--correct"]);
    assert!(worked && words.contains("The odometer has 100.000 km"), "{words}");
    assert_eq!(scene.total(), "t 100000");
}
