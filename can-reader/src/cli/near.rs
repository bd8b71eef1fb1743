//! Ids that were on the bus, held against those that were wanted: the commonest slip is one bit away.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::{FrameId, IdFilter};

/// So many ids are named; the rest is only counted.
const NAMED: usize = 4;

/// Coarse stamps give two or three frames of a message the same time; that so many of ten are no later than the one
/// before is no clock.
const STILL_OF_TEN: u64 = 9;

/// Fewer frames of one id prove nothing.
const FRAMES_FOR_CLOCK: u64 = 3;

/// What was seen of each id.
#[derive(Debug, Default)]
pub(super) struct SeenIds(HashMap<FrameId, Seen>);

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    frames: u64,
    newest_us: u64,
    /// Frames that were no later than one before them.
    still: u64,
}

impl SeenIds {
    /// Counts a frame.
    pub fn add(&mut self, id: FrameId) {
        self.0.entry(id).or_default().frames += 1;
    }

    /// Counts a frame with its time stamp.
    pub fn add_at(&mut self, id: FrameId, wall_us: u64) {
        let seen = self.0.entry(id).or_default();
        seen.still += u64::from(seen.frames > 0 && wall_us <= seen.newest_us);
        seen.frames += 1;
        seen.newest_us = seen.newest_us.max(wall_us);
    }

    /// Whether the time stamps stand still, or are differences: hardly any frame is later than the one before it.
    pub fn clock_stands_still(&self) -> bool {
        let often = self.0.values().filter(|seen| seen.frames >= FRAMES_FOR_CLOCK);
        let (steps, still) = often.fold((0, 0), |(s, t), seen| (s + seen.frames - 1, t + seen.still));
        steps > 0 && still * 10 >= steps * STILL_OF_TEN
    }

    /// A clause on the seen ids that are near to wanted ones; nothing where none is.
    pub fn near(&self, wanted: &[IdFilter]) -> String {
        let mut found: Vec<_> = self
            .0
            .iter()
            .filter_map(|(seen, frames)| {
                wanted.iter().find_map(|want| Some((*seen, frames.frames, likeness(*seen, *want)?)))
            })
            .collect();
        found.sort_by_key(|(seen, frames, _)| (std::cmp::Reverse(*frames), *seen));
        let mut text = String::new();
        for (seen, frames, how) in found.iter().take(NAMED) {
            let plural = if *frames == 1 { "" } else { "s" };
            // Writing to a String cannot fail.
            let _ = write!(text, "; {seen} is near ({frames} frame{plural}): {how}");
        }
        if found.len() > NAMED {
            let _ = write!(text, "; {} more ids are near", found.len() - NAMED);
        }
        text
    }
}

/// Ids for a sentence: `1D0` or `1D0, 1D1 or 2 more`.
pub(super) fn list(ids: &[impl ToString]) -> String {
    let named: Vec<_> = ids.iter().take(NAMED).map(ToString::to_string).collect();
    let rest = ids.len().saturating_sub(NAMED);
    let more = if rest > 0 { format!(" or {rest} more") } else { String::new() };
    named.join(", ") + &more
}

/// How an id is like those that are wanted, where it is.
fn likeness(seen: FrameId, wanted: IdFilter) -> Option<String> {
    if wanted.matches(seen) {
        return None;
    }
    let is_other_width = match seen {
        FrameId::Extended(number) => {
            u16::try_from(number).is_ok_and(|number| wanted == FrameId::Standard(number).into())
        }
        FrameId::Standard(number) => wanted == FrameId::Extended(u32::from(number)).into(),
    };
    match (is_other_width, seen) {
        (true, FrameId::Extended(_)) => Some(format!("the same number with 29 bits, where {wanted} has 11")),
        (true, FrameId::Standard(_)) => Some(format!("the same number with 11 bits, where {wanted} has 29")),
        (false, _) => of_same_group(seen, wanted),
    }
}

/// The same group of J1939, and what else differs.
fn of_same_group(seen: FrameId, wanted: IdFilter) -> Option<String> {
    let (pgn, source) = (seen.pgn()?, seen.source_address()?);
    if !IdFilter::pgn(pgn, None).covers(wanted) {
        return None;
    }
    let differs = match wanted.source() {
        Some(wanted) if wanted != source => {
            format!("from source address {source:02X}, and {wanted:02X} is wanted")
        }
        _ => "with another priority or destination".to_owned(),
    };
    Some(format!("the same J1939 group as {wanted} (PGN {pgn}), {differs}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(seen: FrameId, wanted: impl Into<IdFilter>) -> String {
        let mut ids = SeenIds::default();
        ids.add(seen);
        ids.near(&[wanted.into()])
    }

    #[test]
    fn width_and_group() {
        let (short, long) = (FrameId::Standard(0x1D0), FrameId::Extended(0x1D0));
        assert_eq!(
            near(long, short),
            "; 000001D0 is near (1 frame): the same number with 29 bits, where 1D0 has 11"
        );
        assert!(near(short, long).contains("the same number with 11 bits"));
        assert_eq!(near(FrameId::Standard(0x1D1), short), "");
        assert_eq!(near(FrameId::Standard(0x70B), FrameId::Extended(0x18FE_BF0B)), "");
    }

    #[test]
    fn the_same_group_and_what_differs() {
        let ext = FrameId::Extended;
        // EBC2 from another source, as one id and as a group.
        assert_eq!(
            near(ext(0x18FE_BF0B), ext(0x0CFE_BF00)),
            "; 18FEBF0B is near (1 frame): the same J1939 group as 0CFEBF00 (PGN 65215), from source address 0B, and 00 \
             is wanted"
        );
        let chosen = near(ext(0x18FE_BF0B), IdFilter::pgn(65215, Some(0)));
        assert!(
            chosen.contains("as PGN 65215 from 00 (PGN 65215), from source address 0B, and 00"),
            "{chosen}"
        );
        let other = "with another priority or destination";
        assert!(near(ext(0x18FE_BF0B), ext(0x0CFE_BF0B)).contains(other));
        // PDU1: to another destination.
        assert!(near(ext(0x18EA_FF02), ext(0x18EA_0002)).contains(other));
        assert!(near(ext(0x18EA_FF01), ext(0x18EA_0002)).contains("PGN 59904"));
        // What is wanted is not near, and neither is another group.
        assert_eq!(near(ext(0x18FE_BF0B), IdFilter::pgn(65215, None)), "");
        assert_eq!(near(ext(0x18FE_BF0B), IdFilter::pgn(65214, Some(0))), "");
        assert_eq!(near(ext(0x18FE_BF0B), ext(0x18FE_BE0B)), "");
    }

    #[test]
    fn a_clock_that_does_not_go_on() {
        let stands_still = |stamps: &[u64]| {
            let mut ids = SeenIds::default();
            stamps.iter().for_each(|us| ids.add_at(FrameId::Standard(1), *us));
            ids.clock_stands_still()
        };
        assert!(stands_still(&[0; 5]));
        assert!(stands_still(&[
            0, 20_000, 20_000, 19_999, 20_000, 20_001, 20_000, 20_000, 19_000, 20_000, 1, 2, 3, 4, 5, 6, 7,
            8, 9, 10, 11
        ]));
        // Of 50 ms.
        assert!(!stands_still(&[0, 0, 0, 50, 50, 100, 100, 100]));
        assert!(!stands_still(&[0, 0]) && !stands_still(&[]));
    }

    #[test]
    fn few_are_named_and_the_rest_is_counted() {
        let mut ids = SeenIds::default();
        (0..6).for_each(|source| ids.add(FrameId::Extended(0x18FE_BF00 + source)));
        let text = ids.near(&[FrameId::Extended(0x18FE_BFFF).into()]);
        assert_eq!(text.matches(" is near").count(), NAMED);
        assert!(text.ends_with("; 2 more ids are near"), "{text}");
        let ids: Vec<_> = (0..6).map(FrameId::Standard).collect();
        assert_eq!(list(&ids), "000, 001, 002, 003 or 2 more");
        assert_eq!(list(&ids[..2]), "000, 001");
    }
}
