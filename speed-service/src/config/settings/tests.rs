use super::*;
use crate::cli::Cli;

fn file(name: &str) -> Origin {
    Origin::File { path: PathBuf::from(name), line: 1 }
}

fn set<T>(value: T, origin: &Origin) -> Option<Setting<T>> {
    Some(Setting { value, origin: origin.clone() })
}

fn resolve(layers: Vec<Layer>) -> Result<Settings, ConfigError> {
    Settings::resolve(layers, Vec::new())
}

#[test]
fn later_layers_win_key_by_key() {
    let (system, user) = (file("system"), file("user"));
    let settings = resolve(vec![
        Layer {
            vehicle: set("honda".to_owned(), &system),
            source: set(SourceChoice::Can(vec!["can1".to_owned()]), &system),
            publish_hz: set(20, &system),
            factor: set(1.03, &system),
            ..Layer::default()
        },
        Layer { vehicle: set("toyota".to_owned(), &user), bus: set(Bus::System, &user), ..Layer::default() },
        Layer::from_command_line(&Cli { replay: Some("x.log".into()), ..Cli::default() }),
    ])
    .expect("good settings");
    assert_eq!(settings.vehicle, Setting { value: "toyota".to_owned(), origin: user.clone() });
    assert_eq!(
        settings.source,
        Setting { value: SourceChoice::Replay("x.log".into()), origin: Origin::CommandLine }
    );
    assert_eq!(settings.publish_hz, Setting { value: 20, origin: system });
    assert_eq!(settings.bus, Setting { value: Bus::System, origin: user });
    assert_eq!(settings.factor, Setting { value: 1.03, origin: file("system") });
    assert_eq!(settings.tolerance_percent, Setting::default(2.5));
    assert_eq!(settings.rate, Setting::default(Rate::Times(1.0)));
}

#[test]
fn a_vehicle_is_required_and_the_error_says_where_they_are_listed() {
    let error = resolve(vec![Layer::default()]).expect_err("no vehicle").to_string();
    assert!(error.contains("--vehicle NAME") && error.contains("/etc/cardash/speed.toml"), "{error}");
    assert!(error.contains("`can-reader vehicles`") && error.contains("`cardash-setup`"), "{error}");
}

#[test]
fn can0_is_the_source_of_last_resort() {
    let cli = Cli { vehicle: Some("honda".to_owned()), ..Cli::default() };
    let settings = resolve(vec![Layer::from_command_line(&cli)]).expect("good settings");
    assert_eq!(settings.source, Setting::default(SourceChoice::Can(vec!["can0".to_owned()])));
}

#[test]
fn the_simulator_brings_its_vehicle() {
    let simulate = Layer::from_command_line(&Cli { simulate: true, ..Cli::default() });
    let honda = Layer { vehicle: set("honda".to_owned(), &file("f")), ..Layer::default() };
    let vehicle = |layers| resolve(layers).expect("good settings").vehicle.value;
    assert_eq!(vehicle(vec![simulate.clone()]), "simulator");
    assert_eq!(vehicle(vec![honda.clone(), simulate.clone()]), "simulator");
    // Without the simulator, the file's vehicle counts again.
    let replay = Layer::from_command_line(&Cli {
        replay: Some("x.log".into()),
        vehicle: Some("toyota".to_owned()),
        ..Cli::default()
    });
    assert_eq!(vehicle(vec![simulate.clone(), replay]), "toyota");
    let error = resolve(vec![simulate, honda]).expect_err("honda cannot be simulated").to_string();
    assert!(error.starts_with("f:1: vehicle \"honda\" cannot be simulated"), "{error}");
}

#[test]
fn options_without_effect_are_refused() {
    let refused = |cli: Cli| {
        let cli = Cli { vehicle: cli.vehicle.clone().or(Some("honda".to_owned())), ..cli };
        resolve(vec![Layer::from_command_line(&cli)]).expect_err("refused").to_string()
    };
    let error = refused(Cli { rate: Some(Rate::Max), ..Cli::default() });
    assert!(error.starts_with("command line: --rate needs a log"), "{error}");
    let error = refused(Cli { drive: Some(Drive::Town), replay: Some("x.log".into()), ..Cli::default() });
    assert!(error.starts_with("command line: --drive is for the simulated car; add --simulate"), "{error}");
    let fault = vec!["link=down@3s".parse().expect("a fault")];
    let error = refused(Cli { fault, ..Cli::default() });
    assert!(error.starts_with("command line: --fault is for the simulated car"), "{error}");
    let error = refused(Cli { repeat: true, can: vec!["can0".to_owned()], ..Cli::default() });
    assert!(error.starts_with("command line: --loop needs a log"), "{error}");
    let error = refused(Cli { can: vec!["a/b".to_owned()], ..Cli::default() });
    assert!(error.contains("cannot be a CAN interface"), "{error}");
    let error = refused(Cli { can: vec!["can0,can1".to_owned()], ..Cli::default() });
    assert!(error.contains("name each by itself: --can can0 --can can1"), "{error}");
    let error = refused(Cli { can: vec!["/dev/ttyUSB0".to_owned()], ..Cli::default() });
    // It must not take part in the bus, least of all at a wrong bit rate.
    assert!(error.contains("`sudo slcand -l -c -f -s6 /dev/ttyUSB0 can0`"), "{error}");
    assert!(!error.contains("-o ") && error.contains("must be the bit rate of your bus"), "{error}");
    let cans =
        |names: &[&str]| Cli { can: names.iter().map(|name| (*name).to_owned()).collect(), ..Cli::default() };
    let error = refused(cans(&["can0", "can1", "can0"]));
    assert!(error.starts_with("command line: CAN interface can0 is given twice"), "{error}");
    let error = refused(cans(&["a", "b", "c", "d", "e"]));
    assert!(error.starts_with("command line: 5 CAN interfaces; "), "{error}");
}

#[test]
fn a_source_is_kept_when_what_it_uses_is_the_same() {
    let settings = |cli: Cli| {
        let cli = Cli { vehicle: Some("honda".to_owned()), ..cli };
        resolve(vec![Layer::from_command_line(&cli)]).expect("good settings")
    };
    let log = || Cli { replay: Some("x.log".into()), ..Cli::default() };
    assert!(settings(log()).same_source(&settings(log())));
    assert!(!settings(log()).same_source(&settings(Cli { rate: Some(Rate::Max), ..log() })));
    assert!(!settings(log()).same_source(&settings(Cli { repeat: true, ..log() })));
    assert!(!settings(log()).same_source(&settings(Cli::default())));
    let simulated = |drive, faults: &[&str]| {
        let fault = faults.iter().map(|fault| fault.parse().expect("a fault")).collect();
        let cli = Cli { simulate: true, drive: Some(drive), fault, ..Cli::default() };
        resolve(vec![Layer::from_command_line(&cli)]).expect("good settings")
    };
    let town = simulated(Drive::Town, &["link=down@3s"]);
    assert!(town.same_source(&simulated(Drive::Town, &["link=down@3s"])));
    assert!(!town.same_source(&simulated(Drive::Town, &[])));
    assert!(!town.same_source(&simulated(Drive::Tour, &["link=down@3s"])));
    let cans = |names: [&str; 2]| Cli { can: names.map(str::to_owned).to_vec(), ..Cli::default() };
    assert!(settings(cans(["can0", "can1"])).same_source(&settings(cans(["can0", "can1"]))));
    assert!(!settings(cans(["can0", "can1"])).same_source(&settings(cans(["can1", "can0"]))));
    assert!(!settings(cans(["can0", "can1"])).same_source(&settings(Cli::default())));
}

#[test]
fn links_are_laid_over_each_other_key_by_key() {
    let (system, user) = (file("system"), file("user"));
    let link = |bit_rate, listen_only| LinkSettings { bit_rate, listen_only, ..LinkSettings::default() };
    let layer = |link, origin: &Origin| Layer { link: set(link, origin), ..Layer::default() };
    let settings = resolve(vec![
        Layer {
            vehicle: set("honda".to_owned(), &system),
            ..layer(link(Some(250_000), Some(false)), &system)
        },
        layer(link(Some(125_000), None), &user),
    ])
    .expect("good settings");
    assert_eq!(settings.link, Setting { value: link(Some(125_000), Some(false)), origin: user });
}
