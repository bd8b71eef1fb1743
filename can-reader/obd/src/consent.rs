//! Whether this car may be asked: two words of its owner in one file, which only root can write.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The one file that counts. There is no option and no variable for another.
pub const FILE: &str = "/etc/cardash/speed.toml";

/// The name of the built-in profile.
pub const VEHICLE: &str = "obd";

/// The interface where the file names none, as for speed-service.
const DEFAULT_INTERFACE: &str = "can0";

/// A file longer than this is no configuration.
const LONGEST: u64 = 1 << 20;

/// The consent, and for which interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The interface that is wired to the car.
    pub interface: String,
}

/// Why there is none. Each sentence has the remedy.
#[derive(Debug, thiserror::Error)]
pub enum NoConsent {
    /// It cannot be read.
    #[error("{}: {error}; `sudo cardash-setup` writes it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Others could have written it.
    #[error(
        "{0}: its owner is user {uid} and its mode {mode:o}: only root may be able to write what allows writing to a car; \
         `sudo chown root:root {0} && sudo chmod 644 {0}`",
        path.display()
    )]
    NotRoots {
        /// The file.
        path: PathBuf,
        /// Who owns it.
        uid: u32,
        /// Its permissions.
        mode: u32,
    },
    /// A line that is not understood.
    #[error("{}:{line}: {what}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// The fault.
        what: String,
    },
    /// The vehicle is another one, or none.
    #[error(
        "{}: the vehicle is {vehicle}: this car is not asked. Cars that say nothing by themselves have vehicle = \"obd\" and, under \
         [obd], ask = true; `sudo cardash-setup` asks you first", path.display()
    )]
    OtherVehicle {
        /// The file.
        path: PathBuf,
        /// What it says.
        vehicle: String,
    },
    /// Nobody has agreed.
    #[error(
        "{}: vehicle = \"obd\", and nobody has agreed that this car is asked: nothing is written to its bus. `sudo cardash-setup` \
         asks; by hand add\n[obd]\nask = true", path.display()
    )]
    NotSaid {
        /// The file.
        path: PathBuf,
    },
    /// The file names another interface than at the start.
    #[error("{}: it names {interface} now; start again: `sudo systemctl restart cardash-obd`", path.display())]
    Moved {
        /// The file.
        path: PathBuf,
        /// What it names.
        interface: String,
    },
    /// One interface is one car's diagnostic socket.
    #[error("{}: can has {count} interfaces; the diagnostic socket is one", path.display())]
    Interfaces {
        /// The file.
        path: PathBuf,
        /// How many.
        count: usize,
    },
}

/// What of the file counts here; the rest is speed-service's.
#[derive(Deserialize)]
struct Keys {
    vehicle: Option<String>,
    can: Option<Can>,
    obd: Option<Obd>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Can {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Obd {
    ask: Option<bool>,
}

impl Consent {
    /// Reads it from [`FILE`].
    ///
    /// # Errors
    /// There is none.
    pub fn read() -> Result<Self, NoConsent> {
        Self::of_file(Path::new(FILE), 0)
    }

    /// Reads it from a file that must belong to this user, and that nobody else may write.
    fn of_file(path: &Path, owner: u32) -> Result<Self, NoConsent> {
        let path = path.to_owned();
        let unreadable = |error| NoConsent::Unreadable { path: path.clone(), error };
        let file = File::open(&path).map_err(unreadable)?;
        // Of the file that is open, not of the name.
        let about = file.metadata().map_err(unreadable)?;
        let (uid, mode) = (about.uid(), about.mode() & 0o7777);
        if uid != owner || mode & 0o022 != 0 {
            return Err(NoConsent::NotRoots { path, uid, mode });
        }
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).map_err(unreadable)?;
        Self::of_text(path, &text)
    }

    fn of_text(path: PathBuf, text: &str) -> Result<Self, NoConsent> {
        let keys: Keys = match toml::from_str(text) {
            Ok(keys) => keys,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let what = cardash_text::toml_words(text, at, error.message());
                let what = what.unwrap_or_else(|| error.message().lines().collect::<Vec<_>>().join("; "));
                return Err(NoConsent::Line { path, line: cardash_text::line_of(text.as_bytes(), at), what });
            }
        };
        match keys.vehicle {
            Some(vehicle) if vehicle == VEHICLE => {}
            other => {
                let vehicle = other.map_or_else(|| "not named".to_owned(), |vehicle| format!("{vehicle:?}"));
                return Err(NoConsent::OtherVehicle { path, vehicle });
            }
        }
        if keys.obd.and_then(|obd| obd.ask) != Some(true) {
            return Err(NoConsent::NotSaid { path });
        }
        match keys.can {
            None => Ok(Self { interface: DEFAULT_INTERFACE.to_owned() }),
            Some(Can::One(interface)) => Ok(Self { interface }),
            Some(Can::Several(mut names)) => match (names.pop(), names.len()) {
                (Some(interface), 0) => Ok(Self { interface }),
                (_, others) => Err(NoConsent::Interfaces { path, count: others + 1 }),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn of(text: &str) -> Result<Consent, NoConsent> {
        Consent::of_text(PathBuf::from("speed.toml"), text)
    }

    fn words(text: &str) -> String {
        of(text).expect_err("no consent").to_string()
    }

    #[test]
    fn both_words_are_consent_and_one_is_none() {
        let consent = of("vehicle = \"obd\"\ncan = \"can1\"\n[obd]\nask = true\n").expect("consent");
        assert_eq!(consent.interface, "can1");
        assert_eq!(of("vehicle = \"obd\"\nobd.ask = true").expect("consent").interface, "can0");
        for half in ["vehicle = \"obd\"", "vehicle = \"obd\"\n[obd]", "vehicle = \"obd\"\n[obd]\nask = false"]
        {
            assert!(words(half).contains("nobody has agreed"), "{half}");
        }
        for other in [
            "[obd]\nask = true",
            "vehicle = \"honda\"\n[obd]\nask = true",
            "vehicle = \"/x/obd.toml\"\n[obd]\nask = true",
            "",
        ] {
            assert!(words(other).contains("this car is not asked"), "{other}");
        }
        assert!(words("vehicle = \"obd\"\n[obd]\nask = true\nfast = 1").contains("speed.toml:4"));
        assert!(words("vehicle = \"obd\"\n[obd]\nask = \"true\"").contains("speed.toml:3"));
        assert!(
            words("vehicle = \"obd\"\ncan = [\"can0\", \"can1\"]\n[obd]\nask = true")
                .contains("2 interfaces")
        );
    }

    #[test]
    fn a_file_that_others_can_write_says_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("speed.toml");
        let me = nix::unistd::getuid().as_raw();
        let missing = Consent::of_file(&path, me).expect_err("no file").to_string();
        assert!(missing.contains("cardash-setup"), "{missing}");
        std::fs::write(&path, "vehicle = \"obd\"\n[obd]\nask = true\n").expect("a file");
        for (mode, good) in [(0o644, true), (0o600, true), (0o664, false), (0o646, false), (0o666, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
            assert_eq!(Consent::of_file(&path, me).is_ok(), good, "{mode:o}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("a mode");
        let others = Consent::of_file(&path, me + 1).expect_err("of somebody else").to_string();
        assert!(others.contains("chown root:root"), "{others}");
    }
}
