//! What was found, for programs: one object.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::dbc::ByteOrder;
use crate::discover::{AxleFrom, Candidate, Kind, Mux, Report, Scale, ScaleSource, Signal};
use crate::wheels::Axle;

/// Writes the report.
pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let candidates: Vec<_> = report.candidates.iter().map(candidate).collect();
    let value = json!({
        "verdict": if report.is_found { "found" } else { "not found" },
        "reason": report.reason,
        "seconds": round(report.seconds, 3),
        "frames": report.frames,
        "ids": report.ids,
        "candidates": candidates,
    });
    serde_json::to_writer(&mut *out, &value)?;
    writeln!(out)
}

fn candidate(candidate: &Candidate) -> Value {
    json!({
        "kind": match candidate.kind {
            Kind::Wheels => "wheels",
            Kind::Vehicle => "vehicle",
        },
        "confidence": round(candidate.confidence, 3),
        "signals": candidate.signals.iter().map(signal).collect::<Vec<_>>(),
        "scale": scale(&candidate.scale),
        "axle_from": candidate.axle_from.map(|from| match from {
            AxleFrom::Bends => "bends",
            AxleFrom::Order => "order",
        }),
        "driven": candidate.driven.map(axle),
        "evidence": candidate.evidence,
        "questions": candidate.questions,
    })
}

fn scale(scale: &Scale) -> Value {
    let source = match scale.source {
        ScaleSource::SpeedIs => "speed-is",
        ScaleSource::Obd => "obd",
        ScaleSource::Gps => "gps",
        ScaleSource::Guess => "guess",
        ScaleSource::Unknown => "unknown",
    };
    let other = |(kmh_per_raw, top_kmh, sure): &(f64, f64, f64)| json!({ "kmh_per_raw": kmh_per_raw, "top_kmh": round(*top_kmh, 1), "sure": round(*sure, 2) });
    json!({
        "source": source,
        "top_kmh": scale.top_kmh.map(|top| round(top, 1)),
        "sure": round(scale.sure, 2),
        "others": scale.others.iter().map(other).collect::<Vec<_>>(),
    })
}

fn signal(signal: &Signal) -> Value {
    let mut value = json!({
        "id": signal.id.to_string(),
        "bus": signal.bus,
        "start": signal.start,
        "length": signal.length,
        "order": match signal.order {
            ByteOrder::Motorola => "motorola",
            ByteOrder::Intel => "intel",
        },
        "signed": signal.signed,
        "factor": signal.factor,
        "offset": round(signal.offset, 6),
        "unit": signal.factor.map(|_| "km/h"),
        "invalid": signal.invalid,
        "wheel": signal.wheel.map(crate::Wheel::position),
        "axle": signal.axle.map(axle),
        "side": signal.side.map(String::from),
    });
    let keys = [
        ("offset_raw", signal.factor.is_none().then(|| json!(signal.offset_raw))),
        ("obd_pid", signal.obd_pid.map(|pid| json!(pid))),
        (
            "mux",
            signal.mux.map(
                |Mux { start, length, value }| json!({ "start": start, "length": length, "value": value }),
            ),
        ),
    ];
    if let Some(object) = value.as_object_mut() {
        object.extend(keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    }
    value
}

const fn axle(axle: Axle) -> &'static str {
    match axle {
        Axle::Front => "front",
        Axle::Rear => "rear",
    }
}

/// To so many digits behind the point.
fn round(value: f64, digits: i32) -> f64 {
    let times = 10_f64.powi(digits);
    (value * times).round() / times
}
