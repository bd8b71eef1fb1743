//! Decoder and estimator together, with the source's clock and the frames' own times apart.

use std::time::Duration;

use can_reader::{Event, Frame, FrameId, FrameKind, Payload, Pipeline, Reason, Stamp, State, Vehicle};

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
    // Every 10 ms a frame: late is 100 ms.
    for at in (0..=500).step_by(10) {
        pipeline.handle(ms(at), &frame(ms(at)));
    }
    assert_eq!(pipeline.estimate().integer_kmh(), Some(50));
    // The process did not run; the frames that the kernel kept for it come late.
    for (now, at, state, reason) in [
        (515, 510, State::Ok, None),
        (600, 520, State::Degraded, Some(Reason::DeliveredLate)),
        (700, 530, State::Stale, Some(Reason::DeliveredLate)),
        (701, 540, State::Stale, Some(Reason::DeliveredLate)),
        (702, 700, State::Stale, Some(Reason::NotYetAgreed)),
        (711, 710, State::Ok, None),
    ] {
        pipeline.handle(ms(now), &frame(ms(at)));
        let estimate = pipeline.estimate();
        assert_eq!((estimate.state, estimate.reason), (state, reason), "a frame of {at} ms at {now} ms");
    }
    assert_eq!(pipeline.counters().frames_decoded, 57);
}
