//! From wheel speeds and instruments to frames, through the DBC that the decoder reads too.

use super::instruments::Instruments;
use crate::dbc::{Database, DbcError, EncodeError, Message, Signal};
use crate::frame::{FrameId, Payload};
use crate::integrity::Checksum;

const DBC: &[u8] = include_bytes!("../../../vehicles/simulator.dbc");
const MESSAGE: &str = "WHEEL_SPEEDS";
const WHEELS: [&str; 4] = ["WHEEL_SPEED_FL", "WHEEL_SPEED_FR", "WHEEL_SPEED_RL", "WHEEL_SPEED_RR"];
const COUNTER: &str = "ALIVE_COUNTER";
const CHECKSUM: &str = "CHECKSUM";

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
    pub others: [Other; 2],
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
            others: [
                Other {
                    message: database.message("ENGINE")?.clone(),
                    every: 2,
                    protected: true,
                    value: engine,
                },
                Other { message: database.message("BODY")?.clone(), every: 5, protected: false, value: body },
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

fn engine(car: &Instruments, signal: &str) -> Option<f64> {
    Some(match signal {
        "ENGINE_SPEED" => car.engine_rpm,
        "GEAR" => f64::from(car.gear),
        "COOLANT" => car.coolant_celsius,
        "OIL" => car.oil_celsius,
        "OIL_PRESSURE" => car.oil_kpa,
        "FUEL" => car.fuel_percent,
        _ => return None,
    })
}

fn body(car: &Instruments, signal: &str) -> Option<f64> {
    let lit = |is: bool| f64::from(u8::from(is));
    Some(match signal {
        "LOW_BEAM" => lit(car.lamps.low_beam),
        "HIGH_BEAM" => lit(car.lamps.high_beam),
        "LEFT_INDICATOR" => lit(car.lamps.left),
        "RIGHT_INDICATOR" => lit(car.lamps.right),
        "BRAKE_PEDAL" => lit(car.lamps.brake_pedal),
        "PARKING_BRAKE" => lit(car.lamps.parking_brake),
        "OUTSIDE" => car.outside_celsius,
        "BATTERY" => car.battery_volts,
        "ODOMETER" => car.driven_m,
        _ => return None,
    })
}
