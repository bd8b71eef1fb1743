//! For tests: made-up messages and drives.

use std::time::Duration;

use super::traffic::{Traffic, View};
use crate::frame::{Frame, FrameId, FrameKind, Payload, Stamp};

/// One message of eight bytes each 20 ms: the word, first byte highest, by the number of the frame.
pub(super) fn views(count: u64, word: impl Fn(u64) -> u64) -> Vec<View> {
    let mut traffic = Traffic::default();
    (0..count).for_each(|n| put(&mut traffic, 0x100, n as f64 * 0.02, word(n)));
    traffic.views()
}

/// A frame of eight bytes.
pub(super) fn put(traffic: &mut Traffic, id: u16, at: f64, word: u64) {
    let payload = Payload::new(&word.to_be_bytes()).unwrap_or(Payload::empty());
    let stamp = Stamp { at: Duration::from_secs_f64(at), wall_us: 0 };
    traffic.add("can0", &Frame { stamp, id: FrameId::Standard(id), kind: FrameKind::Classical, payload });
}
