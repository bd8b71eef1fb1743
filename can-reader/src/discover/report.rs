//! What was found, and what there is to say of it.

use super::reference::ScaleSource;
use super::traffic::Traffic;
use crate::dbc::ByteOrder;
use crate::frame::FrameId;
use crate::wheels::{Axle, Wheel};

/// The answer.
#[derive(Clone, Debug)]
pub struct Report {
    /// The first candidate is rather right than wrong.
    pub is_found: bool,
    /// Why, or what to do, in a sentence.
    pub reason: String,
    /// From the first frame to the last, seconds.
    pub seconds: f64,
    /// Data frames.
    pub frames: u64,
    /// Different messages.
    pub ids: usize,
    /// Best first, ten at most; no two share more than a fifth of their bits.
    pub candidates: Vec<Candidate>,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Two to four wheels.
    Wheels,
    /// One speed of the vehicle.
    Vehicle,
}

/// Numbers that may be speeds.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Wheels, or one speed.
    pub kind: Kind,
    /// 0 to 1.
    pub confidence: f64,
    /// In the order of their messages.
    pub signals: Vec<Signal>,
    /// What a count is.
    pub scale: Scale,
    /// How the axles are told.
    pub axle_from: Option<AxleFrom>,
    /// The axle that slips under power, where the drive shows it.
    pub driven: Option<Axle>,
    /// Plain sentences.
    pub evidence: Vec<String>,
    /// What a person has to look up or to do.
    pub questions: Vec<String>,
    /// Where bends tell all but left and right: when the tightest one was, seconds after the first frame. Who knows which way it went knows the
    /// sides.
    pub bend: Option<f64>,
}

/// How the axles of wheels are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxleFrom {
    /// By geometry: the front wheels run on the wider circle.
    Bends,
    /// By their order in the messages, front first: a custom of car makers, no proof.
    Order,
}

/// What a count is.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Where it is from.
    pub source: ScaleSource,
    /// The fastest moment with it, km/h; `None` without a scale.
    pub top_kmh: Option<f64>,
    /// 0 to 1.
    pub sure: f64,
    /// Others that it could be: km/h a count, top speed in km/h, and how sure.
    pub others: Vec<(f64, f64, f64)>,
}

/// A number in a message, as a DBC file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Its message.
    pub id: FrameId,
    /// The interface.
    pub bus: String,
    /// Start bit.
    pub start: usize,
    /// Bits.
    pub length: usize,
    /// Order of its bytes.
    pub order: ByteOrder,
    /// Two's complement.
    pub signed: bool,
    /// km/h a count; `None` without an idea of the scale.
    pub factor: Option<f64>,
    /// km/h: makes the value at rest 0.
    pub offset: f64,
    /// The same in counts.
    pub offset_raw: f64,
    /// The raw value that means "no value", where it was seen.
    pub invalid: Option<u64>,
    /// Only where the side is known.
    pub wheel: Option<Wheel>,
    /// Where it is known or usual, see [`Candidate::axle_from`].
    pub axle: Option<Axle>,
    /// `A` or `B`: wheels that share a side.
    pub side: Option<char>,
    /// The answer to an OBD-II request.
    pub obd_pid: Option<u8>,
    /// Of a message that says different things in turn: when it says this.
    pub mux: Option<Mux>,
}

/// The multiplexor of a message has this value: an unsigned number within a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mux {
    /// Start bit, of its least significant bit.
    pub start: usize,
    /// Bits, 1 to 8.
    pub length: usize,
    /// Its raw value.
    pub value: u8,
}

/// A first candidate with less is not called found.
pub(super) const FOUND: f64 = 0.5;

pub(super) fn report(traffic: &Traffic, (candidates, why): (Vec<Candidate>, String)) -> Report {
    let first = candidates.first().filter(|first| first.confidence >= FOUND);
    Report {
        is_found: first.is_some(),
        reason: first.map_or(why, super::evidence::summary),
        seconds: traffic.seconds(),
        frames: traffic.frames(),
        ids: traffic.ids(),
        candidates,
    }
}
