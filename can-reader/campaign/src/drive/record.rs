//! Runs a drive and writes down what was true and what the control unit sent.

use super::Kind;
use super::driver::Driver;
use crate::bus::layout::Layout;
use crate::car::Car;
use crate::car::body::{Body, STEP};
use crate::car::sensor;
use crate::random::Random;

/// Steps from one note of the truth to the next: 5 ms.
const NOTE: usize = 5;

/// What a drive was.
#[derive(Clone, Debug)]
pub struct Record {
    /// km/h, every 5 ms.
    truth: Vec<f64>,
    /// The time that it took, s.
    pub seconds: f64,
    /// What was sent, in the order of time.
    pub sent: Vec<Sent>,
}

/// One message of the control unit, before anything goes wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// s.
    pub at: f64,
    /// Which message of the layout.
    pub message: usize,
    /// Values by wheel; only those that the message carries are of any meaning.
    pub values: [Value; 4],
}

/// What a signal says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    Kmh(f64),
    /// All bits one.
    Ones,
}

impl Value {
    /// km/h, unless it is no number.
    pub const fn kmh(self) -> Option<f64> {
        match self {
            Self::Kmh(kmh) => Some(kmh),
            Self::Ones => None,
        }
    }

    /// The same, changed; what is no number stays.
    pub fn map(self, change: impl FnOnce(f64) -> f64) -> Self {
        match self {
            Self::Kmh(kmh) => Self::Kmh(change(kmh)),
            Self::Ones => Self::Ones,
        }
    }
}

impl Record {
    /// The true speed, km/h.
    pub fn truth(&self, at: f64) -> f64 {
        let place = (at / (STEP * NOTE as f64)).max(0.0);
        let index = (place as usize).min(self.truth.len() - 1);
        let next = (index + 1).min(self.truth.len() - 1);
        let part = place - place.floor();
        self.truth[index] * (1.0 - part) + self.truth[next] * part
    }
}

/// Drives a car of this kind for so long.
pub fn drive(car: &Car, kind: Kind, layout: &Layout, seconds: f64, seed: u64) -> Record {
    let mut r = Random::new(seed, "record");
    let start = kind.start(&mut r);
    let mut body = Body::rolling(car, start);
    let mut driver = Driver::new(kind, seed);
    let mut sensors = sensor::sensors(car, start, &mut r);
    let mut due: Vec<f64> = layout.messages.iter().map(|message| message.phase).collect();
    let mut record = Record { truth: Vec::new(), seconds, sent: Vec::new() };
    let steps = (seconds / STEP) as usize;
    for step in 0..steps {
        let now = step as f64 * STEP;
        if step.is_multiple_of(NOTE) {
            record.truth.push(3.6 * body.speed(car));
        }
        for (index, message) in layout.messages.iter().enumerate() {
            if now >= due[index] {
                // Arbitration and the sender's own loop: a few tenths of a millisecond.
                let at = due[index] + r.between(0.0, 0.0004);
                due[index] += message.cycle;
                let values = std::array::from_fn(|wheel| Value::Kmh(sensors[wheel].kmh()));
                record.sent.push(Sent { at, message: index, values });
            }
        }
        let input = driver.input(car, &body, now);
        body.step(car, &input);
        for (wheel, sensor) in sensors.iter_mut().enumerate() {
            sensor.turn(car.tyres[wheel].nominal, body.spin[wheel], now, STEP);
        }
    }
    record.sent.sort_by(|a, b| a.at.total_cmp(&b.at));
    record
}
