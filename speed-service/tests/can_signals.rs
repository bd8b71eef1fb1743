//! Signals of each class on a real interface: what is told when the link goes down, and when it is back.

mod common;
mod fault;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use common::bus::Bus;
use common::classes::{CLASSES, PROFILE, answer};
use common::listener::{Heard, Listener};
use common::service::Service;
use fault::can::Interface;
use interfaces::Signals1Proxy;
use socketcan::{CanFrame, CanSocket, EmbeddedFrame, Socket, StandardId};

const INTERFACE: &str = "can_signals";

/// The control units of the car: speed and engine each 20 ms, the lamp on events each 100 ms, whatever becomes of them.
fn drive(until: &Arc<AtomicBool>) -> thread::JoinHandle<()> {
    let until = Arc::clone(until);
    thread::spawn(move || {
        for n in 0_u16.. {
            if until.load(Ordering::Relaxed) {
                return;
            }
            if let Ok(socket) = CanSocket::open(INTERFACE) {
                let send = |id, data: &[u8]| {
                    let id = StandardId::new(id).expect("an id");
                    let _ = socket.write_frame(&CanFrame::new(id, data).expect("a frame"));
                };
                send(0x100, &(0x0020 + 0x0100 * (n % 4)).to_be_bytes());
                send(0x300, &[0x20, 0x03, 0x37, 0x03, 0, 0, 0, 0]);
                if n % 5 == 0 {
                    send(0x400, &[0]);
                }
            }
            thread::sleep(Duration::from_millis(20));
        }
    })
}

/// Listens until each class has a value, or until none has one any more.
async fn until(listener: &mut Listener, has_value: bool) {
    let mut open: BTreeSet<_> = CLASSES.iter().map(|(_, path)| *path).collect();
    while !open.is_empty() {
        if let Heard::Signals(values, lost) = listener.next().await {
            open.retain(|path| match has_value {
                true => !values.contains_key(*path),
                false => !lost.iter().any(|lost| lost == path),
            });
        }
    }
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn a_link_that_goes_down_takes_all_classes_and_gives_them_back() {
    let vcan = Interface::vcan(INTERFACE);
    vcan.appears().await;
    let bus = Bus::start();
    let profile = bus.directory.path().join("car.toml");
    std::fs::write(&profile, PROFILE).expect("a file");
    let mut listener = Listener::on(&bus).await;
    let arguments = ["--vehicle", &profile.display().to_string(), "--can", INTERFACE];
    let (_service, _) = Service::ready(&bus, &listener.connection, &arguments).await;
    let proxy = Signals1Proxy::builder(&listener.connection).build().await.expect("a proxy");
    let stop = Arc::new(AtomicBool::new(false));
    let car = drive(&stop);
    until(&mut listener, true).await;
    for round in 1..=3 {
        vcan.down();
        until(&mut listener, false).await;
        for (class, path) in CLASSES {
            assert_eq!(answer(&proxy, path).await, "`Stale`", "{class}, round {round}");
        }
        let all = proxy.signals().await.expect("Signals");
        assert!(all.is_empty(), "{all:?}");
        vcan.up();
        until(&mut listener, true).await;
        for (class, path) in CLASSES {
            let answer = answer(&proxy, path).await;
            assert!(answer.starts_with("a value"), "{class}, round {round}: {answer}");
        }
    }
    stop.store(true, Ordering::Relaxed);
    car.join().expect("the car ends");
}
