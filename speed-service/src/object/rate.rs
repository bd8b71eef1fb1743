//! How often one client may ask for what is dear to answer.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Answers to one client in a [`PERIOD`]. A person or a program that polls stays far below it.
const ALLOWED: u32 = 1000;

const PERIOD: Duration = Duration::from_secs(1);

/// Counts calls by who sent them.
#[derive(Debug)]
pub struct Rate {
    window: Mutex<Window>,
}

#[derive(Debug)]
struct Window {
    since: Instant,
    /// By unique name; forgotten when the period is over, so there are never more than clients in one.
    calls: HashMap<String, u32>,
}

impl Rate {
    /// Nobody has asked yet.
    #[must_use]
    pub fn new() -> Self {
        Self { window: Mutex::new(Window { since: Instant::now(), calls: HashMap::new() }) }
    }

    /// Counts a call of `sender` at `now`, and tells whether it is to be answered.
    #[must_use]
    pub fn allows(&self, now: Instant, sender: &str) -> bool {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(window.since) >= PERIOD {
            window.since = now;
            window.calls.clear();
        }
        if let Some(calls) = window.calls.get_mut(sender) {
            *calls = calls.saturating_add(1);
            return *calls <= ALLOWED;
        }
        window.calls.insert(sender.to_owned(), 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_refused_and_nobody_else_and_not_for_long() {
        let (rate, now) = (Rate::new(), Instant::now());
        let answered = (0..50_000).filter(|_| rate.allows(now, ":1.7")).count();
        assert_eq!(answered, ALLOWED as usize);
        assert!(rate.allows(now, ":1.8"));
        assert!(rate.allows(now + PERIOD, ":1.7"));
    }
}
