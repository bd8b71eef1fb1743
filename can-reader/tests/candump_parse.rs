//! Single lines of candump logs: every form that can-utils writes, and every way to damage one.

#![allow(clippy::unwrap_used)] // helpers of tests: to panic is to fail

use can_reader::log::{LineError, LogBody, LogFrame, parse_line};
use can_reader::{FrameId, FrameKind, Payload};
use proptest::prelude::*;
use proptest::sample::Index;
use std::time::Duration;

fn parsed(line: &str) -> LogFrame<'_> {
    parse_line(line.as_bytes()).unwrap().unwrap()
}

fn fault(line: &str) -> LineError {
    parse_line(line.as_bytes()).unwrap_err()
}

fn payload(bytes: &[u8]) -> Payload {
    Payload::new(bytes).unwrap()
}

#[test]
fn classical_frames() {
    let frame = parsed("(1674148739.212264) can0 112#FF0015\n");
    assert_eq!(frame.wall_us, 1_674_148_739_212_264);
    assert_eq!(frame.interface, "can0");
    let id = FrameId::Standard(0x112);
    assert_eq!(frame.body, LogBody::Classical { id, payload: payload(&[0xFF, 0, 0x15]) });

    let none = parsed("(1.0) can0 7FF#");
    assert_eq!(none.body, LogBody::Classical { id: FrameId::Standard(0x7FF), payload: payload(&[]) });

    let long = parsed("(1.0) vcan0 18FEBF0b#01.02_0a0B");
    let id = FrameId::Extended(0x18FE_BF0B);
    assert_eq!(long.body, LogBody::Classical { id, payload: payload(&[1, 2, 10, 11]) });

    // Eight digits make a 29-bit id, however small.
    let small = parsed("(1.0) can0 00000112#00");
    assert_eq!(small.body, LogBody::Classical { id: FrameId::Extended(0x112), payload: payload(&[0]) });
}

#[test]
fn raw_length_codes_of_candump_8_are_passed_over() {
    let frame = parsed("(1.0) can0 123#0011223344556677_E");
    let id = FrameId::Standard(0x123);
    let bytes = [0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77];
    assert_eq!(frame.body, LogBody::Classical { id, payload: payload(&bytes) });
    assert_eq!(parsed("(1.0) can0 123#R8_9").body, LogBody::Remote { id, length: 8 });
}

#[test]
fn fd_frames() {
    let id = FrameId::Standard(0x123);
    let frame = parsed("(1.0) can0 123##1AABB");
    assert_eq!(frame.body, LogBody::Fd { id, flags: 1, payload: payload(&[0xAA, 0xBB]) });
    let full = format!("(1.0) can0 123##3{}", "5A".repeat(64));
    assert_eq!(parsed(&full).body, LogBody::Fd { id, flags: 3, payload: payload(&[0x5A; 64]) });
    assert_eq!(parsed("(1.0) can0 123##0").body, LogBody::Fd { id, flags: 0, payload: payload(&[]) });
}

#[test]
fn remote_frames() {
    let id = FrameId::Standard(0x123);
    assert_eq!(parsed("(1.0) can0 123#R").body, LogBody::Remote { id, length: 0 });
    assert_eq!(parsed("(1.0) can0 123#R4").body, LogBody::Remote { id, length: 4 });
    let at = Duration::from_secs(7);
    let frame = parsed("(1.0) can0 123#R4").frame(at).unwrap();
    assert_eq!((frame.kind, frame.payload, frame.stamp.at), (FrameKind::Remote, payload(&[]), at));
}

#[test]
fn error_frames_are_told_apart() {
    let frame = parsed("(1.0) can0 20000040#0000000000000000");
    assert_eq!(frame.body, LogBody::Error { class: 0x40, payload: payload(&[0; 8]) });
    assert_eq!(frame.frame(Duration::ZERO), None);
}

#[test]
fn time_stamps_are_exact_whatever_their_digits() {
    for (text, us) in [
        ("0.000001", 1),
        ("1674148739", 1_674_148_739_000_000),
        ("1674148739.", 1_674_148_739_000_000),
        ("1674148739.5", 1_674_148_739_500_000),
        ("1674148739.212264999", 1_674_148_739_212_264),
        ("0000000001.000000", 1_000_000),
        ("9007199254.740993", 9_007_199_254_740_993), // the first integer that a double cannot hold
        ("18446744073709.551615", u64::MAX),
    ] {
        let line = format!("({text}) can0 1FF#");
        assert_eq!(parsed(&line).wall_us, us, "{line}");
    }
    assert_eq!(fault("(18446744073709.551616) can0 1FF#"), LineError::TimestampRange);
    assert_eq!(fault(&format!("({}) can0 1FF#", "9".repeat(400))), LineError::TimestampRange);
}

#[test]
fn direction_marks_spaces_and_line_ends() {
    let plain = parsed("(1.5) can0 112#FF0015");
    for line in [
        "(1.5) can0 112#FF0015 R",
        "(1.5) can0 112#FF0015 T\r\n",
        "(1.5) can0 112#FF0015\r\n",
        "  (1.5)\tcan0   112#FF0015  ",
        "(1.5)can0 112#ff0015",
    ] {
        assert_eq!(parsed(line), plain, "{line}");
    }
}

#[test]
fn comments_and_blank_lines_are_nothing() {
    for line in ["", "\n", "\r\n", "   ", "# note", "; note", "// note", "  # note", "#"] {
        assert_eq!(parse_line(line.as_bytes()), Ok(None), "{line:?}");
    }
}

#[test]
fn damaged_lines_say_what_is_wrong() {
    use LineError as E;
    for (line, reason) in [
        ("can0 112#FF", E::Timestamp),
        ("(1674148739.212264 can0 112#FF", E::Timestamp),
        ("(-1.0) can0 112#FF", E::Timestamp),
        ("(1.2.3) can0 112#FF", E::Timestamp),
        ("(1e3) can0 112#FF", E::Timestamp),
        ("() can0 112#FF", E::Timestamp),
        ("(1.0)", E::Incomplete),
        ("(1.0) can0", E::Incomplete),
        ("(1.0) can0 112", E::NoHash),
        ("(1.0) can0  112  [3] FF 00 15", E::NoHash),
        ("(1.0) can0 12#FF", E::Id),
        ("(1.0) can0 0112#FF", E::Id),
        ("(1.0) can0 11G#FF", E::Id),
        ("(1.0) can0 #FF", E::Id),
        ("(1.0) can0 800#FF", E::IdRange),
        ("(1.0) can0 40000000#FF", E::IdRange),
        ("(1.0) can0 80000112#FF", E::IdRange),
        ("(1.0) can0 A0000040#00", E::IdRange),
        ("(1.0) can0 112#FF0", E::OddDigits),
        ("(1.0) can0 112#F.F0", E::OddDigits),
        ("(1.0) can0 112#FG", E::Data),
        ("(1.0) can0 112#.FF", E::Data),
        ("(1.0) can0 112#FF..00", E::Data),
        ("(1.0) can0 112#FF.", E::Data),
        ("(1.0) can0 112#000102030405060708", E::TooLong),
        ("(1.0) can0 20000004#000102030405060708", E::TooLong),
        ("(1.0) can0 112##", E::FdFlags),
        ("(1.0) can0 112##x", E::FdFlags),
        ("(1.0) can0 112##1000102030405060708", E::FdLength),
        ("(1.0) can0 112#R9", E::RemoteLength),
        ("(1.0) can0 112#R44", E::RemoteLength),
        ("(1.0) can0 112#FF X", E::Trailing),
        ("(1.0) can0 112#FF R T", E::Trailing),
        ("(1.0) can\u{7}0 112#FF", E::Interface),
    ] {
        assert_eq!(fault(line), reason, "{line}");
    }
    assert_eq!(fault(&format!("(1.0) can0 112##1{}", "00".repeat(65))), LineError::FdLength);
    assert_eq!(fault(&format!("(1.0) can0 112#{}", "00".repeat(1000))), LineError::TooLong);
    assert_eq!(parse_line(b"(1.0) can\xFF 112#FF"), Err(LineError::Interface));
    assert_eq!(parse_line(b"(1.0) can0 112#\xFF\xFE"), Err(LineError::Data));
}

fn any_id() -> impl Strategy<Value = FrameId> {
    prop_oneof![(0..=0x7FFu16).prop_map(FrameId::Standard), (0..=0x1FFF_FFFFu32).prop_map(FrameId::Extended),]
}

fn any_payload(lengths: &'static [usize]) -> impl Strategy<Value = Payload> {
    let length = proptest::sample::select(lengths);
    length.prop_flat_map(|n| proptest::collection::vec(any::<u8>(), n)).prop_map(|bytes| payload(&bytes))
}

fn any_body() -> impl Strategy<Value = LogBody> {
    const CLASSICAL: &[usize] = &[0, 1, 2, 3, 4, 5, 6, 7, 8];
    const FD: &[usize] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64];
    prop_oneof![
        (any_id(), any_payload(CLASSICAL)).prop_map(|(id, payload)| LogBody::Classical { id, payload }),
        (any_id(), 0..16u8, any_payload(FD)).prop_map(|(id, flags, payload)| LogBody::Fd {
            id,
            flags,
            payload
        }),
        (any_id(), 0..=8u8).prop_map(|(id, length)| LogBody::Remote { id, length }),
        (0..=0x1FFF_FFFFu32, any_payload(CLASSICAL))
            .prop_map(|(class, payload)| LogBody::Error { class, payload }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_reads_back_equal(
        wall_us: u64, interface in "[a-z]{1,10}[0-9]{1,5}", body in any_body(),
    ) {
        let frame = LogFrame { wall_us, interface: &interface, body };
        let line = frame.to_string();
        prop_assert_eq!(parse_line(line.as_bytes()), Ok(Some(frame)));
    }

    #[test]
    fn no_bytes_make_it_panic(line in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_line(&line);
    }

    #[test]
    fn no_damage_to_a_good_line_makes_it_panic(
        body in any_body(), at in any::<Index>(), byte: u8, cut in any::<Index>(),
    ) {
        let frame = LogFrame { wall_us: 1_674_148_739_212_264, interface: "can0", body };
        let mut line = frame.to_string().into_bytes();
        let at = at.index(line.len());
        line[at] = byte;
        line.truncate(cut.index(line.len() + 1));
        if let Ok(Some(frame)) = parse_line(&line) {
            let text = frame.to_string();
            prop_assert_eq!(parse_line(text.as_bytes()), Ok(Some(frame)));
        }
    }
}
