//! Profiles as people write them, right and wrong.

use super::*;
use crate::estimator::Sides;
use crate::frame::{Frame, FrameId, FrameKind, Payload, SourceTime, Stamp};
use crate::source::Event;
use crate::{Pipeline, State, Verdict};

const PROFILE: &str = r#"
title = "Test car"
driven = "rear"
stale_after_ms = 300
dbc_inline = '''
VERSION ""
BS_:
BU_: ABS
BO_ 256 SPEEDS: 8 ABS
 SG_ FL : 0|16@1+ (0.01,0) [0|300] "km/h" X
 SG_ FR : 16|16@1+ (0.01,0) [0|300] "km/h" X
 SG_ FR_BAD : 48|1@1+ (1,0) [0|1] "" X
 SG_ RPM : 32|16@1+ (1,0) [0|0] "rpm" X
 SG_ ALIVE : 52|4@1+ (1,0) [0|15] "" X
 SG_ CRC : 56|8@1+ (1,0) [0|255] "" X
'''
[wheels]
Row1.Left = "SPEEDS.FL"
Row1.Right = { signal = "SPEEDS.FR", fault = "SPEEDS.FR_BAD" }
Row2.Left = { signal = "SPEEDS.RPM", circumference_m = 2.0 }
[limits]
max_speed_kmh = 250
"#;

fn parse(text: &str) -> Result<Vehicle, VehicleError> {
    Vehicle::parse("test", "test.toml", "test.toml", text, |_| unreachable!())
}

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

fn frame(at_ms: u64, payload: &[u8]) -> Event {
    let stamp = Stamp { wall_us: at_ms * 1000, at: SourceTime::from_millis(at_ms) };
    Event::Frame(Frame {
        stamp,
        id: FrameId::Standard(256),
        kind: FrameKind::Classical,
        payload: Payload::new(payload).unwrap(),
    })
}

/// So many frames, 20 ms apart, of a car that gains a raw count in each.
fn drive(pipeline: &mut Pipeline, frames: u64, payload: impl Fn(i16) -> [u8; 8]) {
    for n in 0..frames {
        let event = frame(n * 20, &payload(i16::try_from(n).unwrap()));
        pipeline.handle(SourceTime::from_millis(n * 20), &event);
    }
}

/// Both wheels, the rpm and the flag of the right wheel.
fn speeds(kmh_100: i16, rpm: u16, bad: u8) -> [u8; 8] {
    let [low, high] = kmh_100.to_le_bytes();
    let [rpm_low, rpm_high] = rpm.to_le_bytes();
    [low, high, low, high, rpm_low, rpm_high, bad, 0]
}

#[test]
fn a_profile_reads_wheels_flags_and_rpm() {
    let vehicle = parse(PROFILE).unwrap();
    assert_eq!(vehicle.stale_after(), Duration::from_millis(300));
    assert_eq!(vehicle.driven(), Some(Driven::Rear));
    let mut pipeline = Pipeline::new(vehicle);
    assert_eq!(pipeline.wanted(), [FrameId::Standard(256).into()]);
    // From 60.00 on; 500 rpm x 2 m = 60 km/h
    drive(&mut pipeline, 20, |n| speeds(6000 + n, 500, 0));
    assert_eq!(pipeline.counters().frames_decoded, 20);
    assert_eq!(pipeline.estimate().state, State::Ok, "{}", pipeline.reason());
    let speed = pipeline.estimate().speed_kmh.unwrap();
    assert!((speed - 60.1).abs() < 0.5, "{speed}");
    let wheels: Vec<_> = pipeline.estimate().wheels.iter().collect();
    assert_eq!(wheels, [("Row1.Left", 60.19), ("Row1.Right", 60.19), ("Row2.Left", 60.0)]);
    // The right wheel says that it is faulty.
    pipeline.handle(SourceTime::from_millis(400), &frame(400, &speeds(6020, 500, 1)));
    assert_eq!(pipeline.estimate().wheels.get(crate::Wheel::FrontRight), None);
    let flagged = "Row1.Right: the validity flag of SPEEDS.FR says that it is not valid";
    assert_eq!(pipeline.voids(), flagged);
    assert_eq!(pipeline.counters().rejections().find(|(why, _)| *why == "fault"), Some(("fault", 1)));
}

#[test]
fn frames_that_fail_a_check_are_counted_by_reason() {
    let text = PROFILE.replace(
        "[limits]",
        "[integrity.SPEEDS]\ncounter = \"ALIVE\"\nchecksum = { kind = \"crc8-sae-j1850\", signal = \"CRC\" }\n[limits]",
    );
    let vehicle = parse(&text).unwrap();
    let database_crc = |payload: &mut [u8; 8]| {
        let database = crate::dbc::Database::parse("x", dbc_text().as_bytes()).unwrap();
        let (_, signal) = database.signal("SPEEDS.CRC").unwrap();
        let checksum = crate::integrity::Checksum::crc8_sae_j1850(signal.clone()).unwrap();
        checksum.write(FrameId::Standard(256), payload).unwrap();
    };
    let mut pipeline = Pipeline::new(vehicle);
    let mut good = [0x70, 0x17, 0x70, 0x17, 0xF4, 0x01, 0x10, 0];
    database_crc(&mut good);
    let mut handle = |at_ms, payload: &[u8]| pipeline.handle(SourceTime::ZERO, &frame(at_ms, payload));
    assert_eq!(handle(0, &good), Verdict::Accepted);
    assert_eq!(handle(20, &good), Verdict::Rejected(Rejection::Counter));
    assert_eq!(handle(40, &good[..7]), Verdict::Rejected(Rejection::Length));
    let mut flipped = good;
    flipped[0] ^= 4;
    assert_eq!(handle(60, &flipped), Verdict::Rejected(Rejection::Checksum));
    let mut empty = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x21, 0];
    database_crc(&mut empty);
    assert_eq!(handle(80, &empty), Verdict::Rejected(Rejection::Empty));
    let counters = *pipeline.counters();
    let rejections: Vec<_> = counters.rejections().collect();
    let expected = [
        ("length", 1),
        ("checksum", 1),
        ("counter", 1),
        ("empty", 1),
        ("fault", 1),
        ("range", 0),
        ("step", 0),
        ("not-available", 2),
        ("error", 0),
        ("unconfirmed", 0),
        ("sender", 0),
    ];
    assert_eq!(rejections, expected);
    assert_eq!((counters.frames_received, counters.frames_decoded, counters.frames_rejected()), (5, 1, 4));
    assert_eq!(
        pipeline.last_error(),
        "Row1.Left: SPEEDS.FL says not available (raw value 65535)",
        "the first of three"
    );
}

#[test]
fn two_old_frames_repeated_for_ever_are_no_living_sender() {
    let text = PROFILE.replace(
        "[limits]",
        "[integrity.SPEEDS]\ncounter = { signal = \"ALIVE\" }\n[messages.SPEEDS]\ncycle_ms = 20\n[limits]",
    );
    let mut pipeline = Pipeline::new(parse(&text).unwrap());
    let mut handle = |n: u64, alive: u8| {
        let payload = speeds(6000 + i16::from(alive), 500, alive << 4);
        pipeline.handle(SourceTime::from_millis(n * 20), &frame(n * 20, &payload))
    };
    let alive: Vec<_> = (0..20).map(|n| handle(n, n as u8 & 0xF)).collect();
    assert!(alive.iter().all(|verdict| *verdict == Verdict::Accepted), "{alive:?}");
    // The last two again and again: 3, 2, 3, 2 ...
    let old: Vec<_> = (20..60).map(|n| handle(n, 2 + (n as u8 & 1))).collect();
    let late = &old[8..];
    assert!(late.iter().all(|verdict| *verdict == Verdict::Rejected(Rejection::Counter)), "{old:?}");
    pipeline.handle(SourceTime::from_millis(60 * 20), &Event::Deadline);
    assert_eq!(pipeline.estimate().speed_kmh, None, "{}", pipeline.reason());
}

#[test]
fn a_value_below_zero_is_a_speed_only_for_a_signal_with_a_sign() {
    // An offset as Toyota has it, no range, and all bits 0: the sensor has no value yet.
    let unsigned = PROFILE.replace("16@1+ (0.01,0) [0|300]", "16@1+ (0.01,-67.67) [0|0]");
    let mut pipeline = Pipeline::new(parse(&unsigned).unwrap());
    let verdict = pipeline.handle(SourceTime::ZERO, &frame(0, &[0, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!(verdict, Verdict::Accepted, "the rpm wheel reads 0");
    assert_eq!(pipeline.counters().rejections().find(|(why, _)| *why == "range"), Some(("range", 2)));
    assert_eq!(pipeline.estimate().speed_kmh, None);
    // A car that reverses at 5 km/h.
    let signed = PROFILE.replace("16@1+ (0.01,0) [0|300]", "16@1- (0.01,0) [-300|300]");
    let signed = signed.replace("Row2.Left = { signal = \"SPEEDS.RPM\", circumference_m = 2.0 }", "");
    let mut pipeline = Pipeline::new(parse(&signed).unwrap());
    drive(&mut pipeline, 20, |n| speeds(-500 - n, 0, 0));
    let speed = pipeline.estimate().speed_kmh.unwrap_or_else(|| panic!("{}", pipeline.reason()));
    assert!((speed - 5.1).abs() < 0.5, "{speed}");
}

fn dbc_text() -> String {
    PROFILE.split("'''").nth(1).unwrap().to_owned()
}

#[test]
fn every_built_in_vehicle_loads() {
    for name in Vehicle::builtin() {
        let vehicle = Vehicle::find(name).unwrap();
        assert_eq!((vehicle.name(), vehicle.origin()), (name, "built in"));
        assert!(!vehicle.title().is_empty());
        assert!(vehicle.warnings().is_empty(), "{name}: {:?}", vehicle.warnings());
        assert!(vehicle.proof().is_some(), "{name}: a built-in profile says how far it is proven: [proof]");
    }
}

#[test]
fn a_profile_says_how_far_it_is_proven_and_whether_sides_are_known() {
    let own = parse(PROFILE).unwrap();
    assert_eq!((own.proof(), own.plan().sides), (None, Sides::Known));
    let text = PROFILE.replace("stale_after", "sides = \"unknown\"\nstale_after");
    let proven = parse(&format!("{text}[proof]\nby = \"notes\"\nsays = \"Seen once.\"\n")).unwrap();
    let proof = Proof { by: ProvenBy::Notes, says: "Seen once.".to_owned() };
    assert_eq!((proven.proof(), proven.plan().sides), (Some(&proof), Sides::Unknown));
    let silent = error(&format!("{PROFILE}[proof]\nby = \"dbc\"\nsays = \" \"\n"));
    assert!(silent.starts_with("test.toml:25: [proof] says nothing: "), "{silent}");
    let mistyped = error(&format!("{PROFILE}[proof]\nby = \"hearsay\"\nsays = \"x\"\n"));
    assert!(
        mistyped.contains("unknown variant `hearsay`, expected one of `recording`, `dbc`, `notes`"),
        "{mistyped}"
    );
}

#[test]
fn an_unknown_vehicle_names_the_nearest_and_where_all_are_listed() {
    let message = Vehicle::find("hondo").unwrap_err().to_string();
    assert!(message.contains("did you mean \"honda\""), "{message}");
    assert!(message.contains("`can-reader vehicles`") && message.len() < 200, "{message}");
    let toyota = Vehicle::find("Toyota Corolla").unwrap_err().to_string();
    assert!(toyota.contains("did you mean \"toyota\" or \"toyota-old\"?"), "{toyota}");
    let other = Vehicle::find("xyzzy").unwrap_err().to_string();
    assert!(!other.contains("did you mean"), "{other}");
    assert!(message.contains("FILE.toml"), "{message}");
    let message = Vehicle::find("/nowhere/car.toml").unwrap_err().to_string();
    assert!(message.starts_with("/nowhere/car.toml: "), "{message}");
}

#[test]
fn a_typing_error_names_the_line() {
    let message = error(&PROFILE.replace("driven =", "drivn ="));
    assert!(message.starts_with("test.toml:3: unknown field `drivn`"), "{message}");
    assert!(message.contains("(did you mean `driven`?)"), "{message}");
    let message = error(&PROFILE.replace("driven = \"rear\"", "driven = \"back\""));
    assert!(message.starts_with("test.toml:3: unknown variant `back`, expected one of"), "{message}");
    let message = error(&PROFILE.replace("Row1.Left = \"SPEEDS.FL\"", "Row3.Left = \"SPEEDS.FL\""));
    assert!(message.contains("unknown field `Row3`"), "{message}");
    let message = error("title = \"x\ndriven = 3");
    assert!(message.starts_with("test.toml:1: "), "{message}");
}

#[test]
fn a_signal_that_the_dbc_lacks_names_the_nearest() {
    let message = error(&PROFILE.replace("SPEEDS.FL", "SPEEDS.FLL"));
    assert!(message.contains("test.toml:18: Row1.Left = \"SPEEDS.FLL\""), "{message}");
    assert!(message.contains("(nearest: FL)"), "{message}");
    let message = error(&PROFILE.replace("SPEEDS.FL", "SPEED.FL"));
    assert!(message.contains("SPEEDS"), "{message}");
}

#[test]
fn contradictions_say_what_to_do() {
    for (from, to, words) in [
        (
            "Row2.Left = { signal = \"SPEEDS.RPM\", circumference_m = 2.0 }",
            "Row2.Left = \"SPEEDS.RPM\"",
            "circumference_m",
        ),
        ("[limits]", "[vehicle_speed]\nsignal = \"SPEEDS.FL\"\n[limits]", "not both"),
        ("max_speed_kmh = 250", "max_speed_kmh = -1", "it must be from 1 to 2000"),
        ("stale_after_ms = 300", "stale_after_ms = 0", "from 20 to 60000"),
        (
            "[limits]",
            "[integrity.OTHER]\ncounter = \"X\"\n[limits]",
            "gives no speed and no signal; those are: SPEEDS",
        ),
        (
            "[limits]",
            "[integrity.SPEEDS]\nchecksum = { kind = \"honda\", signal = \"CRC\" }\n[limits]",
            "has 4 bits",
        ),
        (
            "[limits]",
            "[integrity.SPEEDS]\nchecksum = { kind = \"hondo\", signal = \"CRC\" }\n[limits]",
            "(did you mean `honda`?)",
        ),
        (
            "[limits]",
            "[integrity.SPEEDS]\nchecksum = { kind = \"crc\", width = 8, polynomial = 0x11D, signal = \"CRC\" }\n[limits]",
            "[integrity.SPEEDS] checksum \"crc\" polynomial = 0x11D: write the 8 bits below the highest",
        ),
        (
            "[limits]",
            "[integrity.SPEEDS]\ncounter = { signal = \"ALIVE\", wrap = 17 }\n[limits]",
            "[integrity.SPEEDS] counter ALIVE wrap = 17: it is the number of values, from 2 to 16",
        ),
        (
            "[limits]",
            "[integrity.SPEEDS]\ncounter = { signal = [\"ALIVE\", \"LIVE\"] }\n[limits]",
            "(nearest: ALIVE)",
        ),
        ("[limits]", "[interfaces]\nOTHER = 2\n[limits]", "gives no speed and no signal; those are: SPEEDS"),
        ("[limits]", "[interfaces]\nSPEEDS = 0\n[limits]", "[interfaces] SPEEDS = 0: it must be from 1 to 4"),
        ("[limits]", "[interfaces]\nSPEEDS = -1\n[limits]", "it must be from 1 to 4"),
        ("[limits]", "[interfaces]\nSPEEDS = 5\n[limits]", "it must be from 1 to 4"),
        (
            "[limits]",
            "[interfaces]\nSPEEDS = 2\n[limits]",
            "on interface 2 and none on 1; leave no number out",
        ),
        ("[limits]", "[interfaces]\nSPEEDS = \"can1\"\n[limits]", "expected a number: 1 for the first"),
        ("fault = \"SPEEDS.FR_BAD\"", "fault = \"SPEEDS.BAD\"", "FR_BAD"),
        ("fault = \"SPEEDS.FR_BAD\"", "fault = \"SPEEDS.FR\"", "cannot be its own fault flag"),
        ("Row1.Left = \"SPEEDS.FL\"", "Row1.Left = \"SPEEDS.FR\"", "are the same signal"),
        ("(0.01,0) [0|300]", "(0,5) [0|300]", "its factor in the DBC is 0"),
    ] {
        assert!(PROFILE.contains(from), "{from}");
        let message = error(&PROFILE.replace(from, to));
        assert!(message.contains(words), "{message}");
        let line = message.strip_prefix("test.toml:").and_then(|rest| rest.split(':').next());
        assert!(line.is_some_and(|line| line.parse::<usize>().is_ok()), "no line: {message}");
    }
    assert!(error("title = \"x\"").contains("add dbc ="));
}

mod never_panics {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn on_any_text(text in "\\PC{0,400}") {
            let _ = parse(&text);
        }

        /// A good profile with one stretch replaced.
        #[test]
        fn on_a_damaged_profile(at in 0usize..900, len in 0usize..40, new in "[ -~\\n]{0,12}") {
            let mut text: Vec<u8> = PROFILE.bytes().collect();
            let at = at.min(text.len());
            let end = (at + len).min(text.len());
            text.splice(at..end, new.bytes());
            let _ = parse(&String::from_utf8_lossy(&text));
        }
    }
}

#[test]
fn what_is_no_profile_is_told_with_what_to_do() {
    let dbc = Vehicle::find("cars/My Car.DBC").unwrap_err().to_string();
    assert!(
        dbc.starts_with("cars/My Car.DBC: is a DBC file, ")
            && dbc.contains("`can-reader profile --dbc cars/My Car.DBC --write mycar` makes one"),
        "{dbc}"
    );
    let page = PROFILE.replace("VERSION \"\"\n", "<!DOCTYPE HTML>\n");
    assert!(error(&page).contains("is a web page and not a DBC file"), "{}", error(&page));
    let unquoted = PROFILE.replace("\"Test car\"", "Test car");
    assert_eq!(
        error(&unquoted),
        "test.toml:2: words stand in quotes: title = \"Test car\"; docs/adding-a-vehicle.md explains every key"
    );
}
