//! `can-reader discover` and `can-reader calibrate`, as a person runs them.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use can_reader::Vehicle;
use serde_json::Value;

/// The first frame's time stamp, seconds.
const START: f64 = 1_700_000_000.0;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_can-reader")).current_dir(folder).args(arguments).output().unwrap()
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// km/h: 5 s of rest, then up and down, and steady for long.
fn speed(at: f64) -> f64 {
    let level = |at: f64| match at {
        at if at < 5.0 => 0.0,
        at if at < 20.0 => 50.0 * ((at - 5.0) / 15.0),
        at if at < 80.0 => 50.0 + 3.0 * ((at - 20.0) * 0.1).sin(),
        at if at < 90.0 => (50.0 + 3.0 * 6.0_f64.sin()) * (90.0 - at) / 10.0,
        _ => 0.0,
    };
    level(at)
}

/// Made up: four wheels of 13 bits in 0x2C4, Motorola, 0.02 km/h a count; the vehicle's speed in 0x3E1, with a counter.
fn drive(folder: &Path, moves: bool) {
    drive_of(folder, moves, (0x2C4, 0.02, 0));
}

/// The same with wheels in another message, with another scale, and so many counts at rest.
fn drive_of(folder: &Path, moves: bool, (id, factor, at_rest): (u16, f64, u64)) {
    let mut text = String::new();
    for n in 0..4750_u32 {
        let at = f64::from(n) * 0.02;
        let v = if moves { speed(at) } else { 0.0 };
        let k = if (25.0..75.0).contains(&at) { 0.05 * ((at - 25.0) * 0.4).sin().powi(3) } else { 0.0 };
        let wheel = |x: f64, y: f64, which: u32| {
            let noise = f64::from((n * 7919 + which * 31) % 13) / 13.0 - 0.5;
            (v * (1.0 - k * y).hypot(k * x) * (1.0 + 0.002 * noise) / factor).round() as u64 + at_rest
        };
        let wheels = [wheel(2.7, 0.75, 0), wheel(2.7, -0.75, 1), wheel(0.0, 0.75, 2), wheel(0.0, -0.75, 3)];
        let word = wheels.iter().fold(0, |word, raw| word << 16 | raw);
        writeln!(text, "({:.6}) can0 {id:03X}#{word:016X}", START + at).unwrap();
        let own = (v * 1.002 * 100.0).round() as u64;
        writeln!(text, "({:.6}) can0 3E1#{:016X}", START + at + 0.001, own << 32 | u64::from(n % 16))
            .unwrap();
        let rpm = if moves { 900 + (v * 40.0) as u64 + u64::from(n * 31 % 17) } else { 900 };
        writeln!(text, "({:.6}) can0 1A0#{:016X}", START + at + 0.002, rpm << 40).unwrap();
    }
    fs::write(folder.join("drive.log"), text).unwrap();
}

fn folder(moves: bool) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    drive(folder.path(), moves);
    folder
}

#[test]
fn wheels_are_found_and_written_as_a_profile_that_gives_their_speed() {
    let folder = folder(true);
    let at = |name: &str| folder.path().join(name);
    let speed_is = "48@75.7";
    let output = run(folder.path(), &["discover", "--speed-is", speed_is, "--write", "mycar", "drive.log"]);
    let (out, err) = said(&output);
    assert!(
        output.status.success() && out.starts_with("found: four numbers of like form in 2C4"),
        "{out}{err}"
    );
    assert!(out.contains("4 wheel speeds") && out.contains("can0 2C4  7|16@0+ (0.0"), "{out}");
    assert!(err.contains("mycar.toml and mycar.dbc are written; they are in force nowhere"), "{err}");
    let profile = fs::read_to_string(at("mycar.toml")).unwrap();
    for line in ["sides = \"unknown\"", "Row1.Left = ", "Row2.Right = ", "cycle_ms = 20"] {
        assert!(profile.contains(line), "{line}\n{profile}");
    }
    Vehicle::load(&at("mycar.toml")).unwrap();
    let (out, err) = said(&run(folder.path(), &["speed", "--json", "--vehicle", "mycar.toml", "drive.log"]));
    let mut far = 0;
    for line in out.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let true_kmh = speed(line["timestamp"].as_f64().unwrap() - START);
        far += usize::from(
            line["speed"].as_f64().is_none_or(|kmh| (kmh - true_kmh).abs() > 0.5 + 0.03 * true_kmh),
        );
    }
    assert!(far * 50 < out.lines().count(), "{far} of {} are far off: {err}", out.lines().count());
    // Never over a file that is there.
    let before = fs::read(at("mycar.toml")).unwrap();
    let output = run(folder.path(), &["discover", "--write", "mycar", "drive.log"]);
    assert!(!output.status.success() && said(&output).1.contains("is there already"), "{output:?}");
    assert_eq!(fs::read(at("mycar.toml")).unwrap(), before);
}

#[test]
fn wheels_that_are_said_in_turn_give_a_profile_with_pages() {
    let folder = tempfile::tempdir().unwrap();
    drive(folder.path(), true);
    // The wheels two by two, and which two in the last byte.
    let text = fs::read_to_string(folder.path().join("drive.log")).unwrap();
    let mut turns = 0_u32;
    let pages = text.lines().map(|line| {
        let Some((head, payload)) = line.split_once("2C4#") else { return format!("{line}\n") };
        turns += 1;
        let page = turns % 2;
        let wheels = if page == 1 { &payload[..8] } else { &payload[8..] };
        format!("{head}2C4#00{wheels}0000{page:02X}\n")
    });
    let pages: String = pages.collect();
    fs::write(folder.path().join("drive.log"), pages).unwrap();
    let output = run(folder.path(), &["discover", "--speed-is", "48@75.7", "--write", "mycar", "drive.log"]);
    let (out, err) = said(&output);
    assert!(output.status.success() && out.contains("4 wheel speeds"), "{out}{err}");
    assert!(out.contains("while 56|1@1+ is 1") && out.contains("2C4 says different things in turn"), "{out}");
    let dbc = fs::read_to_string(folder.path().join("mycar.dbc")).unwrap();
    for line in
        ["SG_ PAGE M : 56|1@1+", "SG_ WHEEL_SPEED_FL m1 : 15|16@0+", "SG_ WHEEL_SPEED_RR m0 : 31|16@0+"]
    {
        assert!(dbc.contains(line), "{line}\n{dbc}");
    }
    let (out, err) = said(&run(folder.path(), &["speed", "--json", "--vehicle", "mycar.toml", "drive.log"]));
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let is_far = |line: &&Value| {
        let true_kmh = speed(line["timestamp"].as_f64().unwrap() - START);
        line["speed"].as_f64().is_none_or(|kmh| (kmh - true_kmh).abs() > 0.5 + 0.03 * true_kmh)
    };
    let far = lines.iter().filter(is_far).count();
    assert!(lines.len() > 4000 && far * 50 < lines.len(), "{far} of {}: {err}", lines.len());
    let (out, _) = said(&run(folder.path(), &["discover", "--json", "drive.log"]));
    let report: Value = serde_json::from_str(&out).unwrap();
    let mux = &report["candidates"][0]["signals"][3]["mux"];
    assert_eq!((mux["start"].as_u64(), mux["length"].as_u64()), (Some(56), Some(1)), "{mux}");
}

#[test]
fn what_the_dash_said_is_held_against_what_moves() {
    let folder = folder(true);
    // It goes at 50 to 53 km/h at 20 s and at 60 s.
    let output = run(
        folder.path(),
        &["discover", "--speed-is", "50@20", "--speed-is", "140@60", "--speed-is", "20@12", "drive.log"],
    );
    let (out, err) = said(&output);
    let words = "what moves like the speed of a car is not what the dash said: it would be ";
    assert!(output.status.success() && out.starts_with(&format!("not found: {words}")), "{out}{err}");
    // Two bends of which one is remembered wrongly: the sides stay unknown.
    let bends = ["--bend", "left@29", "--bend", "left@37"];
    let (out, _) = said(&run(folder.path(), &[&["discover"], bends.as_slice(), &["drive.log"]].concat()));
    assert!(
        out.starts_with("found") && out.contains("the bends that are known contradict each other"),
        "{out}"
    );
    assert!(!out.contains("Row1.Left"), "{out}");
}

#[test]
fn wrong_options_end_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [["discover", "--speed-is", "47", "drive.log"].as_slice(), &["discover"], &["--none"]] {
        let output = run(folder.path(), arguments);
        let (out, err) = said(&output);
        assert!(
            output.status.code() == Some(2) && out.is_empty() && err.starts_with("error: "),
            "{arguments:?}: {out}{err}"
        );
    }
}

#[test]
fn a_layout_that_is_known_is_named_once_it_is_found() {
    let folder = tempfile::tempdir().unwrap();
    drive_of(folder.path(), true, (0x0AA, 0.01, 6767));
    let (out, _) = said(&run(folder.path(), &["discover", "drive.log"]));
    assert!(out.starts_with("found"), "{out}");
    assert!(out.contains("the built-in `toyota` has it at the same bits (Toyota and Lexus"), "{out}");
    drive(folder.path(), true);
    let (out, _) = said(&run(folder.path(), &["discover", "drive.log"]));
    assert!(out.starts_with("found") && !out.contains("built-in"), "{out}");
}

#[test]
fn programs_get_one_object() {
    let folder = folder(true);
    let (out, err) = said(&run(folder.path(), &["discover", "--json", "drive.log"]));
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    assert_eq!((report["verdict"].as_str(), report["ids"].as_u64()), (Some("found"), Some(3)));
    let first = &report["candidates"][0];
    assert_eq!((first["kind"].as_str(), first["scale"]["source"].as_str()), (Some("wheels"), Some("guess")));
    let starts: Vec<_> =
        first["signals"].as_array().unwrap().iter().map(|s| s["start"].as_u64().unwrap()).collect();
    assert_eq!(starts, [7, 23, 39, 55]);
    for signal in first["signals"].as_array().unwrap() {
        assert_eq!(
            (signal["order"].as_str(), signal["unit"].as_str()),
            (Some("motorola"), Some("km/h")),
            "{signal}"
        );
        assert!(signal["wheel"].is_null() && signal["invalid"].is_null(), "{signal}");
    }
}

#[test]
fn a_standing_car_and_mistakes_are_told() {
    let folder = folder(false);
    let output = run(folder.path(), &["discover", "drive.log"]);
    let (out, _) = said(&output);
    assert!(
        output.status.success() && out.starts_with("not found: ") && out.contains("record two minutes"),
        "{out}"
    );
    let output = run(folder.path(), &["discover", "--write", "mycar", "drive.log"]);
    assert!(
        !output.status.success() && said(&output).1.contains("nothing is written, for nothing was found"),
        "{output:?}"
    );
    assert!(!folder.path().join("mycar.toml").exists());
    fs::write(folder.path().join("empty.log"), "").unwrap();
    fs::write(folder.path().join("gps.csv"), "never\n").unwrap();
    for (arguments, words) in [
        (["--json", "empty.log"].as_slice(), "nothing came"),
        (&["none.log"], "none.log: No such file"),
        (&["--speed-is", "47", "drive.log"], "47@12.5"),
        (&["--gps", "gps.csv", "drive.log"], "there is no time and speed"),
    ] {
        let output = run(folder.path(), &[&["discover"], arguments].concat());
        let (out, err) = said(&output);
        assert!(
            !output.status.success() && out.is_empty() && err.contains(words),
            "{arguments:?}: {out}{err}"
        );
    }
}

#[test]
fn the_factor_of_other_tyres_is_found_with_a_receiver_and_refused_without_a_drive() {
    let folder = folder(true);
    assert!(
        run(folder.path(), &["discover", "--speed-is", "48@75.7", "--write", "mycar", "drive.log"])
            .status
            .success()
    );
    let (out, _) = said(&run(folder.path(), &["speed", "--json", "--vehicle", "mycar.toml", "drive.log"]));
    let lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let points: Vec<_> = lines
        .filter_map(|line| Some((line["timestamp"].as_f64()? - START, line["speed"].as_f64()?)))
        .collect();
    let own = |at: f64| points.iter().find(|(other, _)| (other - at).abs() < 0.011).map(|(_, kmh)| *kmh);
    let mut gps = "# seconds,km/h\n".to_owned();
    for n in 10..85 {
        let at = f64::from(n);
        if let Some(kmh) = own(at) {
            // Each a second late.
            writeln!(gps, "{:.1},{:.2}", START + at + 1.0, kmh * 1.035).unwrap();
        }
    }
    fs::write(folder.path().join("gps.csv"), gps).unwrap();
    let calibrate = |arguments: &[&str]| {
        let output = run(
            folder.path(),
            &[&["calibrate", "--vehicle", "mycar.toml"], arguments, &["drive.log"]].concat(),
        );
        (output.status.success(), said(&output))
    };
    let (ok, (out, err)) = calibrate(&["--gps", "gps.csv"]);
    let factor: f64 = out
        .trim_start_matches("[calibration]\nfactor = ")
        .trim()
        .parse()
        .unwrap_or_else(|_| panic!("{out}{err}"));
    assert!(ok && (factor / 1.035 - 1.0).abs() < 0.003, "{out}{err}");
    assert!(err.contains("the reference comes 1.0 s late"), "{err}");
    let (ok, (out, err)) = calibrate(&["--km", "1.0"]);
    assert!(!ok && out.is_empty() && err.contains("more than 1 % is no calibration"), "{err}");
    let (ok, (_, err)) = calibrate(&["--obd"]);
    assert!(!ok && err.contains("the reference does not go with the wheels"), "{err}");
    assert!(!calibrate(&[]).0, "one of the three is wanted");
}
