//! Rule 3: a step that no car can make is not believed until it persists.

use std::time::Duration;

use super::Limits;
use crate::frame::SourceTime;

/// How long a step must stand.
const PERSIST: Duration = Duration::from_millis(200);

/// Whether one reading can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Belief {
    /// It follows from the readings before.
    Trusted,
    /// It does not.
    Doubted {
        /// It has stood for `persist_ms`.
        persisted: bool,
    },
}

/// The history of one wheel (or of the one vehicle speed) that its next reading is judged by.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gate {
    trusted: Option<Reading>,
    doubt: Option<Doubt>,
    quarrel: Option<Quarrel>,
}

/// One value, with its time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub kmh: f64,
    pub at: SourceTime,
}

#[derive(Clone, Copy, Debug)]
struct Doubt {
    last: Reading,
    /// Since when the doubted readings follow from one another.
    since: SourceTime,
}

/// Doubts that keep arising although readings in between were trusted: two senders of one id, or noise so dense
/// that some of it always fits.
#[derive(Clone, Copy, Debug)]
struct Quarrel {
    since: SourceTime,
    last: SourceTime,
}

impl Gate {
    /// Judges a reading. `resolution_kmh` is the step of one raw count, which proves nothing about
    /// acceleration; after a silence of `stale_after` nothing is left to judge by.
    pub fn offer(
        &mut self,
        new: Reading,
        resolution_kmh: f64,
        stale_after: Duration,
        limits: &Limits,
    ) -> Belief {
        if self.last_at().is_none_or(|at| new.at.saturating_sub(at) >= stale_after) {
            return self.trust(new);
        }
        let follows = |old: Reading| can_follow(old, new, resolution_kmh, limits);
        let (Some(old), doubt) = (self.trusted, self.doubt) else { return self.trust(new) };
        // While a doubt stands, time alone must not make the old value a witness for the new one.
        let witness = doubt.is_none() || new.at.saturating_sub(old.at) < PERSIST;
        let quarrel = self.quarrel.filter(|quarrel| new.at.saturating_sub(quarrel.last) < PERSIST);
        let at_odds = quarrel.is_some_and(|quarrel| quarrel.last - quarrel.since >= PERSIST);
        if witness && follows(old) && !at_odds {
            *self = Self { trusted: Some(new), doubt: None, quarrel };
            return Belief::Trusted;
        }
        let since = doubt.filter(|doubt| follows(doubt.last)).map_or(new.at, |doubt| doubt.since);
        self.doubt = Some(Doubt { last: new, since });
        self.quarrel = if since == new.at {
            Some(Quarrel { since: quarrel.map_or(new.at, |quarrel| quarrel.since), last: new.at })
        } else {
            quarrel
        };
        Belief::Doubted { persisted: new.at.saturating_sub(since) >= PERSIST }
    }

    /// The trusted reading, unless it is older than `stale_after` at `now`.
    pub fn trusted(&self, now: SourceTime, stale_after: Duration) -> Option<f64> {
        if self.doubt.is_some() {
            return None;
        }
        self.trusted.filter(|reading| now.saturating_sub(reading.at) < stale_after).map(|reading| reading.kmh)
    }

    /// The doubted reading, unless it is older than `stale_after` at `now`.
    pub fn doubted(&self, now: SourceTime, stale_after: Duration) -> Option<f64> {
        self.doubt.filter(|doubt| now.saturating_sub(doubt.last.at) < stale_after).map(|doubt| doubt.last.kmh)
    }

    /// Ends a doubt: the doubted reading is believed from here.
    pub fn admit(&mut self) {
        if let Some(doubt) = self.doubt.take() {
            *self = Self { trusted: Some(doubt.last), ..Self::default() };
        }
    }

    fn trust(&mut self, new: Reading) -> Belief {
        *self = Self { trusted: Some(new), ..Self::default() };
        Belief::Trusted
    }

    /// The time of the newest reading, trusted or doubted.
    pub fn last_at(&self) -> Option<SourceTime> {
        self.doubt.map(|doubt| doubt.last.at).or(self.trusted.map(|reading| reading.at))
    }
}

/// Whether a car can get from `old` to `new`.
fn can_follow(old: Reading, new: Reading, resolution_kmh: f64, limits: &Limits) -> bool {
    let above_floor = |kmh: f64| kmh.max(10.0);
    let step_kmh = (above_floor(new.kmh) - above_floor(old.kmh)).abs();
    let seconds = new.at.saturating_sub(old.at).as_secs_f64();
    step_kmh <= limits.max_accel_ms2.unwrap_or(15.0) * 3.6 * seconds + resolution_kmh
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALE: Duration = Duration::from_millis(500);
    const RESOLUTION: f64 = 0.01;

    fn run(gate: &mut Gate, readings: &[(u64, f64)]) -> Vec<Belief> {
        let limits = Limits::default();
        readings
            .iter()
            .map(|&(ms, kmh)| {
                gate.offer(Reading { kmh, at: Duration::from_millis(ms) }, RESOLUTION, STALE, &limits)
            })
            .collect()
    }

    const DOUBTED: Belief = Belief::Doubted { persisted: false };

    #[test]
    fn one_wild_reading_is_doubted_and_forgotten() {
        let beliefs = run(&mut Gate::default(), &[(0, 50.0), (20, 50.2), (40, 180.0), (60, 50.5)]);
        assert_eq!(beliefs, [Belief::Trusted, Belief::Trusted, DOUBTED, Belief::Trusted]);
    }

    #[test]
    fn a_step_that_persists_says_so_but_stays_doubted_until_admitted() {
        let mut gate = Gate::default();
        run(&mut gate, &[(0, 50.0)]);
        let steady: Vec<_> = (1..=30).map(|n| (n * 20, 90.0)).collect();
        let beliefs = run(&mut gate, &steady);
        assert_eq!(beliefs[9], DOUBTED, "180 ms after the step");
        assert_eq!(beliefs[10], Belief::Doubted { persisted: true }, "200 ms after the step");
        assert_eq!(beliefs[29], Belief::Doubted { persisted: true }, "time alone does not heal");
        gate.admit();
        assert_eq!(run(&mut gate, &[(620, 90.1)]), [Belief::Trusted]);
    }

    #[test]
    fn readings_that_contradict_each_other_never_persist() {
        let mut gate = Gate::default();
        run(&mut gate, &[(0, 50.0)]);
        let wild: Vec<_> = (1..=100).map(|n| (n * 20, if n % 2 == 0 { 90.0 } else { 150.0 })).collect();
        assert!(run(&mut gate, &wild).iter().all(|belief| *belief == DOUBTED));
    }

    #[test]
    fn a_doubt_that_changes_its_mind_is_not_vouched_for_by_an_old_reading() {
        // 60 km/h, then locked at 0 for two seconds, a twitch, and 0 again: after two seconds any
        // speed could follow from 60, but the wheel never came back.
        let mut readings = vec![(0, 60.0)];
        readings.extend((1..100).map(|n| (n * 20, 0.0)));
        readings.extend([(2000, 40.0), (2020, 0.0), (2040, 0.0)]);
        let beliefs = run(&mut Gate::default(), &readings);
        assert!(!beliefs[1..].contains(&Belief::Trusted), "{beliefs:?}");
    }

    #[test]
    fn of_two_senders_neither_is_trusted_for_long() {
        let both: Vec<_> = (0..100).map(|n| (n * 10, if n % 2 == 0 { 42.0 } else { 90.0 })).collect();
        let mut gate = Gate::default();
        let beliefs = run(&mut gate, &both);
        let last = beliefs.iter().rposition(|belief| *belief == Belief::Trusted);
        assert!(last.is_some_and(|n| n * 10 <= 220), "trusted until reading {last:?}");
        // The second falls silent, and the first says the same for 200 ms.
        let beliefs = run(&mut gate, &(50..62).map(|n| (n * 20, 42.0)).collect::<Vec<_>>());
        assert_eq!(beliefs.last(), Some(&Belief::Doubted { persisted: true }));
    }

    #[test]
    fn noise_so_dense_that_some_of_it_fits_is_not_trusted_for_long() {
        let noise: Vec<_> = (0..1000).map(|n| (n, f64::from(n as u32 * 7919 % 650))).collect();
        let beliefs = run(&mut Gate::default(), &noise);
        assert!(!beliefs[250..].contains(&Belief::Trusted));
    }

    #[test]
    fn a_wild_reading_now_and_then_is_no_quarrel() {
        let readings: Vec<_> = (0..500).map(|n| (n * 20, if n % 11 == 5 { 200.0 } else { 50.0 })).collect();
        let beliefs = run(&mut Gate::default(), &readings);
        assert_eq!(beliefs.iter().filter(|belief| **belief != Belief::Trusted).count(), 45);
    }

    #[test]
    fn below_the_sensor_floor_anything_goes() {
        let beliefs = run(&mut Gate::default(), &[(0, 0.0), (18, 7.2), (38, 0.0), (58, 10.9), (78, 2.2)]);
        assert!(beliefs.iter().all(|belief| *belief == Belief::Trusted), "{beliefs:?}");
    }

    #[test]
    fn hard_braking_is_believed_and_a_wheel_that_locks_is_not() {
        // 1.2 g in steps of 20 ms, then a wheel that stops from 60 km/h within 100 ms.
        let braking: Vec<_> = (0..20).map(|n| (n * 20, 100.0 - 0.85 * n as f64)).collect();
        assert!(run(&mut Gate::default(), &braking).iter().all(|belief| *belief == Belief::Trusted));
        let locking = run(
            &mut Gate::default(),
            &[(0, 60.0), (20, 48.0), (40, 36.0), (60, 24.0), (80, 12.0), (100, 0.0)],
        );
        assert!(locking[1..].iter().all(|belief| *belief == DOUBTED), "{locking:?}");
    }

    #[test]
    fn after_a_silence_there_is_nothing_to_judge_by() {
        assert_eq!(run(&mut Gate::default(), &[(0, 20.0), (500, 120.0)]), [Belief::Trusted; 2]);
    }

    #[test]
    fn one_raw_count_proves_nothing() {
        // OBD-like whole km/h every 10 ms.
        let limits = Limits::default();
        let mut gate = Gate::default();
        for (ms, kmh) in [(0, 50.0), (10, 51.0), (20, 50.0)] {
            let reading = Reading { kmh, at: Duration::from_millis(ms) };
            assert_eq!(gate.offer(reading, 1.0, STALE, &limits), Belief::Trusted);
        }
    }
}
