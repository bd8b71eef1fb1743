//! `cardash-setup --log` on recordings of real cars: the right profile is named, no other is certain, and what stands is no car
//! that drives.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "common/stranger.rs"]
mod stranger;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use can_reader::Vehicle;
use cardash_setup::fit::{Candidate, Grade, Offer, offer};
use cardash_setup::recording::hear;
use stranger::Stranger;

/// A recording, and the profile of its car; of a car without one nothing may be certain.
const CARS: [(&str, Option<&str>); 20] = [
    ("captures/civic_type_r_2019_drive", Some("honda")),
    ("captures/civic_8g_on_lift", Some("honda")),
    ("recordings/acura_tsx_downhill", Some("acura-tsx")),
    ("recordings/fiat_bcan_bluem_driving", Some("fiat-bcan")),
    ("recordings/ford_fusion_2017_acc_30_to_80", Some("ford")),
    ("recordings/formula_student_uwfe_oct30", Some("formula-student-uwfe")),
    ("recordings/honda_accord_cu2_brk_full", Some("honda")),
    ("recordings/hyundai_genesis_coupe_auto", Some("hyundai-old")),
    ("recordings/mitsubishi_mirage_vss_alpha", Some("mitsubishi")),
    ("recordings/mitsubishi_ralliart_parking_lot", Some("mitsubishi")),
    ("recordings/mitsubishi_ralliart_wot_manual", Some("mitsubishi")),
    ("recordings/nissan_leaf_ze1_epluseco", Some("nissan-leaf")),
    ("recordings/scion_xb_mph", Some("toyota-old")),
    ("recordings/subaru_sti_va_allgears", Some("subaru-old")),
    ("recordings/toyota_verifiedcan_speed_2020", Some("toyota")),
    ("recordings/vag_obd_gps_0164_2", None),
    ("recordings/standing_volvo_ex30", None),
    ("recordings/standing_vw_eup_kcan", None),
    ("recordings/standing_nissan_370z_revs", Some("nissan")),
    ("recordings/standing_j1939_truck_keyon", Some("j1939")),
];

fn log(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared").join(format!("{name}.log"))
}

fn all() -> Vec<Candidate> {
    let load = |name: &str| Candidate::new(name.to_owned(), Vehicle::find(name).unwrap());
    Vehicle::builtin().into_iter().map(load).collect()
}

#[tokio::test]
#[cfg_attr(not(all(recordings, captures)), ignore = "no recordings in ../shared")]
async fn the_right_profile_is_named_and_no_other_is_certain() {
    let mut faults = Vec::new();
    for (name, own) in CARS {
        let own = own.filter(|own| Vehicle::builtin().contains(own));
        let mut candidates = all();
        hear(&log(name), &mut candidates).await.unwrap();
        let key = |place: usize| candidates[place].key.as_str();
        let named: Vec<&str> = match offer(&candidates) {
            Offer::Certain(place) => {
                println!("{name}: certain: {}", key(place));
                if own != Some(key(place)) {
                    faults.push(format!("{name}: {} is called certain", key(place)));
                }
                vec![key(place)]
            }
            Offer::Choice(places) => {
                let keys: Vec<_> = places.iter().map(|place| key(*place)).collect();
                println!("{name}: a choice: {}", keys.join(", "));
                keys
            }
            Offer::Nothing => {
                println!("{name}: nothing");
                Vec::new()
            }
        };
        if let Some(own) = own.filter(|own| !named.contains(own)) {
            faults.push(format!("{name}: {own} is not named"));
        }
        if name.contains("standing") {
            let rolls = candidates.iter().filter(|candidate| candidate.grade() == Grade::Rolled);
            faults.extend(rolls.map(|candidate| format!("{name} stands, and {} drives", candidate.key)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn setup(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cardash-setup")).current_dir(folder).args(arguments).output().unwrap()
}

#[test]
#[cfg_attr(not(captures), ignore = "no captures in ../shared")]
fn a_log_is_named_without_root_and_nothing_is_written() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("etc")).unwrap();
    let log = log("captures/civic_type_r_2019_drive").display().to_string();
    let root_argument = root.path().display().to_string();
    let output = setup(root.path(), &["--root", &root_argument, "--log", &log]);
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{out}");
    for words in [
        "this is honda, ",
        "checksum right in",
        "sudo cardash-setup --vehicle honda",
        "can-reader speed --vehicle honda",
        "Nothing was written.",
    ] {
        assert!(out.contains(words), "{words}\n{out}");
    }
    // The folder has what it had.
    let count = |folder: &Path| std::fs::read_dir(folder).unwrap().count();
    assert_eq!((count(root.path()), count(&root.path().join("etc"))), (1, 0));
}

#[test]
fn a_log_that_is_none_says_so() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty.log"), "").unwrap();
    std::fs::write(folder.path().join("other.log"), "(1.000000) can0 7AB#0011\n").unwrap();
    for (name, words) in [
        ("empty.log", "the log is empty; record one with `candump -L can0 > drive.log`"),
        ("other.log", "other.log: no profile fits what is in it"),
        ("missing.log", "missing.log"),
    ] {
        let output = setup(folder.path(), &["--log", name]);
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && err.contains(words), "{words}\n{err}");
    }
    let output = setup(folder.path(), &["--log", "other.log", "--interface", "can0"]);
    assert!(!output.status.success());
}

#[test]
fn what_is_printed_can_be_typed() {
    let folder = tempfile::tempdir().unwrap();
    let vehicles = folder.path().join("etc/cardash/vehicles");
    std::fs::create_dir_all(&vehicles).unwrap();
    let profile = "title = \"Kit\"\ndbc_inline = \"\"\"BO_ 300 M: 2 X\n SG_ S : 0|16@1+ (0.01,0) [0|300] \\\"km/h\\\" X\n\"\"\"\nvehicle_speed = \"M.S\"\n";
    std::fs::write(vehicles.join("kit.toml"), profile).unwrap();
    let lines: String = (0..50).map(|n| format!("(1.{:06}) can0 12C#{:02X}10\n", n * 20_000, n)).collect();
    std::fs::write(folder.path().join("drive.log"), lines).unwrap();
    let root = folder.path().display().to_string();
    let output = setup(folder.path(), &["--root", &root, "--log", "drive.log"]);
    let out = String::from_utf8(output.stdout).unwrap();
    let line = out
        .lines()
        .find(|line| line.contains("sudo cardash-setup --vehicle "))
        .unwrap_or_else(|| panic!("{out}"));
    let word = line.rsplit(' ').next().unwrap();
    // From any folder, and by the service too.
    let again =
        setup(Path::new("/"), &["--root", &root, "--vehicle", word, "--log", &format!("{root}/drive.log")]);
    assert!(again.status.success(), "{word}: {}", String::from_utf8_lossy(&again.stderr));
    assert!(Vehicle::find(word).is_ok(), "{word}");
}

/// With these answers typed.
fn answered(folder: &Path, arguments: &[&str], answers: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cardash-setup"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_recording_of_an_unknown_car_leads_to_a_profile_too() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("drive.log"), Stranger::default().log()).unwrap();
    let count = || std::fs::read_dir(folder.path()).unwrap().count();
    // Readings of the dash are asked for, then the side, then whether it is to be written.
    let answers = "20@12\n40@soon\n40@22\nl\n";
    let (code, out, err) = answered(folder.path(), &["--log", "drive.log"], &format!("{answers}n\n"));
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(err.contains("nothing was written") && count() == 1, "{out}{err}");
    // Nobody to ask: what was found is shown, and nothing is written.
    let (code, out, err) = answered(folder.path(), &["--yes", "--log", "drive.log"], "");
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(
        out.contains("Found 4 wheel speeds") && out.contains("by any factor") && count() == 1,
        "{out}{err}"
    );
    assert!(err.contains("drive.log: no profile fits what is in it; what was found is above"), "{err}");

    let (code, out, err) = answered(folder.path(), &["--log", "drive.log"], &format!("{answers}y\n"));
    assert_eq!(code, Some(0), "{out}{err}");
    for words in [
        "drive.log: no profile fits what is in it.",
        "\"40@soon\" is no reading of the dash",
        "Did it go to the left or to the right?",
        "left and right: by a bend whose direction you know",
        "There it is in force nowhere.",
        "Written: mycar.toml and mycar.dbc.",
        "sudo cardash-setup --vehicle /etc/cardash/vehicles/mycar.toml",
    ] {
        assert!(out.contains(words), "{words}\n{out}");
    }
    let vehicle = Vehicle::load(&folder.path().join("mycar.toml")).unwrap();
    let mut pipeline = can_reader::Pipeline::new(vehicle);
    let (mut car, mut most) = (Stranger::default(), 0.0_f64);
    car.aim_kmh = 60.0;
    for n in 0..1000 {
        for frame in car.step() {
            pipeline.handle(frame.stamp.at, &can_reader::Event::Frame(frame));
        }
        if n > 50 {
            most = most.max((pipeline.estimate().speed_kmh.unwrap_or(f64::INFINITY) - car.kmh).abs());
        }
    }
    assert!(most < 2.0, "{most} km/h");
    // The same from the command line, and under another name, since no file is written over.
    let (code, out, err) = answered(
        folder.path(),
        &["--unknown", "--log", "drive.log", "--speed-is", "40@22", "--bend", "left@33"],
        "y\n",
    );
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(
        out.contains("Written: mycar-2.toml") && out.contains("the dash was read at one speed alone"),
        "{out}"
    );
}

#[test]
fn wrong_options_end_with_2_as_in_every_program() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        ["--speed-is", "47", "--log", "x.log"].as_slice(),
        &["--bend", "up@3", "--log", "x.log"],
        &["--speed-is", "47@3"],
        &["--unknown", "--vehicle", "honda"],
        &["--no-such-option"],
        &["--listen", "0"],
        &["--log", "x.log", "--interface", "can0"],
    ] {
        let output = setup(folder.path(), arguments);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
        assert!(err.starts_with("error: ") && output.stdout.is_empty(), "{arguments:?}: {err}");
    }
}
