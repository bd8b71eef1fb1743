//! From wheel speeds to a frame, through the DBC that the decoder reads too.

use crate::dbc::{Database, DbcError, EncodeError, Signal};
use crate::frame::{FrameId, Payload};
use crate::integrity::Checksum;

const DBC: &[u8] = include_bytes!("../../../vehicles/simulator.dbc");
const MESSAGE: &str = "WHEEL_SPEEDS";
const WHEELS: [&str; 4] = ["WHEEL_SPEED_FL", "WHEEL_SPEED_FR", "WHEEL_SPEED_RL", "WHEEL_SPEED_RR"];
const COUNTER: &str = "ALIVE_COUNTER";
const CHECKSUM: &str = "CHECKSUM";

#[derive(Debug)]
pub(super) struct Encoder {
    pub id: FrameId,
    size: usize,
    wheels: [Signal; 4],
    counter: Signal,
    /// `None` only where a program has too many polynomials.
    checksum: Option<Checksum>,
}

impl Encoder {
    pub fn new() -> Result<Self, DbcError> {
        let database = Database::parse("simulator.dbc", DBC)?;
        let message = database.message(MESSAGE)?;
        let signal = |name| message.signal(name).cloned();
        let [fl, fr, rl, rr] = WHEELS.map(signal);
        Ok(Self {
            id: message.id(),
            size: message.size(),
            wheels: [fl?, fr?, rl?, rr?],
            counter: signal(COUNTER)?,
            checksum: Checksum::crc8_sae_j1850(signal(CHECKSUM)?),
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
}
