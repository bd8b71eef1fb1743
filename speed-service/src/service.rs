//! The run loop: events of the source in, readings and signals out.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use can_reader::signals::Held;
use can_reader::source::AnySource;
use can_reader::{Event, FrameSource, SourceTime};
use futures_util::FutureExt;
use interfaces::State;
use tokio::time::Instant;

use crate::cli::Cli;
use crate::config::{Settings, SourceChoice};
use crate::instruments::Instruments;
use crate::lifecycle::Ending;
use crate::outbox::Outbox;
use crate::publisher::{Publisher, Reading, Signal, Step, gap};
use crate::rebuild::Rebuild;
use crate::report::Report;
use crate::shared::Shared;
use crate::watchdog::Watchdog;

/// Events between two turns of the other tasks, when the source never has to wait (a log at full speed, a flood):
/// an answer on D-Bus takes a few turns.
const EVENTS_PER_TURN: u32 = 16;

/// How soon the odometer looks again while it waits for something.
const LOOK: SourceTime = SourceTime::from_secs(1);

/// Everything that the run loop owns.
pub struct Service {
    pub(crate) cli: Cli,
    pub(crate) settings: Settings,
    pub(crate) source: AnySource,
    pub(crate) shared: Arc<Shared>,
    pub(crate) publisher: Publisher,
    pub(crate) instruments: Instruments,
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) report: Report,
    pub(crate) rebuild: Rebuild,
    pub(crate) started: Instant,
    events: u32,
    pub(crate) watchdog: Watchdog,
    /// What the service manager was told of last; `None`: not even that all is up.
    pub(crate) state_told: Option<(State, &'static str)>,
    /// The source has not been asked for anything yet.
    pub(crate) source_is_new: bool,
}

impl Service {
    /// A service that has seen nothing yet.
    #[must_use]
    pub fn new(
        cli: Cli,
        settings: Settings,
        mut source: AnySource,
        shared: Arc<Shared>,
        outbox: Arc<Outbox>,
    ) -> Self {
        source.want_each(&shared.lock().pipeline.wanted_each());
        let publisher = Publisher::new(settings.publish_hz.value);
        let instruments = Instruments::new(gap(settings.publish_hz.value));
        let (report, started) = (Report::new(), Instant::now());
        Self {
            cli,
            settings,
            source,
            shared,
            publisher,
            instruments,
            outbox,
            report,
            rebuild: Rebuild::new(),
            started,
            events: 0,
            watchdog: Watchdog::from_environment(),
            state_told: None,
            source_is_new: true,
        }
    }

    /// Runs until `ending`. On `hangup` the configuration is read again.
    pub async fn run(
        &mut self,
        hangup: &mut tokio::signal::unix::Signal,
        mut ending: Pin<&mut impl Future<Output = Ending>>,
    ) -> Ending {
        loop {
            let deadline = self.deadline();
            let report_due = self.report.due().map(|due| self.started + due);
            let publish_due = [self.publisher.deadline(), self.instruments.deadline()];
            let publish_due = publish_due.into_iter().flatten().min().map(|due| self.started + due);
            tokio::select! {
                biased;
                ending = &mut ending => return ending,
                // While one is asked for already, a storm does not wake the loop.
                _ = hangup.recv(), if !self.rebuild.is_asked() => self.rebuild.ask(),
                () = until(self.rebuild.due()) => {
                    // Whoever asked up to now is served by this one.
                    let _ = hangup.recv().now_or_never();
                    self.begin_reload();
                }
                built = self.rebuild.built() => self.end_reload(built),
                () = until(report_due) => self.report.catch_up(self.started.elapsed()),
                () = until(publish_due) => self.publish(),
                // Only for another deadline.
                () = self.shared.nudged() => {}
                event = self.source.next(deadline) => self.take(&event),
            }
            self.tell_manager();
            self.events = self.events.wrapping_add(1);
            if self.events.is_multiple_of(EVENTS_PER_TURN) {
                tokio::task::yield_now().await;
            }
            if self.can_wait() {
                tokio::select! {
                    biased;
                    ending = &mut ending => return ending,
                    () = self.outbox.room() => {}
                }
            }
        }
    }

    /// Tells clients that there is no speed any more: for a clean end.
    pub fn farewell(&mut self) {
        self.shared.lock().pipeline.replace_source();
        self.announce(self.started.elapsed(), Reading::NONE);
        self.push(Signal::Instruments);
    }

    /// Says that speed is lost although this process never had one: clients may hold a number of the
    /// service whose name it has taken over.
    pub fn disown_predecessor(&self) {
        self.outbox.push(Signal::SpeedLost(Reading::NONE.state));
    }

    /// Publishes what is known now.
    pub(crate) fn publish(&mut self) {
        self.publish_at(self.started.elapsed());
    }

    /// The same, by a clock that has been read: where that is a system call, it is a dear one.
    fn publish_at(&mut self, now: Duration) {
        let reading = {
            let inner = self.shared.lock();
            let reading = inner.reading();
            self.report.reading(now, reading, || inner.reason());
            reading
        };
        self.announce(now, reading);
        self.tell_signals(now);
    }

    /// Queues a signal that does not follow from a reading.
    pub(crate) fn push(&self, signal: Signal) {
        self.outbox.push(signal);
    }

    /// Tells clients of signals that have changed, if it is time.
    fn tell_signals(&mut self, now: Duration) {
        let mut inner = self.shared.lock();
        if inner.pipeline.board().has_news() || self.instruments.deadline().is_some() {
            let news = |with: &mut dyn FnMut(usize, Held)| inner.pipeline.take_signal_news(with);
            if self.instruments.observe(now, news) {
                self.outbox.push(Signal::Instruments);
            }
        }
    }

    fn announce(&mut self, now: Duration, reading: Reading) {
        let step: Step = self.publisher.observe(now, reading);
        step.into_iter().flatten().for_each(|signal| self.outbox.push(signal));
    }

    /// When the estimate changes by the passing of time alone, or the watchdog wants an answer. A new source is asked at once, so that what it opens
    /// is known before its first frame.
    fn deadline(&self) -> Option<SourceTime> {
        if self.source_is_new {
            return Some(SourceTime::ZERO);
        }
        let (estimate, looks) = {
            let inner = self.shared.lock();
            (inner.pipeline.deadline(), inner.odometer.wants_a_look())
        };
        let look = looks.then(|| self.source.now() + LOOK);
        [estimate, look, self.manager_deadline()].into_iter().flatten().min()
    }

    fn take(&mut self, event: &Event) {
        self.source_is_new = false;
        self.watchdog.turned();
        let now = self.source.now();
        let elapsed = self.started.elapsed();
        let went_on = {
            let mut inner = self.shared.lock();
            self.report.event(elapsed, &inner.source, event);
            inner.turned = (now, (self.started + elapsed).into_std());
            inner.pipeline.handle(now, event);
            if matches!(event, Event::LinkUp | Event::PartUp { .. }) {
                inner.odometer.link_up();
            }
            inner.receive_buffer_bytes = self.source.receive_buffer_bytes();
            inner.count_distance()
        };
        self.publish_at(elapsed);
        if went_on {
            self.push(Signal::Odometer);
        }
    }

    /// A log and the simulator wait for the bus, so that clients hear all of it at any rate. A car does not.
    pub(crate) fn can_wait(&self) -> bool {
        !matches!(self.settings.source.value, SourceChoice::Can(_))
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
