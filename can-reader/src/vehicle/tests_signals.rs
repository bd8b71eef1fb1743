//! `[signals]` as people write it, right and wrong.

use super::*;
use crate::frame::{Frame, FrameId, FrameKind, Payload, SourceTime, Stamp};
use crate::signals::{Held, Value, Why};
use crate::source::Event;
use crate::{Pipeline, Verdict};

const PROFILE: &str = r#"
title = "Test car"
dbc_inline = '''
VERSION ""
BS_:
BU_: X
BO_ 256 SPEEDS: 8 X
 SG_ FL : 0|16@1+ (0.01,0) [0|300] "km/h" X
 SG_ RPM : 32|16@1+ (0.25,0) [0|16000] "rpm" X
BO_ 512 BODY: 8 X
 SG_ HIGH_BEAM : 0|1@1+ (1,0) [0|1] "" X
 SG_ DOOR : 1|2@1+ (1,0) [0|3] "" X
 SG_ ABS : 4|2@1+ (1,0) [0|3] "" X
 SG_ GEAR : 8|4@1+ (1,0) [0|15] "" X
 SG_ FUEL : 16|8@1+ (0.5,0) [0|100] "%" X
 SG_ OUTSIDE : 24|8@1+ (1,-40) [-40|120] "degF" X
 SG_ OUTSIDE_OK : 32|1@1+ (1,0) [0|1] "" X
 SG_ KM : 40|24@1+ (0.1,0) [0|0] "km" X
BO_ 768 PAGES: 8 X
 SG_ PAGE M : 0|8@1+ (1,0) [0|255] "" X
 SG_ OIL m1 : 8|8@1+ (0.1,0) [0|10] "bar" X
 SG_ VOLTS m2 : 8|8@1+ (0.1,0) [0|20] "V" X
VAL_ 512 GEAR 0 "P" 1 "R" 2 "N" 3 "D" 4 "S" 15 "SNA" ;
VAL_ 512 ABS 1 "Error" 3 "SNA" ;
'''
[wheels]
Row1.Left = "SPEEDS.FL"
[messages.BODY]
event = true
cycle_ms = 500
[signals]
Vehicle.Powertrain.CombustionEngine.Speed = "SPEEDS.RPM"
"Vehicle.Body.Lights.Beam.High.IsOn" = "BODY.HIGH_BEAM"
"Vehicle.Cabin.IsAnyDoorOpen" = { signal = "BODY.DOOR", on = [1, 2], off = [0] }
"Vehicle.ADAS.ABS.IsError" = "BODY.ABS"
"Vehicle.Powertrain.Transmission.SelectedGear" = "BODY.GEAR"
"Vehicle.Powertrain.FuelSystem.RelativeLevel" = "BODY.FUEL"
"Vehicle.Exterior.AirTemperature" = { signal = "BODY.OUTSIDE", valid = "BODY.OUTSIDE_OK" }
"Vehicle.TraveledDistance" = "BODY.KM"
"Vehicle.Powertrain.CombustionEngine.EngineOil.Pressure" = "PAGES.OIL"
"Vehicle.LowVoltageBattery.CurrentVoltage" = "PAGES.VOLTS"
"#;

fn parse(text: &str) -> Result<Vehicle, VehicleError> {
    Vehicle::parse("test", "test.toml", "test.toml", text, |_| unreachable!())
}

fn hear(pipeline: &mut Pipeline, at_ms: u64, id: u16, payload: &[u8]) -> Verdict {
    let stamp = Stamp { wall_us: at_ms * 1000, at: SourceTime::from_millis(at_ms) };
    let payload = Payload::new(payload).unwrap();
    let frame = Frame { stamp, id: FrameId::Standard(id), kind: FrameKind::Classical, payload };
    pipeline.handle(stamp.at, &Event::Frame(frame))
}

fn pass(pipeline: &mut Pipeline, at_ms: u64) {
    pipeline.handle(SourceTime::from_millis(at_ms), &Event::Deadline);
}

fn held(pipeline: &Pipeline, end: &str) -> Held {
    let board = pipeline.board();
    let signal = (0..board.len()).find(|signal| board.described(*signal).entry.path.ends_with(end));
    board.held(signal.expect(end))
}

/// High beam, door, ABS lamp, gear, fuel, outside, whether that is valid, distance.
fn body(lamps: [u8; 3], gear: u8, fuel: u8, outside: u8, ok: u8) -> [u8; 8] {
    let [beam, door, abs] = lamps;
    // 123,456.7 km
    let [km_low, km_mid, km_high, _] = 1_234_567_u32.to_le_bytes();
    [beam | door << 1 | abs << 4, gear, fuel, outside, ok, km_low, km_mid, km_high]
}

#[test]
fn each_signal_has_the_unit_and_the_type_of_vss() {
    let mut pipeline = Pipeline::new(parse(PROFILE).unwrap());
    assert_eq!(pipeline.board().len(), 12, "and a gear and a warning that are worked out");
    assert_eq!(hear(&mut pipeline, 0, 512, &body([1, 2, 1], 1, 101, 72, 1)), Verdict::Signals);
    assert_eq!(held(&pipeline, "High.IsOn"), Ok(Value::Boolean(true)));
    assert_eq!(held(&pipeline, "IsAnyDoorOpen"), Ok(Value::Boolean(true)));
    assert_eq!(
        held(&pipeline, "ABS.IsError"),
        Ok(Value::Boolean(true)),
        "a text such as Error is no void of a lamp"
    );
    assert_eq!(held(&pipeline, "SelectedGear"), Ok(Value::Signed(-1)));
    assert_eq!(held(&pipeline, "RelativeLevel"), Ok(Value::Unsigned(51)), "50.5");
    assert_eq!(held(&pipeline, "AirTemperature"), Ok(Value::Float(0.0)), "32 degF");
    assert_eq!(held(&pipeline, "TraveledDistance"), Ok(Value::Unsigned(123_456_700)));
    assert_eq!(held(&pipeline, "Engine.Speed"), Err(Why::Unheard));
    assert_eq!(hear(&mut pipeline, 1, 256, &[0, 0, 0, 0, 0x10, 0x0E, 0, 0]), Verdict::Accepted);
    assert_eq!(held(&pipeline, "Engine.Speed"), Ok(Value::Float(900.0)));
    assert_eq!(pipeline.counters().frames_decoded, 2);
}

#[test]
fn what_the_car_does_not_know_is_never_off_and_never_a_number() {
    let mut pipeline = Pipeline::new(parse(PROFILE).unwrap());
    hear(&mut pipeline, 0, 512, &body([0, 3, 3], 15, 255, 72, 0));
    for (end, why) in [
        ("IsAnyDoorOpen", Why::NotAvailable),
        ("ABS.IsError", Why::NotAvailable),
        ("SelectedGear", Why::NotAvailable),
        ("RelativeLevel", Why::NotAvailable),
        ("AirTemperature", Why::Fault),
    ] {
        assert_eq!(held(&pipeline, end), Err(why), "{end}");
    }
    assert_eq!(held(&pipeline, "High.IsOn"), Ok(Value::Boolean(false)));
    // 4 is "S", which is no gear of VSS; 103 % is out of range.
    hear(&mut pipeline, 1, 512, &body([0, 0, 2], 4, 206, 72, 1));
    assert_eq!(held(&pipeline, "SelectedGear"), Err(Why::NotAvailable));
    assert_eq!(held(&pipeline, "ABS.IsError"), Err(Why::NotAvailable));
    assert_eq!(held(&pipeline, "RelativeLevel"), Err(Why::Fault));
    assert_eq!(held(&pipeline, "IsAnyDoorOpen"), Ok(Value::Boolean(false)));
}

#[test]
fn pages_are_late_each_by_itself() {
    let mut pipeline = Pipeline::new(parse(PROFILE).unwrap());
    for n in 0..40 {
        hear(&mut pipeline, n * 100, 768, &[1, 40, 0, 0, 0, 0, 0, 0]);
        if n < 10 {
            hear(&mut pipeline, n * 100 + 50, 768, &[2, 126, 0, 0, 0, 0, 0, 0]);
        }
    }
    assert_eq!(held(&pipeline, "EngineOil.Pressure"), Ok(Value::Float(400.0)));
    assert_eq!(held(&pipeline, "CurrentVoltage"), Err(Why::Stale), "2.9 s after its last");
    pass(&mut pipeline, 3900 + 1010);
    assert_eq!(held(&pipeline, "EngineOil.Pressure"), Err(Why::Stale));
    hear(&mut pipeline, 6000, 768, &[2, 126, 0, 0, 0, 0, 0, 0]);
    assert_eq!(held(&pipeline, "CurrentVoltage"), Ok(Value::Float(12.6)));
    assert_eq!(held(&pipeline, "EngineOil.Pressure"), Err(Why::Stale));
}

#[test]
fn an_event_message_is_late_by_the_cycle_that_is_told() {
    let mut pipeline = Pipeline::new(parse(PROFILE).unwrap());
    // A burst of changes, then silence.
    for n in 0..10 {
        hear(&mut pipeline, n, 512, &body([u8::from(n % 2 == 0), 0, 0], 0, 100, 72, 1));
    }
    pass(&mut pipeline, 4_000);
    assert_eq!(held(&pipeline, "High.IsOn"), Ok(Value::Boolean(false)));
    pass(&mut pipeline, 5_100);
    assert_eq!(held(&pipeline, "High.IsOn"), Err(Why::Stale));
}

#[test]
fn a_link_that_is_down_takes_all_and_gives_nothing_back_by_itself() {
    let mut pipeline = Pipeline::new(parse(PROFILE).unwrap());
    hear(&mut pipeline, 0, 512, &body([1, 0, 0], 0, 100, 72, 1));
    pipeline.handle(SourceTime::from_millis(10), &Event::LinkDown("can0 is down".into()));
    assert_eq!(held(&pipeline, "High.IsOn"), Err(Why::LinkDown));
    pipeline.handle(SourceTime::from_millis(20), &Event::LinkUp);
    assert_eq!(held(&pipeline, "High.IsOn"), Err(Why::Unheard));
    hear(&mut pipeline, 30, 512, &body([1, 0, 0], 0, 100, 72, 1));
    assert_eq!(held(&pipeline, "High.IsOn"), Ok(Value::Boolean(true)));
}

#[test]
fn frames_may_be_longer_only_where_the_profile_says_so() {
    let text = PROFILE
        .replace("BO_ 512 BODY: 8", "BO_ 512 BODY: 6")
        .replace("KM : 40|24@1+ (0.1", "KM : 40|8@1+ (0.1");
    let mut pipeline = Pipeline::new(parse(&text).unwrap());
    let payload = body([1, 0, 0], 0, 100, 72, 1);
    assert!(matches!(hear(&mut pipeline, 0, 512, &payload), Verdict::Rejected(_)));
    let text = text.replace("event = true", "may_be_longer = true\nevent = true");
    let mut pipeline = Pipeline::new(parse(&text).unwrap());
    assert_eq!(hear(&mut pipeline, 0, 512, &payload), Verdict::Signals);
    assert!(matches!(hear(&mut pipeline, 0, 512, &payload[..5]), Verdict::Rejected(_)), "shorter never");
}

#[test]
fn mistakes_name_the_line_and_what_to_do() {
    let cases = [
        ("Vehicle.TraveledDistance\"", "Vehicle.TravelledDistance\"", "near it are"),
        ("\"BODY.KM\"", "\"BODY.MILES\"", "test.toml:"),
        ("= \"BODY.HIGH_BEAM\"", "= { signal = \"BODY.HIGH_BEAM\", onn = [1] }", "the keys signal, unit"),
        ("on = [1, 2], off = [0]", "on = [0], off = [0]", "in on and in off"),
        ("on = [1, 2], off = [0]", "on = [4]", "has 2 bits"),
        ("\"degF\"", "\"\"", "add unit = \"...\" (degC, degF, K)"),
        ("= \"BODY.FUEL\"", "= { signal = \"BODY.FUEL\", on = [1] }", "on and off are for lamps"),
        ("= \"BODY.GEAR\"", "= { signal = \"BODY.GEAR\", values = { 1 = \"X\" } }", "no such value"),
        ("cycle_ms = 500\n", "", "Add cycle_ms"),
    ];
    for (right, wrong, says) in cases {
        let text = PROFILE.replace(right, wrong);
        assert_ne!(text, PROFILE, "{right}");
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(says) && error.contains("test.toml:"), "{wrong}: {error}");
    }
}
