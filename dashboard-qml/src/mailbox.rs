//! A place for one reading between the worker and the GUI thread.
//!
//! A slow GUI thread must not find a queue of old speeds: a new reading replaces the one that waits, and so
//! at most one update waits in the GUI thread's queue, however long a frame takes.

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
    use std::sync::mpsc::channel;

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

    #[test]
    fn at_most_one_update_waits_and_the_last_reading_arrives() {
        let mailbox = Mailbox::new();
        let waiting = Arc::new(Mutex::new(0));
        let (queue, gui) = channel();
        let (sender, waits) = (mailbox.clone(), waiting.clone());
        let worker = std::thread::spawn(move || {
            for turn in 1..=100_000 {
                let state = if turn < 100_000 { STARTING } else { NO_SERVICE };
                if sender.put(Reading::without_speed(state)) {
                    let mut waits = waits.lock().unwrap();
                    *waits += 1;
                    assert!(*waits <= 1, "{waits} updates wait");
                    queue.send(()).unwrap();
                }
            }
        });
        let mut last = None;
        for () in gui {
            *waiting.lock().unwrap() -= 1;
            last = mailbox.take().or(last);
        }
        worker.join().unwrap();
        assert_eq!(last, Some(Reading::without_speed(NO_SERVICE)));
    }
}
