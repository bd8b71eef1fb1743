//! Multiplexing: which signals a payload holds depends on the value of another signal in it.
//!
//! Simple: one multiplexor `M`, and signals `mN` that are there when its raw value is N. Extended:
//! `SG_MUL_VAL_` names the multiplexor of a signal and the ranges of values that select it, and a
//! signal `mNM` is selected by one multiplexor and is itself another.

use std::collections::HashMap;

use can_dbc::MultiplexIndicator;

use super::field::Field;

/// A multiplexor must have one of these raw values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    selector: Field,
    /// Inclusive, never empty, each within reach of the selector's bits.
    ranges: Box<[(u64, u64)]>,
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
    /// By signal name: what its file says, and its bits where they can be had.
    signals: HashMap<&'a str, (MultiplexIndicator, Option<Field>)>,
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
        let mut mux = Self { signals: HashMap::new(), extended, root: None, multiplexors: 0 };
        let mut roots = 0;
        for (name, indicator, field) in signals {
            if indicator == MultiplexIndicator::Multiplexor {
                roots += 1;
                mux.root = (roots == 1).then_some(name);
            }
            let nested = matches!(indicator, MultiplexIndicator::MultiplexorAndMultiplexedSignal(_));
            mux.multiplexors += usize::from(nested || indicator == MultiplexIndicator::Multiplexor);
            mux.signals.insert(name, (indicator, field));
        }
        mux
    }

    /// Everything that must hold for `name` to be in a payload, the outermost first; the error says why
    /// it can never be known.
    pub(super) fn conditions(&self, name: &'a str) -> Result<Box<[Condition]>, String> {
        let mut conditions = Vec::new();
        let mut current = name;
        while let Some(Link { multiplexor, ranges }) = self.link(current)? {
            if conditions.len() >= self.signals.len() {
                return Err(format!("its multiplexor {multiplexor} is selected by itself"));
            }
            let Some((_, field)) = self.signals.get(multiplexor) else {
                return Err(format!("its multiplexor {multiplexor} is not in the message"));
            };
            let Some(selector) = *field else {
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
            current = multiplexor;
        }
        conditions.reverse();
        Ok(conditions.into())
    }

    /// For people: nothing, `M`, `m3 of MODE`, `m1M of MODE 1-3,7`.
    pub(super) fn describe(&self, name: &'a str) -> String {
        let mark = match self.signals.get(name).map(|(indicator, _)| indicator) {
            None | Some(MultiplexIndicator::Plain) => return String::new(),
            Some(MultiplexIndicator::Multiplexor) => "M".to_owned(),
            Some(MultiplexIndicator::MultiplexedSignal(value)) => format!("m{value}"),
            Some(MultiplexIndicator::MultiplexorAndMultiplexedSignal(value)) => format!("m{value}M"),
        };
        let Ok(Some(link)) = self.link(name) else { return mark };
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

    fn link(&self, name: &'a str) -> Result<Option<Link<'a>>, String> {
        let indicator = self.signals.get(name).map_or(MultiplexIndicator::Plain, |(indicator, _)| *indicator);
        let value = match indicator {
            MultiplexIndicator::Plain => return Ok(None),
            MultiplexIndicator::Multiplexor => None,
            MultiplexIndicator::MultiplexedSignal(value)
            | MultiplexIndicator::MultiplexorAndMultiplexedSignal(value) => Some(value),
        };
        if let Some((multiplexor, ranges)) = self.extended.and_then(|extended| extended.get(name)) {
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
