//! The search on recordings of real cars.

use super::*;

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
