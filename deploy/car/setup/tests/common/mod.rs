//! What the tests of the real program share.
#![allow(dead_code, reason = "no test file uses all of it")]

pub mod adapter;
pub mod car;
pub mod node;
pub mod person;
pub mod stranger;
pub mod system;

use std::process::{Command, Output};
use std::time::Duration;

/// Longer than anything takes, in an emulated machine too.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_cardash-setup");

/// Runs `ip` with these words.
pub fn ip(words: &str) {
    let status = Command::new("ip").args(words.split(' ')).status().expect("ip is installed");
    assert!(status.success(), "ip {words}: {status}");
}

/// What `ip -details` shows of an interface.
pub fn shown(name: &str) -> String {
    let output = Command::new("ip").args(["-details", "link", "show", name]).output().expect("ip");
    String::from_utf8(output.stdout).expect("text")
}

/// Runs the program to its end, with nobody at the keyboard.
pub fn alone(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).stdin(std::process::Stdio::null()).output().expect("the program")
}

/// Both of its outputs.
pub fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What was said, for the documents, where deploy/can-tests asks for it.
pub fn save_transcript(name: &str, said: &str) {
    if let Some(folder) = std::env::var_os("CARDASH_TRANSCRIPTS") {
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.txt")), said)
            .expect("the folder can be written to");
    }
}

/// A virtual CAN interface that goes away with the test.
pub struct Vcan(pub &'static str);

impl Vcan {
    pub fn new(name: &'static str) -> Self {
        ip(&format!("link add {name} type vcan"));
        ip(&format!("link set {name} mtu 72 up"));
        Self(name)
    }
}

impl Drop for Vcan {
    fn drop(&mut self) {
        ip(&format!("link delete {}", self.0));
    }
}
