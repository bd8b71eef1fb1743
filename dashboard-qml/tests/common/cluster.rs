//! The real cluster, offscreen, and what its screen says.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::PATIENCE;

/// One line of `--remote`.
#[derive(Clone, Debug, Deserialize)]
pub struct Screen {
    pub event: String,
    pub digits: String,
    pub banner: String,
    pub mark: bool,
    pub state: String,
    pub service: bool,
    pub needle: f64,
    pub parked: bool,
    pub night: bool,
    pub dark: bool,
    pub size: String,
    pub debug: String,
    pub car: serde_json::Value,
    #[serde(default)]
    pub saved: bool,
}

impl Screen {
    pub fn has_number(&self) -> bool {
        self.digits != "no speed"
    }
}

pub struct Cluster {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<(Instant, Screen)>,
}

impl Cluster {
    /// Starts the cluster with these options, offscreen.
    pub fn start(options: &[&str]) -> Self {
        Self::run(command(), options)
    }

    pub fn run(mut command: Command, options: &[&str]) -> Self {
        command.args(["--no-sweep", "--theme", "night"]);
        Self::as_asked(command, options)
    }

    /// With nothing that is not in `options`.
    pub fn as_asked(mut command: Command, options: &[&str]) -> Self {
        let mut child = command
            .arg("--remote")
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let screen = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
                if sender.send((Instant::now(), screen)).is_err() {
                    return;
                }
            }
        });
        Self { stdin: child.stdin.take(), child, lines }
    }

    /// Waits for a report that fits; when it came.
    pub fn wait_for(&self, what: &str, fits: impl Fn(&Screen) -> bool) -> (Instant, Screen) {
        let until = Instant::now() + PATIENCE;
        let mut last = None;
        while let Ok((at, screen)) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            if fits(&screen) {
                return (at, screen);
            }
            last = Some(screen);
        }
        panic!("the screen never showed {what}; the last report was {last:?}");
    }

    /// Fails if a report fits within this time, or if the cluster ends.
    pub fn never(&mut self, what: &str, within: Duration, fits: impl Fn(&Screen) -> bool) {
        let until = Instant::now() + within;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok((_, screen)) => assert!(!fits(&screen), "the screen showed {what}: {screen:?}"),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => panic!("the cluster has ended: {:?}", self.wait()),
            }
        }
        assert!(!fits(&self.screen()), "the screen shows {what}");
    }

    pub fn command(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// What is on the screen now.
    pub fn screen(&mut self) -> Screen {
        while self.lines.try_recv().is_ok() {}
        self.command("screen");
        self.wait_for("an answer", |screen| screen.event == "screen").1
    }

    /// Asks until the screen fits.
    pub fn wait_for_asking(&mut self, what: &str, fits: impl Fn(&Screen) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !fits(&self.screen()) {
            assert!(Instant::now() < until, "the screen never showed {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Saves the screen.
    pub fn shoot(&mut self, file: &Path) {
        self.command(&format!("shot {}", file.display()));
        assert!(self.wait_for("the image saved", |screen| screen.event == "shot").1.saved);
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn wait(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "the cluster does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The cluster with no screen and nobody's settings.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dashboard-qml"));
    command
        .env("QT_QPA_PLATFORM", "offscreen")
        .env("QT_QUICK_BACKEND", "software")
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .env("TZ", "UTC")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("XDG_RUNTIME_DIR");
    command
}
