//! The configuration in force.

use std::path::PathBuf;

use can_reader::Vehicle;
use can_reader::source::{Drive, Fault, Rate, SeveralCan};
use can_reader::vehicle::LinkSettings;

use super::{Bus, ConfigError, Layer, Origin, Setting, SourceChoice};
use crate::indication::DEFAULT_TOLERANCE_PERCENT;

/// The one vehicle that the simulator drives: its frames are encoded through that profile's DBC.
const SIMULATED_VEHICLE: &str = "simulator";

/// The profile of cars that have to be asked.
const ASKED_VEHICLE: &str = "obd";

/// Longest name of a network interface (IFNAMSIZ - 1).
const MAX_INTERFACE_NAME: usize = 15;

/// Everything decided, each setting with its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Name or path of the vehicle profile.
    pub vehicle: Setting<String>,
    /// Where frames come from.
    pub source: Setting<SourceChoice>,
    /// How fast a log or the simulator runs.
    pub rate: Setting<Rate>,
    /// What the simulated car drives.
    pub drive: Setting<Drive>,
    /// What is wrong with it.
    pub faults: Setting<Vec<Fault>>,
    /// Whether a log starts again at its end.
    pub repeat: Setting<bool>,
    /// The bus to serve.
    pub bus: Setting<Bus>,
    /// Most `PropertiesChanged` a second while `Speed` changes.
    pub publish_hz: Setting<u32>,
    /// Whether its owner has agreed that the car is asked (`[obd] ask`), and where. [`Settings::asks`] says whether it is.
    pub obd_ask: Setting<bool>,
    /// How the CAN interface is brought up, as far as the files say; what they leave out the vehicle may say.
    pub link: Setting<LinkSettings>,
    /// What the tyres may be off by, %; the speed for displays is raised by it.
    pub tolerance_percent: Setting<f64>,
    /// What the wheels say is multiplied by this: for tyres of another size than the car's own.
    pub factor: Setting<f64>,
    /// The files that were read.
    pub files: Vec<PathBuf>,
}

impl Settings {
    /// Lays layers over each other, the strongest last.
    ///
    /// # Errors
    /// No vehicle, or settings that contradict each other.
    pub fn resolve(layers: Vec<Layer>, files: Vec<PathBuf>) -> Result<Self, ConfigError> {
        let vehicle = vehicle(&layers, &files)?;
        let mut top = Layer::default();
        for layer in layers {
            top = Layer {
                vehicle: None,
                source: layer.source.or(top.source),
                rate: layer.rate.or(top.rate),
                drive: layer.drive.or(top.drive),
                faults: layer.faults.or(top.faults),
                repeat: layer.repeat.or(top.repeat),
                bus: layer.bus.or(top.bus),
                publish_hz: layer.publish_hz.or(top.publish_hz),
                obd_ask: layer.obd_ask.or(top.obd_ask),
                link: merged(layer.link, top.link),
                tolerance_percent: layer.tolerance_percent.or(top.tolerance_percent),
                factor: layer.factor.or(top.factor),
            };
        }
        let settings = Self {
            vehicle,
            source: top
                .source
                .unwrap_or_else(|| Setting::default(SourceChoice::Can(vec!["can0".to_owned()]))),
            rate: top.rate.unwrap_or_else(|| Setting::default(Rate::Times(1.0))),
            drive: top.drive.unwrap_or_else(|| Setting::default(Drive::default())),
            faults: top.faults.unwrap_or_else(|| Setting::default(Vec::new())),
            repeat: top.repeat.unwrap_or_else(|| Setting::default(false)),
            bus: top.bus.unwrap_or_else(|| Setting::default(Bus::Session)),
            publish_hz: top.publish_hz.unwrap_or_else(|| Setting::default(50)),
            obd_ask: top.obd_ask.unwrap_or_else(|| Setting::default(false)),
            link: top.link.unwrap_or_else(|| Setting::default(LinkSettings::default())),
            tolerance_percent: top
                .tolerance_percent
                .unwrap_or_else(|| Setting::default(DEFAULT_TOLERANCE_PERCENT)),
            factor: top.factor.unwrap_or_else(|| Setting::default(1.0)),
            files,
        };
        settings.check()?;
        Ok(settings)
    }

    /// Whether the vehicle is one that says nothing unless it is asked.
    #[must_use]
    pub fn needs_asking(&self) -> bool {
        self.vehicle.value == ASKED_VEHICLE && matches!(self.source.value, SourceChoice::Can(_))
    }

    /// Whether cardash-obd asks this car: vehicle and consent both stand in the first file, the machine's own. Neither a user's file
    /// nor the command line can say either.
    #[must_use]
    pub fn asks(&self) -> bool {
        let in_first = |origin: &Origin| match origin {
            Origin::File { path, .. } => self.files.first() == Some(path),
            Origin::Default | Origin::CommandLine => false,
        };
        self.needs_asking()
            && self.obd_ask.value
            && in_first(&self.vehicle.origin)
            && in_first(&self.obd_ask.origin)
    }

    /// What is missing where the car has to be asked and nobody may, as a sentence.
    #[must_use]
    pub fn missing_consent(&self) -> Option<String> {
        (self.needs_asking() && !self.asks()).then(|| {
            format!(
                "vehicle {ASKED_VEHICLE:?} says nothing unless it is asked, and nobody asks: that takes vehicle = {ASKED_VEHICLE:?} and, \
                 under [obd], ask = true, both in {}; `sudo cardash-setup` asks you first",
                super::SYSTEM_FILE
            )
        })
    }

    /// Whether a source made for `other` serves these settings too.
    #[must_use]
    pub fn same_source(&self, other: &Self) -> bool {
        let paced = !matches!(self.source.value, SourceChoice::Can(_));
        let replayed = matches!(self.source.value, SourceChoice::Replay(_));
        let simulated = self.source.value == SourceChoice::Simulate;
        self.source.value == other.source.value
            && (!paced || self.rate.value == other.rate.value)
            && (!replayed || self.repeat.value == other.repeat.value)
            && (!simulated
                || self.drive.value == other.drive.value && self.faults.value == other.faults.value)
    }

    /// The files read, for people.
    #[must_use]
    pub fn files_listed(&self) -> String {
        let files: Vec<_> = self.files.iter().map(|file| file.display().to_string()).collect();
        files.join(", ")
    }

    /// The settings that the source uses, key, value and origin, for people.
    #[must_use]
    pub fn of_source(&self) -> Vec<(&'static str, String, &Origin)> {
        let rate = ("rate", self.rate.value.to_string(), &self.rate.origin);
        match self.source.value {
            SourceChoice::Can(_) => Vec::new(),
            SourceChoice::Replay(_) => {
                vec![("loop", self.repeat.value.to_string(), &self.repeat.origin), rate]
            }
            SourceChoice::Simulate => {
                let faults = self.faults.value.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let faults = ("faults", faults, &self.faults.origin);
                let drive = ("drive", self.drive.value.to_string(), &self.drive.origin);
                [drive, faults, rate].into_iter().filter(|(_, value, _)| !value.is_empty()).collect()
            }
        }
    }

    fn check_interfaces(&self, names: &[String]) -> Result<(), ConfigError> {
        let odd = |c: char| c == '/' || c == ',' || c == ':' || c.is_whitespace() || c.is_control();
        let usable = |name: &str| (1..=MAX_INTERFACE_NAME).contains(&name.len()) && !name.contains(odd);
        let again = |(n, name): (usize, &String)| names[..n].contains(name).then(|| name.clone());
        let what = if let Some(name) = names.iter().find(|name| !usable(name)) {
            words_about(name)
        } else if names.is_empty() || names.len() > SeveralCan::MOST {
            format!("{} CAN interfaces; name 1 to {}", names.len(), SeveralCan::MOST)
        } else if let Some(name) = names.iter().enumerate().find_map(again) {
            format!("CAN interface {name} is given twice; name each once")
        } else {
            return Ok(());
        };
        Err(ConfigError::Value { origin: self.source.origin.clone(), what })
    }

    fn check(&self) -> Result<(), ConfigError> {
        let asked = |origin: &Origin| *origin == Origin::CommandLine;
        let simulated = self.source.value == SourceChoice::Simulate;
        for (option, origin) in [("--drive", &self.drive.origin), ("--fault", &self.faults.origin)] {
            if asked(origin) && !simulated {
                let what = format!("{option} is for the simulated car; add --simulate, or leave it out");
                return Err(ConfigError::Value { origin: origin.clone(), what });
            }
        }
        match &self.source.value {
            SourceChoice::Can(names) => {
                self.check_interfaces(names)?;
                for (option, origin) in [("--rate", &self.rate.origin), ("--loop", &self.repeat.origin)] {
                    if asked(origin) {
                        let what = format!(
                            "{option} needs a log or the simulator; a CAN interface has its own pace"
                        );
                        return Err(ConfigError::Value { origin: origin.clone(), what });
                    }
                }
            }
            SourceChoice::Simulate if asked(&self.repeat.origin) => {
                let what = "--loop is for --replay; the simulator goes on for ever anyway".to_owned();
                return Err(ConfigError::Value { origin: self.repeat.origin.clone(), what });
            }
            SourceChoice::Replay(_) | SourceChoice::Simulate => {}
        }
        Ok(())
    }
}

/// Key by key, as everything else; the origin is that of the stronger.
fn merged(
    stronger: Option<Setting<LinkSettings>>,
    weaker: Option<Setting<LinkSettings>>,
) -> Option<Setting<LinkSettings>> {
    match (stronger, weaker) {
        (Some(stronger), Some(weaker)) => {
            Some(Setting { value: stronger.value.or(weaker.value), origin: stronger.origin })
        }
        (stronger, weaker) => stronger.or(weaker),
    }
}

/// The vehicle in force. The simulator brings its own, over any vehicle of a weaker layer.
fn vehicle(layers: &[Layer], files: &[PathBuf]) -> Result<Setting<String>, ConfigError> {
    let mut vehicle: Option<Setting<String>> = None;
    let mut simulated: Option<Origin> = None;
    for layer in layers {
        if let Some(source) = &layer.source {
            simulated = (source.value == SourceChoice::Simulate).then(|| source.origin.clone());
            if simulated.is_some() {
                vehicle = None;
            }
        }
        vehicle = layer.vehicle.clone().or(vehicle);
    }
    match (vehicle, simulated) {
        (None, Some(origin)) => Ok(Setting { value: SIMULATED_VEHICLE.to_owned(), origin }),
        (Some(vehicle), Some(_)) if vehicle.value != SIMULATED_VEHICLE && !is_path(&vehicle.value) => {
            let what = format!(
                "vehicle {:?} cannot be simulated: the simulator sends the frames of vehicle \
                 {SIMULATED_VEHICLE:?}; leave the vehicle out, or replay a log of that car",
                vehicle.value
            );
            Err(ConfigError::Value { origin: vehicle.origin, what })
        }
        (Some(vehicle), _) => Ok(vehicle),
        (None, None) => Err(ConfigError::NoVehicle {
            file: files
                .last()
                .map_or_else(|| super::SYSTEM_FILE.to_owned(), |file| file.display().to_string()),
            vehicles: Vehicle::builtin().len(),
        }),
    }
}

/// What the vehicle loader takes for the path of a profile.
fn is_path(vehicle: &str) -> bool {
    vehicle.ends_with(".toml") || vehicle.contains('/')
}

/// Why this can be no CAN interface, and what to write.
fn words_about(name: &str) -> String {
    if name.starts_with("/dev/") {
        // SLCAN: the protocol of serial CAN adapters; -l opens it in listen-only mode, -s6 is 500 kbit/s (slcand(1) of can-utils).
        return format!(
            "{name} is a serial adapter and becomes a CAN interface by two commands: `sudo slcand -l -c -f -s6 {name} can0`, \
             `sudo ip link set can0 up`; then --can can0. -l is listen-only mode; -s6 is 500 kbit/s and must be the bit rate of your bus (-s5 \
             is 250, -s4 is 125 kbit/s)"
        );
    }
    if name.contains(',') {
        let each: Vec<_> = name.split(',').map(|name| format!("--can {}", name.trim())).collect();
        return format!(
            "{name:?} is no CAN interface; name each by itself: {}; in speed.toml, can = [\"can0\", \"can1\"]",
            each.join(" ")
        );
    }
    format!("{name:?} cannot be a CAN interface: names have 1 to {MAX_INTERFACE_NAME} characters, like can0")
}

#[cfg(test)]
mod tests;
