//! A person at a terminal: a pseudo-terminal, on which questions are awaited and answers typed.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use test_support::traced;

use super::{PATIENCE, PROGRAM};

pub struct Person {
    child: Child,
    keyboard: File,
    screen: Arc<Mutex<String>>,
    /// How much of the screen has been read.
    read: usize,
}

impl Person {
    /// Starts the program.
    pub fn starts(arguments: &[&str]) -> Self {
        let pty = openpty(None, None).expect("a pseudo-terminal");
        let end = || File::from(pty.slave.try_clone().expect("its other end"));
        let child = traced::command(PROGRAM)
            .args(arguments)
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .expect("the program");
        drop(pty.slave);
        let keyboard = File::from(pty.master);
        let mut from = keyboard.try_clone().expect("a second handle");
        let screen = Arc::new(Mutex::new(String::new()));
        let shown = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Ends with an error when the program has ended.
            while let Ok(count @ 1..) = from.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..count]).replace('\r', "");
                shown.lock().expect("the screen").push_str(&text);
            }
        });
        Self { child, keyboard, screen, read: 0 }
    }

    /// Waits until this is on the screen, after what was awaited before.
    pub fn sees(&mut self, words: &str) {
        let began = Instant::now();
        loop {
            let screen = self.screen();
            if let Some(at) = screen[self.read..].find(words) {
                self.read += at + words.len();
                return;
            }
            assert!(began.elapsed() < PATIENCE, "no {words:?} on the screen:\n{screen}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// Types a line.
    pub fn types(&mut self, line: &str) {
        writeln!(self.keyboard, "{line}").expect("the terminal takes it");
    }

    /// Ctrl-C, as the terminal makes it for the program in front.
    pub fn interrupts(&self) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), Signal::SIGINT).expect("it runs");
    }

    /// Waits for its end; its exit code and all that was on the screen.
    pub fn waits(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().expect("a child");
        // What it said last may still be on its way to the screen.
        std::thread::sleep(std::time::Duration::from_millis(200));
        (status.code(), self.screen())
    }

    pub fn screen(&self) -> String {
        self.screen.lock().expect("the screen").clone()
    }
}
