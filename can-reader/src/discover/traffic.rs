//! What the log holds, by message: few bytes a frame, and of each message as many frames as the search looks at.

use std::collections::BTreeMap;

use super::kept::Kept;
use super::pages::{self, Page};
use crate::dbc::ByteOrder;
use crate::frame::{Frame, FrameId, FrameKind};

/// Frames of a message that the search looks at, evenly chosen.
const MOST: usize = 2500;

/// Messages with fewer frames tell nothing.
pub(super) const FEWEST: usize = 16;

/// Bytes of a word: messages of CAN FD are looked at in such pieces.
const WORD: usize = 8;

/// When, seconds since the first frame of the log, and what.
pub(super) type Dated<'a> = (f64, &'a [u8]);

/// The frames of a log.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    messages: BTreeMap<(String, FrameId), Kept>,
    is_bounded: bool,
    frames: u64,
    first: Option<f64>,
    last: f64,
}

/// Eight bytes of a message.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub bus: String,
    pub id: FrameId,
    /// The first of its bytes in the message.
    pub byte: usize,
    /// How many of its bytes the message has.
    pub size: usize,
    /// Which page of the message it is, where that says different things in turn.
    pub page: Option<Page>,
    /// How many frames the message has, and a page of it.
    pub frames: usize,
    /// Seconds since the first frame of the log.
    pub at: Vec<f64>,
    /// The bytes, the first one highest; what is missing is 0.
    pub words: Vec<u64>,
    /// How often a bit differs from one looked at to the next, 0 to 1, by its place in the word of each byte order.
    flips: [[f64; 64]; 2],
}

impl Traffic {
    /// Nothing yet; of a message with very many frames it will keep some, spread over the log, so that memory does not grow with it.
    #[must_use]
    pub fn bounded() -> Self {
        Self { is_bounded: true, ..Self::default() }
    }

    /// Takes a frame of an interface, in the order of the log.
    pub fn add(&mut self, interface: &str, frame: &Frame) {
        if frame.kind == FrameKind::Remote {
            return;
        }
        self.frames += 1;
        let at = frame.stamp.at.as_secs_f64();
        let first = *self.first.get_or_insert(at);
        self.last = self.last.max(at - first);
        // Frames come in the order of their messages seldom enough that one look-up each is what it costs.
        let message = self.messages.entry((interface.to_owned(), frame.id)).or_default();
        message.add(self.is_bounded, at - first, &frame.payload);
    }

    /// Data frames.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Different messages: an id on two interfaces is two.
    #[must_use]
    pub fn ids(&self) -> usize {
        self.messages.len()
    }

    /// From the first frame to the last, seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.last
    }

    /// On the source's clock, seconds: when the first frame came.
    #[must_use]
    pub fn start(&self) -> f64 {
        self.first.unwrap_or_default()
    }

    /// All data frames that are kept, evenly spread, in the order of their times: interface, id, seconds since the first frame, and bytes.
    pub fn in_order(&self) -> impl Iterator<Item = (&str, FrameId, f64, &[u8])> {
        let messages = self.messages.iter().map(|((bus, id), message)| {
            message.each().map(move |(at, bytes)| (bus.as_str(), *id, at, bytes)).peekable()
        });
        let mut messages: Vec<_> = messages.collect();
        std::iter::from_fn(move || {
            let waiting = messages.iter_mut().filter_map(|message| Some((message.peek()?.2, message)));
            let (_, message) = waiting.min_by(|(one, _), (other, _)| one.total_cmp(other))?;
            message.next()
        })
    }

    /// What is to be searched, in the order of interfaces and ids.
    pub(super) fn views(&self) -> Vec<View> {
        self.messages.iter().flat_map(|((bus, id), message)| views(message, bus, *id)).collect()
    }

    /// All frames that are kept of the ids that `wanted` takes: interface, id, seconds and bytes.
    pub(super) fn frames_of(
        &self,
        wanted: impl Fn(FrameId) -> bool,
    ) -> impl Iterator<Item = (&str, FrameId, f64, &[u8])> {
        let chosen = self.messages.iter().filter(move |((_, id), _)| wanted(*id));
        chosen
            .flat_map(|((bus, id), message)| message.each().map(|(at, bytes)| (bus.as_str(), *id, at, bytes)))
    }
}

/// Frames of the commonest length: what they mean does not change from one to the next, or does so page by page.
fn views(message: &Kept, bus: &str, id: FrameId) -> Vec<View> {
    let size = message.size();
    let frames: Vec<_> = message.each().filter(|(_, bytes)| bytes.len() == size).collect();
    if frames.len() < FEWEST || size == 0 {
        return Vec::new();
    }
    pages::split(&frames, &message.runs(size), |part| {
        let all = message.seen as f64 * part.len() as f64 / frames.len() as f64;
        pieces(part, size, &View { bus: bus.to_owned(), id, frames: all.round() as usize, ..View::default() })
    })
}

/// The views of these frames, which have `size` bytes, of the message that `of` says.
fn pieces(frames: &[Dated<'_>], size: usize, of: &View) -> Vec<View> {
    let chosen: Vec<_> = frames.iter().step_by(frames.len().div_ceil(MOST)).collect();
    // Pieces of a long frame overlap by half, so that a number that lies across an edge is whole in one of them.
    let starts = (0..size).step_by(WORD / 2).take_while(|start| *start == 0 || start + WORD / 2 < size);
    let view = |byte: usize| {
        let words: Vec<_> = chosen.iter().map(|(_, bytes)| word(bytes, byte)).collect();
        let flips = [flips(&words, ByteOrder::Motorola), flips(&words, ByteOrder::Intel)];
        let at = chosen.iter().map(|(at, _)| *at).collect();
        View { byte, size: (size - byte).min(WORD), at, words, flips, ..of.clone() }
    };
    starts.map(view).collect()
}

/// Eight bytes from this one on, the first one highest; what is missing is 0.
pub(super) fn word(bytes: &[u8], byte: usize) -> u64 {
    let mut word = [0; WORD];
    let rest = &bytes[byte..bytes.len().min(byte + WORD)];
    word[..rest.len()].copy_from_slice(rest);
    u64::from_be_bytes(word)
}

/// The word as a number in a byte order.
pub(super) const fn ordered(word: u64, order: ByteOrder) -> u64 {
    match order {
        ByteOrder::Motorola => word,
        ByteOrder::Intel => word.swap_bytes(),
    }
}

fn flips(words: &[u64], order: ByteOrder) -> [f64; 64] {
    let mut counts = [0_u32; 64];
    for pair in words.windows(2) {
        let mut differ = ordered(pair[0] ^ pair[1], order);
        while differ != 0 {
            counts[differ.trailing_zeros() as usize] += 1;
            differ &= differ - 1;
        }
    }
    counts.map(|count| f64::from(count) / words.len().saturating_sub(1).max(1) as f64)
}

impl Default for View {
    /// Without frames.
    fn default() -> Self {
        let (bus, id) = (String::new(), FrameId::Standard(0));
        let (at, words, flips) = (Vec::new(), Vec::new(), [[0.0; 64]; 2]);
        Self { bus, id, byte: 0, size: 0, page: None, frames: 0, at, words, flips }
    }
}

impl View {
    /// The lowest place of a bit that the message has, in the word of a byte order.
    pub fn lowest(&self, order: ByteOrder) -> i32 {
        if order == ByteOrder::Motorola { 64 - 8 * self.size as i32 } else { 0 }
    }

    /// The highest one.
    pub fn highest(&self, order: ByteOrder) -> i32 {
        if order == ByteOrder::Motorola { 63 } else { 8 * self.size as i32 - 1 }
    }

    /// How often the bit at a place of the word differs from one frame to the next, 0 to 1.
    pub fn flips(&self, order: ByteOrder, place: i32) -> f64 {
        let row = &self.flips[usize::from(order == ByteOrder::Intel)];
        usize::try_from(place).ok().and_then(|place| row.get(place)).copied().unwrap_or_default()
    }

    /// The number of its page.
    pub fn page(&self) -> Option<u8> {
        self.page.as_ref().map(|page| page.value)
    }

    /// Frames a second.
    pub fn rate(&self, seconds: f64) -> f64 {
        self.frames as f64 / seconds.max(1.0)
    }

    /// Which of the bits were ever 1.
    pub fn used(&self, order: ByteOrder) -> u64 {
        ordered(self.words.iter().fold(0, |all, word| all | word), order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Payload, Stamp};
    use std::time::Duration;

    fn traffic(payload: impl Fn(u64) -> Vec<u8>, count: u64) -> Traffic {
        let mut traffic = Traffic::default();
        for n in 0..count {
            let stamp = Stamp { at: Duration::from_millis(1000 + n * 10), wall_us: 0 };
            let payload = Payload::new(&payload(n)).unwrap();
            traffic.add(
                "can0",
                &Frame { stamp, id: FrameId::Standard(0x123), kind: FrameKind::Classical, payload },
            );
        }
        traffic
    }

    #[test]
    fn a_message_is_words_of_the_commonest_length() {
        let traffic = traffic(|n| if n % 5 == 0 { vec![9] } else { vec![1, 2, n as u8] }, 100);
        assert_eq!((traffic.frames(), traffic.ids(), traffic.seconds()), (100, 1, 0.99));
        let views = traffic.views();
        let [view] = views.as_slice() else { panic!("{views:?}") };
        assert_eq!((view.size, view.words.len(), view.words[0] >> 40), (3, 80, 0x01_02_01));
        assert_eq!((view.lowest(ByteOrder::Motorola), view.highest(ByteOrder::Intel)), (40, 23));
        assert!(view.flips(ByteOrder::Motorola, 40) > 0.7 && view.flips(ByteOrder::Intel, 16) > 0.7);
        assert_eq!(view.flips(ByteOrder::Motorola, 63), 0.0);
        assert_eq!(ordered(view.used(ByteOrder::Motorola), ByteOrder::Intel), view.used(ByteOrder::Intel));
    }

    #[test]
    fn of_very_many_frames_some_are_kept_in_equal_parts() {
        let mut traffic = Traffic::bounded();
        for n in 0..200_000_u64 {
            crate::discover::sample::put(&mut traffic, 0x123, n as f64 * 0.01, n % 4);
        }
        let kept: Vec<_> = traffic.in_order().collect();
        assert!((6000..12_500).contains(&kept.len()), "{}", kept.len());
        // Over the whole log, with no long gap, and of what comes in turn as many of each.
        let apart = kept.windows(2).map(|pair| pair[1].2 - pair[0].2).fold(0.0, f64::max);
        assert!(apart < 0.01 * 2.0 * 32.0 && kept.last().unwrap().2 > 1999.0, "{apart}");
        for part in 0..4 {
            let count = kept.iter().filter(|(.., bytes)| bytes[7] == part).count();
            assert!((kept.len() / 5..kept.len() / 3).contains(&count), "{part}: {count}");
        }
        assert_eq!((traffic.frames(), traffic.views()[0].frames), (200_000, 200_000));
    }

    #[test]
    fn frames_come_out_in_the_order_in_which_they_came() {
        let mut traffic = Traffic::default();
        let sent =
            [(0x300_u16, 0.0, 1_u8), (0x100, 0.01, 2), (0x100, 0.02, 3), (0x300, 0.03, 4), (0x200, 0.04, 5)];
        for (id, at, byte) in sent {
            let stamp = Stamp { at: Duration::from_secs_f64(7.0 + at), wall_us: 0 };
            let (id, payload) = (FrameId::Standard(id), Payload::new(&[byte, byte]).unwrap());
            traffic.add("can0", &Frame { stamp, id, kind: FrameKind::Classical, payload });
        }
        let out: Vec<_> = traffic.in_order().collect();
        assert_eq!(out.len(), sent.len());
        for ((interface, id, at, bytes), (sent_id, sent_at, byte)) in out.into_iter().zip(sent) {
            assert_eq!((interface, id, bytes), ("can0", FrameId::Standard(sent_id), [byte, byte].as_slice()));
            assert!((at - sent_at).abs() < 1e-6, "{at}");
        }
    }

    #[test]
    fn long_messages_are_looked_at_in_pieces_and_short_ones_not_at_all() {
        let starts = |size: usize, count| -> Vec<usize> {
            traffic(|_| vec![0; size], count).views().iter().map(|view| view.byte).collect()
        };
        assert_eq!(starts(8, 20), [0]);
        assert_eq!(starts(12, 20), [0, 4]);
        assert_eq!(starts(24, 20), [0, 4, 8, 12, 16]);
        assert!(starts(8, 15).is_empty());
        assert_eq!(traffic(|_| vec![0; 8], 10_000).views()[0].words.len(), MOST);
    }
}
