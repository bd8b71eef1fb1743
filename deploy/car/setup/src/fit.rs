//! How well a vehicle profile fits what is heard.

use can_reader::vehicle::Rejection;
use can_reader::{Event, FrameId, Pipeline, SourceTime, State, Vehicle, Verdict};

/// How well, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// None of its messages was heard.
    NotHeard,
    /// Its ids were heard, but the frames are others.
    Contradicted,
    /// Some of its messages were heard and fit; others are missing.
    Partly,
    /// Ids and lengths are right; nothing proves more: no checksum, or too few frames.
    ByShape,
    /// The checksums of its messages are right.
    Proven,
}

/// A profile, and what became of the frames that it wants.
#[derive(Debug)]
pub struct Candidate {
    /// What the configuration calls it: a built-in name or a path.
    pub key: String,
    pipeline: Pipeline,
    messages: Vec<Heard>,
    /// km/h, the last that there was.
    last_kmh: Option<f64>,
}

/// A message of the profile.
#[derive(Clone, Debug)]
struct Heard {
    name: String,
    id: FrameId,
    has_checksum: bool,
    frames: u64,
    accepted: u64,
    rejected: [u64; Rejection::ALL.len()],
}

/// Of so many frames one may be damaged, or come while the sensor has no value yet.
const FRAMES_FOR_EACH_BAD: u64 = 10;

/// A checksum of four bits is right by chance in one frame of 16: in so many together, never.
const FRAMES_FOR_PROOF: u64 = 8;

impl Candidate {
    /// A profile that has heard nothing yet.
    #[must_use]
    pub fn new(key: String, vehicle: Vehicle) -> Self {
        let decoder = vehicle.decoder();
        let messages = decoder.messages().map(|(message, checksum)| Heard {
            name: message.name().to_owned(),
            id: message.id(),
            has_checksum: checksum.is_some(),
            frames: 0,
            accepted: 0,
            rejected: [0; Rejection::ALL.len()],
        });
        Self { key, messages: messages.collect(), pipeline: Pipeline::new(vehicle), last_kmh: None }
    }

    /// The profile.
    #[must_use]
    pub const fn vehicle(&self) -> &Vehicle {
        self.pipeline.vehicle()
    }

    /// Make, model and years.
    #[must_use]
    pub fn title(&self) -> &str {
        self.vehicle().title()
    }

    /// Takes one event, with the source's clock.
    pub fn add(&mut self, now: SourceTime, event: &Event) {
        let verdict = self.pipeline.handle(now, event);
        let Event::Frame(frame) = event else { return };
        let Some(heard) = self.messages.iter_mut().find(|heard| heard.id == frame.id) else { return };
        match verdict {
            // Another page of a multiplexed message, or a remote frame: neither for nor against it.
            Verdict::Ignored | Verdict::Other => return,
            Verdict::Accepted => heard.accepted += 1,
            Verdict::Rejected(why) => heard.rejected[why as usize] += 1,
        }
        heard.frames += 1;
        self.last_kmh = self.pipeline.estimate().speed_kmh.or(self.last_kmh);
    }

    /// How well it fits.
    #[must_use]
    pub fn grade(&self) -> Grade {
        let heard: Vec<_> = self.messages.iter().filter(|message| message.frames > 0).collect();
        if heard.is_empty() {
            return Grade::NotHeard;
        }
        if heard.iter().any(|message| !message.fits()) {
            return Grade::Contradicted;
        }
        if heard.len() < self.messages.len() {
            return Grade::Partly;
        }
        if heard.iter().all(|message| message.is_proven()) {
            return Grade::Proven;
        }
        // Wheels that contradict each other: without a proof, more probably another car's message.
        if self.pipeline.estimate().state == State::Implausible {
            Grade::Contradicted
        } else {
            Grade::ByShape
        }
    }

    /// The name of the message with this id, if it is one of its own that was heard and fits.
    #[must_use]
    pub fn recognises(&self, id: FrameId) -> Option<&str> {
        let message = self.messages.iter().find(|message| message.id == id)?;
        (message.frames > 0 && message.fits()).then_some(message.name.as_str())
    }

    /// What was recognised, a line for each message, and the speed: for a person who must decide.
    #[must_use]
    pub fn evidence(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.messages.iter().map(Heard::describe).collect();
        let speed = match (self.pipeline.estimate().state, self.last_kmh) {
            (State::Implausible, _) => format!("no speed: {}", self.pipeline.reason()),
            (_, Some(kmh)) => format!("speed that it gives now: {kmh:.1} km/h"),
            (_, None) => return lines,
        };
        lines.push(speed);
        lines
    }

    /// In a word or two.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self.grade() {
            Grade::NotHeard => "not heard",
            Grade::Contradicted => "does not fit",
            Grade::Partly => "fits in part",
            Grade::ByShape => "may fit: ids and lengths are right, but nothing proves it",
            Grade::Proven => "fits: its checksum is right",
        }
    }
}

impl Heard {
    fn fits(&self) -> bool {
        (self.frames - self.accepted).saturating_mul(FRAMES_FOR_EACH_BAD) <= self.frames
    }

    fn is_proven(&self) -> bool {
        self.has_checksum && self.frames >= FRAMES_FOR_PROOF
    }

    fn of(&self, why: Rejection) -> u64 {
        self.rejected[why as usize]
    }

    fn describe(&self) -> String {
        let Self { name, id, frames, .. } = self;
        if *frames == 0 {
            return format!("{id} {name}: not heard");
        }
        let length_right = frames - self.of(Rejection::Length);
        let mut words = format!("{id} {name}: {frames} frames, length right in {length_right}");
        if self.has_checksum {
            let right = length_right - self.of(Rejection::Checksum);
            words += &format!(", checksum right in {right}");
        }
        if self.of(Rejection::Counter) > 0 {
            words += &format!(", counter stood still in {}", self.of(Rejection::Counter));
        }
        if self.of(Rejection::Empty) > 0 {
            words += &format!(", no usable speed in {}", self.of(Rejection::Empty));
        }
        words
    }
}

/// What the candidates together say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// One profile, and its checksum proves it.
    Certain(usize),
    /// These, best first; a person must decide.
    Choice(Vec<usize>),
    /// None.
    Nothing,
}

/// Which of the candidates to offer, by their places.
#[must_use]
pub fn offer(candidates: &[Candidate]) -> Offer {
    let mut fitting: Vec<_> = candidates
        .iter()
        .enumerate()
        .map(|(place, candidate)| (candidate.grade(), place))
        .filter(|(grade, _)| *grade >= Grade::Partly)
        .collect();
    fitting.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let proven = fitting.iter().filter(|(grade, _)| *grade == Grade::Proven).count();
    match fitting.as_slice() {
        [] => Offer::Nothing,
        [(Grade::Proven, place), ..] if proven == 1 => Offer::Certain(*place),
        several => Offer::Choice(several.iter().map(|(_, place)| *place).collect()),
    }
}

#[cfg(test)]
mod tests;
