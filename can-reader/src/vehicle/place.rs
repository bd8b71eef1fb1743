//! Where in a profile something is wrong.

use toml::de::{DeTable, DeValue};

use super::VehicleError;

/// A profile's name and text.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// As errors name it.
    pub file: &'a str,
    pub text: &'a str,
}

impl Place<'_> {
    /// What is wrong with a key, such as `wheels.Row1.Left`. Of a key that is not written there is no line.
    pub fn fault(self, key: &str, message: String) -> VehicleError {
        VehicleError::Profile { file: self.at(key), message }
    }

    /// The file, and the line of the key: `car.toml:12`.
    pub fn at(self, key: &str) -> String {
        match self.line(key) {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.to_owned(),
        }
    }

    /// The line, from 1, of a byte.
    pub fn line_of(self, at: usize) -> usize {
        cardash_text::line_of(self.text.as_bytes(), at)
    }

    fn line(self, key: &str) -> Option<usize> {
        let document = DeTable::parse(self.text).ok()?;
        let mut table = document.get_ref();
        let mut line = None;
        let mut rest = key;
        while !rest.is_empty() {
            // A path of dots may be one key in quotes.
            let (part, after) = match table.get_key_value(rest) {
                Some(_) => (rest, ""),
                None => rest.split_once('.').unwrap_or((rest, "")),
            };
            let (name, value) = table.get_key_value(part)?;
            line = Some(self.line_of(name.span().start));
            match value.get_ref() {
                DeValue::Table(inner) => (table, rest) = (inner, after),
                _ => break,
            }
        }
        line
    }
}

/// The key of a sentence that begins with it, such as `limits.persist_ms = -1: ...`.
pub(super) fn key_of(sentence: &str) -> &str {
    sentence.split(" = ").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "title = \"a\"\n\n[wheels]\nRow1.Left = \"A.B\"\nRow1.Right = { signal = \"A.C\" }\n\n[limits]\npersist_ms = 5\n\n[signals]\n\"Vehicle.Speed\" = \"A.B\"\nVehicle.Gear = \"A.C\"\n";

    fn at(key: &str) -> String {
        Place { file: "car.toml", text: TEXT }.at(key)
    }

    #[test]
    fn a_key_has_the_line_on_which_it_is_written() {
        assert_eq!(at("title"), "car.toml:1");
        assert_eq!(at("wheels.Row1.Left"), "car.toml:4");
        assert_eq!(at("wheels.Row1.Right"), "car.toml:5");
        assert_eq!(at("wheels.Row1.Right.signal"), "car.toml:5");
        assert_eq!(at("limits.persist_ms"), "car.toml:8");
        assert_eq!(at("limits"), "car.toml:7");
        assert_eq!(at("signals.Vehicle.Speed"), "car.toml:11");
        assert_eq!(at("signals.Vehicle.Gear"), "car.toml:12");
    }

    #[test]
    fn a_key_that_is_not_written_has_none() {
        assert_eq!(at("wheels.Row2.Left"), "car.toml");
        assert_eq!(at("link.bit_rate"), "car.toml");
    }
}
