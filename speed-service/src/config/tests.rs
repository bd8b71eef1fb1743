//! Which files are read, and what is in force when they are laid over each other.

use clap::Parser;

use super::*;

fn usual(variables: &[(&str, &str)]) -> Vec<String> {
    let value =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
    usual_files(value).map(|file| file.display().to_string()).collect()
}

#[test]
fn the_users_file_comes_after_the_systems() {
    let both = |user: &str| vec![SYSTEM_FILE.to_owned(), user.to_owned()];
    assert_eq!(usual(&[("HOME", "/home/a")]), both("/home/a/.config/cardash/speed.toml"));
    assert_eq!(usual(&[("HOME", "/home/a"), ("XDG_CONFIG_HOME", "/x")]), both("/x/cardash/speed.toml"));
    // The specification has relative paths ignored.
    assert_eq!(
        usual(&[("HOME", "/home/a"), ("XDG_CONFIG_HOME", "x")]),
        both("/home/a/.config/cardash/speed.toml")
    );
    assert_eq!(usual(&[]), [SYSTEM_FILE]);
}

#[test]
fn a_later_file_is_laid_over_an_earlier_one_key_by_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        (path, false)
    };
    let system = file("system.toml", "vehicle = \"honda\"\ncan = \"can7\"\npublish_hz = 20\n");
    let user = file("user.toml", "publish_hz = 7\n");
    let absent = (folder.path().join("absent.toml"), false);
    let cli = Cli::try_parse_from(["speed-service", "--can", "can9"]).unwrap();
    let settings = read(&cli, vec![system.clone(), absent, user.clone()]).unwrap();
    assert_eq!(settings.files, [system.0.clone(), user.0.clone()]);
    assert_eq!(settings.vehicle.origin, Origin::File { path: system.0, line: 1 });
    assert_eq!(settings.publish_hz.value, 7);
    assert_eq!(settings.publish_hz.origin, Origin::File { path: user.0, line: 1 });
    assert_eq!(settings.source.value, SourceChoice::Can(vec!["can9".to_owned()]));
    assert_eq!(settings.source.origin, Origin::CommandLine);
}

/// What `asks` says of these files, the machine's first.
fn asks(texts: &[&str], arguments: &[&str]) -> Result<bool, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let files = texts.iter().enumerate().map(|(n, text)| {
        let path = folder.path().join(format!("{n}.toml"));
        std::fs::write(&path, text).unwrap();
        (path, false)
    });
    let cli = Cli::try_parse_from([&["speed-service"], arguments].concat()).unwrap();
    read(&cli, files.collect()).map(|settings| {
        assert_eq!(settings.missing_consent().is_some(), settings.needs_asking() && !settings.asks());
        settings.asks()
    })
}

#[test]
fn a_car_is_asked_only_where_both_words_stand_in_the_machines_own_file() {
    const BOTH: &str = "vehicle = \"obd\"\n[obd]\nask = true\n";
    assert!(asks(&[BOTH], &[]).unwrap());
    for half in ["vehicle = \"obd\"", "vehicle = \"obd\"\n[obd]\nask = false", "vehicle = \"obd\"\n[obd]"] {
        assert!(!asks(&[half], &[]).unwrap(), "{half}");
    }
    assert!(!asks(&["vehicle = \"honda\"\n[obd]\nask = true\n"], &[]).unwrap());
    // Of whoever starts the service, neither word counts.
    assert!(!asks(&["vehicle = \"honda\"\n[obd]\nask = true\n"], &["--vehicle", "obd"]).unwrap());
    assert!(!asks(&["[obd]\nask = true\n", "vehicle = \"obd\""], &[]).unwrap());
    let error = asks(&["vehicle = \"obd\"", "[obd]\nask = true\n"], &[]).unwrap_err().to_string();
    assert!(error.contains("1.toml:1: [obd] counts in /etc/cardash/speed.toml alone"), "{error}");
    // A recording is not asked.
    assert!(!asks(&["vehicle = \"obd\"\nreplay = \"a.log\"\n[obd]\nask = true\n"], &[]).unwrap());
}

#[test]
fn keys_of_the_consent_that_are_not_known_name_their_line() {
    for (text, words) in [
        ("vehicle = \"obd\"\n[obd]\nask = true\nfast = true", "0.toml:4: "),
        ("vehicle = \"obd\"\n[obd]\nask = \"yes\"", "0.toml:3: "),
        ("vehicle = \"obd\"\nobd = true", "0.toml:2: "),
    ] {
        let error = asks(&[text], &[]).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}
