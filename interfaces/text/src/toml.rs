//! What a TOML parser's words mean to somebody who has never heard of TOML.

/// Quotes that word processors and web pages make of straight ones.
const TYPOGRAPHIC: [char; 9] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];

/// Says what is wrong and what to write, where the parser's `message` about the text at byte `at` is of a mistake that
/// people make who do not write TOML: words without quotes, quotes of a word processor, paths of Windows, numbers in quotes.
#[must_use]
pub fn toml_words(text: &str, at: usize, message: &str) -> Option<String> {
    let line = text.lines().nth(crate::line_of(text.as_bytes(), at).saturating_sub(1))?;
    let (key, value) = line.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let bare = value.split('#').next().unwrap_or_default().trim();
    if bare.contains(TYPOGRAPHIC) {
        let word = bare.trim_matches(|c: char| TYPOGRAPHIC.contains(&c));
        return Some(format!("quotes have to be straight ones: {key} = \"{word}\""));
    }
    if message.starts_with("string values must be quoted") && !bare.is_empty() {
        return Some(format!("words stand in quotes: {key} = \"{bare}\""));
    }
    if message.contains("escape") && bare.contains('\\') {
        let name = bare.trim_matches('"').rsplit('\\').next().unwrap_or_default();
        return Some(format!(
            "{bare} is a path as Windows writes it; put the file beside this one, and write {key} = \"{name}\""
        ));
    }
    let number = message.starts_with("invalid type: string") && message.contains("expected");
    if number && !message.contains("boolean") && !message.contains("struct") && !message.contains("enum") {
        return Some(match number_of(bare.trim_matches('"')) {
            Some(number) => format!("a number stands without quotes: {key} = {number}"),
            None => format!("{key} is a number, without quotes and without a unit"),
        });
    }
    None
}

/// `500k` is 500000, and `20 ms` is 20.
fn number_of(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim();
    let times = match unit.chars().next() {
        Some('k') if !unit.starts_with("km") => 1e3,
        Some('m') if unit.starts_with("mb") || unit == "m" => 1e6,
        _ => 1.0,
    };
    let number: f64 = number.parse().ok()?;
    Some(format!("{}", number * times))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_mistakes_are_told_with_what_to_write() {
        let unquoted = "string values must be quoted, expected literal string";
        let string = "invalid type: string \"500k\", expected u32";
        for (text, message, words) in [
            ("title = My car # red", unquoted, "words stand in quotes: title = \"My car\""),
            ("title = “My car”", unquoted, "quotes have to be straight ones: title = \"My car\""),
            (
                r#"dbc = "C:\cars\my.dbc""#,
                "missing escaped value, expected `b`",
                r#""C:\cars\my.dbc" is a path as Windows writes it; put the file beside this one, and write dbc = "my.dbc""#,
            ),
            ("bit_rate = \"500k\"", string, "a number stands without quotes: bit_rate = 500000"),
            ("bit_rate = \"0.5 Mbit/s\"", string, "a number stands without quotes: bit_rate = 500000"),
            ("cycle_ms = \"20 ms\"", string, "a number stands without quotes: cycle_ms = 20"),
            (
                "max_speed_kmh = \"fast\"",
                string,
                "max_speed_kmh is a number, without quotes and without a unit",
            ),
        ] {
            assert_eq!(toml_words(text, 3, message).as_deref(), Some(words), "{text}");
        }
        assert_eq!(toml_words("a = 1", 0, "unknown field `a`"), None);
        assert_eq!(toml_words("", 9, string), None);
    }
}
