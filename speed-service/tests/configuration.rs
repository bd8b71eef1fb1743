//! What a person sees who configures the real program, rightly or wrongly.

mod common;

use std::process::Output;

use common::car::Car;
use common::service::command;

fn run(car: &Car, arguments: &[&str]) -> Output {
    command(car.folder.path(), arguments).output().expect("the program starts")
}

fn refused(car: &Car, arguments: &[&str]) -> String {
    let output = run(car, arguments);
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert!(!output.status.success(), "{arguments:?} was accepted");
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}

#[test]
fn check_prints_what_would_be_in_force_and_where_it_comes_from() {
    let car = Car::new();
    let config = car.config("publish_hz = 20\nvehicle = \"car.toml\"\ncan = \"nocan7\"\n");
    let output = run(&car, &["--config", &config, "--bus", "system", "--check"]);
    let stdout = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    let has = |words: &[&str]| stdout.lines().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(has(&["vehicle", "car (Test car)", "speed.toml:2"]), "{stdout}");
    assert!(has(&["source", "nocan7", "speed.toml:3"]), "{stdout}");
    assert!(has(&["publish_hz", "20", "speed.toml:1"]), "{stdout}");
    assert!(has(&["bus", "system", "command line"]), "{stdout}");
    assert!(has(&["stale_after_ms", "500"]), "{stdout}");
    assert!(has(&["note: there is no interface nocan7 now"]), "{stdout}");
}

#[test]
fn check_names_keys_of_a_profile_that_mean_nothing_any_more_and_the_version_that_one_needs() {
    let car = Car::new();
    let profile = std::fs::read_to_string(car.folder.path().join("car.toml")).expect("the profile");
    let write = |text: &str| std::fs::write(car.folder.path().join("car.toml"), text).expect("a profile");
    let old = "[limits]\npersist_ms = 200\nagree_kmh = 3\nagree_percent = 5\nsensor_floor_kmh = 10\n";
    write(&format!("{profile}\n{old}"));
    let config = car.config("vehicle = \"car.toml\"\n");
    let output = run(&car, &["--config", &config, "--check"]);
    let stdout = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    for key in ["persist_ms", "agree_kmh", "agree_percent", "sensor_floor_kmh"] {
        let named = stdout.lines().filter(|line| line.starts_with("warning: ") && line.contains(key));
        assert_eq!(named.count(), 1, "{key}: {stdout}");
    }
    write(&format!("requires = \"9.9\"\nof_the_future = 1\n{profile}"));
    let stderr = refused(&car, &["--config", &config, "--check"]);
    assert!(stderr.contains("car.toml:1: it needs Cardash 9.9, and this is "), "{stderr}");
}

#[test]
fn check_refuses_what_the_service_would_refuse() {
    let car = Car::new();
    for arguments in [
        &["--check"][..],
        &["--check", "--vehicle", "hoonda"],
        &["--check", "--vehicle", "honda", "--replay", "gone.log"],
        &["--check", "--config", "gone.toml"],
    ] {
        assert_eq!(run(&car, arguments).status.code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn an_unknown_vehicle_names_the_nearest_and_where_all_are_listed() {
    let car = Car::new();
    let stderr = refused(&car, &["--vehicle", "hoonda"]);
    assert!(
        stderr.contains("did you mean \"honda\"") && stderr.contains("`can-reader vehicles`"),
        "{stderr}"
    );
    assert!(stderr.contains("command line"), "{stderr}");
    let stderr = refused(&car, &[]);
    assert!(stderr.contains("no vehicle") && stderr.contains("`can-reader vehicles`"), "{stderr}");
    let stderr = refused(&car, &["--vehicle", "gone.toml"]);
    assert!(stderr.contains("gone.toml"), "{stderr}");
}

#[test]
fn an_unknown_key_names_file_line_and_the_nearest() {
    let car = Car::new();
    let config = car.config("vehicle = \"car.toml\"\npublsh_hz = 20\n");
    let stderr = refused(&car, &["--config", &config]);
    assert!(stderr.contains("speed.toml:2: unknown key `publsh_hz`; did you mean `publish_hz`?"), "{stderr}");
}

#[test]
fn contradictions_on_the_command_line_are_refused() {
    let car = Car::new();
    let stderr = refused(&car, &["--vehicle", "honda", "--can", "can0", "--simulate"]);
    assert!(stderr.contains("--can") && stderr.contains("--simulate"), "{stderr}");
    let stderr = refused(&car, &["--vehicle", "honda", "--rate", "10"]);
    assert!(stderr.contains("--rate needs a log"), "{stderr}");
    let stderr = refused(&car, &["--vehicle", "honda", "--simulate"]);
    assert!(stderr.contains("cannot be simulated"), "{stderr}");
    let stderr = refused(&car, &["--simulate", "--drive", "city"]);
    assert!(stderr.contains("no drive \"city\"; it is one of nedc, tour, town"), "{stderr}");
    let stderr = refused(&car, &["--simulate", "--fault", "Row2.Left=dead"]);
    assert!(stderr.contains("no fault \"dead\"; it is stuck, zero, scale"), "{stderr}");
    let stderr = refused(&car, &["--vehicle", "honda", "--bus", "sesion"]);
    assert!(stderr.contains("session") && stderr.contains("system"), "{stderr}");
}

#[test]
fn the_interfaces_are_as_many_as_the_profile_has() {
    let car = Car::new().frame(0, 50.0);
    let two = car.two_buses();
    let check = |arguments: &[&str]| {
        let output = run(&car, arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let good = check(&["--check", "--vehicle", &two, "--can", "nocan7", "--can", "nocan8"]);
    let has = |words: &[&str]| good.lines().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(has(&["source", "nocan7,nocan8", "command line"]), "{good}");
    assert!(has(&["nocan7 ", "CAN id 100"]) && has(&["nocan8 ", "CAN id 200"]), "{good}");
    assert!(has(&["no interface nocan7 now"]) && has(&["no interface nocan8 now"]), "{good}");
    // A log is read by id, whatever the names in it.
    check(&["--check", "--vehicle", &two, "--replay", &car.log()]);

    let few = refused(&car, &["--vehicle", &two, "--can", "nocan7"]);
    assert!(
        few.contains("command line: vehicle two (") && few.contains("two.toml) has its messages on 2"),
        "{few}"
    );
    assert!(few.contains("1 is named") && few.contains("`--can can0 --can can1`"), "{few}");
    let none = refused(&car, &["--vehicle", &two]);
    assert!(none.contains("default: vehicle two") && none.contains("1 is named"), "{none}");
    let config = car.config("vehicle = \"car.toml\"\ncan = [\"nocan7\", \"nocan8\"]\n");
    let many = refused(&car, &["--config", &config]);
    assert!(
        many.contains("speed.toml:2: vehicle car") && many.contains("on 1 CAN interface, and 2 are"),
        "{many}"
    );
    assert!(many.contains("[interfaces]"), "{many}");
    let twice = refused(&car, &["--vehicle", &two, "--can", "nocan7", "--can", "nocan7"]);
    assert!(twice.contains("CAN interface nocan7 is given twice"), "{twice}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_named() {
    let car = Car::new();
    let stderr = refused(&car, &["--config", "gone.toml", "--vehicle", "honda"]);
    assert!(stderr.contains("gone.toml: no such file"), "{stderr}");
    let folder = car.folder.path().display().to_string();
    let stderr = refused(&car, &["--config", &folder, "--vehicle", "honda"]);
    assert!(stderr.contains("cannot be read"), "{stderr}");
    std::fs::write(car.path("latin.toml"), b"vehicle = \"caf\xE9\"").expect("a file");
    let latin = car.path("latin.toml").display().to_string();
    let stderr = refused(&car, &["--config", &latin]);
    assert!(stderr.contains("latin.toml:1: not UTF-8"), "{stderr}");
}

/// What `--link-settings` prints for an interface.
fn link_settings(car: &Car, config: &str, interface: &str) -> Output {
    run(car, &["--config", &car.config(config), "--link-settings", interface])
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("text")
}

#[test]
fn the_link_is_the_profiles_unless_the_configuration_says_otherwise() {
    let car = Car::new();
    let settings = |config: &str| printed(&link_settings(&car, config, "can0"));
    assert_eq!(
        settings("vehicle = \"honda\"\n"),
        "bitrate 500000 fd off restart-ms 100 listen-only on\n",
        "without `can` it reads can0"
    );
    assert_eq!(
        settings("vehicle = \"honda\"\n[link]\nbit_rate = 125000\nrestart_ms = 0\n"),
        "bitrate 125000 fd off restart-ms 0 listen-only on\n"
    );
    assert_eq!(
        settings("vehicle = \"piracer\"\n"),
        "bitrate 500000 fd off restart-ms 100 listen-only off\n",
        "two nodes on a bench: the Pi has to acknowledge"
    );
}

#[test]
fn every_interface_that_is_named_has_settings() {
    let car = Car::new();
    car.two_buses();
    let config = "vehicle = \"two.toml\"\ncan = [\"can1\", \"can2\"]\n[link]\nbit_rate = 500000\n";
    for (interface, has_settings) in [("can0", false), ("can1", true), ("can2", true)] {
        let printed = printed(&link_settings(&car, config, interface));
        assert_eq!(printed.starts_with("bitrate 500000 "), has_settings, "{interface}: {printed}");
    }
}

#[test]
fn an_interface_that_is_not_named_has_no_settings() {
    let car = Car::new();
    for config in [
        "vehicle = \"honda\"\ncan = \"can1\"\n",
        "vehicle = \"honda\"\nreplay = \"can0\"\n",
        "simulate = true\n",
    ] {
        assert_eq!(printed(&link_settings(&car, config, "can0")), "", "{config}");
    }
}

#[test]
fn a_bit_rate_that_nobody_has_said_is_not_guessed() {
    let car = Car::new();
    let output = link_settings(&car, "vehicle = \"car.toml\"\n", "can0");
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(stderr.contains("no bit rate for can0") && stderr.contains("[link]\nbit_rate ="), "{stderr}");
    assert!(stderr.contains("speed.toml"), "{stderr}");
    let link = "vehicle = \"car.toml\"\n[link]\nbit_rate = 33333\n";
    assert!(printed(&link_settings(&car, link, "can0")).starts_with("bitrate 33333 "));
}

#[test]
fn a_configuration_that_cannot_work_has_an_exit_status_of_its_own() {
    let car = Car::new();
    for arguments in [&["--vehicle", "hoonda"][..], &["--vehicle", "honda", "--replay", "gone.log"]] {
        assert_eq!(run(&car, arguments).status.code(), Some(78), "{arguments:?}");
    }
    let no_bus = ["--vehicle", "honda", "--bus", "session"];
    assert_eq!(run(&car, &no_bus).status.code(), Some(1), "a bus may come");
}

#[test]
fn a_car_that_has_to_be_asked_is_written_to_with_both_words_alone() {
    const VEHICLE: &str = "vehicle = \"obd\"\ncan = \"can5\"\n";
    const LINK: &str = "[link]\nbit_rate = 500000\n";
    let car = Car::new();
    let settings = |rest: &str| {
        let output = link_settings(&car, &format!("{VEHICLE}{rest}{LINK}"), "can5");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    };
    let silent = "bitrate 500000 fd off restart-ms 100 listen-only on";
    for rest in ["", "[obd]\n", "[obd]\nask = false\n"] {
        assert_eq!(settings(rest), silent, "{rest}");
    }
    assert_eq!(
        settings("[obd]\nask = true\n"),
        "bitrate 500000 fd off restart-ms 0 listen-only off one-shot on"
    );
    // The stronger silence stands: cardash-obd then ends with 78.
    let output =
        link_settings(&car, &format!("{VEHICLE}[obd]\nask = true\n{LINK}listen_only = true\n"), "can5");
    assert!(String::from_utf8_lossy(&output.stdout).contains("listen-only on one-shot on"), "{output:?}");

    let checked = |rest: &str| {
        let config = car.config(&format!("{VEHICLE}{rest}"));
        String::from_utf8(run(&car, &["--config", &config, "--check"]).stdout).expect("text")
    };
    assert!(checked("").contains("note: vehicle \"obd\" says nothing unless it is asked, and nobody asks"));
    assert!(!checked("[obd]\nask = true\n").contains("nobody asks"));
}
