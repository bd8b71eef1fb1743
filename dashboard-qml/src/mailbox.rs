//! A place for one reading between the worker and the GUI thread.
//!
//! A slow GUI thread must not find a queue of old speeds: a new reading replaces the one that waits,
//! and at most one wake-up is under way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::reading::Reading;

#[derive(Clone)]
pub(crate) struct Mailbox {
    slot: Arc<Mutex<Option<Reading>>>,
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        Self { slot: Arc::new(Mutex::new(None)) }
    }

    /// Leaves a reading; true when the GUI thread must be woken because nothing was waiting.
    pub(crate) fn put(&self, reading: Reading) -> bool {
        self.lock().replace(reading).is_none()
    }

    /// Takes the newest reading.
    pub(crate) fn take(&self) -> Option<Reading> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Reading>> {
        // A reading is replaced whole, so a panic elsewhere cannot have left half of one.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::{NO_SERVICE, STARTING};

    #[test]
    fn one_wake_up_and_the_newest_reading() {
        let mailbox = Mailbox::new();
        assert!(mailbox.put(Reading::without_speed(STARTING)));
        assert!(!mailbox.put(Reading::without_speed(NO_SERVICE)));
        assert_eq!(mailbox.take(), Some(Reading::without_speed(NO_SERVICE)));
        assert_eq!(mailbox.take(), None);
        assert!(mailbox.put(Reading::without_speed(STARTING)));
    }
}
