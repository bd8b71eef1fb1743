//! A private system bus with the distribution's own configuration, to which Cardash's files were added
//! where a package puts them. Needs root, to give the bus file systems of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use nix::unistd::geteuid;
use tempfile::TempDir;

use super::bus::{Make, listening};
use super::journal::{Journal, PRIVATE, UNSHARE};

/// The service's own user, who exists on this bus only.
pub const CARDASH: &str = "61000";
/// Somebody else without privileges: Debian's nobody.
pub const NOBODY: &str = "65534";
/// The user of the cluster, who exists on this bus only.
pub const KIOSK: &str = "61001";
/// Root, who is anybody here.
pub const ROOT: &str = "0";

pub struct SystemBus {
    daemon: Child,
    log: Arc<Mutex<Vec<String>>>,
    journal: Journal,
    folder: TempDir,
}

impl SystemBus {
    pub fn start(make: Make) -> Self {
        Self::with(make, |_| ())
    }

    /// One that lets everybody send everything to the service: what it refuses itself is seen.
    pub fn open(make: Make) -> Self {
        Self::with(make, |policies| {
            let policy = "<busconfig><policy context=\"mandatory\"><allow send_destination=\"org.cardash.Speed1\"/>\
                          </policy></busconfig>";
            fs::write(policies.join("zz-open.conf"), policy).expect("a policy");
        })
    }

    fn with(make: Make, change: impl FnOnce(&Path)) -> Self {
        assert!(geteuid().is_root(), "this test needs root, for a second user: run `deploy/test compat`");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        fs::set_permissions(at, fs::Permissions::from_mode(0o755)).expect("ours");
        install(at);
        change(&at.join("dbus-1/system.d"));
        let journal = Journal::listen(at);
        fs::create_dir(at.join("run")).expect("a folder");
        let (dbus, systemd) = (at.join("run"), at.join("systemd"));
        let (share, passwd, group) = (at.join("dbus-1"), at.join("passwd"), at.join("group"));
        let mount = format!(
            "{PRIVATE}mount -t tmpfs tmpfs /run && mkdir /run/dbus /run/systemd && \
             mount --bind {} /run/dbus && mount --bind {} /run/systemd && \
             mount --bind {} /usr/share/dbus-1 && mount --bind {} /etc/passwd && mount --bind {} /etc/group && \
             exec \"$@\"",
            dbus.display(),
            systemd.display(),
            share.display(),
            passwd.display(),
            group.display(),
        );
        let mut command = Command::new("unshare");
        command.args(UNSHARE).args(["sh", "-c", &mount, "sh"]);
        match make {
            Make::DbusDaemon => command.args(["dbus-daemon", "--system", "--nofork", "--nosyslog"]),
            Make::DbusBroker => command.args([
                "systemd-socket-activate",
                "-l",
                "/run/dbus/system_bus_socket",
                "dbus-broker-launch",
                "--scope",
                "system",
            ]),
        };
        let mut daemon = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("unshare starts");
        let log = Arc::new(Mutex::new(Vec::new()));
        let (pipe, copy) = (daemon.stderr.take().expect("its standard error"), Arc::clone(&log));
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                copy.lock().expect("the log").push(line);
            }
        });
        let socket = dbus.join("system_bus_socket");
        listening(&socket);
        // As systemd's dbus.socket has it.
        fs::set_permissions(&socket, fs::Permissions::from_mode(0o666)).expect("ours");
        Self { daemon, log, journal, folder }
    }

    pub fn address(&self) -> String {
        format!("unix:path={}", self.folder.path().join("run/system_bus_socket").display())
    }

    /// The copy of the speed service that others than root may run.
    pub fn program(&self) -> PathBuf {
        self.folder.path().join("speed-service")
    }

    /// A command line that runs as this user, on this bus.
    pub fn command(&self, user: &str, line: &[&str]) -> Command {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", user, "--regid", user, "--clear-groups"])
            .args(line)
            .env("DBUS_SYSTEM_BUS_ADDRESS", self.address())
            .env("HOME", "/nonexistent")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("XDG_CONFIG_HOME")
            .current_dir("/")
            .stdin(Stdio::null());
        command
    }

    /// The same for a program that asks who the users of this bus are.
    pub fn command_among_users(&self, user: &str, line: &[&str]) -> Command {
        let inner = self.command(user, line);
        let mount = format!(
            "mount --bind {} /etc/passwd && exec \"$@\"",
            self.folder.path().join("passwd").display()
        );
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", &mount, "sh"]).arg(inner.get_program()).args(inner.get_args());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    /// Runs a command line to its end.
    pub fn run(&self, user: &str, line: &[&str]) -> Output {
        self.command(user, line).output().expect("setpriv starts")
    }

    /// What the bus has said so far, wherever it says it.
    pub fn words(&self) -> Vec<String> {
        let mut words = self.log.lock().expect("the log").clone();
        words.extend(self.journal.messages());
        words
    }
}

impl Drop for SystemBus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// A copy of /usr/share/dbus-1 with our files in it, of the list of users with ours in it, and the program
/// where everybody may run it.
fn install(at: &Path) {
    let status = Command::new("cp")
        .args(["-r", "/usr/share/dbus-1"])
        .arg(at.join("dbus-1"))
        .status()
        .expect("cp starts");
    assert!(status.success(), "/usr/share/dbus-1 can be copied");
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/car/dbus");
    let program = at.join("speed-service");
    fs::copy(env!("CARGO_BIN_EXE_speed-service"), &program).expect("a copy of the program");
    for name in [
        "system.d/org.cardash.Speed1.conf",
        "system.d/org.cardash.Odometer1.conf",
        "system-services/org.cardash.Speed1.service",
    ] {
        let mut text = fs::read_to_string(ours.join(name)).expect("our file");
        if name.ends_with(".service") {
            text = exec_here(&text, &program, "--bus system");
        }
        fs::create_dir_all(at.join("dbus-1").join(name).parent().expect("a folder")).expect("a folder");
        fs::write(at.join("dbus-1").join(name), text).expect("a copy of our file");
    }
    for (name, line) in [
        (
            "passwd",
            format!(
                "cardash:x:{CARDASH}:{CARDASH}::/nonexistent:/usr/sbin/nologin\n\
                 cardash-kiosk:x:{KIOSK}:{KIOSK}::/nonexistent:/usr/sbin/nologin\n"
            ),
        ),
        ("group", format!("cardash:x:{CARDASH}:\ncardash-kiosk:x:{KIOSK}:\n")),
    ] {
        let all = fs::read_to_string(Path::new("/etc").join(name)).expect("the users");
        let mut others: String = all
            .lines()
            .filter(|line| !line.starts_with("cardash:") && !line.starts_with("cardash-kiosk:"))
            .map(|line| format!("{line}\n"))
            .collect();
        others.push_str(&line);
        fs::write(at.join(name), others).expect("a copy of the users");
    }
}

/// The text of a D-Bus service file with the program of this build, simulating, in place of the installed one.
pub fn exec_here(text: &str, program: &Path, options: &str) -> String {
    let installed = format!("Exec=/usr/bin/speed-service {options}\n");
    assert_eq!(text.matches(&installed).count(), 1, "the file must have the line {installed}");
    text.replace(
        &installed,
        &format!("Exec={} {options} --config /dev/null --simulate --rate 10\n", program.display()),
    )
}
