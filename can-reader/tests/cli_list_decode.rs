//! `can-reader list` and `can-reader decode`, as a person runs them.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;

const HONDA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dbc/honda_wheels.dbc");

#[test]
fn list_shows_messages_and_signals() {
    let (out, err) = succeeds(&["list", "--dbc", &corpus("multiplex_extended.dbc")]);
    assert_eq!(err, "");
    assert!(out.starts_with("12C NESTED, 8 bytes\n    SIGNAL"), "{out}");
    let row = line_with(&out, "ON_S1 ");
    assert_eq!(
        row.split_whitespace().collect::<Vec<_>>(),
        ["ON_S1", "16|16@1-", "0.1", "0", "A", "m0", "of", "S1", "0-2"]
    );
    let (out, _) = succeeds(&["list", "--dbc", HONDA]);
    assert!(out.starts_with("1D0 WHEEL_SPEEDS, 8 bytes, every 20 ms: Wheel speeds of"), "{out}");
    assert!(line_with(&out, "WHEEL_SPEED_RR").contains("42|15@0+  0.01    0       0 to 327.67  km/h"));
}

#[test]
fn grep_looks_in_names_and_comments_in_any_case() {
    let classical = corpus("classical.dbc");
    let (out, _) = succeeds(&["list", "--dbc", &classical, "--grep", "WhEeL"]);
    assert_eq!(out.lines().count(), 7, "the message WHEEL_SPEEDS with all its signals: {out}");
    let (out, _) = succeeds(&["list", "--dbc", &classical, "--grep", "bit 7"]);
    assert_eq!(out.lines().count(), 3, "one signal by its comment: {out}");
    assert!(line_with(&out, "FRONT_LEFT").contains("7|15@0+"));
    let (out, _) = succeeds(&["list", "--dbc", &classical, "--grep", "mixed", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&value["message"], &value["id"], &value["length"]),
        (&"MIXED_ORDERS".into(), &1.into(), &8.into())
    );
    assert_eq!(value["signals"][1]["signal"], "MOTOROLA_12");
    assert_eq!(value["signals"][1]["order"], "motorola");
    assert_eq!(value["signals"][1]["min"], -256.0);
    assert_eq!(
        fails(&["list", "--dbc", &classical, "--grep", "nowhere"]),
        format!(
            "can-reader: {classical}: no message or signal matches \"nowhere\"; without --grep all are shown\n"
        )
    );
}

#[test]
fn latin_1_is_shown_as_it_was_meant() {
    let (out, _) = succeeds(&["list", "--dbc", &corpus("latin1.dbc")]);
    assert!(
        out.contains("°C") && out.contains("±‰") && out.contains("€") && out.contains("Außentemperatur"),
        "{out}"
    );
    let log = "(1.000000) can0 1F4#FFC0000000000000\n";
    let (out, _) = decode(&["--dbc", &corpus("latin1.dbc"), "--signal", "CLIMATE.TEMPERATURE"], log);
    assert_eq!(out, "1.000000  CLIMATE.TEMPERATURE  62.3 °C\n");
}

#[test]
fn every_kind_of_bad_dbc_file_is_named_with_its_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.into_os_string().into_string().unwrap()
    };
    let whole = fs::read(HONDA).unwrap();
    let cut = whole.windows(8).position(|part| part == b"SPEED_RR").unwrap() + 20;
    let missing = folder.path().join("none.dbc").into_os_string().into_string().unwrap();
    let directory = folder.path().to_str().unwrap().to_owned();
    let (empty, truncated) = (file("empty.dbc", b""), file("cut.dbc", &whole[..cut]));
    let (toml, binary) =
        (file("car.toml", b"title = \"x\"\n"), file("binary.dbc", &[0, 159, 146, 150, 0, 255]));
    let cases = [
        (&missing, format!("{missing}: no such file; check the path of the DBC file")),
        (&directory, format!("{directory}: is a directory; name a DBC file in it")),
        (&empty, format!("{empty}: is empty; a DBC file has at least one message")),
        (
            &truncated,
            format!("{truncated}:13: the file ends in the middle of a statement, so it is truncated"),
        ),
        (&toml, format!("{toml}:1:1: not valid DBC: expected a DBC statement (BO_, SG_, CM_ ...), in ")),
        (&binary, format!("{binary}:1:1: not valid DBC: expected a DBC statement (BO_, SG_, CM_ ...), in ")),
    ];
    for (path, expected) in cases {
        for command in ["list", "decode"] {
            let error = fails(&[command, "--dbc", path]);
            assert!(error.starts_with(&format!("can-reader: {expected}")), "{error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }
}

#[test]
fn an_unknown_signal_is_named_with_the_nearest() {
    let ask = |signal: &str| fails(&["decode", "--dbc", HONDA, "--signal", signal]);
    let remedy = format!("; `can-reader list --dbc {HONDA}` shows all\n");
    assert_eq!(
        ask("WHEEL_SPEEDS.WHEEL_SPEED_LF"),
        format!(
            "can-reader: {HONDA}: message WHEEL_SPEEDS has no signal \"WHEEL_SPEED_LF\" (nearest: WHEEL_SPEED_FL){remedy}"
        )
    );
    assert_eq!(
        ask("WHEELSPEEDS.WHEEL_SPEED_FL"),
        format!("can-reader: {HONDA} has no message \"WHEELSPEEDS\" (nearest: WHEEL_SPEEDS){remedy}")
    );
    assert_eq!(
        ask("checksum"),
        format!(
            "can-reader: {HONDA}: \"checksum\" names no signal: write MESSAGE.SIGNAL (nearest: WHEEL_SPEEDS.CHECKSUM){remedy}"
        )
    );
}

#[test]
fn a_signal_that_does_not_fit_is_a_warning_until_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.dbc");
    fs::write(
        &path,
        "BO_ 1 M: 1 E\n SG_ A : 0|8@1+ (1,0) [0|0] \"\" E\n SG_ B : 4|8@1+ (1,0) [0|0] \"\" E\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let log = "(1.000000) can0 001#2A\n";
    let (out, err) = decode(&["--dbc", path], log);
    assert_eq!(out, "1.000000  M.A  42\n");
    let fault =
        "it does not fit its message: it reaches into byte 1, and the message has 1 bytes (counted from 0)";
    assert_eq!(err, format!("can-reader: warning: {path}: message M: signal B cannot be used: {fault}\n"));
    let error = fails(&["decode", "--dbc", path, "--signal", "M.B"]);
    assert!(error.starts_with(&format!("can-reader: {path}: signal M.B cannot be used: {fault}")), "{error}");
    let (out, _) = decode(&["--dbc", path, "--signal", "M.A"], log);
    assert_eq!(out, "1.000000  M.A  42\n");
}

/// Values are not rounded: 452 x 0.01 in doubles, as cantools has it.
#[test]
fn json_lines_are_exactly_these() {
    let log =
        "(1674148739.281785) can0 1D0#000000000000000C\n(1674148739.000001) can0 1D0#038800000000000A\n";
    let (out, err) = decode(&["--dbc", HONDA, "--json", "--signal", "WHEEL_SPEEDS.WHEEL_SPEED_FL"], log);
    assert_eq!(
        out,
        "{\"timestamp\":1674148739.281785,\"message\":\"WHEEL_SPEEDS\",\"signal\":\"WHEEL_SPEED_FL\",\"value\":0.0,\"unit\":\"km/h\"}\n\
         {\"timestamp\":1674148739.000001,\"message\":\"WHEEL_SPEEDS\",\"signal\":\"WHEEL_SPEED_FL\",\"value\":4.5200000000000005,\"unit\":\"km/h\"}\n"
    );
    assert_eq!(err, "");
}

#[test]
fn what_is_left_out_is_counted_and_named() {
    let mut log = String::from(
        "# a comment\n\n(1.000000) can0 1D0#0000\n(2.000000) can0 1D0#R\n(3.000000) can0 20000004#0000000000000000\n",
    );
    for _ in 0..12 {
        log.push_str("(4.000000) can0 1D0#00000000000000Z\n");
    }
    log.push_str("(5.000000) can0 1D0##10000000000000000\n(6.000000) can0 1D1#0000000000000000\n");
    let (out, err) = decode(&["--dbc", HONDA, "--signal", "WHEEL_SPEEDS.CHECKSUM"], &log);
    assert_eq!(out, "5.000000  WHEEL_SPEEDS.CHECKSUM  0\n", "an FD frame of the same length counts");
    let lines: Vec<_> = err.lines().collect();
    assert_eq!(lines.len(), 14, "{err}");
    assert!(
        lines[0].starts_with("can-reader: standard input: line 6: data is not hexadecimal digits: "),
        "{err}"
    );
    assert!(lines[9].starts_with("can-reader: standard input: line 15: "), "{err}");
    assert_eq!(
        lines[10..],
        [
            "can-reader: standard input: 1D0 WHEEL_SPEEDS: frames not of 8 bytes, left out: 1",
            "can-reader: standard input: 1D0 WHEEL_SPEEDS: remote requests, which have no data: 1",
            "can-reader: standard input: error frames passed over: 1",
            "can-reader: standard input: damaged lines passed over: 12",
        ]
    );
    let (status, err) = decodes_nothing(HONDA, "(6.000000) can0 1D1#0000000000000000\n");
    assert_eq!(status, Some(1));
    assert_eq!(
        err,
        "can-reader: standard input: nothing decoded: none of 1 frames is of a wanted message (id 1D0)\n"
    );
}

#[test]
fn a_log_that_cannot_be_read_is_an_error() {
    let error = fails(&["decode", "--dbc", HONDA, "no-such.log"]);
    assert!(error.starts_with("can-reader: no-such.log: No such file"), "{error}");
    assert!(error.ends_with("; name a log, or `-` for standard input\n"), "{error}");
    let error = fails(&["decode", "--dbc", HONDA, env!("CARGO_MANIFEST_DIR")]);
    assert!(error.contains("is a directory; name a log"), "{error}");
}

#[test]
fn a_live_pipe_is_decoded_line_by_line() {
    let mut child = command(&["decode", "--dbc", HONDA, "-"]).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for expected in ["9.04", "9.05"] {
        let raw: u32 = expected.replace('.', "").parse().unwrap();
        writeln!(input, "(1.000000) can0 1D0#{:04X}000000000000", raw << 1).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap(); // would wait for ever, were the line kept back
        assert_eq!(line.split_whitespace().nth(2), Some(expected));
        for _ in 0..4 {
            output.read_line(&mut line).unwrap();
        }
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = command(&["decode", "--dbc", HONDA, "-"]).spawn().unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    // The pipe breaks on either side; which line it is does not matter.
    while writeln!(input, "(1.000000) can0 1D0#0000000000000000").is_ok() {}
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(err, "");
    assert!(child.wait().unwrap().success());
}

#[test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
fn recordings_of_real_cars_decode_as_expected() {
    for name in [common::DRIVE, common::LIFT] {
        let log = common::capture(&format!("{name}.log"));
        let (out, err) = succeeds(&["decode", "--json", "--dbc", HONDA, log.to_str().unwrap()]);
        assert_eq!(err, "");
        let mut lines = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let expected = common::expected(name);
        assert!(expected.len() > 700, "{name}: {} rows", expected.len());
        for row in expected {
            let wheels = ["WHEEL_SPEED_FL", "WHEEL_SPEED_FR", "WHEEL_SPEED_RL", "WHEEL_SPEED_RR"];
            for (wheel, kmh) in wheels.iter().zip(row.kmh) {
                let line = lines.next().unwrap();
                assert_eq!(line["signal"], *wheel);
                let stamp_us = (line["timestamp"].as_f64().unwrap() * 1e6).round();
                assert_eq!(stamp_us, row.wall_us as f64);
                let value = line["value"].as_f64().unwrap();
                assert!((value - kmh).abs() <= 0.005, "{name}: {line}: expected {kmh}");
            }
            assert_eq!(lines.next().unwrap()["signal"], "CHECKSUM");
        }
        assert!(lines.next().is_none(), "{name}: more frames than expected");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_log_makes_decode_fail(lines in prop::collection::vec(log_line(), 0..40)) {
        let mut log = Vec::new();
        for line in lines {
            log.extend(line);
            log.push(b'\n');
        }
        for file in ["classical.dbc", "multiplex_extended.dbc", "fd.dbc"] {
            let output = run(&["decode", "--json", "--dbc", &corpus(file)], &log);
            // 1 where nothing was understood; never a panic.
            prop_assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
            prop_assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
            for line in String::from_utf8(output.stdout).unwrap().lines() {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
    }
}

/// A frame of an id that the corpus has, of any length, perhaps with a byte hit; or anything at all.
fn log_line() -> impl Strategy<Value = Vec<u8>> {
    let id = prop::sample::select(vec!["1D0", "12C", "400", "401", "00000400", "80000403", "7FF"]);
    let mark = prop::sample::select(vec!["#", "##1", "#R"]);
    let data = prop::collection::vec(any::<u8>(), 0..66);
    let frame = (any::<u64>(), id, mark, data).prop_map(|(us, id, mark, data)| {
        let data: String = data.iter().map(|byte| format!("{byte:02X}")).collect();
        format!("({}.{:06}) can0 {id}{mark}{data}", us / 1_000_000, us % 1_000_000).into_bytes()
    });
    let hit = (frame.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut line, at, byte)| {
        let at = at.index(line.len());
        line[at] = byte;
        line
    });
    prop_oneof![4 => frame, 2 => hit, 1 => prop::collection::vec(any::<u8>(), 0..100)]
}

fn corpus(name: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dbc").join(name);
    path.into_os_string().into_string().unwrap()
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_can-reader"));
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(args: &[&str], input: &[u8]) -> Output {
    let mut child = command(args).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Smaller than a pipe holds, so that it need not be written beside the reading.
    assert!(input.len() < 60_000);
    let _ = stdin.write_all(input); // may have ended already, over its arguments
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

fn succeeds(args: &[&str]) -> (String, String) {
    let output = run(args, b"");
    assert!(output.status.success(), "{output:?}");
    text(&output)
}

fn decode(args: &[&str], log: &str) -> (String, String) {
    let output = run(&[&["decode"], args].concat(), log.as_bytes());
    assert!(output.status.success(), "{output:?}");
    text(&output)
}

/// How `decode` ends, and what it says, when it prints nothing.
fn decodes_nothing(dbc: &str, log: &str) -> (Option<i32>, String) {
    let output = run(&["decode", "--dbc", dbc], log.as_bytes());
    assert_eq!(text(&output).0, "");
    (output.status.code(), text(&output).1)
}

/// What it says on stderr when it ends with 1 and prints nothing.
fn fails(args: &[&str]) -> String {
    let output = run(args, b"");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{output:?}");
    text(&output).1
}

fn line_with<'a>(text: &'a str, part: &str) -> &'a str {
    text.lines().find(|line| line.contains(part)).unwrap()
}
