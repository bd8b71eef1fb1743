//! SAE J1939: messages by parameter group, from any source address or a chosen one.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use can_reader::dbc::Database;
use can_reader::vehicle::Decoded;
use can_reader::{
    Event, Frame, FrameId, FrameKind, IdFilter, Payload, Pipeline, Quality, Stamp, State, Vehicle, Verdict,
};

/// The wheel-based speed, 1/256 km/h, as public files have it: address 0xFE stands for any.
const CCVS1: &str =
    "BO_ 2566844926 CCVS1: 8 X\n SG_ Speed : 8|16@1+ (0.00390625,0) [0|250.99609375] \"km/h\" X\n";

fn load(dbc: &str, profile: &str) -> Result<Vehicle, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("truck.toml");
    std::fs::write(folder.path().join("truck.dbc"), dbc).unwrap();
    std::fs::write(&path, format!("title = \"T\"\ndbc = \"truck.dbc\"\n{profile}")).unwrap();
    Vehicle::load(&path).map_err(|error| error.to_string())
}

fn truck(profile: &str) -> Pipeline {
    Pipeline::new(load(CCVS1, &format!("vehicle_speed = \"CCVS1.Speed\"\n{profile}")).unwrap())
}

fn frame(ms: u64, id: u32, payload: &[u8]) -> Frame {
    let stamp = Stamp { wall_us: ms * 1000, at: Duration::from_millis(ms) };
    let payload = Payload::new(payload).unwrap();
    Frame { stamp, id: FrameId::Extended(id), kind: FrameKind::Classical, payload }
}

/// A frame of CCVS1 with this raw speed.
fn ccvs1(pipeline: &mut Pipeline, ms: u64, id: u32, raw: u16) -> Verdict {
    let [low, high] = raw.to_le_bytes();
    let frame = frame(ms, id, &[0xFF, low, high, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
    pipeline.handle(Duration::from_millis(ms), &Event::Frame(frame))
}

fn passed_over(pipeline: &Pipeline) -> u64 {
    pipeline.counters().rejections().find(|(why, _)| *why == "sender").unwrap().1
}

#[test]
fn a_dbc_says_that_a_message_is_a_group() {
    let enumeration =
        "BA_DEF_ BO_ \"VFrameFormat\" ENUM \"StandardCAN\",\"ExtendedCAN\",\"reserved\",\"J1939PG\";\n";
    let text = "BA_DEF_ BO_ \"VFrameFormat\" STRING ;\n";
    let group = IdFilter::pgn(65265, None);
    let exact = |id| IdFilter::exact(FrameId::Extended(id));
    for (id, rest, filter) in [
        // Address 0x0B, and a value by its number, by its name, as text, and of all messages.
        (0x18FE_F10B, format!("{enumeration}BA_ \"VFrameFormat\" BO_ 2566844683 3;\n"), group),
        (0x18FE_F10B, format!("{enumeration}BA_ \"VFrameFormat\" BO_ 2566844683 \"J1939PG\";\n"), group),
        (0x18FE_F10B, format!("{text}BA_ \"VFrameFormat\" BO_ 2566844683 \"J1939PG\";\n"), group),
        (0x18FE_F10B, format!("{enumeration}BA_DEF_DEF_ \"VFrameFormat\" \"J1939PG\";\n"), group),
        // Nothing, another format, and a number that is not the group's in this file.
        (0x18FE_F10B, String::new(), exact(0x18FE_F10B)),
        (0x18FE_F10B, format!("{enumeration}BA_ \"VFrameFormat\" BO_ 2566844683 1;\n"), exact(0x18FE_F10B)),
        (0x18FE_F10B, format!("{text}BA_ \"VFrameFormat\" BO_ 2566844683 \"3\";\n"), exact(0x18FE_F10B)),
        // The placeholders of public files, whatever the default is, and where the file says that it is one id.
        (0x18FE_F1FE, String::new(), group),
        (0x0CFE_F1FF, String::new(), group),
        (0x18FE_F1FE, format!("{enumeration}BA_DEF_DEF_ \"VFrameFormat\" \"StandardCAN\";\n"), group),
        (0x18FE_F1FE, format!("{enumeration}BA_ \"VFrameFormat\" BO_ 2566844926 1;\n"), exact(0x18FE_F1FE)),
        // PDU1: the destination is no part of the group.
        (0x18EA_0BFE, String::new(), IdFilter::pgn(59904, None)),
    ] {
        let dbc = format!("BO_ {} M: 8 X\n{rest}", 0x8000_0000_u32 | id);
        let database = Database::parse("truck.dbc", dbc.as_bytes()).unwrap();
        assert_eq!(database.messages()[0].filter(), filter, "{dbc}");
        assert_eq!(database.messages()[0].id(), FrameId::Extended(id));
    }
    let eleven = Database::parse("car.dbc", b"BO_ 254 M: 8 X\n").unwrap();
    assert_eq!(eleven.messages()[0].filter(), FrameId::Standard(254).into());
}

#[test]
fn the_profile_has_the_last_word() {
    let of = |id: u32, profile: &str| {
        let dbc = CCVS1.replace("2566844926", &(0x8000_0000 | id).to_string());
        load(&dbc, &format!("vehicle_speed = \"CCVS1.Speed\"\n{profile}"))
            .map(|vehicle| vehicle.wanted_each().concat())
    };
    let (any, exact) = (IdFilter::pgn(65265, None), IdFilter::exact(FrameId::Extended(0x18FE_F10B)));
    assert_eq!(of(0x18FE_F10B, ""), Ok(vec![exact]));
    assert_eq!(of(0x18FE_F10B, "[messages.CCVS1]\nj1939 = true"), Ok(vec![any]));
    assert_eq!(of(0x18FE_F1FE, "[messages.CCVS1]\ncycle_ms = 100"), Ok(vec![any]));
    let exact = IdFilter::exact(FrameId::Extended(0x18FE_F1FE));
    assert_eq!(of(0x18FE_F1FE, "[messages.CCVS1]\nj1939 = false"), Ok(vec![exact]));
    let engine = IdFilter::pgn(65265, Some(0));
    assert_eq!(of(0x18FE_F1FE, "[messages.CCVS1]\nsource_address = 0x00"), Ok(vec![engine]));
    assert_eq!(of(0x18FE_F10B, "[messages.CCVS1]\nj1939 = true\nsource_address = 0"), Ok(vec![engine]));
    for (profile, words) in [
        (
            "source_address = 254",
            "truck.toml:5: [messages.CCVS1] source_address = 254: it must be from 0 to 253 (0xFD)",
        ),
        ("source_address = -1", "it must be from 0 to 253"),
        (
            "j1939 = false\nsource_address = 3",
            "truck.toml:6: [messages.CCVS1] source_address = 3: with j1939 = false",
        ),
    ] {
        let error = of(0x18FE_F1FE, &format!("[messages.CCVS1]\n{profile}")).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
    let dbc = CCVS1.replace("2566844926", "256");
    let error =
        load(&dbc, "vehicle_speed = \"CCVS1.Speed\"\n[messages.CCVS1]\nsource_address = 3").unwrap_err();
    assert!(error.contains("100 has 11 bits, and J1939 has 29"), "{error}");
}

#[test]
fn values_of_a_group_are_those_of_j1939() {
    // Without a word in the profile: the file says that it is a group.
    for (raw, quality) in [
        (0xFAFF, Quality::Valid),
        (0xFB00, Quality::OutOfRange),
        (0xFE00, Quality::Error),
        (0xFEFF, Quality::Error),
        (0xFF00, Quality::NotAvailable),
    ] {
        let mut pipeline = truck("");
        ccvs1(&mut pipeline, 0, 0x18FE_F100, raw);
        assert_eq!(pipeline.qualities()[4], quality, "{raw:X}");
    }
}

#[test]
fn the_first_address_that_says_something_is_listened_to() {
    let mut pipeline = truck("[messages.CCVS1]\ncycle_ms = 50");
    // The engine has no speed: nobody is listened to yet.
    assert!(matches!(ccvs1(&mut pipeline, 0, 0x18FE_F100, 0xFE00), Verdict::Rejected(_)));
    assert_eq!(ccvs1(&mut pipeline, 10, 0x18FE_F117, 0x1000), Verdict::Accepted);
    for ms in (50..500).step_by(50) {
        assert_eq!(ccvs1(&mut pipeline, ms, 0x18FE_F100, 0x2000), Verdict::Ignored);
        // The same address with another priority is the same sender.
        assert_eq!(ccvs1(&mut pipeline, ms + 10, 0x0CFE_F117, 0x1000), Verdict::Accepted);
    }
    assert_eq!((passed_over(&pipeline), pipeline.counters().frames_ignored), (9, 9));
    assert_eq!(
        pipeline.last_error(),
        "CCVS1 (PGN 65265): source address 00 sends it too; 17 is listened to (source_address under \
         [messages.CCVS1] chooses)"
    );
    // Said once of each address.
    pipeline.forget_error();
    assert_eq!(ccvs1(&mut pipeline, 470, 0x18FE_F100, 0x2000), Verdict::Ignored);
    assert_eq!(pipeline.last_error(), "");
    assert_eq!(ccvs1(&mut pipeline, 480, 0x18FE_F121, 0x2000), Verdict::Ignored);
    assert!(pipeline.last_error().contains("address 21"), "{}", pipeline.last_error());
    assert_eq!(
        pipeline.senders(),
        ["CCVS1 (PGN 65265): source address 17 is listened to; passed over: 11 frames from 00, 21"]
    );
    // Ten cycles without it, and the next that says something takes over. What says nothing does not.
    assert_eq!(ccvs1(&mut pipeline, 950, 0x18FE_F100, 0x2000), Verdict::Ignored);
    assert!(matches!(ccvs1(&mut pipeline, 960, 0x18FE_F100, 0xFE00), Verdict::Rejected(_)));
    assert_eq!(ccvs1(&mut pipeline, 970, 0x18FE_F121, 0x2000), Verdict::Accepted);
    assert!(
        pipeline.last_error().contains("address 17 has given no usable frame for long; 21 is listened to"),
        "{}",
        pipeline.last_error()
    );
    assert_eq!(ccvs1(&mut pipeline, 980, 0x18FE_F117, 0x1000), Verdict::Ignored);
}

/// An engine that says "error" has not gone silent, and yet gives nothing.
#[test]
fn an_address_that_says_nothing_usable_is_given_up_too() {
    let mut pipeline = truck("[messages.CCVS1]\ncycle_ms = 50");
    assert_eq!(ccvs1(&mut pipeline, 0, 0x18FE_F100, 0x1000), Verdict::Accepted);
    for ms in (50..500).step_by(50) {
        assert!(matches!(ccvs1(&mut pipeline, ms, 0x18FE_F100, 0xFE00), Verdict::Rejected(_)));
        assert_eq!(ccvs1(&mut pipeline, ms, 0x18FE_F117, 0x1000), Verdict::Ignored);
    }
    assert_eq!(ccvs1(&mut pipeline, 500, 0x18FE_F117, 0x1000), Verdict::Accepted);
    // The word of the old one does not void that of the new one.
    assert_eq!(ccvs1(&mut pipeline, 510, 0x18FE_F100, 0xFE00), Verdict::Ignored);
    assert_eq!(pipeline.qualities()[4], Quality::Valid);
}

const TWO: &str = "BO_ 2566844926 CCVS1: 8 X\n SG_ Speed : 8|16@1+ (0.00390625,0) [0|250] \"km/h\" X\nBO_ 2566844910 CCVS1_T: 8 X\n SG_ Speed : 8|16@1+ (0.00390625,0) [0|250] \"km/h\" X\n";

#[test]
fn one_group_of_two_senders() {
    let speeds = "vehicle_speed = \"CCVS1.Speed\"\n[[witness]]\nsignal = \"CCVS1_T.Speed\"\n[messages.CCVS1_T]\nsource_address = 0xEE\n";
    let mut pipeline = Pipeline::new(load(TWO, speeds).unwrap());
    // The chosen address has its own message, whatever comes first in the file.
    assert_eq!(pipeline.wanted(), [IdFilter::pgn(65265, Some(0xEE)), IdFilter::pgn(65265, None)]);
    for ms in (0..1000).step_by(50) {
        assert_eq!(ccvs1(&mut pipeline, ms, 0x18FE_F1EE, 0x1000), Verdict::Accepted);
        assert_eq!(ccvs1(&mut pipeline, ms + 1, 0x18FE_F100, 0x1000), Verdict::Accepted);
    }
    assert_eq!((pipeline.estimate().witnesses, passed_over(&pipeline)), (2, 0));
    // Both chosen.
    let both = format!("{speeds}[messages.CCVS1]\nsource_address = 0\n");
    assert!(load(TWO, &both).is_ok());
    // Neither, or the same: no frame could tell.
    let neither = speeds.replace("source_address = 0xEE", "j1939 = true");
    let error = load(TWO, &neither).unwrap_err();
    assert!(
        error.contains(
            "CCVS1 and CCVS1_T are both PGN 65265, and no frame says which of them it is: give one"
        ),
        "{error}"
    );
    assert!(load(TWO, &both.replace("= 0\n", "= 0xEE\n")).unwrap_err().contains("both PGN 65265 from EE"));
}

#[test]
fn several_buses_lose_groups_too() {
    let profile = "vehicle_speed = \"CCVS1.Speed\"\n[[witness]]\nsignal = \"CCVS1_T.Speed\"\n[messages.CCVS1_T]\nsource_address = 0xEE\n[interfaces]\nCCVS1_T = 2\n";
    let mut pipeline = Pipeline::new(load(TWO, profile).unwrap());
    let (any, chosen) = (IdFilter::pgn(65265, None), IdFilter::pgn(65265, Some(0xEE)));
    assert_eq!(pipeline.wanted_each(), [vec![any], vec![chosen]]);
    for ms in (0..1000).step_by(50) {
        ccvs1(&mut pipeline, ms, 0x18FE_F1EE, 0x1000);
        ccvs1(&mut pipeline, ms + 1, 0x18FE_F100, 0x1000);
    }
    assert_eq!(pipeline.estimate().witnesses, 2);
    let reason = "interface can1 is down".to_owned();
    let down = Event::PartDown { interface: "can1".to_owned(), ids: vec![chosen], reason };
    pipeline.handle(Duration::from_millis(1002), &down);
    ccvs1(&mut pipeline, 1050, 0x18FE_F100, 0x1000);
    let estimate = pipeline.estimate();
    assert!(estimate.state != State::Ok && estimate.witnesses == 0, "{}", pipeline.reason());
}

/// EBC2: the speed of the front axle, 1/256 km/h, and what each wheel turns faster, 1/16 km/h from -7.8125.
const EBC2: &str = "BO_ 2566832126 EBC2: 8 X\n SG_ FrontAxleSpeed : 0|16@1+ (0.00390625,0) [0|250.99609375] \"km/h\" X\n SG_ Left : 16|8@1+ (0.0625,-7.8125) [-7.8125|7.8125] \"km/h\" X\n SG_ Right : 24|8@1+ (0.0625,-7.8125) [-7.8125|7.8125] \"km/h\" X\nBO_ 2566844926 CCVS1: 8 X\n SG_ Speed : 8|16@1+ (0.00390625,0) [0|250] \"km/h\" X\n";

const WHEELS: &str = "[wheels]\nRow1.Left = { signal = \"EBC2.FrontAxleSpeed\", plus = \"EBC2.Left\" }\nRow1.Right = { signal = \"EBC2.FrontAxleSpeed\", plus = \"EBC2.Right\" }\n";

/// Qualities and values of the two wheels, and what is said of them.
fn wheels(profile: &str, speed: u16, left: u8, right: u8) -> ([(Quality, Option<f64>); 2], String) {
    let mut pipeline = Pipeline::new(load(EBC2, profile).unwrap());
    let mut decoder = pipeline.vehicle().decoder();
    let [low, high] = speed.to_le_bytes();
    let frame = frame(0, 0x18FE_BF0B, &[low, high, left, right, 0xFF, 0xFF, 0xFF, 0xFF]);
    let Decoded::Readings { readings, .. } = decoder.decode(&frame) else { panic!("no readings") };
    let wheels = [0, 1].map(|n| (readings[n].quality, readings[n].value));
    pipeline.handle(Duration::ZERO, &Event::Frame(frame));
    (wheels, pipeline.voids())
}

#[test]
fn a_wheel_is_the_axle_and_what_it_turns_faster() {
    use Quality::{Error, NotAvailable, OutOfRange, Valid};
    // 40 km/h, a bend: 1 km/h slower and 1 km/h faster.
    let (read, voids) = wheels(WHEELS, 40 * 256, 125 - 16, 125 + 16);
    assert_eq!((read, voids.as_str()), ([(Valid, Some(39.0)), (Valid, Some(41.0))], ""));
    // Standing still, both parts cut off: a step of both below 0 at most.
    assert_eq!(wheels(WHEELS, 0, 124, 125).0[0], (Valid, Some(-0.0625)));
    assert_eq!(wheels(WHEELS, 0, 0, 125).0, [(OutOfRange, None), (Valid, Some(0.0))]);
    // The worse of both.
    for (speed, left, expected) in [
        (0x2800, 0xFF, NotAvailable),
        (0x2800, 0xFE, Error),
        (0x2800, 0xFB, OutOfRange),
        (0xFF00, 125, NotAvailable),
        (0xFE00, 0xFF, Error),
        (0xFF00, 0xFE, Error),
        (0xFFFF, 0xFF, NotAvailable),
    ] {
        assert_eq!(wheels(WHEELS, speed, left, 125).0[0], (expected, None), "{speed:X} {left:X}");
    }
    // The sentence names the signal at fault, or the sum.
    for (speed, left, words) in [
        (0x2800, 0xFF, "Row1.Left: EBC2.Left says not available (raw value 255)"),
        (0xFEFF, 0xFF, "Row1.Left: EBC2.FrontAxleSpeed says an error (raw value 65279)"),
        (
            0,
            0,
            "Row1.Left: EBC2.FrontAxleSpeed + EBC2.Left = -7.81 km/h is outside what the profile's max_speed_kmh",
        ),
    ] {
        let voids = wheels(WHEELS, speed, left, 125).1;
        assert!(voids.starts_with(words), "{voids}");
    }
    // The estimator knows the steps of both.
    let plan = load(EBC2, WHEELS).unwrap().plan();
    assert_eq!(plan.sensors[0].unwrap().resolution_kmh, 1.0 / 256.0 + 1.0 / 16.0);
}

#[test]
fn unit_scale_and_range_are_those_of_the_sum() {
    let profile = WHEELS.replace("plus = \"EBC2.Left\"", "plus = \"EBC2.Left\", scale = 2, range = [0, 80]");
    assert_eq!(wheels(&profile, 39 * 256, 125 + 16, 125).0[0].1, Some(80.0));
    assert_eq!(wheels(&profile, 40 * 256, 125 + 16, 125).0[0].0, Quality::OutOfRange);
    let profile = WHEELS.replace("plus = \"EBC2.Left\"", "plus = \"EBC2.Left\", unit = \"m/s\"");
    assert_eq!(wheels(&profile, 10 * 256, 125 + 16, 125).0[0].1, Some(39.6));
}

#[test]
fn what_cannot_be_added_is_refused() {
    for (plus, words) in [
        ("CCVS1.Speed", "plus = \"CCVS1.Speed\": it must be a signal of EBC2"),
        ("EBC2.FrontAxleSpeed", "that is the signal itself"),
        ("EBC2.Lefd", "has no signal \"Lefd\" (nearest: Left)"),
    ] {
        let error = load(EBC2, &WHEELS.replace("\"EBC2.Left\"", &format!("{plus:?}"))).unwrap_err();
        assert!(error.contains("truck.toml:4: Row1.Left") && error.contains(words), "{error}");
    }
    // Two wheels of the same two signals are one.
    let error = load(EBC2, &WHEELS.replace("EBC2.Right", "EBC2.Left")).unwrap_err();
    assert!(error.contains("are the same signal"), "{error}");
}
