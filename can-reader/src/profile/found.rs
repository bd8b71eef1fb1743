//! A profile from what was found in a drive: the numbers get names, and then it is made as from any DBC file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::drive::Drive;
use super::propose::{Proposal, ProposeError, Remarks, Request, propose_with};
use crate::dbc::{ByteOrder, Database, DbcError};
use crate::discover::{AxleFrom, Candidate, Kind, Mux, Report, ScaleSource, Signal};
use crate::frame::FrameId;
use crate::wheels::{Axle, Wheel};

/// Further speeds of the vehicle that are held against the wheels.
const WITNESSES: usize = 3;

/// Candidates with less confidence are not written.
const LEAST: f64 = 0.5;

/// Why there is no profile.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    /// Nothing was found.
    #[error("nothing is written, for nothing was found: {0}")]
    Nothing(String),
    /// No number can be in km/h.
    #[error(
        "nothing is written, for the scale of the wheels is not known: say what the dash showed at a moment of the drive, \
         --speed-is 47@12.5, or name what a receiver recorded, --gps FILE.csv"
    )]
    Scale,
    /// Only answers to requests.
    #[error(
        "nothing is written: the only speed in this log is in answers to OBD-II requests, which are there only while something asks. \
         Record at another place, where the car's own messages pass, such as behind the instrument cluster"
    )]
    OnlyAnswers,
    /// The layout cannot be written: a fault of this program.
    #[error("what was found cannot be written: {0}")]
    Dbc(#[from] DbcError),
    /// It does not pass the check.
    #[error(transparent)]
    Propose(#[from] ProposeError),
}

/// A profile called `name` from the first candidate and what follows it. `log`: what the drive is called.
///
/// # Errors
/// [`FoundError`].
pub fn of_report(report: &Report, name: &str, (drive, log): (&Drive, &str)) -> Result<Proposal, FoundError> {
    let first = report.candidates.first().filter(|_| report.is_found);
    let first = first.ok_or_else(|| FoundError::Nothing(report.reason.clone()))?;
    let own = |candidate: &&Candidate| candidate.signals.iter().all(|signal| signal.obd_pid.is_none());
    let first = Some(first).filter(own).ok_or(FoundError::OnlyAnswers)?;
    if first.signals.iter().any(|signal| signal.factor.is_none()) {
        return Err(FoundError::Scale);
    }
    let others = report.candidates[1..].iter().filter(own).filter(|other| other.kind == Kind::Vehicle);
    let others =
        others.filter(|other| other.confidence >= LEAST && other.signals.iter().all(|s| s.factor.is_some()));
    let mut named: Vec<(String, &Signal)> = match first.kind {
        Kind::Wheels => {
            wheels(first).into_iter().map(|(wheel, signal)| (wheel_name(wheel).to_owned(), signal)).collect()
        }
        Kind::Vehicle => {
            first.signals.iter().take(1).map(|signal| ("VEHICLE_SPEED".to_owned(), signal)).collect()
        }
    };
    let speeds = others.flat_map(|other| &other.signals).take(WITNESSES);
    let from = if first.kind == Kind::Vehicle { 2 } else { 1 };
    named.extend(speeds.enumerate().map(|(n, signal)| (format!("VEHICLE_SPEED_{}", n + from), signal)));
    let text = dbc(&named, drive);
    let database = Database::parse(&format!("{name}.dbc"), text.as_bytes())?;
    let remarks = remarks(report, first, log);
    let request = Request { database: &database, name, drive: Some((drive, log)) };
    Ok(propose_with(request, Some(&remarks))?)
}

/// Which wheel each signal is to be called: what is known, and the rest in the order of the messages.
fn wheels(candidate: &Candidate) -> Vec<(Wheel, &Signal)> {
    let mut free: Vec<_> = Wheel::ALL.to_vec();
    let mut take = |wanted: &[Wheel]| {
        let at = free.iter().position(|wheel| wanted.contains(wheel));
        free.remove(at.unwrap_or_default())
    };
    let wheel = |signal: &Signal| match (signal.wheel, signal.axle, signal.side) {
        (Some(wheel), ..) => vec![wheel],
        // Side A is called left: where nobody knows, `sides` says so.
        (None, Some(axle), Some(side)) => vec![axle.wheels()[usize::from(side == 'B')]],
        (None, Some(axle), None) => axle.wheels().to_vec(),
        (None, None, _) => Wheel::ALL.to_vec(),
    };
    candidate.signals.iter().take(Wheel::ALL.len()).map(|signal| (take(&wheel(signal)), signal)).collect()
}

const fn wheel_name(wheel: Wheel) -> &'static str {
    match wheel {
        Wheel::FrontLeft => "WHEEL_SPEED_FL",
        Wheel::FrontRight => "WHEEL_SPEED_FR",
        Wheel::RearLeft => "WHEEL_SPEED_RL",
        Wheel::RearRight => "WHEEL_SPEED_RR",
    }
}

/// A DBC file with these signals.
fn dbc(named: &[(String, &Signal)], drive: &Drive) -> String {
    let mut by_id: BTreeMap<FrameId, Vec<&(String, &Signal)>> = BTreeMap::new();
    for one in named {
        by_id.entry(one.1.id).or_default().push(one);
    }
    let mut text = String::new();
    for (id, signals) in by_id {
        let number = match id {
            FrameId::Standard(id) => u32::from(id),
            FrameId::Extended(id) => id | 1 << 31,
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "BO_ {number} MESSAGE_{id}: {} Vector__XXX", drive.length(id).unwrap_or(8));
        if let Some(Mux { start, length, .. }) = signals.iter().find_map(|(_, signal)| signal.mux) {
            let _ = writeln!(text, " SG_ PAGE M : {start}|{length}@1+ (1,0) [0|0] \"\" Vector__XXX");
        }
        for (name, Signal { start, length, order, signed, factor, offset, mux, .. }) in signals {
            let page = mux.map(|mux| format!(" m{}", mux.value)).unwrap_or_default();
            let order = u8::from(*order == ByteOrder::Intel);
            let sign = if *signed { '-' } else { '+' };
            let factor = factor.unwrap_or(1.0);
            let _ = writeln!(
                text,
                " SG_ {name}{page} : {start}|{length}@{order}{sign} ({factor},{offset}) [0|0] \"km/h\" Vector__XXX"
            );
        }
        text.push('\n');
    }
    text
}

/// What is said of it at its beginning.
fn remarks(report: &Report, first: &Candidate, log: &str) -> Remarks {
    let mut head = vec![format!(
        "Proposed by `can-reader discover` from {log}, without a DBC: {}. {:.0} % sure.",
        report.reason,
        100.0 * first.confidence
    )];
    head.extend(first.evidence.iter().map(|sentence| format!("  - {sentence}")));
    let mut against = Vec::new();
    if matches!(first.scale.source, ScaleSource::Guess | ScaleSource::Unknown) {
        let top = first.scale.top_kmh.unwrap_or_default();
        against.push(format!(
            "the factor is a guess, and the number may be wrong by any factor: with it the top speed of the drive is {top:.0} km/h"
        ));
    }
    if first.scale.source == ScaleSource::SpeedIs {
        against.push("the factor is by the dash, which shows up to a tenth and 4 km/h too much (UN R39), never too little".to_owned());
    }
    if first.kind == Kind::Wheels && first.axle_from != Some(AxleFrom::Bends) {
        against.push("no bend proves which axle is the front one".to_owned());
    }
    let sides_known = first.kind != Kind::Wheels || first.signals.iter().all(|signal| signal.wheel.is_some());
    let driven = first.driven.map(|axle| match axle {
        Axle::Front => "front",
        Axle::Rear => "rear",
    });
    Remarks { title: "My car, by what was found in a drive".to_owned(), head, against, sides_known, driven }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::Scale;

    fn signal(axle: Option<Axle>, side: Option<char>) -> Signal {
        Signal {
            id: FrameId::Standard(0x123),
            bus: "can0".to_owned(),
            start: 7,
            length: 16,
            order: ByteOrder::Motorola,
            signed: false,
            factor: Some(0.01),
            offset: 0.0,
            offset_raw: 0.0,
            invalid: None,
            wheel: None,
            axle,
            side,
            obd_pid: None,
            mux: None,
        }
    }

    #[test]
    fn wheels_are_called_by_what_is_known_of_them() {
        let scale = Scale { source: ScaleSource::Gps, top_kmh: None, sure: 1.0, others: Vec::new() };
        let named = |signals: Vec<Signal>| {
            let candidate = Candidate {
                kind: Kind::Wheels,
                confidence: 1.0,
                signals,
                scale: scale.clone(),
                axle_from: None,
                driven: None,
                evidence: Vec::new(),
                questions: Vec::new(),
                bend: None,
            };
            wheels(&candidate).into_iter().map(|(wheel, _)| wheel).collect::<Vec<_>>()
        };
        let (front, rear) = (Some(Axle::Front), Some(Axle::Rear));
        use Wheel::{FrontLeft, FrontRight, RearLeft, RearRight};
        let crossed = [(rear, 'B'), (rear, 'A'), (front, 'A'), (front, 'B')]
            .map(|(axle, side)| signal(axle, Some(side)));
        assert_eq!(named(crossed.to_vec()), [RearRight, RearLeft, FrontLeft, FrontRight]);
        assert_eq!(
            named([rear, front, front, rear].map(|axle| signal(axle, None)).to_vec()),
            [RearLeft, FrontLeft, FrontRight, RearRight]
        );
        assert_eq!(named(vec![signal(None, None); 2]), [FrontLeft, FrontRight]);
    }
}
