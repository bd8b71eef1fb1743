//! The real `speed-service`, which replays a log of a made-up car.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use test_support::car::Car;

use super::Bus;

/// A running service; it is killed with the test.
pub struct Service {
    child: Child,
    _car: Car,
}

impl Service {
    /// Starts it on this bus with a car that holds each speed (km/h) for its time (ms).
    pub fn start(bus: &Bus, drive: &[(f64, u64)]) -> Self {
        let mut at_ms = 0;
        let car = drive.iter().fold(Car::with_four_wheels(), |car, (kmh, for_ms)| {
            let from_ms = at_ms;
            at_ms += for_ms;
            car.steady(from_ms, at_ms, *kmh)
        });
        let replayed = ["--replay", &car.log(), "--vehicle", &car.profile()];
        let child = Self::command(bus).args(replayed).spawn().unwrap();
        Self { child, _car: car }
    }

    /// The same with the simulated car, which says much beside its speed.
    pub fn simulate(bus: &Bus, drive: &str) -> Self {
        let car = Car::with_four_wheels();
        let child = Self::command(bus).args(["--simulate", "--drive", drive]).spawn().unwrap();
        Self { child, _car: car }
    }

    fn command(bus: &Bus) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_dashboard-qml")).with_file_name("speed-service");
        assert!(program.exists(), "{} is missing: cargo build --bin speed-service", program.display());
        let mut command = Command::new(program);
        // Nothing of this machine's configuration.
        command.args(["--config", "/dev/null"]).env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
