//! Reads the configuration again beside the run loop: a big DBC takes a while, in which frames, clients and the watchdog
//! are served on.

use std::future::pending;
use std::io;
use std::thread;
use std::time::Duration;

use can_reader::Vehicle;
use can_reader::source::AnySource;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::cli::Cli;
use crate::config::{self, Settings};
use crate::{Error, setup};

/// Who asks once more within it is served by the same reading.
const MOMENT: Duration = Duration::from_millis(50);

/// From the end of one reading to the next, so that a storm of wishes does not keep a core busy.
const PAUSE: Duration = Duration::from_secs(1);

/// As the main thread's, in which the same files are read at the start.
const STACK_BYTES: usize = 8 << 20;

/// What a reading of configuration, vehicle profile and log came to.
#[derive(Debug)]
pub struct Built {
    /// What is asked for now.
    pub settings: Settings,
    /// Its vehicle.
    pub vehicle: Vehicle,
    /// `None`: the one in use serves on.
    pub source: Option<AnySource>,
}

/// One reading at a time, in the order in which they were asked for.
#[derive(Debug)]
pub struct Rebuild {
    /// When somebody asked for a reading that has not begun.
    asked: Option<Instant>,
    not_before: Instant,
    reading: Option<oneshot::Receiver<Result<Built, Error>>>,
}

impl Rebuild {
    /// Nobody has asked yet.
    #[must_use]
    pub fn new() -> Self {
        Self { asked: None, not_before: Instant::now(), reading: None }
    }

    /// Asks for a reading of what the files hold from now on.
    pub fn ask(&mut self) {
        self.asked.get_or_insert_with(Instant::now);
    }

    /// Whether a reading is asked for that has not begun: to ask again changes nothing.
    #[must_use]
    pub const fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// When to [`begin`](Self::begin).
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.asked.filter(|_| self.reading.is_none()).map(|asked| self.not_before.max(asked + MOMENT))
    }

    /// Begins to read, in a thread: everything new is there before anything old is given up. `settings` are those in
    /// force.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn begin(&mut self, cli: Cli, settings: Settings) -> Result<(), Error> {
        self.asked = None;
        self.not_before = Instant::now() + PAUSE;
        let (sender, receiver) = oneshot::channel();
        // A source may want to know the runtime that it is for.
        let runtime = Handle::current();
        let read = move || {
            let _context = runtime.enter();
            // Nobody waits for it any more where the service ends meanwhile.
            let _ = sender.send(build(&cli, &settings));
        };
        // Not the runtime's pool: that would panic where there is no thread to be had, and the end would wait for it.
        let thread = thread::Builder::new().name("reload".to_owned()).stack_size(STACK_BYTES);
        thread.spawn(read).map_err(Error::Reload)?;
        self.reading = Some(receiver);
        Ok(())
    }

    /// Waits for the end of the reading that has begun; for ever where none has. Cancel safe.
    pub async fn built(&mut self) -> Result<Built, Error> {
        let Some(reading) = &mut self.reading else { return pending().await };
        let built = reading.await;
        self.reading = None;
        self.not_before = Instant::now() + PAUSE;
        // A release build ends at a panic.
        built.unwrap_or_else(|_| Err(Error::Reload(io::Error::other("the reading has panicked"))))
    }
}

fn build(cli: &Cli, in_force: &Settings) -> Result<Built, Error> {
    let settings = config::load(cli)?;
    let vehicle = setup::vehicle(&settings)?;
    let source = if settings.same_source(in_force) { None } else { Some(setup::source(&settings)?) };
    Ok(Built { settings, vehicle, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_ask_within_a_moment_ask_for_one_reading() {
        let mut rebuild = Rebuild::new();
        assert_eq!(rebuild.due(), None);
        rebuild.ask();
        let due = rebuild.due();
        assert!(due.is_some_and(|due| due > Instant::now()));
        rebuild.ask();
        assert_eq!(rebuild.due(), due);
    }
}
