//! What is a value and what is none, as a profile and its DBC say it: from frames to readings and to the speed.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use can_reader::estimator::{Follows, Geometry};
use can_reader::vehicle::Decoded;
use can_reader::{
    Event, Frame, FrameId, FrameKind, Payload, Pipeline, Quality, Stamp, Vehicle, VehicleError, Verdict,
};
use proptest::prelude::*;

const DBC: &str = r#"
BO_ 256 SPEEDS: 8 X
 SG_ FL : 0|16@1+ (0.01,0) [0|15] "km/h" X
 SG_ FR : 16|16@1+ (0.01,0) [0|0] "km/h" X
 SG_ OWN : 32|2@1+ (1,0) [0|3] "" X
 SG_ SIGNED : 40|16@1- (0.01,0) [0|0] "m/s" X
BO_ 512 FLAGS: 2 X
 SG_ STATE : 0|4@1+ (1,0) [0|15] "" X
 SG_ BODY : 8|8@1+ (1,0) [0|0] "km/h" X
BO_ 768 PAGES: 3 X
 SG_ PAGE M : 0|8@1+ (1,0) [0|1] "" X
 SG_ SPEED m0 : 8|16@1+ (0.01,0) [0|300] "km/h" X
 SG_ SPEED m1 : 8|16@1+ (0.1,0) [0|300] "km/h" X
VAL_ 256 FR 1000 "Fehler" 1001 "kein Fehler" 1002 "Init" ;
"#;

fn load(profile: &str) -> Result<Vehicle, VehicleError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("car.toml");
    let text = format!("title = \"x\"\ndbc_inline = '''{DBC}'''\n{profile}");
    std::fs::write(&path, text).unwrap();
    Vehicle::load(&path)
}

fn vehicle(profile: &str) -> Vehicle {
    load(profile).unwrap()
}

fn refused(profile: &str) -> String {
    load(profile).unwrap_err().to_string()
}

fn frame(at_ms: u64, id: u16, payload: &[u8]) -> Frame {
    let stamp = Stamp { wall_us: at_ms * 1000, at: Duration::from_millis(at_ms) };
    let payload = Payload::new(payload).unwrap();
    Frame { stamp, id: FrameId::Standard(id), kind: FrameKind::Classical, payload }
}

fn speeds(fl: u16, fr: u16, own: u8, signed: i16) -> [u8; 8] {
    let mut payload = [0; 8];
    payload[..2].copy_from_slice(&fl.to_le_bytes());
    payload[2..4].copy_from_slice(&fr.to_le_bytes());
    payload[4] = own;
    payload[5..7].copy_from_slice(&signed.to_le_bytes());
    payload
}

/// What the decoder makes of one frame: key, quality and value of each reading.
fn read(vehicle: &Vehicle, frame: &Frame) -> Vec<(String, Quality, Option<f64>)> {
    let mut decoder = vehicle.decoder();
    let keys: Vec<_> = decoder.channels().iter().map(|channel| channel.key().to_owned()).collect();
    match decoder.decode(frame) {
        Decoded::Readings { readings, .. } => {
            readings.iter().map(|r| (keys[r.channel].clone(), r.quality, r.value)).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// The reading of the one wheel that this line of a profile names.
fn one(line: &str, payload: [u8; 8]) -> (Quality, Option<f64>) {
    let read = read(&vehicle(&format!("[wheels]\nRow1.Left = {line}\n")), &frame(0, 256, &payload));
    assert_eq!(read.len(), 1);
    (read[0].1, read[0].2)
}

#[test]
fn all_ones_and_the_most_negative_are_not_available_unless_the_profile_says_so() {
    let none = (Quality::NotAvailable, None);
    assert_eq!(one("\"SPEEDS.FR\"", speeds(0, 0xFFFF, 0, 0)), none);
    assert_eq!(one("\"SPEEDS.SIGNED\"", speeds(0, 0, 0, -1)), none);
    assert_eq!(one("\"SPEEDS.SIGNED\"", speeds(0, 0, 0, i16::MIN)), none);
    let full = "{ signal = \"SPEEDS.SIGNED\", full_range = true }";
    assert_eq!(one(full, speeds(0, 0, 0, -1)), (Quality::Valid, Some(-0.01 * 3.6)));
    let wide = "{ signal = \"SPEEDS.FR\", full_range = true, range = [0, 700] }";
    assert_eq!(one(wide, speeds(0, 0xFFFF, 0, 0)).0, Quality::OutOfRange, "max_speed_kmh is 400");
    let slow = "{ signal = \"SPEEDS.FR\", full_range = true, scale = 0.5 }";
    assert_eq!(one(slow, speeds(0, 0xFFFF, 0, 0)), (Quality::Valid, Some(327.675)));
}

#[test]
fn texts_of_the_dbc_and_raw_values_of_the_profile_are_none() {
    let fr = |raw| one("\"SPEEDS.FR\"", speeds(0, raw, 0, 0));
    assert_eq!(fr(1000), (Quality::Error, None));
    assert_eq!(fr(1001), (Quality::Valid, Some(10.01)), "kein Fehler");
    assert_eq!(fr(1002), (Quality::NotAvailable, None));
    let invalid = "{ signal = \"SPEEDS.FR\", invalid = [0xFFFE, 7] }";
    assert_eq!(one(invalid, speeds(0, 7, 0, 0)), (Quality::NotAvailable, None));
    assert_eq!(one(invalid, speeds(0, 8, 0, 0)), (Quality::Valid, Some(0.08)));
    let minus_two = "{ signal = \"SPEEDS.SIGNED\", invalid = [-2] }";
    assert_eq!(one(minus_two, speeds(0, 0, 0, -2)), (Quality::NotAvailable, None));
}

#[test]
fn the_range_of_the_profile_overrules_the_dbcs() {
    assert_eq!(one("\"SPEEDS.FL\"", speeds(1501, 0, 0, 0)), (Quality::OutOfRange, None));
    let range = "{ signal = \"SPEEDS.FL\", range = [0, 250] }";
    assert_eq!(one(range, speeds(1501, 0, 0, 0)), (Quality::Valid, Some(15.01)));
    assert_eq!(one(range, speeds(25_001, 0, 0, 0)).0, Quality::OutOfRange);
    let narrow = "{ signal = \"SPEEDS.FR\", range = [1, 2] }";
    assert_eq!(one(narrow, speeds(0, 99, 0, 0)).0, Quality::OutOfRange);
    // In the signal's unit, after `scale`.
    let scaled = "{ signal = \"SPEEDS.FR\", unit = \"m/s\", scale = 10, range = [0, 20] }";
    assert_eq!(one(scaled, speeds(0, 200, 0, 0)), (Quality::Valid, Some(72.0)));
    assert_eq!(one(scaled, speeds(0, 201, 0, 0)).0, Quality::OutOfRange);
}

#[test]
fn radians_a_second() {
    let line = "{ signal = \"SPEEDS.FR\", unit = \"rad/s\", circumference_m = 2 }";
    let (_, value) = one(line, speeds(0, 2000, 0, 0));
    // 20 rad/s are 3.183 turns of 2 m a second.
    assert!((value.unwrap() - 22.918).abs() < 0.001, "{value:?}");
    assert_eq!(one(line, speeds(0, 1000, 0, 0)), (Quality::Error, None), "texts count in any unit");
}

#[test]
fn flags_of_the_same_message_in_any_sense() {
    use Quality::{Flagged, Valid};
    for (flag, expected) in [
        ("valid = { signal = \"SPEEDS.OWN\", is = [1, 2] }", [Flagged, Valid, Valid, Flagged]),
        ("valid = \"SPEEDS.OWN\"", [Flagged, Valid, Valid, Valid]),
        ("fault = { signal = \"SPEEDS.OWN\", is = [2] }", [Valid, Valid, Flagged, Valid]),
        ("fault = \"SPEEDS.OWN\"", [Valid, Flagged, Flagged, Flagged]),
    ] {
        let line = format!("{{ signal = \"SPEEDS.FR\", {flag} }}");
        assert_eq!([0, 1, 2, 3].map(|own| one(&line, speeds(0, 5000, own, 0)).0), expected, "{flag}");
    }
}

const REMOTE: &str = r#"
stale_after_ms = 400
[wheels]
Row1.Left = { signal = "SPEEDS.FR", valid = { signal = "FLAGS.STATE", is = [1] } }
[messages.FLAGS]
cycle_ms = 20
"#;

#[test]
fn a_flag_of_another_message_counts_while_that_is_not_late() {
    let vehicle = vehicle(REMOTE);
    assert_eq!(vehicle.wanted_each(), [[256, 512].map(|id| FrameId::Standard(id).into())]);
    let mut decoder = vehicle.decoder();
    let mut quality = |at_ms, id, payload: &[u8]| match decoder.decode(&frame(at_ms, id, payload)) {
        Decoded::Readings { readings, .. } => readings.iter().map(|r| r.quality).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let moving = speeds(0, 5000, 0, 0);
    // Nobody has said yet that it is valid.
    assert_eq!(quality(0, 256, &moving), [Quality::Unconfirmed]);
    assert_eq!(quality(5, 512, &[1, 0]), []);
    assert_eq!(quality(10, 256, &moving), [Quality::Valid]);
    // The flag takes the validity away at once, and says so once.
    assert_eq!(quality(15, 512, &[2, 0]), [Quality::Flagged]);
    assert_eq!(quality(16, 512, &[2, 0]), []);
    assert_eq!(quality(20, 256, &moving), [Quality::Flagged]);
    assert_eq!(quality(25, 512, &[1, 0]), []);
    // Ten cycles of 20 ms.
    assert_eq!(quality(224, 256, &moving), [Quality::Valid]);
    assert_eq!(quality(225, 256, &moving), [Quality::Unconfirmed]);
}

#[test]
fn without_its_flag_there_is_no_speed_and_the_reason_says_so() {
    let mut pipeline = Pipeline::new(vehicle(REMOTE));
    for at_ms in (0..200).step_by(20) {
        let event = Event::Frame(frame(at_ms, 256, &speeds(0, 5000, 0, 0)));
        pipeline.handle(Duration::from_millis(at_ms), &event);
        assert_eq!(pipeline.estimate().speed_kmh, None);
    }
    let reason = pipeline.reason();
    assert!(reason.contains("validity flag of SPEEDS.FR has not come"), "{reason}");
    let count = |word| pipeline.counters().rejections().find(|(why, _)| *why == word);
    assert_eq!(count("unconfirmed"), Some(("unconfirmed", 10)));
    // The flag alone is a whole frame of this vehicle.
    let event = Event::Frame(frame(200, 512, &[1, 0]));
    assert_eq!(pipeline.handle(Duration::from_millis(200), &event), Verdict::Accepted);
}

#[test]
fn j1939_ranges_where_the_message_says_so() {
    let profile = |j1939: &str| {
        vehicle(&format!(
            "[wheels]\nRow1.Left = {{ signal = \"SPEEDS.FR\", range = [0, 400] }}\n{j1939}\n[limits]\nmax_speed_kmh = 1000"
        ))
    };
    let with = profile("[messages.SPEEDS]\nj1939 = true");
    let of = |vehicle: &Vehicle, raw| read(vehicle, &frame(0, 256, &speeds(0, raw, 0, 0)))[0].1;
    assert_eq!(of(&with, 0xFE00), Quality::Error);
    assert_eq!(of(&with, 0xFF12), Quality::NotAvailable);
    assert_eq!(of(&profile(""), 0xFE00), Quality::OutOfRange);
}

#[test]
fn a_signal_on_each_page_can_be_named() {
    for (name, page, expected) in
        [("PAGES.SPEED:m0", 0, 10.0), ("PAGES.SPEED:m1", 1, 100.0), ("PAGES.SPEED", 1, 100.0)]
    {
        let vehicle = vehicle(&format!("[vehicle_speed]\nsignal = \"{name}\"\n"));
        let read = read(&vehicle, &frame(0, 768, &[page, 0xE8, 3]));
        assert_eq!(read, [("vehicle_speed".to_owned(), Quality::Valid, Some(expected))], "{name}");
        let other = vehicle.decoder().decode(&frame(0, 768, &[1 - page, 0xE8, 3])) == Decoded::Unwanted;
        assert!(other, "{name} is not on the other page");
    }
    let both = vehicle("[wheels]\nRow1.Left = \"PAGES.SPEED:m0\"\nRow1.Right = \"PAGES.SPEED:m1\"\n");
    assert_eq!(both.plan().sensors[1].unwrap().resolution_kmh, 0.1);
    let warnings = both.warnings().join("\n");
    assert!(warnings.contains("SPEED:m1"), "{warnings}");
}

#[test]
fn witnesses_geometry_and_cycles_reach_the_estimator() {
    let plan = vehicle(
        r#"
[wheels]
Row1.Left = { signal = "SPEEDS.FL", tolerance_percent = 2 }
[[witness]]
signal = "FLAGS.BODY"
follows = "body"
tolerance_percent = 1.5
[[witness]]
signal = "SPEEDS.SIGNED"
follows = "driven"
[messages.SPEEDS]
cycle_ms = 12.5
[geometry]
wheelbase_m = 2.7
track_m = [1.4, 1.5]
least_radius_m = 4
"#,
    )
    .plan();
    let [wheel, body, gearbox] = [0, 4, 5].map(|place| plan.sensors[place].unwrap());
    assert_eq!((wheel.tolerance, wheel.message, wheel.cycle), (0.02, 0, Some(Duration::from_micros(12_500))));
    assert_eq!((body.follows, body.tolerance, body.message, body.cycle), (Follows::Body, 0.015, 1, None));
    assert_eq!((gearbox.follows, gearbox.tolerance, gearbox.message), (Follows::DrivenAxle, 0.03, 0));
    assert_eq!(plan.sensors.iter().flatten().count(), 3);
    let expected = Geometry { wheelbase_m: (2.7, 2.7), track_m: (1.4, 1.5), least_radius_m: 4.0 };
    assert_eq!(plan.geometry, expected);
    // One speed alone, and a second opinion on it.
    let alone = vehicle("vehicle_speed = \"SPEEDS.FR\"\nwitness = [\"FLAGS.BODY\"]\n").plan();
    assert!(alone.sensors[4].is_some() && alone.sensors[5].is_some() && alone.sensors[0].is_none());
}

#[test]
fn slips_of_the_pen_are_named_with_what_to_do() {
    let wheel = |keys: &str| format!("[wheels]\nRow1.Left = {{ signal = \"SPEEDS.FR\", {keys} }}\n");
    let and = |tables: &str| wheel("scale = 1") + tables;
    for (profile, words) in [
        (wheel("invalid = [65536]"), "invalid has 65536, and FR has 16 bits"),
        (wheel("range = [5, 5]"), "range = [5, 5]: the first must be the smaller"),
        (wheel("range = [nan, 5]"), "the first must be the smaller"),
        (wheel("scale = 0"), "scale = 0: it must be a number other than 0"),
        (wheel("tolerance_percent = 50"), "it must be from 0.05 to 20"),
        (wheel("follows = \"body\""), "a wheel follows itself"),
        (wheel("valid = \"SPEEDS.FR\""), "cannot be its own valid flag"),
        (wheel("fault = { signal = \"SPEEDS.OWN\", is = [] }"), "is never set with is = []"),
        (wheel("fault = { signal = \"SPEEDS.OWN\", is = [4] }"), "is has 4, and OWN has 2 bits"),
        (wheel("valid = { signal = \"FLAGS.STAT\", is = [1] }"), "(nearest: STATE)"),
        (wheel("unit = \"rad/s\""), "add circumference_m"),
        (wheel("ivalid = [1]"), "with the keys signal, plus, unit"),
        (and("[messages.OTHER]\ncycle_ms = 20"), "gives no speed and no signal; those are: SPEEDS"),
        (and("[messages.SPEEDS]\ncycle_ms = 0"), "it must be from 0.1 to 60000"),
        (and("[geometry]\ntrack_m = 150"), "it must be from 0.05 to 4 metres"),
        (and("[geometry]\nwheelbase_m = [3, 2]"), "the least first"),
        (and("[[witness]]\nsignal = \"SPEEDS.FR\""), "witness 1 and Row1.Left are the same signal"),
        (
            and(&"[[witness]]\nsignal = \"FLAGS.BODY\"\n".repeat(5)),
            "5 times [[witness]], and there is room for 4",
        ),
        (and("[vehicle_speed]\nsignal = \"FLAGS.BODY\""), "is a [[witness]]"),
    ] {
        let message = refused(&profile);
        assert!(message.contains(words), "{profile}\n{message}");
        assert!(message.contains("car.toml:"), "no line: {message}");
    }
}

#[test]
fn a_profile_for_a_later_version_says_which_before_it_complains_of_keys() {
    let message = refused("requires = \"9.9\"\nwheels_of_the_future = 6\n");
    assert!(message.contains("it needs Cardash 9.9, and this is "), "{message}");
    assert!(!message.contains("unknown"), "{message}");
    vehicle("requires = \"0.2\"\n[wheels]\nRow1.Left = \"SPEEDS.FL\"\n");
}

#[test]
fn keys_of_rules_that_are_no_more_are_named_once_and_passed_over() {
    let without = vehicle("[wheels]\nRow1.Left = \"SPEEDS.FR\"\n");
    for key in ["persist_ms", "agree_kmh", "agree_percent", "sensor_floor_kmh"] {
        // A value that was refused once does no harm either.
        for value in ["3", "1e9", "-1"] {
            let with = vehicle(&format!("[wheels]\nRow1.Left = \"SPEEDS.FR\"\n[limits]\n{key} = {value}\n"));
            let named: Vec<_> = with.warnings().iter().filter(|warning| warning.contains(key)).collect();
            assert_eq!(named.len(), 1, "{:?}", with.warnings());
            assert!(
                named[0].contains("means nothing any more") && named[0].contains("car.toml:"),
                "{named:?}"
            );
            assert_eq!(with.plan(), without.plan());
        }
    }
}

const EVERYTHING: &str = r#"
[wheels]
Row1.Left = { signal = "SPEEDS.FL", valid = { signal = "FLAGS.STATE", is = [1, 2, 3] }, fault = "SPEEDS.OWN" }
Row1.Right = { signal = "SPEEDS.FR", fault = { signal = "FLAGS.STATE", is = [9] }, valid = { signal = "FLAGS.STATE", is = [1] } }
Row2.Left = "PAGES.SPEED:m0"
Row2.Right = { signal = "SPEEDS.SIGNED", invalid = [4] }
[[witness]]
signal = "FLAGS.BODY"
[[witness]]
signal = "PAGES.SPEED:m1"
[messages.SPEEDS]
j1939 = true
"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the frames are: a reading has a value exactly when it is valid, and that is in the range.
    #[test]
    fn any_frames_give_readings_that_are_values_or_say_why_not(
        frames in prop::collection::vec(
            (prop::sample::select(vec![256u16, 512, 768, 1]), 0u64..400, prop::collection::vec(any::<u8>(), 0..9)),
            0..40,
        ),
    ) {
        let vehicle = vehicle(EVERYTHING);
        let mut decoder = vehicle.decoder();
        let mut pipeline = Pipeline::new(vehicle);
        let mut now = 0;
        for (id, step, mut payload) in frames {
            now += step;
            // Mostly of the right length.
            if let (Some(length), true) = ([(256, 8), (512, 2), (768, 3)].iter().find(|l| l.0 == id), step % 8 > 0) {
                payload.resize(length.1, 1);
            }
            let frame = frame(now, id, &payload);
            if let Decoded::Readings { readings, .. } = decoder.decode(&frame) {
                for reading in readings {
                    prop_assert_eq!(reading.value.is_some(), reading.quality == Quality::Valid);
                    prop_assert!(reading.value.is_none_or(|kmh| kmh.abs() <= 400.0));
                    prop_assert_eq!(reading.stamp, frame.stamp);
                }
            }
            pipeline.handle(Duration::from_millis(now), &Event::Frame(frame));
            let _ = pipeline.reason();
        }
        let counters = pipeline.counters();
        prop_assert_eq!(
            counters.frames_received,
            counters.frames_decoded + counters.frames_rejected() + counters.frames_ignored
        );
    }

    /// Any values at the new keys load or are refused with a sentence, and never make the loader panic.
    #[test]
    fn any_values_of_the_keys_load_or_are_refused(
        invalid in any::<i64>(), low in any::<f64>(), high in any::<f64>(), scale in any::<f64>(),
        cycle in any::<f64>(), percent in any::<f64>(), metres in any::<f64>(),
    ) {
        let number = |value: f64| format!("{value:?}").replace("NaN", "nan");
        let profile = format!(
            "[wheels]\nRow1.Left = {{ signal = \"SPEEDS.FR\", invalid = [{invalid}], range = [{}, {}], scale = {}, \
             tolerance_percent = {} }}\n[messages.SPEEDS]\ncycle_ms = {}\n[geometry]\ntrack_m = {}\n",
            number(low), number(high), number(scale), number(percent), number(cycle), number(metres)
        );
        let _ = load(&profile);
    }
}
