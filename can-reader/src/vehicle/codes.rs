//! Raw values that are not values.

use crate::dbc::{Meaning, Signal, SignalKind};
use crate::reading::Quality;

/// Which raw values are no values, beside those that the profile names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reserved {
    /// Those whose text in the DBC says so.
    pub texts: bool,
    /// All bits one.
    pub ones: bool,
    /// Of a signed signal the most negative value.
    pub least: bool,
    /// Those of SAE J1939-71.
    pub j1939: bool,
}

/// The raw values of one signal that are not values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Codes {
    /// Few: they are looked through for each frame.
    single: Box<[(u64, Quality)]>,
    /// The message has the ranges of SAE J1939.
    j1939: Option<J1939>,
}

impl Codes {
    /// Of a speed. `invalid`: raw values that the profile adds. `full_range`: the profile says that no other raw value is
    /// reserved.
    pub fn of_speed(signal: &Signal, invalid: &[u64], full_range: bool, j1939: bool) -> Self {
        Self::of(
            signal,
            invalid,
            Reserved {
                texts: !full_range,
                ones: !full_range,
                least: !full_range,
                j1939: j1939 && !full_range,
            },
        )
    }

    /// `invalid`: raw values that the profile adds to those that are reserved.
    pub fn of(signal: &Signal, invalid: &[u64], reserved: Reserved) -> Self {
        let mut single: Vec<_> = invalid.iter().map(|raw| (*raw, Quality::NotAvailable)).collect();
        let is_integer = matches!(signal.kind(), SignalKind::Unsigned | SignalKind::Signed);
        let bits = u32::from(signal.bits());
        if reserved.texts && is_integer {
            let rows = signal.table().rows();
            single.extend(rows.filter_map(|(raw, _)| Some((raw, quality(signal.table().meaning(raw)?)))));
        }
        if reserved.ones && is_integer {
            // What cars send whose sensor has no value, whatever their DBC files say of the range.
            single.push((u64::MAX >> (64 - bits), Quality::NotAvailable));
        }
        if reserved.least && signal.kind() == SignalKind::Signed {
            single.push((1 << (bits - 1), Quality::NotAvailable));
        }
        let j1939 = J1939::new(bits).filter(|_| reserved.j1939 && is_integer);
        Self { single: single.into(), j1939 }
    }

    /// Why a raw value is not a value.
    #[inline]
    pub fn quality(&self, raw: u64) -> Option<Quality> {
        let single = self.single.iter().find(|(code, _)| *code == raw).map(|(_, quality)| *quality);
        single.or_else(|| self.j1939.and_then(|j1939| j1939.quality(raw)))
    }
}

/// The raw values of a signal that are no speeds, whatever a profile says beside.
#[derive(Debug)]
pub(crate) struct Void(Codes);

impl Void {
    /// Those of this signal.
    pub fn of_speed(signal: &Signal) -> Self {
        Self(Codes::of_speed(signal, &[], false, false))
    }

    /// Whether it is one of them.
    pub fn has(&self, raw: u64) -> bool {
        self.0.quality(raw).is_some()
    }
}

const fn quality(meaning: Meaning) -> Quality {
    match meaning {
        Meaning::NotAvailable => Quality::NotAvailable,
        Meaning::Error => Quality::Error,
    }
}

/// The ranges of SAE J1939-71: of a parameter of 8 bits and more its highest byte tells, of one of 2 to 7 bits the two
/// highest values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct J1939 {
    bits: u32,
}

impl J1939 {
    /// A parameter of one bit has no such values.
    fn new(bits: u32) -> Option<Self> {
        (2..=64).contains(&bits).then_some(Self { bits })
    }

    fn quality(self, raw: u64) -> Option<Quality> {
        if self.bits < 8 {
            let ones = (1 << self.bits) - 1;
            return match ones - raw.min(ones) {
                0 => Some(Quality::NotAvailable),
                1 => Some(Quality::Error),
                _ => None,
            };
        }
        match raw >> (self.bits - 8) {
            0xFF => Some(Quality::NotAvailable),
            0xFE => Some(Quality::Error),
            // Indicators of the parameter itself, and reserved.
            0xFB..=0xFD => Some(Quality::OutOfRange),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dbc::Database;

    fn signal(layout: &str, texts: &str) -> Signal {
        let text = format!("BO_ 1 M: 8 X\n SG_ S : {layout} (1,0) [0|0] \"km/h\" X\n{texts}");
        Database::parse("test.dbc", text.as_bytes()).unwrap().signal("M.S").unwrap().1.clone()
    }

    #[test]
    fn all_ones_and_the_most_negative_are_no_speeds() {
        let codes = Codes::of_speed(&signal("0|13@1+", ""), &[], false, false);
        assert_eq!((codes.quality(0x1FFF), codes.quality(0x1FFE)), (Some(Quality::NotAvailable), None));
        let codes = Codes::of_speed(&signal("7|16@0-", ""), &[], false, false);
        for (raw, expected) in [(0xFFFF, true), (0x8000, true), (0x7FFF, false), (0xFFFE, false), (0, false)]
        {
            assert_eq!(codes.quality(raw).is_some(), expected, "{raw:X}");
        }
        let codes = Codes::of_speed(&signal("0|64@1+", ""), &[], false, false);
        assert_eq!(codes.quality(u64::MAX), Some(Quality::NotAvailable));
    }

    #[test]
    fn texts_of_the_dbc_count_and_the_profile_has_the_last_word() {
        let texts = "VAL_ 1 S 254 \"Fehler\" 253 \"Init\" 252 \"kein Fehler\" ;\n";
        let signal = signal("0|8@1+", texts);
        let codes = Codes::of_speed(&signal, &[7], false, false);
        assert_eq!(codes.quality(254), Some(Quality::Error));
        assert_eq!(codes.quality(253), Some(Quality::NotAvailable));
        assert_eq!((codes.quality(252), codes.quality(7)), (None, Some(Quality::NotAvailable)));
        let full = Codes::of_speed(&signal, &[7], true, true);
        for (raw, expected) in [(255, false), (254, false), (253, false), (7, true)] {
            assert_eq!(full.quality(raw).is_some(), expected, "{raw}");
        }
    }

    #[test]
    fn the_ranges_of_j1939() {
        use Quality::{Error, NotAvailable, OutOfRange};
        let codes = |layout: &str| Codes::of_speed(&signal(layout, ""), &[], false, true);
        let word = codes("0|16@1+");
        for (raw, expected) in [
            (0xFAFF, None),
            (0xFB00, Some(OutOfRange)),
            (0xFDFF, Some(OutOfRange)),
            (0xFE00, Some(Error)),
            (0xFEFF, Some(Error)),
            (0xFF00, Some(NotAvailable)),
            (0xFFFE, Some(NotAvailable)),
        ] {
            assert_eq!(word.quality(raw), expected, "{raw:X}");
        }
        assert_eq!(codes("0|8@1+").quality(0xFE), Some(Error));
        assert_eq!(codes("0|32@1+").quality(0xFE12_3456), Some(Error));
        assert_eq!(
            (codes("0|2@1+").quality(2), codes("0|2@1+").quality(3)),
            (Some(Error), Some(NotAvailable))
        );
        assert_eq!((codes("0|2@1+").quality(1), codes("0|1@1+").quality(0)), (None, None));
    }
}
