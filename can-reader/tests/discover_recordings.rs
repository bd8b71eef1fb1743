//! `discover` on real cars: the whole truth is measured by the scorer of `../shared/tools/discover`; here are a few, so that nothing breaks.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

fn shared(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path)
}

fn search(recording: &str) -> Value {
    let log = shared(&format!("recordings/{recording}.log"));
    let output = Command::new(env!("CARGO_BIN_EXE_can-reader"))
        .args(["discover", "--json"])
        .arg(log)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Message, order and place of the lowest bit, counted from the first bit of the message as its byte order counts.
fn place(id: &str, start: i64, length: i64, is_motorola: bool) -> (String, bool, i64) {
    let lowest = if is_motorola { start / 8 * 8 + 7 - start % 8 + length - 1 } else { start };
    (id.to_owned(), is_motorola, lowest)
}

/// The places of those signals that `is_meant` takes.
fn places(signals: &Value, is_meant: impl Fn(&Value) -> bool) -> BTreeSet<(String, bool, i64)> {
    let place = |signal: &Value| {
        let number = |key: &str| signal[key].as_i64().unwrap();
        place(
            signal["id"].as_str().unwrap(),
            number("start"),
            number("length"),
            signal["order"] == "motorola",
        )
    };
    signals.as_array().unwrap().iter().filter(|signal| is_meant(signal)).map(place).collect()
}

/// The wheels that move, as another program and people know them.
fn truth(recording: &str) -> BTreeSet<(String, bool, i64)> {
    let text = fs::read_to_string(shared("tools/discover/truth.json")).unwrap();
    let truth: Value = serde_json::from_str(&text).unwrap();
    places(&truth[recording]["wheels"], |wheel| wheel["moves"] == true)
}

#[test]
#[cfg_attr(not(recordings), ignore = "needs the recordings in ../shared/recordings")]
fn the_wheels_of_real_cars_are_the_first_candidate() {
    for recording in
        ["scion_xb_mph", "acura_tsx_downhill", "mitsubishi_mirage_vss_alpha", "subaru_sti_va_allgears"]
    {
        let report = search(recording);
        let first = &report["candidates"][0];
        assert!(report["verdict"] == "found" && first["kind"] == "wheels", "{recording}: {report}");
        assert_eq!(places(&first["signals"], |_| true), truth(recording), "{recording}");
    }
}

#[test]
#[cfg_attr(not(recordings), ignore = "needs the recordings in ../shared/recordings")]
fn a_car_that_stands_with_its_engine_running_has_no_speed() {
    for recording in ["standing_vw_eup_kcan", "standing_nissan_370z_revs"] {
        let report = search(recording);
        assert_eq!(report["verdict"], "not found", "{recording}: {report}");
        let reason = report["reason"].as_str().unwrap();
        assert!(reason.contains("record two minutes"), "{reason}");
    }
}
