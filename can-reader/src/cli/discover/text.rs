//! What was found, in sentences.

use std::io::{self, Write};

use super::known;
use crate::dbc::ByteOrder;
use crate::discover::{Candidate, Kind, Mux, Report, Signal};

/// So many candidates behind the first are shown, if they are worth it.
const OTHERS: usize = 4;

/// Others with less confidence are not shown.
const WORTH: f64 = 0.1;

/// Writes the report on the log of this name.
pub(super) fn write(report: &Report, log: &str, out: &mut impl Write) -> io::Result<()> {
    let verdict = if report.is_found { "found" } else { "not found" };
    writeln!(out, "{verdict}: {}", report.reason)?;
    writeln!(out, "{log}: {:.1} s, {} frames of {} messages", report.seconds, report.frames, report.ids)?;
    let shown = report
        .candidates
        .iter()
        .enumerate()
        .filter(|(n, one)| *n == 0 && report.is_found || one.confidence >= WORTH);
    for (n, one) in shown.take(1 + OTHERS) {
        candidate(n + 1, one, out)?;
    }
    Ok(())
}

fn candidate(rank: usize, candidate: &Candidate, out: &mut impl Write) -> io::Result<()> {
    let kind = match (candidate.kind, candidate.signals.len()) {
        (Kind::Wheels, count) => format!("{count} wheel speeds"),
        (Kind::Vehicle, _) => "the vehicle's speed".to_owned(),
    };
    writeln!(out, "\n{rank}. {kind}, {:.0} % sure", 100.0 * candidate.confidence)?;
    for one in &candidate.signals {
        writeln!(out, "   {}", place(one))?;
    }
    if let Some(top) = candidate.scale.top_kmh {
        writeln!(out, "   top speed {top:.1} km/h")?;
    }
    for sentence in &candidate.evidence {
        writeln!(out, "   - {sentence}")?;
    }
    for (name, title) in known::vehicles(candidate) {
        writeln!(out, "   - the built-in `{name}` has it at the same bits ({title}): try --vehicle {name}")?;
    }
    for sentence in &candidate.questions {
        writeln!(out, "   ? {sentence}")?;
    }
    Ok(())
}

/// `can0 1D0  7|15@0+ (0.01,0) km/h  Row1.Left  while 0|2@1+ is 1`
fn place(signal: &Signal) -> String {
    let order = u8::from(signal.order == ByteOrder::Intel);
    let sign = if signal.signed { '-' } else { '+' };
    let scale = match (signal.factor, signal.obd_pid) {
        (_, Some(_)) => "km/h, in answers to PID 0x0D".to_owned(),
        (Some(factor), _) => format!("({factor},{}) km/h", (signal.offset * 1e4).round() / 1e4),
        (None, _) => format!("scale not known, {} at rest", 0.0 - signal.offset_raw),
    };
    let where_it_is = match (signal.wheel, signal.axle, signal.side) {
        (Some(wheel), ..) => wheel.position().to_owned(),
        (None, axle, side) => {
            let axle = axle.map(|axle| axle.to_string());
            let side = side.map(|side| format!("side {side}"));
            axle.into_iter().chain(side).collect::<Vec<_>>().join(", ")
        }
    };
    let void = signal.invalid.map(|void| format!("  {void} is no value")).unwrap_or_default();
    let Signal { id, bus, start, length, .. } = signal;
    let page =
        signal.mux.map(|Mux { start, length, value }| format!("  while {start}|{length}@1+ is {value}"));
    let page = page.unwrap_or_default();
    format!("{bus} {id}  {start}|{length}@{order}{sign} {scale}  {where_it_is}{void}{page}")
        .trim_end()
        .to_owned()
}
