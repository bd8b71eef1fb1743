//! What the bus says while a person is led: heard for as long as an answer takes, or for a time.

use std::pin::pin;
use std::time::Duration;

use can_reader::source::SocketCan;
use can_reader::{Event, FrameSource, SourceTime};

/// A bus that is listened to while somebody is asked.
pub(crate) trait Ear {
    /// Hears until the answer is there, and gives it; `with` takes each event and the clock.
    async fn until<T>(&mut self, answer: impl Future<Output = T>, with: impl FnMut(SourceTime, &Event)) -> T;

    /// Hears for so long.
    async fn hear(&mut self, time: Duration, with: impl FnMut(SourceTime, &Event));
}

/// So often the clock is told where nothing comes.
const TICK: Duration = Duration::from_millis(100);

/// A real interface. It never sends.
#[derive(Debug)]
pub(crate) struct Live(SocketCan);

impl Live {
    /// The interface of this name; it has to be up.
    pub(crate) fn new(interface: &str) -> Self {
        Self(SocketCan::new(interface))
    }
}

impl Ear for Live {
    async fn until<T>(
        &mut self,
        answer: impl Future<Output = T>,
        mut with: impl FnMut(SourceTime, &Event),
    ) -> T {
        let mut answer = pin!(answer);
        loop {
            let tick = self.0.now() + TICK;
            tokio::select! {
                // A full bus must not keep the answer waiting.
                biased;
                answer = &mut answer => return answer,
                event = self.0.next(Some(tick)) => with(self.0.now(), &event),
            }
        }
    }

    async fn hear(&mut self, time: Duration, with: impl FnMut(SourceTime, &Event)) {
        self.until(tokio::time::sleep(time), with).await;
    }
}
