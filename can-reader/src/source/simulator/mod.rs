//! A car that drives the New European Driving Cycle for ever.

mod nedc;
mod wheels;

use std::time::{SystemTime, UNIX_EPOCH};

use self::wheels::Noise;
use super::pace::Pace;
use super::{Event, FrameSource, Rate};
use crate::dbc::{Database, DbcError, EncodeError, Signal};
use crate::frame::{Frame, FrameId, FrameKind, Payload, SourceTime, Stamp};
use crate::integrity::Checksum;

/// From one frame to the next, as in real cars.
const PERIOD_MS: u64 = 20;

const DBC: &[u8] = include_bytes!("../../../vehicles/simulator.dbc");
const MESSAGE: &str = "WHEEL_SPEEDS";
const WHEELS: [&str; 4] = ["WHEEL_SPEED_FL", "WHEEL_SPEED_FR", "WHEEL_SPEED_RL", "WHEEL_SPEED_RR"];
const COUNTER: &str = "ALIVE_COUNTER";
const CHECKSUM: (&str, Checksum) = ("CHECKSUM", Checksum::Crc8SaeJ1850);

/// How to simulate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SimulatorOptions {
    /// Decides the noise of the sensors: the same seed gives the same frames.
    pub seed: u64,
    /// How fast the simulated time goes by.
    pub rate: Rate,
}

/// A simulated car as a [`FrameSource`]: one CAN FD frame every 20 ms with the speeds of four wheels, which
/// part in bends and have noise, an alive counter and a checksum, encoded through the DBC of the vehicle
/// profile `simulator`.
///
/// It drives the New European Driving Cycle of UN Regulation 83 (1,180 s, 11 km, to 120 km/h) again and
/// again. As in a replay, [`Event::Deadline`] comes when the simulated clock has reached the deadline; a
/// frame of exactly that time comes before it.
#[derive(Debug)]
pub struct Simulator {
    rate: Rate,
    /// Boxed, since it is much larger than any other source.
    encoder: Box<Encoder>,
    noise: Noise,
    /// Frames so far.
    frames: u64,
    clock: SourceTime,
    start_wall_us: u64,
    /// From the first call on.
    pace: Option<Pace>,
}

#[derive(Debug)]
struct Encoder {
    id: FrameId,
    size: usize,
    wheels: [Signal; 4],
    counter: Signal,
    checksum: Signal,
}

impl Simulator {
    /// A car at the start of the cycle. The wall clock of its frames starts at the present time.
    ///
    /// # Panics
    /// Never, since the embedded DBC is known to have the signals.
    #[must_use]
    pub fn new(options: SimulatorOptions) -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            rate: options.rate,
            encoder: Box::new(Encoder::new().expect("the embedded simulator.dbc has the signals")),
            noise: Noise::new(options.seed),
            frames: 0,
            clock: SourceTime::ZERO,
            start_wall_us: u64::try_from(wall.as_micros()).unwrap_or(u64::MAX / 2),
            pace: None,
        }
    }

    fn frame(&mut self, at: SourceTime) -> Frame {
        let speeds_kmh = wheels::speeds_kmh(at.as_secs_f64(), &mut self.noise);
        let payload = self.encoder.encode(speeds_kmh, self.frames);
        self.frames += 1;
        let elapsed_us = u64::try_from(at.as_micros()).unwrap_or(u64::MAX);
        let stamp = Stamp { wall_us: self.start_wall_us.saturating_add(elapsed_us), at };
        let payload = payload.expect("a speed up to 120 km/h fits its signal");
        Frame { stamp, id: self.encoder.id, kind: FrameKind::Fd, payload }
    }
}

impl Encoder {
    fn new() -> Result<Self, DbcError> {
        let database = Database::parse("simulator.dbc", DBC)?;
        let message = database.message(MESSAGE)?;
        let signal = |name| message.signal(name).cloned();
        let [fl, fr, rl, rr] = WHEELS.map(signal);
        Ok(Self {
            id: message.id(),
            size: message.size(),
            wheels: [fl?, fr?, rl?, rr?],
            counter: signal(COUNTER)?,
            checksum: signal(CHECKSUM.0)?,
        })
    }

    fn encode(&self, speeds_kmh: [f64; 4], count: u64) -> Result<Payload, EncodeError> {
        let mut bytes = [0; 64];
        let bytes = &mut bytes[..self.size];
        for (signal, kmh) in self.wheels.iter().zip(speeds_kmh) {
            signal.encode(kmh, bytes)?;
        }
        self.counter.set_raw(count, bytes)?;
        let checksum = CHECKSUM.1.compute(self.id, bytes, &self.checksum);
        self.checksum.set_raw(checksum, bytes)?;
        Ok(Payload::new(bytes).unwrap_or_else(Payload::empty))
    }
}

impl FrameSource for Simulator {
    async fn next(&mut self, deadline: Option<SourceTime>) -> Event {
        let due = SourceTime::from_millis(PERIOD_MS.saturating_mul(self.frames));
        let deadline = deadline.filter(|&deadline| deadline < due);
        let pace = *self.pace.get_or_insert_with(|| Pace::new(self.rate, SourceTime::ZERO));
        let until = deadline.unwrap_or(due);
        pace.wait(until).await;
        // No await from here on: a cancelled call must not lose a frame.
        self.clock = self.clock.max(until);
        if deadline.is_some() { Event::Deadline } else { Event::Frame(self.frame(due)) }
    }

    fn now(&self) -> SourceTime {
        self.clock
    }

    fn name(&self) -> String {
        "simulator".to_owned()
    }

    fn want(&mut self, _: &[FrameId]) {}
}
