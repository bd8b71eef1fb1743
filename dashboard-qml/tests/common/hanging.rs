//! Owns the service's name, takes every call, and answers none.

use std::time::Duration;

use super::Bus;

pub struct Hanging {
    runtime: tokio::runtime::Runtime,
    _connection: zbus::Connection,
}

impl Hanging {
    pub fn start(bus: &Bus) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let address = bus.address();
        let connection = runtime.block_on(async {
            // Without an object server zbus reads calls and leaves them be.
            zbus::conn::Builder::address(address.as_str())
                .method_timeout(Duration::from_secs(1))
                .name(interfaces::BUS_NAME)
                .build()
                .await
                .unwrap()
        });
        Self { runtime, _connection: connection }
    }

    pub fn stop(self) {
        self.runtime.shutdown_background();
    }
}
