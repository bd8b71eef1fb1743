//! A simulated car.
//!
//! A [`Drive`] has the car at a speed and in a bend (`motion`, `drives`, `nedc`); each wheel rolls, slips, locks or
//! spins as the car's geometry and the tyres have it (`wheels`, `grip`); [`Fault`]s spoil what the sensors say
//! (`fault`, `faults`); engine, motor, cabin and lamps follow from the drive (`instruments`); the result is encoded as
//! frames (`values`, `encoder`), which nobody can tell from a car's.

mod drive;
mod drives;
mod encoder;
mod fault;
mod faults;
mod grip;
mod instruments;
mod motion;
mod nedc;
mod noise;
mod values;
mod wheels;

use std::time::{SystemTime, UNIX_EPOCH};

use self::encoder::{Encoder, OTHERS};
use self::faults::{Faults, Passage};
use self::instruments::Instruments;
use self::noise::Noise;
use super::pace::Pace;
use super::{Event, FrameSource, Rate};
use crate::filter::IdFilter;
use crate::frame::{Frame, FrameKind, SourceTime, Stamp};

pub use drive::{Drive, DriveError};
pub use fault::{Fault, FaultError};

/// From one frame to the next, as in real cars.
const PERIOD_MS: u64 = 20;

/// How to simulate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SimulatorOptions {
    /// Decides the noise of the sensors: the same seed gives the same frames.
    pub seed: u64,
    /// How fast the simulated time goes by.
    pub rate: Rate,
    /// What the car does, again and again.
    pub drive: Drive,
    /// What is wrong with it, besides what belongs to the drive.
    pub faults: Vec<Fault>,
}

/// A simulated car as a [`FrameSource`]: one CAN FD frame every 20 ms with the speeds of four wheels, an alive counter
/// and a checksum, encoded through the DBC of the vehicle profile `simulator`. To who wants them come frames with engine
/// and gear every 40 ms, and with lamps, doors, pedals, motor and battery every 100 ms.
///
/// Its wheels part in bends as those of a rigid car 2.7 m from axle to axle and 1.5 m wide; drive (in front) and brakes
/// make them slip; sensors have noise and see nothing below 2.5 km/h. The true speed, [`Simulator::truth_kmh`], is that
/// of the point midway between the axles on the centre line.
///
/// As in a replay, [`Event::Deadline`] comes when the simulated clock has reached the deadline; a frame of exactly that
/// time comes before it.
#[derive(Debug)]
pub struct Simulator {
    rate: Rate,
    drive: Drive,
    faults: Faults,
    /// Boxed, since it is much larger than any other source.
    encoder: Box<Encoder>,
    noise: Noise,
    /// Frames so far, with those that a fault took.
    frames: u64,
    /// Metres driven so far.
    driven_m: f64,
    /// Which of the encoder's other messages are wanted.
    wants: [bool; OTHERS],
    /// Their frames that are still to be given.
    others: Box<[Option<Frame>; OTHERS]>,
    link_down: bool,
    clock: SourceTime,
    start_wall_us: u64,
    /// From the first call on.
    pace: Option<Pace>,
}

impl Simulator {
    /// A car at the start of its drive. The wall clock of its frames starts at the present time.
    ///
    /// # Panics
    /// Never, since the embedded DBC is known to have the signals.
    #[must_use]
    pub fn new(options: SimulatorOptions) -> Self {
        let SimulatorOptions { seed, rate, drive, faults } = options;
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let drive_ms = (drive.seconds() * 1000.0).round() as u64;
        Self {
            rate,
            drive,
            faults: Faults::new(drive.faults(), drive_ms, &faults, seed),
            encoder: Box::new(Encoder::new().expect("the embedded simulator.dbc has the signals")),
            noise: Noise::new(seed),
            frames: 0,
            driven_m: 0.0,
            wants: [false; OTHERS],
            others: Box::new([None; OTHERS]),
            link_down: false,
            clock: SourceTime::ZERO,
            start_wall_us: u64::try_from(wall.as_micros()).unwrap_or(u64::MAX / 2),
            pace: None,
        }
    }

    /// The true speed now, km/h, 0 or more: see [`Drive::speed_kmh`].
    #[must_use]
    pub fn truth_kmh(&self) -> f64 {
        self.drive.speed_kmh(self.clock.as_secs_f64())
    }

    /// What the link has to say at the time of the next frame: the frame, that it came up or went down, or nothing.
    fn step(&mut self, at: SourceTime) -> Option<Event> {
        let at_ms = PERIOD_MS.saturating_mul(self.frames);
        let passage = self.faults.passage(at_ms);
        let was_down = std::mem::replace(&mut self.link_down, matches!(passage, Passage::Down(_)));
        if was_down && !self.link_down {
            return Some(Event::LinkUp); // The frame follows.
        }
        // A car drives on, whether or not anybody listens.
        let others = self.others(at);
        let frame = self.frame(at, at_ms);
        match passage {
            Passage::Passes => {
                *self.others = others;
                Some(Event::Frame(frame))
            }
            Passage::Down(place) if !was_down => Some(Event::LinkDown(self.faults.reason(place))),
            Passage::Down(_) | Passage::Lost => None,
        }
    }

    /// What else the car says at the time of the next frame.
    fn others(&mut self, at: SourceTime) -> [Option<Frame>; OTHERS] {
        let seconds = at.as_secs_f64();
        let motion = self.drive.motion(seconds);
        self.driven_m += motion.speed_ms.abs() * PERIOD_MS as f64 / 1000.0;
        let mut others = [None; OTHERS];
        if self.wants.contains(&true) {
            let accel_ms2 = self.drive.accel_ms2(seconds);
            let car = Instruments::at(seconds, &motion, accel_ms2, self.driven_m);
            for (place, other) in self.encoder.others.iter().enumerate() {
                if self.wants[place] && self.frames.is_multiple_of(other.every) {
                    let payload = self.encoder.encode_other(other, &car, self.frames);
                    let payload = payload.expect("a value within its range fits its signal");
                    let (stamp, id) = (self.stamp(at), other.id());
                    others[place] = Some(Frame { stamp, id, kind: FrameKind::Classical, payload });
                }
            }
        }
        others
    }

    fn stamp(&self, at: SourceTime) -> Stamp {
        let elapsed_us = u64::try_from(at.as_micros()).unwrap_or(u64::MAX);
        Stamp { wall_us: self.start_wall_us.saturating_add(elapsed_us), at }
    }

    fn frame(&mut self, at: SourceTime, at_ms: u64) -> Frame {
        let seconds = at.as_secs_f64();
        let motion = self.drive.motion(seconds);
        let sensed_kmh = wheels::sensed_kmh(&motion, self.drive.accel_ms2(seconds), &mut self.noise);
        let payload = self.encoder.encode(self.faults.applied(at_ms, sensed_kmh), self.frames);
        self.frames += 1;
        let stamp = self.stamp(at);
        let payload = payload.expect("a speed within its range fits its signal");
        Frame { stamp, id: self.encoder.id, kind: FrameKind::Fd, payload }
    }
}

impl FrameSource for Simulator {
    async fn next(&mut self, deadline: Option<SourceTime>) -> Event {
        let pace = *self.pace.get_or_insert_with(|| Pace::new(self.rate, SourceTime::ZERO));
        if let Some(frame) = self.others.iter_mut().find_map(Option::take) {
            return Event::Frame(frame);
        }
        loop {
            let due = SourceTime::from_millis(PERIOD_MS.saturating_mul(self.frames));
            let deadline = deadline.filter(|&deadline| deadline < due);
            let until = deadline.unwrap_or(due);
            pace.wait(until).await;
            // From here on no await before the next turn: a cancelled call must not lose a frame.
            self.clock = self.clock.max(until);
            if deadline.is_some() {
                return Event::Deadline;
            }
            if let Some(event) = self.step(due) {
                return event;
            }
        }
    }

    fn now(&self) -> SourceTime {
        self.clock
    }

    fn name(&self) -> String {
        "simulator".to_owned()
    }

    fn want(&mut self, wanted: &[IdFilter]) {
        let others = self.encoder.others.each_ref();
        self.wants = others.map(|other| wanted.iter().any(|filter| filter.matches(other.id())));
    }
}
