//! Programs whose system calls are recorded, for `deploy/checks/no-can-writes` to judge.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Every call by which a process can write to a descriptor, beside those by which it makes and binds sockets. The
/// kernel stops it at these alone (`--seccomp-bpf`), not at each frame that it reads: cheap enough for an emulated
/// machine. A name with ? may be unknown to the machine.
const TRACED: &str = "trace=socket,socketpair,bind,connect,?send,sendto,sendmsg,sendmmsg,write,writev,pwrite64,\
                      pwritev,?pwritev2,sendfile,splice,tee,vmsplice,?copy_file_range,?io_uring_setup,?io_submit";

/// The program itself or, where `CARDASH_TRACE` names a folder, with a record of every system call that
/// could put something on a socket. The process id is the program's either way.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    static TRACES: AtomicU32 = AtomicU32::new(0);
    let Some(folder) = std::env::var_os("CARDASH_TRACE") else { return Command::new(program) };
    let number = TRACES.fetch_add(1, Ordering::Relaxed);
    let record = Path::new(&folder).join(format!("{}-{number}.strace", std::process::id()));
    let mut command = Command::new("strace");
    let options = ["-D", "-f", "--seccomp-bpf", "-y", "-q", "-s", "0", "-e", TRACED, "-o"];
    command.args(options).arg(record).arg("--").arg(program);
    command
}
