//! The simulated car, read as any other: through its vehicle profile and the pipeline.

use std::time::Duration;

use can_reader::source::{Rate, Simulator, SimulatorOptions};
use can_reader::{Event, Frame, FrameKind, FrameSource, Pipeline, SourceTime, State, Vehicle, Verdict};
use tokio::time::Instant;

const FRAMES_A_CYCLE: usize = 1180 * 50;

fn simulator(seed: u64, rate: Rate) -> Simulator {
    Simulator::new(SimulatorOptions { seed, rate })
}

async fn frame(source: &mut Simulator) -> Frame {
    match source.next(None).await {
        Event::Frame(frame) => frame,
        other => panic!("{other:?}"),
    }
}

/// Every frame of more than a cycle is accepted, and the estimate is the cycle's speed.
#[tokio::test]
async fn the_whole_cycle_through_the_pipeline() {
    let mut pipeline = Pipeline::new(Vehicle::find("simulator").unwrap());
    let mut source = simulator(1, Rate::Max);
    source.want(&pipeline.wanted());
    let (mut distance_km, mut fastest_kmh, mut parted_kmh) = (0.0, 0.0f64, 0.0f64);
    for n in 0..FRAMES_A_CYCLE + 100 {
        let event = source.next(pipeline.deadline()).await;
        assert_eq!(pipeline.handle(source.now(), &event), Verdict::Accepted, "frame {n}: {event:?}");
        let estimate = pipeline.estimate();
        assert_eq!(estimate.state, State::Ok, "frame {n}: {}", pipeline.reason());
        let speed_kmh = estimate.speed_kmh.unwrap();
        let (mut low, mut high) = (f64::MAX, f64::MIN);
        for (_, kmh) in estimate.wheels.iter() {
            (low, high) = (low.min(kmh), high.max(kmh));
        }
        parted_kmh = parted_kmh.max(high - low);
        if n < FRAMES_A_CYCLE {
            distance_km += speed_kmh * 0.02 / 3600.0;
        }
        fastest_kmh = fastest_kmh.max(speed_kmh);
        if source.now() < Duration::from_secs(11) {
            assert_eq!(speed_kmh, 0.0); // idling
        }
    }
    // UN Regulation 83: 4 x 1.013 + 6.955 km, to 120 km/h.
    assert!((distance_km / 11.007 - 1.0).abs() < 0.005, "{distance_km} km");
    assert!((fastest_kmh - 120.0).abs() < 0.1, "{fastest_kmh} km/h");
    assert!((1.0..3.0).contains(&parted_kmh), "wheels part by {parted_kmh} km/h");
}

#[tokio::test]
async fn the_seed_decides_the_frames() {
    let mut drives = Vec::new();
    for seed in [1, 1, 2] {
        let mut source = simulator(seed, Rate::Max);
        let mut payloads = Vec::new();
        for _ in 0..2000 {
            let frame = frame(&mut source).await;
            assert_eq!(frame.kind, FrameKind::Fd);
            payloads.push(frame.payload);
        }
        drives.push(payloads);
    }
    assert_eq!(drives[0], drives[1]);
    assert_ne!(drives[0], drives[2]);
}

#[tokio::test]
async fn a_frame_every_20_ms_at_the_rate_and_deadlines_between() {
    for (rate, real_ms) in [(Rate::Times(1.0), 2000), (Rate::Times(10.0), 200), (Rate::Max, 0)] {
        let mut source = simulator(1, rate);
        let start = Instant::now();
        let first = frame(&mut source).await;
        for n in 1..=100u32 {
            let at = SourceTime::from_millis(20) * n;
            // Ten milliseconds before the frame a deadline passes; at its very time the frame comes first.
            let deadline = at - Duration::from_millis(10);
            assert_eq!(source.next(Some(deadline)).await, Event::Deadline);
            assert_eq!(source.now(), deadline);
            let Event::Frame(frame) = source.next(Some(at)).await else { panic!("no frame at {at:?}") };
            assert_eq!((frame.stamp.at, source.now()), (at, at));
            assert_eq!(frame.stamp.wall_us - first.stamp.wall_us, u64::from(n) * 20_000);
        }
        let real = start.elapsed().as_millis();
        // How soon after that is a matter of the machine.
        assert!(real >= real_ms, "rate {rate}: {real} ms");
    }
}
