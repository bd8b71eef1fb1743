//! Signals on their way to the bus: a bounded queue between the run loop and the task that sends.
//!
//! The run loop never waits for the bus. Should the bus stop reading for so long that the queue is
//! full, the signals in it are folded into the fewest that leave every client with the truth.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::publisher::{Properties, Signal};
use crate::watchdog::Sending;

/// Signals held at most. A live car changes its integer speed some tens of times a second at worst.
const CAPACITY: usize = 512;

/// Above this many, a source that can wait should.
const HIGH_WATER: usize = 64;

/// The queue.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: Mutex<VecDeque<Signal>>,
    closed: AtomicBool,
    /// Batches given to the sender, and those that it has put on the bus.
    taken: AtomicU64,
    sent: AtomicU64,
    filled: Notify,
    drained: Notify,
}

impl Outbox {
    /// Queues a signal. Never waits.
    pub fn push(&self, signal: Signal) {
        let mut queue = self.lock();
        if queue.len() >= CAPACITY {
            fold(&mut queue);
        }
        queue.push_back(signal);
        drop(queue);
        self.filled.notify_one();
    }

    /// Moves all queued signals to `batch`; waits while there is none. `false` when the outbox is closed
    /// and empty. For one sender only.
    pub async fn take(&self, batch: &mut Vec<Signal>) -> bool {
        loop {
            batch.extend(self.lock().drain(..));
            if !batch.is_empty() {
                self.taken.fetch_add(1, Ordering::Relaxed);
                self.drained.notify_one();
                return true;
            }
            if self.closed.load(Ordering::Acquire) {
                return false;
            }
            self.filled.notified().await;
        }
    }

    /// The bus has taken the batch that [`take`](Self::take) gave last.
    pub fn sent(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// How the bus takes what is queued.
    pub fn sending(&self) -> Sending {
        let sent = self.sent.load(Ordering::Relaxed);
        let idle = sent == self.taken.load(Ordering::Relaxed) && self.lock().is_empty();
        Sending { sent, idle }
    }

    /// Nothing more will be queued: the sender ends when it has sent the rest.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.filled.notify_one();
    }

    /// Waits while the queue is well filled: for a log, which can wait, so that none of its signals is
    /// folded away. For one waiter only.
    pub async fn room(&self) {
        while self.lock().len() >= HIGH_WATER {
            self.drained.notified().await;
        }
    }

    /// A panic cannot leave the queue half changed, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Signal>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Folds the queue into at most seven signals with the same first and last word: the newest of each
/// property, then (if it began with a speed) the last speed before the last loss, that loss, and the
/// last speed after it. So a loss stays a loss, is never told twice, and the last number is right.
fn fold(queue: &mut VecDeque<Signal>) {
    let mut properties: Option<Properties> = None;
    let (mut before, mut lost, mut after) = (None, None, None);
    let (mut available, mut instruments, mut odometer) = (None, None, None);
    for signal in queue.drain(..) {
        match signal {
            Signal::Properties(newer) => {
                let all = properties.get_or_insert_default();
                all.numbers = newer.numbers.or(all.numbers);
                all.state = newer.state.or(all.state);
                all.reason = newer.reason.or(all.reason);
                all.source |= newer.source;
            }
            Signal::Instruments => instruments = Some(signal),
            Signal::Available => available = Some(signal),
            Signal::Odometer => odometer = Some(signal),
            Signal::SpeedChanged(_) => after = Some(signal),
            Signal::SpeedLost(_) => {
                // A queue that begins with a loss has no speed before it, whatever came in between.
                if lost.is_none() || before.is_some() {
                    before = after.or(before);
                }
                after = None;
                lost = Some(signal);
            }
        }
    }
    queue.extend(properties.map(Signal::Properties));
    queue.extend([odometer, before, lost, after, available, instruments].into_iter().flatten());
}

#[cfg(test)]
mod tests {
    use interfaces::State;
    use proptest::prelude::*;

    use super::*;
    use crate::publisher::Numbers;

    const LOST: Signal = Signal::SpeedLost(State::Stale);

    fn folded(signals: &[Signal]) -> Vec<Signal> {
        let mut queue = signals.iter().copied().collect();
        fold(&mut queue);
        queue.into()
    }

    #[test]
    fn a_queue_that_begins_with_a_loss_keeps_beginning_with_it() {
        let back = Signal::SpeedChanged(7);
        assert_eq!(folded(&[LOST, back, LOST, back]), [LOST, back]);
        assert_eq!(folded(&[LOST, back, LOST]), [LOST]);
    }

    #[test]
    fn a_queue_that_begins_with_a_speed_keeps_beginning_with_one() {
        let speed = Signal::SpeedChanged;
        assert_eq!(
            folded(&[speed(1), speed(2), LOST, speed(3), LOST, speed(4), speed(5)]),
            [speed(3), LOST, speed(5)]
        );
        assert_eq!(folded(&[speed(1), speed(2)]), [speed(2)]);
    }

    #[test]
    fn one_word_of_the_odometer_is_enough() {
        let speed = Signal::SpeedChanged;
        let queue = [Signal::Odometer, speed(1), Signal::Odometer, speed(2), Signal::Odometer];
        assert_eq!(folded(&queue), [Signal::Odometer, speed(2)]);
    }

    #[test]
    fn the_newest_of_each_property_stays() {
        let numbers = Numbers { speed_kmh: 1.0, uncertainty_kmh: 0.5, witnesses: 4, indicated_kmh: 1.1 };
        let first = Properties {
            numbers: Some(Some(numbers)),
            state: Some(State::Degraded),
            reason: Some("slip"),
            source: true,
        };
        let second = Properties { numbers: Some(None), reason: Some("held"), ..Properties::default() };
        let both = Properties { numbers: Some(None), reason: Some("held"), ..first };
        let folded = folded(&[Signal::Properties(first), Signal::Properties(second)]);
        assert_eq!(folded, [Signal::Properties(both)]);
    }

    /// Signals in an order that the publisher could send them in.
    fn signals() -> impl Strategy<Value = Vec<Signal>> {
        proptest::collection::vec(proptest::option::of(0..5_i32), 1..2_000).prop_map(|speeds| {
            let mut known = None;
            let mut signals = Vec::new();
            for speed in speeds {
                match speed {
                    Some(kmh) if known != speed => signals.push(Signal::SpeedChanged(kmh)),
                    None if known.is_some() => signals.push(LOST),
                    _ => {}
                }
                known = speed;
            }
            signals
        })
    }

    proptest! {
        #[test]
        fn whatever_happens_the_queue_is_bounded_and_ends_with_the_truth(signals in signals(), takes in 1..700_usize) {
            let outbox = Outbox::default();
            let mut received = Vec::new();
            for (count, signal) in signals.iter().enumerate() {
                outbox.push(*signal);
                if count % takes == 0 {
                    received.extend(outbox.lock().drain(..));
                }
                prop_assert!(outbox.lock().len() <= CAPACITY);
            }
            received.extend(outbox.lock().drain(..));
            prop_assert_eq!(received.last(), signals.last());
            let twice = received.windows(2).any(|two| two[0] == LOST && two[1] == LOST);
            prop_assert!(!twice, "a loss was told twice");
            prop_assert_eq!(received.contains(&LOST), signals.contains(&LOST), "a loss was swallowed");
            prop_assert_ne!(received.first(), Some(&LOST), "a loss without a speed before");
        }
    }

    #[tokio::test]
    async fn a_log_waits_for_room() {
        let outbox = Outbox::default();
        for kmh in 0..100 {
            outbox.push(Signal::SpeedChanged(kmh));
        }
        let mut batch = Vec::new();
        let waited = tokio::select! {
            biased;
            () = outbox.room() => false,
            _ = outbox.take(&mut batch) => true,
        };
        assert!(waited, "room() did not wait for a queue of 100");
        outbox.room().await;
        assert_eq!(batch.len(), 100);
    }
}
