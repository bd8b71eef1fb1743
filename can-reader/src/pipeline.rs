//! From the events of a source to an estimate: decoder and estimator, with everything counted.

use std::fmt;
use std::time::Duration;

use crate::counters::Counters;
use crate::estimator::{Estimate, Estimator, Reason, SOURCES, Sample, State};
use crate::frame::{Frame, FrameId, SourceTime};
use crate::reading::{Quality, Reading};
use crate::source::Event;
use crate::vehicle::{Decoded, Decoder, Rejection, Vehicle};

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A frame of another id, a remote frame, or a page of a multiplexed message that holds no speed.
    Ignored,
    /// A frame that was used.
    Accepted,
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
}

/// Frames wait somewhere on their way. At least so long: times are never put before those of earlier frames.
#[derive(Clone, Copy, Debug, Default)]
struct Lateness(Duration);

impl fmt::Display for Lateness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms or more after they were received", self.0.as_millis())
    }
}

#[derive(Clone, Debug)]
struct PartDown {
    interface: String,
    ids: Vec<FrameId>,
    reason: String,
}

impl Pipeline {
    /// Has seen nothing yet.
    #[must_use]
    pub fn new(vehicle: Vehicle) -> Self {
        Self {
            decoder: vehicle.decoder(),
            estimator: Estimator::new(vehicle.plan()),
            void: [None; SOURCES],
            vehicle,
            counters: Counters::default(),
            last_error: String::new(),
            link_down: None,
            parts_down: Vec::new(),
            late: Lateness::default(),
            late_told: Duration::ZERO,
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
    pub fn wanted(&self) -> Vec<FrameId> {
        self.decoder.wanted()
    }

    /// The same by interface, in the order of the profile's `[interfaces]`: one entry unless it has several.
    #[must_use]
    pub fn wanted_each(&self) -> Vec<Vec<FrameId>> {
        self.vehicle.wanted_each()
    }

    /// When to come back if no event comes before.
    #[must_use]
    pub fn deadline(&self) -> Option<SourceTime> {
        self.estimator.deadline()
    }

    /// Takes one event, with the source's clock as it was when the event came.
    pub fn handle(&mut self, now: SourceTime, event: &Event) -> Verdict {
        match event {
            Event::Frame(frame) => return self.frame(now, frame),
            Event::ErrorFrame(what) => {
                self.counters.error_frames += 1;
                self.note(what);
            }
            Event::LinkDown(why) => {
                self.note(why);
                self.link_down = Some(why.clone());
                self.void = [None; SOURCES];
                self.estimator.link(false, now);
            }
            Event::LinkUp => {
                self.counters.reconnects += 1;
                self.link_down = None;
                self.parts_down.clear();
                self.lose_parts(now);
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
            Event::Deadline | Event::End => self.estimator.tick(now),
        }
        Verdict::Other
    }

    /// The speed, or why there is none.
    #[must_use]
    pub const fn estimate(&self) -> Estimate {
        self.estimator.estimate()
    }

    /// Everything counted so far.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The last thing that went wrong, as a sentence; empty when nothing has.
    #[must_use]
    pub fn last_error(&self) -> &str {
        &self.last_error
    }

    /// Of several interfaces those that are down while others are up, and why, in one sentence; empty when there are
    /// none.
    #[must_use]
    pub fn parts_down(&self) -> String {
        let reasons: Vec<_> = self.parts_down.iter().map(|part| part.reason.as_str()).collect();
        reasons.join("; ")
    }

    /// The vehicle in force.
    #[must_use]
    pub const fn vehicle(&self) -> &Vehicle {
        &self.vehicle
    }

    /// Why the state is what it is, as a sentence for people.
    #[must_use]
    pub fn reason(&self) -> String {
        let mut reason = self.reason_of_state();
        if self.estimate().state != State::CanDown {
            let more = [self.parts_down(), self.voids()];
            more.iter().filter(|more| !more.is_empty()).for_each(|more| {
                reason.push_str("; ");
                reason.push_str(more);
            });
        }
        reason
    }

    fn reason_of_state(&self) -> String {
        let estimate = self.estimate();
        if estimate.reason == Some(Reason::DeliveredLate) {
            return format!("{}: {}", estimate.why(), self.late);
        }
        match estimate.state {
            State::Ok => "the readings agree".to_owned(),
            State::Degraded | State::Implausible | State::Stale => estimate.why(),
            State::NoData if estimate.reason != Some(Reason::NoData) => estimate.why(),
            State::NoData => {
                let ids: Vec<_> = self.wanted().iter().map(FrameId::to_string).collect();
                format!("{} (waiting for CAN id {})", estimate.why(), ids.join(", "))
            }
            State::CanDown => self.link_down.clone().unwrap_or_else(|| estimate.why()),
        }
    }

    /// Tells the estimator what the interfaces that are down carry.
    fn lose_parts(&mut self, now: SourceTime) {
        let ids: Vec<_> = self.parts_down.iter().flat_map(|part| &part.ids).copied().collect();
        self.estimator.lose(self.decoder.places_of(&ids), now);
    }

    fn frame(&mut self, now: SourceTime, frame: &Frame) -> Verdict {
        self.counters.frames_received += 1;
        let (message, readings) = match self.decoder.decode(frame) {
            Decoded::Unwanted => {
                self.counters.frames_ignored += 1;
                return Verdict::Ignored;
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

    /// Why sensors give no value now, in one sentence that names the first; empty when all do.
    #[must_use]
    pub fn voids(&self) -> String {
        use std::fmt::Write as _;
        let mut text = String::new();
        let mut voids = self.void.iter().flatten();
        if let Some(first) = voids.next() {
            self.decoder.explain(first, &mut text);
        }
        match voids.count() {
            0 => {}
            1 => text.push_str("; 1 more reading is not valid"),
            // Writing to a String cannot fail.
            more => drop(write!(text, "; {more} more readings are not valid")),
        }
        text
    }

    /// Remembers something that went wrong as the last error.
    pub fn note(&mut self, what: &str) {
        self.last_error.clear();
        self.last_error.push_str(what);
    }

    /// Nothing has gone wrong from now on.
    pub fn forget_error(&mut self) {
        self.last_error.clear();
    }

    /// Reuses the string, as [`Self::note_rejected`] does.
    fn note_dropped(&mut self, count: u64) {
        use std::fmt::Write as _;
        self.last_error.clear();
        // Writing to a String cannot fail.
        let _ = write!(self.last_error, "{count} frames dropped by the kernel: this process did not keep up");
    }

    /// Says it at the first of many late frames, and again when they are twice as late. Reuses the string.
    fn note_lateness(&mut self, age: Duration) {
        use std::fmt::Write as _;
        if self.estimate().reason != Some(Reason::DeliveredLate) {
            self.late_told = Duration::ZERO;
            return;
        }
        self.late = Lateness(age);
        if age / 2 >= self.late_told {
            self.late_told = age;
            self.last_error.clear();
            // Writing to a String cannot fail.
            let _ = write!(self.last_error, "frames reach this computer {}", self.late);
        }
    }

    /// Reuses the string: a flood of bad frames must not cost allocations.
    fn note_rejected(&mut self, frame: &Frame, rejection: Rejection) {
        use std::fmt::Write as _;
        let why = match rejection {
            Rejection::Length => "its length is not the message's",
            Rejection::Checksum => "its checksum is wrong",
            Rejection::Counter => "its alive counter stood still or is not alive",
            Rejection::Empty => "none of its values is valid",
        };
        self.last_error.clear();
        // Writing to a String cannot fail.
        let _ = write!(self.last_error, "frame {} #{:?} rejected: {why}", frame.id, frame.payload);
    }
}
