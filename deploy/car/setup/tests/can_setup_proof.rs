//! How a person proves a car whose messages have no checksum, on a real SocketCAN interface: by rolling, and by the dash.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use common::Vcan;
use common::car::Car;
use common::node::Node;
use common::person::Person;
use common::system::System;

/// A car whose driver is told how fast to go.
struct Driven {
    aim_kmh: Arc<AtomicU32>,
    _node: Node,
}

impl Driven {
    /// It goes at this speed, and gets to another at 2 m/s2, as a car does.
    fn on(interface: &str, vehicle: &str, kmh: u32) -> Self {
        let (aim_kmh, mut car, mut kmh) = (Arc::new(AtomicU32::new(kmh)), Car::of(vehicle), f64::from(kmh));
        let aim = Arc::clone(&aim_kmh);
        let node = Node::on(interface, move || {
            let aim = f64::from(aim.load(Ordering::Relaxed));
            kmh += (aim - kmh).clamp(-0.144, 0.144);
            car.frame(kmh)
        });
        Self { aim_kmh, _node: node }
    }

    fn goes(&self, kmh: u32) {
        self.aim_kmh.store(kmh, Ordering::Relaxed);
    }
}

#[test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
fn a_car_without_checksums_is_proven_when_it_rolls() {
    let _vcan = Vcan::new("vcan_roll");
    let car = Driven::on("vcan_roll", "toyota", 0);
    let system = System::new();
    let root = system.root();
    let mut person = Person::starts(&["--root", &root, "--interface", "vcan_roll", "--listen", "2"]);
    person.sees("Nothing proves yet which car this is.");
    person.sees("Listen for 20 s while you roll? [y/N]");
    person.types("y");
    person.sees("Listening for 20 s");
    car.goes(12);
    person.sees("fits: its wheels turn as a car's do");
    person.sees("all wheels together from 0 to ");
    person.sees("Which is your car? [1]");
    person.types("");
    person.sees("Write it? [Y/n]");
    person.types("y");
    person.sees("Do that? [Y/n]");
    person.types("n");
    let (_, screen) = person.waits();
    assert!(system.text().contains("vehicle = \"toyota\""), "{screen}");
}

#[test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
fn a_car_known_from_notes_is_held_against_the_dash() {
    let _vcan = Vcan::new("vcan_dash");
    let car = Driven::on("vcan_dash", "bmw-e46", 20);
    let leads = |system: &System| {
        let root = system.root();
        let mut person = Person::starts(&["--root", &root, "--interface", "vcan_dash", "--listen", "2"]);
        person.sees("Listen for 20 s while you roll? [y/N]");
        person.types("");
        person.sees("Which is your car? [1]");
        person.types("");
        person.sees("is known from public notes only, and nobody has driven with it yet");
        person.sees("What does the dash show, km/h?");
        person
    };

    // Not what the profile says: nothing is written.
    let system = System::new();
    let mut person = leads(&system);
    person.types("40");
    let (code, screen) = person.waits();
    assert_eq!(code, Some(1), "{screen}");
    // Living sensors: 19.9, 20.0 or 20.1.
    let gives = ["19.9", "20.0", "20.1"];
    let said =
        |number: &&str| screen.contains(&format!("the dash shows 40 km/h, and the profile gives {number}"));
    assert!(gives.iter().any(said), "{screen}");
    assert!(system.is_untouched(), "{screen}");

    let mut person = leads(&system);
    person.types("22");
    person.sees("km/h: right.");
    person.sees("And now at another speed, 15 km/h away from 22 or more:");
    person.types("30");
    person.sees("That is too slow, or too near to the other one.");
    car.goes(50);
    std::thread::sleep(std::time::Duration::from_secs(5));
    person.types("53");
    person.sees(" km/h: right.");
    person.sees("Write it? [Y/n]");
    assert!(system.is_untouched());
    person.types("y");
    person.sees("Do that? [Y/n]");
    person.types("n");
    let (_, screen) = person.waits();
    assert!(system.text().contains("vehicle = \"bmw-e46\""), "{screen}");
}
