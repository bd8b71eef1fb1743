//! Session buses with their stock configuration, of both makes.

use std::fmt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::journal::{self, Journal};
use crate::common::PATIENCE;
use crate::common::bus::Bus;

/// Who wrote the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// The reference implementation, which Debian and Raspberry Pi OS use.
    DbusDaemon,
    /// The one of Fedora and Arch.
    DbusBroker,
}

impl fmt::Display for Make {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DbusDaemon => "dbus-daemon",
            Self::DbusBroker => "dbus-broker",
        })
    }
}

/// A session bus, as the distribution configures it.
pub fn session(make: Make) -> (Bus, Option<Journal>) {
    let directory = tempfile::tempdir().expect("a temporary folder");
    match make {
        Make::DbusDaemon => (dbus_daemon(directory, |_| ()), None),
        Make::DbusBroker => {
            let (mut command, journal) = journal::beside(directory.path());
            let (socket, address) = place(&directory);
            command.arg("-E").arg(format!("DBUS_SESSION_BUS_ADDRESS={address}"));
            command.arg("-E").arg(format!("XDG_RUNTIME_DIR={}", directory.path().display()));
            command.arg("-l").arg(socket).args(["dbus-broker-launch", "--scope", "user"]);
            (started(&mut command, directory), journal)
        }
    }
}

/// A dbus-daemon with the stock configuration of a session, in this folder; its command line changed as told.
pub fn dbus_daemon(directory: TempDir, change: impl FnOnce(&mut Command)) -> Bus {
    let mut command = Command::new("dbus-daemon");
    command.args(["--session", "--nofork", "--nopidfile", "--nosyslog"]);
    command.arg(format!("--address={}", place(&directory).1));
    change(&mut command);
    started(&mut command, directory)
}

/// Socket and address of the bus in a folder.
fn place(directory: &TempDir) -> (PathBuf, String) {
    let socket = directory.path().join("bus");
    let address = format!("unix:path={}", socket.display());
    (socket, address)
}

fn started(command: &mut Command, directory: TempDir) -> Bus {
    let daemon = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|e| panic!("{command:?} does not start ({e}): `deploy/test compat` installs it"));
    let (socket, address) = place(&directory);
    listening(&socket);
    Bus::adopt(daemon, address, directory)
}

/// Waits until somebody listens at this socket.
pub fn listening(socket: &std::path::Path) {
    let began = Instant::now();
    // Only looked at: a first connection is what starts dbus-broker.
    while !socket.exists() {
        assert!(began.elapsed() < PATIENCE, "no bus listens at {}", socket.display());
        std::thread::sleep(Duration::from_millis(10));
    }
    while UnixStream::connect(socket).is_err() {
        assert!(began.elapsed() < PATIENCE, "the bus at {} answers nobody", socket.display());
        std::thread::sleep(Duration::from_millis(10));
    }
}
