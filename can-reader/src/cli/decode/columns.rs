//! The signals that are wanted, and how a value of each is written.

use std::io::{self, Write};

use crate::dbc::{Database, DbcError, Message, Signal};
use crate::filter::FilterMap;
use crate::{Frame, FrameKind};

/// Mostly one message an id; two when a DBC file has two and both are asked for by name.
pub(super) type WantedById = FilterMap<Vec<Wanted>>;

/// A message of which at least one signal is wanted.
pub(super) struct Wanted {
    pub message: Message,
    pub wrong_length: u64,
    pub remote: u64,
    columns: Vec<Column>,
}

/// A signal and the text around its value.
struct Column {
    signal: Signal,
    before: String,
    after: String,
    /// Digits behind the point; `None`: as many as the value needs.
    decimals: Option<usize>,
    /// A double would lose its last digits.
    is_wide: bool,
    json: bool,
}

/// All signals that can be decoded; of messages with the same id the last.
pub(super) fn everything(database: &Database, json: bool) -> WantedById {
    let messages = database.messages().iter();
    let paths = messages.flat_map(|m| m.signals().iter().map(|s| m.name().len() + 1 + s.label().len()));
    let width = paths.max().unwrap_or_default();
    let mut wanted = WantedById::default();
    for message in database.messages() {
        let usable = message.signals().iter().filter(|signal| signal.fault().is_none());
        let mut of_id = Wanted::new(message);
        of_id.columns.extend(usable.map(|signal| Column::new(message, signal, width, json)));
        wanted.insert(message.filter(), vec![of_id]);
    }
    wanted
}

/// The signals named, in that order within a frame; those on all pages where a name is on several.
pub(super) fn asked_for(database: &Database, paths: &[String], json: bool) -> Result<WantedById, DbcError> {
    let mut found = Vec::new();
    for path in paths {
        let (message, signal) = database.signal(path)?;
        let is_page = path.ends_with(signal.label());
        let named = |other: &&Signal| other.name() == signal.name() && other.fault().is_none();
        match is_page {
            true => found.push((message, signal)),
            false => found.extend(message.signals().iter().filter(named).map(|signal| (message, signal))),
        }
    }
    let paths = found.iter().map(|(message, signal)| message.name().len() + 1 + signal.label().len());
    let width = paths.max().unwrap_or_default();
    let mut wanted = WantedById::default();
    for (message, signal) in found {
        let of_id = wanted.entry(message.filter());
        let known = of_id.iter().position(|known| known.message.name() == message.name());
        let index = known.unwrap_or_else(|| {
            of_id.push(Wanted::new(message));
            of_id.len() - 1
        });
        let columns = &mut of_id[index].columns;
        if !columns.iter().any(|column| column.signal.label() == signal.label()) {
            columns.push(Column::new(message, signal, width, json));
        }
    }
    Ok(wanted)
}

impl Wanted {
    fn new(message: &Message) -> Self {
        Self { message: message.clone(), wrong_length: 0, remote: 0, columns: Vec::new() }
    }

    /// Writes a line for each signal that the frame holds; whether the frame was of the right length.
    pub fn write(&mut self, frame: &Frame, out: &mut impl Write) -> io::Result<bool> {
        if !self.message.accepts(frame) {
            let is_remote = frame.kind == FrameKind::Remote;
            self.remote += u64::from(is_remote);
            self.wrong_length += u64::from(!is_remote);
            return Ok(false);
        }
        for column in &self.columns {
            column.write(frame, out)?;
        }
        Ok(true)
    }
}

impl Column {
    fn new(message: &Message, signal: &Signal, width: usize, json: bool) -> Self {
        let unit = signal.unit();
        let (before, after) = if json {
            let text = |text: &str| serde_json::Value::from(text).to_string();
            let page = signal.label().strip_prefix(signal.name()).and_then(|rest| rest.strip_prefix(':'));
            let page = page.map(|page| format!(",\"page\":{}", text(page))).unwrap_or_default();
            let head = format!("\"message\":{},\"signal\":{}", text(message.name()), text(signal.name()));
            (format!(",{head}{page},\"value\":"), format!(",\"unit\":{}", text(unit)))
        } else {
            let path = format!("{}.{}", message.name(), signal.label());
            (format!("  {path:width$}  "), format!("{}{unit}", if unit.is_empty() { "" } else { " " }))
        };
        let (decimals, is_wide) = (decimals(signal), signal.is_wide_integer());
        Self { signal: signal.clone(), before, after, decimals, is_wide, json }
    }

    /// A line, where the frame holds the signal.
    fn write(&self, frame: &Frame, out: &mut impl Write) -> io::Result<()> {
        let Some(value) = self.signal.decode(&frame.payload) else { return Ok(()) };
        let (seconds, us) = (frame.stamp.wall_us / 1_000_000, frame.stamp.wall_us % 1_000_000);
        let stamp = if self.json { "{\"timestamp\":" } else { "" };
        write!(out, "{stamp}{seconds}.{us:06}{}", self.before)?;
        let integer = if self.is_wide { self.signal.integer(&frame.payload) } else { None };
        match (integer, self.decimals) {
            (Some(integer), _) => write!(out, "{integer}")?,
            // NaN and infinities, which JSON lacks, become null.
            (None, _) if self.json => serde_json::to_writer(&mut *out, &value)?,
            (None, Some(decimals)) => write!(out, "{value:.decimals$}")?,
            (None, None) => write!(out, "{value}")?,
        }
        out.write_all(self.after.as_bytes())?;
        self.write_meaning(frame, out)?;
        out.write_all(if self.json { b"}\n" } else { b"\n" })
    }

    /// What the DBC says of a raw value that is not a value.
    fn write_meaning(&self, frame: &Frame, out: &mut impl Write) -> io::Result<()> {
        let table = self.signal.table();
        let Some(raw) = self.signal.raw(&frame.payload) else { return Ok(()) };
        let Some((meaning, text)) = table.meaning(raw).zip(table.text(raw)) else { return Ok(()) };
        if self.json {
            let text = serde_json::Value::from(text);
            write!(out, ",\"quality\":\"{}\",\"text\":{text}", meaning.as_str())
        } else {
            write!(out, "  ({}: {text})", meaning.as_str().replace('-', " "))
        }
    }
}

/// As many digits behind the point as factor and offset have, so that 905 x 0.01 reads 9.05.
fn decimals(signal: &Signal) -> Option<usize> {
    let is_whole = |value: f64, digits: i32| {
        let scaled = value * 10f64.powi(digits);
        (scaled - scaled.round()).abs() <= scaled.abs() * 1e-12
    };
    let fits = |&digits: &i32| is_whole(signal.factor(), digits) && is_whole(signal.offset(), digits);
    let digits = (0..=9).find(fits).filter(|_| signal.resolution() > 0.0)?;
    usize::try_from(digits).ok()
}
