//! Who else is on the bus: whether the car has woken up by itself.

use std::collections::BTreeMap;
use std::time::Duration;

use can_reader::FrameId;

/// A kind of frame must have been heard for so long ...
pub(super) const HEARD_FOR: Duration = Duration::from_secs(1);

/// ... without a gap longer than this.
const GAP: Duration = Duration::from_millis(500);

/// A kind that was absent for so long is news: its control unit has slept, or the whole bus.
pub(super) const ABSENT: Duration = Duration::from_secs(10);

/// More kinds than this no car has; what comes beyond is no news.
const MOST_KINDS: usize = 4096;

/// Frames of others. A car that stays awake although nobody answers is no reason to ask again: perhaps it stays so because it was
/// asked. A kind of frame that was not there before is one (the ignition is on), if it goes on: what comes seldom, such as a door's,
/// says nothing.
#[derive(Clone, Debug)]
pub(super) struct Others {
    known: BTreeMap<FrameId, Kind>,
}

/// One kind of frame.
#[derive(Clone, Copy, Debug)]
struct Kind {
    last: Duration,
    /// Since when it is news, if it is.
    news_since: Option<Duration>,
}

impl Others {
    pub const fn new() -> Self {
        Self { known: BTreeMap::new() }
    }

    /// Whether anybody was ever heard.
    pub fn were_heard(&self) -> bool {
        !self.known.is_empty()
    }

    /// One frame. `waits`: news count. Whether there has been news for long enough.
    pub fn hear(&mut self, at: Duration, id: FrameId, waits: bool) -> bool {
        let before = self.known.get(&id).copied();
        if before.is_none() && self.known.len() >= MOST_KINDS {
            return false;
        }
        let gap = before.map_or(Duration::MAX, |kind| at.saturating_sub(kind.last));
        let news_since = match before.and_then(|kind| kind.news_since) {
            _ if !waits => None,
            _ if gap >= ABSENT => Some(at),
            Some(since) if gap <= GAP => Some(since),
            _ => None,
        };
        let long_enough = news_since.is_some_and(|since| at.saturating_sub(since) >= HEARD_FOR);
        let news_since = news_since.filter(|_| !long_enough);
        self.known.insert(id, Kind { last: at, news_since });
        long_enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn hear_for(others: &mut Others, from_ms: u64, to_ms: u64, id: u16) -> Option<u64> {
        (from_ms..to_ms).step_by(100).find(|at| others.hear(ms(*at), FrameId::Standard(id), true))
    }

    #[test]
    fn news_for_a_second_wake_and_what_was_there_before_does_not() {
        let mut others = Others::new();
        others.hear(ms(0), FrameId::Standard(1), false);
        assert_eq!(hear_for(&mut others, 100, 5_000, 1), None, "it was there before");
        assert_eq!(hear_for(&mut others, 5_000, 9_000, 2), Some(6_000), "a new kind");
        assert_eq!(hear_for(&mut others, 6_100, 9_000, 2), None, "once");
        // The bus slept.
        assert_eq!(hear_for(&mut others, 30_000, 40_000, 1), Some(31_000));
    }

    #[test]
    fn a_kind_that_was_absent_is_news_although_others_went_on() {
        let mut others = Others::new();
        let mut woken = Vec::new();
        for at in (0..60_000).step_by(100) {
            // The first is never silent; the second was for 9 s, and then for 20 s.
            let second = !(10_000..19_000).contains(&at) && !(25_000..45_000).contains(&at);
            for id in [Some(1), second.then_some(2)].into_iter().flatten() {
                if others.hear(ms(at), FrameId::Standard(id), at >= 5_000) {
                    woken.push((id, at));
                }
            }
        }
        assert_eq!(woken, [(2, 46_000)]);
    }

    #[test]
    fn what_comes_seldom_wakes_nobody() {
        let mut others = Others::new();
        let any = (0..2_000).find(|n| {
            let seldom = *n % 150 < 5 && others.hear(ms(n * 100), FrameId::Standard(1), true);
            others.hear(ms(n * 100 + 50), FrameId::Standard(2), *n > 0) || seldom
        });
        assert_eq!(any, None);
    }
}
