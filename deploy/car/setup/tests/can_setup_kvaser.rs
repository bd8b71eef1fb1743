//! The whole set-up on a real controller driver: two Kvaser PCI controllers that QEMU puts on one bus.
//!
//! QEMU's bus has no bit rate: frames pass whatever each side has set. So the search for the bit rate ends at the
//! first one here; `can_setup.rs` has a bus with one bit rate.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use can_reader::{FrameId, Payload};
use common::car::Car;
use common::node::Node;
use common::person::Person;
use common::{PROGRAM, alone, ip, shown, words};

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

/// As the package does; the root file system of this machine is thrown away.
fn install_units() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../systemd/system");
    for unit in ["speed-service.service", "cardash-can@.service"] {
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

/// What was said, for docs/raspberry-pi.md, where deploy/can-tests asks for it.
fn save_transcript(name: &str, said: &str) {
    if let Some(folder) = std::env::var_os("CARDASH_TRANSCRIPTS") {
        fs::write(Path::new(&folder).join(format!("{name}.txt")), said)
            .expect("the folder can be written to");
    }
}
