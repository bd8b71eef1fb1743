//! The emulated car on its interface.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use can_reader::FrameId;
use socketcan::{CanFrame, CanSocket, EmbeddedFrame, ExtendedId, Id, Socket, StandardId};

use super::car::Car;
use crate::common::PATIENCE;

/// The car on its interface, and a log of all that is on the bus.
pub struct OnBus {
    pub car: Arc<Mutex<Car>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl OnBus {
    pub fn new(interface: &str, car: Car, log: &Path) -> Self {
        let (car, stop) = (Arc::new(Mutex::new(car)), Arc::new(AtomicBool::new(false)));
        // ip, which makes it, runs beside the test.
        let began = Instant::now();
        let socket = loop {
            match CanSocket::open(interface) {
                Ok(socket) => break socket,
                Err(error) => assert!(began.elapsed() < PATIENCE, "{interface}: {error}"),
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut log = File::create(log).expect("a log");
        let (shared, ends, name) = (Arc::clone(&car), Arc::clone(&stop), interface.to_owned());
        let thread = std::thread::spawn(move || {
            let began = Instant::now();
            let mut note = |id: FrameId, data: &[u8]| {
                let at = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64();
                let bytes: String = data.iter().map(|byte| format!("{byte:02X}")).collect();
                writeln!(log, "({at:.6}) {name} {id}#{bytes}").expect("the log");
            };
            while !ends.load(Ordering::Relaxed) {
                // The emulated machine has one processor for all.
                let is_answering = shared.lock().expect("the car").is_answering();
                let wait = Duration::from_millis(if is_answering { 2 } else { 20 });
                socket.set_read_timeout(wait).expect("a timeout");
                if let Ok(CanFrame::Data(frame)) = socket.read_frame() {
                    let id = match frame.id() {
                        Id::Standard(id) => FrameId::Standard(id.as_raw()),
                        Id::Extended(id) => FrameId::Extended(id.as_raw()),
                    };
                    note(id, frame.data());
                    shared.lock().expect("the car").hear(began.elapsed(), id, frame.data());
                }
                let said = shared.lock().expect("the car").say(began.elapsed());
                for (id, data) in said {
                    note(id, &data);
                    // A link that is down hears nothing.
                    let _ = socket.write_frame(&frame_of(id, &data));
                }
            }
        });
        Self { car, stop, thread: Some(thread) }
    }

    pub fn drives(&self, kmh: u8) {
        self.car.lock().expect("the car").units.iter_mut().for_each(|unit| unit.kmh = kmh);
    }
}

impl Drop for OnBus {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

pub fn frame_of(id: FrameId, data: &[u8]) -> CanFrame {
    let id = match id {
        FrameId::Standard(id) => Id::Standard(StandardId::new(id).expect("11 bits")),
        FrameId::Extended(id) => Id::Extended(ExtendedId::new(id).expect("29 bits")),
    };
    CanFrame::new(id, data).expect("8 bytes at most")
}
