//! Real cars on the road: a speed nearly always, and it follows the car's own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::time::Duration;

use can_reader::log::{Entry, LogReader};
use can_reader::vehicle::{Decoded, ProvenBy, Rejection};
use can_reader::{Event, Frame, FrameId, Pipeline, Vehicle};

/// What a recording is read with, and how much of it has a speed.
struct Drive {
    file: &'static str,
    /// A built-in one.
    vehicle: &'static str,
    /// Part of the time in which frames come closer than ten cycles.
    at_least: f64,
    /// The car's own vehicle speed, in another message.
    own: Option<Own>,
}

/// A vehicle speed of 16 bits, big endian, or of 8 bits.
#[derive(Clone, Copy)]
struct Own {
    id: u32,
    /// Its first byte, and how many it has.
    bytes: (usize, usize),
    little_endian: bool,
    /// km/h a bit.
    factor: f64,
    /// What it reads where the wheels read 1: `../shared/recordings/README.md`.
    ratio: f64,
}

const fn own(id: u32, byte: usize, factor: f64) -> Own {
    Own { id, bytes: (byte, 2), little_endian: false, factor, ratio: 1.0 }
}

const DRIVES: [Drive; 15] = [
    // Asked twice a second, with gaps of seconds. Held against the satellites in obd.rs.
    Drive { file: "vag_obd_gps_0164_2", vehicle: "obd", at_least: 0.94, own: None },
    Drive { file: "scion_xb_mph", vehicle: "toyota-old", at_least: 0.99, own: Some(own(0x0B4, 5, 0.01)) },
    Drive {
        file: "mitsubishi_ralliart_parking_lot",
        vehicle: "mitsubishi",
        at_least: 0.99,
        own: Some(own(0x215, 0, 1.0 / 128.0)),
    },
    Drive {
        file: "mitsubishi_ralliart_wot_manual",
        vehicle: "mitsubishi",
        at_least: 0.99,
        own: Some(own(0x215, 0, 1.0 / 128.0)),
    },
    // The rear wheels are invalid all the time, so the front ones are all that there is.
    Drive { file: "mitsubishi_mirage_vss_alpha", vehicle: "mitsubishi", at_least: 0.99, own: None },
    Drive {
        file: "ford_fusion_2017_acc_30_to_80",
        vehicle: "ford",
        at_least: 0.99,
        own: Some(own(0x415, 0, 0.01)),
    },
    Drive {
        file: "hyundai_genesis_coupe_auto",
        vehicle: "hyundai-old",
        at_least: 0.99,
        own: Some(Own { bytes: (6, 1), ..own(0x316, 6, 1.0) }),
    },
    Drive {
        file: "nissan_leaf_ze1_epluseco",
        vehicle: "nissan-leaf",
        at_least: 0.99,
        own: Some(own(0x355, 0, 0.01)),
    },
    Drive {
        file: "honda_accord_cu2_brk_full",
        vehicle: "honda",
        at_least: 0.99,
        own: Some(own(0x158, 0, 0.01)),
    },
    Drive {
        file: "toyota_verifiedcan_speed_2020",
        vehicle: "toyota",
        at_least: 0.99,
        own: Some(own(0x0B4, 5, 0.01)),
    },
    Drive {
        file: "subaru_sti_va_allgears",
        vehicle: "subaru-old",
        at_least: 0.99,
        own: Some(Own { little_endian: true, ..own(0x0D1, 0, 0.058) }),
    },
    Drive {
        file: "acura_tsx_downhill",
        vehicle: "acura-tsx",
        at_least: 0.99,
        own: Some(Own { ratio: 1.0 / 0.98, ..own(0x0C8, 0, 0.01) }),
    },
    // All four values are copies of one that comes through a filter. At the end it falls from 75 to 0.36 in a second, as no car
    // does, and stands there for 31 s: that is no speed.
    Drive { file: "formula_student_uwfe_oct30", vehicle: "formula-student-uwfe", at_least: 0.82, own: None },
    // At the end the ABS unit is off nine seconds before the other, which proves nothing alone.
    Drive {
        file: "fiat_bcan_bluem_driving",
        vehicle: "fiat-bcan",
        at_least: 0.97,
        own: Some(Own { ratio: 1.037, ..own(0x0439_4000, 0, 1.0 / 16.0) }),
    },
    Drive {
        file: "../captures/civic_type_r_2019_drive",
        vehicle: "honda",
        at_least: 0.99,
        own: Some(own(0x158, 0, 0.01)),
    },
];

fn recording(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings").join(format!("{name}.log"))
}

fn frames(name: &str) -> Vec<Frame> {
    let mut log = LogReader::new(BufReader::new(File::open(recording(name)).expect("a recording")));
    let mut frames = Vec::new();
    let mut start_us = None;
    while let Ok(Some(entry)) = log.next_entry() {
        let Entry::Frame(line) = entry else { continue };
        let start_us = *start_us.get_or_insert(line.wall_us);
        frames.extend(line.frame(Duration::from_micros(line.wall_us.saturating_sub(start_us))));
    }
    frames
}

fn vehicle(drive: &Drive) -> Vehicle {
    let vehicle = Vehicle::find(drive.vehicle).unwrap_or_else(|error| panic!("{error}"));
    let proof = vehicle.proof().map(|proof| proof.by);
    assert_eq!(proof, Some(ProvenBy::Recording), "{} is proven on {}", drive.vehicle, drive.file);
    vehicle
}

/// Milliseconds with a speed, and of all that are judged; what was said in the others.
fn run(drive: &Drive) -> (u32, u32, BTreeMap<String, u32>) {
    let (mut pipeline, mut decoder) = (Pipeline::new(vehicle(drive)), vehicle(drive).decoder());
    let mut frames = frames(drive.file);
    // Those of messages that carry a speed: signals that carry none are not judged here.
    let carries = |frame: &&Frame| matches!(decoder.decode(frame), Decoded::Readings { .. });
    let wanted: BTreeSet<u32> = frames.iter().filter(carries).map(|frame| number(frame.id)).collect();
    frames.retain(|frame| wanted.contains(&number(frame.id)));
    assert!(frames.len() > 100, "{}: {} frames", drive.file, frames.len());
    // A message's cycle, from its gaps below half a second; where there are two messages, frames come twice as often.
    let gaps = frames.windows(2).map(|pair| pair[1].stamp.at.saturating_sub(pair[0].stamp.at));
    let gaps: Vec<_> = gaps.filter(|gap| *gap < Duration::from_millis(500)).collect();
    let few = |count: usize| u32::try_from(count).expect("few");
    let cycle = gaps.iter().sum::<Duration>() / few(gaps.len()) * few(wanted.len());
    let late = (cycle * 10).clamp(Duration::from_millis(100), Duration::from_millis(500));
    let (mut with, mut all, mut without) = (0, 0, BTreeMap::new());
    let (mut next, mut started, mut begin) = (frames[0].stamp.at, false, frames[0].stamp.at);
    for (n, frame) in frames.iter().enumerate() {
        // A few frames have to agree at the start and after a silence: five cycles, and longer with a sensor missing at the start.
        if n > 0 && frame.stamp.at.saturating_sub(frames[n - 1].stamp.at) >= late {
            (started, begin) = (false, frame.stamp.at);
        }
        pipeline.handle(frame.stamp.at, &Event::Frame(*frame));
        let patience = if begin == frames[0].stamp.at { Duration::from_secs(1) } else { cycle * 5 };
        started |= pipeline.estimate().speed_kmh.is_some() || frame.stamp.at > begin + patience;
        let end = frames.get(n + 1).map_or(frame.stamp.at, |next| next.stamp.at);
        let judged = started && end.saturating_sub(frame.stamp.at) < late;
        while next < end {
            while let Some(due) = pipeline.deadline().filter(|due| *due <= next) {
                pipeline.handle(due, &Event::Deadline);
            }
            if judged {
                all += 1;
                let estimate = pipeline.estimate();
                with += u32::from(estimate.speed_kmh.is_some());
                if let (None, Some(reason)) = (estimate.speed_kmh, estimate.reason) {
                    *without.entry(format!("{} {}", estimate.state, reason.as_str())).or_default() += 1;
                }
            }
            next += Duration::from_millis(1);
        }
    }
    // What a frame has no value in is told by the car itself.
    let broken = [Rejection::Length, Rejection::Checksum, Rejection::Counter];
    let counters = pipeline.counters();
    let broken: u64 = broken.iter().map(|why| counters.frames_rejected_for(*why)).sum();
    assert_eq!(broken, 0, "{}: {:?}", drive.file, counters.rejections().collect::<Vec<_>>());
    (with, all, without)
}

#[test]
#[cfg_attr(not(recordings), ignore = "needs the recordings in ../shared/recordings")]
fn a_real_drive_has_a_speed_nearly_always() {
    let mut short = Vec::new();
    for drive in &DRIVES {
        let (with, all, without) = run(drive);
        let part = f64::from(with) / f64::from(all.max(1));
        println!("{}: a speed {:.2} % of {} ms; without: {without:?}", drive.file, 100.0 * part, all);
        if part < drive.at_least || all < 1_000 {
            short.push((drive.file, part, without));
        }
    }
    assert!(short.is_empty(), "{short:?}");
}

impl Own {
    fn kmh(&self, data: &[u8]) -> Option<f64> {
        let (first, count) = self.bytes;
        let bytes = data.get(first..first + count)?.iter();
        let add = |raw: u32, byte: &u8| raw << 8 | u32::from(*byte);
        let raw = if self.little_endian { bytes.rev().fold(0, add) } else { bytes.fold(0, add) };
        Some(f64::from(raw) * self.factor)
    }
}

const fn number(id: FrameId) -> u32 {
    match id {
        FrameId::Standard(id) => id as u32,
        FrameId::Extended(id) => id,
    }
}

/// Further away from the car's own speed than the greater of 2 km/h and 6 %: it is later, is rounded, or follows a wheel
/// that spins.
fn far(kmh: f64, own: f64) -> bool {
    (kmh - own).abs() > f64::max(2.0, 0.06 * own)
}

#[test]
#[cfg_attr(not(recordings), ignore = "needs the recordings in ../shared/recordings")]
fn the_speed_follows_the_cars_own() {
    let mut astray = Vec::new();
    for drive in &DRIVES {
        let Some(own) = drive.own else { continue };
        let mut pipeline = Pipeline::new(vehicle(drive));
        let (mut ratios, mut all, mut apart) = (Vec::new(), 0_u32, 0_u32);
        for frame in frames(drive.file) {
            let now = frame.stamp.at;
            while let Some(due) = pipeline.deadline().filter(|due| *due <= now) {
                pipeline.handle(due, &Event::Deadline);
            }
            pipeline.handle(now, &Event::Frame(frame));
            if number(frame.id) != own.id {
                continue;
            }
            let says = own.kmh(&frame.payload).zip(pipeline.estimate().speed_kmh);
            let Some((own_kmh, kmh)) = says.map(|(own_kmh, kmh)| (own_kmh / own.ratio, kmh)) else {
                continue;
            };
            all += 1;
            apart += u32::from(far(kmh, own_kmh));
            if own_kmh > 10.0 {
                ratios.push(own_kmh / kmh);
            }
        }
        ratios.sort_by(f64::total_cmp);
        let median = ratios.get(ratios.len() / 2).copied();
        let part = f64::from(apart) / f64::from(all.max(1));
        println!(
            "{}: the car's own speed, {all} times: {median:.3?} of ours, far off {:.2} %",
            drive.file,
            100.0 * part
        );
        // Tyres, and what the units of a car make of one speed.
        if all < 100 || part > 0.05 || median.is_some_and(|median| (median - 1.0).abs() > 0.025) {
            astray.push((drive.file, all, median, part));
        }
    }
    assert!(astray.is_empty(), "{astray:?}");
}

/// What says that it is proven on a recording is in the table above.
#[test]
fn every_profile_that_names_a_recording_is_held_against_one() {
    for name in Vehicle::builtin() {
        let by = Vehicle::find(name).ok().and_then(|vehicle| vehicle.proof().map(|proof| proof.by));
        let tried = DRIVES.iter().any(|drive| drive.vehicle == name);
        assert_eq!(by == Some(ProvenBy::Recording), tried, "{name}: {by:?}");
    }
}
