//! The journal that dbus-broker must have: systemd's where it runs, else one of our own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use nix::unistd::geteuid;

const SOCKET: &str = "/run/systemd/journal/socket";

/// `unshare` with a mount namespace whose mounts nobody else sees. Where the root is no mount (a chroot),
/// it cannot be made private, and must be already.
pub const UNSHARE: [&str; 3] = ["--mount", "--propagation", "unchanged"];

/// The shell's part of it.
pub const PRIVATE: &str = "if ! mount --make-rprivate / 2>/dev/null && grep -q ' shared:' /proc/self/mountinfo; \
     then echo 'mounts made here would be seen elsewhere' >&2; exit 1; fi; ";

/// What was written to the journal.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    messages: Arc<Mutex<Vec<String>>>,
}

impl Journal {
    /// A journal at `folder`/systemd/journal/socket.
    pub fn listen(folder: &Path) -> Self {
        let place = folder.join("systemd/journal");
        fs::create_dir_all(&place).expect("a folder");
        let place = place.join("socket");
        let socket = UnixDatagram::bind(&place).expect("a socket");
        // As systemd has it: newer dbus-brokers open it as the user of the bus.
        fs::set_permissions(&place, fs::Permissions::from_mode(0o666)).expect("ours");
        let journal = Self::default();
        let messages = Arc::clone(&journal.messages);
        std::thread::spawn(move || {
            let mut entry = vec![0; 1 << 16];
            while let Ok(length) = socket.recv(&mut entry) {
                let entry = String::from_utf8_lossy(&entry[..length]);
                let found = entry.lines().filter_map(|line| line.strip_prefix("MESSAGE="));
                messages.lock().expect("the messages").extend(found.map(str::to_owned));
            }
        });
        journal
    }

    /// Everything so far.
    pub fn messages(&self) -> Vec<String> {
        self.messages.lock().expect("the messages").clone()
    }
}

/// A `systemd-socket-activate` whose program finds a journal: dbus-broker-launch does not start without.
/// Where systemd does not run, that takes root, to mount one for this program alone.
pub fn beside(folder: &Path) -> (Command, Option<Journal>) {
    if Path::new(SOCKET).exists() {
        return (Command::new("systemd-socket-activate"), None);
    }
    assert!(
        geteuid().is_root(),
        "dbus-broker needs the socket {SOCKET}; without systemd this test must run as root to make one"
    );
    let journal = Journal::listen(folder);
    let mut command = Command::new("unshare");
    command.args(UNSHARE).args(["sh", "-c"]);
    let mount = format!(
        "{PRIVATE}mount -t tmpfs tmpfs /run && mkdir /run/systemd && mount --bind '{}/systemd' /run/systemd && \
         exec systemd-socket-activate \"$@\"",
        folder.display()
    );
    command.arg(mount).arg("sh");
    (command, Some(journal))
}
