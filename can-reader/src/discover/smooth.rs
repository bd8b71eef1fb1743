//! Numbers that run smoothly: where in a message a number can begin.
//!
//! The top bit of a number that moves as a heavy thing does changes seldom. Each bit that does is tried as one, and the bits
//! below it are read as a number; it is kept where it makes no leaps.

use std::sync::Arc;

use super::traffic::{View, ordered};
use crate::dbc::ByteOrder;

/// Top bits of smooth numbers change from one frame to the next less often than this.
const SELDOM: f64 = 0.2;

/// Numbers are looked at with so many bits at most.
const WIDEST: i32 = 16;

/// Where a number lies in a view, and which of its frames have a value.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Index of the view.
    pub view: usize,
    pub order: ByteOrder,
    pub signed: bool,
    /// Which frames have a value; `None`: all.
    pub valid: Option<Arc<[bool]>>,
    /// Place of the highest bit in the word of its order.
    pub high: i32,
    /// Place of the lowest bit.
    pub low: i32,
}

/// A number that runs smoothly.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub member: Member,
    /// Root of the mean square of its steps, as a share of its range.
    pub rough: f64,
}

impl Member {
    pub fn width(&self) -> i32 {
        self.high - self.low + 1
    }

    /// The raw value of a word.
    pub fn raw(&self, word: u64) -> i64 {
        let width = self.width();
        let value = (ordered(word, self.order) >> self.low) & ((1 << width) - 1);
        let value = value as i64;
        if self.signed && value >= 1 << (width - 1) { value - (1 << width) } else { value }
    }

    /// Time and raw value of each frame that has one.
    pub fn values<'a>(&'a self, view: &'a View) -> impl Iterator<Item = (f64, f64)> + 'a {
        let is_valid = |n: usize| self.valid.as_ref().is_none_or(|valid| valid[n]);
        let all = view.at.iter().zip(&view.words).enumerate();
        all.filter(move |(n, _)| is_valid(*n)).map(|(_, (at, word))| (*at, self.raw(*word) as f64))
    }

    /// Byte and bit of the message, by the place in the word of its order.
    pub fn bit(&self, view: &View, place: i32) -> (usize, i32) {
        let byte = if self.order == ByteOrder::Motorola { 7 - place / 8 } else { place / 8 };
        (view.byte + byte as usize, place % 8)
    }

    /// Start bit as a DBC file has it, if the number has `length` bits above and with its lowest.
    pub fn start(&self, view: &View, length: i32) -> usize {
        match self.order {
            ByteOrder::Intel => view.byte * 8 + self.low as usize,
            ByteOrder::Motorola => {
                let (byte, bit) = self.bit(view, self.low + length - 1);
                byte * 8 + bit as usize
            }
        }
    }
}

/// All smooth numbers: one for each top bit, in the byte order in which it runs more smoothly, or in both where they are alike.
pub(super) fn numbers(views: &[View]) -> Vec<Number> {
    let all = (0..views.len()).flat_map(|n| of_view(n, &views[n]));
    all.filter(|number| super::pages::is_at_home(&number.member, views)).collect()
}

fn of_view(index: usize, view: &View) -> Vec<Number> {
    let Some(even) = evenly(view) else { return Vec::new() };
    let mut found: Vec<Number> = Vec::new();
    for order in [ByteOrder::Motorola, ByteOrder::Intel] {
        let lowest = view.lowest(order);
        for high in (lowest + 4..=view.highest(order)).rev() {
            let flips = view.flips(order, high);
            if flips == 0.0 || flips > SELDOM {
                continue;
            }
            let member = |width| Member {
                view: index,
                order,
                signed: false,
                valid: None,
                high,
                low: high - width + 1,
            };
            let widths = [WIDEST, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5]
                .into_iter()
                .filter(|width| high - width + 1 >= lowest);
            found.extend(widths.map(member).find_map(|member| smooth(member, view, &even)));
        }
    }
    // A signed number one bit below another is that one, cut off.
    let is_cut = |number: &Number| {
        let up = |other: &Number| {
            other.member.order == number.member.order && other.member.high == number.member.high + 1
        };
        number.member.signed && found.iter().any(up)
    };
    let whole: Vec<_> = found.iter().filter(|number| !is_cut(number)).collect();
    let top = |number: &Number| number.member.bit(view, number.member.high);
    let is_smoothest = |number: &&&Number| {
        let same = whole.iter().filter(|other| top(other) == top(number));
        let least = same.map(|other| other.rough).fold(f64::MAX, f64::min);
        number.rough <= least * 1.02
    };
    whole.iter().filter(is_smoothest).map(|number| (*number).clone()).collect()
}

/// Which steps from one frame to the next take no longer than usual: over gaps of the logger a number may leap.
fn evenly(view: &View) -> Option<Vec<bool>> {
    let gaps: Vec<_> = view.at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let most = (2.5 * super::stats::median(gaps.iter().copied())).max(0.05);
    let even: Vec<_> = gaps.iter().map(|gap| *gap <= most).collect();
    (even.iter().filter(|even| **even).count() >= 10).then_some(even)
}

/// The number if it is smooth: with all values, without those of all ones ("not available"), or as a signed number.
fn smooth(member: Member, view: &View, even: &[bool]) -> Option<Number> {
    let values: Vec<_> = view.words.iter().map(|word| member.raw(*word)).collect();
    let width = member.width();
    let void = (1 << width) - 1;
    let count = values.iter().filter(|value| **value == void).count();
    if width >= 8 && count > 0 && count * 2 < values.len() {
        let known: Vec<_> = values.iter().copied().filter(|value| *value != void).collect();
        if let Some(rough) = steps(&known, None) {
            let valid = values.iter().map(|value| *value != void).collect();
            return Some(Number { member: Member { valid: Some(valid), ..member }, rough });
        }
    }
    if let Some(rough) = steps(&values, Some(even)) {
        return Some(Number { member, rough });
    }
    let half = 1 << (width - 1);
    let values: Vec<_> =
        values.iter().map(|value| if *value >= half { value - 2 * half } else { *value }).collect();
    let rough = steps(&values, Some(even))?;
    Some(Number { member: Member { signed: true, ..member }, rough })
}

/// How rough the steps are of what makes no leaps: a share of the range.
fn steps(values: &[i64], even: Option<&[bool]>) -> Option<f64> {
    let (least, most) = (*values.iter().min()?, *values.iter().max()?);
    let range = most - least;
    if range < 8 {
        return None;
    }
    let (mut sum, mut count, mut squares) = (0, 0, 0.0);
    for (n, pair) in values.windows(2).enumerate() {
        let step = (pair[1] - pair[0]).abs();
        squares += (step * step) as f64;
        if even.is_none_or(|even| even[n]) {
            if step * 10 > range * 4 {
                return None;
            }
            (sum, count) = (sum + step, count + 1);
        }
    }
    let range = range as f64;
    if count == 0 || sum as f64 / f64::from(count) > 0.08 * range {
        return None;
    }
    Some((squares / (values.len() - 1) as f64).sqrt() / range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::sample::views;

    /// A ramp of 13 bits up and down in 200 frames, beside a counter.
    fn ramp(n: u64) -> u64 {
        let n = n % 200;
        if n < 100 { n * 40 } else { (200 - n) * 40 }
    }

    fn tops(views: &[View]) -> Vec<(ByteOrder, i32, bool)> {
        numbers(views).iter().map(|n| (n.member.order, n.member.high, n.member.signed)).collect()
    }

    #[test]
    fn a_ramp_is_found_at_its_top_bit_and_a_counter_is_none() {
        let views = views(400, |n| ramp(n) << 20 | (n & 15));
        assert!(tops(&views).contains(&(ByteOrder::Motorola, 31, false)), "{:?}", tops(&views));
        assert!(numbers(&views).iter().all(|n| n.member.high >= 20 || n.member.order == ByteOrder::Intel));
        let views = super::super::sample::views(400, |n| (ramp(n) << 20).swap_bytes());
        assert!(tops(&views).contains(&(ByteOrder::Intel, 31, false)), "{:?}", tops(&views));
    }

    #[test]
    fn all_ones_now_and_then_are_no_value_and_a_negative_number_is_signed() {
        let views = views(400, |n| if n % 50 < 3 { 0xFFFF << 16 } else { ramp(n) << 16 });
        let found = numbers(&views);
        let number = found.iter().find(|n| n.member.valid.is_some()).unwrap();
        assert!(number.member.values(&views[0]).all(|(_, value)| value <= 4000.0), "{number:?}");
        let views = super::super::sample::views(400, |n| ((ramp(n) as i64 - 2000) as u64 & 0xFFFF) << 16);
        let found = numbers(&views);
        assert!(
            found
                .iter()
                .any(|n| n.member.signed && n.member.values(&views[0]).any(|(_, value)| value < -1900.0)),
            "{found:?}"
        );
    }

    #[test]
    fn places_are_those_of_a_dbc_file() {
        let views = views(20, |_| 0);
        let at = |order, high, low| Member { view: 0, order, signed: false, valid: None, high, low };
        assert_eq!(at(ByteOrder::Motorola, 63, 49).start(&views[0], 15), 7);
        assert_eq!(at(ByteOrder::Motorola, 48, 34).start(&views[0], 15), 8);
        assert_eq!(at(ByteOrder::Intel, 27, 16).start(&views[0], 12), 16);
        assert_eq!(at(ByteOrder::Motorola, 63, 56).bit(&views[0], 63), (0, 7));
    }
}
