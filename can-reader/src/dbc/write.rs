//! Messages back to the text of a DBC file.

use std::fmt::Write as _;

use super::ByteOrder;
use super::message::Message;
use super::signal::{Codec, Signal, SignalKind};
use crate::frame::FrameId;

/// CANdb++ reads no longer names on a line.
const SHORT: usize = 32;

/// The text of a DBC file with these messages: layouts, texts of raw values, comments, cycle times. `remark` is the comment
/// on the file as a whole. Signals that cannot be decoded ([`Signal::fault`]) are left out. Read again it gives the same
/// messages.
#[must_use]
pub fn write(messages: &[&Message], remark: &str) -> String {
    let mut text = "VERSION \"\"\n\nNS_ :\n\nBS_:\n\nBU_:\n".to_owned();
    for message in messages {
        // Writing to a String cannot fail.
        let _ = write!(text, "\nBO_ {} {}: {} Vector__XXX\n", id(message), short(message), message.size);
        for signal in usable(message) {
            text += &definition(message, signal);
        }
    }
    text.push('\n');
    if !remark.is_empty() {
        let _ = writeln!(text, "CM_ \"{}\";", quoted(remark));
    }
    messages.iter().for_each(|message| comments(message, &mut text));
    attributes(messages, &mut text);
    messages.iter().for_each(|message| values(message, &mut text));
    messages.iter().for_each(|message| selections(message, &mut text));
    text
}

/// Bit 31 marks an id of 29 bits.
fn id(message: &Message) -> u32 {
    match message.id {
        FrameId::Standard(id) => id.into(),
        FrameId::Extended(id) => id | 1 << 31,
    }
}

fn usable(message: &Message) -> impl Iterator<Item = &Signal> {
    message.signals.iter().filter(|signal| signal.codec.is_ok())
}

fn short(message: &Message) -> &str {
    message.short.as_deref().unwrap_or(&message.name)
}

fn short_of(signal: &Signal) -> &str {
    signal.short.as_deref().unwrap_or(&signal.name)
}

fn definition(message: &Message, signal: &Signal) -> String {
    let mark = signal.multiplex.split(' ').next().unwrap_or_default();
    // What selected it may be left out.
    let mark = if mark.is_empty() || selector(message, signal).is_none() && mark != "M" {
        String::new()
    } else {
        format!(" {mark}")
    };
    let order = u8::from(signal.order == ByteOrder::Intel);
    let sign = if signal.kind == SignalKind::Unsigned { '+' } else { '-' };
    let Signal { start, bits, factor, offset, min, max, unit, .. } = signal;
    let name = short_of(signal);
    format!(
        " SG_ {name}{mark} : {start}|{bits}@{order}{sign} ({factor},{offset}) [{min}|{max}] \"{}\" Vector__XXX\n",
        quoted(unit)
    )
}

fn comments(message: &Message, text: &mut String) {
    let id = id(message);
    if !message.comment.is_empty() {
        let _ = writeln!(text, "CM_ BO_ {id} \"{}\";", quoted(&message.comment));
    }
    for signal in usable(message).filter(|signal| !signal.comment.is_empty()) {
        let _ = writeln!(text, "CM_ SG_ {id} {} \"{}\";", short_of(signal), quoted(&signal.comment));
    }
}

/// Cycle times, and names that are too long for a line.
fn attributes(messages: &[&Message], text: &mut String) {
    let is_long = |name: &str| name.chars().count() > SHORT;
    let mut lines = String::new();
    if messages.iter().any(|message| message.cycle_ms.is_some()) {
        *text += "BA_DEF_ BO_ \"GenMsgCycleTime\" FLOAT 0 3600000;\n";
        *text += "BA_DEF_DEF_ \"GenMsgCycleTime\" 0;\n";
    }
    if messages.iter().any(|message| message.short.is_some() && is_long(&message.name)) {
        *text += "BA_DEF_ BO_ \"SystemMessageLongSymbol\" STRING;\n";
        *text += "BA_DEF_DEF_ \"SystemMessageLongSymbol\" \"\";\n";
    }
    if messages.iter().any(|message| usable(message).any(|signal| signal.short.is_some())) {
        *text += "BA_DEF_ SG_ \"SystemSignalLongSymbol\" STRING;\n";
        *text += "BA_DEF_DEF_ \"SystemSignalLongSymbol\" \"\";\n";
    }
    for message in messages {
        let id = id(message);
        if let Some(cycle_ms) = message.cycle_ms {
            let _ = writeln!(lines, "BA_ \"GenMsgCycleTime\" BO_ {id} {cycle_ms};");
        }
        if message.short.is_some() {
            let _ = writeln!(lines, "BA_ \"SystemMessageLongSymbol\" BO_ {id} \"{}\";", message.name);
        }
        for signal in usable(message) {
            if let Some(short) = &signal.short {
                let name = &signal.name;
                let _ = writeln!(lines, "BA_ \"SystemSignalLongSymbol\" SG_ {id} {short} \"{name}\";");
            }
        }
    }
    *text += &lines;
}

/// Texts of raw values, and which signals are floats.
fn values(message: &Message, text: &mut String) {
    let id = id(message);
    for signal in usable(message) {
        let name = short_of(signal);
        let rows: Vec<_> =
            signal.table.rows().map(|(raw, text)| format!("{raw} \"{}\" ", quoted(text))).collect();
        if !rows.is_empty() {
            let _ = writeln!(text, "VAL_ {id} {name} {};", rows.concat());
        }
        let float = match signal.kind {
            SignalKind::Float32 => 1,
            SignalKind::Float64 => 2,
            SignalKind::Unsigned | SignalKind::Signed => continue,
        };
        let _ = writeln!(text, "SIG_VALTYPE_ {id} {name} : {float};");
    }
}

/// What selects signals, where the mark on their line does not say it.
fn selections(message: &Message, text: &mut String) {
    let is_multiplexor =
        |signal: &&Signal| signal.multiplex.split(' ').next().is_some_and(|m| m.ends_with('M'));
    let several = usable(message).filter(is_multiplexor).count() > 1;
    for signal in usable(message) {
        let Some((parent, ranges)) = selector(message, signal) else { continue };
        let mark = signal.multiplex.split(' ').next().unwrap_or_default();
        let page = mark.trim_matches(['m', 'M']).parse().ok();
        if !several && page.is_some_and(|page| *ranges == [(page, page)]) {
            continue;
        }
        let ranges: Vec<_> = ranges.iter().map(|(low, high)| format!("{low}-{high}")).collect();
        let (id, name, parent) = (id(message), short_of(signal), short_of(parent));
        let _ = writeln!(text, "SG_MUL_VAL_ {id} {name} {parent} {};", ranges.join(", "));
    }
}

/// The multiplexor that selects a signal, and with which values.
fn selector<'a>(message: &'a Message, signal: &'a Signal) -> Option<(&'a Signal, &'a [(u64, u64)])> {
    let condition = signal.codec.as_ref().ok()?.conditions.last()?;
    let is_it = |other: &&Signal| {
        !other.multiplex.is_empty()
            && other.codec.as_ref().is_ok_and(|Codec { field, .. }| *field == condition.selector)
    };
    Some((usable(message).find(is_it)?, &condition.ranges))
}

/// A DBC file has no way to write this mark within a text.
fn quoted(text: &str) -> String {
    text.replace('"', "'")
}
