//! What other tools write and read though the grammar does not have it, brought into the form that the parser knows.

use std::borrow::Cow;

use super::text::quoted_len;

/// The receiver of a signal that has none.
const NOBODY: &str = " Vector__XXX";

/// A text that the parser reads, with the same lines, and what was changed.
pub(super) fn mended(text: &str) -> (Cow<'_, str>, Option<String>) {
    let ends = ends_without_receiver(text);
    let Some(&first) = ends.first() else { return (Cow::Borrowed(text), None) };
    let mut whole = String::with_capacity(text.len() + ends.len() * NOBODY.len());
    let mut from = 0;
    for end in &ends {
        whole.push_str(&text[from..*end]);
        whole.push_str(NOBODY);
        from = *end;
    }
    whole.push_str(&text[from..]);
    let line = 1 + text[..first].matches('\n').count();
    let warning = match ends.len() {
        1 => format!("line {line}: the signal has no receiver; it is read as{NOBODY}"),
        count => {
            format!("{count} signals have no receiver (the first in line {line}); they are read as{NOBODY}")
        }
    };
    (Cow::Owned(whole), Some(warning))
}

/// Where the receivers are missing: behind the unit of `SG_` lines that end with it.
fn ends_without_receiver(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    let mut is_line_start = true;
    while let Some(char) = text[at..].chars().next() {
        let rest = &text[at..];
        if is_line_start && let Some(end) = end_of_bare_signal(rest) {
            ends.push(at + end);
        }
        // Texts in quotes may have lines of their own that look like statements.
        let skip = if char == '"' { quoted_len(rest) } else { char.len_utf8() };
        is_line_start = char == '\n' || (is_line_start && (char == ' ' || char == '\t'));
        at += skip;
    }
    ends
}

/// Bytes up to and with the unit, where `rest` begins with a signal that ends with its unit.
fn end_of_bare_signal(rest: &str) -> Option<usize> {
    let line = rest.lines().next()?;
    let after = line.strip_prefix("SG_")?;
    if !after.starts_with([' ', '\t']) || !after.contains('@') {
        return None;
    }
    let unit = line.find('"')?;
    let end = unit + quoted_len(&line[unit..]);
    let is_closed = line[unit + 1..end].ends_with('"');
    let tail = line[end..].trim();
    (is_closed && (tail.is_empty() || tail.starts_with("//"))).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_receiver_is_added_where_it_is_missing() {
        let text = "BO_ 1 A: 8 X\n SG_ S : 7|16@0+ (0.01,0) [0|1] \"km/h\"\r\n SG_ T : 7|8@0+ (1,0) [0|1] \"\" X\n\
                    \tSG_ U : 7|8@0+ (1,0) [0|1] \"a\\\"b\"  // text\n";
        let (whole, warning) = mended(text);
        let expected =
            text.replace("\"km/h\"", "\"km/h\" Vector__XXX").replace("b\"  //", "b\" Vector__XXX  //");
        assert_eq!(whole, expected);
        assert_eq!(
            warning.unwrap(),
            "2 signals have no receiver (the first in line 2); they are read as Vector__XXX"
        );
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
        ] {
            assert_eq!(mended(text), (Cow::Borrowed(text), None), "{text}");
        }
    }
}
