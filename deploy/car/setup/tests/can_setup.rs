//! The real program on real SocketCAN interfaces: virtual ones, and a serial adapter that knows one bit rate.

mod common;

use std::fs;

use can_reader::Payload;
use common::adapter::Adapter;
use common::car::Car;
use common::node::Node;
use common::person::Person;
use common::system::System;
use common::{Vcan, alone, save_transcript, shown, words};

#[test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
fn a_person_is_led_from_the_interface_to_the_file_and_again_without_change() {
    let _vcan = Vcan::new("vcan_guide");
    let _car = Node::sending("honda", "vcan_guide", 42.0);
    let system = System::new();
    let root = system.root();
    let arguments = ["--root", &root, "--interface", "vcan_guide", "--listen", "2"];
    let mut person = Person::starts(&arguments);
    person.sees("vcan_guide: virtual, without hardware: for practice; up");
    person.sees("WHEEL_SPEEDS (honda)");
    person.sees("1 honda, Honda Civic 2006-2021, front-wheel drive: fits: its checksum is right");
    person.sees("speed that it gives now: 42.0 km/h");
    person.sees("Which is your car? [1]");
    person.types("");
    person.sees("    can = \"vcan_guide\"");
    person.sees("Write it? [Y/n]");
    assert!(system.is_untouched(), "nothing is written before the answer");
    person.types("y");
    person.sees("enable speed-service.service");
    person.sees("Do that? [Y/n]");
    person.types("");
    let (code, screen) = person.waits();
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("Done. It starts at the next boot."), "{screen}");
    let text = system.text();
    assert!(text.contains("\nvehicle = \"honda\"\ncan = \"vcan_guide\"\n"), "{text}");

    let written = fs::metadata(system.file()).and_then(|meta| meta.modified()).expect("its time");
    let output = alone(&[&arguments[..], &["--yes"]].concat());
    assert!(output.status.success(), "{}", words(&output));
    assert!(words(&output).contains("says so already; it stays as it is"), "{}", words(&output));
    assert_eq!(fs::metadata(system.file()).and_then(|meta| meta.modified()).expect("its time"), written);
    assert_eq!(fs::read_dir(system.file().parent().expect("a folder")).expect("the folder").count(), 1);
}

#[test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
fn another_car_replaces_the_file_and_keeps_what_was_added_by_hand() {
    let _vcan = Vcan::new("vcan_again");
    let _car = Node::sending("simulator", "vcan_again", 42.0);
    let system = System::new();
    fs::create_dir_all(system.file().parent().expect("a folder")).expect("the folder");
    let before = "# by hand\nvehicle = \"honda\" # the old car\npublish_hz = 10\nsimulate = true\n";
    fs::write(system.file(), before).expect("a configuration");
    let output = alone(&["--root", &system.root(), "--interface", "vcan_again", "--listen", "2", "--yes"]);
    assert!(output.status.success(), "{}", words(&output));
    assert_eq!(
        system.text(),
        "# by hand\nvehicle = \"simulator\" # the old car\npublish_hz = 10\ncan = \"vcan_again\"\n"
    );
    let copy = system.file().with_file_name("speed.toml.bak-1");
    assert_eq!(fs::read_to_string(copy).expect("the copy"), before);
}

#[test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
fn without_a_person_a_doubt_writes_nothing() {
    let _vcan = Vcan::new("vcan_doubt");
    let system = System::new();
    let root = system.root();
    let run = |more: &[&str]| {
        let output = alone(
            &[&["--root", &root, "--interface", "vcan_doubt", "--listen", "2", "--yes"], more].concat(),
        );
        assert_eq!(output.status.code(), Some(1), "{}", words(&output));
        assert!(system.is_untouched(), "{}", words(&output));
        words(&output)
    };
    let silence = run(&[]);
    assert!(
        silence.contains("silence at every bit rate") && silence.contains("is the ignition on?"),
        "{silence}"
    );
    {
        let _car = Node::sending("icsim", "vcan_doubt", 42.0);
        let unproven = run(&[]);
        assert!(unproven.contains("profile icsim may fit, but nothing proves it"), "{unproven}");
    }
    {
        let _car = Node::sending("honda", "vcan_doubt", 42.0);
        let output = alone(&["--root", &root, "--interface", "vcan_doubt", "--listen", "2"]);
        assert_eq!(output.status.code(), Some(1), "{}", words(&output));
        assert!(words(&output).contains("there is nobody to answer"), "{}", words(&output));
        assert!(system.is_untouched());
    }
    // Another make's message with Honda's id.
    let mut car = Car::of("honda");
    let mut count = 0_u8;
    let _car = Node::on("vcan_doubt", move || {
        count = count.wrapping_add(1);
        let payload = Payload::new(&[count, 2, 3, 4, 5, 6, 7, count / 3]).expect("8 bytes");
        can_reader::Frame { payload, ..car.frame(42.0) }
    });
    let none = run(&[]);
    assert!(
        none.contains("nothing was written: no profile fits")
            && none.contains("/usr/share/doc/cardash-service/adding-a-vehicle.md.gz"),
        "{none}"
    );
    let contradicted = run(&["--vehicle", "honda"]);
    assert!(contradicted.contains("are not those of vehicle honda"), "{contradicted}");
}

#[test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
fn a_dry_run_writes_nothing_and_shows_all() {
    let _vcan = Vcan::new("vcan_dry");
    let _car = Node::sending("honda", "vcan_dry", 42.0);
    let system = System::new();
    let output =
        alone(&["--root", &system.root(), "--interface", "vcan_dry", "--listen", "2", "--yes", "--dry-run"]);
    assert!(output.status.success(), "{}", words(&output));
    assert!(
        words(&output).contains("    vehicle = \"honda\"\n    can = \"vcan_dry\"\n"),
        "{}",
        words(&output)
    );
    assert!(system.is_untouched());
}

#[test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
fn a_machine_without_can_is_told_what_to_check() {
    // A network namespace of its own, with /sys to show it: there is no CAN interface.
    let script = format!("mount -t sysfs sysfs /sys && exec {} --yes", common::PROGRAM);
    let output = std::process::Command::new("unshare")
        .args(["--net", "--mount", "sh", "-c", &script])
        .output()
        .expect("unshare is installed");
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    for part in [
        "there is no CAN interface",
        "/boot/firmware/config.txt",
        "dmesg",
        "lsusb",
        "/usr/share/doc/cardash-service/raspberry-pi.md.gz",
    ] {
        assert!(words(&output).contains(part), "{part}: {}", words(&output));
    }
}

#[test]
#[ignore = "needs a kernel with slcan: deploy/test can"]
fn the_bit_rate_is_found_without_a_bit_being_sent() {
    let adapter = Adapter::plug("can_rate", 125_000, "honda");
    let system = System::new();
    let output = alone(&["--root", &system.root(), "--interface", "can_rate", "--listen", "2", "--yes"]);
    let said = words(&output);
    assert!(output.status.success(), "{said}");
    for part in ["500 kbit/s     errors only", "250 kbit/s     errors only", "125 kbit/s", "this is it"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(system.text().ends_with("[link]\nbit_rate = 125000\n"), "{}", system.text());
    let asked = adapter.asked();
    let opened: Vec<_> = asked.iter().filter(|word| word.starts_with("open")).collect();
    assert!(opened.len() >= 3 && opened.iter().all(|word| *word == "open listen-only"), "{asked:?}");
    assert!(!asked.iter().any(|word| word.starts_with("frame")), "{asked:?}");
    // Given back: down, and not in the mode that was only for the trial.
    let after = shown("can_rate");
    assert!(after.contains("state DOWN") && !after.contains("LISTEN-ONLY"), "{after}");
    let search = said.split("\nHeard:").next().unwrap_or_default();
    save_transcript("bit-rate", &format!("$ sudo cardash-setup --interface can_rate\n{search}"));
}

#[test]
#[ignore = "needs a kernel with slcan: deploy/test can"]
fn an_interface_that_is_up_is_not_touched() {
    let adapter = Adapter::plug("can_up", 250_000, "honda");
    common::ip("link set can_up up type can bitrate 250000 listen-only on");
    adapter.was_asked("open listen-only");
    let before = adapter.asked().len();
    let system = System::new();
    let output = alone(&["--root", &system.root(), "--interface", "can_up", "--listen", "2", "--yes"]);
    assert!(output.status.success(), "{}", words(&output));
    assert!(words(&output).contains("can_up is up, 250 kbit/s, listen-only already"), "{}", words(&output));
    assert!(system.text().contains("bit_rate = 250000"), "{}", system.text());
    assert_eq!(adapter.asked().len(), before, "{:?}", adapter.asked());
}

#[test]
#[ignore = "needs a kernel with slcan: deploy/test can"]
fn an_interface_that_acknowledges_is_told_first_and_its_file_is_set_right() {
    let adapter = Adapter::plug("can_bench", 250_000, "honda");
    common::ip("link set can_bench up type can bitrate 250000");
    adapter.was_asked("open");
    let system = System::new();
    fs::create_dir(system.file().parent().expect("a folder")).expect("the folder");
    fs::write(
        system.file(),
        "vehicle = \"honda\"\ncan = \"can_bench\"\n[link]\nlisten_only = false # bench\n",
    )
    .expect("a configuration");
    let output = alone(&["--root", &system.root(), "--listen", "2", "--interface", "can_bench", "--yes"]);
    let said = words(&output);
    assert!(output.status.success(), "{said}");
    let first = said.lines().next().unwrap_or_default();
    for part in
        ["It sends no frames", "by listen_only = false in", "can_bench is up and acknowledges frames now"]
    {
        assert!(first.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("sends nothing"), "{said}");
    assert!(
        system.text().ends_with("[link]\nlisten_only = true # bench\nbit_rate = 250000\n"),
        "{}",
        system.text()
    );
}

#[test]
#[ignore = "needs a kernel with slcan: deploy/test can"]
fn ctrl_c_gives_the_interface_back() {
    let adapter = Adapter::plug("can_break", 20_000, "honda");
    let system = System::new();
    let root = system.root();
    let mut person = Person::starts(&["--root", &root, "--interface", "can_break"]);
    person.sees("500 kbit/s     errors only");
    person.interrupts();
    let (code, screen) = person.waits();
    assert_eq!(code, Some(130), "{screen}");
    assert!(screen.contains("interrupted; the CAN interface is as it was before"), "{screen}");
    let after = shown("can_break");
    assert!(after.contains("state DOWN") && !after.contains("LISTEN-ONLY"), "{after}");
    adapter.was_asked("close");
    assert!(system.is_untouched());
}

#[test]
#[ignore = "needs a kernel with slcan: deploy/test can"]
fn a_dry_run_changes_no_interface() {
    let adapter = Adapter::plug("can_dry", 500_000, "honda");
    let system = System::new();
    let output = alone(&["--root", &system.root(), "--interface", "can_dry", "--yes", "--dry-run"]);
    let said = words(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("ip link set can_dry type can bitrate 500000"), "{said}");
    assert_eq!(adapter.asked(), ["interface can_dry"]);
    assert!(system.is_untouched());
}
