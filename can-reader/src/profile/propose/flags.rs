//! Validity flags of a speed, by their names.

use super::wheels::{At, WHEEL};
use crate::dbc::{Database, Message, Signal, SignalKind};
use crate::profile::draft::Flag;
use crate::profile::names::{Words, position};

/// A flag, and how it is known what it means.
#[derive(Clone, Debug)]
pub(in crate::profile) struct FoundFlag {
    pub flag: Flag,
    /// It is set where the speed is valid; else where it is not.
    pub is_valid: bool,
    /// Its texts say what its values mean.
    pub is_told: bool,
}

const VALID: &str = "valid validity vld val ok gueltig gueltigkeit plausible plaus valide";
const FAULT: &str = "fault faults flt fail failure failed err error fehler invalid inv inval defect defekt malfunction unvalid";
const QUALITY: &str = "quality qf qly qbit q status stat sta state sts v";

/// Texts of values with which a speed can be used.
const USABLE: &str = "valid ok okay normal good fine nofault noerror gueltig vorhanden available withinspec withinspecification withinspecifications \
     fullperformance noproblem plausible valide";

/// The flag of a speed: of the same wheel, or of the speed's own name and more, in the same message before others.
pub(in crate::profile) fn flag_of(database: &Database, at: At<'_>) -> Option<FoundFlag> {
    let others = database.messages().iter().filter(|message| message.id() != at.message.id());
    std::iter::once(at.message).chain(others).find_map(|message| {
        let signals = message.signals().iter().filter(|signal| signal.name() != at.signal.name());
        signals.filter_map(|signal| flag(message, signal, at)).next()
    })
}

fn flag(message: &Message, signal: &Signal, at: At<'_>) -> Option<FoundFlag> {
    let is_small = signal.kind() == SignalKind::Unsigned && signal.bits() <= 4 && signal.fault().is_none();
    if !is_small || !signal.multiplex().is_empty() {
        return None;
    }
    let (own, words) = (Words::of(at.signal.name()), Words::of(signal.name()));
    let extra = extra(&own, &words)?;
    let is_own_message = message.id() == at.message.id();
    // Of another message it has to speak of wheels, or of the same thing, too.
    let shares = extra.has(WHEEL) || words.iter().filter(|word| own.has(word)).count() > 1;
    if !is_own_message && !shares {
        return None;
    }
    let (is_valid, is_fault) = (extra.has(VALID), extra.has(FAULT));
    let is_quality = extra.has(QUALITY);
    let texts: Vec<_> = signal.table().rows().map(|(raw, text)| (raw, plain(text))).collect();
    let usable: Vec<i64> = texts
        .iter()
        .filter(|(_, text)| USABLE.split_whitespace().any(|usable| usable == text))
        .filter_map(|(raw, _)| i64::try_from(*raw).ok())
        .collect();
    let path = format!("{}.{}", message.name(), signal.label());
    if (is_valid || is_fault || is_quality) && !usable.is_empty() && usable.len() < texts.len() {
        let flag = Flag { signal: path, is: usable };
        return Some(FoundFlag { flag, is_valid: true, is_told: true });
    }
    // Without texts a state of several values says nothing.
    if !is_own_message || signal.bits() > 1 || !(is_valid || is_fault) {
        return None;
    }
    Some(FoundFlag { flag: Flag { signal: path, is: Vec::new() }, is_valid: !is_fault, is_told: is_fault })
}

/// The words that a flag has beside those of its speed: it is of the same wheel, or has all words of a speed without one.
fn extra(own: &Words, words: &Words) -> Option<Words> {
    let nothing = Words::default();
    match (position(own, &nothing), position(words, &nothing)) {
        (Some(own), Some(flag)) if own.wheel == flag.wheel => Some(flag.stem),
        (None, None) => {
            let has_all = own.iter().all(|word| words.iter().any(|other| other == word));
            let rest: Vec<_> = (0..words.len()).filter(|at| own.has(words.get(*at))).collect();
            (has_all && rest.len() < words.len()).then(|| words.without(&rest))
        }
        _ => None,
    }
}

/// Letters alone, small.
fn plain(text: &str) -> String {
    text.chars().filter(|char| char.is_alphabetic()).flat_map(char::to_lowercase).collect()
}
