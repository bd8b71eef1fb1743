//! The thread that talks to D-Bus.

use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::arguments::Theme;
use crate::config::Config;
use crate::link::{Link, Sink};
use crate::reading::{NO_ANSWER, Reading};
use crate::{demo, light, watch};

/// A running worker; dropping it ends and joins its thread.
pub(crate) struct Worker {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    link: Link,
}

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(config: &Config, sink: impl Sink) -> std::io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let link = Link::new(sink);
        let (config, own) = (config.clone(), link.clone());
        let thread = std::thread::Builder::new()
            .name("speed".to_owned())
            .spawn(move || work(&config, &own, stopped))?;
        Ok(Self { stop: Some(stop), thread: Some(thread), link })
    }

    /// Wheel speeds and diagnostics are fetched only while the debug page is open.
    pub(crate) fn set_detailed(&self, detailed: bool) {
        self.link.set_detailed(detailed);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            eprintln!("dashboard-qml: the D-Bus thread had panicked");
        }
    }
}

fn work(config: &Config, link: &Link, stopped: oneshot::Receiver<()>) {
    // However this thread ends, no number outlives it.
    let _last_word = LastWord(link);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("dashboard-qml: no D-Bus: tokio does not start: {error}");
            return;
        }
    };
    runtime.block_on(async {
        tokio::select! {
            _ = stopped => {}
            () = async {
                match &config.demo {
                    Some(what) => demo::run(what, link).await,
                    None => tokio::select! {
                        () = watch::run(config, link) => {}
                        never = light::run(&config.light, link), if config.theme == Theme::Auto => match never {},
                    },
                }
            } => {}
        }
    });
    // A name look-up or a connect that the runtime moved to another thread must not hold the exit.
    runtime.shutdown_background();
}

struct LastWord<'a>(&'a Link);

impl Drop for LastWord<'_> {
    fn drop(&mut self) {
        self.0.show(Reading::without_speed(NO_ANSWER));
    }
}
