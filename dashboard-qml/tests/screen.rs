//! The real cluster without a bus: pictures, states, options, exit.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Cluster, Picture, command, difference};

/// Share of pixels that may differ from the stored image. Another release of Qt smooths edges in other
/// ways; a needle that is 1 km/h off moves twice this (`the_tolerance_fails_on_a_wrong_needle`).
const TOLERANCE: f64 = 0.0005;

fn stored(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images").join(name)
}

fn shoot(options: &[&str]) -> (Picture, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("screen.png");
    let output =
        command().args(["--theme", "night", "--screenshot"]).arg(&file).args(options).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (Picture::open(&file), folder)
}

/// Pictures in `folder` that `cluster-images` makes: those that something else drew have their tests elsewhere.
fn pictures(folder: &Path) -> BTreeSet<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let others = ["boot-", "opengl-", "hung-"];
    names
        .filter(|name| name.ends_with(".png") && !others.iter().any(|other| name.starts_with(other)))
        .collect()
}

#[test]
fn every_picture_is_the_stored_one() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/checks/cluster-images");
    let folder = tempfile::tempdir().unwrap();
    let output =
        Command::new(script).arg(env!("CARGO_BIN_EXE_dashboard-qml")).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(pictures(folder.path()), pictures(&stored("")), "deploy/checks/cluster-images makes others");
    let mut wrong = Vec::new();
    for name in pictures(folder.path()) {
        let share = difference(&Picture::open(&folder.path().join(&name)), &Picture::open(&stored(&name)));
        if share > TOLERANCE {
            wrong.push(format!("{name}: {share:.4} of the pixels differ (allowed {TOLERANCE})"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_tolerance_fails_on_a_wrong_needle() {
    let reference = Picture::open(&stored("night-800x480.png"));
    // The digits are the same for 86.01 and 87: only needle and arc differ for the first.
    for (kmh, least) in [("86.01", TOLERANCE * 1.5), ("83", TOLERANCE * 10.0)] {
        let (wrong, _folder) = shoot(&["--demo", kmh]);
        let share = difference(&wrong, &reference);
        println!("{kmh} km/h instead of 87: {share:.4} of the pixels differ");
        assert!(share > least, "{kmh} km/h passes for 87: {share:.4}");
    }
}

#[test]
fn every_state_without_a_speed_is_dashes_and_a_sentence() {
    let states =
        ["implausible", "stale", "no-data", "can-down", "no-service", "no-answer", "no-bus", "unknown"];
    let mut sentences = Vec::new();
    for state in states {
        let cluster = Cluster::start(&["--demo", state]);
        let (_, screen) =
            cluster.wait_for(state, |screen| screen.state == state && !screen.banner.is_empty());
        assert!(!screen.has_number() && screen.mark, "{state}: {screen:?}");
        sentences.push(screen.banner);
    }
    sentences.sort();
    sentences.dedup();
    assert_eq!(sentences.len(), states.len(), "two states share a sentence: {sentences:?}");
}

#[test]
fn every_reason_of_a_speed_is_a_number_a_mark_and_a_sentence() {
    let mut sentences = BTreeSet::new();
    let reasons = ["wheel-left-out", "axle-left-out", "slip", "few-witnesses", "held", "wide-uncertainty"];
    for reason in reasons {
        let cluster = Cluster::start(&["--demo", &format!("degraded:{reason}")]);
        let (_, screen) = cluster.wait_for(reason, |screen| screen.digits == "88 km/h" && screen.mark);
        sentences.insert(screen.banner);
    }
    assert_eq!(sentences.len(), reasons.len(), "two reasons share a sentence: {sentences:?}");
    let output = command().args(["--demo", "degraded:made-up"]).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && words.contains("wheel-left-out"), "{words}");
}

#[test]
fn degraded_is_a_number_and_a_mark() {
    let cluster = Cluster::start(&["--demo", "degraded"]);
    cluster.wait_for("88 and a mark", |screen| screen.digits == "88 km/h" && screen.mark);
}

#[test]
fn the_demo_drives() {
    let cluster = Cluster::start(&["--demo"]);
    cluster.wait_for("10 km/h", |screen| screen.digits == "10 km/h");
    cluster.wait_for("15 km/h", |screen| screen.digits == "15 km/h");
}

#[test]
fn keys_change_theme_and_end_the_program() {
    let mut cluster = Cluster::start(&["--demo", "50"]);
    cluster.wait_for("50", |screen| screen.digits == "50 km/h");
    assert!(cluster.screen().night);
    cluster.command("key N");
    cluster.wait_for("the day", |screen| !screen.night);
    cluster.command("key Q");
    assert!(cluster.wait().success());
}

#[test]
fn a_bad_setting_ends_it_with_file_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("cardash")).unwrap();
    std::fs::write(folder.path().join("cardash/dashboard.toml"), "them = 'day'").unwrap();
    let output = command().env("XDG_CONFIG_HOME", folder.path()).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(words.contains("dashboard.toml") && words.contains("\"theme\""), "{words}");
}

#[test]
fn settings_are_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    let all = "units = 'mph'\ntheme = 'day'\nfull_scale_kmh = 160\nsweep = false\nfullscreen = true\npanel_inches = 7";
    std::fs::write(&file, all).unwrap();
    let options = ["--demo", "80.4672", "--config", file.to_str().unwrap()];
    let mut cluster = Cluster::as_asked(command(), &options);
    let (_, screen) = cluster.wait_for("50 mph by day", |screen| screen.digits == "50 mph" && !screen.night);
    assert_ne!(screen.size, "800x480", "it does not fill the screen");
    // Half of the scale: the needle stands upright.
    cluster.wait_for_asking("the middle of the scale", |screen| screen.needle.abs() < 1.5);
    // The command line wins.
    let over = ["--theme", "night", "--units", "km/h", "--fullscreen=false"];
    let cluster = Cluster::as_asked(command(), &[&options[..], &over[..]].concat());
    let (_, screen) =
        cluster.wait_for("81 km/h by night", |screen| screen.digits == "81 km/h" && screen.night);
    assert_eq!(screen.size, "800x480");
}

#[test]
fn the_clock_decides_between_day_and_night() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let utc_hour = i64::try_from(now / 3600 % 24).unwrap();
    for (local_hour, night) in [(1, true), (9, false), (16, false), (21, true)] {
        // In TZ (POSIX) a zone has a name, whatever it is, and a place east of Greenwich has a minus.
        let east = (local_hour - utc_hour + 36).rem_euclid(24) - 12;
        let mut there = command();
        there.env("TZ", format!("LOCAL{}", -east));
        let cluster = Cluster::as_asked(there, &["--demo", "50", "--no-sweep"]);
        let (_, screen) = cluster.wait_for("50", |screen| screen.digits == "50 km/h");
        assert_eq!(screen.night, night, "at {local_hour} o'clock");
    }
}

#[test]
fn a_key_ends_the_sweep() {
    let seen = (0..4).any(|_| {
        let mut cluster = Cluster::as_asked(command(), &["--demo", "0", "--theme", "night"]);
        cluster.wait_for("the first frame", |screen| screen.event == "first-frame");
        // On a busy machine it may be over before anybody looks; then once more.
        let under_way = (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            cluster.screen().needle > -60.0
        });
        cluster.command("key X");
        // What the key does is done before the next command is read.
        let needle = cluster.screen().needle;
        assert!(!under_way || needle < -60.0, "the sweep goes on: the needle is at {needle}");
        under_way
    });
    assert!(seen, "there is no sweep");
}

#[test]
fn a_screenshot_waits_neither_for_a_car_to_stop_nor_for_ever() {
    for demo in ["drive", "starting"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("screen.png");
        let mut cluster = Cluster::start(&["--demo", demo, "--screenshot", file.to_str().unwrap()]);
        assert!(cluster.wait().success(), "--demo {demo}");
        Picture::open(&file);
    }
}

#[test]
fn a_screenshot_that_cannot_be_saved_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("missing/screen.png");
    let output = command().args(["--demo", "50", "--screenshot"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("missing/screen.png"));
}

#[test]
fn qml_that_does_not_load_ends_it_with_the_reason() {
    // A module in the import path that is none stands for a package that is missing or broken.
    let folder = tempfile::tempdir().unwrap();
    let shapes = folder.path().join("QtQuick/Shapes");
    std::fs::create_dir_all(&shapes).unwrap();
    std::fs::write(shapes.join("qmldir"), "module QtQuick.Shapes\nShape 1.0 Shape.qml\n").unwrap();
    std::fs::write(shapes.join("Shape.qml"), "this is no QML").unwrap();
    let output = command().env("QML_IMPORT_PATH", folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains(".qml") && words.contains("does not load"), "{words}");
}

/// The cluster as over ssh: nothing says where a display is.
fn without_display() -> std::process::Command {
    let mut command = common::command();
    for name in ["QT_QPA_PLATFORM", "QT_QUICK_BACKEND", "DISPLAY", "WAYLAND_DISPLAY"] {
        command.env_remove(name);
    }
    command
}

#[test]
fn without_a_display_it_ends_with_the_remedy_and_not_with_an_abort() {
    let output = without_display().args(["--demo", "87"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("dashboard-qml: there is no display: "), "{said}");
    assert!(said.contains("--screenshot FILE"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_screenshot_needs_no_display() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("cluster.png");
    let output = without_display().args(["--demo", "87", "--screenshot"]).arg(&picture).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(picture.metadata().unwrap().len() > 1000);
}
