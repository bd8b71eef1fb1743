//! Inputs that were once understood wrongly: made up here, and those that lie beside the checkout, not in it.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder with a DBC, a profile with a wheel for each signal, and a log.
struct Case(tempfile::TempDir);

/// What the program printed, and how it ended.
#[derive(Debug)]
struct Said {
    out: String,
    err: String,
    code: Option<i32>,
}

impl Case {
    fn new(dbc: &str, wheels: &[&str], log: &str) -> Self {
        let case = Self(tempfile::tempdir().unwrap());
        let mut profile = "title = \"x\"\ndbc = \"x.dbc\"\n[wheels]\n".to_owned();
        for (place, wheel) in ["Row1.Left", "Row1.Right", "Row2.Left", "Row2.Right"].iter().zip(wheels) {
            writeln!(profile, "{place} = \"{wheel}\"").unwrap();
        }
        for (name, text) in [("x.dbc", dbc), ("x.toml", &profile), ("x.log", log)] {
            std::fs::write(case.0.path().join(name), text).unwrap();
        }
        case
    }

    fn speed(&self, more: &[&str]) -> Said {
        said(self.0.path(), &[&["speed", "--vehicle", "./x.toml", "x.log"], more].concat())
    }

    fn decode(&self, more: &[&str]) -> Said {
        said(self.0.path(), &[&["decode", "--dbc", "x.dbc", "x.log"], more].concat())
    }
}

fn said(folder: &Path, args: &[&str]) -> Said {
    let output =
        Command::new(env!("CARGO_BIN_EXE_can-reader")).args(args).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { out: text(output.stdout), err: text(output.stderr), code: output.status.code() }
}

fn shared() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases/decode")
}

fn json(said: &Said) -> Vec<serde_json::Value> {
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn log(id: &str, payloads: impl IntoIterator<Item = String>) -> String {
    let mut log = String::new();
    for (n, payload) in payloads.into_iter().enumerate() {
        writeln!(log, "({}.{:06}) can0 {id}#{payload}", n / 50 + 1, n % 50 * 20_000).unwrap();
    }
    log
}

/// All that the vehicle says is "not available": never a speed, and the reason names it.
fn is_not_available(said: &Said, signal: &str) {
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!said.out.is_empty() && said.out.lines().all(|line| line.contains(" - km/h")), "{said:?}");
    assert!(said.out.contains(&format!("{signal} says not available")), "{said:?}");
    assert!(said.err.contains("not-available"), "{said:?}");
}

#[test]
fn a_text_of_the_dbc_and_all_ones_are_not_available() {
    let dbc = "BO_ 100 W: 4 X\n SG_ A : 0|13@1+ (0.05,0) [0|409.55] \"km/h\" X\n SG_ B : 16|13@1+ (0.05,0) [0|409.55] \"km/h\" X\n\
               VAL_ 100 A 8190 \"Signal nicht verfuegbar\" ;\nVAL_ 100 B 8190 \"SNA\" ;\n";
    for (payload, what) in [("FE1FFE1F", "\"Signal nicht verfuegbar\""), ("FF1FFF1F", "raw value 8191")] {
        let said = Case::new(dbc, &["W.A", "W.B"], &log("064", vec![payload.to_owned()])).speed(&[]);
        is_not_available(&said, "W.A");
        assert!(said.out.contains(what), "{said:?}");
    }
}

#[test]
fn all_ones_of_a_signed_speed_are_not_available() {
    let dbc = "BO_ 100 W: 4 X\n SG_ A : 7|16@0- (0.001,0) [0|0] \"m/s\" X\n SG_ B : 23|16@0- (0.001,0) [0|0] \"m/s\" X\n";
    // A second from 36 km/h on, then nothing but minus one count.
    let moving = (10_000..10_050).map(|raw| format!("{raw:04X}").repeat(2));
    let frames = moving.chain((0..50).map(|_| "FFFFFFFF".to_owned()));
    let said = Case::new(dbc, &["W.A", "W.B"], &log("064", frames)).speed(&["--json"]);
    let lines = json(&said);
    let before = lines[40]["speed"].as_f64().unwrap();
    assert!((before - 36.1).abs() < 0.5, "{}", lines[40]);
    assert!(lines.iter().all(|line| line["speed"] != 0.0), "{said:?}");
    let last = lines.last().unwrap();
    assert_eq!((&last["speed"], &last["wheels"]), (&serde_json::Value::Null, &serde_json::json!({})));
}

#[test]
fn a_range_that_is_junk_is_named_and_can_be_overruled() {
    let dbc = "BO_ 100 W: 8 X\n SG_ A : 7|16@0+ (0.01,0) [0|300] \"km/h\" X\n SG_ B : 23|16@0+ (0.01,0) [0|300] \"km/h\" X\n \
               SG_ C : 39|16@0+ (0.01,0) [0|300] \"km/h\" X\n SG_ D : 55|16@0+ (0.01,0) [0|20] \"km/h\" X\n";
    let frames = (0..250).map(|n| format!("{:04X}", n * 16).repeat(4));
    let case = Case::new(dbc, &["W.A", "W.B", "W.C", "W.D"], &log("064", frames));
    let said = case.speed(&[]);
    let line = said.out.lines().find(|line| line.contains("outside")).unwrap();
    assert!(line.contains("Row2.Right: W.D = 20.16 km/h is outside the DBC's range 0 to 20 km/h"), "{line}");
    let last = json(&case.speed(&["--json"])).pop().unwrap();
    assert_eq!(last["wheels"].get("Row2.Right"), None, "an old value is no speed of a wheel: {last}");
    assert_eq!(last["wheels"]["Row2.Left"], 39.84, "{last}");
    let profile = std::fs::read_to_string(case.0.path().join("x.toml")).unwrap();
    let overruled = profile.replace("\"W.D\"", "{ signal = \"W.D\", range = [0, 250] }");
    std::fs::write(case.0.path().join("x.toml"), overruled).unwrap();
    let last = json(&case.speed(&["--json"])).pop().unwrap();
    assert_eq!((&last["wheels"]["Row2.Right"], &last["state"]), (&39.84.into(), &"ok".into()), "{last}");
}

#[test]
fn signals_of_one_name_on_two_pages() {
    let dbc = "BO_ 100 W: 4 X\n SG_ P M : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ V m3 : 8|8@1+ (0.5,0) [0|0] \"km/h\" X\n \
               SG_ V m4 : 16|16@1+ (0.25,0) [0|0] \"km/h\" X\n";
    let frames = ["03280000", "04FF2800"].map(str::to_owned);
    let case = Case::new(dbc, &["W.V:m3"], &log("064", frames));
    let expected = "1.000000  W.V:m3  20.0 km/h\n1.020000  W.V:m4  10.00 km/h\n";
    assert_eq!(case.decode(&["--signal", "W.V"]).out, expected);
    assert_eq!(case.decode(&["--signal", "W.V:m4"]).out, "1.020000  W.V:m4  10.00 km/h\n");
    let lines = json(&case.decode(&["--json", "--signal", "W.V"]));
    let has = |n: usize| (lines[n]["signal"].clone(), lines[n]["page"].clone(), lines[n]["value"].clone());
    assert_eq!(has(0), ("V".into(), "m3".into(), 20.0.into()));
    assert_eq!(has(1), ("V".into(), "m4".into(), 10.0.into()));
}

#[test]
fn integers_keep_their_last_digit() {
    let dbc = "BO_ 100 S: 8 X\n SG_ N : 0|64@1+ (1,0) [0|0] \"\" X\nBO_ 101 T: 8 X\n SG_ N : 0|64@1- (2,-1) [0|0] \"\" X\n";
    let frames = log("064", ["FFFFFFFFFFFFFFFF".to_owned()]) + &log("065", ["0100000000000080".to_owned()]);
    let case = Case::new(dbc, &[], &frames);
    let said = case.decode(&[]);
    assert_eq!(said.out, "1.000000  S.N  18446744073709551615\n1.000000  T.N  -18446744073709551615\n");
    let said = case.decode(&["--json"]);
    assert!(said.out.contains("\"value\":18446744073709551615,"), "{said:?}");
    assert!(said.out.contains("\"value\":-18446744073709551615,"), "{said:?}");
}

#[test]
fn a_signal_without_receiver_loads_and_is_named() {
    let dbc = "BO_ 100 W: 2 X\n SG_ A : 7|8@0+ (1,0) [0|0] \"km/h\"\n SG_ B : 15|8@0+ (1,0) [0|0] \"\"";
    let said = Case::new(dbc, &[], &log("064", ["0105".to_owned()])).decode(&[]);
    assert_eq!((said.out.as_str(), said.code), ("1.000000  W.A  1 km/h\n1.000000  W.B  5\n", Some(0)));
    assert!(said.err.contains("2 signals have no receiver (the first in line 2)"), "{said:?}");
}

#[test]
fn a_log_of_another_kind_is_named_once_with_what_to_do() {
    let dbc = "BO_ 464 W: 8 X\n SG_ A : 7|16@0+ (0.01,0) [0|0] \"km/h\" X\n";
    for lines in [1, 9, 11, 500] {
        let screen = "  can0  1D0   [8]  00 00 00 00 00 00 00 0A\n".repeat(lines);
        let case = Case::new(dbc, &["W.A"], &screen);
        for said in [case.speed(&[]), case.decode(&[])] {
            assert_eq!((said.out.as_str(), said.code), ("", Some(1)), "{said:?}");
            assert_eq!(said.err.matches("record with the option -L").count(), 1, "{said:?}");
        }
    }
    // Of nothing that is known: what is expected is said, however many lines there are.
    let said = Case::new(dbc, &["W.A"], &"what is this\n".repeat(30)).speed(&[]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("expected a log of candump, Vector (ASC, BLF)"), "{said:?}");
}

#[test]
fn near_ids_are_named() {
    let dbc = "BO_ 464 W: 1 X\n SG_ A : 7|8@0+ (1,0) [0|0] \"km/h\" X\nBO_ 2566831883 J: 1 X\n SG_ B : 7|8@0+ (1,0) [0|0] \"km/h\" X\n";
    for (id, words) in [
        ("000001D0", "000001D0 is near (2 frames): the same number with 29 bits, where 1D0 has 11"),
        (
            "0CFEBF00",
            "0CFEBF00 is near (2 frames): the same J1939 group as 18FEBF0B (PGN 65215), from source address 00",
        ),
    ] {
        let case = Case::new(dbc, &["W.A", "J.B"], &log(id, ["00", "00"].map(str::to_owned)));
        for said in [case.speed(&[]), case.decode(&[])] {
            assert_eq!((said.out.as_str(), said.code), ("", Some(1)), "{said:?}");
            assert!(said.err.contains(words), "{said:?}");
        }
    }
}

#[test]
fn a_clock_that_does_not_go_on_is_named_and_gives_no_speed() {
    let dbc = "BO_ 100 W: 2 X\n SG_ A : 7|16@0+ (0.01,0) [0|0] \"km/h\" X\n";
    // One stamp; differences.
    for (spread, counts) in [(1, [5, 60]), (3, [60, 200])] {
        let line = |n: u32| format!("(0.{:06}) can0 064#{:04X}\n", 20_000 + n % spread, 4_000 + n);
        for frames in counts {
            let said = Case::new(dbc, &["W.A"], &(0..frames).map(line).collect::<String>()).speed(&[]);
            assert!(
                !said.out.is_empty() && said.out.lines().all(|line| line.contains(" - km/h")),
                "{said:?}"
            );
            assert_eq!(said.err.matches("the time stamps do not go on").count(), 1, "{said:?}");
        }
    }
}

#[test]
fn frames_that_are_all_damaged_are_an_error() {
    let said = said(
        &PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden"),
        &["speed", "--vehicle", "honda", "toyota_troubles.log"],
    );
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("none of 50 frames has an id that the vehicle needs (1D0)"), "{said:?}");
}

#[test]
#[cfg_attr(not(cases), ignore = "needs the inputs in ../shared/cases")]
fn the_inputs_beside_the_checkout_are_understood() {
    let folder = shared();
    let run = |args: &str| said(&folder, &args.split(' ').collect::<Vec<_>>());

    is_not_available(&run("speed --vehicle ./sna.toml sna.log"), "W.FL");
    is_not_available(&run("speed --vehicle honda honda.log"), "WHEEL_SPEEDS.WHEEL_SPEED_FL");

    let neg = json(&run("speed --json --vehicle ./neg.toml neg.log"));
    assert!(neg.iter().all(|line| line["speed"] != 0.0), "{neg:?}");
    assert_eq!(neg.last().unwrap()["speed"], serde_json::Value::Null);

    let dup = run("decode --dbc dup.dbc --signal WS.SPEED dup.log").out;
    assert_eq!(dup, "1.000000  WS.SPEED:m0  10.00 km/h\n2.000000  WS.SPEED:m1  50.0 km/h\n");

    assert_eq!(run("decode --dbc u64.dbc u64.log").out, "1.000000  S.N  9007199254740993\n");
    assert!(run("decode --json --dbc u64.dbc u64.log").out.contains("\"value\":9007199254740993,"));

    let rng = run("speed --vehicle ./rng.toml rng.log").out;
    assert!(rng.contains("W.RL = 15.2 km/h is outside the DBC's range 0 to 15 km/h"), "{rng}");
    let last = json(&run("speed --json --vehicle ./rng.toml rng.log")).pop().unwrap();
    assert_eq!(last["wheels"].get("Row2.Left"), None, "{last}");

    let norcv = run("list --dbc norcv.dbc");
    assert_eq!(norcv.code, Some(0), "{norcv:?}");

    for log in ["h9.log", "h11.log"] {
        for args in ["speed --vehicle honda", "decode --dbc rng.dbc"] {
            let said = run(&format!("{args} {log}"));
            assert_eq!((said.code, said.err.matches("the option -L").count()), (Some(1), 1), "{said:?}");
        }
    }
    let clock = run("speed --vehicle honda clock.log");
    assert!(!clock.out.is_empty() && clock.out.lines().all(|line| line.contains(" - km/h")), "{clock:?}");
    assert!(clock.err.contains("the time stamps do not go on"), "{clock:?}");

    // A rigid car in a bend; that its bytes then stay the same for half a second is another matter.
    let uturn = json(&run("speed --json --vehicle honda uturn.log"));
    let ok: Vec<_> = uturn.iter().filter(|line| line["state"] == "ok").collect();
    assert!(ok.len() >= 5, "{uturn:?}");
    assert!(ok.iter().all(|line| (line["speed"].as_f64().unwrap() - 15.85).abs() < 1.0), "{ok:?}");
    assert!(uturn.iter().all(|line| line["reason"] != "contradiction"), "{uturn:?}");

    let id8 = run("speed --vehicle honda id8.log");
    assert_eq!(id8.code, Some(1));
    assert!(id8.err.contains("000001D0 is near"), "{id8:?}");
}
