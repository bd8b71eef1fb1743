//! `can-reader checksum`, as a person runs it.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use can_reader::Vehicle;

fn checksum(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_can-reader")).arg("checksum").args(arguments).output().unwrap()
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// A log of three messages: 1D0 with Honda's checksum in the low nibble of its last byte and a counter above it, 2D0 with
/// neither, 3D0 that is always the same.
fn log(folder: &Path) -> String {
    let mut text = String::new();
    for n in 0..200_u32 {
        let speed = (6000 + n * n % 977).to_be_bytes();
        let mut bytes = [speed[2], speed[3], 0x17, (n * 7) as u8, 0, speed[3] >> 1, 0x40, (n as u8 & 3) << 4];
        let nibbles: u32 = bytes.iter().map(|byte| u32::from(byte >> 4) + u32::from(byte & 0xF)).sum();
        bytes[7] |= (8_u32.wrapping_sub(nibbles + 1 + 0xD) & 0xF) as u8;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        let at = f64::from(n) * 0.02;
        writeln!(text, "(10{at:.6}) can0 1D0#{hex}").unwrap();
        writeln!(text, "(10{at:.6}) can0 2D0#{}00{}", &hex[..4], &hex[6..8]).unwrap();
        writeln!(text, "(10{at:.6}) can0 3D0#0102030405").unwrap();
    }
    let path = folder.join("drive.log");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn an_empty_log_is_called_empty() {
    for command in [["checksum", "/dev/null"].as_slice(), &["decode", "--dbc", "a.dbc", "/dev/null"]] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.dbc"), "BO_ 1 M: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n")
            .unwrap();
        let program =
            Command::new(env!("CARGO_BIN_EXE_can-reader")).current_dir(folder.path()).args(command).output();
        let output = program.unwrap();
        let (_, err) = said(&output);
        assert!(!output.status.success() && err.contains("/dev/null: nothing came: it is empty"), "{err}");
        assert!(!err.contains("1674148739"), "{err}");
    }
}

#[test]
fn what_it_prints_can_be_pasted_into_a_profile() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path());
    let (out, err) = said(&checksum(&[&log]));
    let expected = "1D0: 200 frames of 8 bytes, 200 different
  checksum: { kind = \"honda\", signal = \"CHECKSUM\" }: holds in 200 of 200 frames, with 16 values
  counter: \"COUNTER\" at 60|2@1+: alive in 200 of 200 frames
    SG_ CHECKSUM : 56|4@1+ (1,0) [0|0] \"\" Vector__XXX
    SG_ COUNTER : 60|2@1+ (1,0) [0|0] \"\" Vector__XXX
    [integrity.MESSAGE]
    counter = \"COUNTER\"
    checksum = { kind = \"honda\", signal = \"CHECKSUM\" }
";
    assert_eq!(out, expected);
    assert_eq!(err, format!("can-reader: {log}: neither checksum nor counter in 2 messages: 2D0, 3D0\n"));
    // Pasted: the signals into the message's part of the DBC file, the rest below it.
    let pasted: Vec<_> = out.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    let (signals, table) = pasted.split_at(2);
    let profile = format!(
        "title = \"A car\"\ndbc_inline = '''\nBO_ 464 MESSAGE: 8 X\n SG_ SPEED : 7|16@0+ (0.01,0) [0|0] \"km/h\" X\n {}\n'''\n\
         vehicle_speed = \"MESSAGE.SPEED\"\n{}\n",
        signals.join("\n "),
        table.join("\n")
    );
    let path = folder.path().join("car.toml");
    std::fs::write(&path, profile).unwrap();
    let vehicle = Vehicle::load(&path).unwrap();
    assert_eq!(vehicle.decoder().messages().next().unwrap().2.unwrap().name(), "honda");
    let run = Command::new(env!("CARGO_BIN_EXE_can-reader"))
        .args(["speed", "--vehicle", &path.display().to_string(), &log])
        .output()
        .unwrap();
    let (_, err) = said(&run);
    assert!(err.contains("600 frames: 200 decoded, 0 rejected"), "{err}");
}

#[test]
fn one_that_has_none_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path());
    let output = checksum(&[&log, "--id", "2D0", "--id", "3D0"]);
    assert!(output.status.success());
    let (out, err) = said(&output);
    let expected = "2D0: 200 frames of 4 bytes, 200 different
  checksum: none of the known kinds holds
  counter: none
3D0: 200 frames of 5 bytes, 1 different
  checksum: none found; the frames are too much alike to tell: about 7 that differ in several bytes are needed, so record \
while the values change
  counter: none
";
    assert_eq!((out.as_str(), err.as_str()), (expected, ""));
}

#[test]
fn an_id_that_is_not_there_and_logs_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path());
    let fails = |arguments: &[&str]| {
        let output = checksum(arguments);
        assert!(!output.status.success(), "{arguments:?}");
        said(&output).1
    };
    let err = fails(&[&log, "--id", "000001D0"]);
    assert!(
        err.contains("no frame has the id 000001D0; 1D0 is near (200 frames): the same number with 11 bits"),
        "{err}"
    );
    let err = fails(&[&log, "--id", "WHEELS"]);
    assert!(err.contains("an id is three hexadecimal digits (1D0) or eight (18FEBF0B)"), "{err}");
    let empty = folder.path().join("empty.log");
    std::fs::write(&empty, "nothing\n").unwrap();
    let err = fails(&[&empty.display().to_string()]);
    assert!(err.contains("no frame in the whole log, and 1 damaged lines"), "{err}");
    let err = fails(&["/nowhere.log"]);
    assert!(err.contains("name a log"), "{err}");
}

#[test]
fn programs_read_the_same_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let log = log(folder.path());
    let (out, _) = said(&checksum(&["--json", "--id", "1D0", "--id", "3D0", &log]));
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [found, none] = lines.as_slice() else { panic!("{out}") };
    assert_eq!(
        (&found["id"], &found["extended"], &found["frames"]),
        (&"1D0".into(), &false.into(), &200.into())
    );
    let checksum = &found["checksum"];
    assert_eq!(checksum["checksum"], "{ kind = \"honda\", signal = \"CHECKSUM\" }");
    assert_eq!((&checksum["proven"], &checksum["holds"]), (&true.into(), &200.into()));
    assert_eq!(found["counters"][0]["layout"], "60|2@1+");
    assert_eq!((&none["id"], &none["checksum"]), (&"3D0".into(), &serde_json::Value::Null));
}
