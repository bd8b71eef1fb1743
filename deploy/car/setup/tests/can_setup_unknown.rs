//! The whole way of a car that no profile knows, on a real SocketCAN interface: a person drives as he is told, types what he sees, and the
//! service gives the right speed from what was found. `deploy/can-tests setup` records what both programs write meanwhile: nothing to CAN.

mod common;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use can_reader::dbc::Database;
use common::node::Node;
use common::person::Person;
use common::stranger::Stranger;
use common::system::System;
use common::{PATIENCE, PROGRAM, Vcan, save_transcript};
use test_support::bus::Bus;
use test_support::traced;

/// The car on the bus, with its driver.
struct Driven {
    car: Arc<Mutex<Stranger>>,
    _node: Node,
}

impl Driven {
    fn on(interface: &str, car: Stranger) -> Self {
        let car = Arc::new(Mutex::new(car));
        let driven = Arc::clone(&car);
        let node =
            Node::of_all(interface, move || driven.lock().unwrap_or_else(PoisonError::into_inner).step());
        Self { car, _node: node }
    }

    /// Until it goes at this speed, km/h, and through this bend, 1/m.
    fn goes(&self, kmh: f64, curvature: f64) {
        {
            let mut car = self.car.lock().expect("the car");
            (car.aim_kmh, car.aim_curvature) = (kmh, curvature);
        }
        let began = Instant::now();
        loop {
            let car = self.car.lock().expect("the car").clone();
            if (car.kmh - kmh).abs() < 0.01 && (car.curvature - curvature).abs() < 1e-6 {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "it does not get to {kmh} km/h: {car:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The same, and so for some seconds.
    fn holds(&self, kmh: f64, curvature: f64, seconds: u64) {
        self.goes(kmh, curvature);
        std::thread::sleep(Duration::from_secs(seconds));
    }
}

/// The service, as it is started at the end; it ends with the test.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// km/h, as any client gets it; the words of busctl while there is none.
fn speed(bus: &Bus) -> Result<i32, String> {
    let object = ["org.cardash.Speed1", "/org/cardash/Speed1", "org.cardash.Speed1"];
    let output = Command::new("busctl")
        .arg(format!("--address={}", bus.address))
        .arg("call")
        .args(object)
        .arg("getSpeed")
        .output()
        .expect("busctl is installed");
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let number = said.strip_prefix("i ").and_then(|number| number.parse().ok());
    number.ok_or_else(|| format!("{said}{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
fn a_mechanic_is_led_from_an_unknown_car_to_its_speed() {
    let screen = lead("vcan_found", Stranger::default(), [30.0, 55.0, 10.0]);
    save_transcript("unknown", &format!("$ sudo cardash-setup --interface vcan_found\n{screen}"));
}

/// The same, where nobody who wrote this program chose the layout. `CARDASH_SEED` is another one.
#[test]
#[ignore = "needs a kernel with vcan, ../shared/tools/discover and Python with numpy: deploy/can-tests setup"]
fn the_layout_of_the_scorers_tool_is_found_too() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("drive.log"), Stranger::default().log()).expect("written");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seed = std::env::var("CARDASH_SEED").unwrap_or_else(|_| "15".to_owned());
    let python = std::env::var("CARDASH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(python)
        .arg(here.join("tests/common/relayout.py"))
        .arg(here.join("../../../../shared/tools/discover"))
        .args(["drive.log", &seed])
        .current_dir(folder.path())
        .output()
        .expect("python3");
    assert!(output.status.success(), "{output:?}");
    println!("the layout of seed {seed}:\n{}", String::from_utf8_lossy(&output.stdout));
    let moved = Database::parse("moved.dbc", &output.stdout).expect("a layout");
    let mut car = Stranger::default();
    car.moved = Some(moved);
    // No faster than the drive was: bits of a number that never changed in it are not known to be its own.
    lead("vcan_moved", car, [30.0, 38.0, 10.0]);
}

/// The whole way, and the service at these speeds, km/h, with what came of it; what was on the screen.
fn lead(interface: &'static str, car: Stranger, speeds: [f64; 3]) -> String {
    let _vcan = Vcan::new(interface);
    let car = Driven::on(interface, car);
    let system = System::new();
    let root = system.root();
    let mut person = Person::starts(&["--root", &root, "--interface", interface]);
    person.sees("Find them now? [Y/n]");
    person.types("");
    person.sees("1 of 6: stand");
    person.types("");
    person.sees("2 of 6: drive off");
    car.holds(20.0, 0.0, 3);
    person.types("20");
    person.sees("3 of 6: faster");
    car.holds(40.0, 0.0, 3);
    person.types("40");
    person.sees("4 of 6: a tight bend to the left");
    car.goes(15.0, 0.0);
    person.types("");
    person.sees("Enter when the car goes straight again.");
    car.holds(15.0, 0.12, 3);
    car.goes(15.0, 0.0);
    person.types("");
    person.sees("5 of 6: a tight bend to the right");
    person.types("");
    person.sees("Enter when the car goes straight again.");
    car.holds(15.0, -0.12, 3);
    car.goes(15.0, 0.0);
    person.types("");
    person.sees("6 of 6: brake, and stand.");
    car.goes(0.0, 0.0);
    person.types("");
    person.sees("Found 4 wheel speeds");
    person.sees("With it, on the same drive: ");
    person.sees("Press Enter and drive off");
    assert!(system.is_untouched(), "nothing is written before the answer");
    person.types("");
    car.holds(30.0, 0.0, 1);
    person.sees("What does the dash show, km/h?");
    person.types("31");
    person.sees("km/h: right.");
    person.sees("How sure this is:");
    person.sees("Write these files, and have this profile give the speed? [y/N]");
    assert!(system.is_untouched(), "nothing is written before the answer");
    person.types("y");
    person.sees("Do that? [Y/n]");
    person.types("");
    let (code, screen) = person.waits();
    assert_eq!(code, Some(0), "{screen}");
    assert!(!screen.contains("In doubt"), "{screen}");
    let text = system.text();
    let lines = format!("\nvehicle = \"vehicles/mycar.toml\"\ncan = \"{interface}\"\n");
    assert!(text.contains(&lines), "{text}");
    let screen = screen.replace(&format!("--root={root}"), "--root=/").replace(&root, "");

    // The service itself, on the same bus, by the very file that was written.
    let bus = Bus::start();
    let configuration = system.file().display().to_string();
    let service = traced::command(Path::new(PROGRAM).with_file_name("speed-service"))
        .args(["--config", &configuration, "--bus", "session"])
        .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
        .stderr(Stdio::null())
        .spawn();
    let _service = Service(service.expect("speed-service is built beside this program"));
    for kmh in speeds {
        car.goes(kmh, 0.0);
        let began = Instant::now();
        loop {
            match speed(&bus) {
                Ok(given) if (f64::from(given) - kmh).abs() <= 1.5 => break,
                other => assert!(
                    began.elapsed() < PATIENCE,
                    "the car goes at {kmh} km/h, and the service: {other:?}"
                ),
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    screen
}

#[test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
fn who_ends_it_on_the_way_has_changed_nothing() {
    let _vcan = Vcan::new("vcan_ended");
    let car = Driven::on("vcan_ended", Stranger::default());
    let system = System::new();
    let root = system.root();
    let arguments = ["--root", &root, "--interface", "vcan_ended", "--listen", "1", "--unknown"];
    // Who does not want to drive.
    let mut person = Person::starts(&arguments);
    person.sees("Find them now? [Y/n]");
    person.types("n");
    let (code, screen) = person.waits();
    assert_eq!(code, Some(1), "{screen}");
    assert!(screen.contains("nothing was written: no profile fits"), "{screen}");
    // Ctrl-C on the road.
    let mut person = Person::starts(&arguments);
    person.sees("Find them now? [Y/n]");
    person.types("");
    person.sees("1 of 6: stand");
    person.types("");
    person.sees("2 of 6: drive off");
    person.interrupts();
    let (code, screen) = person.waits();
    assert_eq!(code, Some(130), "{screen}");
    assert!(system.is_untouched(), "{screen}");
    drop(car);
}
