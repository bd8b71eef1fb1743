//! `can-reader profile`, as a person runs it.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use can_reader::Vehicle;
use can_reader::dbc::Database;

/// A made-up car: front wheels in one message, rear ones in another that is guarded and has a flag, its own speed, the dash's.
const DBC: &str = "BO_ 272 ABS_FRONT: 8 X\n SG_ WhlSpdFL : 7|16@0+ (0.01,0) [0|300] \"km/h\" X\n \
    SG_ WhlSpdFR : 23|16@0+ (0.01,0) [0|300] \"km/h\" X\n\
    BO_ 273 ABS_REAR: 8 X\n SG_ WhlSpdRL : 7|16@0+ (0.01,0) [0|300] \"km/h\" X\n SG_ WhlSpdRR : 23|16@0+ (0.01,0) [0|300] \"km/h\" X\n \
    SG_ WhlSpdRRFault : 32|1@1+ (1,0) [0|1] \"\" X\n SG_ AliveCounter : 48|4@1+ (1,0) [0|15] \"\" X\n SG_ Checksum : 56|8@1+ (1,0) [0|255] \"\" X\n\
    BO_ 288 ENGINE: 8 X\n SG_ EngineSpeed : 7|16@0+ (0.25,0) [0|8000] \"rpm\" X\n SG_ VehicleSpeed : 23|16@0+ (0.01,0) [0|300] \"km/h\" X\n\
    BO_ 304 CLUSTER: 8 X\n SG_ DisplayedSpeed : 7|8@0+ (1,0) [0|255] \"km/h\" X\n";

fn profile(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_can-reader"))
        .current_dir(folder)
        .arg("profile")
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// The car drives 40 s through bends of both directions. `places`: which wheel each signal of `DBC` tells, in the order front
/// left, front right, rear left, rear right. `scale`: of all values.
fn drive(folder: &Path, places: [usize; 4], scale: f64) {
    let database = Database::parse("car.dbc", DBC.as_bytes()).unwrap();
    let signal = |path: &str| database.signal(path).unwrap().1.clone();
    let wheels =
        ["ABS_FRONT.WhlSpdFL", "ABS_FRONT.WhlSpdFR", "ABS_REAR.WhlSpdRL", "ABS_REAR.WhlSpdRR"].map(signal);
    let checksum = can_reader::integrity::Checksum::crc8_sae_j1850(signal("ABS_REAR.Checksum")).unwrap();
    let mut text = String::new();
    for n in 0..2000_u32 {
        let at = f64::from(n) * 0.02;
        let kmh = |at: f64| 25.0 - 25.0 * (at / 8.0).cos();
        let (v, k) = (kmh(at), 0.07 * (at / 3.0).sin());
        let g = |x: f64, y: f64| v * (1.0 - k * y).hypot(k * x) * scale;
        let true_wheels = [g(2.7, 0.75), g(2.7, -0.75), g(0.0, 0.75), g(0.0, -0.75)];
        let mut front = [0; 8];
        let mut rear = [0; 8];
        for (n, signal) in wheels.iter().enumerate() {
            signal.encode(true_wheels[places[n]], if n < 2 { &mut front } else { &mut rear }).unwrap();
        }
        signal("ABS_REAR.AliveCounter").set_raw(u64::from(n), &mut rear).unwrap();
        checksum.write(can_reader::FrameId::Standard(273), &mut rear).unwrap();
        let mut engine = [0; 8];
        signal("ENGINE.VehicleSpeed").encode(kmh(at) * 1.005, &mut engine).unwrap();
        let mut cluster = [0; 8];
        signal("CLUSTER.DisplayedSpeed").encode((kmh(at - 0.8) * 1.04 + 1.0).max(0.0), &mut cluster).unwrap();
        for (id, payload) in [(272, front), (273, rear), (288, engine), (304, cluster)] {
            let hex: String = payload.iter().map(|byte| format!("{byte:02X}")).collect();
            writeln!(text, "({:.6}) can0 {id:03X}#{hex}", 1000.0 + at).unwrap();
        }
    }
    fs::write(folder.join("drive.log"), text).unwrap();
}

fn car() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("car.dbc"), DBC).unwrap();
    folder
}

#[test]
fn by_names_alone() {
    let folder = car();
    let (out, err) = said(&profile(folder.path(), &["--dbc", "car.dbc"]));
    for line in [
        "Row1.Left = \"ABS_FRONT.WhlSpdFL\"",
        "Row2.Right = { signal = \"ABS_REAR.WhlSpdRR\", fault = \"ABS_REAR.WhlSpdRRFault\" }",
        "counter = \"AliveCounter\"",
        "# checksum = { kind = \"?\", signal = \"Checksum\" }",
        "# signal = \"ENGINE.VehicleSpeed\"",
        "# driven = \"front\"",
        "#   engine speed: ENGINE.EngineSpeed (rpm)",
    ] {
        assert!(out.lines().any(|other| other == line), "{line}\n{out}");
    }
    assert!(err.contains("it passes the check; to have it as files: --write car"), "{err}");
    // Nothing was written.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn with_a_drive_it_knows_cycles_checksums_counters_and_witnesses() {
    let folder = car();
    drive(folder.path(), [0, 1, 2, 3], 1.0);
    let output = profile(folder.path(), &["--dbc", "car.dbc", "--log", "drive.log"]);
    let (out, err) = said(&output);
    assert!(output.status.success() && !err.contains("against it"), "{err}");
    for line in [
        "cycle_ms = 20",
        "checksum = { kind = \"crc8-sae-j1850\", signal = \"Checksum\" }",
        "counter = \"AliveCounter\"",
        "signal = \"ENGINE.VehicleSpeed\"",
        "# signal = \"CLUSTER.DisplayedSpeed\"",
    ] {
        assert!(out.lines().any(|other| other == line), "{line}\n{out}");
    }
    assert!(
        out.contains("# the dash's, as it seems: in the log it is") && out.contains("steps of 1.0 km/h"),
        "{out}"
    );
    assert!(err.contains("state ok at 9") || err.contains("state ok at 100 %"), "{err}");
}

#[test]
fn what_speaks_against_it_is_said() {
    for (places, scale, words) in [
        ([1, 0, 2, 3], 1.0, "one axle has left for right"),
        ([2, 3, 0, 1], 1.0, "front and rear are exchanged"),
        ([0, 1, 2, 3], 10.0, "its factor is too great, by 3.6 (m/s for km/h) or by ten"),
        ([0, 1, 2, 3], 0.0, "nothing moved in this log"),
    ] {
        let folder = car();
        drive(folder.path(), places, scale);
        let (_, err) = said(&profile(folder.path(), &["--dbc", "car.dbc", "--log", "drive.log"]));
        assert!(err.contains("against it: ") && err.contains(words), "{words}\n{err}");
    }
}

#[test]
fn a_log_of_another_car_is_an_error_that_names_what_is_near() {
    let folder = car();
    fs::write(folder.path().join("drive.log"), "(1.000000) can0 00000110#0000000000000000\n").unwrap();
    let output = profile(folder.path(), &["--dbc", "car.dbc", "--log", "drive.log", "--write", "mine"]);
    let (out, err) = said(&output);
    assert!(!output.status.success() && out.is_empty(), "{out}");
    assert!(err.contains("no frame of the messages with the speeds (110, 111)"), "{err}");
    assert!(err.contains("00000110 is near (1 frame): the same number with 29 bits"), "{err}");
    assert!(!folder.path().join("mine.toml").exists());
}

#[test]
fn files_are_written_beside_each_other_and_never_over_others() {
    let folder = car();
    drive(folder.path(), [0, 1, 2, 3], 1.0);
    let output = profile(folder.path(), &["--dbc", "car.dbc", "--log", "drive.log", "--write", "mycar"]);
    let (out, err) = said(&output);
    assert!(output.status.success() && out.is_empty(), "{err}");
    assert!(err.contains("mycar.toml and mycar.dbc are written"), "{err}");
    let vehicle = Vehicle::load(&folder.path().join("mycar.toml")).unwrap();
    assert_eq!((vehicle.name(), vehicle.warnings().len()), ("mycar", 0));
    // The DBC has the messages that are needed, and no others.
    let database = Database::load(&folder.path().join("mycar.dbc")).unwrap();
    let names: Vec<_> = database.messages().iter().map(|message| message.name()).collect();
    assert_eq!(names, ["ABS_FRONT", "ABS_REAR", "ENGINE"]);
    let before = fs::read_to_string(folder.path().join("mycar.toml")).unwrap();
    for name in ["mycar", "mycar.toml", "car"] {
        let output = profile(folder.path(), &["--dbc", "car.dbc", "--write", name]);
        let (_, err) = said(&output);
        assert!(
            !output.status.success() && err.contains("is there already, and no file is written over"),
            "{err}"
        );
    }
    assert_eq!(fs::read_to_string(folder.path().join("mycar.toml")).unwrap(), before);
    assert_eq!(fs::read_to_string(folder.path().join("car.dbc")).unwrap(), DBC);
    assert!(!folder.path().join("car.toml").exists());
}

#[test]
fn a_dbc_without_speeds_says_where_to_look() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.dbc"), "BO_ 1 M: 8 X\n SG_ Temp : 0|8@1+ (1,-40) [0|0] \"degC\" X\n")
        .unwrap();
    let output = profile(folder.path(), &["--dbc", "a.dbc"]);
    let (_, err) = said(&output);
    assert!(!output.status.success() && err.contains("can-reader list --dbc a.dbc --grep speed"), "{err}");
}
