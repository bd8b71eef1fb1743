//! The real program as a child process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use interfaces::{BUS_NAME, Speed1Proxy, State};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use test_support::traced;
use zbus::proxy::CacheProperties;
use zbus::{Connection, fdo};

use super::PATIENCE;
use super::bus::Bus;

pub struct Service {
    child: Child,
    stderr: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

/// The program with these arguments, away from this machine's configuration and buses: a test that gives it no
/// `--config` gives it an empty one.
pub fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = traced::command(env!("CARGO_BIN_EXE_speed-service"));
    if !arguments.contains(&"--config") {
        command.args(["--config", "/dev/null"]);
    }
    command.args(arguments);
    let unset = [
        "DBUS_SESSION_BUS_ADDRESS",
        "DBUS_SYSTEM_BUS_ADDRESS",
        "JOURNAL_STREAM",
        "NOTIFY_SOCKET",
        "RUST_LOG",
        "WATCHDOG_PID",
        "WATCHDOG_USEC",
        "XDG_CONFIG_HOME",
    ];
    unset.into_iter().for_each(|name| {
        command.env_remove(name);
    });
    command.env("HOME", home).env("XDG_RUNTIME_DIR", home).stdin(Stdio::null());
    command
}

impl Service {
    /// Starts it; it may not be on the bus yet.
    pub fn start(bus: &Bus, arguments: &[&str]) -> Self {
        let mut command = command(bus.directory.path(), arguments);
        Self::spawn(command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address))
    }

    pub fn spawn(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
        let stderr = Arc::new(Mutex::new(String::new()));
        let (pipe, copy) = (child.stderr.take().expect("its standard error"), Arc::clone(&stderr));
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                let mut all = copy.lock().expect("the copy");
                all.push_str(&line);
                all.push('\n');
            }
        });
        Self { child, stderr, reader: Some(reader) }
    }

    /// Starts it and waits until it has the name.
    pub async fn ready(
        bus: &Bus,
        connection: &Connection,
        arguments: &[&str],
    ) -> (Self, Speed1Proxy<'static>) {
        let mut service = Self::start(bus, arguments);
        let dbus = fdo::DBusProxy::new(connection).await.expect("the bus itself");
        let began = Instant::now();
        let pid = service.child.id();
        loop {
            let name = || BUS_NAME.try_into().expect("a name");
            if dbus.get_connection_unix_process_id(name()).await.is_ok_and(|owner| owner == pid) {
                break;
            }
            let ended = service.child.try_wait().expect("a child");
            assert!(ended.is_none(), "the service ended: {}", service.stderr());
            assert!(began.elapsed() < PATIENCE, "the service did not take its name: {}", service.stderr());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        (service, proxy(connection).await)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// That it has not ended.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }

    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("the service runs");
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> (ExitStatus, String) {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                if let Some(reader) = self.reader.take() {
                    reader.join().expect("standard error is read to its end");
                }
                return (status, self.stderr());
            }
            assert!(began.elapsed() < PATIENCE, "the service does not end: {}", self.stderr());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What it has logged so far.
    pub fn stderr(&self) -> String {
        self.stderr.lock().expect("the copy").clone()
    }

    /// Waits until it has logged this.
    pub async fn logged(&self, text: &str) {
        let began = Instant::now();
        while !self.stderr().contains(text) {
            assert!(began.elapsed() < PATIENCE, "not logged: {text:?}; but: {}", self.stderr());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A proxy that asks anew each time.
pub async fn proxy(connection: &Connection) -> Speed1Proxy<'static> {
    let builder = Speed1Proxy::builder(connection).cache_properties(CacheProperties::No);
    builder.build().await.expect("a proxy")
}

/// Waits until the service is in this state.
pub async fn reached(proxy: &Speed1Proxy<'_>, state: State) {
    let began = Instant::now();
    loop {
        let now = proxy.state().await.expect("State");
        if now == state {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "the state is {now} and not {state}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
