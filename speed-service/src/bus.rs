//! The connection to the message bus and the name on it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use interfaces::connection::{self, Direct, Quick};
use interfaces::{BUS_NAME, OBJECT_PATH, SPEED_INTERFACE};
use zbus::Connection;
use zbus::fdo::{self, DBusProxy, NameLostStream, RequestNameFlags};
use zbus::names::BusName;

use crate::config::Bus;
use crate::notify;
use crate::object::{Diagnostics, Odometer, ReadOnly, Signals, Speed, described, install_standard};
use crate::outbox::Outbox;
use crate::shared::Shared;

/// A bus that does not answer for so long will not.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// While a machine starts, its socket is there before the bus itself, and everything is slow. Less than `TimeoutStartSec=` of
/// the units.
const CONNECT_TIMEOUT_AT_BOOT: Duration = Duration::from_secs(15);

/// Why the bus cannot be served. Each sentence has the remedy.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// There is no session bus.
    #[error(
        "no session bus: {0}. Set DBUS_SESSION_BUS_ADDRESS to the address of one, start this program with \
         `dbus-run-session -- speed-service ...`, or serve the system bus with --bus system"
    )]
    NoSession(String),
    /// Nor is there one for root, who was asked for by `sudo`.
    #[error(
        "no session bus: {0}. Under sudo there is none of yours: leave sudo away, which this program does not need, or serve \
         the system bus with --bus system"
    )]
    NoSessionOfRoot(String),
    /// There is no system bus.
    #[error(
        "no system bus: {0}. Start it (`systemctl start dbus`), or serve the session bus with --bus session"
    )]
    NoSystem(String),
    /// Somebody else has the name.
    #[error(
        "{BUS_NAME} is taken on the {bus} bus by {owner}: a speed service runs already. \
         {remedy}"
    )]
    NameTaken {
        /// The bus.
        bus: Bus,
        /// What to do.
        remedy: &'static str,
        /// Who has it, as far as the bus tells.
        owner: String,
    },
    /// The policy of the bus forbids it.
    #[error(
        "the {0} bus does not let this user own {BUS_NAME}: on the system bus only the user cardash may, by the package's \
         policy file (/usr/share/dbus-1/system.d/org.cardash.Speed1.conf). Install the package and start it as that user, \
         `sudo systemctl start speed-service`, or serve your own bus with --bus session"
    )]
    NameRefused(Bus),
    /// The bus answered with something else.
    #[error("the {bus} bus failed: {error}")]
    Failed {
        /// The bus.
        bus: Bus,
        /// What it said.
        error: zbus::Error,
    },
}

/// The service on a bus.
pub struct OnBus {
    /// The connection.
    pub connection: Connection,
    /// The short way for signals, if the bus has one.
    pub direct: Option<Direct>,
    /// Whether the name was taken from another service.
    pub replaced: bool,
    lost: NameLostStream,
}

impl OnBus {
    /// Waits until another service has taken the name over; for ever if none does.
    pub async fn name_lost(&mut self) {
        while let Some(signal) = self.lost.next().await {
            if signal.args().is_ok_and(|args| args.name() == BUS_NAME) {
                return;
            }
        }
        std::future::pending().await
    }
}

/// Connects, serves the object, and only then takes the name: a client that sees the name finds the
/// object.
///
/// # Errors
/// No bus, or no name.
pub async fn serve(
    bus: Bus,
    replace: bool,
    shared: &Arc<Shared>,
    outbox: &Arc<Outbox>,
) -> Result<OnBus, BusError> {
    let (connection, direct) = connect(bus, shared, outbox).await?;
    let failed = |error| BusError::Failed { bus, error };
    let proxy = DBusProxy::new(&connection).await.map_err(failed)?;
    let lost = proxy.receive_name_lost().await.map_err(failed)?;
    let name = BusName::try_from(BUS_NAME).map_err(failed)?;
    let replaced = replace && proxy.name_has_owner(name).await.unwrap_or(false);
    let mut flags = RequestNameFlags::ALLOW_REPLACEMENT | RequestNameFlags::DO_NOT_QUEUE;
    if replace {
        flags |= RequestNameFlags::REPLACE_EXISTING;
    }
    match connection.request_name_with_flags(BUS_NAME, flags).await {
        Ok(_) => Ok(OnBus { connection, direct, replaced, lost }),
        Err(zbus::Error::NameTaken) => {
            let remedy = if replace {
                "It does not let itself be replaced: stop it"
            } else {
                "Stop it, or take the name over with --replace"
            };
            Err(BusError::NameTaken { bus, owner: owner(&proxy).await, remedy })
        }
        Err(zbus::Error::FDO(e)) if matches!(*e, fdo::Error::AccessDenied(_)) => {
            Err(BusError::NameRefused(bus))
        }
        Err(error) => Err(failed(error)),
    }
}

async fn connect(
    bus: Bus,
    shared: &Arc<Shared>,
    outbox: &Arc<Outbox>,
) -> Result<(Connection, Option<Direct>), BusError> {
    let addresses = match bus {
        Bus::Session => connection::session_address(),
        Bus::System => connection::system_address(),
    };
    let limit = if notify::is_wanted() { CONNECT_TIMEOUT_AT_BOOT } else { CONNECT_TIMEOUT };
    let diagnostics = ReadOnly::new(Diagnostics::new(Arc::clone(shared)));
    let speed = ReadOnly::new(Speed::new(Arc::clone(shared)));
    let signals = ReadOnly::new(Signals::new(Arc::clone(shared)));
    let odometer = ReadOnly::new(Odometer::new(Arc::clone(shared), Arc::clone(outbox), bus));
    let quick = Arc::clone(shared);
    // Without a speed, the object says why.
    let get_speed = Quick::new(BUS_NAME, OBJECT_PATH, SPEED_INTERFACE, "getSpeed", move || {
        quick.lock().reading().integer_kmh
    });
    let ours = described(&[&diagnostics, &odometer, &signals, &speed]);
    let connecting = async {
        let addresses = addresses?;
        let connection = connection::open_with(&addresses, get_speed, |builder| {
            builder
                .serve_at(OBJECT_PATH, diagnostics)
                .serve_at(OBJECT_PATH, odometer)
                .serve_at(OBJECT_PATH, signals)
                .serve_at(OBJECT_PATH, speed)
        });
        let (connection, direct) = connection.await?;
        install_standard(connection.object_server(), &ours).await?;
        Ok::<_, zbus::Error>((connection, direct))
    };
    let why = match tokio::time::timeout(limit, connecting).await {
        Ok(Ok(connected)) => return Ok(connected),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("it did not answer within {} s", limit.as_secs()),
    };
    let sudo = std::env::var_os("SUDO_USER").is_some();
    Err(match bus {
        Bus::Session if sudo => BusError::NoSessionOfRoot(why),
        Bus::Session => BusError::NoSession(why),
        Bus::System => BusError::NoSystem(why),
    })
}

/// Who has the name, as far as the bus tells.
async fn owner(proxy: &DBusProxy<'_>) -> String {
    let Ok(name) = BusName::try_from(BUS_NAME) else { return "another program".to_owned() };
    match proxy.get_connection_unix_process_id(name).await {
        Ok(pid) => format!("process {pid}"),
        Err(_) => "another program".to_owned(),
    }
}
