//! The built-in profile `j1939`: trucks that send all, and trucks that send some of it; and a real one that stands.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use can_reader::log::{Entry, LogReader};
use can_reader::{Event, Frame, FrameId, FrameKind, Payload, Pipeline, Stamp, State, Vehicle};

fn truck() -> Pipeline {
    Pipeline::new(Vehicle::find("j1939").unwrap())
}

/// What a truck sends.
#[derive(Clone, Copy, Debug)]
enum Sends {
    Ccvs1,
    Ebc2,
    Tco1,
}

/// A frame of a truck at this speed, from the address that usually sends it.
fn frame(ms: u64, sends: Sends, kmh: f64) -> Frame {
    let [low, high] = ((kmh * 256.0).round() as u16).to_le_bytes();
    let (id, payload) = match sends {
        Sends::Ccvs1 => (0x18FE_F100, [0xF3, low, high, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        // A wide bend to the left, and worn tyres in front: part of the front axle's speed by which a wheel is faster.
        Sends::Ebc2 => {
            let relative = [-0.010, 0.010, -0.016, 0.004];
            let [a, b, c, d] = relative.map(|part| ((part * kmh + 7.8125) * 16.0).round() as u8);
            (0x18FE_BF0B, [low, high, a, b, c, d, 0xFF, 0xFF])
        }
        Sends::Tco1 => (0x0CFE_6CEE, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, low, high]),
    };
    let stamp = Stamp { wall_us: ms * 1000, at: Duration::from_millis(ms) };
    let payload = Payload::new(&payload).unwrap();
    Frame { stamp, id: FrameId::Extended(id), kind: FrameKind::Classical, payload }
}

/// Up to 50 km/h in 25 s, as trucks do. States from the third second on, how far the speed was from the true one at most,
/// and whether that was ever more than the uncertainty.
fn drive(sends: &[Sends]) -> (Vec<State>, f64, bool) {
    let mut pipeline = truck();
    let (mut states, mut most, mut beyond) = (Vec::new(), 0.0_f64, false);
    for ms in (0..40_000_u64).step_by(10) {
        let kmh = 2.0 * (ms as f64 / 1000.0 - 5.0).clamp(0.0, 25.0);
        for sends in sends {
            let (cycle, phase) = match sends {
                Sends::Ccvs1 => (100, 30),
                Sends::Ebc2 => (100, 0),
                Sends::Tco1 => (50, 20),
            };
            if ms % cycle == phase % cycle {
                // A living sensor never says the same for long.
                let lives = if kmh > 0.0 { 0.02 * (ms / cycle % 3) as f64 } else { 0.0 };
                pipeline.handle(Duration::from_millis(ms), &Event::Frame(frame(ms, *sends, kmh + lives)));
            }
        }
        let estimate = pipeline.estimate();
        if ms >= 3000 {
            states.push(estimate.state);
            if let (Some(speed), Some(u)) = (estimate.speed_kmh, estimate.uncertainty_kmh) {
                most = most.max((speed - kmh).abs());
                beyond |= (speed - kmh).abs() > u;
            }
        }
    }
    (states, most, beyond)
}

#[test]
fn trucks_that_send_some_of_it() {
    use Sends::{Ccvs1, Ebc2, Tco1};
    for sends in [
        [Ccvs1, Ebc2, Tco1].as_slice(),
        &[Ccvs1, Ebc2],
        &[Ebc2, Tco1],
        &[Ebc2],
        &[Ccvs1, Tco1],
        &[Ccvs1],
        &[Tco1],
    ] {
        let (states, most, beyond) = drive(sends);
        let with_speed = states.iter().filter(|state| state.has_speed()).count() * 100 / states.len();
        let ok = states.iter().filter(|state| **state == State::Ok).count() * 100 / states.len();
        println!("{sends:?}: a speed in {with_speed} %, ok in {ok} %, at most {most:.2} km/h off");
        assert!(with_speed >= 97 && ok >= 80, "{sends:?}: {with_speed} %, ok {ok} %");
        assert!(!beyond && most < 3.0, "{sends:?}: {most} km/h off");
    }
}

/// What never comes is as none; what has come and is missing is not.
#[test]
fn a_control_unit_that_falls_silent_is_missed() {
    let mut pipeline = truck();
    for ms in (0..20_000_u64).step_by(10) {
        let kmh = 30.0 + 0.02 * (ms / 100 % 3) as f64;
        let mut say = |sends| {
            pipeline.handle(Duration::from_millis(ms), &Event::Frame(frame(ms, sends, kmh)));
        };
        if ms % 100 == 0 && ms < 10_000 {
            say(Sends::Ebc2);
        }
        if ms % 50 == 20 {
            say(Sends::Tco1);
        }
        if ms == 9_000 {
            assert_eq!(pipeline.estimate().state, State::Ok, "{}", pipeline.reason());
        }
    }
    assert_ne!(pipeline.estimate().state, State::Ok, "the wheels were there, and are not");
}

/// Key on, nothing moves. CCVS1 comes from four addresses, and what the engine's says is mostly "error".
#[test]
#[cfg_attr(not(recordings), ignore = "needs the recordings in ../shared/recordings")]
fn a_real_truck_that_stands() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings");
    let file = File::open(path.join("standing_j1939_truck_keyon.log")).unwrap();
    let mut log = LogReader::new(BufReader::new(file));
    let (mut pipeline, mut start_us) = (truck(), None);
    let (mut judged, mut ok) = (0, 0);
    while let Some(entry) = log.next_entry().unwrap() {
        let Entry::Frame(line) = entry else { continue };
        let wall_us = line.frame(Duration::ZERO).map_or(0, |frame| frame.stamp.wall_us);
        let at = Duration::from_micros(wall_us - *start_us.get_or_insert(wall_us));
        let Some(frame) = line.frame(at) else { continue };
        pipeline.handle(at, &Event::Frame(frame));
        let estimate = pipeline.estimate();
        assert!(estimate.speed_kmh.is_none_or(|kmh| kmh == 0.0), "{estimate:?}");
        if at > Duration::from_secs(1) {
            judged += 1;
            ok += u32::from(estimate.state == State::Ok);
        }
    }
    assert!(judged > 60_000 && ok * 100 >= judged * 99, "{ok} of {judged}");
    let counters = pipeline.counters();
    assert_eq!((counters.frames_decoded, counters.frames_rejected()), (27557, 0));
    assert_eq!(
        pipeline.senders(),
        [
            "CCVS1 (PGN 65265): source address 17 is listened to; passed over: 4333 frames from 00, 21, 31",
            "AMB (PGN 65269): source address 00 is listened to; passed over: 2 frames from 21",
        ]
    );
    assert_eq!(pipeline.estimate().wheels.iter().count(), 4, "those of EBC2");
}
