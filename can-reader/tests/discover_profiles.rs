//! What `discover --write` found in real cars, against the built-in profile of the same car: the speed of both on the same recording, frame
//! by frame. The figures: `cargo test --release -p can-reader --test discover_profiles -- --nocapture`.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Recordings, and the built-in profile of their car; not those of a lift, where half the wheels stand and the profile rightly gives no speed.
const CARS: [(&str, &str); 12] = [
    ("captures/civic_type_r_2019_drive", "honda"),
    ("recordings/acura_tsx_downhill", "acura-tsx"),
    ("recordings/ford_fusion_2017_acc_30_to_80", "ford"),
    ("recordings/formula_student_uwfe_oct30", "formula-student-uwfe"),
    ("recordings/honda_accord_cu2_brk_full", "honda"),
    ("recordings/hyundai_genesis_coupe_auto", "hyundai-old"),
    ("recordings/mitsubishi_mirage_vss_alpha", "mitsubishi"),
    ("recordings/mitsubishi_ralliart_parking_lot", "mitsubishi"),
    ("recordings/mitsubishi_ralliart_wot_manual", "mitsubishi"),
    ("recordings/nissan_leaf_ze1_epluseco", "nissan-leaf"),
    ("recordings/scion_xb_mph", "toyota-old"),
    ("recordings/subaru_sti_va_allgears", "subaru-old"),
];

fn log(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(format!("{name}.log"))
}

fn run(folder: &Path, arguments: &[&str], log: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_can-reader"))
        .current_dir(folder)
        .args(arguments)
        .arg(log)
        .output()
        .unwrap()
}

/// Seconds and km/h.
fn speeds(folder: &Path, vehicle: &str, log: &Path) -> Vec<(f64, f64)> {
    let output = run(folder, &["speed", "--json", "--vehicle", vehicle], log);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter_map(|line| Some((line["timestamp"].as_f64()?, line["speed"].as_f64()?))).collect()
}

/// km/h: how far the speeds differ at each frame of the first, where the other has one that is no older than a tenth of a second.
fn differences(found: &[(f64, f64)], known: &[(f64, f64)]) -> Vec<f64> {
    let at = |(at, kmh): &(f64, f64)| {
        let next = known.partition_point(|(other, _)| *other <= *at);
        let (then, other) = known.get(next.checked_sub(1)?)?;
        (at - then <= 0.1).then_some((kmh - other).abs())
    };
    let mut all: Vec<_> = found.iter().filter_map(at).collect();
    all.sort_by(f64::total_cmp);
    all
}

#[test]
#[cfg_attr(not(all(recordings, captures)), ignore = "no recordings in ../shared")]
fn what_was_found_gives_the_speed_of_the_known_profile() {
    let mut faults = Vec::new();
    for (name, vehicle) in CARS {
        let (folder, log) = (tempfile::tempdir().unwrap(), log(name));
        let known = speeds(folder.path(), vehicle, &log);
        let (at, top) = known.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a }).unwrap();
        let text = std::fs::read_to_string(&log).unwrap();
        let first =
            text.lines().find_map(|line| line.strip_prefix('(')?.split_once(')')?.0.parse::<f64>().ok());
        // What the dash shows, in whole km/h.
        let reading = format!("{top:.0}@{:.2}", at - first.unwrap());
        let output = run(folder.path(), &["discover", "--speed-is", &reading, "--write", "mycar"], &log);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if !folder.path().join("mycar.toml").exists() {
            println!("{name}: no profile: {}", said.lines().last().unwrap_or_default());
            faults.push(format!("{name}: no profile: {said}"));
            continue;
        }
        let found = speeds(folder.path(), "mycar.toml", &log);
        let off = differences(&found, &known);
        let share = |share: f64| off[((off.len() - 1) as f64 * share) as usize];
        let (half, most, worst) = (share(0.5), share(0.95), share(1.0));
        println!(
            "{name}: {reading}, {} frames with a speed, {vehicle} {}; differ at {} by {half:.2} km/h (median), {most:.2} (95 %), {worst:.2} (most)",
            found.len(),
            known.len(),
            off.len()
        );
        // The dash's whole km/h set the scale: half a one at the top, and 2 % for steps and for wheels that the other profile weighs otherwise.
        let allowed = 0.6 + 0.02 * top;
        if most > allowed || off.len() * 4 < known.len().min(found.len()) * 3 {
            faults.push(format!("{name}: {most:.2} km/h, {} of {} frames", off.len(), known.len()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
