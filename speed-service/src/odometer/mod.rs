//! The odometer and two trips: what is counted, and what of it outlives a power cut.
//!
//! ```text
//! estimate ─► can_reader::Distance ─► counts (memory) ─► D-Bus
//!                                        └─► writer (thread) ─► slots ─► file
//! ```
//!
//! The run loop counts, and hands what is to be kept to a thread. Nothing here waits for a card.

mod date;
mod file;
mod keeping;
mod place;
mod record;
mod schedule;
mod slots;
mod writer;

use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant};

use can_reader::{Distance, Estimate, SourceTime};
use zbus::Variant;

use keeping::{Heard, Keeping};
pub use place::Place;
use record::{Change, Count, MOST_CHANGES, Record};
use schedule::Schedule;

/// Clients are told each so many metres.
const TOLD_M: u64 = 100;

/// And each so many seconds of which nothing is known.
const TOLD_S: u64 = 10;

/// VSS has distances as 32 bits of metres: `Vehicle.TraveledDistance`, `Vehicle.TripMeterReading`.
const MOST_M: u64 = u32::MAX as u64;

/// Which trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trip {
    /// `TripA`.
    A,
    /// `TripB`.
    B,
}

/// Why the odometer is not set.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SetError {
    /// Nothing would come of it.
    #[error("the odometer is not kept, so it is not set: {0}")]
    NotKept(String),
    /// It would fall.
    #[error(
        "the odometer has {total} m, and {asked} m is less; CorrectOdometer (cardash-setup --odometer KM --correct) lowers it"
    )]
    Lower {
        /// What it has.
        total: u64,
        /// What was asked for.
        asked: u64,
    },
    /// No car goes so far.
    #[error("{0} m is more than the {MOST_M} m that an odometer has room for")]
    TooMuch(u64),
    /// None is ever forgotten.
    #[error(
        "the odometer has been set {MOST_CHANGES} times, each of which is kept; there is no room for another"
    )]
    Full,
}

/// What clients may know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// Odometer, trip A, trip B, m.
    pub metres: [u64; 3],
    /// Of each the time of which nothing is known, s.
    pub unknown_s: [u64; 3],
    /// Why it is not kept; empty when it is.
    pub reason: String,
}

/// Counts, and keeps.
#[derive(Debug)]
pub struct Odometer {
    distance: Distance,
    /// What of it is in `own`.
    taken: Count,
    /// What was kept when this service began to count, and what it has counted.
    base: [Count; 3],
    own: [Count; 3],
    /// Set since, so that what was kept is no base.
    begun: [bool; 3],
    changes: Vec<Change>,
    keeping: Keeping,
    schedule: Schedule,
    /// What clients were told last.
    told: View,
    /// They are to be told in any case.
    is_news: bool,
}

impl Odometer {
    /// Starts from what is kept there, for which it waits a moment: that is there before anybody can ask.
    #[must_use]
    pub fn new(place: Place) -> Self {
        let mut odometer = Self {
            distance: Distance::new(),
            taken: Count::default(),
            base: [Count::default(); 3],
            own: [Count::default(); 3],
            begun: [false; 3],
            changes: Vec::new(),
            keeping: Keeping::at(place),
            schedule: Schedule::default(),
            told: View::default(),
            is_news: false,
        };
        odometer.keeping.wait_for_the_start();
        odometer.hear();
        odometer.told = odometer.now();
        odometer
    }

    /// Says in the journal whether it is kept, where that is news.
    pub fn report(&mut self) {
        self.hear();
        self.keeping.report(self.total().metres());
    }

    /// Other settings are in force: another place, or another source with a clock of its own.
    pub fn replace(&mut self, place: Place, new_source: bool) {
        if *self.keeping.place() != place {
            self.finish(Duration::from_millis(300));
            // The lock has to go before it is asked for again.
            self.keeping = Keeping::at(Place::Nowhere(""));
            *self = Self { is_news: true, ..Self::new(place) };
        } else if new_source {
            self.distance.restart();
            self.keeping.look_again();
        }
    }

    /// A link is up again: it may be of another sort.
    pub fn link_up(&mut self) {
        self.keeping.look_again();
    }

    /// Takes what is known at the time `at`; whether clients are to be told of the odometer.
    pub fn observe(&mut self, at: SourceTime, estimate: &Estimate, factor: f64) -> bool {
        self.distance.observe(at, estimate, factor);
        self.take();
        self.hear();
        let total = self.total();
        let has_speed = self.distance.has_speed();
        if has_speed {
            self.keeping.look();
        }
        if self.keeping.can_write() {
            let rests = !has_speed || self.distance.stands();
            if self.schedule.is_due(total, rests, has_speed && self.keeping.wants_a_file()) {
                self.write(false);
            }
        }
        if self.keeping.is_to_report() && self.keeping.report(total.metres()) {
            self.is_news = true;
        }
        self.is_to_be_told(total)
    }

    /// Whether something may change although nothing comes from the source.
    #[must_use]
    pub fn wants_a_look(&self) -> bool {
        let is_to_write = self.keeping.can_write() && self.schedule.waits();
        self.keeping.is_of_a_car() && (is_to_write || self.keeping.waits() || self.distance.is_unknown())
    }

    /// What clients may know now.
    pub fn view(&mut self) -> View {
        self.hear();
        self.now()
    }

    /// The same, and clients know it from now on.
    pub fn tell(&mut self) -> View {
        self.is_news = false;
        self.told = self.view();
        self.told.clone()
    }

    /// Begins a trip anew.
    pub fn reset(&mut self, trip: Trip) {
        self.take();
        let trip = match trip {
            Trip::A => 1,
            Trip::B => 2,
        };
        self.begin(trip, Count::default());
        if self.schedule.may_hurry() {
            self.write(false);
        }
    }

    /// Sets the odometer, m; with `correct` also to less. Who does so, by the user's number, and when are kept with it.
    ///
    /// # Errors
    /// It stays as it is.
    pub fn set(&mut self, metres: u64, correct: bool, uid: u32, unix_s: u64) -> Result<(), SetError> {
        self.hear();
        self.take();
        if let Some(why) = self.keeping.refuses_a_set() {
            return Err(SetError::NotKept(why));
        }
        let total = self.total().metres();
        if metres > MOST_M {
            return Err(SetError::TooMuch(metres));
        }
        if metres < total && !correct {
            return Err(SetError::Lower { total, asked: metres });
        }
        if self.changes.len() >= MOST_CHANGES {
            return Err(SetError::Full);
        }
        self.changes.push(Change { unix_s, from_m: total, to_m: metres, uid });
        // Whoever sets it knows what was unknown.
        self.begin(0, Count { micrometres: metres * 1_000_000, unknown_ms: 0 });
        tracing::info!("the odometer is set from {total} m to {metres} m by user {uid}");
        self.write(true);
        Ok(())
    }

    /// Where it is kept, what of it outlives a power cut, and each change by hand.
    pub fn describe(&mut self) -> HashMap<&'static str, Variant<'static>> {
        self.hear();
        let changes: Vec<String> = self.changes.iter().map(ToString::to_string).collect();
        let mut all = HashMap::from([("changes", Variant::from(changes))]);
        if let Some(path) = self.keeping.path() {
            all.insert("file", Variant::from(path.display().to_string()));
        }
        if let Some(kept) = self.schedule.kept() {
            let names = ["kept_total", "kept_trip_a", "kept_trip_b"];
            all.extend(
                names.into_iter().zip(kept).map(|(name, count)| (name, Variant::from(count.metres()))),
            );
        }
        all
    }

    /// Keeps what there is, at the end, and waits for the card no longer than `limit`.
    pub fn finish(&mut self, limit: Duration) {
        self.take();
        let end = Instant::now() + limit / 2;
        self.keeping.settle(limit / 2);
        self.hear();
        while self.keeping.is_anothers() && Instant::now() < end {
            thread::sleep(limit / 40);
            self.hear();
        }
        if self.keeping.can_write() && self.schedule.is_behind(self.counts()) {
            self.write(false);
            self.keeping.settle(limit / 2);
            self.hear();
        }
    }

    /// Distance becomes counts.
    fn take(&mut self) {
        let travelled = self.distance.travelled();
        let unknown_ms = u64::try_from(travelled.unknown.as_millis()).unwrap_or(u64::MAX);
        let now = Count { micrometres: travelled.micrometres, unknown_ms };
        if now == self.taken {
            return;
        }
        let more = Count {
            micrometres: now.micrometres - self.taken.micrometres,
            unknown_ms: now.unknown_ms - self.taken.unknown_ms,
        };
        self.taken = now;
        self.own = self.own.map(|count| count.plus(more));
    }

    /// What the writer has to say.
    fn hear(&mut self) {
        while let Some(news) = self.keeping.hear() {
            match news {
                Heard::Found(record) => {
                    self.schedule.is_kept(record.counts);
                    self.start_from(record);
                }
                Heard::Glimpsed(record) => self.start_from(record),
                Heard::Kept(counts) => self.schedule.is_kept(counts),
                Heard::Failed => self.schedule.has_failed(),
            }
        }
    }

    /// What was counted meanwhile comes on top.
    fn start_from(&mut self, record: Record) {
        for ((base, kept), begun) in self.base.iter_mut().zip(record.counts).zip(self.begun) {
            if !begun {
                *base = kept;
            }
        }
        self.changes = record.changes;
        self.is_news = true;
    }

    fn begin(&mut self, which: usize, with: Count) {
        (self.base[which], self.own[which], self.begun[which]) = (with, Count::default(), true);
        self.is_news = true;
        self.schedule.hurry();
    }

    fn total(&self) -> Count {
        self.base[0].plus(self.own[0])
    }

    fn counts(&self) -> [Count; 3] {
        std::array::from_fn(|n| self.base[n].plus(self.own[n]))
    }

    fn write(&mut self, renew: bool) {
        let counts = self.counts();
        if self.keeping.write(Record { counts, changes: self.changes.clone() }, renew) {
            self.schedule.is_asked(counts);
        }
    }

    fn is_to_be_told(&mut self, total: Count) -> bool {
        let (metres, told) = (total.metres(), self.told.metres[0]);
        let moved = metres >= told + TOLD_M || (metres != told && self.distance.stands());
        let unknown = total.unknown_s();
        let told_s = self.told.unknown_s[0];
        let lost = unknown >= told_s + TOLD_S || (unknown > 0) != (told_s > 0);
        let is_to_be_told = moved || lost || self.is_news;
        if is_to_be_told {
            // What the sender reads is this, or newer.
            self.is_news = false;
            self.told = self.now();
        }
        is_to_be_told
    }

    fn now(&self) -> View {
        View {
            metres: self.counts().map(Count::metres),
            unknown_s: self.counts().map(Count::unknown_s),
            reason: self.keeping.reason(),
        }
    }
}

#[cfg(test)]
mod tests;
