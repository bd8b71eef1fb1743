//! Real cars on the road: a speed nearly always, and it follows the car's own.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::time::Duration;

use can_reader::candump::{Entry, LogReader};
use can_reader::{Event, Frame, FrameId, Pipeline, Vehicle};

/// What a recording is read with, and how much of it has a speed.
struct Drive {
    file: &'static str,
    dbc: &'static str,
    wheels: &'static str,
    extra: &'static str,
    /// Part of the time in which frames come closer than ten cycles.
    at_least: f64,
    /// The car's own vehicle speed, in another message.
    own: Option<Own>,
}

/// A vehicle speed of 16 bits, big endian, or of 8 bits.
#[derive(Clone, Copy)]
struct Own {
    id: u16,
    /// Its first byte, and how many it has.
    bytes: (usize, usize),
    little_endian: bool,
    /// km/h a bit.
    factor: f64,
    /// What it reads where the wheels read 1: `../shared/recordings/README.md`.
    ratio: f64,
}

const fn own(id: u16, byte: usize, factor: f64) -> Own {
    Own { id, bytes: (byte, 2), little_endian: false, factor, ratio: 1.0 }
}

const HONDA: &str = "BO_ 464 W: 8 X\n SG_ FL : 7|15@0+ (0.01,0) [0|327] \"km/h\" X\n SG_ FR : 8|15@0+ (0.01,0) [0|327] \"km/h\" X\n SG_ RL : 25|15@0+ (0.01,0) [0|327] \"km/h\" X\n SG_ RR : 42|15@0+ (0.01,0) [0|327] \"km/h\" X\n";
const MITSUBISHI: &str = "BO_ 512 F: 8 X\n SG_ A : 20|13@0+ (0.0607,0) [0|490] \"km/h\" X\n SG_ B : 36|13@0+ (0.0607,0) [0|490] \"km/h\" X\nBO_ 520 R: 8 X\n SG_ C : 36|13@0+ (0.0607,0) [0|490] \"km/h\" X\n SG_ D : 52|13@0+ (0.0607,0) [0|490] \"km/h\" X\n";
const MITSUBISHI_WHEELS: &str =
    "Row1.Left = \"F.B\"\nRow1.Right = \"F.A\"\nRow2.Left = \"R.C\"\nRow2.Right = \"R.D\"\n";
const FOUR: &str =
    "Row1.Left = \"W.FL\"\nRow1.Right = \"W.FR\"\nRow2.Left = \"W.RL\"\nRow2.Right = \"W.RR\"\n";

const DRIVES: [Drive; 13] = [
    Drive {
        file: "scion_xb_mph",
        dbc: "BO_ 176 F: 6 X\n SG_ A : 7|16@0+ (0.01,0) [0|0] \"km/h\" X\n SG_ B : 23|16@0+ (0.01,0) [0|0] \"km/h\" X\nBO_ 178 R: 6 X\n SG_ C : 7|16@0+ (0.01,0) [0|0] \"km/h\" X\n SG_ D : 23|16@0+ (0.01,0) [0|0] \"km/h\" X\n",
        wheels: "Row1.Left = \"F.B\"\nRow1.Right = \"F.A\"\nRow2.Left = \"R.D\"\nRow2.Right = \"R.C\"\n",
        extra: "driven = \"front\"\n",
        at_least: 0.99,
        own: Some(own(0x0B4, 5, 0.01)),
    },
    Drive {
        file: "mitsubishi_ralliart_parking_lot",
        dbc: MITSUBISHI,
        wheels: MITSUBISHI_WHEELS,
        extra: "driven = \"all\"\n",
        at_least: 0.99,
        own: Some(own(0x215, 0, 1.0 / 128.0)),
    },
    Drive {
        file: "mitsubishi_ralliart_wot_manual",
        dbc: MITSUBISHI,
        wheels: MITSUBISHI_WHEELS,
        extra: "driven = \"all\"\n",
        at_least: 0.99,
        own: Some(own(0x215, 0, 1.0 / 128.0)),
    },
    Drive {
        file: "ford_fusion_2017_acc_30_to_80",
        dbc: "BO_ 535 W: 8 X\n SG_ FL : 6|15@0+ (0.01,0) [0|0] \"rad/s\" X\n SG_ FR : 22|15@0+ (0.01,0) [0|0] \"rad/s\" X\n SG_ RL : 38|15@0+ (0.01,0) [0|0] \"rad/s\" X\n SG_ RR : 54|15@0+ (0.01,0) [0|0] \"rad/s\" X\n",
        wheels: "Row1.Left = { signal = \"W.FL\", circumference_m = 2.042 }\nRow1.Right = { signal = \"W.FR\", circumference_m = 2.042 }\nRow2.Left = { signal = \"W.RL\", circumference_m = 2.042 }\nRow2.Right = { signal = \"W.RR\", circumference_m = 2.042 }\n",
        extra: "driven = \"front\"\n",
        at_least: 0.99,
        own: Some(own(0x415, 0, 0.01)),
    },
    Drive {
        file: "hyundai_genesis_coupe_auto",
        dbc: "BO_ 497 W: 8 X\n SG_ FR : 16|12@1+ (0.125,0) [0|500] \"km/h\" X\n SG_ FL : 28|12@1+ (0.125,0) [0|500] \"km/h\" X\n SG_ RR : 40|12@1+ (0.125,0) [0|500] \"km/h\" X\n SG_ RL : 52|12@1+ (0.125,0) [0|500] \"km/h\" X\n",
        wheels: FOUR,
        extra: "driven = \"rear\"\n",
        at_least: 0.99,
        own: Some(Own { bytes: (6, 1), ..own(0x316, 6, 1.0) }),
    },
    Drive {
        file: "nissan_leaf_ze1_epluseco",
        dbc: "BO_ 644 W: 8 X\n SG_ A : 7|16@0+ (0.005,0) [0|0] \"km/h\" X\n SG_ B : 23|16@0+ (0.005,0) [0|0] \"km/h\" X\n",
        wheels: "Row1.Left = \"W.B\"\nRow1.Right = \"W.A\"\n",
        extra: "driven = \"front\"\n",
        at_least: 0.99,
        own: Some(own(0x355, 0, 0.01)),
    },
    Drive {
        file: "honda_accord_cu2_brk_full",
        dbc: HONDA,
        wheels: FOUR,
        extra: "",
        at_least: 0.99,
        own: Some(own(0x158, 0, 0.01)),
    },
    Drive {
        file: "toyota_verifiedcan_speed_2020",
        dbc: "BO_ 170 W: 8 X\n SG_ FR : 7|16@0+ (0.01,-67.67) [0|250] \"km/h\" X\n SG_ FL : 23|16@0+ (0.01,-67.67) [0|250] \"km/h\" X\n SG_ RR : 39|16@0+ (0.01,-67.67) [0|250] \"km/h\" X\n SG_ RL : 55|16@0+ (0.01,-67.67) [0|250] \"km/h\" X\n",
        wheels: FOUR,
        extra: "",
        at_least: 0.99,
        own: Some(own(0x0B4, 5, 0.01)),
    },
    Drive {
        file: "subaru_sti_va_allgears",
        dbc: "BO_ 212 W: 8 X\n SG_ FL : 0|16@1+ (0.058,0) [0|0] \"km/h\" X\n SG_ FR : 16|16@1+ (0.058,0) [0|0] \"km/h\" X\n SG_ RL : 32|16@1+ (0.058,0) [0|0] \"km/h\" X\n SG_ RR : 48|16@1+ (0.058,0) [0|0] \"km/h\" X\n",
        wheels: FOUR,
        extra: "driven = \"all\"\n",
        at_least: 0.99,
        own: Some(Own { little_endian: true, ..own(0x0D1, 0, 0.058) }),
    },
    Drive {
        file: "acura_tsx_downhill",
        dbc: "BO_ 448 W: 8 X\n SG_ FL : 7|15@0+ (0.01,0) [0|327] \"km/h\" X\n SG_ FR : 8|15@0+ (0.01,0) [0|327] \"km/h\" X\n SG_ RL : 25|15@0+ (0.01,0) [0|327] \"km/h\" X\n SG_ RR : 42|15@0+ (0.01,0) [0|327] \"km/h\" X\n",
        wheels: FOUR,
        extra: "driven = \"front\"\nstale_after_ms = 2000\n",
        at_least: 0.99,
        own: Some(Own { ratio: 1.0 / 0.98, ..own(0x0C8, 0, 0.01) }),
    },
    // All four values are copies of one that comes through a filter. At the end it falls from 75 to 0.36 in a second, as no car
    // does, and stands there for 31 s: that is no speed.
    Drive {
        file: "formula_student_uwfe_oct30",
        dbc: "BO_ 2287471618 W: 8 X\n SG_ RL : 0|16@1- (0.04,0) [0|0] \"km/h\" X\n SG_ RR : 16|16@1- (0.04,0) [0|0] \"km/h\" X\n SG_ FL : 32|16@1- (0.04,0) [0|0] \"km/h\" X\n SG_ FR : 48|16@1- (0.04,0) [0|0] \"km/h\" X\n",
        wheels: FOUR,
        extra: "",
        at_least: 0.82,
        own: None,
    },
    // The rear wheels are invalid all the time, so the front ones are all that there is.
    Drive {
        file: "mitsubishi_mirage_vss_alpha",
        dbc: MITSUBISHI,
        wheels: MITSUBISHI_WHEELS,
        extra: "driven = \"front\"\n",
        at_least: 0.99,
        own: None,
    },
    Drive {
        file: "../captures/civic_type_r_2019_drive",
        dbc: HONDA,
        wheels: FOUR,
        extra: "driven = \"front\"\n",
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
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("car.toml");
    let text = format!(
        "title = \"A recorded car\"\n{}dbc_inline = '''\nVERSION \"\"\nBS_:\nBU_: X\n{}'''\n[wheels]\n{}",
        drive.extra, drive.dbc, drive.wheels
    );
    std::fs::write(&path, text).expect("a profile");
    Vehicle::load(&path).unwrap_or_else(|error| panic!("{}: {error}", drive.file))
}

/// Milliseconds with a speed, and of all that are judged; what was said in the others.
fn run(drive: &Drive) -> (u32, u32, BTreeMap<String, u32>) {
    let mut pipeline = Pipeline::new(vehicle(drive));
    let wanted = pipeline.wanted();
    let frames: Vec<_> = frames(drive.file).into_iter().filter(|frame| wanted.contains(&frame.id)).collect();
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
            if frame.id != FrameId::Standard(own.id) {
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
