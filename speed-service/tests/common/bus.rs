//! A `dbus-daemon` of the test's own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use zbus::Connection;

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

pub struct Bus {
    daemon: Child,
    pub address: String,
    pub directory: TempDir,
}

impl Bus {
    pub fn start() -> Self {
        Self::listening("unix:dir=DIRECTORY")
    }

    /// At an address of its own, in which DIRECTORY stands for its folder.
    pub fn listening(address: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary folder");
        let config = directory.path().join("bus.conf");
        let text = CONFIG.replace("ADDRESS", address);
        std::fs::write(&config, text.replace("DIRECTORY", &directory.path().display().to_string()))
            .expect("a bus configuration");
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
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
        Self { daemon, address, directory }
    }

    /// A bus that was started elsewhere.
    pub fn adopt(daemon: Child, address: String, directory: TempDir) -> Self {
        Self { daemon, address, directory }
    }

    pub async fn connect(&self) -> Connection {
        let opened = interfaces::connection::open(&self.address, |builder| builder).await;
        opened.expect("a connection to the private bus")
    }

    /// From now on it neither reads nor writes, as a bus that hangs.
    pub fn pause(&self) {
        self.signal(Signal::SIGSTOP);
    }

    pub fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.daemon.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("the daemon runs");
    }

    pub fn kill(&mut self) {
        self.daemon.kill().expect("the daemon is ours to kill");
        self.daemon.wait().expect("the daemon ends");
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        // It may have been killed by the test.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
