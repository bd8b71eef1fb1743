use super::*;
use crate::config::Bus;

fn parsed(text: &str) -> Layer {
    parse(Path::new("/etc/cardash/speed.toml"), text.as_bytes()).expect("a good file")
}

fn refused(text: &str) -> String {
    parse(Path::new("speed.toml"), text.as_bytes()).expect_err("a bad file").to_string()
}

#[test]
fn every_key_is_read_with_its_line() {
    let layer = parsed(
        "# the car\nvehicle = \"honda\"\nreplay = \"drive.log\"\nrate = 10\nloop = true\nbus = \"system\"\npublish_hz = 20\n",
    );
    let line = |line| Origin::File { path: PathBuf::from("/etc/cardash/speed.toml"), line };
    assert_eq!(layer.vehicle, Some(Setting { value: "honda".to_owned(), origin: line(2) }));
    let log = SourceChoice::Replay(PathBuf::from("/etc/cardash/drive.log"));
    assert_eq!(layer.source, Some(Setting { value: log, origin: line(3) }));
    assert_eq!(layer.rate, Some(Setting { value: Rate::Times(10.0), origin: line(4) }));
    assert_eq!(layer.repeat, Some(Setting { value: true, origin: line(5) }));
    assert_eq!(layer.bus, Some(Setting { value: Bus::System, origin: line(6) }));
    assert_eq!(layer.publish_hz, Some(Setting { value: 20, origin: line(7) }));
}

#[test]
fn the_simulator_has_a_drive_and_faults() {
    let layer =
        parsed("simulate = true\ndrive = \"town\"\nfaults = [\"Row2.Left=stuck@20s\", \"link=down@5s\"]\n");
    assert_eq!(layer.drive.map(|drive| drive.value), Some(Drive::Town));
    let faults = layer.faults.expect("faults").value;
    assert_eq!(
        faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["Row2.Left=stuck@20s", "link=down@5s"]
    );
    let drive = refused("simulate = true\ndrive = \"city\"");
    assert!(drive.starts_with("speed.toml:2: there is no drive \"city\"; it is one of nedc, "), "{drive}");
    let fault = refused("faults = [\n  \"link=down\",\n  \"link=stuck\",\n]");
    assert!(fault.starts_with("speed.toml:3: fault \"link=stuck\": link has no fault"), "{fault}");
}

#[test]
fn the_example_of_the_documentation_is_good() {
    let example: String = include_str!("../mod.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! "))
        .skip_while(|line| *line != "```toml")
        .skip(1)
        .take_while(|line| *line != "```")
        .map(|line| format!("{line}\n"))
        .collect();
    let layer = parsed(&example);
    assert!(layer.vehicle.is_some() && layer.source.is_some() && layer.publish_hz.is_some());
    assert!(layer.factor.is_some() && layer.tolerance_percent.is_some());
}

#[test]
fn a_vehicle_file_is_found_beside_the_configuration() {
    let vehicle = |text| parsed(text).vehicle.expect("a vehicle").value;
    assert_eq!(vehicle("vehicle = \"mine.toml\""), "/etc/cardash/mine.toml");
    assert_eq!(vehicle("vehicle = \"/home/me/mine.toml\""), "/home/me/mine.toml");
    assert_eq!(vehicle("vehicle = \"honda\""), "honda");
}

#[test]
fn a_vehicle_may_have_several_interfaces() {
    let can = |text| parsed(text).source.expect("a source").value;
    let interfaces =
        |names: &[&str]| SourceChoice::Can(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(can("can = \"can0\""), interfaces(&["can0"]));
    assert_eq!(can("can = [\"can0\", \"can1\"]"), interfaces(&["can0", "can1"]));
    let wrong = refused("vehicle = \"honda\"\ncan = 0");
    assert!(
        wrong.starts_with("speed.toml:2: can: expected an interface, such as \"can0\", or several"),
        "{wrong}"
    );
    let wrong = refused("can = [\"can0\", 1]");
    assert!(wrong.starts_with("speed.toml:1: can: expected an interface"), "{wrong}");
}

#[test]
fn rates_are_numbers_or_max() {
    let rate = |text| parsed(text).rate.expect("a rate").value;
    assert_eq!(rate("rate = 0.5"), Rate::Times(0.5));
    assert_eq!(rate("rate = \"max\""), Rate::Max);
    assert!(refused("rate = -1").starts_with("speed.toml:1: rate:"), "{}", refused("rate = -1"));
    assert!(refused("rate = true").contains("a number or \"max\""), "{}", refused("rate = true"));
}

#[test]
fn an_unknown_key_names_the_nearest() {
    assert_eq!(
        refused("\nvehicel = \"honda\""),
        "speed.toml:2: unknown key `vehicel`; did you mean `vehicle`?"
    );
    assert_eq!(
        refused("publish-hz = 5"),
        "speed.toml:1: unknown key `publish-hz`; did you mean `publish_hz`?"
    );
    let other = refused("[engine]\nrpm = 1");
    let begin = "speed.toml:1: unknown key `engine`; the keys are requires, vehicle, can,";
    assert!(other.starts_with(begin), "{other}");
}

#[test]
fn what_is_not_understood_names_line_and_key() {
    let wrong_type = refused("vehicle = \"honda\"\npublish_hz = \"fast\"");
    assert_eq!(wrong_type, "speed.toml:2: publish_hz is a number, without quotes and without a unit");
    assert_eq!(refused("publish_hz = 0"), "speed.toml:1: publish_hz is 0; it goes from 1 to 1000");
    assert_eq!(
        refused("publish_hz = 5000000000"),
        "speed.toml:1: publish_hz is 5000000000; it goes from 1 to 1000"
    );
    assert!(refused("bus = \"sesion\"").contains("\"session\" or \"system\""));
    assert_eq!(refused("\n\nvehicle = honda"), "speed.toml:3: words stand in quotes: vehicle = \"honda\"");
    let twice = refused("can = \"can0\"\ncan = \"can1\"");
    assert!(twice.starts_with("speed.toml:2: "), "{twice}");
    let bytes =
        parse(Path::new("speed.toml"), b"vehicle = \"x\"\n# 50 \xB0C\n").expect_err("Latin-1").to_string();
    assert_eq!(bytes, "speed.toml:2: not UTF-8; save the file as UTF-8");
}

#[test]
fn two_sources_are_one_too_many() {
    let both = refused("can = \"can0\"\nreplay = \"x.log\"");
    assert_eq!(both, "speed.toml:2: a second source; keep one of can, replay and simulate");
    assert!(parsed("simulate = false\ncan = \"can0\"").source.is_some());
}

proptest::proptest! {
    #[test]
    fn no_file_makes_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = parse(Path::new("speed.toml"), &bytes);
    }

    #[test]
    fn no_text_of_keys_makes_it_panic(text in "((vehicle|can|rate|loop|publish_hz|x) ?= ?(\"[a-z]{0,3}\"|-?[0-9.e]{1,20}|true|\\[|\n)\n?){0,6}") {
        let _ = parse(Path::new("speed.toml"), text.as_bytes());
    }
}

#[test]
fn the_link_is_read_with_its_line() {
    let link = parsed("vehicle = \"honda\"\n\n[link]\nbit_rate = 250000\nlisten_only = false\n").link;
    let link = link.expect("a link");
    assert_eq!((link.value.bit_rate, link.value.listen_only), (Some(250_000), Some(false)));
    assert_eq!((link.value.data_bit_rate, link.value.restart_ms), (None, None));
    assert_eq!(link.origin, Origin::File { path: PathBuf::from("/etc/cardash/speed.toml"), line: 3 });
}

#[test]
fn a_link_that_cannot_be_is_refused() {
    let refusal = refused("vehicle = \"honda\"\n[link]\nbit_rate = 500\n");
    assert!(refusal.starts_with("speed.toml:2: link.bit_rate = 500: it must be from 10000"), "{refusal}");
    let refusal = refused("[link]\nbitrate = 500000\n");
    assert!(refusal.starts_with("speed.toml:2: ") && refusal.contains("bit_rate"), "{refusal}");
    let refusal = refused("[link]\nlisten_only = \"yes\"\n");
    assert!(refusal.starts_with("speed.toml:2: ") && refusal.contains("boolean"), "{refusal}");
}

#[test]
fn calibration_and_indication_are_read_with_their_lines() {
    let layer =
        parsed("vehicle = \"honda\"\n[calibration]\nfactor = 1.03\n[indication]\n\ntolerance_percent = 3\n");
    let line = |line| Origin::File { path: PathBuf::from("/etc/cardash/speed.toml"), line };
    assert_eq!(layer.factor, Some(Setting { value: 1.03, origin: line(3) }));
    assert_eq!(layer.tolerance_percent, Some(Setting { value: 3.0, origin: line(6) }));
    let empty = parsed("[calibration]\n[indication]\n");
    assert_eq!((empty.factor, empty.tolerance_percent), (None, None));
}

#[test]
fn a_calibration_that_no_tyre_needs_is_refused() {
    for (text, value) in
        [("0.79", "0.79"), ("1.26", "1.26"), ("0", "0"), ("-1.0", "-1"), ("nan", "NaN"), ("inf", "inf")]
    {
        let refusal = refused(&format!("[calibration]\nfactor = {text}\n"));
        let begin = format!("speed.toml:2: calibration.factor is {value}; it goes from 0.8 to 1.25: ");
        assert!(refusal.starts_with(&begin), "{refusal}");
    }
    for text in ["-0.1", "4.6", "nan"] {
        let refusal = refused(&format!("\n[indication]\ntolerance_percent = {text}\n"));
        let begin = "speed.toml:3: indication.tolerance_percent is ";
        assert!(refusal.starts_with(begin) && refusal.contains("from 0 to 4.5"), "{refusal}");
    }
    let refusal = refused("[calibration]\nfaktor = 1.0\n");
    assert!(refusal.starts_with("speed.toml:2: ") && refusal.contains("`factor`"), "{refusal}");
    let refusal = refused("[indication]\ntolerance_percent = \"2.5\"\n");
    assert_eq!(refusal, "speed.toml:2: a number stands without quotes: tolerance_percent = 2.5");
}

#[test]
fn a_file_for_a_later_version_says_so_before_its_unknown_keys() {
    let refusal = refused("vehicle = \"honda\"\nrequires = \"99.1\"\nautopilot = true\n");
    assert!(refusal.starts_with("speed.toml:2: requires: it needs Cardash 99.1, and this is "), "{refusal}");
    assert!(parsed("requires = \"0.2\"\nvehicle = \"honda\"\n").vehicle.is_some());
}
