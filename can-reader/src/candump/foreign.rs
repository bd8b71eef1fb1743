//! Files that people take for a candump log, and what to do with them.

use std::fmt;

/// Another kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// What candump writes to a screen: `can0  1D0   [8]  00 11 22 ...`, with or without a time stamp.
    Screen,
    /// Vector's ASC.
    Asc,
    /// PEAK's TRC.
    Trc,
    /// Values or frames between commas or semicolons.
    Table,
    /// A web page.
    WebPage,
    /// A DBC file.
    Dbc,
    /// A recording in a format of bytes, by its name.
    Binary(&'static str),
}

/// What formats of bytes begin with.
const MAGIC: [(&[u8], &str); 9] = [
    (b"LOGG", "Vector's BLF"),
    (b"MDF     ", "ASAM's MDF"),
    (b"\x0A\x0D\x0D\x0A", "pcapng"),
    (b"\xA1\xB2\xC3\xD4", "pcap"),
    (b"\xD4\xC3\xB2\xA1", "pcap"),
    (b"\x1F\x8B", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"\xFD7zXZ", "xz"),
    (b"\x28\xB5\x2F\xFD", "zstd"),
];

impl Foreign {
    /// Which kind the file is that has this line, which is no line of a candump log. `None`: not known.
    #[must_use]
    pub fn of_line(line: &[u8]) -> Option<Self> {
        if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| line.starts_with(magic)) {
            return Some(Self::Binary(name));
        }
        let text = std::str::from_utf8(line).ok()?.trim();
        let words: Vec<&str> = text.split_ascii_whitespace().take(8).collect();
        let first = words.first()?.to_ascii_lowercase();
        if is_screen(&words) {
            Some(Self::Screen)
        } else if first.starts_with("<!doctype") || first.starts_with("<html") || first.starts_with("<?xml") {
            Some(Self::WebPage)
        } else if is_trc(&words) {
            Some(Self::Trc)
        } else if is_asc(&first, &words) {
            Some(Self::Asc)
        } else if matches!(first.as_str(), "bo_" | "sg_" | "version" | "ns_" | "bu_:" | "cm_") {
            Some(Self::Dbc)
        } else {
            is_table(text).then_some(Self::Table)
        }
    }

    /// Which kind a file is, by its beginning; `None` where it has a line of a candump log, or is not known.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return Some(Self::Binary(name));
        }
        let lines = || bytes.split(|byte| *byte == b'\n');
        if lines().any(|line| matches!(super::parse_line(line), Ok(Some(_)))) {
            return None;
        }
        // Comments of ours are statements of theirs: `;$FILEVERSION=2.0`.
        if bytes.starts_with(b";$FILEVERSION") {
            return Some(Self::Trc);
        }
        lines().find_map(Self::of_line)
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

/// `1)  1059.9  Rx  0300  8 ...`
fn is_trc(words: &[&str]) -> bool {
    let number = words.first().and_then(|word| word.strip_suffix(')'));
    let has_time = words.get(1).is_some_and(|word| word.parse::<f64>().is_ok());
    has_time && number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// `date Mon ...`, `base hex ...`, or `0.0167 1  1D0x  Rx  d 8 ...`.
fn is_asc(first: &str, words: &[&str]) -> bool {
    let is_head = matches!(first, "date" | "base") && words.len() > 2;
    let direction = words.iter().position(|word| matches!(*word, "Rx" | "Tx"));
    is_head || (first.parse::<f64>().is_ok() && direction.is_some_and(|at| (2..=4).contains(&at)))
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
                "it is what candump shows on a screen, not a log: record with the option -L (`candump -L can0 > drive.log`)",
            ),
            Self::Asc => f.write_str(
                "it is a log in Vector's ASC format, not candump's: convert it (`asc2log < FILE > drive.log`, of can-utils)",
            ),
            Self::Trc => f.write_str(
                "it is a log in PEAK's TRC format, not candump's: convert it, for example with python-can's \
                 can_logconvert, or record with `candump -L can0 > drive.log`",
            ),
            Self::Table => f.write_str(
                "it is a table, not a candump log: export it as a candump log where it was recorded, or record with \
                 `candump -L can0 > drive.log`",
            ),
            Self::WebPage => f.write_str("it is a web page, not a log: download the file itself (on GitHub: Raw)"),
            Self::Dbc => f.write_str("it is a DBC file, not a log: name the log that `candump -L` wrote"),
            Self::Binary(name) => write!(
                f,
                "it is a file of the kind {name}, not a candump log: unpack or convert it to what `candump -L` writes"
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
            (" (1436509052.249713)  vcan0  044   [8]  2A 36 6C 2B BA 36 66 44", Foreign::Screen),
            ("  can0  RX - -  123   [2]  11 22", Foreign::Screen),
            ("  can1  18FEBF0B  [12]  00 11 22 33 44 55 66 77 88 99 AA BB", Foreign::Screen),
            ("date Mon Nov 2 10:00:00 2026", Foreign::Asc),
            ("   0.016728 1  1D0             Rx   d 8 00 00 00 00 00 00 00 0A", Foreign::Asc),
            ("     1)      1059.9  Rx     0300  8  00 00 00 00 04 00 00 00", Foreign::Trc),
            ("Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2", Foreign::Table),
            ("<!DOCTYPE html>", Foreign::WebPage),
            ("BO_ 464 WHEEL_SPEEDS: 8 VSA", Foreign::Dbc),
            ("LOGG\u{90}", Foreign::Binary("Vector's BLF")),
        ] {
            assert_eq!(Foreign::of_line(line.as_bytes()), Some(kind), "{line}");
            assert!(kind.to_string().contains("not "), "{kind}");
        }
    }

    #[test]
    fn a_candump_log_with_damaged_lines_stays_one() {
        for line in ["(1.0) can0 1D0#00Z0", "(1.000000) can0", "", "hello world", "[8]", "can0 [8]"] {
            assert_eq!(Foreign::of_line(line.as_bytes()), None, "{line}");
        }
        assert_eq!(Foreign::of_bytes(b"  can0  1D0  [1]  00\n(1.0) can0 1D0#00\n"), None);
        assert_eq!(Foreign::of_bytes(b"# mine\n  can0  1D0  [1]  00\n"), Some(Foreign::Screen));
        assert_eq!(Foreign::of_bytes(b";$FILEVERSION=2.0\n;   x\n"), Some(Foreign::Trc));
        assert_eq!(Foreign::of_bytes(b"\x1F\x8B\x08\x00"), Some(Foreign::Binary("gzip")));
        assert_eq!(Foreign::of_bytes(b""), None);
    }
}
