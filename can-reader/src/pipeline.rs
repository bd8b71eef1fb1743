//! From the events of a source to an estimate: decoder and estimator, with everything counted.

mod words;

use std::time::Duration;

use self::words::Lateness;
use crate::counters::Counters;
use crate::estimator::{Estimate, Estimator, Reason, SOURCES, Sample};
use crate::filter::IdFilter;
use crate::frame::{Frame, SourceTime};
use crate::reading::{Quality, Reading};
use crate::signals::derived::Derived;
use crate::signals::{Board, Held};
use crate::source::Event;
use crate::vehicle::{Decoded, Decoder, Rejection, Vehicle};

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A frame of another id, or of a J1939 group from another source address than the one that is listened to; a remote
    /// frame, or a page of a multiplexed message that holds no speed.
    Ignored,
    /// A frame that was used.
    Accepted,
    /// A frame that was used, and says nothing of the speed.
    Signals,
    /// A wanted frame that was not.
    Rejected(Rejection),
    /// Not a frame.
    Other,
}

/// Turns the events of one source into the speed of one vehicle.
///
/// ```no_run
/// # async fn run(mut source: impl can_reader::FrameSource, vehicle: can_reader::Vehicle) {
/// use can_reader::{FrameSource, Pipeline};
///
/// let mut pipeline = Pipeline::new(vehicle);
/// source.want(&pipeline.wanted());
/// loop {
///     let event = source.next(pipeline.deadline()).await;
///     pipeline.handle(source.now(), &event);
///     println!("{:?}", pipeline.estimate());
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Pipeline {
    vehicle: Vehicle,
    decoder: Decoder,
    estimator: Estimator,
    /// What is made of the vehicle's signals.
    derived: Option<Derived>,
    /// Of each sensor the last reading, while that is not valid.
    void: [Option<Reading>; SOURCES],
    counters: Counters,
    last_error: String,
    /// Why the link is down, while it is.
    link_down: Option<String>,
    /// Of several interfaces those that are down.
    parts_down: Vec<PartDown>,
    /// How old the last frame was when it reached us, while frames come late.
    late: Lateness,
    /// What was last said of it; 0 while frames come in time.
    late_told: Duration,
    /// The time that the estimate is of.
    time: SourceTime,
}

#[derive(Clone, Debug)]
struct PartDown {
    interface: String,
    ids: Vec<IdFilter>,
    reason: String,
}

impl Pipeline {
    /// Has seen nothing yet.
    #[must_use]
    pub fn new(vehicle: Vehicle) -> Self {
        let mut decoder = vehicle.decoder();
        Self {
            derived: Derived::attach(decoder.board_mut()),
            decoder,
            estimator: Estimator::new(vehicle.plan()),
            void: [None; SOURCES],
            vehicle,
            counters: Counters::default(),
            last_error: String::new(),
            link_down: None,
            parts_down: Vec::new(),
            late: Lateness::default(),
            late_told: Duration::ZERO,
            time: SourceTime::ZERO,
        }
    }

    /// Changes the vehicle: what was known of the wheels is forgotten, the counters go on. A source of several
    /// interfaces has to be told what it wants from each of them now, and says then which of them are down.
    pub fn replace_vehicle(&mut self, vehicle: Vehicle) {
        let fresh = Self::new(vehicle);
        let link_down = self.link_down.take();
        *self = Self { counters: self.counters, last_error: std::mem::take(&mut self.last_error), ..fresh };
        if link_down.is_some() {
            self.estimator.link(false, SourceTime::ZERO);
        }
        self.link_down = link_down;
    }

    /// Another source delivers from now on: what was known of the wheels and of the link is forgotten,
    /// and its clock may be another one. The counters go on.
    pub fn replace_source(&mut self) {
        self.link_down = None;
        self.replace_vehicle(self.vehicle.clone());
    }

    /// The ids that the source should deliver.
    #[must_use]
    pub fn wanted(&self) -> Vec<IdFilter> {
        self.decoder.wanted()
    }

    /// The same by interface, in the order of the profile's `[interfaces]`: one entry unless it has several.
    #[must_use]
    pub fn wanted_each(&self) -> Vec<Vec<IdFilter>> {
        self.vehicle.wanted_each()
    }

    /// When to come back if no event comes before.
    #[must_use]
    pub fn deadline(&self) -> Option<SourceTime> {
        [self.estimator.deadline(), self.decoder.board().deadline()].into_iter().flatten().min()
    }

    /// Takes one event, with the source's clock as it was when the event came.
    pub fn handle(&mut self, now: SourceTime, event: &Event) -> Verdict {
        self.decoder.board_mut().tick(now);
        match event {
            Event::Frame(frame) => {
                let verdict = self.frame(now, frame);
                if verdict == Verdict::Accepted {
                    // A frame says what was when it was received; what is carried on to now is of now.
                    let carried = self.estimate().reason == Some(Reason::DeliveredLate);
                    self.time = if carried { now } else { frame.stamp.at.min(now) };
                }
                if let Some(derived) = &mut self.derived
                    && matches!(verdict, Verdict::Signals | Verdict::Accepted)
                {
                    derived.update(self.decoder.board_mut(), self.estimator.estimate().speed_kmh);
                }
                return verdict;
            }
            Event::ErrorFrame(what) => {
                self.counters.error_frames += 1;
                self.note(what);
            }
            Event::LinkDown(why) => {
                self.note(why);
                self.link_down = Some(why.clone());
                self.void = [None; SOURCES];
                self.decoder.board_mut().link_down(|_| true);
                self.estimator.link(false, now);
            }
            Event::LinkUp => {
                self.counters.reconnects += 1;
                self.link_down = None;
                self.parts_down.clear();
                self.lose_parts(now);
                self.decoder.board_mut().link_up();
                self.estimator.link(true, now);
            }
            Event::PartDown { interface, ids, reason } => {
                self.note(reason);
                self.parts_down.retain(|part| part.interface != *interface);
                let (interface, ids, reason) = (interface.clone(), ids.clone(), reason.clone());
                self.parts_down.push(PartDown { interface, ids, reason });
                self.lose_parts(now);
            }
            Event::PartUp { interface } => {
                self.counters.reconnects += 1;
                self.parts_down.retain(|part| part.interface != *interface);
                self.decoder.board_mut().link_up();
                self.lose_parts(now);
            }
            Event::Dropped(count) => {
                self.counters.frames_dropped += count;
                self.note_dropped(*count);
            }
            Event::Damaged(what) => {
                self.counters.log_lines_damaged += 1;
                self.note(what);
            }
            Event::Broken(what) => self.note(what),
            Event::Deadline | Event::End => self.estimator.tick(now),
        }
        self.time = now;
        Verdict::Other
    }

    /// The time on the source's clock that [`estimate`](Self::estimate) is of.
    #[must_use]
    pub const fn time(&self) -> SourceTime {
        self.time
    }

    /// The speed, or why there is none.
    #[must_use]
    pub const fn estimate(&self) -> Estimate {
        self.estimator.estimate()
    }

    /// What the vehicle says beside its speed.
    #[must_use]
    pub const fn board(&self) -> &Board {
        self.decoder.board()
    }

    /// Calls `with` for each signal whose value changed, came or went since the last call.
    pub fn take_signal_news(&mut self, with: impl FnMut(usize, Held)) {
        self.decoder.board_mut().take_news(with);
    }

    /// Everything counted so far.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The vehicle in force.
    #[must_use]
    pub const fn vehicle(&self) -> &Vehicle {
        &self.vehicle
    }

    /// Tells the estimator what the interfaces that are down carry.
    fn lose_parts(&mut self, now: SourceTime) {
        let ids: Vec<_> = self.parts_down.iter().flat_map(|part| &part.ids).copied().collect();
        self.estimator.lose(self.decoder.places_of(&ids), now);
        self.decoder.lose_signals(&ids);
        if let Some(derived) = &self.derived {
            derived.lose(self.decoder.board_mut());
        }
    }

    fn frame(&mut self, now: SourceTime, frame: &Frame) -> Verdict {
        self.counters.frames_received += 1;
        let (message, readings) = match self.decoder.decode(frame) {
            Decoded::Unwanted => {
                self.counters.frames_ignored += 1;
                return Verdict::Ignored;
            }
            Decoded::OtherSender => {
                self.counters.frames_ignored += 1;
                self.counters.count_other_sender();
                self.note_sender();
                return Verdict::Ignored;
            }
            Decoded::Signals => {
                self.counters.frames_decoded += 1;
                return Verdict::Signals;
            }
            Decoded::Rejected(rejection) => return self.reject(frame, rejection),
            Decoded::Readings { message, readings } => (message, readings),
        };
        let mut sample = Sample { message: message.unwrap_or_default(), ..Sample::default() };
        let mut turned_void = None;
        for reading in readings {
            self.counters.count_reading(reading.quality);
            let place = self.vehicle.place_of(reading);
            // A speed without a sign: a car that reverses has one.
            sample.kmh[place] = reading.value.map(f64::abs);
            sample.void[place] = reading.value.is_none();
            let is_void = Some(*reading).filter(|reading| reading.quality != Quality::Valid);
            let was = std::mem::replace(&mut self.void[place], is_void).map(|reading| reading.quality);
            turned_void = turned_void.or(is_void.filter(|reading| was != Some(reading.quality)));
        }
        if let Some(reading) = turned_void {
            self.last_error.clear();
            self.decoder.explain(&reading, &mut self.last_error);
        }
        self.note_sender();
        let Sample { kmh, void, .. } = &sample;
        if kmh.iter().all(Option::is_none) && void.contains(&true) {
            self.estimator.fault(now.max(frame.stamp.at), void);
            // A message of flags alone is whole; one of speeds has none to give.
            if message.is_some() {
                self.counters.count_rejected(Rejection::Empty);
                return Verdict::Rejected(Rejection::Empty);
            }
        } else if message.is_some() {
            let before = self.estimator.steps_doubted();
            self.estimator.sample(now, frame.stamp, &sample);
            self.counters.count_steps_doubted(self.estimator.steps_doubted() - before);
            self.note_lateness(now.saturating_sub(frame.stamp.at));
            self.link_down = None;
        }
        self.counters.frames_decoded += 1;
        Verdict::Accepted
    }

    fn reject(&mut self, frame: &Frame, rejection: Rejection) -> Verdict {
        self.counters.count_rejected(rejection);
        self.note_rejected(frame, rejection);
        Verdict::Rejected(rejection)
    }

    /// How far the last reading of each sensor can be used; valid where there was none.
    #[must_use]
    pub fn qualities(&self) -> [Quality; SOURCES] {
        self.void.map(|reading| reading.map_or(Quality::Valid, |reading| reading.quality))
    }
}
