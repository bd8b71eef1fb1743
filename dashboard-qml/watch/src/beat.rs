//! What the cluster says, a byte each, through a pipe.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;

/// The environment variable with the number of the pipe's file descriptor.
pub const PIPE: &str = "CARDASH_WATCH_PIPE";

/// Beats that say nothing new come no faster: the GUI thread offers one for each frame too.
const LEAST_APART: Duration = Duration::from_millis(50);

/// The GUI thread turns, and this is on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// A number that a driver could believe.
    Numbers,
    /// None yet: the frame that has the first is being drawn.
    Appearing,
    /// Nothing of that kind.
    Calm,
    /// The cluster ends in good order.
    Ending,
}

impl Beat {
    /// As it is in the pipe.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Numbers => b'n',
            Self::Appearing => b'a',
            Self::Calm => b'c',
            Self::Ending => b'e',
        }
    }

    /// `None` for what no cluster of this version says.
    #[must_use]
    pub fn of(byte: u8) -> Option<Self> {
        [Self::Numbers, Self::Appearing, Self::Calm, Self::Ending]
            .into_iter()
            .find(|beat| beat.byte() == byte)
    }
}

/// The cluster's end. To be used by the GUI thread alone: it is a sign of that thread's life.
#[derive(Debug)]
pub struct Beats {
    pipe: File,
    last: Option<(Instant, Beat)>,
}

impl Beats {
    /// The pipe that [`PIPE`] names, if somebody watches. From then on the kernel kills this process when the watch ends:
    /// nobody shows a number unwatched.
    ///
    /// `value` is the variable's.
    #[must_use]
    pub fn open(value: &str) -> Option<Self> {
        let number: u32 = value.parse().ok()?;
        // Opened anew, for a description of its own: it must never block, whatever the other end does.
        let pipe = OpenOptions::new()
            .write(true)
            .custom_flags(OFlag::O_NONBLOCK.bits())
            .open(format!("/proc/self/fd/{number}"))
            .ok()?;
        set_pdeathsig(Signal::SIGKILL).ok()?;
        Some(Self { pipe, last: None })
    }

    /// Says it, unless the same was said just now.
    pub fn say(&mut self, beat: Beat) {
        let now = Instant::now();
        if self.last.is_some_and(|(at, last)| last == beat && now.duration_since(at) < LEAST_APART) {
            return;
        }
        self.last = Some((now, beat));
        // Full: a watch that reads nothing for so long has been stopped itself. Broken: it is gone, and so are we.
        let _ = self.pipe.write(&[beat.byte()]);
    }
}
