//! Whichever source the user chose.

use super::{Event, FrameSource, Replay, Simulator, SocketCan};
use crate::frame::{FrameId, SourceTime};

/// One of the three sources.
#[derive(Debug)]
pub enum AnySource {
    /// A live interface.
    SocketCan(SocketCan),
    /// A candump log.
    Replay(Replay),
    /// The simulated car.
    Simulator(Simulator),
}

impl FrameSource for AnySource {
    async fn next(&mut self, deadline: Option<SourceTime>) -> Event {
        match self {
            Self::SocketCan(source) => source.next(deadline).await,
            Self::Replay(source) => source.next(deadline).await,
            Self::Simulator(source) => source.next(deadline).await,
        }
    }

    fn now(&self) -> SourceTime {
        match self {
            Self::SocketCan(source) => source.now(),
            Self::Replay(source) => source.now(),
            Self::Simulator(source) => source.now(),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::SocketCan(source) => source.name(),
            Self::Replay(source) => source.name(),
            Self::Simulator(source) => source.name(),
        }
    }

    fn want(&mut self, ids: &[FrameId]) {
        match self {
            Self::SocketCan(source) => source.want(ids),
            Self::Replay(source) => source.want(ids),
            Self::Simulator(source) => source.want(ids),
        }
    }
}

impl From<SocketCan> for AnySource {
    fn from(source: SocketCan) -> Self {
        Self::SocketCan(source)
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
