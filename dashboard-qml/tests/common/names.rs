//! When a name appears on a bus.

use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use zbus::export::futures_core::Stream;
use zbus::fdo::DBusProxy;

use super::Bus;

/// The times at which the service's name gets an owner, from now on.
pub fn name_times(bus: &Bus) -> Receiver<Instant> {
    let (sender, times) = channel();
    let (ready, is_ready) = channel();
    let address = bus.address.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let connection = zbus::conn::Builder::address(address.as_str()).build().await.unwrap();
            let dbus = DBusProxy::new(&connection).await.unwrap();
            let names = &[(0, interfaces::BUS_NAME)];
            let mut changes = dbus.receive_name_owner_changed_with_args(names).await.unwrap();
            ready.send(()).unwrap();
            let mut next =
                async || std::future::poll_fn(|cx| std::pin::Pin::new(&mut changes).poll_next(cx)).await;
            while let Some(change) = next().await {
                if change.args().unwrap().new_owner().is_some() && sender.send(Instant::now()).is_err() {
                    return;
                }
            }
        });
    });
    is_ready.recv().unwrap();
    times
}
