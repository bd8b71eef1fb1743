//! Connections to a bus that nobody can send file descriptors through.
//!
//! No member of the contract takes a file descriptor. A client that agrees to receive them gets those of every message
//! sent to it all the same, and has them open until it has read the message: a flood of them uses up all that a process may
//! have, and ends it. These connections do not agree, so that the bus refuses such a message, and the kernel drops a
//! descriptor that comes nevertheless.

mod address;
mod direct;
mod quick;
mod reader;
mod socket;

use std::sync::Arc;

use zbus::address::Transport;
use zbus::connection::Builder;
use zbus::{Address, Connection, Error, Result};

pub use address::{session_address, system_address};
pub use direct::{Direct, Head};
pub use quick::Quick;

/// Connects to the session bus.
///
/// # Errors
/// There is none, or it does not take us.
pub async fn session() -> Result<Connection> {
    open(&session_address()?, |builder| builder).await
}

/// Connects to the system bus.
///
/// # Errors
/// There is none, or it does not take us.
pub async fn system() -> Result<Connection> {
    open(&system_address()?, |builder| builder).await
}

/// Connects to the bus at `addresses`, one or several with `;` between, of which the first that can be reached is taken.
/// `prepare` may add what the connection is to serve from its first message on.
///
/// # Errors
/// An address is malformed, none can be reached (the error is the last one's), or the bus does not take us.
pub async fn open(
    addresses: &str,
    prepare: impl FnOnce(Builder<'static>) -> Builder<'static>,
) -> Result<Connection> {
    Ok(connect(addresses, None, prepare).await?.0)
}

/// The same for a service with a method that everybody asks for: calls that `quick` knows are answered by it, all others
/// by what `prepare` adds. With the connection comes a way of its own for signals. (Another transport than a unix socket has
/// neither.)
///
/// # Errors
/// Those of [`open`].
pub async fn open_with(
    addresses: &str,
    quick: Quick,
    prepare: impl FnOnce(Builder<'static>) -> Builder<'static>,
) -> Result<(Connection, Option<Direct>)> {
    connect(addresses, Some(Arc::new(quick)), prepare).await
}

async fn connect(
    addresses: &str,
    quick: Option<Arc<Quick>>,
    prepare: impl FnOnce(Builder<'static>) -> Builder<'static>,
) -> Result<(Connection, Option<Direct>)> {
    let mut unreachable = None;
    for address in address::parse(addresses)? {
        let (builder, direct) = match address.transport() {
            Transport::Unix(unix) => match socket::connect(unix, &address, quick.clone()).await {
                Ok((socket, out)) => (Builder::socket(socket), Some(Direct::new(out))),
                Err(error) => {
                    unreachable = Some(error);
                    continue;
                }
            },
            // Only a unix socket carries descriptors.
            _ => (Builder::address(address.clone()), None),
        };
        let connection = prepare(builder).build().await?;
        return Ok((is_meant(&address, connection).await?, direct));
    }
    Err(unreachable.unwrap_or_else(|| Error::Address("an empty list of addresses".to_owned())))
}

/// An address may say which bus is meant, so that another one that has taken its place is not taken for it.
async fn is_meant(address: &Address, connection: Connection) -> Result<Connection> {
    let found = connection.server_guid();
    match address.guid() {
        Some(meant) if *meant != **found => {
            let error = Error::Handshake(format!("the bus there is {found}, not {meant}"));
            // It is left either way.
            let _ = connection.close().await;
            Err(error)
        }
        _ => Ok(connection),
    }
}
