//! What the search finds: in made-up drives of each maker's message, in recordings of real cars, and in what has nothing.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::*;
use crate::candump::{Entry, LogReader};
use crate::frame::{FrameId, Payload, SourceTime};
use crate::integrity::engine::Engine;
use crate::integrity::tests::MAKERS;

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

/// The messages of a recording.
fn recorded(name: &str) -> BTreeMap<(String, FrameId), Sample> {
    let path: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(format!("{name}.log"));
    let mut log = LogReader::new(BufReader::new(File::open(path).unwrap()));
    let mut frames: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut start_us = None;
    while let Some(entry) = log.next_entry().unwrap() {
        let Entry::Frame(line) = entry else { continue };
        let at = Duration::from_micros(line.wall_us.saturating_sub(*start_us.get_or_insert(line.wall_us)));
        let Some(frame) = line.frame(at) else { continue };
        frames.entry((line.interface.to_owned(), frame.id)).or_default().push((at, frame.payload));
    }
    frames
        .into_iter()
        .filter_map(|((interface, id), frames)| Some(((interface, id), Sample::new(id, frames)?)))
        .collect()
}

const RECORDINGS: [(&str, usize); 20] = [
    // How many messages have a proven checksum, those that are proven by the others too. All of them were looked at.
    ("recordings/acura_tsx_downhill", 8),
    ("recordings/fiat_bcan_bluem_driving", 0),
    ("recordings/ford_fusion_2017_acc_30_to_80", 5),
    ("recordings/formula_student_uwfe_oct30", 0),
    ("recordings/honda_accord_cu2_brk_full", 40),
    ("recordings/hyundai_genesis_coupe_auto", 4),
    ("recordings/mitsubishi_mirage_vss_alpha", 0),
    ("recordings/mitsubishi_ralliart_parking_lot", 1),
    ("recordings/mitsubishi_ralliart_wot_manual", 1),
    ("recordings/nissan_leaf_ze1_epluseco", 11),
    ("recordings/scion_xb_mph", 9),
    ("recordings/standing_j1939_truck_keyon", 0),
    ("recordings/standing_nissan_370z_revs", 0),
    ("recordings/standing_volvo_ex30", 0),
    ("recordings/standing_vw_eup_kcan", 1),
    ("recordings/subaru_sti_va_allgears", 1),
    ("recordings/toyota_verifiedcan_speed_2020", 71),
    ("recordings/vag_obd_gps_0164_2", 0),
    ("captures/civic_8g_on_lift", 23),
    ("captures/civic_type_r_2019_drive", 57),
];

#[test]
#[cfg_attr(not(all(recordings, captures)), ignore = "needs the recordings in ../shared")]
fn real_cars_have_the_checksums_that_are_known_of_them_and_no_others() {
    for (name, expected) in RECORDINGS {
        let samples = recorded(name);
        let started = Instant::now();
        let found: Vec<_> = samples.values().map(|sample| (sample, search(sample))).collect();
        let took = started.elapsed();
        let own = found.iter().filter_map(|(sample, found)| match &found.checksum {
            Outcome::Proven(proof) => Some((*sample, proof)),
            _ => None,
        });
        let families = families(own);
        let has = |(sample, found): &&(&Sample, Found)| {
            matches!(found.checksum, Outcome::Proven(_))
                || families.iter().any(|family| family.holds(sample).is_some())
        };
        let count = found.iter().filter(has).count();
        println!("{name}: {count} of {} messages, in {took:.1?}", samples.len());
        assert_eq!(count, expected, "{name}");
    }
}

/// The same recordings with each byte of a message some frames later than the byte before it: every byte is as it was, and
/// nothing holds them together.
#[test]
#[cfg_attr(not(all(recordings, captures)), ignore = "needs the recordings in ../shared")]
fn what_is_torn_apart_has_no_checksum() {
    let (mut messages, mut wrong) = (0, Vec::new());
    for (name, _) in RECORDINGS {
        for ((_, id), whole) in recorded(name) {
            let frames = &whole.frames;
            let torn = (0..frames.len())
                .map(|n| (0..whole.length).map(|at| frames[(n + at * 37) % frames.len()].1[at]).collect());
            let torn = sample(id, torn.collect::<Vec<Vec<u8>>>());
            messages += 1;
            wrong.extend(proven(&torn).map(|proof| (name, id, proof.words)));
        }
    }
    println!("{messages} messages");
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
#[cfg_attr(not(all(recordings, captures)), ignore = "needs the recordings in ../shared")]
fn what_the_notes_on_the_recordings_name_is_found() {
    let (toyota, honda) = ("kind = \"sum\", of = \"bytes\", id = true, length = true", "kind = \"honda\"");
    let ford =
        "kind = \"sum\", of = \"bytes\", bytes = [0, 1], plus = [\"COUNTER\"], constant = 252, negate = true";
    for (name, id, words, at, counter) in [
        ("recordings/honda_accord_cu2_brk_full", 0x1D0, honda, "56|4@1+", ""),
        ("recordings/honda_accord_cu2_brk_full", 0x158, honda, "56|4@1+", "60|2@1+"),
        ("recordings/scion_xb_mph", 0x0B4, toyota, "56|8@1+", ""),
        ("recordings/scion_xb_mph", 0x024, toyota, "56|8@1+", ""),
        ("recordings/scion_xb_mph", 0x025, toyota, "56|8@1+", ""),
        ("recordings/scion_xb_mph", 0x2C4, toyota, "56|8@1+", ""),
        (
            "recordings/mitsubishi_ralliart_parking_lot",
            0x236,
            "kind = \"crc8-sae-j1850\"",
            "56|8@1+",
            "36|4@1+",
        ),
        // The flag of its quality is 3 all the time: 255 - 3.
        ("recordings/ford_fusion_2017_acc_30_to_80", 0x415, ford, "24|8@1+", "18|4@1+"),
        ("recordings/ford_fusion_2017_acc_30_to_80", 0x07D, "", "", "28|4@1+"),
        ("recordings/ford_fusion_2017_acc_30_to_80", 0x214, "", "", "60|4@1+"),
        ("recordings/ford_fusion_2017_acc_30_to_80", 0x4B0, "", "", "36|4@1+"),
        // Its four bits are a checksum, and go by one only while all values stand.
        ("recordings/ford_fusion_2017_acc_30_to_80", 0x085, "kind = \"sum\"", "44|4@1+", ""),
        (
            "recordings/nissan_leaf_ze1_epluseco",
            0x284,
            "kind = \"sum\", of = \"bytes\", id = true",
            "56|8@1+",
            "48|8@1+",
        ),
        // Only a counter changes where the car stands: not proven.
        (
            "recordings/standing_nissan_370z_revs",
            0x284,
            "?kind = \"sum\", of = \"bytes\", id = true",
            "56|8@1+",
            "48|8@1+",
        ),
        (
            "recordings/standing_nissan_370z_revs",
            0x285,
            "?kind = \"sum\", of = \"bytes\", id = true",
            "56|8@1+",
            "48|8@1+",
        ),
    ] {
        let samples = recorded(name);
        let (_, sample) = samples.iter().find(|((_, known), _)| *known == FrameId::Standard(id)).unwrap();
        let found = search(sample);
        let place = match &found.checksum {
            Outcome::Proven(proof) | Outcome::Perhaps(proof) => proof.place.layout(),
            Outcome::Nothing { .. } => String::new(),
        };
        assert_eq!(place, at, "{name}, {id:X}");
        let said = match &found.checksum {
            Outcome::Proven(proof) => proof.words.replacen("{ ", "", 1),
            Outcome::Perhaps(proof) => proof.words.replacen("{ ", "?", 1),
            Outcome::Nothing { .. } => String::new(),
        };
        assert!(said.starts_with(words) && said.is_empty() == words.is_empty(), "{name}, {id:X}: {said}");
        let counters: Vec<_> = found.counters.iter().map(|counter| counter.field.place.layout()).collect();
        assert_eq!(
            counters.iter().any(|place| place == counter),
            !counter.is_empty(),
            "{name}, {id:X}: {counters:?}"
        );
        assert!(
            found.counters.iter().all(|counter| counter.refused * 100 <= sample.frames.len()),
            "{name}, {id:X}"
        );
    }
}

/// A counter that went on is refused where its sender is held to be dead, which of a real car it never is. One logger stalled
/// and lost frames several times in 100 ms, and there a counter of four values tells nothing any more.
#[test]
#[cfg_attr(not(all(recordings, captures)), ignore = "needs the recordings in ../shared")]
fn counters_of_real_cars_are_alive() {
    let (mut counters, mut all, mut dead) = (0, 0, Vec::new());
    for (name, _) in RECORDINGS {
        for ((_, id), sample) in recorded(name) {
            for found in search(&sample).counters {
                let field = found.field;
                let mut counter = proof::counter(&sample, field).unwrap();
                let (mut last, mut refused) = (None, 0);
                for (at, payload) in &sample.frames {
                    let count = field.place.value(payload);
                    let moved = last.replace(count) != Some(count);
                    refused += usize::from(!counter.accepts(payload, *at) && moved);
                }
                (counters, all) = (counters + 1, all + sample.frames.len());
                if refused > 0 {
                    dead.push((name, id.to_string(), field.place.layout(), refused, sample.frames.len()));
                }
            }
        }
    }
    println!("{counters} counters in {all} frames; {} are dead at times", dead.len());
    dead.iter().for_each(|line| println!("{line:?}"));
    assert!(dead.len() <= 1 && dead.iter().all(|(.., refused, frames)| refused * 200 <= *frames));
    assert!(counters > 200, "{counters}");
}
