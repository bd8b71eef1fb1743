//! CAN adapters without the hardware under the kernel's own drivers: a serial one (slcan, `slcan-adapter`) and one on USB
//! (gs_usb, `gs-usb-adapter.c`), both in `deploy/lab/can-kernel`.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};

use super::PATIENCE;

/// An adapter that is plugged in, until it is pulled or dropped.
#[derive(Debug)]
pub struct Adapter {
    child: Child,
    bus: Wire,
}

/// The CAN bus behind an adapter, for whoever sends on it.
#[derive(Clone, Debug)]
pub struct Wire(Arc<Mutex<Option<ChildStdin>>>);

impl Adapter {
    /// Plugged in as this interface, which is not up. `reported` hears each of its reports: what the driver asks for.
    pub fn plug(name: &str, reported: impl FnMut(&str) + Send + 'static) -> Self {
        Self::start("deploy/lab/can-kernel/slcan-adapter", name, reported)
    }

    /// The same on USB, where each frame has a time stamp of the adapter's own clock; `deploy/can-kernel --usb` builds it.
    #[must_use]
    pub fn plug_usb(name: &str) -> Self {
        Self::start("target/can-kernel/gs-usb-adapter", name, |_| {})
    }

    fn start(program: &str, name: &str, mut reported: impl FnMut(&str) + Send + 'static) -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(program);
        let mut child = Command::new(program)
            .args(["--name", name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the adapter's program is there");
        let bus = Wire(Arc::new(Mutex::new(child.stdin.take())));
        let reports = BufReader::new(child.stdout.take().expect("its standard output"));
        let (sender, ready) = mpsc::channel();
        std::thread::spawn(move || {
            for report in reports.lines().map_while(Result::ok) {
                reported(&report);
                // Only the first is waited for; the rest is read so that it never blocks.
                let _ = sender.send(report);
            }
        });
        let first = ready.recv_timeout(PATIENCE).expect("the adapter's interface");
        assert_eq!(first, format!("interface {name}"));
        Self { child, bus }
    }

    /// The bus behind it.
    #[must_use]
    pub fn bus(&self) -> Wire {
        self.bus.clone()
    }

    /// Tells the adapter something in its own words.
    pub fn tell(&self, line: &str) {
        self.bus.tell(line);
    }

    /// Pulls it out: the interface is gone.
    pub fn pull(self) {}
}

impl Wire {
    /// Has the adapter do this; `false`: it was pulled, and hears nothing.
    pub fn tell(&self, line: &str) -> bool {
        let mut commands = self.0.lock().expect("the commands");
        commands.as_mut().is_some_and(|commands| writeln!(commands, "{line}").is_ok())
    }

    /// Whether the adapter has not been pulled.
    #[must_use]
    pub fn is_plugged(&self) -> bool {
        self.0.lock().expect("the commands").is_some()
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        self.bus.0.lock().expect("the commands").take();
        // Its own words are on standard error.
        let _ = self.child.wait();
    }
}
