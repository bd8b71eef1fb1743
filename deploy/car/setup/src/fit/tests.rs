//! Profiles against traffic that is encoded through the profiles' own DBC files.

use can_reader::{Frame, FrameKind, Payload};

use super::*;
use crate::car::Car;

/// Three seconds of a car at this speed.
fn drive(vehicle: &str, kmh: f64) -> Vec<Frame> {
    let mut car = Car::of(vehicle);
    (0..150).map(|_| car.frame(kmh)).collect()
}

fn all() -> Vec<Candidate> {
    let vehicles = Vehicle::builtin().into_iter();
    vehicles.map(|name| Candidate::new(name.to_owned(), Vehicle::find(name).unwrap())).collect()
}

fn after(mut candidates: Vec<Candidate>, frames: &[Frame]) -> Vec<Candidate> {
    for frame in frames {
        for candidate in &mut candidates {
            candidate.add(frame.stamp.at, &Event::Frame(*frame));
        }
    }
    candidates
}

fn graded<'a>(candidates: &'a [Candidate], key: &str) -> (&'a Candidate, Grade) {
    let candidate = candidates.iter().find(|candidate| candidate.key == key).unwrap();
    (candidate, candidate.grade())
}

#[test]
fn each_built_in_profile_recognises_its_own_car_and_no_other() {
    for (vehicle, grade) in [
        ("honda", Grade::Proven),
        ("simulator", Grade::Proven),
        ("toyota", Grade::ByShape),
        ("icsim", Grade::ByShape),
        ("piracer", Grade::ByShape),
    ] {
        let candidates = after(all(), &drive(vehicle, 36.0));
        for candidate in &candidates {
            let expected = if candidate.key == vehicle { grade } else { Grade::NotHeard };
            assert_eq!(candidate.grade(), expected, "{} hears {vehicle}", candidate.key);
        }
        let (own, _) = graded(&candidates, vehicle);
        let evidence = own.evidence().join("\n");
        let kmh = evidence.rsplit(": ").next().unwrap().trim_end_matches(" km/h").parse::<f64>().unwrap();
        assert!((kmh - 36.0).abs() < 0.01, "{evidence}");
        let place = candidates.iter().position(|candidate| candidate.key == vehicle).unwrap();
        let expected =
            if grade == Grade::Proven { Offer::Certain(place) } else { Offer::Choice(vec![place]) };
        assert_eq!(offer(&candidates), expected);
    }
}

#[test]
fn the_evidence_names_message_length_checksum_and_speed() {
    let candidates = after(all(), &drive("honda", 50.0));
    let (honda, _) = graded(&candidates, "honda");
    assert_eq!(
        honda.evidence(),
        [
            "1D0 WHEEL_SPEEDS: 150 frames, length right in 150, checksum right in 150",
            "all wheels together from 50 to 50 km/h over 41 m",
            "speed that it gives now: 50.0 km/h"
        ]
    );
    assert_eq!(honda.recognises(FrameId::Standard(0x1D0)), Some("WHEEL_SPEEDS"));
    assert_eq!(honda.recognises(FrameId::Standard(0x1D1)), None);
}

#[test]
fn a_foreign_message_with_the_same_id_is_refused() {
    // Another car's 0x1D0: right length, but the checksum is not Honda's.
    let mut frames = drive("honda", 50.0);
    for (n, frame) in frames.iter_mut().enumerate() {
        let byte = u8::try_from(n % 251).unwrap();
        frame.payload = Payload::new(&[byte, 1, 2, 3, 4, 5, 6, byte.wrapping_mul(7)]).unwrap();
    }
    let candidates = after(all(), &frames);
    let (honda, grade) = graded(&candidates, "honda");
    assert_eq!(grade, Grade::Contradicted, "{:?}", honda.evidence());
    assert_eq!(offer(&candidates), Offer::Nothing);
    assert_eq!(honda.recognises(FrameId::Standard(0x1D0)), None);
    // And another one of the wrong length.
    let mut frames = drive("toyota", 50.0);
    frames.iter_mut().for_each(|frame| frame.payload = Payload::new(&[0; 6]).unwrap());
    let candidates = after(all(), &frames);
    assert_eq!(graded(&candidates, "toyota").1, Grade::Contradicted);
}

#[test]
fn one_damaged_frame_in_many_is_forgiven() {
    let mut frames = drive("honda", 50.0);
    frames[70].payload = Payload::new(&[0xFF; 8]).unwrap();
    let candidates = after(all(), &frames);
    let (honda, grade) = graded(&candidates, "honda");
    assert_eq!(grade, Grade::Proven);
    assert!(honda.evidence()[0].contains("checksum right in 149"), "{:?}", honda.evidence());
}

#[test]
fn too_few_frames_prove_nothing() {
    let frames = &drive("honda", 50.0)[..5];
    assert_eq!(graded(&after(all(), frames), "honda").1, Grade::ByShape);
}

#[test]
fn a_profile_whose_other_message_is_missing_fits_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.toml");
    let honda = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../can-reader/vehicles/honda.dbc"),
    )
    .unwrap();
    let rear = "BO_ 465 REAR: 8 VSA\n SG_ LEFT : 7|15@0+ (0.01,0) [0|327.67] \"km/h\" X\n\nCM_ \"";
    std::fs::write(folder.path().join("two.dbc"), honda.replacen("CM_ \"", rear, 1)).unwrap();
    std::fs::write(
        &path,
        "title = \"x\"\ndbc = \"two.dbc\"\n[wheels]\nRow1.Left = \"WHEEL_SPEEDS.WHEEL_SPEED_FL\"\nRow2.Left = \"REAR.LEFT\"\n",
    )
    .unwrap();
    let two = Candidate::new("two".to_owned(), Vehicle::load(&path).unwrap());
    let candidates = after(vec![two], &drive("honda", 50.0));
    assert_eq!(candidates[0].grade(), Grade::Partly);
    assert!(
        candidates[0].evidence().contains(&"1D1 REAR: not heard".to_owned()),
        "{:?}",
        candidates[0].evidence()
    );
    assert_eq!(offer(&candidates), Offer::Choice(vec![0]));
}

#[test]
fn two_profiles_with_the_same_message_are_both_offered() {
    // The copy that docs/adding-a-vehicle.md tells owners of an all-wheel-drive Honda to make.
    let mut candidates = all();
    candidates.push(Candidate::new("vehicles/crv.toml".to_owned(), Vehicle::find("honda").unwrap()));
    let honda = candidates.iter().position(|candidate| candidate.key == "honda").unwrap();
    let copy = candidates.len() - 1;
    assert_eq!(offer(&after(candidates, &drive("honda", 50.0))), Offer::Choice(vec![honda, copy]));
}

#[test]
fn what_is_proven_stands_before_what_may_be() {
    let mut frames = drive("icsim", 30.0);
    frames.extend(drive("honda", 50.0));
    frames.extend(drive("simulator", 50.0));
    let candidates = after(all(), &frames);
    let Offer::Choice(places) = offer(&candidates) else { panic!("two are proven") };
    let keys: Vec<_> = places.iter().map(|place| candidates[*place].key.as_str()).collect();
    assert_eq!(keys, ["honda", "simulator", "icsim"]);
}

#[test]
fn remote_frames_and_other_events_are_neither_for_nor_against() {
    let mut frames = drive("icsim", 30.0);
    frames.iter_mut().for_each(|frame| (frame.kind, frame.payload) = (FrameKind::Remote, Payload::empty()));
    let mut candidates = after(all(), &frames);
    for candidate in &mut candidates {
        candidate.add(SourceTime::ZERO, &Event::ErrorFrame("bus error".to_owned()));
        candidate.add(SourceTime::ZERO, &Event::Dropped(3));
        assert_eq!(candidate.grade(), Grade::NotHeard, "{}", candidate.key);
    }
}
