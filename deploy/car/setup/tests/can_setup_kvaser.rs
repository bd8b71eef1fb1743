//! The whole set-up on a real controller driver: two Kvaser PCI controllers that QEMU puts on one bus.
//!
//! QEMU's bus has no bit rate: frames pass whatever each side has set. So the search for the bit rate ends at the
//! first one here; `can_setup.rs` has a bus with one bit rate.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use can_reader::{FrameId, Payload};
use common::car::Car;
use common::node::Node;
use common::person::Person;
use common::{PROGRAM, alone, ip, save_transcript, shown, words};

const CONFIGURATION: &str = "/etc/cardash/speed.toml";

#[test]
#[ignore = "needs two CAN controllers on one bus: deploy/test can"]
fn from_a_new_system_to_an_interface_that_is_up() {
    install_units();
    plug_in_anew();
    ip("link set can1 up type can bitrate 500000");
    let _car = Node::sending("honda", "can1", 42.0);
    let _others = others("can1");
    let before = received("can1");

    let mut person = Person::starts(&[]);
    person.sees("1 can0: a PCI card, driver kvaser_pci; down, no bit rate set");
    person.sees("Which one is wired to the car? [1] ");
    person.types("1");
    person.sees("it does not even acknowledge");
    person.sees("this is it");
    person.sees("WHEEL_SPEEDS (honda)");
    person.sees("Which is your car? [1] ");
    // Given back as it was, as soon as there is nothing more to hear.
    let given_back = shown("can0");
    assert!(given_back.contains("state DOWN") && !given_back.contains("LISTEN-ONLY"), "{given_back}");
    person.types("");
    person.sees("Write it? [Y/n] ");
    assert!(!Path::new(CONFIGURATION).exists());
    person.types("");
    person.sees("systemctl --root=/ enable speed-service.service");
    person.sees("Do that? [Y/n] ");
    person.types("");
    let (code, screen) = person.waits();
    assert_eq!(code, Some(0), "{screen}");
    let text = fs::read_to_string(CONFIGURATION).expect("the configuration");
    assert!(
        text.contains("vehicle = \"honda\"\ncan = \"can0\"\n") && text.contains("\nbit_rate = 500000\n"),
        "{text}"
    );
    let enabled = Command::new("systemctl")
        .args(["--root=/", "is-enabled", "speed-service"])
        .output()
        .expect("systemctl");
    assert_eq!(words(&enabled).trim(), "enabled");
    assert_eq!(received("can1"), before, "nothing was sent");

    // What the boot will do with it.
    let service = Path::new(PROGRAM).with_file_name("speed-service");
    let can_up = Path::new(env!("CARGO_MANIFEST_DIR")).join("../can-up");
    let output = Command::new(can_up).arg("can0").env("CARDASH_SERVICE", service).output().expect("can-up");
    assert!(output.status.success(), "{}", words(&output));
    let up = shown("can0");
    assert!(up.contains("bitrate 500000") && up.contains("LISTEN-ONLY") && up.contains("state UP"), "{up}");

    let again = alone(&["--interface", "can0", "--yes"]);
    assert!(again.status.success(), "{}", words(&again));
    assert!(words(&again).contains("says so already; it stays as it is"), "{}", words(&again));
    assert!(words(&again).contains("Nothing to do"), "{}", words(&again));
    assert_eq!(fs::read_to_string(CONFIGURATION).expect("the configuration"), text);
    assert_eq!(received("can1"), before, "nothing was sent");
    save_transcript("guided", &format!("$ sudo cardash-setup\n{screen}"));
    save_transcript("again", &format!("$ sudo cardash-setup --interface can0 --yes\n{}", words(&again)));
}

#[test]
#[ignore = "needs two CAN controllers on one bus: deploy/test can"]
fn silent_car_is_asked_once_its_owner_has_agreed_and_no_more_with_another_car() {
    install_units();
    plug_in_anew();
    let _ = fs::remove_file(CONFIGURATION);
    let disabled = Command::new("systemctl").args(["--root=/", "disable", "speed-service"]).output();
    assert!(disabled.expect("systemctl").status.success());
    ip("link set can1 up type can bitrate 500000");
    let before = received("can1");
    let arguments = ["--interface", "can0"];

    // Who does not agree is not asked a second time, and nothing has happened.
    let mut person = Person::starts(&arguments);
    person.sees("silence at every bit rate");
    person.sees("Listen again? [Y/n] ");
    person.types("n");
    person.sees("Go on to that? [y/N] ");
    person.types("y");
    person.sees("May this car be asked? [y/N] ");
    person.types("");
    let (code, screen) = person.waits();
    assert_eq!(code, Some(1), "{screen}");
    assert!(!Path::new(CONFIGURATION).exists() && received("can1") == before, "{screen}");
    let nobody =
        alone(&["--yes", "--no-listen", "--interface", "can0", "--vehicle", "obd", "--bit-rate", "500000"]);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(words(&nobody).contains("--yes does not agree to that for you"), "{}", words(&nobody));
    assert!(!Path::new(CONFIGURATION).exists());

    plug_in_anew();
    ip("link set can1 up type can bitrate 500000");
    let before = received("can1");
    let mut person = Person::starts(&arguments);
    person.sees("Listen again? [Y/n] ");
    person.types("n");
    person.sees("Go on to that? [y/N] ");
    person.types("y");
    person.sees("May this car be asked? [y/N] ");
    assert_eq!(received("can1"), before, "nothing was sent");
    person.types("y");
    person.sees("Write it? [Y/n] ");
    person.types("");
    person.sees("a control unit has taken the request: this is it");
    person.sees("Do that? [Y/n] ");
    assert_eq!(received("can1"), before + 1, "one request");
    let given_back = shown("can0");
    assert!(given_back.contains("state DOWN") && !given_back.contains("ONE-SHOT"), "{given_back}");
    person.types("");
    let (code, screen) = person.waits();
    assert_eq!(code, Some(0), "{screen}");
    let text = fs::read_to_string(CONFIGURATION).expect("the configuration");
    for part in ["vehicle = \"obd\"\n", "[obd]\nask = true\n", "bit_rate = 500000\n"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(is_enabled("cardash-obd"), "enabled");
    save_transcript("asked", &format!("$ sudo cardash-setup --interface can0\n{screen}"));

    // What the boot will do with it.
    let up = can_up("can0");
    assert!(
        up.contains("listen-only off one-shot on") && up.contains("this car is asked over OBD-II"),
        "{up}"
    );
    let link = shown("can0");
    assert!(
        link.contains("ONE-SHOT") && !link.contains("LISTEN-ONLY") && link.contains("state UP"),
        "{link}"
    );
    assert!(can_up("can0").contains("up already, with these settings"));
    consent_that_is_not_the_owners_is_none();

    // Another car takes the consent away, and who asks is not started any more.
    let other =
        alone(&["--yes", "--no-listen", "--interface", "can0", "--vehicle", "honda", "--bit-rate", "500000"]);
    assert!(other.status.success(), "{}", words(&other));
    let text = fs::read_to_string(CONFIGURATION).expect("the configuration");
    assert!(!text.contains("obd") && text.contains("vehicle = \"honda\""), "{text}");
    assert_eq!(is_enabled("cardash-obd"), "disabled");
    assert!(can_up("can0").contains("listen-only on"));
    let link = shown("can0");
    assert!(link.contains("LISTEN-ONLY") && !link.contains("ONE-SHOT"), "{link}");
    // With both words again, and the link still silent, who asks ends.
    fs::write(CONFIGURATION, "vehicle = \"obd\"\ncan = \"can0\"\n[obd]\nask = true\n").expect("root may");
    let asker = Command::new(Path::new(PROGRAM).with_file_name("cardash-obd")).output();
    let asker = asker.expect("deploy/can-tests builds it");
    assert_eq!(asker.status.code(), Some(78), "{}", words(&asker));
    assert!(words(&asker).contains("listen-only"), "{}", words(&asker));
    assert_eq!(received("can1"), before + 1, "one request in all");
}

/// `can-up` has the rule of `cardash-obd`: one file, root's, and writable for nobody else.
fn consent_that_is_not_the_owners_is_none() {
    let mode = |mode| fs::set_permissions(CONFIGURATION, fs::Permissions::from_mode(mode)).expect("root may");
    for (bits, user) in [(0o664, 0), (0o646, 0), (0o666, 0), (0o644, 1)] {
        mode(bits);
        std::os::unix::fs::chown(CONFIGURATION, Some(user), None).expect("root may");
        let output = run_can_up("can0", None);
        assert_eq!(output.status.code(), Some(78), "{bits:o}: {}", words(&output));
        assert!(words(&output).contains("only root may be able to write"), "{}", words(&output));
        assert!(shown("can0").contains("state DOWN"), "{}", shown("can0"));
    }
    std::os::unix::fs::chown(CONFIGURATION, Some(0), None).expect("root may");
    mode(0o644);
    let elsewhere = Path::new("/tmp/speed.toml");
    fs::copy(CONFIGURATION, elsewhere).expect("a copy");
    let output = run_can_up("can0", Some(elsewhere));
    assert_eq!(output.status.code(), Some(78), "{}", words(&output));
    assert!(words(&output).contains("only /etc/cardash/speed.toml can say"), "{}", words(&output));
    assert!(can_up("can0").contains("this car is asked over OBD-II"));
}

fn is_enabled(unit: &str) -> String {
    let output =
        Command::new("systemctl").args(["--root=/", "is-enabled", unit]).output().expect("systemctl");
    words(&output).trim().to_owned()
}

/// What can-up says.
fn can_up(interface: &str) -> String {
    let output = run_can_up(interface, None);
    assert!(output.status.success(), "{}", words(&output));
    words(&output)
}

fn run_can_up(interface: &str, configuration: Option<&Path>) -> Output {
    let service = Path::new(PROGRAM).with_file_name("speed-service");
    let can_up = Path::new(env!("CARGO_MANIFEST_DIR")).join("../can-up");
    let mut command = Command::new(can_up);
    command.arg(interface).env("CARDASH_SERVICE", service);
    if let Some(file) = configuration {
        command.env("CARDASH_CONFIG", file);
    }
    command.output().expect("can-up")
}

/// As the package does; the root file system of this machine is thrown away.
fn install_units() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../systemd/system");
    for unit in ["speed-service.service", "cardash-can@.service", "cardash-obd.service"] {
        let to = Path::new("/usr/lib/systemd/system").join(unit);
        fs::copy(from.join(unit), to).expect("the unit");
    }
}

/// Both controllers as after a boot, whatever ran before: without a bit rate.
fn plug_in_anew() {
    let driver = Path::new("/sys/bus/pci/drivers/kvaser_pci");
    let devices: Vec<_> = ["can0", "can1"]
        .iter()
        .map(|name| fs::read_link(format!("/sys/class/net/{name}/device")).expect("a device"))
        .map(|link| link.file_name().and_then(|name| name.to_str()).expect("its address").to_owned())
        .collect();
    for file in ["unbind", "bind"] {
        devices.iter().for_each(|device| fs::write(driver.join(file), device).expect("the driver agrees"));
    }
}

/// Messages that no profile knows, as a bus of a car is full of.
fn others(interface: &str) -> Node {
    let mut frames = Car::of("honda");
    let mut count = 0_u8;
    Node::on(interface, move || {
        count = count.wrapping_add(1);
        let id = [0x130, 0x158, 0x17C, 0x1A6, 0x309][usize::from(count % 5)];
        let payload = Payload::new(&[count, 0x21, 0, 0, 0x5A, 0, 0, count / 2]).expect("8 bytes");
        can_reader::Frame { id: FrameId::Standard(id), payload, ..frames.frame(0.0) }
    })
}

/// Frames that came in on this interface: from the other one.
fn received(interface: &str) -> u64 {
    let path = format!("/sys/class/net/{interface}/statistics/rx_packets");
    fs::read_to_string(path).expect("the counter").trim().parse().expect("a number")
}
