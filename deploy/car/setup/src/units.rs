//! The systemd units: which there are, which of them are to start, and starting them.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::error::Error;
use crate::place::Place;

/// Where unit files lie, the stronger first.
const FOLDERS: [&str; 3] = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

const SERVICE: &str = "speed-service.service";
/// It asks the car, where its owner has agreed.
pub const ASKER: &str = "cardash-obd.service";
/// The instrument cluster on a bare screen; the speed is there without it.
pub const KIOSK: &str = "cardash-kiosk.service";

/// A unit that is to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its name, such as `cardash-can@can0.service`.
    pub name: String,
    /// It can be enabled; else something other than the boot starts it (a udev rule).
    enables: bool,
}

/// The units for this interface that are installed, in the order of their start, and those that are not.
#[must_use]
pub fn plan(place: &Place, interface: &str, has_controller: bool, asks: bool) -> (Vec<Unit>, Vec<String>) {
    let can = format!("cardash-can@{}.service", escaped(interface));
    let mut wanted = vec![(SERVICE.to_owned(), SERVICE)];
    if has_controller {
        wanted.insert(0, (can, "cardash-can@.service"));
    }
    if asks {
        wanted.push((ASKER.to_owned(), ASKER));
    }
    if place.of("/usr/bin/dashboard-qml").exists() {
        wanted.push((KIOSK.to_owned(), KIOSK));
    }
    let (mut units, mut missing) = (Vec::new(), Vec::new());
    for (name, file) in wanted {
        let texts = FOLDERS.iter().map(|folder| fs::read_to_string(place.of(folder).join(file)));
        match texts.flatten().next() {
            Some(text) => {
                units.push(Unit { name, enables: text.lines().any(|line| line.trim() == "[Install]") });
            }
            None => missing.push(file.to_owned()),
        }
    }
    (units, missing)
}

/// A name as systemd has it behind the `@` (systemd-escape): `can-car` is `can\x2dcar`.
fn escaped(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '.');
    name.chars().map(|c| if plain(c) { c.to_string() } else { format!("\\x{:02x}", u32::from(c)) }).collect()
}

/// A command for systemctl, as its words.
type Words = Vec<String>;

/// What has to be done so that these units start at boot and run now with the present configuration.
/// `changed`: the configuration is new; `down`: the interface is down. Where the car is not asked, who asked ends first.
#[must_use]
pub fn commands(place: &Place, units: &[Unit], changed: bool, down: bool) -> Vec<Words> {
    let mut commands = Vec::new();
    if !units.iter().any(|unit| unit.name == ASKER) && is(place, "is-enabled", ASKER) {
        let mut words = base(place);
        words.push("disable".to_owned());
        if runs(place) {
            words.push("--now".to_owned());
        }
        words.push(ASKER.to_owned());
        commands.push(words);
    }
    let to_enable: Vec<_> =
        units.iter().filter(|unit| unit.enables && !is(place, "is-enabled", &unit.name)).collect();
    if !to_enable.is_empty() {
        let mut words = base(place);
        words.push("enable".to_owned());
        words.extend(to_enable.iter().map(|unit| unit.name.clone()));
        commands.push(words);
    }
    if runs(place) {
        for unit in units {
            let active = is(place, "is-active", &unit.name);
            // The cluster reads nothing of the configuration: it follows the service by itself.
            let anew = changed && unit.name != KIOSK || down && unit.name.starts_with("cardash-can@");
            let verb = match (active, anew) {
                (true, false) => continue,
                (true, true) => "restart",
                (false, _) => "start",
            };
            commands.push(vec![verb.to_owned(), unit.name.clone()]);
        }
    }
    commands
}

/// Does it.
///
/// # Errors
/// systemctl's own words.
pub fn run(words: &[String]) -> Result<(), Error> {
    let failed = |what: String| Error::Units { command: typed(words), words: what };
    let output = Command::new("systemctl")
        .args(words)
        .output()
        .map_err(|error| failed(format!("{error}; is this a system with systemd?")))?;
    if output.status.success() {
        return Ok(());
    }
    let what = String::from_utf8_lossy(&output.stderr).lines().collect::<Vec<_>>().join(" ");
    Err(failed(format!("{what}; `journalctl -u speed-service -u 'cardash-can@*' -n 20` tells more")))
}

/// Asks for the speed, as anybody on the bus may.
pub const QUESTION: [&str; 6] =
    ["busctl", "call", "org.cardash.Speed1", "/org/cardash/Speed1", "org.cardash.Speed1", "getSpeed"];

/// How often it is asked, once a second: a service that has just started has heard no frame yet.
const MOST_QUESTIONS: u32 = 5;

/// The answer of the service that has just been started: `i 42`, or why there is no speed.
pub async fn ask_speed() -> String {
    let mut answer = String::new();
    for _ in 0..MOST_QUESTIONS {
        tokio::time::sleep(Duration::from_secs(1)).await;
        match Command::new(QUESTION[0]).args(&QUESTION[1..]).output() {
            Ok(output) if output.status.success() => {
                return String::from_utf8_lossy(&output.stdout).trim().to_owned();
            }
            Ok(output) => answer = String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => return format!("{}: {error}", QUESTION[0]),
        }
    }
    answer
}

/// The command as a person would type it.
#[must_use]
pub fn typed(words: &[String]) -> String {
    format!("systemctl {}", words.join(" "))
}

/// Whether systemd runs the system that is set up.
#[must_use]
pub fn runs(place: &Place) -> bool {
    place.root().is_none() && Path::new("/run/systemd/system").exists()
}

fn is(place: &Place, question: &str, unit: &str) -> bool {
    let mut words = base(place);
    words.extend([question.to_owned(), "--quiet".to_owned(), unit.to_owned()]);
    Command::new("systemctl").args(words).output().is_ok_and(|output| output.status.success())
}

/// Where systemd does not run, its files are changed without it.
fn base(place: &Place) -> Words {
    if runs(place) {
        return Vec::new();
    }
    vec![format!("--root={}", place.root().unwrap_or(Path::new("/")).display())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(files: &[(&str, &str)]) -> (tempfile::TempDir, Place) {
        let root = tempfile::tempdir().unwrap();
        let place = Place::new(Some(root.path()));
        for (file, text) in files {
            let path = place.of(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        (root, place)
    }

    const INSTALL: &str = "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n";

    #[test]
    fn only_what_is_installed_is_planned_and_the_rest_is_named() {
        let (_root, place) = system(&[("/usr/lib/systemd/system/speed-service.service", INSTALL)]);
        let (units, missing) = plan(&place, "can0", true, false);
        assert_eq!(units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(), [SERVICE]);
        assert_eq!(missing, ["cardash-can@.service"]);
        let (_, missing) = plan(&place, "vcan0", false, false);
        assert!(missing.is_empty(), "a virtual interface needs no unit");
    }

    #[test]
    fn who_asks_is_planned_only_where_the_owner_agreed() {
        let (_root, place) = system(&[
            ("/usr/lib/systemd/system/speed-service.service", INSTALL),
            ("/usr/lib/systemd/system/cardash-obd.service", INSTALL),
        ]);
        let names = |asks| -> Vec<String> {
            plan(&place, "can0", false, asks).0.into_iter().map(|unit| unit.name).collect()
        };
        assert_eq!(names(false), [SERVICE]);
        assert_eq!(names(true), [SERVICE, ASKER]);
    }

    #[test]
    fn the_cluster_is_started_where_it_is_installed() {
        let (_root, place) = system(&[
            ("/usr/lib/systemd/system/speed-service.service", INSTALL),
            ("/usr/lib/systemd/system/cardash-can@.service", "[Service]\nExecStart=/bin/true\n"),
            ("/usr/lib/systemd/system/cardash-kiosk.service", INSTALL),
            ("/usr/bin/dashboard-qml", ""),
        ]);
        let (units, missing) = plan(&place, "can1", true, false);
        let names: Vec<_> = units.iter().map(|unit| unit.name.as_str()).collect();
        assert_eq!(names, ["cardash-can@can1.service", SERVICE, KIOSK]);
        assert_eq!(plan(&place, "can-car", true, true).0[0].name, "cardash-can@can\\x2dcar.service");
        assert!(missing.is_empty() && !units[0].enables && units[1].enables);
    }
}
