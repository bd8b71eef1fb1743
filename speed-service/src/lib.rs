//! Serves one trusted vehicle speed on D-Bus as `org.cardash.Speed1`.
//!
//! ```text
//! FrameSource ─► Pipeline ─► Publisher ─► Outbox ─► sender ─► bus
//!   can-reader      │ behind one lock
//!                   │ └────────► D-Bus object ◄─ getSpeed, properties
//!                   └─► Odometer ─► a thread ─► file
//! ```
//!
//! One thread, another one for the odometer's file, and one while the configuration is read again. The run loop (`service.rs`) never waits for the bus, and
//! the object answers from memory.

mod bus;
pub mod cli;
pub mod config;
mod indication;
mod instruments;
mod lifecycle;
mod link;
pub mod logging;
mod manager;
mod notify;
mod object;
mod odometer;
mod outbox;
mod publisher;
mod rebuild;
mod reload;
mod report;
mod sender;
mod service;
mod setup;
mod shared;
mod watchdog;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use can_reader::FrameSource;
use tracing::{info, warn};

pub use bus::BusError;
use cli::Cli;
use config::ConfigError;
use lifecycle::{Ending, Signals};
pub use link::{LinkError, link_settings};
use odometer::{Odometer, Place};
use outbox::Outbox;
use service::Service;
pub use setup::SetupError;
use shared::Shared;

/// Why the service cannot start or go on. Each is a sentence with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The vehicle or the log.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The set-up of the CAN interface.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The message bus, at the start.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The message bus, later.
    #[error(
        "the connection to the {0} bus is lost: the bus has ended or has cut this service off; restart the service"
    )]
    BusLost(config::Bus),
    /// The operating system, when the configuration is to be read again.
    #[error("cannot read the configuration again: {0}")]
    Reload(std::io::Error),
    /// The operating system.
    #[error("cannot listen to signals: {0}")]
    Signals(std::io::Error),
    /// The operating system.
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
}

impl Error {
    /// What the program ends with: 78 (`EX_CONFIG` of sysexits.h) where trying again cannot help before a file is
    /// corrected, so that systemd need not try; else 1.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Setup(_) | Self::Link(_) => 78,
            Self::Bus(_) | Self::BusLost(_) | Self::Reload(_) | Self::Signals(_) | Self::Runtime(_) => 1,
        }
    }
}

/// What would be in force, for `--check`. Touches neither the bus nor CAN.
///
/// # Errors
/// What is wrong with the configuration, the vehicle or the log.
pub fn check(cli: &Cli) -> Result<String, Error> {
    let settings = config::load(cli)?;
    let vehicle = setup::vehicle(&settings)?;
    setup::check_source(&settings)?;
    Ok(setup::describe(&settings, &vehicle))
}

/// Serves until a signal or a takeover ends it.
///
/// # Errors
/// It cannot start, or the bus is lost.
pub async fn run(cli: Cli) -> Result<(), Error> {
    let result = serve(cli).await;
    if let Err(e) = &result {
        notify::status(&e.to_string());
    }
    result
}

async fn serve(cli: Cli) -> Result<(), Error> {
    let signals = Signals::listen().map_err(Error::Signals)?;
    let settings = config::load(&cli)?;
    let vehicle = setup::vehicle(&settings)?;
    let source = setup::source(&settings)?;
    let bus = settings.bus.value;
    let on_bus_as = format!("{} from {} on the {bus} bus", vehicle.name(), source.name());
    let odometer = Odometer::new(Place::of(&settings, cli.odometer.as_deref()));
    let shared = Arc::new(Shared::new(vehicle, source.name(), &settings, odometer));
    let outbox = Arc::new(Outbox::default());
    let mut served = bus::serve(bus, cli.replace, &shared, &outbox).await?;
    info!("serving {}: {on_bus_as}", interfaces::BUS_NAME);
    {
        let mut inner = shared.lock();
        inner.odometer.report();
        inner.pipeline.vehicle().warnings().iter().for_each(|warning| warn!("{warning}"));
        info!("{}", inner.reason());
    }

    let connection = served.connection.clone();
    let way = sender::Way::new(connection.clone(), served.direct.take());
    let sender = tokio::spawn(sender::run(way, Arc::clone(&outbox), Arc::clone(&shared)));
    let replaced = served.replaced;
    let (mut hangup, ending) = signals.into_parts(served);
    let mut service = Service::new(cli, settings, source, Arc::clone(&shared), Arc::clone(&outbox));
    if replaced {
        service.disown_predecessor();
    }
    let ending = service.run(&mut hangup, pin!(ending)).await;

    // First of all, for another service may wait for the file.
    shared.lock().odometer.finish(LAST_WRITE);
    match ending {
        Ending::BusLost => return Err(Error::BusLost(bus)),
        Ending::Replaced => {
            info!("another service has taken {} over; ending", interfaces::BUS_NAME);
            notify::stopping("another service has taken the name over");
        }
        Ending::Signal(name) => {
            info!("{name}: ending");
            notify::stopping(name);
            service.farewell();
        }
    }
    outbox.close();
    let goodbye = async {
        // The sender ends when everything is on the bus; it cannot fail but by a panic, which aborts.
        let _ = sender.await;
        if let Ending::Signal(_) = ending {
            connection.release_name(interfaces::BUS_NAME).await?;
        }
        connection.close().await
    };
    // Whatever a slow bus misses of this it sees when the connection closes with the process.
    let _ = tokio::time::timeout(FAREWELL, goodbye).await;
    Ok(())
}

/// How long a clean end may take, with the last write: systemd and people expect less than a second.
const FAREWELL: Duration = Duration::from_millis(400);

/// How long it may take for the odometer's card.
const LAST_WRITE: Duration = Duration::from_millis(400);
