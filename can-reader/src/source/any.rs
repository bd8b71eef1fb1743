//! Whichever source the user chose.

use super::{Event, FrameSource, Replay, SeveralCan, Simulator, SocketCan};
use crate::filter::IdFilter;
use crate::frame::SourceTime;

/// One of the sources.
#[derive(Debug)]
pub enum AnySource {
    /// A live interface.
    SocketCan(SocketCan),
    /// Several live interfaces.
    SeveralCan(SeveralCan),
    /// A log.
    Replay(Replay),
    /// The simulated car.
    Simulator(Simulator),
}

impl AnySource {
    /// Size of the kernel's receive buffer, bytes in the kernel's accounting; `None` where there is none: no live
    /// interface, or it is down.
    #[must_use]
    pub fn receive_buffer_bytes(&self) -> Option<usize> {
        match self {
            Self::SocketCan(source) => source.receive_buffer_bytes(),
            Self::SeveralCan(source) => source.receive_buffer_bytes(),
            Self::Replay(_) | Self::Simulator(_) => None,
        }
    }
}

impl FrameSource for AnySource {
    async fn next(&mut self, deadline: Option<SourceTime>) -> Event {
        match self {
            Self::SocketCan(source) => source.next(deadline).await,
            Self::SeveralCan(source) => source.next(deadline).await,
            Self::Replay(source) => source.next(deadline).await,
            Self::Simulator(source) => source.next(deadline).await,
        }
    }

    fn now(&self) -> SourceTime {
        match self {
            Self::SocketCan(source) => source.now(),
            Self::SeveralCan(source) => source.now(),
            Self::Replay(source) => source.now(),
            Self::Simulator(source) => source.now(),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::SocketCan(source) => source.name(),
            Self::SeveralCan(source) => source.name(),
            Self::Replay(source) => source.name(),
            Self::Simulator(source) => source.name(),
        }
    }

    fn want(&mut self, ids: &[IdFilter]) {
        match self {
            Self::SocketCan(source) => source.want(ids),
            Self::SeveralCan(source) => source.want(ids),
            Self::Replay(source) => source.want(ids),
            Self::Simulator(source) => source.want(ids),
        }
    }

    fn want_each(&mut self, ids: &[Vec<IdFilter>]) {
        match self {
            Self::SocketCan(source) => source.want_each(ids),
            Self::SeveralCan(source) => source.want_each(ids),
            Self::Replay(source) => source.want_each(ids),
            Self::Simulator(source) => source.want_each(ids),
        }
    }
}

impl From<SocketCan> for AnySource {
    fn from(source: SocketCan) -> Self {
        Self::SocketCan(source)
    }
}

impl From<SeveralCan> for AnySource {
    fn from(source: SeveralCan) -> Self {
        Self::SeveralCan(source)
    }
}

impl From<Replay> for AnySource {
    fn from(source: Replay) -> Self {
        Self::Replay(source)
    }
}

impl From<Simulator> for AnySource {
    fn from(source: Simulator) -> Self {
        Self::Simulator(source)
    }
}
