//! Where in a text something stands, and what is wrong there: every message about a file that people write names the line.
//!
//! Parsers count bytes, people count lines. Everybody may depend on this crate; it depends on nobody.

mod toml;

pub use toml::toml_words;

/// The line, from 1, of the byte at offset `at`; beyond the end, the last line.
#[must_use]
pub fn line_of(text: &[u8], at: usize) -> usize {
    1 + text.iter().take(at).filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one() {
        let text = b"a\n\nb";
        assert_eq!([0, 1, 2, 3, 4, 99].map(|at| line_of(text, at)), [1, 1, 2, 3, 3, 3]);
        assert_eq!(line_of(b"", 0), 1);
    }
}
