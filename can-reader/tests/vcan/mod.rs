//! A vcan interface, frames to send on it, and a source that reads it.

#![allow(dead_code, clippy::unwrap_used)] // not every test needs all of it; to panic is to fail

use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use can_reader::source::SocketCan;
use can_reader::{Event, Frame, FrameId, FrameSource};
use tokio::sync::{Mutex, MutexGuard};

pub const WANTED: FrameId = FrameId::Standard(0x1D0);

static ONE: Mutex<()> = Mutex::const_new(());

/// One test at a time: each change of an interface wakes every source, and some tests count that.
pub async fn turn() -> MutexGuard<'static, ()> {
    ONE.lock().await
}

/// An interface that goes away with the test.
pub struct Vcan(pub &'static str);

impl Vcan {
    pub fn new(name: &'static str) -> Self {
        Self::make(name);
        Self::up(name);
        Self(name)
    }

    pub fn make(name: &str) {
        // An mtu of 72 bytes is what lets CAN FD frames through.
        ip(&["link", "add", name, "mtu", "72", "type", "vcan"]);
    }

    pub fn up(name: &str) {
        ip(&["link", "set", name, "up"]);
    }

    pub fn down(name: &str) {
        ip(&["link", "set", name, "down"]);
    }

    pub fn delete(name: &str) {
        ip(&["link", "delete", name]);
    }

    pub fn send(&self, frame: &str) {
        run("cansend", &[self.0, frame]);
    }
}

impl Drop for Vcan {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["link", "delete", self.0]).stderr(Stdio::null()).status();
    }
}

pub fn ip(arguments: &[&str]) {
    run("ip", arguments);
}

pub fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status().unwrap();
    assert!(status.success(), "{program} {arguments:?}: {status}");
}

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The next event.
pub async fn next(source: &mut SocketCan) -> Event {
    let event = tokio::time::timeout(PATIENCE, source.next(None)).await;
    event.unwrap_or_else(|_| panic!("{}: nothing comes", source.name()))
}

pub async fn frame(source: &mut SocketCan) -> Frame {
    match next(source).await {
        Event::Frame(frame) => frame,
        other => panic!("{}: {other:?}", source.name()),
    }
}

pub async fn link_down(source: &mut SocketCan) -> String {
    match next(source).await {
        Event::LinkDown(reason) => reason,
        other => panic!("{}: {other:?}", source.name()),
    }
}

/// Until `ms` from now nothing may happen.
pub async fn silence(source: &mut SocketCan, ms: u64) {
    let deadline = source.now() + Duration::from_millis(ms);
    assert_eq!(source.next(Some(deadline)).await, Event::Deadline, "{}", source.name());
}

/// A source that is open: its socket is bound before this returns.
pub async fn open(name: &str) -> SocketCan {
    let mut source = SocketCan::new(name);
    source.want(&[WANTED, FrameId::Extended(0x18FE_BF0B)].map(Into::into));
    silence(&mut source, 20).await;
    assert!(source.receive_buffer_bytes().is_some());
    source
}

/// How many of each a source has told.
#[derive(Debug, Default)]
pub struct Told {
    pub frames: u64,
    pub errors: u64,
    pub dropped: u64,
}

impl Told {
    /// Takes what comes until nothing does for 100 ms.
    pub async fn drain(&mut self, source: &mut SocketCan) {
        loop {
            let deadline = source.now() + Duration::from_millis(100);
            match source.next(Some(deadline)).await {
                Event::Frame(_) => self.frames += 1,
                Event::ErrorFrame(_) => self.errors += 1,
                Event::Dropped(count) => self.dropped += count,
                Event::Deadline => return,
                other => panic!("{other:?}"),
            }
        }
    }
}

pub fn wall_us() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros().try_into().unwrap()
}

/// How often this thread has waited for something.
pub fn waits() -> u64 {
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Frames that the interface has received since it was made.
pub fn received(name: &str) -> u64 {
    let path = format!("/sys/class/net/{name}/statistics/rx_packets");
    std::fs::read_to_string(path).unwrap().trim().parse().unwrap()
}
