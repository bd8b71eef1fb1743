//! `[cluster]` of the settings: which instruments stand where, and the ends of scales that no car tells.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, SeqAccess, Visitor, value};

/// Small gauges that a side has room for.
const MOST_A_SIDE: usize = 2;
/// Ends of a scale of engine speed that make sense, rpm.
const RPM: std::ops::RangeInclusive<u32> = 2000..=20_000;
/// The same of power, kW; below zero what is fed back.
const POWER_KW: std::ops::RangeInclusive<i32> = -1000..=2000;

/// Which arrangement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Layout {
    /// By the window's shape.
    #[default]
    Auto,
    /// The arch is engine speed, with a shift light; in wide windows.
    Race,
}

/// What the left may have: one of the first two on the arch, small gauges beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Left {
    Rpm,
    Power,
    Coolant,
    Oil,
    Fuel,
    Charge,
    Volts,
}

/// What the right may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Right {
    Coolant,
    Oil,
    Fuel,
    Charge,
    Volts,
}

/// The names of the instruments, as QML knows them.
macro_rules! names {
    ($kind:ident: $($variant:ident $name:literal),*) => {
        impl $kind {
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}
names!(Left: Rpm "rpm", Power "power", Coolant "coolant", Oil "oil", Fuel "fuel", Charge "charge", Volts "volts");
names!(Right: Coolant "coolant", Oil "oil", Fuel "fuel", Charge "charge", Volts "volts");

/// `[cluster]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Panel {
    pub layout: Layout,
    #[serde(deserialize_with = "one_or_more")]
    pub left: Vec<Left>,
    #[serde(deserialize_with = "one_or_more")]
    pub right: Vec<Right>,
    /// End of the scale of engine speed, rpm.
    pub rpm_max: u32,
    /// Where its red begins, rpm; without it there is none.
    pub rpm_red: Option<u32>,
    /// At which to shift, rpm; without it the race layout has no shift light.
    pub shift_rpm: Option<u32>,
    /// Ends of the scale of power, kW.
    pub power_kw: [i32; 2],
}

impl Default for Panel {
    fn default() -> Self {
        Self {
            layout: Layout::Auto,
            left: vec![Left::Rpm, Left::Power, Left::Coolant, Left::Oil],
            right: vec![Right::Fuel, Right::Charge, Right::Volts],
            rpm_max: 8000,
            rpm_red: None,
            shift_rpm: None,
            power_kw: [-60, 180],
        }
    }
}

impl Panel {
    /// The names on the left and on the right. Whoever names one side only takes from the other's usual ones what is
    /// not there already.
    pub(crate) fn sides(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        let usual = Self::default();
        let (left_is_usual, right_is_usual) = (self.left == usual.left, self.right == usual.right);
        let mut left: Vec<_> = self.left.iter().map(|instrument| instrument.as_str()).collect();
        let mut right: Vec<_> = self.right.iter().map(|instrument| instrument.as_str()).collect();
        if left_is_usual {
            left.retain(|name| !right.contains(name));
        } else if right_is_usual {
            right.retain(|name| !left.contains(name));
        }
        (left, right)
    }

    /// The key that is wrong and a sentence on it, beyond what the words' own types refuse.
    pub(crate) fn mistake(&self) -> Option<(&'static str, String)> {
        let (left, right) = self.sides();
        for (place, name) in left.iter().chain(&right).enumerate() {
            if left.iter().chain(&right).take(place).any(|earlier| earlier == name) {
                let key = if place < left.len() { "left" } else { "right" };
                return Some((key, format!("{name:?} is there twice; name each instrument once")));
            }
        }
        let small = |names: &[&str]| names.iter().filter(|name| !["rpm", "power"].contains(name)).count();
        // The usual ones are more, because no car has all of them.
        for (key, names, usual) in [
            ("left", &left, self.left == Self::default().left),
            ("right", &right, self.right == Self::default().right),
        ] {
            if !usual && small(names) > MOST_A_SIDE {
                return Some((
                    key,
                    format!("a side has room for {MOST_A_SIDE} small gauges; leave one away"),
                ));
            }
        }
        let revs =
            [("rpm_max", Some(self.rpm_max)), ("rpm_red", self.rpm_red), ("shift_rpm", self.shift_rpm)];
        for (key, rpm) in revs {
            let range = if key == "rpm_max" { RPM } else { *RPM.start() / 2..=self.rpm_max };
            if rpm.is_some_and(|rpm| !range.contains(&rpm)) {
                return Some((key, format!("it has to be from {} to {} rpm", range.start(), range.end())));
            }
        }
        let [least, most] = self.power_kw;
        let possible = POWER_KW.contains(&least) && POWER_KW.contains(&most) && least <= 0 && most > 0;
        (!possible).then(|| {
            let ends = format!("[{}, {}]", POWER_KW.start(), POWER_KW.end());
            ("power_kw", format!("it has to be two ends with 0 between them, within {ends} kW"))
        })
    }
}

fn one_or_more<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    OneOrMore::deserialize(from).map(|words| words.0)
}

/// A word, or a list of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OneOrMore<T>(pub Vec<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Words(PhantomData)).map(Self)
    }
}

struct Words<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Words<T> {
    type Value = Vec<T>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a word in quotes, or a list of such words")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Self::Value, E> {
        let word: value::StrDeserializer<'_, E> = word.into_deserializer();
        T::deserialize(word).map(|word| vec![word])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(word) = words.next_element()? {
            all.push(word);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Panel, String> {
        let panel: Panel = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        panel.mistake().map_or(Ok(panel), |(key, sentence)| Err(format!("{key}: {sentence}")))
    }

    #[test]
    fn a_side_is_a_word_or_a_list() {
        let panel = parse("left = 'rpm'\nright = ['fuel', 'coolant']").unwrap();
        assert_eq!((panel.left, panel.right), (vec![Left::Rpm], vec![Right::Fuel, Right::Coolant]));
        assert_eq!(parse("").unwrap(), Panel::default());
        assert_eq!(parse("layout = 'race'").unwrap().layout, Layout::Race);
        assert_eq!(parse("left = []").unwrap().left, []);
        let one_side = parse("right = ['fuel', 'coolant']").unwrap();
        assert_eq!(one_side.sides(), (vec!["rpm", "power", "oil"], vec!["fuel", "coolant"]));
        let other = parse("left = ['rpm', 'fuel']").unwrap();
        assert_eq!(other.sides(), (vec!["rpm", "fuel"], vec!["charge", "volts"]));
    }

    #[test]
    fn what_cannot_be_is_refused_with_the_reason() {
        for (text, words) in [
            ("left = 'boost'", "rpm"),
            ("right = 'rpm'", "coolant"),
            ("right = ['fuel', 3]", "wanted string"),
            ("layout = 'sport'", "race"),
            ("center = 'rpm'", "center"),
            ("left = ['coolant', 'coolant']", "twice"),
            ("left = 'fuel'\nright = 'fuel'", "twice"),
            ("left = ['coolant', 'oil', 'volts']\nright = 'fuel'", "room for 2"),
            ("rpm_max = 500", "rpm_max"),
            ("rpm_red = 9000", "8000"),
            ("power_kw = [10, 100]", "0 between"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
