//! A stretch without a speed: a car that is parked, or distance that nobody knows.

use std::time::Duration;

/// From rest to rest, so much of doubt proves nothing: control units say "not available" when they wake up and before they
/// sleep.
const WAKING: Duration = Duration::from_secs(5);

/// Of a car that was moving when it was first heard nobody knows since when.
const LEAST: Duration = Duration::from_secs(1);

/// Why there is no speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing is heard: control units sleep.
    Silent,
    /// Something is heard that is no speed, or nothing can be heard.
    Doubtful,
}

/// How long, and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    /// The last speed before was that of a car that stood, or there was none.
    rested: bool,
    silent: Duration,
    doubtful: Duration,
    /// What is going on since the last look.
    gap: Option<Gap>,
}

impl Stretch {
    pub fn after(rested: bool) -> Self {
        Self { rested, silent: Duration::ZERO, doubtful: Duration::ZERO, gap: None }
    }

    /// Time goes on, and it is `gap` now. What has passed was as at the last look.
    pub fn add(&mut self, passed: Duration, gap: Gap) {
        self.pass(passed, self.gap.unwrap_or(gap));
        self.gap = Some(gap);
    }

    /// There is a speed again.
    pub fn end(&mut self, passed: Duration) {
        self.pass(passed, self.gap.unwrap_or(Gap::Silent));
    }

    /// It is at least so long: nobody looked while it lasted.
    pub fn add_to(&mut self, whole: Duration) {
        self.silent += whole.saturating_sub(self.silent + self.doubtful);
    }

    fn pass(&mut self, passed: Duration, gap: Gap) {
        let sum = match gap {
            Gap::Silent => &mut self.silent,
            Gap::Doubtful => &mut self.doubtful,
        };
        *sum = sum.saturating_add(passed);
    }

    /// What is unknown for certain, while it lasts: nothing, where it is so short that the next speed can bridge it.
    pub fn unknown(&self, bridge: Duration) -> Duration {
        let all = self.silent.saturating_add(self.doubtful);
        if all <= bridge {
            Duration::ZERO
        } else if !self.rested {
            all
        } else if self.doubtful > WAKING {
            self.doubtful
        } else {
            Duration::ZERO
        }
    }

    /// What was unknown, at the end: all of it, unless the car stood before and after. Never less than
    /// [`unknown`](Self::unknown).
    pub fn settled(&self, bridge: Duration, stands: bool) -> Duration {
        if stands {
            return self.unknown(bridge);
        }
        let all = self.silent.saturating_add(self.doubtful);
        // Without any length: the clock is another one, and nobody knows what was between.
        if self.rested || all.is_zero() { all.max(LEAST) } else { all }
    }
}
