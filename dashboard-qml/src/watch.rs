//! Finds a bus, and the service on it, again and again.

use std::convert::Infallible;
use std::time::Duration;

use interfaces::{BUS_NAME, connection};
use tokio::time::sleep;
use zbus::Connection;
use zbus::fdo::DBusProxy;
use zbus::names::{BusName, OwnedUniqueName};

use crate::answer::{answer, next};
use crate::arguments::Bus;
use crate::config::Config;
use crate::follow;
use crate::link::Link;
use crate::reading::{NO_BUS, NO_SERVICE, Reading};

const FIRST_RETRY: Duration = Duration::from_millis(100);
/// A socket that is not there costs little, and a bus that has come back must not wait.
const SLOWEST_RETRY: Duration = Duration::from_millis(250);

/// Follows the service for ever, through losses of the service and of the bus.
pub(crate) async fn run(config: &Config, link: &Link) {
    let mut retry = FIRST_RETRY;
    loop {
        if let Ok(connection) = answer(connect(&config.bus)).await {
            retry = FIRST_RETRY;
            // Comes back only when the bus is gone or does not answer.
            let Err(_bus_lost) = follow_name(&connection, config.dark_after, link).await;
        }
        link.show(Reading::without_speed(NO_BUS));
        sleep(retry).await;
        retry = (retry * 2).min(SLOWEST_RETRY);
    }
}

async fn connect(bus: &Bus) -> zbus::Result<Connection> {
    match bus {
        Bus::Session => connection::session().await,
        Bus::System => connection::system().await,
        Bus::Address(addresses) => connection::open(addresses, |builder| builder).await,
    }
}

/// Follows whoever owns the service's name, until the bus is lost.
async fn follow_name(
    connection: &Connection,
    dark_after: Option<Duration>,
    link: &Link,
) -> zbus::Result<Infallible> {
    let dbus = answer(DBusProxy::new(connection)).await?;
    let mut changes = answer(dbus.receive_name_owner_changed_with_args(&[(0, BUS_NAME)])).await?;
    let mut owner: Option<OwnedUniqueName> =
        match answer(dbus.get_name_owner(BusName::try_from(BUS_NAME)?)).await {
            Ok(owner) => Some(owner),
            Err(zbus::Error::FDO(error)) if matches!(*error, zbus::fdo::Error::NameHasNoOwner(_)) => None,
            Err(error) => return Err(error),
        };
    loop {
        let change = match &owner {
            None => {
                link.show(Reading::without_speed(NO_SERVICE));
                next(&mut changes).await?
            }
            Some(owner) => tokio::select! {
                // A change of owner comes first: nothing of the old one may be shown after it.
                biased;
                change = next(&mut changes) => change?,
                result = follow::run(connection, owner, dark_after, link) => match result? {},
            },
        };
        owner = change.args()?.new_owner().as_ref().map(|name| name.to_owned().into());
    }
}
