//! Decoder and estimator together, with the source's clock and the frames' own times apart.

use std::time::Duration;

use can_reader::estimator::Reason;
use can_reader::{Event, Frame, FrameId, FrameKind, Payload, Pipeline, Stamp, State, Vehicle};

/// A frame of the ICSim at about 50 km/h, a little different each time, as real ones are.
fn frame(at: Duration) -> Event {
    let raw = 5_000 + u16::try_from(at.as_millis() / 20 % 7).expect("a small number");
    let [high, low] = raw.to_be_bytes();
    let payload = Payload::new(&[0, 0, 0, high, low]).expect("5 bytes");
    let stamp = Stamp { wall_us: 1, at };
    Event::Frame(Frame { stamp, id: FrameId::Standard(0x244), kind: FrameKind::Classical, payload })
}

#[test]
fn a_frame_that_waited_too_long_is_no_speed() {
    let mut pipeline = Pipeline::new(Vehicle::find("icsim").expect("a built-in vehicle"));
    let ms = Duration::from_millis;
    for at in (0..=1_000).step_by(20).map(ms) {
        pipeline.handle(at, &frame(at));
    }
    assert_eq!(pipeline.estimate().integer_kmh(), Some(50), "{}", pipeline.reason());
    // The process did not run; the frames that the kernel kept for it come late.
    for (now, at) in [(1_600, 1_020), (1_601, 1_040), (1_602, 1_060)] {
        pipeline.handle(ms(now), &frame(ms(at)));
        let estimate = pipeline.estimate();
        assert_eq!(
            (estimate.state, estimate.speed_kmh),
            (State::Stale, None),
            "a frame of {at} ms at {now} ms"
        );
        assert_eq!(estimate.reason, Some(Reason::DeliveredLate));
    }
    // All others of the queue, and those that come on time again.
    for (now, at) in
        (1_080..=1_600).step_by(20).map(|at| (1_603, at)).chain((1_620..1_800).step_by(20).map(|t| (t, t)))
    {
        pipeline.handle(ms(now), &frame(ms(at)));
    }
    assert_eq!(pipeline.estimate().integer_kmh(), Some(50), "{}", pipeline.reason());
    assert_eq!(pipeline.counters().frames_decoded, 51 + 3 + 27 + 9);
}
