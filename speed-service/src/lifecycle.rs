//! What ends the service or has it read its configuration again.

use std::future::Future;
use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::bus::OnBus;

/// What ended the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// SIGTERM or SIGINT.
    Signal(&'static str),
    /// Another service has taken the name over.
    Replaced,
    /// The connection to the bus is gone.
    BusLost,
}

/// The signals that the process listens to.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    /// SIGHUP: read the configuration again.
    pub hangup: Signal,
}

impl Signals {
    /// Listens from now on.
    ///
    /// # Errors
    /// The system refuses a handler.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Splits off SIGHUP; the rest becomes the wait for an end.
    pub fn into_parts(self, mut bus: OnBus) -> (Signal, impl Future<Output = Ending>) {
        let Self { mut terminate, mut interrupt, hangup } = self;
        let connection = bus.connection.clone();
        let ending = async move {
            tokio::select! {
                _ = terminate.recv() => Ending::Signal("SIGTERM"),
                _ = interrupt.recv() => Ending::Signal("SIGINT"),
                () = connection.closed() => Ending::BusLost,
                () = bus.name_lost() => Ending::Replaced,
            }
        };
        (hangup, ending)
    }
}
