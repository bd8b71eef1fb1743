//! The usual files, read by the real program. Only where `deploy/checks/configured-machine` has put them: no other
//! test reads them, and this one changes nobody's.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const SYSTEM_FILE: &str = "/etc/cardash/speed.toml";

/// What `deploy/checks/configured-machine` writes into each file: whoever reads one of them fails.
const MARK: &str = "of a machine that is configured\n";

/// Runs `--check` with only these variables; the exit status, and all that was said.
fn check(variables: &[(&str, &Path)], arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_speed-service"));
    let output = command
        .env_clear()
        .envs(variables.iter().copied())
        .arg("--check")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).expect("text"))
}

#[test]
#[ignore = "needs a configured machine: deploy/test rust makes one, in a namespace"]
fn the_machines_file_and_the_users_over_it() {
    let system = fs::read_to_string(SYSTEM_FILE).unwrap_or_default();
    assert_eq!(system, MARK, "run it by deploy/checks/configured-machine: this test writes {SYSTEM_FILE}");
    let (status, said) = check(&[], &["--simulate"]);
    assert!(status == Some(1) && said.contains("/etc/cardash/speed.toml:1: "), "{said}");

    fs::write(SYSTEM_FILE, "vehicle = \"honda\"\ncan = \"can7\"\npublish_hz = 20\n").expect("a file");
    let (status, said) = check(&[], &[]);
    assert_eq!(status, Some(0), "{said}");
    let has =
        |said: &str, words: &[&str]| said.lines().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(has(&said, &["source", "can7", "/etc/cardash/speed.toml:2"]), "{said}");

    let home = tempfile::tempdir().expect("a temporary folder");
    let config = home.path().join(".config");
    fs::create_dir_all(config.join("cardash")).expect("a folder");
    fs::write(config.join("cardash/speed.toml"), "publish_hz = 7\n").expect("a file");
    let elsewhere = Path::new("/nonexistent");
    for variables in
        [&[("HOME", home.path())][..], &[("HOME", elsewhere), ("XDG_CONFIG_HOME", config.as_path())]]
    {
        let (status, said) = check(variables, &["--can", "can9"]);
        assert_eq!(status, Some(0), "{said}");
        assert!(has(&said, &["publish_hz", "7", ".config/cardash/speed.toml:1"]), "{said}");
        assert!(has(&said, &["vehicle", "honda", "/etc/cardash/speed.toml:1"]), "{said}");
        assert!(has(&said, &["source", "can9", "command line"]), "{said}");
    }
    fs::write(SYSTEM_FILE, MARK).expect("a file");
}
