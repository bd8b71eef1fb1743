//! `can-reader list`: the messages and signals of a DBC file.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use crate::FrameId;
use crate::dbc::{ByteOrder, Message, Signal, SignalKind};
use serde::Serialize;

use super::Error;

/// Shows the messages and signals of a DBC file
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The DBC file
    #[arg(long, value_name = "FILE")]
    dbc: PathBuf,
    /// Only what has this text in its name or comment, in any case: `--grep wheel`
    #[arg(long, value_name = "TEXT")]
    grep: Option<String>,
    /// For programs: one JSON object a line, a message each
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Error> {
    let database = super::load_with_warnings(&args.dbc)?;
    let messages = database.messages().iter();
    let found: Vec<_> = messages.filter_map(|message| select(message, args.grep.as_deref())).collect();
    if let (true, Some(pattern)) = (found.is_empty(), &args.grep) {
        return Err(Error::NoMatch { name: args.dbc.clone(), pattern: pattern.clone() });
    }
    let mut out = BufWriter::new(io::stdout().lock());
    if args.json {
        for (message, signals) in found {
            serde_json::to_writer(&mut out, &MessageLine::new(message, &signals)).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    } else {
        write_tables(&mut out, &found)?;
    }
    Ok(out.flush()?)
}

/// A message that matches with all its signals, else those of its signals that match.
fn select<'a>(message: &'a Message, pattern: Option<&str>) -> Option<(&'a Message, Vec<&'a Signal>)> {
    let Some(pattern) = pattern.map(str::to_lowercase) else {
        return Some((message, message.signals().iter().collect()));
    };
    let matches = |text: &str| text.to_lowercase().contains(&pattern);
    let all = matches(message.name()) || matches(message.comment());
    let signals = message.signals().iter();
    let signals: Vec<_> =
        signals.filter(|signal| all || matches(signal.name()) || matches(signal.comment())).collect();
    (all || !signals.is_empty()).then_some((message, signals))
}

const TITLES: [&str; 7] = ["SIGNAL", "BITS", "FACTOR", "OFFSET", "RANGE", "UNIT", "MULTIPLEX"];

fn write_tables(out: &mut impl Write, messages: &[(&Message, Vec<&Signal>)]) -> io::Result<()> {
    let mut widths = TITLES.map(str::len);
    for signal in messages.iter().flat_map(|(_, signals)| signals) {
        for (width, cell) in widths.iter_mut().zip(cells(signal)) {
            *width = cell.chars().count().max(*width);
        }
    }
    for (index, (message, signals)) in messages.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write!(out, "{} {}, {} bytes", message.id(), message.name(), message.size())?;
        if let Some(cycle_ms) = message.cycle_ms() {
            write!(out, ", every {cycle_ms} ms")?;
        }
        let comment = first_line(message.comment());
        writeln!(out, "{}{comment}", if comment.is_empty() { "" } else { ": " })?;
        if !signals.is_empty() {
            write_row(out, &TITLES.map(str::to_owned), &widths, "")?;
        }
        for signal in signals {
            let remark = match signal.fault() {
                Some(fault) => format!("cannot be used: {fault}"),
                None => first_line(signal.comment()).to_owned(),
            };
            write_row(out, &cells(signal), &widths, &remark)?;
        }
    }
    Ok(())
}

fn write_row(out: &mut impl Write, cells: &[String; 7], widths: &[usize; 7], remark: &str) -> io::Result<()> {
    let row: Vec<_> = cells.iter().zip(widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
    writeln!(out, "{}", format!("    {}  {remark}", row.join("  ")).trim_end())
}

fn cells(signal: &Signal) -> [String; 7] {
    let range = signal.range().map(|(min, max)| format!("{min} to {max}"));
    [
        signal.name().to_owned(),
        bits(signal),
        signal.factor().to_string(),
        signal.offset().to_string(),
        range.unwrap_or_default(),
        signal.unit().to_owned(),
        signal.multiplex().to_owned(),
    ]
}

/// As in the DBC file: `7|15@0+`, and what kind of float it is.
fn bits(signal: &Signal) -> String {
    let order = u8::from(signal.byte_order() == ByteOrder::Intel);
    let kind = match signal.kind() {
        SignalKind::Unsigned => "+",
        SignalKind::Signed => "-",
        SignalKind::Float32 => " float32",
        SignalKind::Float64 => " float64",
    };
    format!("{}|{}@{order}{kind}", signal.start_bit(), signal.bits())
}

fn first_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default().trim_end()
}

#[derive(Serialize)]
struct MessageLine<'a> {
    message: &'a str,
    id: u32,
    extended: bool,
    length: usize,
    cycle_ms: Option<f64>,
    comment: &'a str,
    signals: Vec<SignalItem<'a>>,
}

#[derive(Serialize)]
struct SignalItem<'a> {
    signal: &'a str,
    start: u16,
    bits: u16,
    order: &'static str,
    kind: &'static str,
    factor: f64,
    offset: f64,
    min: Option<f64>,
    max: Option<f64>,
    unit: &'a str,
    multiplex: &'a str,
    comment: &'a str,
    fault: Option<&'a str>,
}

impl<'a> MessageLine<'a> {
    fn new(message: &'a Message, signals: &[&'a Signal]) -> Self {
        let (id, extended) = match message.id() {
            FrameId::Standard(id) => (u32::from(id), false),
            FrameId::Extended(id) => (id, true),
        };
        Self {
            message: message.name(),
            id,
            extended,
            length: message.size(),
            cycle_ms: message.cycle_ms(),
            comment: message.comment(),
            signals: signals.iter().map(|signal| SignalItem::new(signal)).collect(),
        }
    }
}

impl<'a> SignalItem<'a> {
    fn new(signal: &'a Signal) -> Self {
        Self {
            signal: signal.name(),
            start: signal.start_bit(),
            bits: signal.bits(),
            order: match signal.byte_order() {
                ByteOrder::Intel => "intel",
                ByteOrder::Motorola => "motorola",
            },
            kind: match signal.kind() {
                SignalKind::Unsigned => "unsigned",
                SignalKind::Signed => "signed",
                SignalKind::Float32 => "float32",
                SignalKind::Float64 => "float64",
            },
            factor: signal.factor(),
            offset: signal.offset(),
            min: signal.range().map(|(min, _)| min),
            max: signal.range().map(|(_, max)| max),
            unit: signal.unit(),
            multiplex: signal.multiplex(),
            comment: signal.comment(),
            fault: signal.fault(),
        }
    }
}
