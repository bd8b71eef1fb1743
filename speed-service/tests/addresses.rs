//! Where the bus may be: every kind of address by which the service finds it.

mod common;

use common::bus::{Bus, Connect as _};
use common::service::{Service, command, reached};
use interfaces::State;

const ARGUMENTS: [&str; 1] = ["--simulate"];

async fn is_served_at(bus: &Bus, addresses: &str) {
    let mut command = command(bus.directory.path(), &ARGUMENTS);
    let _service = Service::spawn(command.env("DBUS_SESSION_BUS_ADDRESS", addresses));
    let connection = bus.connect().await;
    let dbus = zbus::fdo::DBusProxy::new(&connection).await.expect("the bus itself");
    let name = || interfaces::BUS_NAME.try_into().expect("a name");
    let began = std::time::Instant::now();
    while !dbus.name_has_owner(name()).await.expect("an answer") {
        assert!(began.elapsed() < common::PATIENCE, "nobody serves the bus at {addresses}");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    reached(&common::service::proxy(&connection).await, State::Ok).await;
}

#[tokio::test]
async fn a_path_with_a_blank() {
    let bus = Bus::listening("unix:path=DIRECTORY/the%20bus");
    assert!(bus.address.contains("/the%20bus"), "{}", bus.address);
    is_served_at(&bus, &bus.address).await;
}

#[tokio::test]
async fn an_abstract_socket() {
    let bus = Bus::listening("unix:abstract=DIRECTORY/bus");
    is_served_at(&bus, &bus.address).await;
}

#[tokio::test]
async fn the_second_of_two() {
    let bus = Bus::start();
    is_served_at(&bus, &format!("unix:path=/nonexistent/bus;{}", bus.address)).await;
}

#[tokio::test]
async fn the_usual_place_in_the_runtime_folder() {
    let bus = Bus::listening("unix:path=DIRECTORY/bus");
    let service = Service::spawn(&mut command(bus.directory.path(), &ARGUMENTS));
    service.logged("serving org.cardash.Speed1").await;
}

#[tokio::test]
async fn another_bus_than_the_one_that_is_meant() {
    let bus = Bus::listening("unix:path=DIRECTORY/bus");
    let (place, found) = bus.address.split_once(",guid=").expect("a bus that says which it is");
    let meant = "0123456789abcdef0123456789abcdef";
    let mut command = command(bus.directory.path(), &ARGUMENTS);
    let address = format!("{place},guid={meant}");
    let mut service = Service::spawn(command.env("DBUS_SESSION_BUS_ADDRESS", address));
    let (status, said) = service.ended().await;
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("no session bus") && said.contains(found) && said.contains(meant), "{said}");
}

#[tokio::test]
async fn no_bus_of_ones_own_under_sudo() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut service = Service::spawn(command(folder.path(), &ARGUMENTS).env("SUDO_USER", "driver"));
    let (status, said) = service.ended().await;
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("Under sudo there is none of yours: leave sudo away"), "{said}");
}
