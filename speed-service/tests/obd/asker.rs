//! `cardash-obd`, with every call by which it could write recorded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::common::PATIENCE;

pub const CONSENT: &str = "vehicle = \"obd\"\ncan = \"IFACE\"\n[obd]\nask = true\n";

/// Everything by which a process can write, and the making of sockets.
const TRACED: &str = "trace=socket,socketpair,bind,?send,sendto,sendmsg,sendmmsg,write,writev,pwrite64,pwritev,?pwritev2,sendfile,splice,\
                      tee,vmsplice,?copy_file_range,?io_uring_setup,?io_submit";

/// The real program in a mount namespace of its own, in which /etc has this one file: there is no option and no variable that would
/// lead it elsewhere.
pub struct Asker {
    folder: tempfile::TempDir,
    child: Option<Child>,
}

impl Asker {
    /// `name`: that of its record, `NAME.strace`.
    pub fn start(name: &str, configuration: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("speed.toml"), configuration).expect("the configuration");
        let program = Path::new(env!("CARGO_BIN_EXE_speed-service")).with_file_name("cardash-obd");
        assert!(program.exists(), "no {}: cargo build --bin cardash-obd", program.display());
        let within = "mount -t tmpfs none /etc && mkdir /etc/cardash && mount --bind \"$1\" /etc/cardash && shift && exec \"$@\"";
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", within, "sh"]).arg(folder.path());
        command.args([
            "strace",
            "-D",
            "-f",
            "--seccomp-bpf",
            "-y",
            "-q",
            "-ttt",
            "-xx",
            "-s",
            "64",
            "-e",
            TRACED,
            "-o",
        ]);
        command.arg(records().join(format!("{name}.strace"))).arg("--").arg(program).args(arguments);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Self { folder, child: Some(child.expect("util-linux and strace are installed")) }
    }

    pub fn on(name: &str, interface: &str) -> Self {
        Self::start(name, &CONSENT.replace("IFACE", interface), &[])
    }

    /// The owner changes the file.
    pub fn says(&self, configuration: &str) {
        fs::write(self.folder.path().join("speed.toml"), configuration).expect("the configuration");
    }

    /// Waits for its end.
    pub fn ends(mut self) -> Output {
        let mut child = self.child.take().expect("it was started");
        let began = Instant::now();
        while child.try_wait().expect("a child").is_none() {
            assert!(began.elapsed() < PATIENCE, "it goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
        child.wait_with_output().expect("a child")
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        let Some(child) = self.child.as_mut() else { return };
        let pid = i32::try_from(child.id()).expect("a process id");
        // The program's own: strace -D runs beside it.
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGTERM);
        let _ = child.wait();
    }
}

/// Where the records go.
pub fn records() -> PathBuf {
    std::env::var_os("CARDASH_OBD_RECORDS").map_or_else(std::env::temp_dir, PathBuf::from)
}

pub fn log_of(name: &str) -> PathBuf {
    records().join(format!("{name}.log"))
}
