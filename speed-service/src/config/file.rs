//! One configuration file.

use std::fmt::Display;
use std::io::ErrorKind;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use can_reader::source::{Drive, Fault, Rate};
use can_reader::vehicle::LinkSettings;
use cardash_text::line_of;
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use super::{ConfigError, Layer, Origin, Setting, SourceChoice};
use crate::indication::TOLERANCE_PERCENT;

/// Every key that a file may have.
const KEYS: [&str; 15] = [
    "requires",
    "vehicle",
    "can",
    "replay",
    "simulate",
    "rate",
    "drive",
    "faults",
    "loop",
    "bus",
    "publish_hz",
    "link",
    "obd",
    "indication",
    "calibration",
];

/// Tyres differ by less in circumference; a profile's scale that is wrong is not mended here.
const FACTOR: RangeInclusive<f64> = 0.8..=1.25;

/// Highest `publish_hz`: ten times the rate of the fastest wheel-speed messages.
const MAX_PUBLISH_HZ: i64 = 1000;

/// Reads `path`; `None` when it does not exist and need not.
pub fn read(path: &Path, required: bool) -> Result<Option<Layer>, ConfigError> {
    let bytes = match can_reader::files::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == ErrorKind::NotFound && !required => return Ok(None),
        Err(e) if e.kind() == ErrorKind::NotFound => return Err(ConfigError::Missing(path.to_owned())),
        Err(source) => return Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    };
    parse(path, &bytes).map(Some)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// Judged before anything else: see [`can_reader::requires`].
    #[serde(rename = "requires")]
    _requires: Option<String>,
    vehicle: Option<Spanned<String>>,
    can: Option<Spanned<CanValue>>,
    replay: Option<Spanned<PathBuf>>,
    simulate: Option<Spanned<bool>>,
    rate: Option<Spanned<RateValue>>,
    drive: Option<Spanned<String>>,
    faults: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(rename = "loop")]
    repeat: Option<Spanned<bool>>,
    bus: Option<Spanned<String>>,
    publish_hz: Option<Spanned<i64>>,
    link: Option<Spanned<LinkSettings>>,
    obd: Option<Spanned<Obd>>,
    indication: Option<Indication>,
    calibration: Option<Calibration>,
}

/// The owner's consent, which cardash-obd reads by itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Obd {
    ask: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Indication {
    tolerance_percent: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Calibration {
    factor: Option<Spanned<f64>>,
}

/// `can = "can0"` and `can = ["can0", "can1"]` alike.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected an interface, such as \"can0\", or several: [\"can0\", \"can1\"]")]
enum CanValue {
    One(String),
    Several(Vec<String>),
}

/// `rate = 10`, `rate = 0.5` and `rate = "max"` alike.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a number or \"max\"")]
enum RateValue {
    Whole(i64),
    Number(f64),
    Word(String),
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Layer, ConfigError> {
    let text = std::str::from_utf8(bytes).map_err(|e| ConfigError::Line {
        path: path.to_owned(),
        line: line_of(bytes, e.valid_up_to()),
        what: "not UTF-8; save the file as UTF-8".to_owned(),
    })?;
    can_reader::requires::check(text).map_err(|unmet| ConfigError::Line {
        path: path.to_owned(),
        line: unmet.line,
        what: format!("requires: {unmet}"),
    })?;
    let file = File { path, text };
    let table = DeTable::parse(text).map_err(|e| file.toml_error(&e))?;
    let unknown = table.get_ref().keys().find(|key| !KEYS.contains(&key.get_ref().as_ref()));
    if let Some(key) = unknown {
        return Err(file.error(key.span().start, unknown_key(key.get_ref())));
    }
    let keys: Keys = toml::from_str(text).map_err(|e| file.toml_error(&e))?;
    file.layer(keys)
}

fn unknown_key(key: &str) -> String {
    let nearest = KEYS
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(known, key), known))
        .min()
        .filter(|(distance, known)| *distance <= known.len().div_ceil(2));
    match nearest {
        Some((_, known)) => format!("unknown key `{key}`; did you mean `{known}`?"),
        None => format!("unknown key `{key}`; the keys are {}", KEYS.join(", ")),
    }
}

struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn layer(&self, keys: Keys) -> Result<Layer, ConfigError> {
        let source = self.source(&keys)?;
        let vehicle = keys.vehicle.map(|vehicle| self.set(&vehicle, self.vehicle(vehicle.get_ref())));
        let rate = keys.rate.map(|rate| self.rate(&rate)).transpose()?;
        let drive = keys.drive.map(|drive| Ok(self.set(&drive, self.word::<Drive>(&drive)?)));
        let faults = keys.faults.map(|faults| {
            let each = faults.get_ref().iter().map(|fault| self.word::<Fault>(fault));
            Ok(self.set(&faults, each.collect::<Result<_, _>>()?))
        });
        let bus = keys.bus.map(|bus| Ok(self.set(&bus, self.word(&bus)?)));
        let publish_hz = keys.publish_hz.map(|hz| match u32::try_from(*hz.get_ref()) {
            Ok(value) if (1..=MAX_PUBLISH_HZ).contains(hz.get_ref()) => Ok(self.set(&hz, value)),
            _ => {
                let what = format!("publish_hz is {}; it goes from 1 to {MAX_PUBLISH_HZ}", hz.get_ref());
                Err(self.error(hz.span().start, what))
            }
        });
        let percent = keys.indication.and_then(|indication| indication.tolerance_percent);
        let percent = percent.map(|percent| {
            let what = "it is the tolerance of the tyres, and with more the display would break UN R39";
            self.within("indication.tolerance_percent", &percent, TOLERANCE_PERCENT, what)
        });
        let factor = keys.calibration.and_then(|calibration| calibration.factor);
        let factor = factor.map(|factor| {
            let what = "it is the true speed divided by Speed without it; where that is further off, \
                        the vehicle profile is wrong and not the tyres";
            self.within("calibration.factor", &factor, FACTOR, what)
        });
        Ok(Layer {
            vehicle,
            source,
            rate,
            drive: drive.transpose()?,
            faults: faults.transpose()?,
            repeat: keys.repeat.map(|repeat| self.set(&repeat, *repeat.get_ref())),
            bus: bus.transpose()?,
            publish_hz: publish_hz.transpose()?,
            link: keys.link.map(|link| self.link(&link)).transpose()?,
            obd_ask: keys.obd.map(|obd| self.set(&obd, obd.get_ref().ask.unwrap_or(false))),
            tolerance_percent: percent.transpose()?,
            factor: factor.transpose()?,
        })
    }

    fn source(&self, keys: &Keys) -> Result<Option<Setting<SourceChoice>>, ConfigError> {
        let can = keys.can.as_ref().map(|can| {
            let names = match can.get_ref() {
                CanValue::One(name) => vec![name.clone()],
                CanValue::Several(names) => names.clone(),
            };
            self.set(can, SourceChoice::Can(names))
        });
        let replay =
            keys.replay.as_ref().map(|log| self.set(log, SourceChoice::Replay(self.beside(log.get_ref()))));
        let simulate = keys.simulate.as_ref().filter(|simulate| *simulate.get_ref());
        let simulate = simulate.map(|simulate| self.set(simulate, SourceChoice::Simulate));
        let mut sources = [can, replay, simulate].into_iter().flatten();
        let source = sources.next();
        match sources.next() {
            None => Ok(source),
            Some(second) => Err(ConfigError::Value {
                origin: second.origin,
                what: "a second source; keep one of can, replay and simulate".to_owned(),
            }),
        }
    }

    fn word<T: FromStr<Err: Display>>(&self, word: &Spanned<String>) -> Result<T, ConfigError> {
        word.get_ref().parse().map_err(|what: T::Err| self.error(word.span().start, what.to_string()))
    }

    fn rate(&self, rate: &Spanned<RateValue>) -> Result<Setting<Rate>, ConfigError> {
        let word = match rate.get_ref() {
            RateValue::Whole(number) => number.to_string(),
            RateValue::Number(number) => number.to_string(),
            RateValue::Word(word) => word.clone(),
        };
        match word.parse::<Rate>() {
            Ok(value) => Ok(self.set(rate, value)),
            Err(e) => Err(self.error(rate.span().start, format!("rate: {e}"))),
        }
    }

    fn link(&self, link: &Spanned<LinkSettings>) -> Result<Setting<LinkSettings>, ConfigError> {
        match link.get_ref().fault() {
            None => Ok(self.set(link, *link.get_ref())),
            Some(what) => Err(self.error(link.span().start, what)),
        }
    }

    fn within(
        &self,
        key: &str,
        number: &Spanned<f64>,
        range: RangeInclusive<f64>,
        what: &str,
    ) -> Result<Setting<f64>, ConfigError> {
        let value = *number.get_ref();
        if range.contains(&value) {
            return Ok(self.set(number, value));
        }
        let what = format!("{key} is {value}; it goes from {} to {}: {what}", range.start(), range.end());
        Err(self.error(number.span().start, what))
    }

    /// A vehicle's name as it is; a path relative to the file that names it.
    fn vehicle(&self, vehicle: &str) -> String {
        if vehicle.contains('/') || vehicle.ends_with(".toml") {
            self.beside(Path::new(vehicle)).to_string_lossy().into_owned()
        } else {
            vehicle.to_owned()
        }
    }

    fn beside(&self, path: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    fn set<S, T>(&self, at: &Spanned<S>, value: T) -> Setting<T> {
        let line = line_of(self.text.as_bytes(), at.span().start);
        Setting { value, origin: Origin::File { path: self.path.to_owned(), line } }
    }

    fn error(&self, at: usize, what: String) -> ConfigError {
        ConfigError::Line { path: self.path.to_owned(), line: line_of(self.text.as_bytes(), at), what }
    }

    fn toml_error(&self, error: &toml::de::Error) -> ConfigError {
        let at = error.span().map_or(0, |span| span.start);
        if let Some(words) = cardash_text::toml_words(self.text, at, error.message()) {
            return self.error(at, words);
        }
        let line = self.text.lines().nth(line_of(self.text.as_bytes(), at) - 1).unwrap_or_default();
        let key = line.split('=').next().map(str::trim).filter(|key| KEYS.contains(key));
        let what = error.message().lines().collect::<Vec<_>>().join("; ");
        self.error(at, key.map_or(what.clone(), |key| format!("{key}: {what}")))
    }
}

#[cfg(test)]
mod tests;
