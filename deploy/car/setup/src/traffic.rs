//! What was heard on the bus, by id.

use std::collections::BTreeMap;
use std::time::Duration;

use can_reader::{Event, Frame, FrameId, FrameKind, SourceTime};

/// Frames of one id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How many.
    pub frames: u64,
    /// Least and most bytes of data.
    pub bytes: (usize, usize),
    /// What sort they are; the last one's.
    pub kind: FrameKind,
    first: SourceTime,
    last: SourceTime,
}

impl Seen {
    fn new(frame: &Frame) -> Self {
        let (length, at) = (frame.payload.len(), frame.stamp.at);
        Self { frames: 1, bytes: (length, length), kind: frame.kind, first: at, last: at }
    }

    fn add(&mut self, frame: &Frame) {
        let (length, at) = (frame.payload.len(), frame.stamp.at);
        self.frames += 1;
        self.bytes = (self.bytes.0.min(length), self.bytes.1.max(length));
        self.kind = frame.kind;
        self.last = self.last.max(at);
    }

    /// Mean time from one to the next, ms; `None` for a single one.
    #[must_use]
    pub fn period_ms(&self) -> Option<f64> {
        let gaps = self.frames.checked_sub(1).filter(|gaps| *gaps > 0)?;
        Some(self.last.saturating_sub(self.first).as_secs_f64() * 1000.0 / gaps as f64)
    }
}

/// Everything that was heard.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    ids: BTreeMap<FrameId, Seen>,
    /// Data and remote frames.
    pub frames: u64,
    /// Error frames: the controller's reports.
    pub errors: u64,
    /// The last of them, in words.
    pub last_error: Option<String>,
    /// Frames that the kernel dropped because this program was too slow.
    pub dropped: u64,
    /// Why nothing could be heard, at the end.
    pub down: Option<String>,
    /// How long it was listened.
    pub time: Duration,
}

/// The most lines of the table: a car has some hundred ids.
const MOST_LINES: usize = 40;

impl Traffic {
    /// Nothing yet, of this much time.
    #[must_use]
    pub fn over(time: Duration) -> Self {
        Self { time, ..Self::default() }
    }

    /// No frame, but so many error frames.
    #[must_use]
    pub fn errors_alone(errors: u64) -> Self {
        Self { errors, ..Self::default() }
    }

    /// Takes one event of the source.
    pub fn add(&mut self, event: &Event) {
        match event {
            Event::Frame(frame) => {
                self.frames += 1;
                self.down = None;
                self.ids
                    .entry(frame.id)
                    .and_modify(|seen| seen.add(frame))
                    .or_insert_with(|| Seen::new(frame));
            }
            Event::ErrorFrame(what) => {
                self.errors += 1;
                self.last_error = Some(what.clone());
            }
            Event::Dropped(count) => self.dropped += count,
            Event::LinkDown(why) => self.down = Some(why.clone()),
            Event::LinkUp => self.down = None,
            Event::Deadline
            | Event::Damaged(_)
            | Event::Broken(_)
            | Event::End
            | Event::PartDown { .. }
            | Event::PartUp { .. } => {}
        }
    }

    /// How many different ids.
    #[must_use]
    pub fn ids(&self) -> usize {
        self.ids.len()
    }

    /// The frames of one id.
    #[must_use]
    pub fn seen(&self, id: FrameId) -> Option<&Seen> {
        self.ids.get(&id)
    }

    /// The table, a line for each id, with what is known of it. What is known is never left out for length.
    #[must_use]
    pub fn table(&self, known: impl Fn(FrameId) -> Option<String>) -> String {
        let mut lines = vec!["        id   frames   every ms   bytes   recognised as".to_owned()];
        let mut left_out = 0_usize;
        for (id, seen) in &self.ids {
            let known = known(*id);
            if known.is_none() && lines.len() > MOST_LINES {
                left_out += 1;
                continue;
            }
            let period = seen.period_ms().map_or_else(|| "-".to_owned(), |ms| format!("{ms:.1}"));
            let bytes = match (seen.kind, seen.bytes) {
                (FrameKind::Remote, _) => "remote".to_owned(),
                (_, (least, most)) if least == most => most.to_string(),
                (_, (least, most)) => format!("{least}-{most}"),
            };
            let line = format!(
                "  {:>8} {:>8} {period:>10} {bytes:>7}   {}",
                id.to_string(),
                seen.frames,
                known.unwrap_or_default()
            );
            lines.push(line.trim_end().to_owned());
        }
        if left_out > 0 {
            lines.push(format!("  ... and {left_out} more ids that no profile knows"));
        }
        lines.join("\n")
    }

    /// The whole in a sentence.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut words = format!(
            "{} frames of {} ids in {:.0} s, {} error frames",
            self.frames,
            self.ids(),
            self.time.as_secs_f64(),
            self.errors
        );
        if let Some(error) = &self.last_error {
            words += &format!(" (the last: {error})");
        }
        if self.dropped > 0 {
            words += &format!("; {} frames were lost because this program was too slow", self.dropped);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use can_reader::{Payload, Stamp};

    use super::*;

    fn frame(id: u16, at_ms: u64, bytes: usize) -> Event {
        let stamp = Stamp { wall_us: 0, at: SourceTime::from_millis(at_ms) };
        let payload = Payload::new(&vec![0; bytes]).unwrap();
        Event::Frame(Frame { stamp, id: FrameId::Standard(id), kind: FrameKind::Classical, payload })
    }

    #[test]
    fn ids_are_counted_with_period_and_length() {
        let mut traffic = Traffic::over(Duration::from_secs(3));
        for at in [0, 20, 40, 60] {
            traffic.add(&frame(0x1D0, at, 8));
        }
        traffic.add(&frame(0x244, 10, 4));
        traffic.add(&frame(0x244, 110, 5));
        traffic.add(&frame(0x300, 50, 0));
        traffic.add(&Event::ErrorFrame("bus error".to_owned()));
        assert_eq!(traffic.seen(FrameId::Standard(0x1D0)).unwrap().period_ms(), Some(20.0));
        let table = traffic.table(|id| (id == FrameId::Standard(0x1D0)).then(|| "WHEEL_SPEEDS".to_owned()));
        let expected = "        id   frames   every ms   bytes   recognised as\n\
                        \x20      1D0        4       20.0       8   WHEEL_SPEEDS\n\
                        \x20      244        2      100.0     4-5\n\
                        \x20      300        1          -       0";
        assert_eq!(table, expected);
        assert_eq!(traffic.summary(), "7 frames of 3 ids in 3 s, 1 error frames (the last: bus error)");
    }

    #[test]
    fn a_long_table_is_cut_but_what_is_known_stays() {
        let mut traffic = Traffic::default();
        (0..100).for_each(|id| traffic.add(&frame(id, 0, 8)));
        let table = traffic.table(|id| (id == FrameId::Standard(99)).then(|| "SPEED".to_owned()));
        assert!(
            table.contains("SPEED") && table.ends_with("... and 59 more ids that no profile knows"),
            "{table}"
        );
    }

    #[test]
    fn a_link_that_is_down_is_remembered_until_it_is_up() {
        let mut traffic = Traffic::default();
        traffic.add(&Event::LinkDown("can0 is down".to_owned()));
        assert_eq!(traffic.down.as_deref(), Some("can0 is down"));
        traffic.add(&Event::LinkUp);
        assert_eq!(traffic.down, None);
    }
}
