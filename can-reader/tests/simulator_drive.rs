//! The simulated car, read as any other: through its vehicle profile and the pipeline.

use std::time::Duration;

use can_reader::source::{Drive, Rate, Simulator, SimulatorOptions};
use can_reader::{
    Event, Frame, FrameKind, FrameSource, Pipeline, SourceTime, State, Vehicle, Verdict, Wheel,
};
use tokio::time::Instant;

const FRAMES_A_CYCLE: usize = 1180 * 50;

fn simulator(seed: u64, rate: Rate) -> Simulator {
    Simulator::new(SimulatorOptions { seed, rate, ..SimulatorOptions::default() })
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
    source.want(&Vehicle::find("simulator").unwrap().decoder().wanted_for_speed());
    let (mut distance_km, mut fastest_kmh, mut parted_kmh) = (0.0, 0.0f64, 0.0f64);
    for n in 0..FRAMES_A_CYCLE + 100 {
        let event = source.next(pipeline.deadline()).await;
        assert_eq!(pipeline.handle(source.now(), &event), Verdict::Accepted, "frame {n}: {event:?}");
        let estimate = pipeline.estimate();
        if n < 5 {
            continue; // Some frames have to agree first; the car stands.
        }
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

fn driving(drive: Drive, faults: &[&str]) -> Simulator {
    let faults = faults.iter().map(|fault| fault.parse().expect("a fault")).collect();
    Simulator::new(SimulatorOptions { seed: 1, rate: Rate::Max, drive, faults })
}

/// Whatever the car does, its frames pass the decoder as a real car's would.
#[tokio::test]
async fn every_frame_of_every_drive_is_accepted() {
    for drive in Drive::ALL {
        let mut pipeline = Pipeline::new(Vehicle::find("simulator").unwrap());
        let mut source = driving(drive, &[]);
        while source.now().as_secs_f64() < drive.seconds().min(300.0) {
            let event = source.next(None).await;
            let verdict = pipeline.handle(source.now(), &event);
            assert!(verdict == Verdict::Accepted || !matches!(event, Event::Frame(_)), "{drive}: {event:?}");
        }
    }
}

/// In a turn at full lock, and in reverse, what comes out of the frames is the geometry of a rigid car.
#[tokio::test]
async fn wheels_in_the_frames_part_as_a_rigid_car_has_them() {
    let mut pipeline = Pipeline::new(Vehicle::find("simulator").unwrap());
    let mut source = driving(Drive::Parking, &[]);
    let (mut turned, mut backwards) = (0, 0);
    while source.now().as_secs_f64() < Drive::Parking.seconds() {
        let event = source.next(None).await;
        pipeline.handle(source.now(), &event);
        let [fl, fr, rl, rr] = Wheel::ALL.map(|wheel| pipeline.estimate().wheels.get(wheel).unwrap());
        if [fl, fr, rl, rr].contains(&0.0) {
            continue; // blind, or at rest
        }
        let (left, right) = (fl * fl - rl * rl, fr * fr - rr * rr);
        // What sensor noise and slip can make of the squares at up to 10 km/h.
        assert!((left - right).abs() < 7.0, "{:?}: {fl} {fr} {rl} {rr}", source.now());
        // From axle to axle 2.7 m, from side to side 1.5 m.
        let axles = (2.7 / 1.5 * (rr - rl)).powi(2);
        assert!(((left + right) / 2.0 - axles).abs() < 6.0, "{:?}: {fl} {fr} {rl} {rr}", source.now());
        turned += u32::from((rl - rr).abs() > 1.0);
        backwards += u32::from((12.5..24.0).contains(&source.now().as_secs_f64()));
    }
    assert!(turned > 200 && backwards > 200, "{turned} {backwards}");
}

/// What a person sees who starts the demo, twice over: the truth or the reason why there is no number.
#[tokio::test]
async fn the_tour_shows_a_dead_sensor_and_a_bus_that_is_unplugged() {
    let mut pipeline = Pipeline::new(Vehicle::find("simulator").unwrap());
    let mut source = driving(Drive::Tour, &[]);
    let mut fastest_kmh = 0.0f64;
    while source.now() < Duration::from_secs(120) {
        let event = source.next(pipeline.deadline()).await;
        pipeline.handle(source.now(), &event);
        let (estimate, truth_kmh) = (pipeline.estimate(), source.truth_kmh());
        let at_s = source.now().as_secs_f64();
        let says = format!("{at_s} s: {truth_kmh} km/h, {:?}: {}", estimate.state, pipeline.reason());
        match at_s % 60.0 {
            // A few frames, until they have agreed, or have shown that one does not.
            0.0..0.2 | 27.0..27.2 => {}
            27.2..37.0 => assert_eq!(estimate.state, State::Degraded, "{says}"),
            37.0..43.0 => {
                assert_eq!((estimate.state, estimate.speed_kmh), (State::CanDown, None), "{says}");
                assert!(pipeline.reason().contains("unplugged"), "{says}");
            }
            // The sensor has to prove itself.
            43.0..47.0 => assert!(at_s % 60.0 < 44.0 || estimate.speed_kmh.is_some(), "{says}"),
            _ => assert_eq!(estimate.state, State::Ok, "{says}"),
        }
        if let Some(kmh) = estimate.speed_kmh {
            assert!((kmh - truth_kmh).abs() <= reach_kmh(truth_kmh), "{says}, not {kmh}");
            fastest_kmh = fastest_kmh.max(kmh);
        }
    }
    assert!((fastest_kmh - 120.0).abs() < 1.0, "{fastest_kmh}");
}

/// Full lock, lanes, slower than sensors see: what is shown is the truth.
#[tokio::test]
async fn where_tyres_hold_no_number_is_wrong() {
    for drive in [Drive::Town, Drive::Parking, Drive::Motorway, Drive::Creep] {
        let mut pipeline = Pipeline::new(Vehicle::find("simulator").unwrap());
        let mut source = driving(drive, &[]);
        let (mut with_speed, mut all) = (0, 0);
        while source.now().as_secs_f64() < drive.seconds() {
            let event = source.next(pipeline.deadline()).await;
            pipeline.handle(source.now(), &event);
            let truth_kmh = source.truth_kmh();
            if let Some(kmh) = pipeline.estimate().speed_kmh {
                let near = (kmh - truth_kmh).abs() <= reach_kmh(truth_kmh);
                assert!(near, "{drive} at {:?}: {kmh}, truly {truth_kmh}", source.now());
                with_speed += 1;
            }
            all += 1;
        }
        assert!(with_speed * 2 > all, "{drive}: a speed in {with_speed} of {all}");
    }
}

/// How far from the truth a number may be before it is wrong, km/h; below 4 km/h sensors are blind.
fn reach_kmh(truth_kmh: f64) -> f64 {
    if truth_kmh < 4.0 { 3.0 } else { (truth_kmh * 0.05).max(1.0) }
}

#[tokio::test]
async fn faults_of_the_user_act_on_what_the_pipeline_sees() {
    let mut pipeline = Pipeline::new(Vehicle::find("simulator").unwrap());
    let faults = ["Row1.Right=not-available@5s..8s", "link=silent@10s..12s", "link=down@14s..16s"];
    let mut source = driving(Drive::Motorway, &faults);
    let mut states = Vec::new();
    while source.now() < Duration::from_secs(20) {
        let event = source.next(pipeline.deadline()).await;
        pipeline.handle(source.now(), &event);
        let state = pipeline.estimate().state;
        if states.last() != Some(&state) && pipeline.estimate().state != State::NoData {
            states.push(state);
        }
        if state == State::Degraded {
            assert!((5.0..14.0).contains(&source.now().as_secs_f64()) || source.now().as_secs_f64() > 16.0);
        }
        if let Some(kmh) = pipeline.estimate().speed_kmh {
            let truth_kmh = source.truth_kmh();
            assert!(
                (kmh - truth_kmh).abs() <= reach_kmh(truth_kmh),
                "{:?}: {kmh}, truly {truth_kmh}",
                source.now()
            );
        }
    }
    for state in [State::Ok, State::Degraded, State::Stale, State::CanDown] {
        assert!(states.contains(&state), "{state:?} is missing in {states:?}");
    }
    assert_eq!(pipeline.counters().reconnects, 1);
}
