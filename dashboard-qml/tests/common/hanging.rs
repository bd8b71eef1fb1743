//! Owns the service's name, takes every call, and answers none.

use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::Bus;

pub struct Hanging {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Hanging {
    /// Comes back once the name is owned.
    pub fn start(bus: &Bus) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let address = bus.address.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                // Without an object server zbus reads calls and leaves them be.
                let builder = zbus::conn::Builder::address(address.as_str()).name(interfaces::BUS_NAME);
                let _connection = builder.build().await.unwrap();
                ready.send(()).unwrap();
                let _ = stopped.await;
            });
        });
        is_ready.recv().unwrap();
        Self { stop, thread }
    }

    pub fn stop(self) {
        drop(self.stop);
        self.thread.join().unwrap();
    }
}
