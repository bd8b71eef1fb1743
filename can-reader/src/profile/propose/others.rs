//! What else a DBC file has that instruments show.

use super::wheels::At;
use crate::dbc::{Database, Signal};
use crate::profile::names::Words;
use crate::vehicle::unit;

/// Whether a signal is of a kind.
type IsIt = fn(&Signal, &Words) -> bool;

/// So many of a kind are named.
const NAMED: usize = 4;

/// Lines of a comment: what kind of thing, and where.
pub(in crate::profile) fn others(database: &Database) -> Vec<String> {
    let kinds: [(&str, IsIt); 5] = [
        ("engine speed", engine_speed),
        ("gear", gear),
        ("turn indicators", |signal, words| {
            is_flag(signal) && words.has("turn blinker blink indicator indicators clignotant")
        }),
        ("lights", |signal, words| {
            is_flag(signal)
                && words
                    .has("beam beams headlight headlights headlamp licht abblendlicht fernlicht foglight drl")
        }),
        ("warning lamps", |signal, words| {
            is_flag(signal) && words.has("lamp mil telltale lampe") && !words.has("turn beam head")
        }),
    ];
    let mut lines = Vec::new();
    for (kind, is_it) in kinds {
        let signals = database
            .messages()
            .iter()
            .flat_map(|message| message.signals().iter().map(move |s| At { message, signal: s }));
        let usable = signals.filter(|at| at.signal.fault().is_none());
        let found: Vec<_> = usable
            .filter(|at| is_it(at.signal, &Words::of(at.signal.name())))
            .map(|at| describe(&at))
            .collect();
        if found.is_empty() {
            continue;
        }
        let more = found.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        lines.push(format!("  {kind}: {}{more}", found[..found.len().min(NAMED)].join(", ")));
    }
    lines
}

fn describe(at: &At<'_>) -> String {
    let unit = at.signal.unit();
    let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    format!("{}{unit}", at.path())
}

fn is_flag(signal: &Signal) -> bool {
    signal.bits() <= 3
}

fn engine_speed(signal: &Signal, words: &Words) -> bool {
    let wishes = "target desired req request idle limit max min turbine input output fan pump soll";
    let is_engine = words.has("engine eng motor mot rpm nmot regime drehz drehzahl");
    unit::canonical(signal.unit()) == Some("rpm") && is_engine && signal.bits() >= 8 && !words.has(wishes)
}

fn gear(signal: &Signal, words: &Words) -> bool {
    let wishes = "target desired req request ratio ratios oil temp landing valid";
    words.has("gear prnd prndl gang shifter fahrstufe rapport") && signal.bits() <= 8 && !words.has(wishes)
}
