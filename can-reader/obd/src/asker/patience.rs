//! How long an answer is awaited.

use std::time::Duration;

/// Control units have 50 ms (P2, ISO 15765-4); gateways and real ones take longer.
const MOST: Duration = Duration::from_secs(1);

/// A request that was lost on a busy bus is noticed after this at the earliest.
const LEAST: Duration = Duration::from_millis(150);

/// Three times what answers have taken lately.
const TIMES: u32 = 3;

/// Learned from the answers, and doubled when none comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience(Duration);

impl Patience {
    pub const fn new() -> Self {
        Self(MOST)
    }

    pub const fn now(self) -> Duration {
        self.0
    }

    /// An answer took so long. Slower ones count at once, faster ones little by little.
    pub fn answered(&mut self, after: Duration) {
        let wanted = (after * TIMES).clamp(LEAST, MOST);
        self.0 = if wanted > self.0 { wanted } else { (self.0 * 7 + wanted) / 8 };
    }

    /// None came.
    pub fn tried(&mut self) {
        self.0 = (self.0 * 2).min(MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_the_answers_and_grows_when_none_comes() {
        let mut patience = Patience::new();
        assert_eq!(patience.now(), MOST);
        (0..40).for_each(|_| patience.answered(Duration::from_millis(10)));
        assert!(patience.now() < LEAST + Duration::from_millis(10), "{patience:?}");
        patience.answered(Duration::from_millis(200));
        assert_eq!(patience.now(), Duration::from_millis(600));
        patience.tried();
        assert_eq!(patience.now(), MOST);
    }
}
