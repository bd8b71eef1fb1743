//! A client's first call starts the unit, by `SystemdService=`, under a real systemd.
//!
//! Needs root, to give systemd namespaces and a cgroup of its own: `deploy/test compat` runs it.

mod common;
mod compat;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use compat::journal::{Journal, PRIVATE, UNSHARE};
use nix::unistd::geteuid;

const FILE: &str = "services/org.cardash.Speed1.service";

#[test]
#[ignore = "needs root and systemd: run `deploy/test compat`"]
fn the_first_call_starts_the_unit_on_dbus_daemon() {
    first_call("dbus.service");
}

#[test]
#[ignore = "needs root, systemd and dbus-broker: run `deploy/test compat`"]
fn the_first_call_starts_the_unit_on_dbus_broker() {
    first_call("dbus-broker.service");
}

fn first_call(bus_service: &str) {
    assert!(geteuid().is_root(), "this test needs root: run `deploy/test compat`");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
    write(
        &at.join("data/dbus-1").join(FILE),
        &fs::read_to_string(ours.join("../deploy/car/dbus").join(FILE)).expect("our file"),
    );
    let unit = format!(
        "[Service]\nType=dbus\nBusName=org.cardash.Speed1\nExecStart={} --config /dev/null --simulate\n",
        env!("CARGO_BIN_EXE_speed-service")
    );
    write(&at.join("config/systemd/user/speed-service.service"), &unit);
    fs::create_dir(at.join("run")).expect("a folder");
    let _journal = Journal::listen(at);

    let group = Cgroup::new(&format!("cardash-test-{}-{bus_service}", std::process::id()));
    let script = ours.join("tests/compat/systemd_user.sh");
    let output = Command::new("timeout")
        .args(["--kill-after=5", "60", "unshare"])
        .args(UNSHARE)
        .args(["--pid", "--fork", "--kill-child", "--mount-proc"])
        // The shell puts itself there before systemd starts, which takes its own group for its root.
        .args(["sh", "-c", &format!("{PRIVATE}echo 0 >\"$1\"/cgroup.procs && shift && exec \"$@\""), "sh"])
        .args([group.path.as_path(), &script, at, Path::new(bus_service)])
        .output()
        .expect("timeout starts");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{bus_service}:\n{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    let line = |name: &str| said.lines().find_map(|line| line.strip_prefix(name)).expect("a line").trim();
    assert_eq!(line("before:"), "inactive");
    let first = line("first call:");
    assert!(
        first.starts_with("i ")
            || first.contains("no valid speed has been seen yet")
            || first.contains("waiting for a few frames"),
        "{first}"
    );
    assert_eq!(line("after:"), "active");
    assert!(line("i ").parse::<i32>().is_ok(), "a number, once there are frames");
    assert_eq!(line("unit's process:"), line("owner's process:"));
    assert_eq!(line("bus:"), bus_service);
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// A group of processes for systemd to be the root of, below the one of this test.
struct Cgroup {
    path: PathBuf,
}

impl Cgroup {
    fn new(name: &str) -> Self {
        let all = fs::read_to_string("/proc/self/cgroup").expect("the groups of this process");
        let named = |prefix: &str| {
            all.lines().find_map(|line| Some(line.split_once(prefix)?.1.trim_start_matches('/').to_owned()))
        };
        let above = match named(":name=systemd:") {
            Some(path) => Path::new("/sys/fs/cgroup/systemd").join(path),
            None => Path::new("/sys/fs/cgroup").join(named("0::").expect("a group")),
        };
        let path = above.join(name);
        fs::create_dir(&path)
            .unwrap_or_else(|e| panic!("{}: {e}: systemd needs a group to itself", path.display()));
        Self { path }
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // The groups that systemd made go first; all of its processes ended with their namespace.
        let _ = Command::new("find").arg(&self.path).args(["-depth", "-type", "d", "-delete"]).status();
    }
}
