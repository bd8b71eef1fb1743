//! Which of the source addresses that send a J1939 group is listened to.
//!
//! Several control units of a truck may send the same group: of the wheel-based speed the engine, the tachograph and the
//! instrument cluster. They need not agree, and one may send zeros where it knows nothing. Values of two senders would be
//! mixed into one that nobody said.

use std::time::Duration;

use crate::frame::SourceTime;

/// Listens to the first address that gives a usable frame, until that has given none for too long. An address that is
/// claimed anew is one more address.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sender {
    /// The address that is listened to, and when it gave a usable frame last.
    kept: Option<(u8, SourceTime)>,
    /// After what it is given up.
    late_after: Duration,
    /// The addresses that were not listened to, a bit each.
    others: [u64; 4],
    /// Frames from those.
    passed_over: u64,
}

/// What was learned of the senders of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// `other` sends it too, and is not listened to while `kept` is.
    Another { kept: u8, other: u8 },
    /// `now` is listened to, because `before` has given nothing usable for long.
    Changed { before: u8, now: u8 },
}

impl Sender {
    pub const fn new(late_after: Duration) -> Self {
        Self { kept: None, late_after, others: [0; 4], passed_over: 0 }
    }

    /// Whether a frame from this address is to be read.
    pub fn admits(&self, address: u8, at: SourceTime) -> bool {
        match self.kept {
            Some((kept, last)) => kept == address || at.saturating_sub(last) >= self.late_after,
            None => true,
        }
    }

    /// Counts a frame that is not read; what is new, if the address is.
    pub fn pass_over(&mut self, address: u8) -> Option<News> {
        self.passed_over += 1;
        let (place, bit) = (usize::from(address / 64), 1 << (address % 64));
        let known = self.others.get_mut(place)?;
        if *known & bit != 0 {
            return None;
        }
        *known |= bit;
        let (kept, _) = self.kept?;
        Some(News::Another { kept, other: address })
    }

    /// Listens to this address, which has given a usable frame.
    pub fn keep(&mut self, address: u8, at: SourceTime) -> Option<News> {
        let (before, _) = self.kept.replace((address, at))?;
        (before != address).then_some(News::Changed { before, now: address })
    }

    /// The address that is listened to, the others, and how many frames came from those; `None` while there are no others.
    pub fn overview(&self) -> Option<(u8, impl Iterator<Item = u8>, u64)> {
        let (kept, _) = self.kept.filter(|_| self.passed_over > 0)?;
        let is_other = move |address: &u8| {
            *address != kept && self.others[usize::from(*address / 64)] >> (*address % 64) & 1 == 1
        };
        Some((kept, (0..=u8::MAX).filter(is_other), self.passed_over))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_first_is_listened_to_until_it_is_silent() {
        let mut sender = Sender::new(ms(500));
        assert!(sender.admits(0x17, ms(0)) && sender.admits(0, ms(0)));
        assert_eq!(sender.keep(0x17, ms(0)), None);
        assert!(!sender.admits(0, ms(10)) && sender.admits(0x17, ms(100)));
        assert_eq!(sender.pass_over(0), Some(News::Another { kept: 0x17, other: 0 }));
        assert_eq!(sender.pass_over(0), None);
        assert_eq!(sender.keep(0x17, ms(100)), None);
        assert!(!sender.admits(0, ms(599)) && sender.admits(0, ms(600)));
        assert_eq!(sender.keep(0, ms(600)), Some(News::Changed { before: 0x17, now: 0 }));
        assert!(!sender.admits(0x17, ms(601)));
        assert_eq!(sender.pass_over(0x17), Some(News::Another { kept: 0, other: 0x17 }));
    }

    #[test]
    fn every_address_is_remembered() {
        let mut sender = Sender::new(ms(500));
        assert!(sender.overview().is_none());
        sender.keep(3, ms(0));
        assert!(sender.overview().is_none());
        for address in [0, 63, 64, 253, 255, 253] {
            sender.pass_over(address);
        }
        let (kept, others, frames) = sender.overview().unwrap();
        assert_eq!((kept, others.collect::<Vec<_>>(), frames), (3, vec![0, 63, 64, 253, 255], 6));
    }
}
