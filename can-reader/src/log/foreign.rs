//! Files that people take for a log, and what to do with them.

use std::fmt;

/// Another kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// What candump writes to a screen without time stamps: `can0  1D0   [8]  00 11 22 ...`.
    Screen,
    /// Values or frames between commas or semicolons, with a head that is not known.
    Table,
    /// Text of two bytes a letter, as some editors on Windows save it.
    Utf16,
    /// A web page.
    WebPage,
    /// A DBC file.
    Dbc,
    /// A recording in a format of bytes, by its name.
    Binary(&'static str),
}

/// What formats of bytes begin with.
const MAGIC: [(&[u8], &str); 7] = [
    (b"SQLite format 3", "SQLite"),
    (b"BZh", "bzip2"),
    (b"\x0A\x0D\x0D\x0A", "pcapng"),
    (b"\xA1\xB2\xC3\xD4", "pcap"),
    (b"\xD4\xC3\xB2\xA1", "pcap"),
    (b"PK\x03\x04", "zip"),
    (b"\xFD7zXZ", "xz"),
];

impl Foreign {
    /// Which kind the file is that has this line, which is no line of a candump log. `None`: not known.
    #[must_use]
    pub fn of_line(line: &[u8]) -> Option<Self> {
        if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| line.starts_with(magic)) {
            return Some(Self::Binary(name));
        }
        if [b"\xFF\xFE", b"\xFE\xFF"].iter().any(|mark| line.starts_with(*mark)) {
            return Some(Self::Utf16);
        }
        let text = std::str::from_utf8(line).ok()?.trim();
        let words: Vec<&str> = text.split_ascii_whitespace().take(8).collect();
        let first = words.first()?.to_ascii_lowercase();
        if is_screen(&words) {
            Some(Self::Screen)
        } else if first.starts_with("<!doctype") || first.starts_with("<html") || first.starts_with("<?xml") {
            Some(Self::WebPage)
        } else if matches!(first.as_str(), "bo_" | "sg_" | "version" | "ns_" | "bu_:" | "cm_") {
            Some(Self::Dbc)
        } else {
            is_table(text).then_some(Self::Table)
        }
    }
}

/// `can0  1D0   [8]  00 11`, perhaps with a stamp in parentheses or a direction before the length.
fn is_screen(words: &[&str]) -> bool {
    let at = words.iter().position(|word| is_length(word));
    at.is_some_and(|at| (2..=6).contains(&at) && is_hexadecimal(words[at - 1]))
}

/// `[8]`, of CAN FD `[12]`.
fn is_length(word: &str) -> bool {
    let digits = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    digits.is_some_and(|digits| matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn is_table(text: &str) -> bool {
    [',', ';', '\t'].iter().any(|mark| text.matches(*mark).count() >= 2)
}

fn is_hexadecimal(word: &str) -> bool {
    (1..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl fmt::Display for Foreign {
    /// What it is and what to do, as a clause.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Screen => f.write_str(
                "it is what candump writes to a screen without time stamps: record with the option -L \
                 (`candump -L can0 > drive.log`), or with -ta",
            ),
            Self::Table => f.write_str(
                "it is a table with a head that is not known (SavvyCAN's, python-can's and cabana's are): export it as one of \
                 these, or record with `candump -L can0 > drive.log`",
            ),
            Self::Utf16 => f.write_str("it is text in UTF-16: save it as UTF-8, or as plain text"),
            Self::WebPage => f.write_str("it is a web page, not a log: download the file itself (on GitHub: Raw)"),
            Self::Dbc => f.write_str("it is a DBC file, not a log: name the log that was recorded"),
            Self::Binary(name) => write!(
                f,
                "it is a file of the kind {name}, which is not read: unpack or convert it to a log of frames, such as `candump -L` \
                 writes"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_kinds_of_logs_are_known_by_a_line() {
        for (line, kind) in [
            ("  can0  1D0   [8]  00 00 00 00 00 00 00 0A", Foreign::Screen),
            ("  can0  RX - -  123   [2]  11 22", Foreign::Screen),
            ("  can1  18FEBF0B  [12]  00 11 22 33 44 55 66 77 88 99 AA BB", Foreign::Screen),
            ("time;speed;rpm", Foreign::Table),
            ("<!DOCTYPE html>", Foreign::WebPage),
            ("BO_ 464 WHEEL_SPEEDS: 8 VSA", Foreign::Dbc),
            ("SQLite format 3\0", Foreign::Binary("SQLite")),
        ] {
            assert_eq!(Foreign::of_line(line.as_bytes()), Some(kind), "{line}");
            assert!(kind.to_string().starts_with("it is "), "{kind}");
        }
    }

    #[test]
    fn a_candump_log_with_damaged_lines_stays_one() {
        for line in ["(1.0) can0 1D0#00Z0", "(1.000000) can0", "", "hello world", "[8]", "can0 [8]"] {
            assert_eq!(Foreign::of_line(line.as_bytes()), None, "{line}");
        }
    }
}
