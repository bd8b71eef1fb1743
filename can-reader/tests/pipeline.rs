//! Decoder and estimator together, with the source's clock and the frames' own times apart.

use std::time::Duration;

use can_reader::{Event, Frame, FrameId, FrameKind, Payload, Pipeline, Stamp, State, Vehicle};

/// A frame of the ICSim at 50 km/h.
fn frame(at: Duration) -> Event {
    let payload = Payload::new(&[0, 0, 0, 0x13, 0x88]).expect("5 bytes");
    let stamp = Stamp { wall_us: 1, at };
    Event::Frame(Frame { stamp, id: FrameId::Standard(0x244), kind: FrameKind::Classical, payload })
}

#[test]
fn a_frame_that_waited_too_long_is_no_speed() {
    let mut pipeline = Pipeline::new(Vehicle::find("icsim").expect("a built-in vehicle"));
    let ms = Duration::from_millis;
    pipeline.handle(ms(1_000), &frame(ms(1_000)));
    assert_eq!(pipeline.estimate().integer_kmh(), Some(50));
    // The process did not run; the frames that the kernel kept for it come late.
    for (now, at, state) in [
        (1_500, 1_020, State::Ok),
        (1_800, 1_040, State::Stale),
        (1_801, 1_300, State::Stale),
        (1_802, 1_301, State::Stale),
        (1_802, 1_303, State::Ok),
        (1_803, 1_800, State::Ok),
    ] {
        pipeline.handle(ms(now), &frame(ms(at)));
        assert_eq!(pipeline.estimate().state, state, "a frame of {at} ms at {now} ms");
    }
    assert_eq!(pipeline.counters().frames_decoded, 7);
}
