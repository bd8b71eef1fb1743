//! The value table of a signal (`VAL_`): raw values that have a text.

use super::meaning::{Meaning, meaning};
use super::signal::SignalKind;

/// The texts of a signal's raw values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueTable {
    rows: Box<[Row]>,
    /// Apart, so that each frame looks through these only.
    voids: Box<[(u64, Meaning)]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    raw: u64,
    text: String,
}

impl ValueTable {
    /// What the file says; rows that the bits cannot have are left out, and those of floats, which have no raw values
    /// that people would write down.
    pub(super) fn new<'a>(kind: SignalKind, bits: u64, texts: impl Iterator<Item = (i64, &'a str)>) -> Self {
        if !matches!(kind, SignalKind::Unsigned | SignalKind::Signed) || !(1..=64).contains(&bits) {
            return Self::default();
        }
        let bits = bits as u32;
        let rows: Vec<_> = texts
            .filter_map(|(number, text)| Some(Row { raw: raw_of(number, bits)?, text: text.to_owned() }))
            .collect();
        let voids = rows.iter().filter_map(|row| Some((row.raw, meaning(&row.text)?)));
        Self { voids: voids.collect(), rows: rows.into() }
    }

    /// The text of a raw value: the bare bits, as [`super::Signal::raw`] gives them.
    #[must_use]
    pub fn text(&self, raw: u64) -> Option<&str> {
        self.rows.iter().find(|row| row.raw == raw).map(|row| row.text.as_str())
    }

    /// Whether the text of a raw value says that there is no value.
    #[must_use]
    #[inline]
    pub fn meaning(&self, raw: u64) -> Option<Meaning> {
        self.voids.iter().find(|(void, _)| *void == raw).map(|(_, meaning)| *meaning)
    }

    /// All raw values with their texts.
    pub fn rows(&self) -> impl Iterator<Item = (u64, &str)> {
        self.rows.iter().map(|row| (row.raw, row.text.as_str()))
    }
}

/// The bits of a number as people write it: 255 or -1 for eight ones.
pub(crate) fn raw_of(number: i64, bits: u32) -> Option<u64> {
    let mask = u64::MAX >> (64 - bits);
    let fits = match number {
        0.. => number as u64 <= mask,
        _ => number >= i64::MIN >> (64 - bits),
    };
    fits.then_some(number as u64 & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(kind: SignalKind, bits: u64, rows: &[(i64, &str)]) -> ValueTable {
        ValueTable::new(kind, bits, rows.iter().copied())
    }

    #[test]
    fn raw_values_have_texts_and_some_say_that_there_is_no_value() {
        let table =
            table(SignalKind::Unsigned, 8, &[(0, "Park"), (254, "Fehler"), (255, "SNA"), (256, "beyond")]);
        assert_eq!((table.text(0), table.meaning(0)), (Some("Park"), None));
        assert_eq!((table.text(254), table.meaning(254)), (Some("Fehler"), Some(Meaning::Error)));
        assert_eq!((table.text(255), table.meaning(255)), (Some("SNA"), Some(Meaning::NotAvailable)));
        assert_eq!((table.text(1), table.meaning(1)), (None, None));
        assert_eq!(table.rows().count(), 3, "256 has nine bits");
    }

    #[test]
    fn numbers_below_zero_are_bits_as_well() {
        for minus_one in [-1, 0xFFFF] {
            let table = table(SignalKind::Signed, 16, &[(minus_one, "invalid")]);
            assert_eq!(table.meaning(0xFFFF), Some(Meaning::NotAvailable));
        }
        assert_eq!(
            (raw_of(-128, 8), raw_of(-129, 8), raw_of(255, 8), raw_of(256, 8)),
            (Some(128), None, Some(255), None)
        );
        assert_eq!((raw_of(-1, 64), raw_of(i64::MIN, 64)), (Some(u64::MAX), Some(1 << 63)));
    }

    #[test]
    fn floats_have_none() {
        assert_eq!(table(SignalKind::Float32, 32, &[(1, "SNA")]).rows().count(), 0);
    }
}
