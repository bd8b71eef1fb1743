//! How well a vehicle profile fits what is heard.

use std::collections::HashSet;

use can_reader::integrity::Checksum;
use can_reader::vehicle::{ProvenBy, Rejection};
use can_reader::{Event, FrameId, IdFilter, Pipeline, SourceTime, State, Vehicle, Verdict};

use crate::rolling::Rolling;

/// How well, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// None of its messages was heard.
    NotHeard,
    /// Its ids were heard, but the frames are others.
    Contradicted,
    /// Some of its messages were heard and fit; others are missing.
    Partly,
    /// Ids and lengths are right; nothing proves more: no checksum, or too few different frames, and no car that rolls.
    ByShape,
    /// Its wheels turn as those of a car do.
    Rolled,
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
    wheels: usize,
    rolling: Rolling,
    /// Accepted frames after which the wheels contradicted each other.
    implausible: u64,
}

/// A message of the profile.
#[derive(Clone, Debug)]
struct Heard {
    name: String,
    filter: IdFilter,
    /// Bits of its checksum; 0 where it has none.
    checksum_bits: u16,
    /// Different payloads whose checksum was right, up to [`Heard::enough`]: the same one again proves nothing more.
    different: HashSet<Vec<u8>>,
    frames: u64,
    accepted: u64,
    rejected: [u64; Rejection::ALL.len()],
}

/// Of so many frames one may be damaged, or come while the sensor has no value yet.
const FRAMES_FOR_EACH_BAD: u64 = 10;

/// A checksum of four bits is right by chance in one frame of 16, one of eight in one of 256. Different frames have to be right so
/// often that chance is below one in 2^30, which is 1e-9.
const CERTAIN_BITS: usize = 30;

impl Candidate {
    /// A profile that has heard nothing yet.
    #[must_use]
    pub fn new(key: String, vehicle: Vehicle) -> Self {
        let decoder = vehicle.decoder();
        let messages = decoder.messages().map(|(message, filter, checksum)| Heard {
            name: message.name().to_owned(),
            filter,
            checksum_bits: checksum.map_or(0, Checksum::bits),
            different: HashSet::new(),
            frames: 0,
            accepted: 0,
            rejected: [0; Rejection::ALL.len()],
        });
        let messages = messages.collect();
        let wheels = (0..4).filter(|place| vehicle.plan().has(*place)).count();
        let pipeline = Pipeline::new(vehicle);
        Self { key, messages, pipeline, last_kmh: None, wheels, rolling: Rolling::default(), implausible: 0 }
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
        let Some(heard) = self.messages.iter_mut().find(|heard| heard.filter.matches(frame.id)) else {
            return;
        };
        match verdict {
            // Another page of a multiplexed message, or a remote frame: neither for nor against it.
            Verdict::Ignored | Verdict::Other => return,
            Verdict::Accepted | Verdict::Signals => {
                heard.accepted += 1;
                if heard.checksum_bits > 0 && heard.different.len() < heard.enough() {
                    heard.different.insert(frame.payload.to_vec());
                }
            }
            Verdict::Rejected(why) => heard.rejected[why as usize] += 1,
        }
        heard.frames += 1;
        let estimate = self.pipeline.estimate();
        self.last_kmh = estimate.speed_kmh.or(self.last_kmh);
        if verdict == Verdict::Accepted {
            self.implausible += u64::from(estimate.state == State::Implausible);
            self.rolling.add(now, &estimate, self.wheels);
        }
    }

    /// How well it fits.
    #[must_use]
    pub fn grade(&self) -> Grade {
        let heard: Vec<_> = self.messages.iter().filter(|message| message.frames > 0).collect();
        if heard.is_empty() {
            return Grade::NotHeard;
        }
        // Wheels without a value all the time are another car's, or a broken car's: some message must have one.
        let has_values = heard.iter().any(|message| message.accepted > 0);
        if !has_values || heard.iter().any(|message| !message.fits()) {
            return Grade::Contradicted;
        }
        if heard.len() < self.messages.len() {
            return Grade::Partly;
        }
        if heard.iter().all(|message| message.is_proven()) {
            return Grade::Proven;
        }
        if self.rolling.is_proof() {
            return Grade::Rolled;
        }
        // Wheels that contradict each other: without a proof, more probably another car's message.
        if self.implausible * 2 > heard.iter().map(|message| message.accepted).sum() {
            Grade::Contradicted
        } else {
            Grade::ByShape
        }
    }

    /// The name of the message with this id, if it is one of its own that was heard and fits.
    #[must_use]
    pub fn recognises(&self, id: FrameId) -> Option<&str> {
        let message = self.messages.iter().find(|message| message.filter.matches(id))?;
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
        lines.extend(self.rolling.describe());
        lines.push(speed);
        lines
    }

    /// Whether a proof by its frames is enough: a profile from public notes only is to be held against the dash as well.
    #[must_use]
    pub fn is_from_notes(&self) -> bool {
        self.vehicle().proof().is_some_and(|proof| proof.by == ProvenBy::Notes)
    }

    /// Whether rolling a few metres could prove it.
    #[must_use]
    pub fn can_roll(&self) -> bool {
        self.wheels >= 2 && self.grade() == Grade::ByShape
    }

    /// The speed that it gave last, km/h.
    #[must_use]
    pub const fn last_kmh(&self) -> Option<f64> {
        self.last_kmh
    }

    /// What `--vehicle` takes for it: the name of a built-in one, or the path of the file.
    #[must_use]
    pub fn word(&self) -> &str {
        let vehicle = self.vehicle();
        if Vehicle::builtin().contains(&self.key.as_str()) { &self.key } else { vehicle.origin() }
    }

    /// In a word or two.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self.grade() {
            Grade::NotHeard => "not heard",
            Grade::Contradicted => "does not fit",
            Grade::Partly => "fits in part",
            Grade::ByShape => "may fit: ids and lengths are right, but nothing proves it",
            Grade::Rolled if self.is_from_notes() => {
                "fits: its wheels turn as a car's do; known from public notes only"
            }
            Grade::Rolled => "fits: its wheels turn as a car's do",
            Grade::Proven if self.is_from_notes() => {
                "fits: its checksum is right; known from public notes only"
            }
            Grade::Proven => "fits: its checksum is right",
        }
    }
}

impl Heard {
    fn fits(&self) -> bool {
        // A frame that is right and has no value is neither for nor against.
        let bad = self.frames - self.accepted - self.of(Rejection::Empty);
        bad.saturating_mul(FRAMES_FOR_EACH_BAD) <= self.frames
    }

    fn is_proven(&self) -> bool {
        self.checksum_bits > 0 && self.different.len() >= self.enough()
    }

    /// How many different frames exclude chance.
    fn enough(&self) -> usize {
        CERTAIN_BITS.div_ceil(usize::from(self.checksum_bits).max(1)) + 1
    }

    fn of(&self, why: Rejection) -> u64 {
        self.rejected[why as usize]
    }

    fn describe(&self) -> String {
        let Self { name, filter: id, frames, .. } = self;
        if *frames == 0 {
            return format!("{id} {name}: not heard");
        }
        let length_right = frames - self.of(Rejection::Length);
        let mut words = format!("{id} {name}: {frames} frames, length right in {length_right}");
        if self.checksum_bits > 0 {
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
    /// One profile, and its checksums or its wheels prove it.
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
    let proven = fitting.iter().filter(|(grade, _)| *grade >= Grade::Rolled).count();
    let is_certain = |place: usize| proven == 1 && !candidates[place].is_from_notes();
    match fitting.as_slice() {
        [] => Offer::Nothing,
        [(grade, place), ..] if *grade >= Grade::Rolled && is_certain(*place) => Offer::Certain(*place),
        several => Offer::Choice(several.iter().map(|(_, place)| *place).collect()),
    }
}

#[cfg(test)]
mod tests;
