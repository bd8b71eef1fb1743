//! A control unit that sends its car's frames until it is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use can_reader::{Frame, FrameId, FrameKind};
use socketcan::{CanFdFrame, CanFdSocket, CanFrame, EmbeddedFrame, Socket, StandardId};

use super::car::{Car, PERIOD_MS};

pub struct Node {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Node {
    /// This car at this speed, on an interface that is up.
    pub fn sending(vehicle: &str, interface: &str, kmh: f64) -> Self {
        let mut car = Car::of(vehicle);
        Self::on(interface, move || car.frame(kmh))
    }

    /// Whatever `next` gives, one frame each 20 ms.
    pub fn on(interface: &str, mut next: impl FnMut() -> Frame + Send + 'static) -> Self {
        Self::of_all(interface, move || vec![next()])
    }

    /// The same with several frames at once.
    pub fn of_all(interface: &str, mut next: impl FnMut() -> Vec<Frame> + Send + 'static) -> Self {
        let socket = CanFdSocket::open(interface).expect("the interface is up");
        let stop = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                next().iter().for_each(|frame| send(&socket, frame));
                std::thread::sleep(Duration::from_millis(PERIOD_MS));
            }
        });
        Self { stop, thread: Some(thread) }
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

/// A full queue or a link that is down loses the frame, as in a car.
fn send(socket: &CanFdSocket, frame: &Frame) {
    let FrameId::Standard(id) = frame.id else { panic!("11 bits are enough here") };
    let id = StandardId::new(id).expect("11 bits");
    let _ = match frame.kind {
        FrameKind::Fd => socket.write_frame(&CanFdFrame::new(id, &frame.payload).expect("64 bytes at most")),
        _ => socket.write_frame(&CanFrame::new(id, &frame.payload).expect("8 bytes at most")),
    };
}
