//! Which messages carry the wheels, as a DBC file and a vehicle profile say it, and the frames themselves.

use std::fmt::Write as _;
use std::path::Path;

use can_reader::Vehicle;
use can_reader::dbc::{Database, EncodeError, Message, Signal};
use can_reader::frame::{Frame, FrameKind, Payload, Stamp};

use crate::car::{Car, Driven, WHEELS};
use crate::drive::record::{Sent, Value};
use crate::random::Random;

/// How wheels share messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// All in one, fine steps.
    One,
    /// One an axle, each with a cycle and a phase of its own.
    AnAxle,
    /// One a wheel, every 40 ms, at phases of their own.
    AWheel,
    /// All in one, whole km/h.
    Whole,
}

impl Form {
    /// In this order by seed, so that few seeds have all.
    pub const ALL: [Self; 4] = [Self::One, Self::AnAxle, Self::AWheel, Self::Whole];

    /// Twice the seconds are allowed in the coarse ones.
    pub const fn is_coarse(self) -> bool {
        matches!(self, Self::AWheel | Self::Whole)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One => "one message",
            Self::AnAxle => "one an axle",
            Self::AWheel => "one a wheel",
            Self::Whole => "whole km/h",
        }
    }
}

/// A message as it is sent.
#[derive(Clone, Debug)]
pub struct Carrier {
    pub cycle: f64,
    pub phase: f64,
    pub wheels: Vec<usize>,
}

/// How the values are written.
#[derive(Clone, Copy, Debug)]
struct Code {
    bits: u32,
    factor: f64,
    offset: f64,
    unit: &'static str,
    /// One of `unit` in km/h.
    to_kmh: f64,
}

/// The messages of a car.
#[derive(Clone, Debug)]
pub struct Layout {
    pub form: Form,
    pub messages: Vec<Carrier>,
    pub profile: String,
    code: Code,
    encoders: Vec<(Message, [Option<Signal>; 4])>,
}

const KMH: (&str, f64) = ("km/h", 1.0);

/// Fine codes as public DBC files have them: km/h by 100, 64, 16 and 0.05625 km/h, with and without an offset; m/s; mph.
const FINE: [(u32, f64, f64, (&str, f64)); 6] = [
    (16, 0.01, 0.0, KMH),
    (16, 0.015_625, 0.0, KMH),
    (13, 0.0625, 0.0, KMH),
    (15, 0.01, -67.67, KMH),
    (16, 0.005, 0.0, ("m/s", 3.6)),
    (16, 0.01, 0.0, ("mph", 1.609_344)),
];

impl Layout {
    /// A layout for the car. `seed` decides the form, so that any four seeds in a row have all four.
    pub fn random(seed: u64, car: &Car) -> Self {
        let r = &mut Random::new(seed, "layout");
        let form = Form::ALL[(seed % 4) as usize];
        let messages = carriers(form, r);
        let (bits, factor, offset, (unit, to_kmh)) = match form {
            Form::Whole => (8, 1.0, 0.0, KMH),
            _ => r.pick(&FINE),
        };
        let code = Code { bits, factor, offset, unit, to_kmh };
        // A byte with a sign would end at 127 km/h.
        let signed = car.unit.signed && offset == 0.0 && form != Form::Whole;
        // Motorola order is as frequent as Intel order.
        let dbc = dbc(&messages, code, r.chance(0.5), signed, r);
        let profile = profile(&messages, &dbc, car, r);
        let encoders = encoders(&dbc, &messages);
        Self { form, messages, profile, code, encoders }
    }

    /// The vehicle that the profile makes.
    ///
    /// # Errors
    /// When it cannot be written or loaded; the sentence is can-reader's.
    pub fn vehicle(&self, folder: &Path) -> anyhow::Result<Vehicle> {
        let path = folder.join("car.toml");
        std::fs::write(&path, &self.profile)?;
        Ok(Vehicle::load(&path)?)
    }

    /// The step of one raw count, km/h.
    pub fn resolution(&self) -> f64 {
        self.code.factor * self.code.to_kmh
    }

    /// The slowest message's cycle, s.
    pub fn slowest(&self) -> f64 {
        self.messages.iter().map(|message| message.cycle).fold(0.0, f64::max)
    }

    /// The frame of this message, without a time.
    ///
    /// # Errors
    /// Never for values that `Sent` can hold: they are held to what the signal has.
    pub fn frame(&self, sent: &Sent) -> Result<Frame, EncodeError> {
        let (message, signals) = &self.encoders[sent.message];
        let mut bytes = [0; 8];
        for (signal, value) in signals.iter().zip(sent.values) {
            let Some(signal) = signal else { continue };
            match value {
                Value::Ones => signal.set_raw(u64::MAX, &mut bytes)?,
                Value::Kmh(kmh) => signal.encode(self.hold(kmh, signal), &mut bytes)?,
            }
        }
        let payload = Payload::new(&bytes[..message.size()]).unwrap_or_else(Payload::empty);
        Ok(Frame { stamp: Stamp::default(), id: message.id(), kind: FrameKind::Classical, payload })
    }

    /// The nearest that the signal can say; its last code is kept for "not available", and no speed is below 0
    /// without a sign.
    fn hold(&self, kmh: f64, signal: &Signal) -> f64 {
        use can_reader::dbc::SignalKind;
        let signed = signal.kind() == SignalKind::Signed;
        let counts = 2_f64.powi(self.code.bits as i32 - i32::from(signed)) - 2.0;
        let most = counts * self.code.factor + self.code.offset;
        // A unit without a sign to send it in sends the amount.
        let value = if signed { kmh } else { kmh.abs() } / self.code.to_kmh;
        // One count below 0 is what all ones mean with a sign: a unit sends 0 instead.
        if signed && value < 0.0 && value > -1.5 * self.code.factor {
            return 0.0;
        }
        value.clamp(if signed { -most } else { 0.0 }, most)
    }
}

fn carriers(form: Form, r: &mut Random) -> Vec<Carrier> {
    let carry = |cycle: f64, r: &mut Random, wheels: &[usize]| Carrier {
        cycle,
        phase: r.between(0.0, cycle),
        wheels: wheels.to_vec(),
    };
    match form {
        // Fast powertrain buses to slow comfort buses.
        Form::One | Form::Whole => {
            let cycle = r.pick(&[0.010, 0.012, 0.020, 0.020, 0.025, 0.050, 0.100]);
            vec![carry(cycle, r, &[0, 1, 2, 3])]
        }
        Form::AnAxle => {
            let cycle = r.pick(&[0.010, 0.020, 0.020, 0.030, 0.040, 0.050]);
            // Mostly of one rate, sometimes the rear is slower.
            let rear = if r.chance(0.7) { cycle } else { r.pick(&[0.020, 0.040, 0.050]) };
            vec![carry(cycle, r, &[0, 1]), carry(rear, r, &[2, 3])]
        }
        Form::AWheel => (0..4).map(|wheel| carry(0.040, r, &[wheel])).collect(),
    }
}

fn dbc(messages: &[Carrier], code: Code, motorola: bool, signed: bool, r: &mut Random) -> String {
    let mut out = String::from("VERSION \"\"\n\nBS_:\n\nBU_: ABS GATEWAY\n\n");
    let first = 0x100 + 0x10 * r.below(64);
    for (index, message) in messages.iter().enumerate() {
        let slot = if code.bits <= 8 { 1 } else { 2 };
        let size = slot * message.wheels.len();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "BO_ {} {}: {size} ABS", first + index, name(index));
        for (place, &wheel) in message.wheels.iter().enumerate() {
            let start =
                if motorola { 8 * slot * place + code.bits.min(8) as usize - 1 } else { 8 * slot * place };
            // Below 16 bits the field begins in the middle of the first byte, in Motorola order.
            let start =
                if motorola && code.bits > 8 { 8 * slot * place + code.bits as usize - 9 } else { start };
            let _ = writeln!(
                out,
                " SG_ {} : {start}|{}@{}{} ({},{}) [0|0] \"{}\" GATEWAY",
                WHEELS[wheel],
                code.bits,
                i32::from(!motorola),
                if signed { '-' } else { '+' },
                code.factor,
                code.offset,
                code.unit
            );
        }
        out.push('\n');
    }
    out
}

fn name(message: usize) -> String {
    format!("WHEELS_{message}")
}

/// As the owner of the car would write it: the driven axle and the geometry are there in half of them each, and a
/// tape measure is off by up to 2 cm.
fn profile(messages: &[Carrier], dbc: &str, car: &Car, r: &mut Random) -> String {
    let mut out = format!("title = \"a random car\"\ndbc_inline = '''\n{dbc}'''\n");
    if r.chance(0.5) {
        let driven = match car.driven {
            Driven::Front => "front",
            Driven::Rear => "rear",
            Driven::All => "all",
        };
        let _ = writeln!(out, "driven = \"{driven}\"");
    }
    out.push_str("\n[wheels]\n");
    for (index, message) in messages.iter().enumerate() {
        for &wheel in &message.wheels {
            let place = ["Row1.Left", "Row1.Right", "Row2.Left", "Row2.Right"][wheel];
            let _ = writeln!(out, "{place} = \"{}.{}\"", name(index), WHEELS[wheel]);
        }
    }
    if r.chance(0.5) {
        let wheelbase = car.wheelbase + r.between(-0.02, 0.02);
        let track = f64::midpoint(car.track[0], car.track[1]) + r.between(-0.02, 0.02);
        let _ = writeln!(out, "\n[geometry]\nwheelbase_m = {wheelbase:.2}\ntrack_m = {track:.2}");
    }
    // Who has a DBC with cycle times, or a stop watch, says them.
    if r.chance(0.3) {
        for (index, message) in messages.iter().enumerate() {
            let _ = writeln!(out, "\n[messages.{}]\ncycle_ms = {:.0}", name(index), 1e3 * message.cycle);
        }
    }
    out
}

/// # Panics
/// Never: the text is made above, and a test holds all forms.
fn encoders(dbc: &str, messages: &[Carrier]) -> Vec<(Message, [Option<Signal>; 4])> {
    let database = Database::parse("car.dbc", dbc.as_bytes()).expect("a DBC made here can be read");
    let message = |(index, carrier): (usize, &Carrier)| {
        let message = database.message(&name(index)).expect("its messages are there").clone();
        let signals = std::array::from_fn(|wheel| {
            let carried = carrier.wheels.contains(&wheel);
            carried.then(|| message.signal(WHEELS[wheel]).expect("its signals are there").clone())
        });
        (message, signals)
    };
    messages.iter().enumerate().map(message).collect()
}

#[cfg(test)]
mod tests {
    use can_reader::{Event, Pipeline, Wheel};

    use super::*;

    /// Forty cars have all forms, codes, orders and signs.
    #[test]
    fn what_is_sent_is_what_the_real_decoder_reads() {
        let folder = tempfile::tempdir().unwrap();
        for seed in 0..40 {
            let car = Car::random(seed);
            let layout = Layout::random(seed, &car);
            let mut pipeline = Pipeline::new(layout.vehicle(folder.path()).unwrap());
            let values = [51.0, 50.0, 49.0, 48.0].map(Value::Kmh);
            for message in 0..layout.messages.len() {
                let frame = layout.frame(&Sent { at: 0.0, message, values }).unwrap();
                pipeline.handle(frame.stamp.at, &Event::Frame(frame));
            }
            let read = pipeline.estimate().wheels;
            for (wheel, value) in Wheel::ALL.into_iter().zip([51.0, 50.0, 49.0, 48.0]) {
                let kmh = read.get(wheel).unwrap();
                assert!(
                    (kmh - value).abs() <= layout.resolution() / 2.0 + 1e-9,
                    "seed {seed}: {kmh}, {value}"
                );
            }
        }
    }

    #[test]
    fn four_seeds_in_a_row_have_all_forms() {
        let forms: Vec<_> = (8..12).map(|seed| Layout::random(seed, &Car::random(seed)).form).collect();
        assert_eq!(forms, Form::ALL);
    }

    #[test]
    fn a_wheel_that_turns_backward_is_sent_as_its_amount_or_with_its_sign() {
        for seed in 0..40 {
            let layout = Layout::random(seed, &Car::random(seed));
            let frame =
                |kmh| layout.frame(&Sent { at: 0.0, message: 0, values: [Value::Kmh(kmh); 4] }).unwrap();
            let signed = layout.profile.contains("@0-") || layout.profile.contains("@1-");
            assert_eq!(frame(-30.0).payload == frame(30.0).payload, !signed, "seed {seed}");
        }
    }
}
