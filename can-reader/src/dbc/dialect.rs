//! What other tools write and read though the grammar does not have it, brought into the form that the parser knows.
//!
//! - `SG_` lines without a receiver;
//! - SavvyCAN's byte orders `@2` (a float of 32 bits) and `@3` (one of 64), little endian both, for `@1` and `SIG_VALTYPE_`;
//! - `SIG_VALTYPE_` without its colon.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::text::quoted_len;

/// The receiver of a signal that has none.
const NOBODY: &str = " Vector__XXX";

/// A text that the parser reads, with the same lines and perhaps more behind them, and what was changed.
pub(super) fn mended(text: &str) -> (Cow<'_, str>, Vec<String>) {
    let mut edits = Vec::new();
    let mut message = "";
    for (at, line) in statements(text) {
        if let Some(rest) = line.strip_prefix("BO_ ") {
            message = rest.split_whitespace().next().unwrap_or_default();
        }
        edits.extend(float_by_order(at, line, message));
        edits.extend(receiver(at, line));
        edits.extend(colon(at, line));
    }
    if edits.is_empty() {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut whole = String::with_capacity(text.len() + edits.len() * NOBODY.len());
    let mut from = 0;
    for edit in &edits {
        whole.push_str(&text[from..edit.at]);
        whole.push_str(edit.by);
        from = edit.at + edit.removes;
    }
    whole.push_str(&text[from..]);
    for edit in edits.iter().filter_map(|edit| edit.behind.as_ref()) {
        // Writing to a String cannot fail.
        let _ = write!(whole, "\n{edit}");
    }
    let warnings =
        [Kind::Receiver, Kind::Float, Kind::Colon].into_iter().filter_map(|kind| warning(text, &edits, kind));
    (Cow::Owned(whole), warnings.collect())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Receiver,
    Float,
    Colon,
}

/// One change of the text.
struct Edit {
    kind: Kind,
    at: usize,
    removes: usize,
    by: &'static str,
    /// A statement for the end of the file.
    behind: Option<String>,
}

fn warning(text: &str, edits: &[Edit], kind: Kind) -> Option<String> {
    let mut of_kind = edits.iter().filter(|edit| edit.kind == kind);
    let line = 1 + text[..of_kind.next()?.at].matches('\n').count();
    Some(match (kind, 1 + of_kind.count()) {
        (Kind::Receiver, 1) => format!("line {line}: the signal has no receiver; it is read as{NOBODY}"),
        (Kind::Receiver, count) => {
            format!("{count} signals have no receiver (the first in line {line}); they are read as{NOBODY}")
        }
        (Kind::Float, count) => format!(
            "{count} with the byte order @2 or @3 (the first in line {line}), which SavvyCAN writes for floats: read as such"
        ),
        (Kind::Colon, count) => format!("{count} SIG_VALTYPE_ without a colon (the first in line {line})"),
    })
}

/// The lines that a statement may begin, without the blanks before it; and where they are. Texts in quotes may have lines
/// of their own that look like statements.
fn statements(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut is_line_start = true;
    while let Some(char) = text[at..].chars().next() {
        let rest = &text[at..];
        if is_line_start && ["SG_", "BO_ ", "SIG_VALTYPE_"].iter().any(|word| rest.starts_with(word)) {
            found.extend(rest.lines().next().map(|line| (at, line)));
        }
        let skip = if char == '"' { quoted_len(rest) } else { char.len_utf8() };
        is_line_start = char == '\n' || (is_line_start && (char == ' ' || char == '\t'));
        at += skip;
    }
    found
}

/// A receiver behind the unit of a signal that ends with it.
fn receiver(at: usize, line: &str) -> Option<Edit> {
    let after = line.strip_prefix("SG_")?;
    if !after.starts_with([' ', '\t']) || !after.contains('@') {
        return None;
    }
    let unit = line.find('"')?;
    let end = unit + quoted_len(&line[unit..]);
    let is_closed = line[unit + 1..end].ends_with('"');
    let tail = line[end..].trim();
    let is_bare = is_closed && (tail.is_empty() || tail.starts_with("//"));
    is_bare.then_some(Edit { kind: Kind::Receiver, at: at + end, removes: 0, by: NOBODY, behind: None })
}

/// `@1` for `@2` and `@3`, and the statement that makes it a float.
fn float_by_order(at: usize, line: &str, message: &str) -> Option<Edit> {
    let after = line.strip_prefix("SG_")?;
    let (before, rest) = line.split_once('@')?;
    let double = match rest.as_bytes() {
        [b'2', b'+' | b'-', ..] => false,
        [b'3', b'+' | b'-', ..] => true,
        _ => return None,
    };
    let name = after.split_whitespace().next()?;
    let behind = Some(format!("SIG_VALTYPE_ {message} {name} : {};", if double { 2 } else { 1 }));
    Some(Edit { kind: Kind::Float, at: at + before.len() + 1, removes: 1, by: "1", behind })
}

/// The colon of `SIG_VALTYPE_ 256 SPEED 1;`.
fn colon(at: usize, line: &str) -> Option<Edit> {
    let statement = line.strip_prefix("SIG_VALTYPE_")?.split(';').next()?;
    let kind = statement.trim_end().chars().next_back().filter(|kind| ('0'..='3').contains(kind))?;
    let mut words = statement.split_whitespace();
    let is_bare = words.next().is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
        && words.next().is_some_and(|name| !name.contains(':'))
        && words.next().is_some_and(|word| word.len() == 1 && word.starts_with(kind))
        && words.next().is_none();
    let end = at + "SIG_VALTYPE_".len() + statement.trim_end().len() - 1;
    is_bare.then_some(Edit { kind: Kind::Colon, at: end, removes: 0, by: ": ", behind: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_receiver_is_added_where_it_is_missing() {
        let text = "BO_ 1 A: 8 X\n SG_ S : 7|16@0+ (0.01,0) [0|1] \"km/h\"\r\n SG_ T : 7|8@0+ (1,0) [0|1] \"\" X\n\
                    \tSG_ U : 7|8@0+ (1,0) [0|1] \"a\\\"b\"  // text\n";
        let (whole, warnings) = mended(text);
        let expected =
            text.replace("\"km/h\"", "\"km/h\" Vector__XXX").replace("b\"  //", "b\" Vector__XXX  //");
        assert_eq!(whole, expected);
        assert_eq!(
            warnings,
            ["2 signals have no receiver (the first in line 2); they are read as Vector__XXX"]
        );
    }

    #[test]
    fn savvycans_floats_are_made_by_a_statement_at_the_end() {
        let text = "BO_ 1 A: 8 X\n SG_ S : 0|32@2- (1,0) [0|0] \"km/h\"\nBO_ 2 B: 8 X\n SG_ D : 0|64@3- (1,0) [0|0] \"\" X\n";
        let (whole, warnings) = mended(text);
        let expected =
            text.replace("@2", "@1").replace("@3", "@1").replace("\"km/h\"", "\"km/h\" Vector__XXX");
        assert_eq!(whole, format!("{expected}\nSIG_VALTYPE_ 1 S : 1;\nSIG_VALTYPE_ 2 D : 2;"));
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert!(
            warnings[1].starts_with("2 with the byte order @2 or @3 (the first in line 2)"),
            "{warnings:?}"
        );
    }

    #[test]
    fn a_colon_is_added_where_it_is_missing() {
        for (text, whole) in [
            ("SIG_VALTYPE_ 1 S 1;\n", "SIG_VALTYPE_ 1 S : 1;\n"),
            ("SIG_VALTYPE_ 1 S  2 ;\n", "SIG_VALTYPE_ 1 S  : 2 ;\n"),
        ] {
            assert_eq!(mended(text).0, whole);
        }
    }

    #[test]
    fn what_is_whole_or_in_quotes_or_cut_stays() {
        for text in [
            "",
            "BO_ 1 A: 8 X\n SG_ S : 7|16@0+ (1,0) [0|1] \"km/h\" X\n",
            "CM_ SG_ 1 S \"text\n SG_ S : 7|16@0+ (1,0) [0|1] \\\"km/h\\\"\n\";\n",
            "CM_ \"\n SG_ S : 7|16@0+ (1,0) [0|1]\n\";\n",
            "BO_ 1 A: 8 X\n SG_ S : 7|16@0+ (1,0) [0|1] \"km",
            "BO_ 1 A: 8 X\n SG_ S : 7|16@0+ (1,0) [0|1] \"",
            "SIG_VALTYPE_ 1 S : 1;\nSIG_VALTYPE_ 1 S :1;\nSIG_VALTYPE_ 1 S: 1;\nSIG_VALTYPE_\n",
            "NS_ :\n\tSIG_VALTYPE_\n\tSIG_TYPE_REF_\n",
            "CM_ \"\nSIG_VALTYPE_ 1 S 1;\n\";\n",
        ] {
            assert_eq!(mended(text), (Cow::Borrowed(text), Vec::new()), "{text}");
        }
    }
}
