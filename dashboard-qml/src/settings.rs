//! The settings file `dashboard.toml`.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::de::DeTable;

use crate::arguments::{Bus, Theme, Unit};
use crate::light::Source;
use crate::panel::{OneOrMore, Panel};

/// Keys that the file may hold.
pub(crate) const KEYS: [&str; 12] = [
    "bus",
    "cluster",
    "dark_after",
    "fullscreen",
    "full_scale_kmh",
    "light",
    "night_brightness",
    "panel_inches",
    "sweep",
    "temperature",
    "theme",
    "units",
];

/// Full scales that the dial can be given, km/h.
const FULL_SCALE_KMH: std::ops::RangeInclusive<u32> = 160..=300;
/// Diagonals of panels that make sense, inches.
const PANEL_INCHES: std::ops::RangeInclusive<f64> = 2.0..=60.0;

/// Parts of the backlight that can be read by night, percent.
const NIGHT_BRIGHTNESS: std::ops::RangeInclusive<u32> = 5..=100;
/// Seconds until a silent car's screen is dark, but for 0.
const DARK_AFTER_S: std::ops::RangeInclusive<u32> = 5..=3600;

/// What `dashboard.toml` says; `None` where it is silent.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub(crate) struct Settings {
    pub bus: Option<Bus>,
    pub cluster: Panel,
    /// Seconds; 0 is never.
    pub dark_after: Option<u32>,
    pub fullscreen: Option<bool>,
    pub full_scale_kmh: Option<u32>,
    pub light: Option<OneOrMore<Source>>,
    pub night_brightness: Option<u32>,
    pub panel_inches: Option<f64>,
    pub sweep: Option<bool>,
    pub temperature: Temperature,
    pub theme: Option<Theme>,
    pub units: Option<Unit>,
}

/// Unit of temperatures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Temperature {
    #[default]
    Celsius,
    Fahrenheit,
}

/// Why the settings cannot be used. Each names the file and what to change.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{}: {source}; make it readable, or leave --config away", file.display())]
    Read {
        /// The settings file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not TOML, or a value has the wrong type.
    #[error("{}: {message}", file.display())]
    Syntax {
        /// The settings file.
        file: PathBuf,
        /// Line, column and reason.
        message: String,
    },
    /// A key that does not exist.
    #[error("{}:{line}: unknown key {key:?}; did you mean {nearest:?}? The keys are {}", file.display(), KEYS.join(", "))]
    UnknownKey {
        /// The settings file.
        file: PathBuf,
        /// Line of the key, from 1.
        line: usize,
        /// The key as written.
        key: String,
        /// The key that looks most like it.
        nearest: &'static str,
    },
    /// A key of `[cluster]` that cannot be as it is.
    #[error("{}:{line}: [cluster] {key}: {message}", file.display())]
    Cluster {
        /// The settings file.
        file: PathBuf,
        /// Line of the key, from 1.
        line: usize,
        /// The key.
        key: &'static str,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A value outside its range.
    #[error("{}:{line}: {key} = {value} is outside {range}; choose a value inside", file.display())]
    Range {
        /// The settings file.
        file: PathBuf,
        /// Line of the key, from 1.
        line: usize,
        /// The key.
        key: &'static str,
        /// Its value as written.
        value: String,
        /// What is allowed.
        range: String,
    },
}

impl Settings {
    /// Reads the file; without `explicit`, the one in the configuration folder, which need not exist.
    pub(crate) fn load(explicit: Option<&Path>) -> Result<Self, SettingsError> {
        let Some(file) = explicit.map(Path::to_owned).or_else(usual_file) else { return Ok(Self::default()) };
        match std::fs::read_to_string(&file) {
            Ok(text) => Self::parse(&file, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound && explicit.is_none() => {
                Ok(Self::default())
            }
            Err(source) => Err(SettingsError::Read { file, source }),
        }
    }

    fn parse(file: &Path, text: &str) -> Result<Self, SettingsError> {
        let syntax = |error: toml::de::Error| SettingsError::Syntax {
            file: file.to_owned(),
            message: {
                let at = error.span().map_or(0, |span| span.start);
                let line = cardash_text::line_of(text.as_bytes(), at);
                cardash_text::toml_words(text, at, error.message()).map_or_else(
                    || error.to_string().trim_end().to_owned(),
                    |words| format!("line {line}: {words}"),
                )
            },
        };
        let table = DeTable::parse(text).map_err(syntax)?;
        let lines = |key: &str| {
            let at = table.get_ref().get_key_value(key).map_or(0, |(key, _)| key.span().start);
            cardash_text::line_of(text.as_bytes(), at)
        };
        if let Some(key) = table.get_ref().keys().find(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            let key = key.get_ref();
            return Err(SettingsError::UnknownKey {
                file: file.to_owned(),
                line: lines(key),
                key: key.to_string(),
                nearest: nearest(key),
            });
        }
        let settings: Self = toml::from_str(text).map_err(syntax)?;
        settings.check(file, lines)?;
        if let Some((key, message)) = settings.cluster.mistake() {
            let cluster = table.get_ref().get("cluster").and_then(|cluster| cluster.get_ref().as_table());
            let at = cluster.and_then(|cluster| cluster.get_key_value(key));
            let at = at.map_or(0, |(key, _)| key.span().start);
            let line = cardash_text::line_of(text.as_bytes(), at);
            return Err(SettingsError::Cluster { file: file.to_owned(), line, key, message });
        }
        Ok(settings)
    }

    fn check(&self, file: &Path, lines: impl Fn(&str) -> usize) -> Result<(), SettingsError> {
        let range = |key, value: String, range| {
            Err(SettingsError::Range { file: file.to_owned(), line: lines(key), key, value, range })
        };
        match (self.full_scale_kmh, self.panel_inches) {
            (Some(kmh), _) if !FULL_SCALE_KMH.contains(&kmh) => {
                range("full_scale_kmh", kmh.to_string(), "160 to 300 km/h".to_owned())
            }
            (_, Some(inches)) if !PANEL_INCHES.contains(&inches) => {
                range("panel_inches", inches.to_string(), "2 to 60 inches".to_owned())
            }
            _ => Ok(()),
        }?;
        match (self.night_brightness, self.dark_after) {
            (Some(percent), _) if !NIGHT_BRIGHTNESS.contains(&percent) => {
                range("night_brightness", percent.to_string(), "5 to 100 percent".to_owned())
            }
            (_, Some(after_s)) if after_s != 0 && !DARK_AFTER_S.contains(&after_s) => {
                range("dark_after", after_s.to_string(), "5 to 3600 s (0: never)".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// `$XDG_CONFIG_HOME/cardash/dashboard.toml`, else under `~/.config` (XDG Base Directory Specification).
fn usual_file() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .map(|folder| folder.join("cardash/dashboard.toml"))
}

fn nearest(key: &str) -> &'static str {
    let closeness = |known: &str| strsim::jaro_winkler(key, known);
    KEYS.into_iter().max_by(|a, b| closeness(a).total_cmp(&closeness(b))).unwrap_or(KEYS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Settings, SettingsError> {
        Settings::parse(Path::new("dashboard.toml"), text)
    }

    #[test]
    fn every_key_is_read() {
        let text = "bus = 'system'\nfullscreen = true\nfull_scale_kmh = 200\npanel_inches = 7.0\n\
                    sweep = false\ntemperature = 'fahrenheit'\ntheme = 'day'\nunits = 'mph'\nlight = 'sensor'\n\
                    night_brightness = 30\ndark_after = 0\ncluster.left = 'rpm'";
        let settings = parse(text).unwrap();
        assert_eq!(settings.bus, Some(Bus::System));
        assert_eq!(settings.fullscreen, Some(true));
        assert_eq!(settings.full_scale_kmh, Some(200));
        assert_eq!(settings.panel_inches, Some(7.0));
        assert_eq!(settings.sweep, Some(false));
        assert_eq!(settings.temperature, Temperature::Fahrenheit);
        assert_eq!(settings.cluster.left, [crate::panel::Left::Rpm]);
        assert_eq!(settings.theme, Some(Theme::Day));
        assert_eq!(settings.light, Some(OneOrMore(vec![Source::Sensor])));
        assert_eq!((settings.night_brightness, settings.dark_after), (Some(30), Some(0)));
        assert_eq!(settings.units, Some(Unit::Mph));
        assert_eq!(text.lines().count(), KEYS.len(), "a key is missing here");
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let error = parse("theme = 'day'\nunit = 'mph'").unwrap_err().to_string();
        assert!(error.starts_with("dashboard.toml:2: ") && error.contains("\"units\""), "{error}");
    }

    #[test]
    fn a_wrong_value_names_its_line() {
        let error = parse("theme = 'day'\nunits = 'knots'").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("mph"), "{error}");
    }

    #[test]
    fn a_bad_word_of_the_cluster_names_its_line() {
        for (text, words) in [
            ("theme = 'day'\n\n[cluster]\nleft = 'boost'", "line 4"),
            ("[cluster]\nright = [\n  'fuel',\n  'rpm',\n]", "line 4"),
            ("[cluster]\nlayout = 'race'\nmiddle = 'fuel'", "line 3"),
            (
                "[cluster]\nleft = 'fuel'\nright = 'fuel'",
                "dashboard.toml:3: [cluster] right: \"fuel\" is there twice",
            ),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn the_light_has_sources_and_limits() {
        let order = |text: &str| parse(text).unwrap().light.map(|order| order.0);
        assert_eq!(order("light = []"), Some(Vec::new()));
        let both = Some(vec![Source::LowBeam, Source::Sensor]);
        assert_eq!(order("light = ['low-beam', 'sensor']"), both);
        for (text, words) in [
            ("theme = 'auto'\nlight = 'moon'", ["line 2", "low-beam"]),
            ("theme = 'auto'\nlight = [\n  'sensor',\n  'lamp',\n]", ["line 4", "sensor"]),
            ("\nnight_brightness = 4", ["toml:2: night_brightness = 4", "5 to 100"]),
            ("night_brightness = 101", ["toml:1: night_brightness = 101", "5 to 100"]),
            ("theme = 'day'\ndark_after = 4", ["toml:2: dark_after = 4", "0: never"]),
            ("dark_after = 3601", ["dark_after = 3601", "3600"]),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(words.iter().all(|words| error.contains(words)), "{text}: {error}");
        }
    }

    #[test]
    fn the_full_scale_has_limits() {
        for (kmh, good) in [(159, false), (160, true), (300, true), (301, false)] {
            assert_eq!(parse(&format!("full_scale_kmh = {kmh}")).is_ok(), good, "{kmh}");
        }
        let error = parse("theme = 'day'\n\npanel_inches = nan").unwrap_err().to_string();
        assert!(error.starts_with("dashboard.toml:3: panel_inches"), "{error}");
    }
}
