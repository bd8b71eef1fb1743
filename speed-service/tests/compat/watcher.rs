//! A client of other people's making that shows the speed for as long as it runs.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::common::PATIENCE;

/// A running client and the lines that it has printed.
pub struct Watcher {
    pub name: &'static str,
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    taken: usize,
}

impl Watcher {
    /// Starts it; what it prints on either output counts, less the marks of QML's console.
    pub fn start(name: &'static str, mut command: Command) -> Self {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        command
            .stdin(Stdio::null())
            .stderr(writer.try_clone().expect("a pipe"))
            .stdout(writer)
            // A shell script's parts end with it.
            .process_group(0);
        let child = command.spawn().unwrap_or_else(|e| panic!("{name} does not start: {e}"));
        drop(command);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let copy = Arc::clone(&lines);
        std::thread::spawn(move || {
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                let line = line.strip_prefix("qml: ").unwrap_or(&line).trim_end().to_owned();
                copy.lock().expect("the lines").push(line);
            }
        });
        Self { name, child, lines, taken: 0 }
    }

    /// Waits until `enough` of the lines that were not taken yet, and takes them.
    pub fn take_until(&mut self, what: &str, enough: impl Fn(&[String]) -> bool) -> Vec<String> {
        let began = Instant::now();
        loop {
            let fresh = self.fresh();
            if enough(&fresh) {
                self.taken += fresh.len();
                return fresh;
            }
            let last = &fresh[fresh.len().saturating_sub(20)..];
            assert!(began.elapsed() < PATIENCE, "{} never came to show {what}, but: {last:?}", self.name);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Lines that were not taken yet.
    pub fn fresh(&self) -> Vec<String> {
        self.lines.lock().expect("the lines")[self.taken..].to_vec()
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_some()
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        if let Ok(pid) = i32::try_from(self.child.id()) {
            // It may have ended by itself.
            let _ = killpg(Pid::from_raw(pid), Signal::SIGKILL);
        }
        let _ = self.child.wait();
    }
}
