//! From settings to the parts that run: the vehicle and the source.

use std::path::Path;

use can_reader::source::{
    AnySource, Replay, ReplayError, ReplayOptions, SeveralCan, Simulator, SimulatorOptions, SocketCan,
};
use can_reader::{Vehicle, VehicleError};

use crate::config::{Origin, Settings, SourceChoice};

/// Settings that are well formed and yet cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The vehicle profile.
    #[error("{error} (vehicle from {origin})")]
    Vehicle {
        /// Where the vehicle was named.
        origin: Origin,
        /// What is wrong with it.
        error: Box<VehicleError>,
    },
    /// The vehicle has more or fewer CAN interfaces than were named.
    #[error(
        "{origin}: vehicle {vehicle} ({profile}) has its messages on {needed} CAN interface{}, and {given} {} named: {}",
        if *needed == 1 { "" } else { "s" },
        if *given == 1 { "is" } else { "are" },
        if needed > given {
            "name one for each number under [interfaces] in the profile, in that order: `--can can0 --can can1`, or \
             `can = [\"can0\", \"can1\"]`"
        } else {
            "name no other, or say under [interfaces] in a profile what comes through them (docs/adding-a-vehicle.md)"
        }
    )]
    Interfaces {
        /// Where they were named.
        origin: Origin,
        /// The vehicle.
        vehicle: String,
        /// Its profile.
        profile: String,
        /// How many it has.
        needed: usize,
        /// How many were named.
        given: usize,
    },
    /// The log.
    #[error("{error} (replay from {origin})")]
    Replay {
        /// Where the log was named.
        origin: Origin,
        /// What is wrong with it.
        error: ReplayError,
    },
}

/// The vehicle that the settings name.
///
/// # Errors
/// [`SetupError::Vehicle`]; [`SetupError::Interfaces`] when it cannot be read from the interfaces named.
pub fn vehicle(settings: &Settings) -> Result<Vehicle, SetupError> {
    let vehicle = Vehicle::find(&settings.vehicle.value).map_err(|error| SetupError::Vehicle {
        origin: settings.vehicle.origin.clone(),
        error: Box::new(error),
    })?;
    let needed = vehicle.wanted_each().len();
    match &settings.source.value {
        SourceChoice::Can(names) if names.len() != needed => Err(SetupError::Interfaces {
            origin: settings.source.origin.clone(),
            vehicle: vehicle.name().to_owned(),
            profile: vehicle.origin().to_owned(),
            needed,
            given: names.len(),
        }),
        // A log is read by id alone.
        _ => Ok(vehicle),
    }
}

/// The source that the settings name. A CAN interface need not exist: that is a state, not an error.
///
/// # Errors
/// [`SetupError::Replay`] when the log cannot be read.
pub fn source(settings: &Settings) -> Result<AnySource, SetupError> {
    Ok(match &settings.source.value {
        SourceChoice::Can(names) => match &names[..] {
            [name] => SocketCan::new(name).into(),
            several => SeveralCan::new(several).into(),
        },
        SourceChoice::Replay(log) => {
            // No progress bar: this is a service, and its log goes to the same terminal.
            let options =
                ReplayOptions { rate: settings.rate.value, repeat: settings.repeat.value, progress: false };
            let origin = settings.source.origin.clone();
            Replay::open(log, options).map_err(|error| SetupError::Replay { origin, error })?.into()
        }
        SourceChoice::Simulate => {
            let (rate, drive) = (settings.rate.value, settings.drive.value);
            let faults = settings.faults.value.clone();
            Simulator::new(SimulatorOptions { rate, drive, faults, ..Default::default() }).into()
        }
    })
}

/// Whether the source that the settings name can be used, without using it.
///
/// # Errors
/// As [`source`].
pub fn check_source(settings: &Settings) -> Result<(), SetupError> {
    match settings.source.value {
        SourceChoice::Replay(_) => source(settings).map(drop),
        SourceChoice::Can(_) | SourceChoice::Simulate => Ok(()),
    }
}

/// What would be in force, a line each, for the person who typed `--check`.
#[must_use]
pub fn describe(settings: &Settings, vehicle: &Vehicle) -> String {
    let mut lines = Vec::new();
    let mut line = |key: &str, value: String, origin: Option<&Origin>| {
        let origin = origin.map(|origin| format!("  [{origin}]")).unwrap_or_default();
        lines.push(format!("{key:<15} {value}{origin}"));
    };
    let name = format!("{} ({})", vehicle.name(), vehicle.title());
    line("vehicle", name, Some(&settings.vehicle.origin));
    line("profile", vehicle.origin().to_owned(), None);
    line("driven", vehicle.driven().map_or("unknown", |driven| driven.as_str()).to_owned(), None);
    line("stale_after_ms", vehicle.stale_after().as_millis().to_string(), None);
    let source = match &settings.source.value {
        SourceChoice::Can(names) => names.join(","),
        SourceChoice::Replay(log) => format!("replay:{}", log.display()),
        SourceChoice::Simulate => "simulator".to_owned(),
    };
    line("source", source, Some(&settings.source.origin));
    for (key, value, origin) in settings.of_source() {
        line(key, value, Some(origin));
    }
    if let SourceChoice::Can(_) = settings.source.value {
        let link = settings.link.value.or(vehicle.link()).arguments();
        let link =
            link.unwrap_or_else(|| "not said: set up by other means than cardash-can@.service".to_owned());
        line("link", link, Some(&settings.link.origin));
    }
    line("bus", settings.bus.value.to_string(), Some(&settings.bus.origin));
    line("publish_hz", settings.publish_hz.value.to_string(), Some(&settings.publish_hz.origin));
    line("calibration", format!("factor {}", settings.factor.value), Some(&settings.factor.origin));
    let percent = format!("tyres within {} %", settings.tolerance_percent.value);
    line("indication", percent, Some(&settings.tolerance_percent.origin));
    let files = if settings.files.is_empty() { "none".to_owned() } else { settings.files_listed() };
    line("files", files, None);
    if let SourceChoice::Can(names) = &settings.source.value {
        let several = names.len() > 1;
        for (name, ids) in names.iter().zip(vehicle.wanted_each()).filter(|_| several) {
            let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
            lines.push(format!("{name:<15} CAN id {}", ids.join(", ")));
        }
        let consequence = if several { "do without its wheels" } else { "say can-down" };
        for name in names.iter().filter(|name| !Path::new("/sys/class/net").join(name).exists()) {
            lines.push(format!(
                "note: there is no interface {name} now; the service would {consequence} and wait for it"
            ));
        }
    }
    lines.extend(settings.missing_consent().map(|missing| format!("note: {missing}")));
    lines.extend(vehicle.warnings().iter().map(|warning| format!("warning: {warning}")));
    lines.join("\n")
}
