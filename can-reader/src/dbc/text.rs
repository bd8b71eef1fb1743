//! The text of a DBC file: its encoding, and where it is wrong.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use can_dbc::encodings::{Encoding, WINDOWS_1252};
use can_dbc::{Dbc, DbcError as ParseError};
use pest::error::InputLocation;

use super::error::DbcError;

/// Lines are quoted in errors up to this many characters.
const EXCERPT: usize = 80;

/// UTF-8, or UTF-16 behind its mark, else Windows-1252, which most tools write and which has a
/// character for each byte.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Whether it begins as HTML does.
pub(super) fn is_web_page(text: &str) -> bool {
    let begin: String = text.trim_start().chars().take(15).collect();
    ["<!doctype html", "<html"].iter().any(|tag| begin.to_ascii_lowercase().starts_with(tag))
}

/// What is wrong, where, and what to do about it.
pub(super) fn explain(name: &str, text: &str, error: ParseError) -> DbcError {
    let name = name.to_owned();
    let ParseError::Pest(syntax) = error else {
        return DbcError::Value { name, line: line_of(text, &error), reason: error.to_string() };
    };
    let statement = match syntax.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let (at, reason) = furthest(text).unwrap_or_else(|| (statement, syntax.variant.message().into_owned()));
    let is_cut = text.get(at..).is_some_and(|rest| rest.trim().is_empty());
    let is_open = is_cut && open_quote(text.get(statement..).unwrap_or_default());
    let (line, column) = position(text, if is_open { statement } else { at });
    let excerpt = excerpt(text.lines().nth(line - 1).unwrap_or_default());
    if is_cut {
        return DbcError::Truncated { name, line, excerpt };
    }
    DbcError::Syntax { name, line, column, reason, excerpt }
}

/// How far any attempt of the parser came, and what would have let it go on. Its plain error knows whole
/// rules only, and so blames the statement's last good part; the details are costly, hence a second run.
fn furthest(text: &str) -> Option<(usize, String)> {
    let again = {
        // The switch is the whole process's: two runs at once would switch it off under each other.
        static SWITCH: Mutex<()> = Mutex::new(());
        let _held = SWITCH.lock().unwrap_or_else(PoisonError::into_inner);
        pest::set_error_detail(true);
        let again = Dbc::try_from(text);
        pest::set_error_detail(false);
        again
    };
    let Err(ParseError::Pest(error)) = again else { return None };
    let attempts = error.parse_attempts()?;
    let mut expected: Vec<String> =
        attempts.expected_tokens().iter().filter_map(|token| describe(&token.to_string())).collect();
    expected.dedup();
    let reason = match expected.split_last() {
        None => return None,
        Some((only, [])) => format!("expected {only}"),
        // Only where a statement may start is there so much choice.
        Some((_, others)) if others.len() > 8 => "expected a DBC statement (BO_, SG_, CM_ ...)".to_owned(),
        Some((last, others)) => format!("expected {} or {last}", others.join(", ")),
    };
    Some((attempts.max_position, reason))
}

/// A token of the grammar for people; nothing for the blanks and comments that may stand anywhere.
fn describe(token: &str) -> Option<String> {
    match token.trim() {
        "" | "//" | "BUILTIN_RULE" => None,
        "0..9" => Some("a digit".to_owned()),
        "a..z" | "A..Z" => Some("a letter".to_owned()),
        token => Some(format!("`{token}`")),
    }
}

/// Line and column of a byte, both from 1; an end behind blank lines counts to the last line with text.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let before = if text.len() == before.len() { before.trim_end() } else { before };
    let line = cardash_text::line_of(before.as_bytes(), before.len());
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

/// Bytes of the quoted text at the start of `text`, quotes included.
pub(super) fn quoted_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        match char {
            '"' if !escaped => return at + 1,
            '\\' => escaped = true,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Whether a quoted text begins in `text` and does not end.
fn open_quote(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('"') {
        let len = quoted_len(&rest[at..]);
        let quoted = &rest[at..at + len];
        if quoted.len() < 2 || !quoted.ends_with('"') || quoted.ends_with("\\\"") {
            return true;
        }
        rest = &rest[at + len..];
    }
    false
}

/// The line of the statement that alone gives the same error. Only for errors in values: those have no
/// position, and their statements parse.
fn line_of(text: &str, error: &ParseError) -> Option<usize> {
    let is_it = |line: &str| {
        let statement = line.trim_start();
        let alone = match statement.get(..3) {
            Some("SG_") => format!("BO_ 1 M: 8 N\n {statement}\n"),
            _ => format!("{statement}\n"),
        };
        Dbc::try_from(alone.as_str()).is_err_and(|found| found == *error)
    };
    text.lines().position(is_it).map(|index| index + 1)
}

fn excerpt(line: &str) -> String {
    let line = line.trim();
    match line.char_indices().nth(EXCERPT) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        assert_eq!(decode("\u{FEFF}°C".as_bytes()), "°C");
        assert_eq!(decode("°C".as_bytes()), "°C");
        assert_eq!(decode(b"\xB0C \x80"), "°C €");
        assert_eq!(decode(b"\xFF\xFEB\0O\0"), "BO");
    }

    #[test]
    fn open_quotes() {
        assert!(open_quote("CM_ \"abc") && open_quote("\"") && open_quote("\"a\" \"b\\\""));
        assert!(!open_quote("CM_ \"abc\";") && !open_quote("") && !open_quote("\"a\\\"b\""));
    }
}
