//! The private bus, and a client's connection to it.

pub use test_support::bus::Bus;
use zbus::Connection;

pub trait Connect {
    async fn connect(&self) -> Connection;
}

impl Connect for Bus {
    async fn connect(&self) -> Connection {
        let address = self.address.as_str();
        zbus::connection::Builder::address(address).build().await.expect("a connection to the private bus")
    }
}
