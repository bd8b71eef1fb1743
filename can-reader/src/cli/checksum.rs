//! `can-reader checksum`: which checksum a message of a log has, and which of its fields is a counter.

mod json;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::str::FromStr;

use super::log::Log;
use super::near::{SeenIds, list};
use super::{Error, note};
use crate::integrity::find::{self, Counted, Family, Found, Outcome, Proof, Sample};
use crate::{FrameId, FrameKind, IdFilter, Payload, SourceTime};

/// Finds which checksum the messages of a log have, and which of their fields is a counter
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this message: its id as candump prints it, `1D0` or `18FEBF0B`; may be given several times
    #[arg(long = "id", value_name = "HEX")]
    ids: Vec<Hex>,
    /// For programs: one JSON object a line
    #[arg(long)]
    json: bool,
    /// The log, of any kind; `-` is standard input
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

/// An id as candump prints it: three hexadecimal digits have 11 bits, eight have 29.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hex(FrameId);

impl FromStr for Hex {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
        let fault =
            || "an id is three hexadecimal digits (1D0) or eight (18FEBF0B), as candump prints it".to_owned();
        let number = u32::from_str_radix(digits, 16).map_err(|_| fault())?;
        match u16::try_from(number) {
            Ok(number) if number <= 0x7FF && digits.len() < 8 => Ok(Self(FrameId::Standard(number))),
            _ if number <= 0x1FFF_FFFF => Ok(Self(FrameId::Extended(number))),
            _ => Err(fault()),
        }
    }
}

/// A message is searched in so many of its frames at most: those of half an hour at 20 ms.
const MOST_FRAMES: usize = 100_000;

/// Frames of all messages together from which on each has [`FEW_FRAMES`] at most, so that a recording of any length finds
/// its place in the memory of a small computer: about 100 MB.
const MOST_IN_ALL: usize = 1_000_000;
const FEW_FRAMES: usize = 2_000;

/// The interface where the log has several, and the id.
type Key = (Option<String>, FrameId);

pub fn run(args: &Args) -> Result<(), Error> {
    let wanted: Vec<_> = args.ids.iter().map(|Hex(id)| *id).collect();
    let (name, samples) = read(args, &wanted)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let found: Vec<_> = samples.iter().map(|(key, sample)| (key, sample, find::search(sample))).collect();
    let proven = found.iter().filter_map(|(_, sample, found)| match &found.checksum {
        Outcome::Proven(proof) => Some((*sample, proof)),
        _ => None,
    });
    let families = find::families(proven);
    let mut without = Vec::new();
    for (key, sample, found) in &found {
        if !wanted.is_empty() && !wanted.contains(&key.1) {
            continue;
        }
        let report = Report { key, sample, found, families: &families };
        if wanted.is_empty() && report.is_empty() {
            without.push(key.1);
        } else if args.json {
            report.json(&mut out)?;
        } else {
            report.write(&mut out)?;
        }
    }
    out.flush()?;
    if !without.is_empty() {
        let plural = if without.len() == 1 { "message" } else { "messages" };
        note(format_args!(
            "{name}: neither checksum nor counter in {} {plural}: {}",
            without.len(),
            list(&without)
        ));
    }
    Ok(())
}

/// The messages of the log.
fn read(args: &Args, wanted: &[FrameId]) -> Result<(String, BTreeMap<Key, Sample>), Error> {
    let mut frames: BTreeMap<(String, FrameId), Vec<(SourceTime, Payload)>> = BTreeMap::new();
    let (mut seen, mut kept) = (SeenIds::default(), 0);
    let (name, damaged) = Log::open(&args.log)?.each_frame(|interface, frame| {
        if frame.kind == FrameKind::Remote {
            return;
        }
        seen.add(frame.id);
        let of_message = frames.entry((interface.to_owned(), frame.id)).or_default();
        if of_message.len() < if kept < MOST_IN_ALL { MOST_FRAMES } else { FEW_FRAMES } {
            of_message.push((frame.stamp.at, frame.payload));
            kept += 1;
        }
    })?;
    if frames.is_empty() {
        return Err(damaged.no_frames(name));
    }
    if !wanted.is_empty() && !frames.keys().any(|(_, id)| wanted.contains(id)) {
        let filters: Vec<_> = wanted.iter().copied().map(IdFilter::exact).collect();
        let why = format!("no frame has the id {}{}", list(wanted), seen.near(&filters));
        return Err(Error::NothingDecoded { name, why });
    }
    let first = frames.keys().next().map(|(interface, _)| interface.clone());
    let has_several = frames.keys().any(|(interface, _)| Some(interface) != first.as_ref());
    let samples = frames.into_iter().filter_map(|((interface, id), frames)| {
        Some(((has_several.then_some(interface), id), Sample::new(id, frames)?))
    });
    Ok((name, samples.collect()))
}

/// What is said of one message.
struct Report<'a> {
    key: &'a Key,
    sample: &'a Sample,
    found: &'a Found,
    families: &'a [Family],
}

impl Report<'_> {
    /// Of no use to anyone who did not ask for this message.
    fn is_empty(&self) -> bool {
        let is_nothing = !matches!(self.found.checksum, Outcome::Proven(_));
        is_nothing && self.found.counters.is_empty() && self.of_family().is_none()
    }

    /// What other messages have, and this one too.
    fn of_family(&self) -> Option<(Proof, usize)> {
        self.families.iter().find_map(|family| Some((family.holds(self.sample)?, family.messages)))
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { key: (interface, id), sample, found, .. } = self;
        let (frames, different, needed) = (sample.frames.len(), sample.contents.len(), found.needed);
        let interface = interface.as_ref().map(|interface| format!("{interface} ")).unwrap_or_default();
        writeln!(out, "{interface}{id}: {frames} frames of {} bytes, {different} different", sample.length)?;
        let (proof, verdict) = self.verdict();
        let is_alike = matches!(found.checksum, Outcome::Nothing { is_alike: true });
        let record = format!(
            "about {needed} that differ in several bytes are needed, so record while the values change"
        );
        match &proof {
            Some(Proof { words, holds, values, .. }) => {
                write!(
                    out,
                    "  checksum: {words}: holds in {holds} of {frames} frames, with {values} values"
                )?;
                match verdict {
                    Verdict::Proven => writeln!(out)?,
                    Verdict::AsOthers(messages) => {
                        writeln!(out, "; proven by {messages} other messages that have it")?
                    }
                    Verdict::Open => writeln!(out, "; not proven: {record}")?,
                }
            }
            None if is_alike || different < needed => {
                writeln!(out, "  checksum: none found; the frames are too much alike to tell: {record}")?;
            }
            None => writeln!(out, "  checksum: none of the known kinds holds")?,
        }
        for Counted { field, words, refused } in &found.counters {
            writeln!(
                out,
                "  counter: {words} at {}: alive in {} of {frames} frames",
                field.place.layout(),
                frames - refused
            )?;
        }
        if found.counters.is_empty() {
            writeln!(out, "  counter: none")?;
        }
        self.paste(proof.as_ref(), matches!(verdict, Verdict::Open), out)
    }

    /// What to say of the checksum, and how sure it is.
    fn verdict(&self) -> (Option<Proof>, Verdict) {
        match (&self.found.checksum, self.of_family()) {
            // One constant may be explained in two ways: rather in that of the others.
            (Outcome::Proven(proof), Some((family, _))) if family.place.overlaps(proof.place) => {
                (Some(family), Verdict::Proven)
            }
            (Outcome::Proven(proof), _) => (Some(proof.clone()), Verdict::Proven),
            (_, Some((proof, messages))) => (Some(proof), Verdict::AsOthers(messages)),
            (Outcome::Perhaps(proof), None) => (Some(proof.clone()), Verdict::Open),
            (Outcome::Nothing { .. }, None) => (None, Verdict::Open),
        }
    }

    /// The lines for the DBC file and for the profile; a checksum that is not proven stands behind a `#`.
    fn paste(&self, proof: Option<&Proof>, is_open: bool, out: &mut impl Write) -> io::Result<()> {
        let needed = proof.and_then(|proof| proof.counter);
        let own = proof.map(|proof| proof.place);
        let mut counters = self
            .found
            .counters
            .iter()
            .filter(|counter| own.is_none_or(|own| !counter.field.place.overlaps(own)));
        let first = counters.clone().next();
        let counter = counters.find(|counter| Some(counter.field.place) == needed).or(first);
        let mut signals = proof.map(|proof| proof.signals.clone()).unwrap_or_default();
        if let Some(counter) = counter
            && !signals.iter().any(|(name, _)| name == "COUNTER")
        {
            signals.push(("COUNTER".to_owned(), counter.field.place));
        }
        if signals.is_empty() {
            return Ok(());
        }
        for (name, place) in signals {
            writeln!(out, "   {}", find::definition(&name, place))?;
        }
        writeln!(out, "    [integrity.MESSAGE]")?;
        if let Some(counter) = counter {
            writeln!(out, "    counter = {}", counter.words)?;
        }
        if let Some(proof) = proof {
            writeln!(out, "    {}checksum = {}", if is_open { "# " } else { "" }, proof.words)?;
        }
        Ok(())
    }
}

/// How sure a checksum is.
#[derive(Clone, Copy, Debug)]
enum Verdict {
    /// By the message's own frames.
    Proven,
    /// By so many other messages that have the same.
    AsOthers(usize),
    /// Not at all.
    Open,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_candump_prints_them() {
        let id = |text: &str| text.parse::<Hex>().map(|Hex(id)| id);
        assert_eq!(id("1D0"), Ok(FrameId::Standard(0x1D0)));
        assert_eq!(id("0x1d0"), Ok(FrameId::Standard(0x1D0)));
        assert_eq!(id("18FEBF0B"), Ok(FrameId::Extended(0x18FE_BF0B)));
        assert_eq!(id("000001D0"), Ok(FrameId::Extended(0x1D0)));
        assert!(id("20000000").unwrap_err().contains("three hexadecimal digits"));
        assert!(id("WHEELS").is_err() && id("").is_err());
    }
}
