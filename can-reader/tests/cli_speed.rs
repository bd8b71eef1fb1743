//! `can-reader speed` and `signals`: from a file and from a pipe, and how many lines are damaged.

#![allow(clippy::unwrap_used)] // helpers of tests: to panic is to fail

use std::io::Write;
use std::process::{Command, Output, Stdio};

use test_support::car;

fn can_reader(arguments: &[&str], input: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_can-reader"));
    let piped = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.unwrap_or_default().as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_pipe_says_what_the_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let (profile, log) = (folder.path().join("car.toml"), folder.path().join("drive.log"));
    std::fs::write(&profile, car::one_speed(500)).unwrap();
    let text: String = (0..200_u64)
        .map(|n| {
            let (seconds, us) = (1_600_000_000 + n / 50, n % 50 * 20_000);
            let data = car::text(car::CAR_ID, &car::data(&[42.0 + (n % 4) as f64 / 100.0]));
            format!("({seconds}.{us:06}) can0 {data}\n")
        })
        .collect();
    std::fs::write(&log, &text).unwrap();
    let (profile, log) = (profile.display().to_string(), log.display().to_string());
    let from_file = can_reader(&["speed", "--vehicle", &profile, &log], None);
    let from_pipe = can_reader(&["speed", "--vehicle", &profile, "-"], Some(&text));
    assert!(from_file.status.success() && from_pipe.status.success(), "{}", stderr(&from_pipe));
    assert!(String::from_utf8_lossy(&from_file.stdout).lines().count() >= 200);
    assert!(from_file.stdout == from_pipe.stdout);
}

#[test]
fn damaged_lines_are_counted_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("bad.log");
    let text = "no frame\n".repeat(3000);
    std::fs::write(&log, &text).unwrap();
    let log = log.display().to_string();
    for command in ["speed", "signals"] {
        for (log, input) in [(log.as_str(), None), ("-", Some(text.as_str()))] {
            let output = can_reader(&[command, "--vehicle", "honda", log], input);
            assert_eq!(output.status.code(), Some(1), "{command} {log}");
            let words = stderr(&output);
            assert!(
                words.contains("3000 damaged lines") && !words.contains("3001"),
                "{command} {log}: {words}"
            );
            assert!(words.contains("no frame in the whole log"), "{command} {log}: {words}");
        }
    }
}
