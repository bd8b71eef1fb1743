//! A polite client's waiting times, and the service's memory.

use std::fmt;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use interfaces::{BUS_NAME, Speed1Proxy};
use zbus::Connection;
use zbus::fdo::DBusProxy;

use crate::common::service::proxy;

/// An answer that has not come after so long will not. How long it does take in an attack depends on the machine
/// and on the build, and is printed.
const NEVER: Duration = Duration::from_secs(120);

/// A client that asks, waits for the answer, and asks again.
pub struct Polite {
    connection: Connection,
}

/// How long the answers took.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    pub count: usize,
    pub median: Duration,
    pub slowest: Duration,
}

impl Polite {
    pub const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Asks for so long. Every question must be answered with a speed.
    pub async fn ask_for(&self, time: Duration) -> Waits {
        let proxy: Speed1Proxy<'_> = proxy(&self.connection).await;
        let began = Instant::now();
        let mut took = Vec::new();
        while began.elapsed() < time {
            let asked = Instant::now();
            match tokio::time::timeout(NEVER, proxy.get_speed()).await {
                Ok(Ok(_)) => took.push(asked.elapsed()),
                Ok(Err(error)) => panic!("the polite client got no answer, but {error:?}"),
                Err(_) => panic!("the polite client got no answer in {NEVER:?}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        took.sort_unstable();
        Waits { count: took.len(), median: took[took.len() / 2], slowest: took[took.len() - 1] }
    }
}

/// The resident memory of the service.
pub struct Resident {
    /// Its process.
    pub process: u32,
}

impl Resident {
    pub async fn of(connection: &Connection) -> Self {
        let dbus = DBusProxy::new(connection).await.expect("the bus itself");
        let name = BUS_NAME.try_into().expect("a name");
        let process = dbus.get_connection_unix_process_id(name).await.expect("the service runs");
        Self { process }
    }

    pub fn now_kb(&self) -> u64 {
        self.field("VmRSS:")
    }

    /// The most that it ever was.
    pub fn peak_kb(&self) -> u64 {
        self.field("VmHWM:")
    }

    fn field(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process)).expect("the service runs");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of its memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

/// How many file descriptors the service has open.
pub struct OpenFiles {
    stop: Arc<AtomicBool>,
    most: JoinHandle<usize>,
}

impl OpenFiles {
    /// Counts again and again until [`most`](Self::most).
    pub fn watch(process: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let most = std::thread::spawn(move || {
            let mut most = 0;
            while !until.load(Ordering::Relaxed) {
                most = most.max(Self::now(process));
                std::thread::sleep(Duration::from_millis(1));
            }
            most
        });
        Self { stop, most }
    }

    /// The most that there were at any time.
    pub fn most(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        self.most.join().expect("it counts")
    }

    /// As many as there are now.
    pub fn now(process: u32) -> usize {
        // None: it has ended, which the polite client says.
        fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count)
    }
}

/// What an attack did.
#[derive(Debug)]
pub struct Figures {
    pub before: Waits,
    pub during: Waits,
    pub after: Waits,
    pub before_kb: u64,
    pub peak_kb: u64,
    pub after_kb: u64,
    /// Open file descriptors before, at most, after.
    pub open: [usize; 3],
}

impl Figures {
    /// The service has neither held nor kept more memory than this above what it had before.
    pub fn assert_bounded(&self, held_kb: u64, kept_kb: u64) {
        let (held, kept) =
            (self.peak_kb.saturating_sub(self.before_kb), self.after_kb.saturating_sub(self.before_kb));
        assert!(held <= held_kb, "the service has held {held} kB in an attack");
        assert!(kept <= kept_kb, "the service has kept {kept} kB of an attack");
        let [before, most, after] = self.open;
        assert!(before == most && before == after, "the service's open files: {:?}", self.open);
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { before, during, after, before_kb, peak_kb, after_kb, open } = self;
        write!(f, "before {before}, during {during} ({} answers), after {after}; ", during.count)?;
        write!(f, "memory before {before_kb}, peak {peak_kb}, after {after_kb}; ")?;
        write!(f, "open files {open:?}")
    }
}

impl fmt::Display for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}/{:.2}", self.median.as_secs_f64() * 1e3, self.slowest.as_secs_f64() * 1e3)
    }
}
