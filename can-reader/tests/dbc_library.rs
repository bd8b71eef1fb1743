//! The DBC library on hand-written files: what it decodes, and what it says of bad ones.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use can_reader::FrameId;
use can_reader::dbc::{Database, DbcError, EncodeError};

const HEAD: &str = "VERSION \"\"\n\nNS_ :\n\nBS_:\n\nBU_: ECU\n\n";

const NESTED: &str = "\
BO_ 256 NESTED: 8 ECU
 SG_ ROOT M : 0|4@1+ (1,0) [0|0] \"\" ECU
 SG_ INNER m1M : 8|8@1+ (1,0) [0|0] \"\" ECU
 SG_ A m0 : 16|16@1+ (1,0) [0|0] \"\" ECU
 SG_ B m3 : 16|16@1+ (0.5,-10) [0|0] \"km/h\" ECU
 SG_ C m7 : 16|16@1- (1,0) [0|0] \"\" ECU

SG_MUL_VAL_ 256 INNER ROOT 1-1, 4-6;
SG_MUL_VAL_ 256 A ROOT 0-0;
SG_MUL_VAL_ 256 B INNER 3-5, 100-200;
SG_MUL_VAL_ 256 C INNER 7-7;
";

#[test]
fn nested_multiplexing_with_ranges() {
    let database = parse(NESTED);
    assert_eq!(database.warnings(), &[] as &[String]);
    let b = |root, inner| decode(&database, "NESTED.B", &[root, inner, 100, 0, 0, 0, 0, 0]);
    assert_eq!(b(1, 3), Some(40.0));
    assert_eq!(b(5, 150), Some(40.0));
    assert_eq!(b(0x14, 200), Some(40.0), "only four bits of the byte are ROOT");
    assert_eq!(
        (b(0, 3), b(2, 3), b(7, 3), b(1, 2), b(1, 6), b(1, 201)),
        (None, None, None, None, None, None)
    );
    assert_eq!(database.signal("NESTED.B").unwrap().1.multiplex(), "m3 of INNER 3-5,100-200");
}

#[test]
fn encoding_sets_the_multiplexors_only_where_it_must() {
    let database = parse(NESTED);
    let (_, b) = database.signal("NESTED.B").unwrap();
    let mut payload = [0u8; 8];
    b.encode(40.0, &mut payload).unwrap();
    assert_eq!(payload, [1, 3, 100, 0, 0, 0, 0, 0]);
    let mut payload = [0xF5, 150, 0, 0, 9, 9, 9, 9];
    b.encode(-10.0, &mut payload).unwrap();
    assert_eq!(payload, [0xF5, 150, 0, 0, 9, 9, 9, 9]);
}

#[test]
fn encoding_refuses_what_does_not_fit_and_leaves_the_payload() {
    let database = parse(
        "BO_ 1 M: 8 ECU\n SG_ S : 0|8@1- (0.5,1) [0|0] \"\" ECU\n SG_ Z : 8|8@1+ (0,3) [0|0] \"\" ECU\n",
    );
    let (_, s) = database.signal("M.S").unwrap();
    let mut payload = [7u8; 8];
    for value in [64.8, -63.3, f64::NAN, f64::INFINITY] {
        let error = s.encode(value, &mut payload).unwrap_err();
        assert!(matches!(error, EncodeError::OutOfRange { low: -63.0, high: 64.5, .. }), "{error}");
    }
    assert_eq!(
        s.encode(0.0, &mut payload[..0]).unwrap_err().to_string(),
        "signal S needs 1 bytes of payload, and there are 0"
    );
    assert_eq!(payload, [7; 8]);
    s.encode(-63.0, &mut payload).unwrap();
    assert_eq!(payload[0], 0x80);
    let (_, z) = database.signal("M.Z").unwrap();
    assert_eq!(z.decode(&payload), Some(3.0));
    assert!(z.encode(3.0, &mut payload).unwrap_err().to_string().contains("its factor is 0"));
    assert!(database.warnings().iter().any(|w| w.contains("signal Z has the factor 0")));
}

#[test]
fn floats() {
    let database = parse(
        "BO_ 1 M: 12 ECU\n SG_ F : 7|32@0- (2,1) [0|0] \"\" ECU\n SG_ D : 32|64@1- (1,0) [0|0] \"\" ECU\n\
         \nSIG_VALTYPE_ 1 F : 1;\nSIG_VALTYPE_ 1 D : 2;\n",
    );
    let mut payload = [0u8; 12];
    payload[..4].copy_from_slice(&1.5f32.to_be_bytes());
    payload[4..].copy_from_slice(&(-0.1f64).to_le_bytes());
    assert_eq!(decode(&database, "M.F", &payload), Some(4.0));
    assert_eq!(decode(&database, "M.D", &payload), Some(-0.1));
    assert_eq!(decode(&database, "M.F", &payload[..3]), None);
    assert_eq!(database.signal("M.F").unwrap().1.resolution(), 0.0);
}

#[test]
fn a_signal_that_does_not_fit_is_a_warning_and_an_error_by_name() {
    let database = parse(
        "BO_ 1 M: 2 ECU\n SG_ OUT : 9|8@1+ (1,0) [0|0] \"\" ECU\n SG_ IN : 0|8@1+ (1,0) [0|0] \"\" ECU\n",
    );
    let fault =
        "it does not fit its message: it reaches into byte 2, and the message has 2 bytes (counted from 0)";
    assert_eq!(database.warnings(), [format!("test.dbc: message M: signal OUT cannot be used: {fault}")]);
    assert_eq!(
        database.signal("M.OUT").unwrap_err().to_string(),
        format!("test.dbc: signal M.OUT cannot be used: {fault}; correct the signal in the DBC file")
    );
    assert_eq!(database.messages()[0].signals()[0].decode(&[0; 64]), None);
    assert_eq!(decode(&database, "M.IN", &[5, 0]), Some(5.0));
}

#[test]
fn odd_signals_load_with_a_warning_each() {
    let database = parse(
        "BO_ 1 M: 8 ECU\n SG_ NONE : 0|0@1+ (1,0) [0|0] \"\" ECU\n SG_ LONG : 0|65@1+ (1,0) [0|0] \"\" ECU\n \
         SG_ FAR : 18446744073709551615|8@1+ (1,0) [0|0] \"\" ECU\n SG_ HUGE : 0|8@1+ (1e999,0) [0|0] \"\" ECU\n \
         SG_ F : 0|16@1+ (1,0) [0|0] \"\" ECU\n SG_ LOST m2 : 0|8@1+ (1,0) [0|0] \"\" ECU\n\nSIG_VALTYPE_ 1 F : 1;\n\
         BO_ 2 BIG: 1000000000000 ECU\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" ECU\n",
    );
    let text = database.warnings().join("\n");
    for expected in [
        "NONE cannot be used: it is 0 bits long",
        "LONG cannot be used: it is 65 bits long",
        "FAR cannot be used: its start bit",
        "HUGE cannot be used: its factor",
        "F cannot be used: SIG_VALTYPE_ makes it a float of 32 bits, and it has 16",
        "LOST cannot be used: it is selected by value 2 of a multiplexor",
        "message BIG: it has 1000000000000 bytes, and no frame has more than 64",
    ] {
        assert!(text.contains(expected), "{expected:?} not in:\n{text}");
    }
    assert_eq!(database.warnings().len(), 7);
}

#[test]
fn multiplexors_that_select_each_other_are_refused() {
    let database = parse(
        "BO_ 1 M: 8 ECU\n SG_ A m1M : 0|8@1+ (1,0) [0|0] \"\" ECU\n SG_ B m1M : 8|8@1+ (1,0) [0|0] \"\" ECU\n\n\
         SG_MUL_VAL_ 1 A B 1-1;\nSG_MUL_VAL_ 1 B A 1-1;\n",
    );
    assert_eq!(database.warnings().len(), 2);
    assert!(database.signal("M.A").unwrap_err().to_string().contains("is selected by itself"));
}

#[test]
fn ids_that_no_frame_has_are_left_out() {
    let database = parse(
        "BO_ 464 GOOD: 8 ECU\n\nBO_ 66000 WIDE: 8 ECU\n\nBO_ 2147549648 LONG_ID: 8 ECU\n\nBO_ 2048 TWELVE: 8 ECU\n\n\
         BO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 Vector__XXX\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" Vector__XXX\n",
    );
    assert_eq!(database.message_by_id(FrameId::Standard(464)).unwrap().name(), "GOOD");
    assert_eq!(database.message_by_id(FrameId::Extended(66000)).unwrap().name(), "LONG_ID");
    assert_eq!(database.messages().len(), 2);
    assert!(database.message_by_id(FrameId::Extended(0)).is_none());
    assert_eq!(
        database.warnings(),
        [
            "test.dbc: message WIDE is left out: its id 66000 (0x101D0) has more than 11 bits; if it has 29, write \
             2147549648 (bit 31 set)",
            "test.dbc: what it says of signals of WIDE may be taken for GOOD: correct that id",
            "test.dbc: message TWELVE is left out: its id 2048 (0x800) has more than 11 bits; if it has 29, write \
             2147485696 (bit 31 set)",
        ]
    );
    assert!(matches!(database.message("WIDE").unwrap_err(), DbcError::UnusableMessage { .. }));
}

#[test]
fn duplicates_load_with_a_warning_and_the_last_counts() {
    let database = parse(
        "BO_ 1 M: 8 ECU\n SG_ S : 0|8@1+ (1,0) [0|0] \"a\" ECU\n SG_ S : 8|8@1+ (1,0) [0|0] \"b\" ECU\n\n\
         BO_ 1 OTHER: 8 ECU\n\nBO_ 2 OTHER: 8 ECU\n",
    );
    assert_eq!(database.warnings().len(), 3, "{:?}", database.warnings());
    assert_eq!(database.signal("M.S").unwrap().1.unit(), "b");
    assert_eq!(database.message_by_id(FrameId::Standard(1)).unwrap().name(), "OTHER");
    assert_eq!(database.message("OTHER").unwrap().id(), FrameId::Standard(2));
}

#[test]
fn what_is_lacking_is_named_with_the_nearest() {
    let database =
        parse("BO_ 464 WHEEL_SPEEDS: 8 ECU\n SG_ WHEEL_SPEED_FL : 7|15@0+ (0.01,0) [0|250] \"km/h\" ECU\n");
    assert_eq!(
        database.signal("WHEEL_SPEED.WHEEL_SPEED_FL").unwrap_err().to_string(),
        "test.dbc has no message \"WHEEL_SPEED\" (nearest: WHEEL_SPEEDS); `can-reader list --dbc test.dbc` shows all"
    );
    assert_eq!(
        database.signal("WHEEL_SPEEDS.WHEEL_SPEED_LF").unwrap_err().to_string(),
        "test.dbc: message WHEEL_SPEEDS has no signal \"WHEEL_SPEED_LF\" (nearest: WHEEL_SPEED_FL); \
         `can-reader list --dbc test.dbc` shows all"
    );
    assert_eq!(
        database.signal("wheel_speed_fl").unwrap_err().to_string(),
        "test.dbc: \"wheel_speed_fl\" names no signal: write MESSAGE.SIGNAL (nearest: WHEEL_SPEEDS.WHEEL_SPEED_FL); \
         `can-reader list --dbc test.dbc` shows all"
    );
    let (_, signal) = database.signal("WHEEL_SPEEDS.WHEEL_SPEED_FL").unwrap();
    assert_eq!(
        (signal.range(), signal.resolution(), signal.byte_span()),
        (Some((0.0, 250.0)), 0.01, Some((0, 1)))
    );
}

#[test]
fn bad_files_name_the_line_and_the_remedy() {
    assert_eq!(
        fails("BO_ 464 M: 8 ECU\n SG_ S : 7|15@0+ (0.01;0) [0|250] \"km/h\" ECU\n"),
        "test.dbc:10:23: not valid DBC: expected `,`, `E`, `e` or a digit, in \"SG_ S : 7|15@0+ (0.01;0) [0|250] \\\"km/h\\\" ECU\"; \
         correct this line"
    );
    assert_eq!(
        fails("BO_ 464 M: 8 ECU\n SG_ S : -7|15@0+ (0.01,0) [0|250] \"km/h\" ECU\n"),
        "test.dbc:10: Invalid Uint value: '-7'; correct this statement"
    );
    let cut = fails("BO_ 464 M: 8 ECU\n SG_ S : 7|15@0+ (0.01,0) [0|2");
    assert!(
        cut.starts_with("test.dbc:10: the file ends in the middle of a statement, so it is truncated"),
        "{cut}"
    );
    let quote = fails("BO_ 464 M: 8 ECU\n\nCM_ BO_ 464 \"never closed\n\n;\n");
    assert!(quote.starts_with("test.dbc:11: the file ends in the middle of a statement"), "{quote}");
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let message = |path: &Path| Database::load(path).unwrap_err().to_string();
    let missing = folder.path().join("no.dbc");
    assert!(message(&missing).ends_with("no.dbc: no such file; check the path of the DBC file"));
    assert!(message(folder.path()).ends_with("is a directory; name a DBC file in it"));
    let empty = folder.path().join("empty.dbc");
    fs::write(&empty, "").unwrap();
    assert!(message(&empty).contains("empty.dbc: is empty; "));
    fs::write(&empty, " \n\n").unwrap();
    assert!(message(&empty).contains("empty.dbc: is empty; "));
}

#[test]
fn latin_1_utf_8_and_byte_order_mark_read_the_same() {
    let text = format!("{HEAD}BO_ 1 M: 8 ECU\n SG_ T : 0|8@1- (1,0) [0|0] \"°C\" ECU\n");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let marked = format!("\u{FEFF}{text}");
    for bytes in [text.as_bytes(), &latin, marked.as_bytes()] {
        assert_eq!(Database::parse("t", bytes).unwrap().signal("M.T").unwrap().1.unit(), "°C");
    }
}

#[test]
fn names_beyond_what_a_line_holds_are_those_of_the_attribute_and_the_short_ones_work_too() {
    let short = "BO_ 1 A_MESSAGE_WHOSE_NAME_IS_CUT_OFF: 8 ECU\n SG_ SEL M : 0|8@1+ (1,0) [0|0] \"\" ECU\n SG_ A_SIGNAL_WHOSE_NAME_IS_CUT_OFF m1 : 8|8@1+ (1,0) [0|0] \"\" ECU\n \
                 SG_ A_SIGNAL_WHOSE_NAME_IS_CUT_OFF m2 : 8|8@1+ (2,0) [0|0] \"\" ECU\n";
    let attributes = "BA_DEF_ BO_ \"SystemMessageLongSymbol\" STRING ;\nBA_DEF_ SG_ \"SystemSignalLongSymbol\" STRING ;\n\
                      BA_DEF_DEF_ \"SystemMessageLongSymbol\" \"\";\nBA_DEF_DEF_ \"SystemSignalLongSymbol\" \"\";\n\
                      BA_ \"SystemMessageLongSymbol\" BO_ 1 \"A_MESSAGE_WHOSE_NAME_IS_CUT_OFF_AT_32\";\n\
                      BA_ \"SystemSignalLongSymbol\" SG_ 1 A_SIGNAL_WHOSE_NAME_IS_CUT_OFF \"A_SIGNAL_WHOSE_NAME_IS_CUT_OFF_AT_32\";\n";
    let database = parse(&format!("{short}{attributes}"));
    assert_eq!(database.messages()[0].name(), "A_MESSAGE_WHOSE_NAME_IS_CUT_OFF_AT_32");
    let labels: Vec<_> =
        database.messages()[0].signals().iter().map(can_reader::dbc::Signal::label).collect();
    assert_eq!(
        labels,
        ["SEL", "A_SIGNAL_WHOSE_NAME_IS_CUT_OFF_AT_32:m1", "A_SIGNAL_WHOSE_NAME_IS_CUT_OFF_AT_32:m2"]
    );
    for path in [
        "A_MESSAGE_WHOSE_NAME_IS_CUT_OFF_AT_32.A_SIGNAL_WHOSE_NAME_IS_CUT_OFF_AT_32:m2",
        "A_MESSAGE_WHOSE_NAME_IS_CUT_OFF.A_SIGNAL_WHOSE_NAME_IS_CUT_OFF",
    ] {
        assert_eq!(decode(&database, path, &[2, 21]), Some(42.0), "{path}");
    }
}

#[test]
fn floats_as_savvycan_writes_them_and_types_without_a_colon() {
    let database = parse(
        "BO_ 1 M: 8 ECU\n SG_ F : 0|32@2- (1,0) [0|0] \"\" ECU\n SG_ G : 32|32@1- (1,0) [0|0] \"\" ECU\n\
         BO_ 2 N: 8 ECU\n SG_ D : 0|64@3- (1,0) [0|0] \"\"\nSIG_VALTYPE_ 1 G 1;\n",
    );
    let payload: Vec<u8> = [1.5_f32, -2.25].iter().flat_map(|value| value.to_le_bytes()).collect();
    assert_eq!(decode(&database, "M.F", &payload), Some(1.5));
    assert_eq!(decode(&database, "M.G", &payload), Some(-2.25));
    assert_eq!(decode(&database, "N.D", &0.1_f64.to_le_bytes()), Some(0.1));
    assert_eq!(database.warnings().len(), 3, "{:?}", database.warnings());
}

fn parse(body: &str) -> Database {
    Database::parse("test.dbc", format!("{HEAD}{body}").as_bytes()).unwrap()
}

fn fails(body: &str) -> String {
    Database::parse("test.dbc", format!("{HEAD}{body}").as_bytes()).unwrap_err().to_string()
}

fn decode(database: &Database, path: &str, payload: &[u8]) -> Option<f64> {
    database.signal(path).unwrap().1.decode(payload)
}
