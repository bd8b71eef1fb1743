//! `can-reader speed`: what the service would say at every frame of a log.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use crate::estimator::Reason;
use crate::source::Replay;
use crate::vehicle::Rejection;
use crate::{Estimate, Event, FrameSource, Pipeline, Stamp, State, Vehicle, Verdict};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::near::{SeenIds, list};
use super::{Error, log, note};

/// Says what the service would say at every frame of a log
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A built-in vehicle, or the path of a profile
    #[arg(long, value_name = "NAME|FILE")]
    vehicle: String,
    /// For programs: one JSON object a line
    #[arg(long)]
    json: bool,
    /// The log, of any kind; `-` is standard input
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

/// Damaged lines that are named; the rest is only counted.
const NAMED: u64 = 10;

/// Prints a line for each accepted or rejected frame and for each change of state.
pub fn run(args: &Args) -> Result<(), Error> {
    let vehicle = Vehicle::find(&args.vehicle)?;
    let (mut replay, mut out) = log::replay(&args.log)?;
    let mut pipeline = Pipeline::new(vehicle);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(Error::Runtime)?;
    let mut seen = SeenIds::default();
    let accepted = runtime.block_on(follow(&mut replay, &mut pipeline, &mut seen, args.json, &mut out))?;
    out.flush()?;
    summary(&pipeline);
    if seen.clock_stands_still() {
        note(format_args!(
            "{}: the time stamps do not go on: nearly every frame is no later than the one before, and without time there \
             is no speed; record with `candump -L`, whose stamps are not differences",
            args.log.display()
        ));
    }
    judge(args.log.display().to_string(), &pipeline, &seen, accepted)
}

/// Whether anything was understood: a frame that says "not available" was.
fn judge(name: String, pipeline: &Pipeline, seen: &SeenIds, accepted: u64) -> Result<(), Error> {
    let counters = pipeline.counters();
    let frames = counters.frames_received;
    if frames == 0 {
        return Err(Error::NoFrames { name, damaged: counters.log_lines_damaged, is_explained: false });
    }
    if accepted + counters.frames_rejected_for(Rejection::Empty) > 0 {
        return Ok(());
    }
    let ids = pipeline.vehicle().decoder().wanted_for_speed();
    let why = if counters.frames_rejected() > 0 {
        format!(
            "all {} frames of the vehicle's messages were rejected; the last: {}",
            counters.frames_rejected(),
            pipeline.last_error()
        )
    } else {
        format!(
            "none of {frames} frames has an id that the vehicle needs ({}){}",
            list(&ids),
            seen.near(&ids)
        )
    };
    Err(Error::NothingDecoded { name, why })
}

/// How many frames with a speed were used.
async fn follow(
    replay: &mut Replay,
    pipeline: &mut Pipeline,
    seen: &mut SeenIds,
    json: bool,
    out: &mut impl Write,
) -> io::Result<u64> {
    let mut accepted = 0;
    let mut state = pipeline.estimate().state;
    let mut qualities = pipeline.qualities();
    let mut last = Stamp::default();
    loop {
        let event = replay.next(pipeline.deadline()).await;
        let verdict = pipeline.handle(replay.now(), &event);
        match &event {
            Event::Frame(frame) => {
                seen.add_at(frame.id, frame.stamp.wall_us);
                last = frame.stamp;
            }
            Event::Damaged(what) if pipeline.counters().log_lines_damaged <= NAMED => {
                note(format_args!("{what}"));
            }
            Event::Broken(what) => note(format_args!("{what}")),
            Event::End => return Ok(accepted),
            _ => {}
        }
        accepted += u64::from(verdict == Verdict::Accepted);
        let rejection = if let Verdict::Rejected(rejection) = verdict { Some(rejection) } else { None };
        let estimate = pipeline.estimate();
        let changed = std::mem::replace(&mut state, estimate.state) != estimate.state;
        if changed || rejection.is_some() || verdict == Verdict::Accepted {
            let passed = replay.now().saturating_sub(last.at);
            let wall_us = last.wall_us + u64::try_from(passed.as_micros()).unwrap_or(u64::MAX);
            let line = Line { wall_us, estimate, rejection };
            if json {
                line.json(out)?;
                continue;
            }
            let before = std::mem::replace(&mut qualities, pipeline.qualities());
            let why = match changed && estimate.state != State::Ok {
                true => pipeline.reason(),
                false if qualities != before => pipeline.voids(),
                false => String::new(),
            };
            line.text(&why, out)?;
        }
    }
}

fn summary(pipeline: &Pipeline) {
    let counters = pipeline.counters();
    let reasons: Vec<_> = counters
        .rejections()
        .filter(|(_, count)| *count > 0)
        .map(|(why, count)| format!("{why} {count}"))
        .collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    note(format_args!(
        "{} frames: {} decoded, {} rejected{reasons}, {} of other ids; {} damaged lines",
        counters.frames_received,
        counters.frames_decoded,
        counters.frames_rejected(),
        counters.frames_ignored,
        counters.log_lines_damaged
    ));
    for sentence in pipeline.senders() {
        note(format_args!("{sentence}"));
    }
}

/// One line of output.
struct Line {
    wall_us: u64,
    estimate: Estimate,
    rejection: Option<Rejection>,
}

impl Line {
    /// `why`: what is to be said of the state, or of values that are none.
    fn text(&self, why: &str, out: &mut impl Write) -> io::Result<()> {
        let stamp = Duration::from_micros(self.wall_us);
        write!(out, "{}.{:06}  {:<11}", stamp.as_secs(), stamp.subsec_micros(), self.estimate.state)?;
        match self.estimate.speed_kmh {
            Some(kmh) => write!(out, " {kmh:7.2} km/h")?,
            None => write!(out, " {:>7} km/h", "-")?,
        }
        if let Some(kmh) = self.estimate.uncertainty_kmh {
            write!(out, " ± {kmh:.2}")?;
        }
        for (position, kmh) in self.estimate.wheels.iter() {
            write!(out, "  {position} {kmh:.2}")?;
        }
        if let Some(rejection) = self.rejection {
            write!(out, "  rejected: {}", rejection.as_str())?;
        }
        if !why.is_empty() {
            write!(out, "  ({why})")?;
        }
        writeln!(out)
    }

    fn json(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        writeln!(out)
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_map(None)?;
        // Sixteen digits: an f64 still tells microseconds apart, until the year 2242.
        line.serialize_entry("timestamp", &(self.wall_us as f64 / 1e6))?;
        line.serialize_entry("speed", &self.estimate.speed_kmh.map(round))?;
        line.serialize_entry("state", self.estimate.state.as_str())?;
        line.serialize_entry("wheels", &Wheels(&self.estimate))?;
        if let Some(rejection) = self.rejection {
            line.serialize_entry("rejected", rejection.as_str())?;
        }
        line.serialize_entry("uncertainty", &self.estimate.uncertainty_kmh.map(round))?;
        line.serialize_entry("witnesses", &self.estimate.witnesses)?;
        line.serialize_entry("reason", &self.estimate.reason.map(Reason::as_str))?;
        line.end()
    }
}

struct Wheels<'a>(&'a Estimate);

impl Serialize for Wheels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.wheels.iter().map(|(position, kmh)| (position, round(kmh))))
    }
}

/// To a thousandth of a km/h: what is beyond is rounding noise, not speed.
fn round(kmh: f64) -> f64 {
    (kmh * 1000.0).round() / 1000.0
}
