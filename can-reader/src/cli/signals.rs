//! `can-reader signals`: what the service would say of engine, gear, lamps and so on at every change in a log.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::near::{SeenIds, list};
use super::{Error, note};
use crate::signals::catalogue;
use crate::signals::{Board, Held, Value};
use crate::source::Replay;
use crate::{Event, FrameSource, Pipeline, Stamp, Vehicle};

/// Says what each signal of a vehicle (engine, gear, lamps) is, at every change in a log
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A built-in vehicle, or the path of a profile
    #[arg(long, value_name = "NAME|FILE", required_unless_present = "list")]
    vehicle: Option<String>,
    /// For programs: one JSON object a line
    #[arg(long, conflicts_with = "list")]
    json: bool,
    /// All signals that a profile can name, with type and unit
    #[arg(long, conflicts_with_all = ["vehicle", "log"])]
    list: bool,
    /// The list as a table in Markdown
    #[arg(long, requires = "list")]
    markdown: bool,
    /// The log, of any kind; `-` is standard input
    #[arg(value_name = "LOG", required_unless_present = "list")]
    log: Option<PathBuf>,
}

/// Damaged lines that are named; the rest is only counted.
const NAMED: u64 = 10;

/// Prints a line for each change of a signal.
pub fn run(args: &Args) -> Result<(), Error> {
    let (Some(vehicle), Some(log)) = (&args.vehicle, &args.log) else {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        all(args.markdown, &mut out)?;
        return Ok(out.flush()?);
    };
    let vehicle = Vehicle::find(vehicle)?;
    let (vehicle_name, origin) = (vehicle.name().to_owned(), vehicle.origin().to_owned());
    let mut pipeline = Pipeline::new(vehicle);
    if pipeline.board().is_empty() {
        return Err(Error::NoSignals { vehicle: vehicle_name, origin });
    }
    let (mut replay, mut out) = super::log::replay(log)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(Error::Runtime)?;
    let mut seen = SeenIds::default();
    let values = runtime.block_on(follow(&mut replay, &mut pipeline, &mut seen, args.json, &mut out))?;
    out.flush()?;
    judge(log.display().to_string(), &pipeline, &seen, values)
}

fn all(markdown: bool, out: &mut impl Write) -> io::Result<()> {
    if markdown {
        writeln!(out, "| path | type | unit | of |\n|---|---|---|---|")?;
    }
    for entry in catalogue::ALL {
        let (path, kind, unit) = (entry.path, entry.kind.vss(), entry.unit);
        let of = if entry.is_overlay { "cardash.vspec" } else { "VSS 6.0" };
        if markdown {
            writeln!(out, "| `{path}` | {kind} | {unit} | {of} |")?;
        } else {
            writeln!(out, "{path:75} {kind:8} {unit:8} {of}")?;
        }
    }
    Ok(())
}

/// Whether anything was understood.
fn judge(name: String, pipeline: &Pipeline, seen: &SeenIds, values: u64) -> Result<(), Error> {
    let counters = pipeline.counters();
    let frames = counters.frames_received;
    if frames == 0 {
        return Err(Error::NoFrames { name, damaged: counters.log_lines_damaged, is_explained: false });
    }
    if values > 0 {
        return Ok(());
    }
    let wanted = pipeline.wanted();
    let why = format!("no signal had a value in {frames} frames ({}){}", list(&wanted), seen.near(&wanted));
    Err(Error::NothingDecoded { name, why })
}

/// How many values were printed.
async fn follow(
    replay: &mut Replay,
    pipeline: &mut Pipeline,
    seen: &mut SeenIds,
    json: bool,
    out: &mut impl Write,
) -> io::Result<u64> {
    let mut values = 0;
    let mut last = Stamp::default();
    loop {
        let event = replay.next(pipeline.deadline()).await;
        pipeline.handle(replay.now(), &event);
        match &event {
            Event::Frame(frame) => {
                seen.add_at(frame.id, frame.stamp.wall_us);
                last = frame.stamp;
            }
            Event::Damaged(what) if pipeline.counters().log_lines_damaged <= NAMED => {
                note(format_args!("{what}"))
            }
            Event::Broken(what) => note(format_args!("{what}")),
            Event::End => return Ok(values),
            _ => {}
        }
        if !pipeline.board().has_news() {
            continue;
        }
        let passed = replay.now().saturating_sub(last.at);
        let wall_us = last.wall_us + u64::try_from(passed.as_micros()).unwrap_or(u64::MAX);
        let mut news = Vec::new();
        pipeline.take_signal_news(|signal, held| news.push((signal, held)));
        values += news.iter().filter(|(_, held)| held.is_ok()).count() as u64;
        let line = Line { wall_us, board: pipeline.board(), news: &news };
        if json { line.json(out)? } else { line.text(out)? }
    }
}

/// What changed at one moment.
struct Line<'a> {
    wall_us: u64,
    board: &'a Board,
    news: &'a [(usize, Held)],
}

impl Line<'_> {
    fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { wall_us, board, .. } = self;
        for (signal, held) in self.news {
            let entry = board.described(*signal).entry;
            write!(out, "({}.{:06}) {}", wall_us / 1_000_000, wall_us % 1_000_000, entry.path)?;
            match held {
                Ok(value) if entry.unit.is_empty() => writeln!(out, " = {value}")?,
                Ok(value) => writeln!(out, " = {value} {}", entry.unit)?,
                Err(why) => writeln!(out, " has no value: {}", why.as_str())?,
            }
        }
        Ok(())
    }

    fn json(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        out.write_all(b"\n")
    }
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        let named = |is_value: bool| {
            let news = self.news.iter().filter(move |(_, held)| held.is_ok() == is_value);
            news.map(|(signal, held)| (self.board.described(*signal).entry.path, *held))
        };
        map.serialize_entry("timestamp", &(self.wall_us as f64 / 1e6))?;
        map.serialize_entry("values", &Entries(named(true).collect()))?;
        map.serialize_entry("lost", &Entries(named(false).collect()))?;
        map.end()
    }
}

/// Paths with a value, or the word for why there is none.
struct Entries(Vec<(&'static str, Held)>);

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (path, held) in &self.0 {
            match held {
                Ok(Value::Boolean(is)) => map.serialize_entry(path, is)?,
                Ok(Value::Float(number)) => map.serialize_entry(path, number)?,
                Ok(Value::Unsigned(number)) => map.serialize_entry(path, number)?,
                Ok(Value::Signed(number)) => map.serialize_entry(path, number)?,
                Err(why) => map.serialize_entry(path, why.as_str())?,
            }
        }
        map.end()
    }
}
