//! Multiplexing: which signals a payload holds depends on the value of another signal in it.
//!
//! Simple: one multiplexor `M`, and signals `mN` that are there when its raw value is N. Extended:
//! `SG_MUL_VAL_` names the multiplexor of a signal and the ranges of values that select it, and a
//! signal `mNM` is selected by one multiplexor and is itself another.
//!
//! Signals on different pages may have one name: what belongs to which is known by their places in the message.

use std::collections::HashMap;

use can_dbc::MultiplexIndicator;

use super::field::Field;

/// A multiplexor must have one of these raw values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    pub(super) selector: Field,
    /// Inclusive, never empty, each within reach of the selector's bits.
    pub(super) ranges: Box<[(u64, u64)]>,
}

impl Condition {
    #[inline]
    pub(super) fn holds(&self, payload: &[u8]) -> bool {
        self.selector.get(payload).is_some_and(|raw| self.selected_by(raw))
    }

    /// Sets the multiplexor to the first value that selects, unless the one it has does.
    pub(super) fn fulfil(&self, payload: &mut [u8]) -> Option<()> {
        if self.selected_by(self.selector.get(payload)?) {
            return Some(());
        }
        self.selector.set(self.ranges.first()?.0, payload)
    }

    pub(super) fn last_byte(&self) -> usize {
        self.selector.last_byte()
    }

    fn selected_by(&self, raw: u64) -> bool {
        self.ranges.iter().any(|&(low, high)| (low..=high).contains(&raw))
    }
}

/// `SG_MUL_VAL_` of one message: by signal, the name of its multiplexor and the ranges.
pub(super) type Extended<'a> = HashMap<&'a str, (&'a str, Vec<(u64, u64)>)>;

/// The multiplexing of one message.
pub(super) struct Multiplexing<'a> {
    /// In the order of the file: name, what the file says of it, and its bits where they can be had.
    signals: Vec<(&'a str, MultiplexIndicator, Option<Field>)>,
    extended: Option<&'a Extended<'a>>,
    root: Option<&'a str>,
    multiplexors: usize,
}

/// What selects a signal.
struct Link<'a> {
    multiplexor: &'a str,
    ranges: Vec<(u64, u64)>,
}

impl<'a> Multiplexing<'a> {
    /// `signals`: name, indicator and integer field of each signal, in the order of the file.
    pub(super) fn new(
        signals: impl Iterator<Item = (&'a str, MultiplexIndicator, Option<Field>)>,
        extended: Option<&'a Extended<'a>>,
    ) -> Self {
        let signals: Vec<_> = signals.collect();
        let mut mux = Self { signals, extended, root: None, multiplexors: 0 };
        let mut roots = 0;
        for (name, indicator, _) in &mux.signals {
            if *indicator == MultiplexIndicator::Multiplexor {
                roots += 1;
                mux.root = (roots == 1).then_some(*name);
            }
            mux.multiplexors += usize::from(is_multiplexor(*indicator));
        }
        mux
    }

    /// Everything that must hold for the signal in this place to be in a payload, the outermost first; the error says
    /// why it can never be known.
    pub(super) fn conditions(&self, place: usize) -> Result<Box<[Condition]>, String> {
        let mut conditions = Vec::new();
        let mut current = place;
        while let Some(Link { multiplexor, ranges }) = self.link(current)? {
            if conditions.len() >= self.signals.len() {
                return Err(format!("its multiplexor {multiplexor} is selected by itself"));
            }
            let parent = self.multiplexor(multiplexor)?;
            let Some(selector) = self.signals[parent].2 else {
                return Err(format!("its multiplexor {multiplexor} is not a usable integer signal"));
            };
            let reach = selector.mask();
            let ranges: Box<[_]> =
                ranges.into_iter().filter(|&(low, high)| low <= high && low <= reach).collect();
            if ranges.is_empty() {
                return Err(format!(
                    "its multiplexor {multiplexor} can have none of the values that select it"
                ));
            }
            conditions.push(Condition { selector, ranges });
            current = parent;
        }
        conditions.reverse();
        Ok(conditions.into())
    }

    /// For people: nothing, `M`, `m3 of MODE`, `m1M of MODE 1-3,7`.
    pub(super) fn describe(&self, place: usize) -> String {
        let mark = match self.signals[place].1 {
            MultiplexIndicator::Plain => return String::new(),
            MultiplexIndicator::Multiplexor => "M".to_owned(),
            MultiplexIndicator::MultiplexedSignal(value) => format!("m{value}"),
            MultiplexIndicator::MultiplexorAndMultiplexedSignal(value) => format!("m{value}M"),
        };
        let Ok(Some(link)) = self.link(place) else { return mark };
        let range =
            |&(low, high): &(u64, u64)| if low == high { low.to_string() } else { format!("{low}-{high}") };
        let ranges: Vec<_> = link.ranges.iter().map(range).collect();
        let ranges = ranges.join(",");
        // Mostly the value is in the mark already.
        let is_told = ranges == mark.trim_matches(['m', 'M']);
        if is_told {
            format!("{mark} of {}", link.multiplexor)
        } else {
            format!("{mark} of {} {ranges}", link.multiplexor)
        }
    }

    /// What the signal in this place is called: `SPEED`, or `SPEED:m1` where others on other pages have its name.
    pub(super) fn label(&self, place: usize) -> String {
        let (name, indicator, _) = self.signals[place];
        match page(indicator) {
            Some(page) if self.has_twin(place) => format!("{name}:m{page}"),
            _ => name.to_owned(),
        }
    }

    /// Whether another signal of the message has the same name.
    fn has_twin(&self, place: usize) -> bool {
        let name = self.signals[place].0;
        self.signals.iter().filter(|(other, ..)| *other == name).count() > 1
    }

    /// The place of the multiplexor of this name; of several the last, and one that is marked as such before others.
    fn multiplexor(&self, name: &str) -> Result<usize, String> {
        let last = |marked: bool| {
            let fits = |(other, indicator, _): &(&str, MultiplexIndicator, _)| {
                *other == name && (!marked || is_multiplexor(*indicator))
            };
            self.signals.iter().rposition(fits)
        };
        last(true)
            .or_else(|| last(false))
            .ok_or_else(|| format!("its multiplexor {name} is not in the message"))
    }

    fn link(&self, place: usize) -> Result<Option<Link<'a>>, String> {
        let (name, indicator, _) = self.signals[place];
        if indicator == MultiplexIndicator::Plain {
            return Ok(None);
        }
        let value = page(indicator);
        if let Some((multiplexor, ranges)) = self.extended.and_then(|extended| extended.get(name)) {
            // Of several signals of one name SG_MUL_VAL_ cannot tell which it means: each has its own page.
            if let Some(value) = value.filter(|_| self.has_twin(place)) {
                return Ok(Some(Link { multiplexor, ranges: vec![(value, value)] }));
            }
            let mut ranges = ranges.clone();
            // With one multiplexor the value in `mN` counts as well; with several it is a mere label.
            let label = value.filter(|_| self.multiplexors == 1);
            if let Some(value) = label.filter(|v| !ranges.iter().any(|&(low, high)| (low..=high).contains(v)))
            {
                ranges.push((value, value));
            }
            return Ok(Some(Link { multiplexor, ranges }));
        }
        match (value, self.root) {
            (None, _) => Ok(None),
            (Some(value), Some(root)) => Ok(Some(Link { multiplexor: root, ranges: vec![(value, value)] })),
            (Some(value), None) => Err(format!(
                "it is selected by value {value} of a multiplexor, and the message has no single multiplexor M; \
                 mark one, or add SG_MUL_VAL_"
            )),
        }
    }
}

fn is_multiplexor(indicator: MultiplexIndicator) -> bool {
    use MultiplexIndicator::{Multiplexor, MultiplexorAndMultiplexedSignal};
    matches!(indicator, Multiplexor | MultiplexorAndMultiplexedSignal(_))
}

/// The N of `mN` and `mNM`.
const fn page(indicator: MultiplexIndicator) -> Option<u64> {
    match indicator {
        MultiplexIndicator::MultiplexedSignal(value)
        | MultiplexIndicator::MultiplexorAndMultiplexedSignal(value) => Some(value),
        MultiplexIndicator::Plain | MultiplexIndicator::Multiplexor => None,
    }
}
