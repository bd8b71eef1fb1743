//! The private bus, and a client's connection to it.

pub use test_support::bus::Bus;
use zbus::Connection;

pub trait Connect {
    async fn connect(&self) -> Connection;
}

impl Connect for Bus {
    async fn connect(&self) -> Connection {
        let opened = interfaces::connection::open(&self.address, |builder| builder).await;
        opened.expect("a connection to the private bus")
    }
}
