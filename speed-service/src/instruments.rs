//! When clients are told of the signals of `org.cardash.Signals1`, and what: pure functions of the board and of time.

use std::time::Duration;

use can_reader::signals::{Board, Held, Value};

/// Decides when `Changed` is sent.
#[derive(Debug)]
pub struct Instruments {
    /// Least time between two `Changed` with nothing but numbers.
    gap: Duration,
    /// When `Changed` was sent last.
    told_at: Option<Duration>,
    /// Something has changed since.
    is_pending: bool,
    /// When what was held back is due.
    due: Option<Duration>,
}

impl Instruments {
    /// Nobody has been told anything yet. `gap`: least time between two `Changed` with nothing but numbers.
    #[must_use]
    pub const fn new(gap: Duration) -> Self {
        Self { gap, told_at: None, is_pending: false, due: None }
    }

    /// Takes another limit (a reload).
    pub const fn set_gap(&mut self, gap: Duration) {
        self.gap = gap;
    }

    /// When [`observe`](Self::observe) wants to be called even if nothing happens.
    #[must_use]
    pub const fn deadline(&self) -> Option<Duration> {
        self.due
    }

    /// Whether `Changed` is to be sent at `now`. `news` calls what it is given for each signal that has changed.
    pub fn observe(&mut self, now: Duration, news: impl FnOnce(&mut dyn FnMut(usize, Held))) -> bool {
        let mut at_once = false;
        news(&mut |_, held| {
            self.is_pending = true;
            at_once |= is_urgent(held);
        });
        if !self.is_pending {
            return false;
        }
        let earliest = self.told_at.map(|at| at.saturating_add(self.gap));
        if let Some(earliest) = earliest.filter(|at| now < *at && !at_once) {
            self.due = Some(earliest);
            return false;
        }
        (self.is_pending, self.told_at, self.due) = (false, Some(now), None);
        true
    }
}

/// Lamps, gears and losses do not wait; what moves all the time does.
const fn is_urgent(held: Held) -> bool {
    !matches!(held, Ok(Value::Float(_) | Value::Unsigned(_)))
}

/// What clients know.
#[derive(Debug, Default)]
pub struct Told {
    /// In the order of the board.
    known: Vec<(&'static str, Option<Value>)>,
}

/// What is to be told.
#[derive(Debug, Default, PartialEq)]
pub struct Change {
    /// Path to value.
    pub values: Vec<(&'static str, Value)>,
    /// Paths of those that have none any more.
    pub lost: Vec<&'static str>,
}

impl Change {
    /// Nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.lost.is_empty()
    }
}

impl Told {
    /// What has changed since the last call.
    pub fn catch_up(&mut self, board: &Board) -> Change {
        let mut change = Change::default();
        if !self.is_of(board) {
            self.follow(board, &mut change);
        }
        for (signal, (path, known)) in self.known.iter_mut().enumerate() {
            let now = board.held(signal).ok();
            match (std::mem::replace(known, now), now) {
                (before, Some(value)) if before != now => change.values.push((path, value)),
                (Some(_), None) => change.lost.push(path),
                _ => {}
            }
        }
        change
    }

    fn is_of(&self, board: &Board) -> bool {
        let same = |(signal, (path, _)): (usize, &(&'static str, _))| {
            std::ptr::eq(*path, board.described(signal).entry.path)
        };
        self.known.len() == board.len() && self.known.iter().enumerate().all(same)
    }

    /// Takes the signals of another profile. Those that both have stay known.
    fn follow(&mut self, board: &Board, change: &mut Change) {
        let mut before = std::mem::take(&mut self.known);
        for signal in 0..board.len() {
            let path = board.described(signal).entry.path;
            let known = before.iter().position(|(known, _)| *known == path);
            self.known.push((path, known.and_then(|at| before.swap_remove(at).1)));
        }
        change.lost.extend(before.iter().filter(|(_, known)| known.is_some()).map(|(path, _)| path));
    }
}

#[cfg(test)]
mod tests {
    use can_reader::SourceTime;
    use can_reader::signals::{Described, Kind, Why, catalogue};

    use super::*;

    const RPM: &str = "Vehicle.Powertrain.CombustionEngine.Speed";
    const BEAM: &str = "Vehicle.Body.Lights.Beam.High.IsOn";
    const GAP: Duration = Duration::from_millis(20);

    fn board(paths: &[&str]) -> Board {
        let mut board = Board::default();
        for path in paths {
            let group = board.add_group(None);
            let entry = catalogue::find(path).unwrap();
            board.add(group, Described { entry, source: "M.S".into(), kind: Kind::Periodic, range: None });
            board.hear(group, SourceTime::ZERO);
        }
        board
    }

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn numbers_wait_and_lamps_do_not() {
        let mut board = board(&[RPM, BEAM]);
        let mut instruments = Instruments::new(GAP);
        board.set(0, Ok(Value::Float(800.0)));
        board.set(1, Ok(Value::Boolean(false)));
        assert!(instruments.observe(ms(0), |with| board.take_news(with)));
        board.set(0, Ok(Value::Float(801.0)));
        assert!(!instruments.observe(ms(5), |with| board.take_news(with)));
        assert_eq!(instruments.deadline(), Some(ms(20)));
        board.set(1, Ok(Value::Boolean(true)));
        assert!(instruments.observe(ms(6), |with| board.take_news(with)), "with the number that waited");
        assert!(!instruments.observe(ms(26), |with| board.take_news(with)));
        board.set(0, Err(Why::Fault));
        assert!(instruments.observe(ms(27), |with| board.take_news(with)), "a loss does not wait");
    }

    #[test]
    fn what_stands_still_is_not_told_again() {
        let mut board = board(&[RPM]);
        let mut instruments = Instruments::new(GAP);
        for n in 0..100 {
            board.hear(0, ms(20 * n));
            board.set(0, Ok(Value::Float(800.0)));
            assert_eq!(instruments.observe(ms(20 * n), |with| board.take_news(with)), n == 0, "{n}");
            assert_eq!(instruments.deadline(), None);
        }
    }

    #[test]
    fn clients_hear_of_each_change_once_and_of_each_loss() {
        let mut known = Told::default();
        let mut car = board(&[RPM, BEAM]);
        car.set(0, Ok(Value::Float(800.0)));
        let change = known.catch_up(&car);
        assert_eq!((change.values, change.lost.len()), (vec![(RPM, Value::Float(800.0))], 0));
        assert!(known.catch_up(&car).is_empty());
        car.set(1, Ok(Value::Boolean(true)));
        car.set(0, Err(Why::NotAvailable));
        let expected = Change { values: vec![(BEAM, Value::Boolean(true))], lost: vec![RPM] };
        assert_eq!(known.catch_up(&car), expected);
    }

    #[test]
    fn another_profile_loses_what_it_does_not_have() {
        let mut known = Told::default();
        let mut car = board(&[RPM, BEAM]);
        car.set(0, Ok(Value::Float(800.0)));
        car.set(1, Ok(Value::Boolean(true)));
        known.catch_up(&car);
        let mut other = board(&[BEAM]);
        other.set(0, Ok(Value::Boolean(true)));
        assert_eq!(known.catch_up(&other), Change { values: vec![], lost: vec![RPM] });
        assert_eq!(known.catch_up(&board(&[])), Change { values: vec![], lost: vec![BEAM] });
    }
}
