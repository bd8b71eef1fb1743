//! From wheel speeds and instruments to frames, through the DBC that the decoder reads too.

use super::instruments::Instruments;
use super::values;
use crate::dbc::{Database, DbcError, EncodeError, Message, Signal};
use crate::frame::{FrameId, Payload};
use crate::integrity::Checksum;

const DBC: &[u8] = include_bytes!("../../../vehicles/simulator.dbc");
const MESSAGE: &str = "WHEEL_SPEEDS";
const WHEELS: [&str; 4] = ["WHEEL_SPEED_FL", "WHEEL_SPEED_FR", "WHEEL_SPEED_RL", "WHEEL_SPEED_RR"];
const COUNTER: &str = "ALIVE_COUNTER";
const CHECKSUM: &str = "CHECKSUM";

/// How many messages the car has beside that of the wheels.
pub(super) const OTHERS: usize = 6;

/// A message beside that of the wheels.
#[derive(Debug)]
pub(super) struct Other {
    message: Message,
    /// So many frames of the wheels come for one of it.
    pub every: u64,
    protected: bool,
    value: fn(&Instruments, &str) -> Option<f64>,
}

impl Other {
    pub fn id(&self) -> FrameId {
        self.message.id()
    }
}

#[derive(Debug)]
pub(super) struct Encoder {
    pub id: FrameId,
    size: usize,
    wheels: [Signal; 4],
    counter: Signal,
    /// `None` only where a program has too many polynomials.
    checksum: Option<Checksum>,
    pub others: [Other; OTHERS],
}

impl Encoder {
    pub fn new() -> Result<Self, DbcError> {
        let database = Database::parse("simulator.dbc", DBC)?;
        let message = database.message(MESSAGE)?;
        let signal = |name| message.signal(name).cloned();
        let other = |name, every, value| -> Result<Other, DbcError> {
            let message = database.message(name)?.clone();
            let protected = message.signal(CHECKSUM).is_ok();
            Ok(Other { message, every, protected, value })
        };
        let [fl, fr, rl, rr] = WHEELS.map(signal);
        Ok(Self {
            id: message.id(),
            size: message.size(),
            wheels: [fl?, fr?, rl?, rr?],
            counter: signal(COUNTER)?,
            checksum: Checksum::crc8_sae_j1850(signal(CHECKSUM)?),
            others: [
                other("ENGINE", 2, values::engine)?,
                other("BODY", 5, values::body)?,
                other("CABIN", 5, values::cabin)?,
                other("CHASSIS", 5, values::chassis)?,
                other("MOTOR", 5, values::motor)?,
                other("TRACTION", 5, values::traction)?,
            ],
        })
    }

    /// Speeds beyond the signal's range are sent as its end; `None` as "not available", all bits one.
    pub fn encode(&self, speeds_kmh: [Option<f64>; 4], count: u64) -> Result<Payload, EncodeError> {
        let mut bytes = [0; 64];
        let bytes = &mut bytes[..self.size];
        for (signal, kmh) in self.wheels.iter().zip(speeds_kmh) {
            let (least, most) = signal.range().unwrap_or((0.0, 0.0));
            match kmh {
                Some(kmh) => signal.encode(kmh.clamp(least, most), bytes)?,
                None => signal.set_raw(u64::MAX, bytes)?,
            }
        }
        self.counter.set_raw(count, bytes)?;
        if let Some(checksum) = &self.checksum {
            checksum.write(self.id, bytes)?;
        }
        Ok(Payload::new(bytes).unwrap_or_else(Payload::empty))
    }

    /// The frame of another message.
    pub fn encode_other(&self, other: &Other, car: &Instruments, count: u64) -> Result<Payload, EncodeError> {
        let mut bytes = [0; 64];
        let bytes = &mut bytes[..other.message.size()];
        for signal in other.message.signals() {
            match (other.value)(car, signal.name()) {
                Some(value) => signal.encode(value, bytes)?,
                None if signal.name() == COUNTER => signal.set_raw(count / other.every, bytes)?,
                None => {}
            }
        }
        if let Some(checksum) = self.checksum.as_ref().filter(|_| other.protected) {
            checksum.write(other.message.id(), bytes)?;
        }
        Ok(Payload::new(bytes).unwrap_or_else(Payload::empty))
    }
}
