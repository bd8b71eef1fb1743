//! Built-in profiles held against opendbc, the largest public collection of car DBC files: its files, its packer and its
//! checksums write frames, and each wheel has to be read at its place.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Duration;

use can_reader::dbc::Message;
use can_reader::vehicle::{Decoded, Decoder, ProvenBy, Rejection};
use can_reader::{Frame, FrameId, FrameKind, Payload, SourceTime, Stamp, Vehicle};

/// The folder that build.rs found, and the interpreter.
const OPENDBC: &str = env!("OPENDBC");
const PYTHON: &str = env!("CANTOOLS_PYTHON");
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/opendbc/table.txt");

/// Of a unit with a made-up circumference both round pi.
const ROUNDED: f64 = 1e-6;

/// One moment of a car: its frames, and what they say, km/h; `None`: not available.
#[derive(serde::Deserialize)]
struct Step {
    profile: String,
    /// Id, whether it has 29 bits, data.
    frames: Vec<(u32, bool, String)>,
    expect: BTreeMap<String, Option<f64>>,
}

impl Step {
    fn frames(&self, at: SourceTime) -> Vec<Frame> {
        let frame = |(id, extended, hex): &(u32, bool, String)| {
            let data: Vec<u8> =
                (0..hex.len()).step_by(2).map(|n| u8::from_str_radix(&hex[n..n + 2], 16).unwrap()).collect();
            let id = if *extended {
                FrameId::Extended(*id)
            } else {
                FrameId::Standard(u16::try_from(*id).unwrap())
            };
            let kind = if data.len() > 8 { FrameKind::Fd } else { FrameKind::Classical };
            Frame { stamp: Stamp { wall_us: 1, at }, id, kind, payload: Payload::new(&data).unwrap() }
        };
        self.frames.iter().map(frame).collect()
    }
}

fn steps() -> BTreeMap<String, Vec<Step>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/opendbc/frames.py");
    let output = Command::new(PYTHON).args(["-B", script, OPENDBC, TABLE]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut steps = BTreeMap::<String, Vec<Step>>::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let step: Step = serde_json::from_str(line).unwrap();
        steps.entry(step.profile.clone()).or_default().push(step);
    }
    steps
}

/// The places of a profile in the words of the table: `other 0` is the first speed beside the wheels.
fn places(decoder: &Decoder) -> Vec<String> {
    let mut others = 0;
    let word = |key: &str| {
        if key.starts_with("Row") {
            return key.to_owned();
        }
        others += 1;
        format!("other {}", others - 1)
    };
    decoder.channels().iter().map(can_reader::vehicle::Channel::key).map(word).collect()
}

/// What is read of a frame by a decoder that has seen none; `None`: its checksum is wrong.
fn values(decoder: &Decoder, frame: &Frame) -> Option<Vec<(usize, Option<f64>)>> {
    match decoder.clone().decode(frame) {
        Decoded::Readings { readings, .. } => {
            Some(readings.iter().map(|reading| (reading.channel, reading.value)).collect())
        }
        Decoded::Rejected(Rejection::Checksum) => None,
        other => panic!("{frame:?}: {other:?}"),
    }
}

/// With any one bit the other way round a frame that a checksum protects is refused, or, where the checksum leaves bits
/// out, says the same. How many were refused.
fn flip_each_bit(decoder: &Decoder, frame: &Frame) -> usize {
    let protects = |checksum: Option<_>, message: &Message| checksum.is_some() && message.id() == frame.id;
    if !decoder.messages().any(|(message, _, checksum)| protects(checksum, message)) {
        return 0;
    }
    let says = values(decoder, frame);
    let mut refused = 0;
    for bit in 0..frame.payload.len() * 8 {
        let mut data = frame.payload.to_vec();
        data[bit / 8] ^= 1 << (bit % 8);
        let flipped = Frame { payload: Payload::new(&data).unwrap(), ..*frame };
        match values(decoder, &flipped) {
            None => refused += 1,
            other => assert_eq!(other, says, "{frame:?} with bit {bit} flipped"),
        }
    }
    refused
}

#[test]
#[cfg_attr(not(opendbc), ignore = "needs opendbc: deploy/checks/install-opendbc")]
fn each_wheel_is_read_as_opendbc_writes_it() {
    let mut refused = BTreeMap::new();
    for (profile, steps) in steps() {
        let vehicle = Vehicle::find(&profile).unwrap();
        let pristine = vehicle.decoder();
        let names = places(&pristine);
        let mut decoder = pristine.clone();
        let (mut at, mut seen, mut not_available) = (Duration::from_secs(1), BTreeSet::new(), 0);
        for (number, step) in steps.iter().enumerate() {
            at += Duration::from_millis(20);
            let mut read = BTreeMap::new();
            for frame in step.frames(at) {
                match decoder.decode(&frame) {
                    Decoded::Readings { readings, .. } => {
                        read.extend(
                            readings.iter().map(|reading| (names[reading.channel].clone(), reading.value)),
                        );
                    }
                    Decoded::Unwanted | Decoded::OtherSender | Decoded::Signals => {}
                    Decoded::Rejected(why) => {
                        panic!("{profile} step {number}: {frame:?} is rejected: {why:?}")
                    }
                }
                if number == 0 {
                    *refused.entry(profile.clone()).or_insert(0) += flip_each_bit(&pristine, &frame);
                }
            }
            for (place, expected) in &step.expect {
                let is = read.get(place).copied().flatten();
                let close = |(is, expected): (f64, f64)| (is - expected).abs() <= 1e-6 + ROUNDED * expected;
                let same = is.is_none() && expected.is_none() || is.zip(*expected).is_some_and(close);
                assert!(same, "{profile} step {number} {place}: {is:?}, opendbc wrote {expected:?}");
                seen.insert(place.clone());
                not_available += usize::from(expected.is_none());
            }
        }
        // All that the profile reads was written, and nothing else.
        assert_eq!(seen, names.iter().cloned().collect(), "{profile}");
        println!(
            "{profile}: {} steps, {} places, not available {not_available} times",
            steps.len(),
            seen.len()
        );
    }
    // Of the bits of all its protected messages; Ford, and Hyundai's 0x386, leave some out.
    for (profile, bits) in [
        ("honda", 64),
        ("nissan", 128),
        ("hyundai-can", 60),
        ("hyundai-canfd", 192),
        ("alfa-giorgio", 64),
        ("chrysler", 64),
        ("chrysler-cusw", 192),
        ("ram", 64),
        ("vw-mqb", 64),
        ("vw-mqbevo", 384),
        ("psa", 64),
        ("rivian", 192),
        ("subaru-global", 128),
        ("tesla-model-3", 128),
        ("ford", 30),
    ] {
        assert_eq!(refused[profile], bits, "{profile}");
    }
}

/// What says that it is proven against a DBC has a line in the table.
#[test]
fn every_profile_that_names_a_dbc_is_held_against_one() {
    let table = std::fs::read_to_string(TABLE).unwrap();
    let lines: BTreeSet<_> = table.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for name in Vehicle::builtin() {
        let by = Vehicle::find(name).unwrap().proof().map(|proof| proof.by);
        // The simulator is its own proof (`simulator_drive.rs`), and of J1939 the standard is (`j1939.rs`).
        let tried = lines.contains(name) || ["simulator", "j1939"].contains(&name);
        assert!(by != Some(ProvenBy::Dbc) || tried, "{name} has no line in tests/opendbc/table.txt");
    }
}
