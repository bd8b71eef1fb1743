//! The example clients of `interfaces/examples`, as `deploy/checks/build-examples` builds them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// One client, and how it is started.
pub struct Example {
    /// As in the table of docs/dbus-api.md.
    pub name: &'static str,
    /// Folder and command line below `target/compat/interfaces/examples`.
    folder: &'static str,
    line: &'static [&'static str],
    /// The command line that watches the system bus, where there is one.
    system: &'static [&'static str],
    /// Whether it is bound to tell a speed that was there before it looked. A monitor is not: it tells what
    /// is sent after the service has come.
    pub asks_first: bool,
}

/// Clients that ask once and end.
pub const ASKING: [Example; 8] = [
    Example::new("Qt C++, `QDBusInterface::call`", "qt-cpp", &["build/ask"]),
    Example::new("Python, dasbus", "python", &["./speed.py"]),
    Example::new("Rust, `Speed1Proxy`", "rust", &["./speed"]),
    Example::new("C, sd-bus", "c", &["build/speed"]),
    Example::new("`busctl call`", "shell", &["./busctl.sh"]),
    Example::new("`gdbus call`", "shell", &["./gdbus.sh"]),
    Example::new("`dbus-send`", "shell", &["./dbus-send.sh"]),
    Example::new("`qdbus`", "shell", &["./qdbus.sh"]),
];

/// Clients that show the speed for as long as they run.
pub const WATCHING: [Example; 9] = [
    Example::new("Qt C++, `QDBusConnection::connect`", "qt-cpp", &["build/listen"])
        .system(&["build/listen", "system"]),
    Example::new("Qt C++, class of `qdbusxml2cpp`", "qt-cpp-generated", &["build/speed"])
        .system(&["build/speed", "system"]),
    Example::new("QML", "qml", &["build/speed"]).system(&["build/speed", "system"]),
    Example::new("Python, dasbus, `watch`", "python", &["./speed.py", "watch"]).system(&[
        "./speed.py",
        "watch",
        "system",
    ]),
    Example::new("Rust, `Speed1Proxy`, `watch`", "rust", &["./speed", "watch"])
        .system(&["./speed", "watch", "system"]),
    Example::new("C, sd-bus, `watch`", "c", &["build/speed", "watch"]).system(&[
        "build/speed",
        "watch",
        "system",
    ]),
    Example::new("`busctl monitor`", "shell", &["./busctl.sh", "watch"])
        .system(&["./busctl.sh", "--system", "watch"])
        .monitor(),
    Example::new("`gdbus monitor`", "shell", &["./gdbus.sh", "watch"])
        .system(&["./gdbus.sh", "--system", "watch"])
        .monitor(),
    Example::new("`dbus-monitor`", "shell", &["./dbus-send.sh", "watch"])
        .system(&["./dbus-send.sh", "--system", "watch"])
        .monitor(),
];

/// The client that keeps one `QDBusInterface`, and makes another each time to see how long that takes.
pub const QT_PROBE: Example =
    Example::new("Qt C++, one `QDBusInterface` kept", "../../speed-service/tests/compat", &["./qt_probe"]);

impl Example {
    const fn new(name: &'static str, folder: &'static str, line: &'static [&'static str]) -> Self {
        Self { name, folder, line, system: &[], asks_first: true }
    }

    const fn system(mut self, line: &'static [&'static str]) -> Self {
        self.system = line;
        self
    }

    const fn monitor(mut self) -> Self {
        self.asks_first = false;
        self
    }

    /// Its command line, on this session bus.
    pub fn command(&self, address: &str) -> Command {
        let mut command = self.program(self.line);
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
        command
    }

    /// Its command line on this system bus.
    pub fn on_system_bus(&self, address: &str) -> Command {
        assert!(!self.system.is_empty(), "{} has no way to the system bus", self.name);
        let mut command = self.program(self.system);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", address);
        command
    }

    fn program(&self, line: &[&str]) -> Command {
        let folder = built().join("interfaces/examples").join(self.folder);
        let program = folder.join(line[0]);
        assert!(
            program.exists(),
            "{} is not there: `deploy/test compat` installs what the examples need and builds them",
            program.display()
        );
        let mut command = Command::new(program);
        command
            .args(&line[1..])
            .current_dir(folder)
            .env("QT_QPA_PLATFORM", "offscreen")
            .env("QT_QUICK_BACKEND", "software")
            .env_remove("LANGUAGE")
            .env("LC_ALL", "C.UTF-8");
        command
    }
}

fn built() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/compat")
}
