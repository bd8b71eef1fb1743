//! Which parameter is asked for next: first what the car supports, then its speed in every second turn at least.

use std::time::Duration;

use crate::request::Pid;

/// The engine's speed is wanted so often, and how far the accelerator is pressed.
const ENGINE_SPEED: Duration = Duration::from_millis(300);
const ACCELERATOR: Duration = Duration::from_secs(1);

/// Temperatures, levels and lamps.
const SLOW: Duration = Duration::from_secs(5);

/// A speed that came later than this after its question is older than the profile `obd` says (`delay_ms`).
pub const SPEED_WITHIN: Duration = Duration::from_millis(100);

/// So long such a speed is left alone: the first in a row until it is stale for the service (`stale_after_ms`), the second, and all
/// others.
const LATE_FOR: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(60), Duration::from_secs(600)];

/// A speed that nobody has answered in time is asked for again after so long: what comes meanwhile is late, and not the next question's.
const SPEED_LOST: Duration = Duration::from_secs(1);

/// What was refused is left alone for so long.
pub(super) const REFUSED_FOR: Duration = Duration::from_secs(60);

/// A question about what is supported that nobody answers is asked so often.
const MASK_TRIES: u32 = 2;

/// What a turn is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Ask for this.
    Ask(Pid),
    /// There is nothing to ask for now.
    Rest,
}

/// The order of the questions.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    /// By [`Pid::MASKS`]: what any unit supports, once it is known.
    masks: [Mask; Pid::MASKS.len()],
    values: [Asked; Pid::VALUES.len()],
    /// The last turn was the speed's.
    was_speed: bool,
    /// So many speeds in a row came late.
    late: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Mask {
    bits: Option<u32>,
    tries: u32,
    not_before: Duration,
}

/// What is known of one parameter.
#[derive(Clone, Copy, Debug)]
struct Asked {
    pid: Pid,
    due: Duration,
    /// What it was before a unit refused it.
    refused: Option<Duration>,
}

impl Turns {
    pub fn new() -> Self {
        let values = Pid::VALUES.map(|pid| Asked { pid, due: Duration::ZERO, refused: None });
        Self { masks: [Mask::default(); Pid::MASKS.len()], values, was_speed: false, late: 0 }
    }

    /// Begins with what is supported: another control unit may have woken up.
    pub fn restart(&mut self) {
        *self = Self::new();
    }

    pub fn next(&self, at: Duration) -> Turn {
        if let Some(mask) = self.mask_to_ask(at) {
            return Turn::Ask(mask);
        }
        let due = |asked: &&Asked| self.supports(asked.pid) && asked.due <= at;
        let speed = self.values.iter().find(|asked| asked.pid == Pid::SPEED).filter(due);
        let other = self.values.iter().filter(|asked| asked.pid != Pid::SPEED).filter(due);
        let other = other.min_by_key(|asked| asked.due);
        let chosen = if self.was_speed { other.or(speed) } else { speed.or(other) };
        chosen.map_or(Turn::Rest, |asked| Turn::Ask(asked.pid))
    }

    /// When there is something to ask for at the earliest.
    pub fn due(&self) -> Duration {
        let masks = Pid::MASKS.iter().zip(&self.masks).filter(|(pid, mask)| self.is_open(**pid, mask));
        let masks = masks.map(|(_, mask)| mask.not_before);
        let values = self.values.iter().filter(|asked| self.supports(asked.pid)).map(|asked| asked.due);
        masks.chain(values).min().unwrap_or(Duration::MAX)
    }

    pub fn sent(&mut self, at: Duration, pid: Pid) {
        self.was_speed = pid == Pid::SPEED;
        let period = match pid {
            Pid::SPEED => Duration::ZERO,
            Pid::ENGINE_SPEED => ENGINE_SPEED,
            Pid::ACCELERATOR => ACCELERATOR,
            _ => SLOW,
        };
        if let Some(asked) = self.value(pid) {
            (asked.due, asked.refused) = (at + period, None);
        }
    }

    /// An answer came; whether it is known now what is supported.
    pub fn answered(&mut self, at: Duration, pid: Pid, data: u32) -> bool {
        let knew = self.is_known(at);
        if let Some(mask) = self.mask(pid) {
            *mask = Mask { bits: Some(mask.bits.unwrap_or(0) | data), ..*mask };
        }
        // Another unit has refused it.
        if let Some(asked) = self.value(pid)
            && let Some(before) = asked.refused.take()
        {
            asked.due = before;
        }
        !knew && self.is_known(at)
    }

    /// A speed came so long after its question. Gives, if that is too late, for how long the speed is left alone.
    pub fn speed_came(&mut self, at: Duration, after: Duration) -> Option<Duration> {
        if after <= SPEED_WITHIN {
            self.late = 0;
            return None;
        }
        let left_for = LATE_FOR[LATE_FOR.len().min(self.late as usize + 1) - 1];
        self.late = self.late.saturating_add(1);
        if let Some(asked) = self.value(Pid::SPEED) {
            asked.due = at + left_for;
        }
        Some(left_for)
    }

    pub fn unanswered(&mut self, pid: Pid, sent: Duration) {
        if let Some(asked) = self.value(pid).filter(|asked| asked.pid == Pid::SPEED) {
            asked.due = asked.due.max(sent + SPEED_LOST);
        }
        let is_first = pid == Pid::SUPPORTED_01_20;
        if let Some(mask) = self.mask(pid) {
            mask.tries += 1;
            // Without the first nothing is known: it is asked for as long as anything is.
            if mask.tries >= MASK_TRIES && !is_first {
                mask.bits = mask.bits.or(Some(0));
            }
        }
    }

    pub fn refused(&mut self, at: Duration, pid: Pid) {
        if let Some(asked) = self.value(pid) {
            asked.refused = asked.refused.or(Some(asked.due));
            asked.due = at + REFUSED_FOR;
        }
        if let Some(mask) = self.mask(pid) {
            mask.not_before = at + REFUSED_FOR;
        }
    }

    pub fn has_speed(&self) -> bool {
        self.supports(Pid::SPEED)
    }

    fn mask_to_ask(&self, at: Duration) -> Option<Pid> {
        let open = |(pid, mask): &(&Pid, &Mask)| self.is_open(**pid, mask) && mask.not_before <= at;
        Pid::MASKS.iter().zip(&self.masks).find(open).map(|(pid, _)| *pid)
    }

    /// Whether it is to be asked for at all.
    fn is_open(&self, pid: Pid, mask: &Mask) -> bool {
        mask.bits.is_none() && (pid == Pid::SUPPORTED_01_20 || self.supports(pid))
    }

    fn is_known(&self, at: Duration) -> bool {
        self.masks[0].bits.is_some() && self.mask_to_ask(at).is_none()
    }

    fn value(&mut self, pid: Pid) -> Option<&mut Asked> {
        self.values.iter_mut().find(|asked| asked.pid == pid)
    }

    fn mask(&mut self, pid: Pid) -> Option<&mut Mask> {
        let place = Pid::MASKS.iter().position(|mask| *mask == pid)?;
        self.masks.get_mut(place)
    }

    /// Whether any unit says that it has it: bit 31 of the first mask is 0x01, bit 0 is 0x20, and so on (SAE J1979).
    fn supports(&self, pid: Pid) -> bool {
        let Some(place) = pid.number().checked_sub(1) else { return true };
        let mask = self.masks.get(usize::from(place / 32)).and_then(|mask| mask.bits);
        mask.is_some_and(|bits| bits >> (31 - place % 32) & 1 == 1)
    }
}
