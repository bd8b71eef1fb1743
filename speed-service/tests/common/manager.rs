//! The test as the service manager: it hears what the program says by sd_notify(3).

use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::Duration;

use super::PATIENCE;
use super::bus::Bus;
use super::service::{Service, command};

/// What `WatchdogSec=` would be in the unit.
pub const WATCHDOG: Duration = Duration::from_millis(400);

pub struct Manager {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Manager {
    pub fn on(bus: &Bus) -> Self {
        let path = bus.directory.path().join("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        Self { socket, path }
    }

    /// Starts the service as a unit with `WatchdogSec=` and `variables` is started.
    pub fn start(&self, bus: &Bus, variables: &[(&str, &str)], arguments: &[&str]) -> Service {
        let mut command = command(bus.directory.path(), arguments);
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
            .env("NOTIFY_SOCKET", &self.path)
            .env("WATCHDOG_USEC", WATCHDOG.as_micros().to_string())
            .envs(variables.iter().copied());
        Service::spawn(&mut command)
    }

    /// The next message, or `None` after so long without one.
    pub fn heard(&self, patience: Duration) -> Option<String> {
        self.socket.set_read_timeout(Some(patience)).expect("a time limit");
        let mut message = [0; 4096];
        let length = self.socket.recv(&mut message).ok()?;
        Some(String::from_utf8_lossy(&message[..length]).into_owned())
    }

    /// The next message with these words.
    pub fn hears(&self, words: &str) -> String {
        let mut before = Vec::new();
        loop {
            let message = self.heard(PATIENCE).unwrap_or_else(|| panic!("no {words:?} after {before:?}"));
            if message.contains(words) {
                return message;
            }
            before.push(message);
        }
    }

    /// Everything that waits to be read.
    pub fn drain(&self) -> Vec<String> {
        std::iter::from_fn(|| self.heard(Duration::from_millis(1))).collect()
    }
}
