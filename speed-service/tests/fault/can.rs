//! CAN interfaces, and nodes that send on them whatever happens.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use socketcan::{CanFrame, CanSocket, EmbeddedFrame, Socket, StandardId};
use test_support::adapter::Adapter;

use crate::common::PATIENCE;
use crate::common::car::{self, CAR_ID, PERIOD_MS};

const PERIOD: Duration = Duration::from_millis(PERIOD_MS);

/// A network interface that goes away with the test. Its commands are on their way when the call returns.
pub struct Interface(pub String);

impl Interface {
    /// A virtual CAN interface that is up.
    pub fn vcan(name: &str) -> Self {
        let interface = Self::of(name);
        interface.make();
        interface.up();
        interface
    }

    pub fn exists(&self) -> bool {
        self.folder().exists()
    }

    /// Waits until it does.
    pub async fn appears(&self) {
        let began = Instant::now();
        while !self.exists() {
            assert!(began.elapsed() < PATIENCE, "no {}: ip's words are above", self.0);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn folder(&self) -> PathBuf {
        Path::new("/sys/class/net").join(&self.0)
    }

    /// One that another makes.
    pub fn of(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub fn make(&self) {
        ip(&format!("link add {} type vcan", self.0));
    }

    pub fn up(&self) {
        ip(&format!("link set {} up", self.0));
    }

    pub fn down(&self) {
        ip(&format!("link set {} down", self.0));
    }

    pub fn delete(&self) {
        ip(&format!("link delete {}", self.0));
    }

    /// Sends an error frame, as a driver does: linux/can/error.h.
    pub fn send_error(&self, class: u32) {
        let socket = CanSocket::open(&self.0).expect("the interface is up");
        let mut frame = [0; 16];
        frame[..4].copy_from_slice(&(ERROR_FLAG | class).to_ne_bytes());
        frame[4] = 8;
        socket.as_raw_socket().send(&frame).expect("the interface takes it");
    }

    /// Frames that it has received since it was made.
    pub fn received(&self) -> u64 {
        self.count("rx_packets")
    }

    /// Frames that it has sent since it was made.
    pub fn sent(&self) -> u64 {
        self.count("tx_packets")
    }

    fn count(&self, what: &str) -> u64 {
        let file = self.folder().join("statistics").join(what);
        let count = std::fs::read_to_string(file).expect("the interface is there");
        count.trim().parse().expect("a number")
    }
}

impl Drop for Interface {
    fn drop(&mut self) {
        // The test may have deleted it, and hardware stays.
        if self.folder().join("device").exists() || !self.exists() {
            return;
        }
        self.delete();
    }
}

/// Has `ip` do this. One runs all the time, so that what is measured is the link and not the start of a program.
pub fn ip(command: &str) {
    static IP: OnceLock<Mutex<ChildStdin>> = OnceLock::new();
    let stdin = IP.get_or_init(|| {
        let ip = Command::new("ip").args(["-force", "-batch", "-"]).stdin(Stdio::piped()).spawn();
        Mutex::new(ip.expect("ip is installed").stdin.take().expect("its standard input"))
    });
    writeln!(stdin.lock().expect("one at a time"), "{command}").expect("ip goes on after errors");
}

pub fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status().expect("the program is installed");
    assert!(status.success(), "{program} {arguments:?}: {status}");
}

/// A program that runs beside the test and ends with it.
pub struct Beside(Child);

impl Beside {
    pub fn start(program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        let child = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Self(child.expect("the program is installed"))
    }

    /// candump, which writes the frames with these ids to a file, each with the time that the service sees too. It writes each
    /// at once.
    pub fn record(interface: &str, ids: &[&str], into: &Path) -> Self {
        let wanted = ids.iter().map(|id| format!(",{id}:7FF")).collect::<String>();
        let child = Command::new("candump")
            .args(["-L", &format!("{interface}{wanted}")])
            .stdin(Stdio::null())
            .stdout(File::create(into).expect("a file"))
            .spawn();
        Self(child.expect("can-utils are installed"))
    }

    /// One that was started otherwise.
    pub fn of(child: Child) -> Self {
        Self(child)
    }

    pub fn is_running(&mut self) -> bool {
        self.0.try_wait().expect("a child").is_none()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// linux/can.h
const ERROR_FLAG: u32 = 0x2000_0000;

/// The data of the test car's message at this speed.
pub fn data(kmh: f64) -> [u8; 8] {
    car::data(&[kmh])
}

/// The test car's message at this speed, as cansend writes it.
pub fn text(kmh: f64) -> String {
    car::text(CAR_ID, &data(kmh))
}

/// A control unit of the test car: sends its speed every 20 ms until it is dropped, and tries again after
/// every error, as one that knows nothing of the troubles of others.
pub struct Node {
    /// Speed, km/h; `None`: it sends nothing. Locked while it sends.
    speed: Arc<Mutex<Option<f64>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Node {
    /// On an interface, whenever it is there.
    pub fn on(interface: &str, kmh: f64) -> Self {
        Self::sending(interface, CAR_ID, kmh, data)
    }

    /// The same for an axle of the car with two CAN buses: both wheels at this speed, and living to the last digit.
    pub fn axle(interface: &str, id: u16, kmh: f64) -> Self {
        const DIGITS: [f64; 4] = [0.01, 0.0, -0.01, 0.0];
        let mut sent = 0;
        Self::sending(interface, id, kmh, move |kmh| {
            sent += 1;
            car::data(&[kmh + DIGITS[sent % 4], kmh + DIGITS[(sent + 1) % 4]])
        })
    }

    fn sending(
        interface: &str,
        id: u16,
        kmh: f64,
        mut data: impl FnMut(f64) -> [u8; 8] + Send + 'static,
    ) -> Self {
        let name = interface.to_owned();
        let mut socket = None;
        Self::new(kmh, move |kmh| {
            let id = StandardId::new(id).expect("11 bits");
            let frame = CanFrame::new(id, &data(kmh)).expect("8 bytes");
            socket = socket.take().or_else(|| CanSocket::open(&name).ok());
            if socket.as_ref().is_some_and(|socket| socket.write_frame(&frame).is_err()) {
                socket = None;
            }
        })
    }

    /// Beyond a serial adapter.
    pub fn beyond(adapter: &Adapter, kmh: f64) -> Self {
        let bus = adapter.bus();
        // An adapter that was pulled hears nothing.
        Self::new(kmh, move |kmh| _ = bus.tell(&format!("send {}", text(kmh))))
    }

    fn new(kmh: f64, mut send: impl FnMut(f64) + Send + 'static) -> Self {
        let speed = Arc::new(Mutex::new(Some(kmh)));
        let stop = Arc::new(AtomicBool::new(false));
        let (now, end) = (Arc::clone(&speed), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let mut next = Instant::now();
            while !end.load(Ordering::Relaxed) {
                if let Some(kmh) = *now.lock().expect("the speed") {
                    send(kmh);
                }
                next = (next + PERIOD).max(Instant::now());
                std::thread::sleep(next.saturating_duration_since(Instant::now()));
            }
        });
        Self { speed, stop, thread: Some(thread) }
    }

    /// Not one frame comes after the call.
    pub fn silence(&self) {
        *self.speed.lock().expect("the speed") = None;
    }

    pub fn speak(&self, kmh: f64) {
        *self.speed.lock().expect("the speed") = Some(kmh);
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // Its panic has been printed; this may be the unwinding of another.
            let _ = thread.join();
        }
    }
}
