//! Frames that reach the program late: how old they are is said, in few words.

use std::time::Duration;

use can_reader::{Event, Frame, FrameId, FrameKind, Payload, Pipeline, Stamp, State, Vehicle};

/// Message 0x1D0 of vehicle `honda`: four wheels at about 50 km/h, whose last digits live.
fn frame(at_ms: u64) -> Event {
    let wheel = |n: u64| 5_000 + (at_ms / 20 * 7 + n * 3) % 5;
    let data = (0..4).fold(0, |bits, n| bits << 15 | wheel(n)) << 4;
    let nibbles: u64 = (0..16).map(|n| data >> (4 * n) & 15).sum::<u64>() + 0x1 + 0xD;
    let data = data | (8_u64.wrapping_sub(nibbles)) & 15;
    let payload = Payload::new(&data.to_be_bytes()).expect("8 bytes");
    let stamp = Stamp { wall_us: 1, at: Duration::from_millis(at_ms) };
    Event::Frame(Frame { stamp, id: FrameId::Standard(0x1D0), kind: FrameKind::Classical, payload })
}

struct Drive {
    pipeline: Pipeline,
    now_ms: u64,
    last_ms: u64,
    /// All that `LastError` was, each once.
    said: Vec<String>,
}

impl Drive {
    /// Goes on for so long with frames that are so late: the adapter keeps each for that time.
    fn run(&mut self, duration_ms: u64, late_ms: u64) {
        for _ in 0..duration_ms / 20 {
            self.now_ms += 20;
            if self.now_ms - late_ms <= self.last_ms {
                continue;
            }
            self.last_ms = self.now_ms - late_ms;
            self.pipeline.handle(Duration::from_millis(self.now_ms), &frame(self.last_ms));
            if self.said.last().is_none_or(|last| last != self.pipeline.last_error()) {
                self.said.push(self.pipeline.last_error().to_owned());
            }
        }
    }

    fn is(&self, state: State, reason: &str) {
        assert_eq!((self.pipeline.estimate().state, &*self.pipeline.reason()), (state, reason));
    }
}

#[test]
fn late_frames_are_named_once_and_again_when_they_are_twice_as_late() {
    let pipeline = Pipeline::new(Vehicle::find("honda").expect("a built-in vehicle"));
    let mut drive = Drive { pipeline, now_ms: 10_000, last_ms: 0, said: Vec::new() };
    drive.run(2_000, 0);
    drive.is(State::Ok, "the readings agree");

    drive.run(2_000, 80);
    drive.is(
        State::Degraded,
        "the frames reach this computer too late: 80 ms or more after they were received",
    );
    drive.run(2_000, 120);
    drive.is(
        State::Degraded,
        "the frames reach this computer too late: 120 ms or more after they were received",
    );
    drive.run(5_000, 3_000);
    drive.is(
        State::Stale,
        "the frames reach this computer too late: 3000 ms or more after they were received",
    );
    let named = |ms| format!("frames reach this computer {ms} ms or more after they were received");
    assert_eq!(drive.said, ["".to_owned(), named(80), named(3_000)]);

    // All is well again, and then not: another episode.
    drive.run(2_000, 0);
    drive.is(State::Ok, "the readings agree");
    assert_eq!(drive.said.len(), 3, "the last error stays");
    drive.run(1_000, 80);
    assert_eq!(drive.said[3..], [named(80)]);
}
