//! What goes into the file, and what stays.

use super::*;

fn findings() -> Findings {
    Findings {
        vehicle: "honda".to_owned(),
        interface: "can0".to_owned(),
        rate: Some(Rate { bit_rate: 500_000, data_bit_rate: None }),
        ask: false,
        listen_only: None,
        is_found: false,
    }
}

#[test]
fn the_factor_of_the_car_before_goes_with_a_profile_that_was_found() {
    for before in [
        "vehicle = \"honda\"\n\n[calibration]\nfactor = 1.03 # winter\n\n[indication]\ntolerance_percent = 3\n",
        "vehicle = \"honda\"\ncalibration.factor = 1.03\n[indication]\ntolerance_percent = 3\n",
    ] {
        assert!(is_calibrated(before));
        let found = Findings { vehicle: "vehicles/mycar.toml".to_owned(), is_found: true, ..findings() };
        let text = merge(Some(before), &found).unwrap();
        assert!(!is_calibrated(&text) && !text.contains("1.03"), "{text}");
        assert!(text.contains("[indication]\ntolerance_percent = 3"), "{text}");
        // The tyres stay where the profile is not a new one.
        assert!(merge(Some(before), &findings()).unwrap().contains("1.03"));
    }
    assert!(!is_calibrated("vehicle = \"honda\"\n"));
}

#[test]
fn consent_is_written_when_given_and_goes_with_another_car() {
    let asked = Findings { vehicle: "obd".to_owned(), ask: true, ..findings() };
    let text = merge(None, &asked).unwrap();
    assert!(text.contains("\nvehicle = \"obd\"\n") && text.contains("\n[obd]\nask = true\n"), "{text}");
    assert!(consents(&text) && merge(Some(&text), &asked).unwrap() == text);
    let taken_back = text.replace("ask = true", "ask = false # for now");
    assert!(!consents(&taken_back));
    assert!(merge(Some(&taken_back), &asked).unwrap().contains("ask = true # for now"));
    let other = merge(Some(&text), &findings()).unwrap();
    assert!(!other.contains("obd") && !consents(&other), "{other}");
    assert!(!consents("vehicle = \"honda\"\n[obd]\nask = true\n"), "another car's");
    let error = merge(Some("obd = 1\n"), &asked).unwrap_err();
    assert!(error.contains("write [obd]"), "{error}");
}

#[test]
fn who_may_ask_does_not_listen_only() {
    let asked = Findings { vehicle: "obd".to_owned(), ask: true, rate: None, ..findings() };
    for before in [
        "vehicle = \"obd\"\n[link]\nbit_rate = 250000\nlisten_only = true\n",
        "vehicle = \"honda\"\nlink = { bit_rate = 250000, listen_only = false }\n",
    ] {
        assert_eq!(listens_only(before), before.contains("true"));
        let text = merge(Some(before), &asked).unwrap();
        assert!(!text.contains("listen_only") && text.contains("bit_rate = 250000"), "{text}");
        // Another car keeps what stands there.
        assert!(merge(Some(before), &Findings { rate: None, ..findings() }).unwrap().contains("listen_only"));
    }
}

#[test]
fn a_new_file_says_what_it_is() {
    let text = merge(None, &findings()).unwrap();
    assert!(text.starts_with("# Configuration of Cardash"), "{text}");
    let rest = text.strip_prefix(HEAD).unwrap();
    assert_eq!(
        rest,
        "vehicle = \"honda\"\ncan = \"can0\"\n\n# How the interface is brought up at boot.\n[link]\nbit_rate = 500000\n"
    );
}

#[test]
fn the_same_findings_change_nothing() {
    let once = merge(None, &findings()).unwrap();
    assert_eq!(merge(Some(&once), &findings()).unwrap(), once);
    let by_hand = "can='can0' # the one in the dashboard\nvehicle=\"honda\"\n[link]\nbit_rate=500_000\nrestart_ms = 0\n";
    assert_eq!(merge(Some(by_hand), &findings()).unwrap(), by_hand);
}

#[test]
fn foreign_keys_and_comments_stay() {
    let before = "# my car\nvehicle = \"toyota\"   # was wrong\n\npublish_hz = 25 # slow screen\ncan = 'can1'\n\n\
                  [link] # the bus\n# measured\nbit_rate = 250000 # no\nrestart_ms = 50\nlisten_only = true\n";
    let after = merge(Some(before), &findings()).unwrap();
    assert_eq!(
        after,
        "# my car\nvehicle = \"honda\"   # was wrong\n\npublish_hz = 25 # slow screen\ncan = \"can0\"\n\n\
         [link] # the bus\n# measured\nbit_rate = 500000 # no\nrestart_ms = 50\nlisten_only = true\n"
    );
}

#[test]
fn another_source_of_frames_makes_way() {
    let after = merge(Some("simulate = true\nbus = \"system\"\n"), &findings()).unwrap();
    assert!(!after.contains("simulate") && after.contains("bus = \"system\"\n"), "{after}");
    let after = merge(Some("replay = \"drive.log\"\nrate = 10\n"), &findings()).unwrap();
    assert!(!after.contains("replay") && after.contains("rate = 10"), "{after}");
}

#[test]
fn can_fd_comes_and_goes_with_the_bus() {
    let fd =
        Findings { rate: Some(Rate { bit_rate: 500_000, data_bit_rate: Some(2_000_000) }), ..findings() };
    let with = merge(None, &fd).unwrap();
    assert!(with.contains("bit_rate = 500000\ndata_bit_rate = 2000000\n"), "{with}");
    let without = merge(Some(&with), &findings()).unwrap();
    assert!(!without.contains("data_bit_rate"), "{without}");
}

#[test]
fn an_interface_without_a_bit_rate_leaves_the_link_alone() {
    let virtually = Findings { rate: None, interface: "vcan0".to_owned(), ..findings() };
    assert!(!merge(None, &virtually).unwrap().contains("[link]"));
    let before = "can = \"can0\"\n[link]\nbit_rate = 250000\n";
    assert!(merge(Some(before), &virtually).unwrap().ends_with("[link]\nbit_rate = 250000\n"));
}

#[test]
fn acknowledging_is_written_when_asked_for_and_remarked_when_it_stands() {
    let bench = Findings { listen_only: Some(false), ..findings() };
    let text = merge(None, &bench).unwrap();
    assert!(text.ends_with("bit_rate = 500000\nlisten_only = false\n"), "{text}");
    assert!(acknowledges(&text) && acknowledges("link = { listen_only = false }"));
    // A person wants it so; it is remarked.
    assert_eq!(merge(Some(&text), &findings()).unwrap(), text);
    let car = Findings { listen_only: Some(true), ..findings() };
    let silenced = merge(Some(&text), &car).unwrap();
    assert_eq!(silenced, text.replace("listen_only = false", "listen_only = true"));
    assert!(!acknowledges(&silenced) && !acknowledges("link = 3") && !acknowledges("link ="));
    let noted = |text: &str, profile| remarks(text, "can0", profile).join("\n");
    let silent_profile = LinkSettings::default();
    let bench_profile = LinkSettings { listen_only: Some(false), ..silent_profile };
    assert!(
        noted(&text, silent_profile).starts_with("by [link] listen_only = false the controller acknowledges")
    );
    let silent = merge(None, &findings()).unwrap();
    assert_eq!(noted(&silent, silent_profile), "");
    assert!(noted(&silent, bench_profile).starts_with("by the profile's listen_only = false"));
    assert_eq!(noted(&(silent + "listen_only = true\n"), bench_profile), "");
}

#[test]
fn a_bit_rate_that_nobody_knows_is_remarked() {
    let text = merge(None, &Findings { rate: None, ..findings() }).unwrap();
    let unknown = remarks(&text, "can0", LinkSettings::default());
    assert!(unknown[0].starts_with("nobody has said the bit rate, so can0 will not"), "{unknown:?}");
    let profile = LinkSettings { bit_rate: Some(500_000), ..LinkSettings::default() };
    assert!(remarks(&text, "can0", profile).is_empty());
}

#[test]
fn a_link_in_one_line_is_kept_in_one_line() {
    let after = merge(Some("link = { bit_rate = 1, restart_ms = 5 }\n"), &findings()).unwrap();
    assert!(after.contains("bit_rate = 500000") && after.contains("restart_ms = 5"), "{after}");
    assert_eq!(after.matches("link").count(), 1, "{after}");
    assert!(merge(Some("link = 3\n"), &findings()).is_err());
}

#[test]
fn what_is_no_toml_is_left_alone_with_the_line() {
    let error = merge(Some("vehicle = \"honda\"\ncan = \n"), &findings()).unwrap_err();
    assert!(error.contains("line 2"), "{error}");
    assert_eq!(present("vehicle = "), (None, None));
    assert_eq!(present("vehicle = \"a\"\ncan = 3"), (Some("a".to_owned()), None));
}

#[test]
fn a_car_with_several_buses_keeps_its_list() {
    let by_hand = "vehicle = \"honda\"\ncan = [\"can1\", \"can0\"] # front, rear\n";
    let after = merge(Some(by_hand), &findings()).unwrap();
    assert!(after.starts_with(by_hand), "{after}");
    assert_eq!(present(&after), (Some("honda".to_owned()), Some("can1".to_owned())));
    let other = merge(Some("can = [\"can1\", \"can2\"]\n"), &findings()).unwrap();
    assert!(other.contains("can = \"can0\"") && !other.contains("can1"), "{other}");
}
