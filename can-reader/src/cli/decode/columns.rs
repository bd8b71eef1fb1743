//! The signals that are wanted, and how a value of each is written.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::dbc::{Database, DbcError, Message, Signal};
use crate::{Frame, FrameId, FrameKind};

/// Mostly one message an id; two when a DBC file has two and both are asked for by name.
pub(super) type WantedById = HashMap<FrameId, Vec<Wanted>>;

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
    json: bool,
}

/// All signals that can be decoded; of messages with the same id the last.
pub(super) fn everything(database: &Database, json: bool) -> WantedById {
    let messages = database.messages().iter();
    let paths = messages.flat_map(|m| m.signals().iter().map(|s| m.name().len() + 1 + s.name().len()));
    let width = paths.max().unwrap_or_default();
    let mut wanted = WantedById::new();
    for message in database.messages() {
        let usable = message.signals().iter().filter(|signal| signal.fault().is_none());
        let mut of_id = Wanted::new(message);
        of_id.columns.extend(usable.map(|signal| Column::new(message, signal, width, json)));
        wanted.insert(message.id(), vec![of_id]);
    }
    wanted
}

/// The signals named, in that order within a frame.
pub(super) fn asked_for(database: &Database, paths: &[String], json: bool) -> Result<WantedById, DbcError> {
    let width = paths.iter().map(String::len).max().unwrap_or_default();
    let mut wanted = WantedById::new();
    for path in paths {
        let (message, signal) = database.signal(path)?;
        let of_id = wanted.entry(message.id()).or_default();
        let known = of_id.iter().position(|known| known.message.name() == message.name());
        let index = known.unwrap_or_else(|| {
            of_id.push(Wanted::new(message));
            of_id.len() - 1
        });
        let columns = &mut of_id[index].columns;
        if !columns.iter().any(|column| column.signal.name() == signal.name()) {
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
            if let Some(value) = column.signal.decode(&frame.payload) {
                column.write(frame.stamp.wall_us, value, out)?;
            }
        }
        Ok(true)
    }
}

impl Column {
    fn new(message: &Message, signal: &Signal, width: usize, json: bool) -> Self {
        let (name, unit) = (signal.name(), signal.unit());
        let (before, after) = if json {
            let text = |text: &str| serde_json::Value::from(text).to_string();
            let head = format!("\"message\":{},\"signal\":{}", text(message.name()), text(name));
            (format!(",{head},\"value\":"), format!(",\"unit\":{}}}\n", text(unit)))
        } else {
            let path = format!("{}.{name}", message.name());
            (format!("  {path:width$}  "), format!("{}{unit}\n", if unit.is_empty() { "" } else { " " }))
        };
        Self { signal: signal.clone(), before, after, decimals: decimals(signal), json }
    }

    fn write(&self, wall_us: u64, value: f64, out: &mut impl Write) -> io::Result<()> {
        let (seconds, us) = (wall_us / 1_000_000, wall_us % 1_000_000);
        if self.json {
            write!(out, "{{\"timestamp\":{seconds}.{us:06}{}", self.before)?;
            serde_json::to_writer(&mut *out, &value)?; // NaN and infinities, which JSON lacks, become null
        } else {
            write!(out, "{seconds}.{us:06}{}", self.before)?;
            match self.decimals {
                Some(decimals) => write!(out, "{value:.decimals$}")?,
                None => write!(out, "{value}")?,
            }
        }
        out.write_all(self.after.as_bytes())
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
