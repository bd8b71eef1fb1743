//! A `dbus-daemon` of the test's own, which knows no services but those that connect to it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// Without folders of service files: what is installed on the machine is never started.
const CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>ADDRESS</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A running bus; it ends with the test.
#[derive(Debug)]
pub struct Bus {
    daemon: Child,
    /// Its D-Bus address.
    pub address: String,
    /// Its folder, which goes away with it: a place for files of the test, too.
    pub directory: TempDir,
}

impl Bus {
    /// Starts one with a configuration of its own, and waits until it listens.
    #[must_use]
    pub fn start() -> Self {
        let mut bus = Self::listening("unix:path=DIRECTORY/bus");
        // Without the id of this daemon: another may come in its place.
        bus.address = format!("unix:path={}/bus", bus.directory.path().display());
        bus
    }

    /// The same at an address of its own, in which DIRECTORY stands for its folder. [`Bus::address`] is then what the
    /// daemon says, with its id.
    #[must_use]
    pub fn listening(address: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary folder");
        let at = directory.path();
        let text = CONFIG.replace("ADDRESS", address).replace("DIRECTORY", &at.display().to_string());
        std::fs::write(config(at), text).expect("a bus configuration");
        let (daemon, address) = daemon(at);
        Self { daemon, address, directory }
    }

    /// A bus that was started elsewhere.
    #[must_use]
    pub fn adopt(daemon: Child, address: String, directory: TempDir) -> Self {
        Self { daemon, address, directory }
    }

    /// From now on it neither reads nor writes, as a bus that hangs.
    pub fn pause(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Ends [`Bus::pause`].
    pub fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.daemon.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("the daemon runs");
    }

    /// Ends it, and with it every connection.
    pub fn kill(&mut self) {
        self.daemon.kill().expect("the daemon is ours to kill");
        self.daemon.wait().expect("the daemon ends");
    }

    /// A new bus at the old address, in place of one of [`Bus::start`].
    pub fn restart(&mut self) {
        self.kill();
        // It removes its socket only when it ends by itself.
        let _ = std::fs::remove_file(self.directory.path().join("bus"));
        (self.daemon, _) = daemon(self.directory.path());
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        // It may have been killed by the test.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn config(directory: &Path) -> std::path::PathBuf {
    directory.join("bus.conf")
}

/// The daemon, and the address that it prints once it listens.
fn daemon(directory: &Path) -> (Child, String) {
    let mut daemon = Command::new("dbus-daemon")
        .arg(format!("--config-file={}", config(directory).display()))
        .args(["--nofork", "--print-address"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("dbus-daemon starts; if it is missing, install the package dbus-daemon");
    let mut address = String::new();
    let stdout = daemon.stdout.take().expect("its standard output");
    BufReader::new(stdout).read_line(&mut address).expect("the address of the bus");
    let address = address.trim().to_owned();
    assert!(address.starts_with("unix:"), "dbus-daemon printed no address but {address:?}");
    (daemon, address)
}
