//! What the search finds: in made-up drives of each maker's message, in recordings of real cars, and in what has nothing.

mod recordings;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::*;
use crate::frame::{FrameId, Payload, SourceTime};
use crate::integrity::engine::Engine;
use crate::integrity::tests::MAKERS;
use crate::log::{Entry, LogReader};

/// Numbers that look random.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB) >> 20
    }
}

fn sample(id: FrameId, frames: impl IntoIterator<Item = Vec<u8>>) -> Sample {
    let payloads = frames.into_iter().map(|bytes| Payload::new(&bytes).unwrap());
    let frames = (0..).zip(payloads).map(|(n, payload)| (SourceTime::from_millis(n * 20), payload));
    Sample::new(id, frames.collect()).unwrap()
}

/// Signals that wander, in frames of so many bytes.
fn drive(size: usize, frames: u64, noise: &mut Noise) -> Vec<Vec<u8>> {
    let mut speeds = [3000_u16, 3010, 2990, 3005];
    let frame = |n: u64| {
        speeds
            .iter_mut()
            .for_each(|speed| *speed = speed.wrapping_add((noise.next() % 41) as u16).wrapping_sub(19));
        let mut bytes: Vec<u8> =
            speeds.iter().flat_map(|speed| speed.to_be_bytes()).cycle().take(size).collect();
        if size > 8 {
            bytes[8..]
                .iter_mut()
                .for_each(|byte| *byte = if n.is_multiple_of(10) { noise.next() as u8 } else { *byte });
        }
        bytes
    };
    (0..frames).map(frame).collect()
}

fn proven(sample: &Sample) -> Option<Proof> {
    match search(sample).checksum {
        Outcome::Proven(proof) => Some(proof),
        _ => None,
    }
}

#[test]
fn each_makers_checksum_is_found_and_called_by_its_name() {
    for (maker, case) in MAKERS {
        let words = match *maker {
            "Honda, 11 bits" | "Honda, 29 bits" => "kind = \"honda\"",
            "Toyota" => "kind = \"sum\", of = \"bytes\", id = true, length = true",
            "Hyundai and Kia, nibbles, as 0x260" => "kind = \"sum\", of = \"nibbles\", negate = true",
            "Hyundai and Kia on CAN FD, 24 bytes" => {
                "kind = \"crc\", width = 16, polynomial = 0x1021, final_xor = 0x819D, id = \"after\""
            }
            "VW MQB" => "kind = \"autosar-e2e-2\", data_ids = [0xB2, 0x4F, 0x07, 0x33",
            "VW PQ" => "kind = \"sum\", of = \"xor\"",
            "Subaru" | "Tesla" | "Nissan 370Z" => "kind = \"sum\", of = \"bytes\", id = true",
            "Chrysler, and Mitsubishi" => "kind = \"crc8-sae-j1850\"",
            "Alfa Giorgio" => "kind = \"crc\", width = 8, polynomial = 0x1D, final_xor = 0x10",
            "Rivian" => "kind = \"crc\", width = 8, polynomial = 0x1D, id = \"before\"",
            "Nissan, CRC-8 0x85" => "kind = \"crc\", width = 8, polynomial = 0x85",
            "Ford, 0x415" => {
                "kind = \"sum\", of = \"bytes\", bytes = [0, 1], plus = [\"BITS_22_2\", \"COUNTER\"], constant = 255, negate = true"
            }
            "AUTOSAR 1" => "kind = \"crc\", width = 8, polynomial = 0x1D, final_xor = ",
            "AUTOSAR 2" => "kind = \"autosar-e2e-2\", data_ids = [0x01, 0x02, 0x03",
            "AUTOSAR 5, 16 bytes, header in the middle" => continue,
            "Hyundai and Kia, wheel speeds of 0x386: how many bits are one" => {
                "kind = \"sum\", of = \"bits\""
            }
            other => panic!("what is expected of {other}?"),
        };
        let (message, checksum) = (case.message(), case.compiled());
        let mut noise = Noise(1);
        let named = |name| message.signals().iter().find(|signal| signal.name() == name);
        let (counter, quality) = (named("COUNTER"), named("QUALITY"));
        let frames = (0..).zip(drive(case.size, 600, &mut noise)).map(|(n, mut bytes)| {
            counter.inspect(|counter| counter.set_raw(n, &mut bytes).unwrap());
            quality.inspect(|quality| quality.set_raw(n / 40, &mut bytes).unwrap());
            checksum.write(message.id(), &mut bytes).unwrap();
            // One in 200 is damaged.
            bytes[2] ^= u8::from(n % 200 == 1);
            bytes
        });
        let sample = sample(message.id(), frames);
        let started = Instant::now();
        let found = search(&sample);
        let took = started.elapsed();
        let Outcome::Proven(proof) = &found.checksum else { panic!("{maker}: {found:?}") };
        assert!(proof.words.starts_with(&format!("{{ {words}")), "{maker}: {}", proof.words);
        assert!(proof.holds >= 590, "{maker}: {proof:?}");
        let has_counter = found.counters.iter().any(|found| {
            counter.is_some_and(|counter| {
                found.field.place.layout() == format!("{}|{}@1+", le_start(counter), counter.bits())
            })
        });
        assert_eq!(has_counter, counter.is_some(), "{maker}: {:?}", found.counters);
        assert!(took < Duration::from_secs(20), "{maker}: {took:?}, unoptimised");
    }
}

/// The lowest bit of a field within one byte.
fn le_start(signal: &crate::dbc::Signal) -> u16 {
    match signal.byte_order() {
        crate::dbc::ByteOrder::Intel => signal.start_bit(),
        crate::dbc::ByteOrder::Motorola => signal.start_bit() + 1 - signal.bits(),
    }
}

#[test]
fn autosars_profile_5_is_found_with_its_data_id() {
    let mut noise = Noise(7);
    let frames: Vec<_> = (0..)
        .zip(drive(16, 600, &mut noise))
        .map(|(n, mut bytes): (u16, _)| {
            bytes[2] = n as u8;
            let crc = Engine::shared(16, 0x1021, false).unwrap();
            let crc = crc.run(0xFFFF, &[&bytes[2..], &[0xEF, 0xBE]]) as u16;
            bytes[..2].copy_from_slice(&crc.to_le_bytes());
            bytes
        })
        .collect();
    let proof = proven(&sample(FrameId::Standard(0x100), frames)).unwrap();
    assert!(proof.words.starts_with("{ kind = \"autosar-e2e-5\", data_id = 0xBEEF"), "{}", proof.words);
    assert_eq!((proof.holds, proof.place.layout().as_str()), (600, "0|16@1+"));
}

#[test]
fn autosars_profile_1_by_turns_is_found_with_its_data_id() {
    let crc = Engine::shared(8, 0x1D, false).unwrap();
    let frames: Vec<_> = (0_u8..=254)
        .cycle()
        .zip(drive(8, 600, &mut Noise(9)))
        .map(|(n, mut bytes)| {
            bytes[1] = (bytes[1] << 4) | (n % 15);
            bytes[0] = crc.run(0, &[&[[0x23, 0x01][usize::from(n % 15 % 2)]], &bytes[1..]]) as u8;
            bytes
        })
        .collect();
    let sample = sample(FrameId::Standard(0x100), frames);
    let proof = proven(&sample).unwrap();
    let words = "{ kind = \"autosar-e2e-1\", data_id = 0x0123, data_id_mode = \"alternating\", signal = \"CHECKSUM\" }";
    assert_eq!((proof.words.as_str(), proof.holds), (words, 600));
    let counters: Vec<_> = search(&sample).counters.into_iter().map(|counter| counter.words).collect();
    assert_eq!(counters, ["{ signal = \"COUNTER\", wrap = 15 }"]);
}

#[test]
fn what_has_no_checksum_has_none() {
    let mut noise = Noise(3);
    let wander = |noise: &mut Noise| drive(8, 600, noise);
    let id = FrameId::Standard(0x200);
    let made: [(&str, Vec<Vec<u8>>); 8] = [
        ("signals that wander", wander(&mut noise)),
        ("noise", (0..600).map(|_| (0..8).map(|_| noise.next() as u8).collect()).collect()),
        ("always the same", vec![vec![1, 2, 3, 4, 5, 6, 7, 8]; 600]),
        ("a counter alone", (0..600_u16).map(|n| vec![0, 0, 7, 0, 0, 0, 0, n as u8 & 0xF]).collect()),
        (
            "a counter and its complement",
            (0..600_u16).map(|n| vec![9, n as u8 & 0xF, 0, 0, !(n as u8) & 0xF]).collect(),
        ),
        (
            "two signals sent twice",
            wander(&mut noise).into_iter().map(|b| vec![b[0], b[1], b[3], b[0], b[1], b[3]]).collect(),
        ),
        (
            "sent twice, inverted",
            wander(&mut noise).into_iter().map(|b| vec![b[1], b[3], !b[1], !b[3]]).collect(),
        ),
        (
            "two parts of a hundred",
            wander(&mut noise).into_iter().map(|b| vec![b[1] % 101, 100 - b[1] % 101, b[3], 0]).collect(),
        ),
    ];
    for (what, frames) in made {
        let found = search(&sample(id, frames));
        assert!(!matches!(found.checksum, Outcome::Proven(_)), "{what}: {found:?}");
    }
}

#[test]
fn few_frames_prove_nothing() {
    let (_, case) = MAKERS.iter().find(|(maker, _)| *maker == "Toyota").unwrap();
    let (message, checksum) = (case.message(), case.compiled());
    let frames = |count| {
        drive(8, count, &mut Noise(5)).into_iter().map(|mut bytes| {
            checksum.write(message.id(), &mut bytes).unwrap();
            bytes
        })
    };
    assert!(matches!(
        search(&sample(message.id(), frames(4))).checksum,
        Outcome::Perhaps(_) | Outcome::Nothing { .. }
    ));
    assert!(matches!(search(&sample(message.id(), frames(12))).checksum, Outcome::Proven(_)));
}
