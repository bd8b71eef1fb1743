//! Vehicle profiles: which signals of which DBC are the wheel speeds of a car, and what to believe of them.

mod builtin;
mod channel;
mod codes;
mod compile;
mod decoder;
mod error;
mod file;
mod flag;
mod instrument;
mod link;
mod message;
mod place;
mod proof;
mod sender;
mod shape;
mod signal_ref;
pub(crate) mod unit;
mod vss_ref;

use std::path::Path;
use std::time::Duration;

pub use channel::Channel;
pub(crate) use codes::Void;
pub use decoder::{Decoded, Decoder};
pub use error::VehicleError;
use file::VehicleFile;
pub use link::LinkSettings;
pub use message::Rejection;
use place::Place;
pub use proof::{Proof, ProvenBy};

use crate::dbc::Database;
use crate::estimator::{Driven, Limits, Plan};
use crate::filter::IdFilter;
use crate::reading::Reading;
use crate::requires;

/// A vehicle, ready to decode and to estimate. Equal vehicles decode and estimate alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Vehicle {
    name: String,
    title: String,
    origin: String,
    warnings: Vec<String>,
    plan: Plan,
    decoder: Decoder,
    link: LinkSettings,
    proof: Option<Proof>,
}

impl Vehicle {
    /// A built-in vehicle by its name, or any by the path of its profile. What ends in `.toml` or holds
    /// a `/` is a path.
    ///
    /// # Errors
    /// [`VehicleError`], which names the file, the line or the signal, and what to do.
    pub fn find(name_or_path: &str) -> Result<Self, VehicleError> {
        let path = Path::new(name_or_path);
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("dbc")) {
            return Err(VehicleError::NotAProfile { path: path.to_owned() });
        }
        if name_or_path.ends_with(".toml") || name_or_path.contains('/') {
            return Self::load(path);
        }
        let builtin = builtin::ALL
            .iter()
            .find(|builtin| builtin.name == name_or_path)
            .ok_or_else(|| unknown(name_or_path))?;
        let file = format!("built-in profile {}", builtin.name);
        Self::parse(builtin.name, &file, "built in", builtin.profile, |wanted| {
            let (name, bytes) = builtin.dbc;
            if wanted != name {
                return Err(VehicleError::Profile {
                    file: file.clone(),
                    message: format!("its DBC must be called {name}"),
                });
            }
            Database::parse(name, bytes)
                .map_err(|error| VehicleError::Dbc { file: file.clone(), error: Box::new(error) })
        })
    }

    /// A vehicle from its profile; a DBC that it names is looked for beside it.
    ///
    /// # Errors
    /// As [`Vehicle::find`].
    pub fn load(path: &Path) -> Result<Self, VehicleError> {
        let file = path.display().to_string();
        let read = |error| VehicleError::Read { path: path.to_owned(), error };
        let text = String::from_utf8(crate::files::read(path).map_err(read)?).map_err(|error| {
            VehicleError::Profile {
                file: file.clone(),
                message: format!(
                    "byte {} is not UTF-8; save the file as UTF-8",
                    error.utf8_error().valid_up_to()
                ),
            }
        })?;
        let name = path.file_stem().map_or_else(|| file.clone(), |stem| stem.to_string_lossy().into_owned());
        Self::parse(&name, &file, &file, &text, |wanted| {
            let dbc = path.parent().unwrap_or(Path::new("")).join(wanted);
            Database::load(&dbc)
                .map_err(|error| VehicleError::Dbc { file: file.clone(), error: Box::new(error) })
        })
    }

    /// A vehicle from the texts of its profile and of the DBC file that the profile names: what a profile is checked with before
    /// it is written. `name` is what the profile is to be called.
    ///
    /// # Errors
    /// As [`Vehicle::find`].
    pub fn of_texts(name: &str, profile: &str, dbc: (&str, &str)) -> Result<Self, VehicleError> {
        let file = format!("{name}.toml");
        Self::parse(name, &file, &file, profile, |wanted| {
            if wanted != dbc.0 {
                let message = format!("its DBC is {wanted:?}, and there is {:?}", dbc.0);
                return Err(VehicleError::Profile { file: file.clone(), message });
            }
            Database::parse(dbc.0, dbc.1.as_bytes())
                .map_err(|error| VehicleError::Dbc { file: file.clone(), error: Box::new(error) })
        })
    }

    fn parse(
        name: &str,
        file: &str,
        origin: &str,
        text: &str,
        load_dbc: impl FnOnce(&str) -> Result<Database, VehicleError>,
    ) -> Result<Self, VehicleError> {
        let place = Place { file, text };
        requires::check(text)
            .map_err(|unmet| VehicleError::Requires { file: format!("{file}:{}", unmet.line), unmet })?;
        let profile: VehicleFile = toml::from_str(text).map_err(|error| toml_error(place, &error))?;
        let fault = |key: &str, message: &str| Err(place.fault(key, message.to_owned()));
        let database = match (&profile.dbc, &profile.dbc_inline) {
            (Some(beside), None) => load_dbc(beside)?,
            (None, Some(inline)) => Database::parse("dbc_inline", inline.as_bytes()).map_err(|error| {
                VehicleError::Dbc { file: place.at("dbc_inline"), error: Box::new(error) }
            })?,
            (Some(_), Some(_)) => {
                return fault("dbc_inline", "give dbc (a file) or dbc_inline (its text), not both");
            }
            (None, None) => {
                return fault("dbc", "no DBC; add dbc = \"FILE.dbc\" (beside the profile) or dbc_inline");
            }
        };
        let (plan, decoder) = compile::compile(place, &profile, &database)?;
        if let Some(message) = profile.link.fault() {
            return fault(place::key_of(&message), &message);
        }
        if let Some(message) = profile.proof.as_ref().and_then(Proof::fault) {
            return fault("proof.says", message);
        }
        let (name, origin) = (name.to_owned(), origin.to_owned());
        let obsolete = profile.limits.obsolete().map(|(key, instead)| {
            let at = place.at(&format!("limits.{key}"));
            format!("{at}: {key} means nothing any more and is passed over: {instead}")
        });
        let warnings = database.warnings().iter().cloned().chain(obsolete).collect();
        let VehicleFile { title, link, proof, .. } = profile;
        Ok(Self { name, title, origin, warnings, plan, decoder, link, proof })
    }

    /// Names and titles of the built-in vehicles.
    #[must_use]
    pub fn builtin() -> Vec<&'static str> {
        builtin::ALL.iter().map(|builtin| builtin.name).collect()
    }

    /// Short name: the built-in name, or the profile's file name without `.toml`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Make, model and years, for people.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// `built in`, or the path of the profile.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What is odd in its DBC and does no harm here, and keys of the profile that mean nothing any more.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The driven axle, where the profile says so.
    #[must_use]
    pub const fn driven(&self) -> Option<Driven> {
        self.plan.driven
    }

    /// No speed is older than this.
    #[must_use]
    pub const fn stale_after(&self) -> Duration {
        self.plan.stale_after
    }

    /// The other numbers of the estimate.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.plan.limits
    }

    /// What the estimator needs to know.
    #[must_use]
    pub const fn plan(&self) -> Plan {
        self.plan
    }

    /// The ids that it needs from each CAN interface, in the order of `[interfaces]`: one entry unless it has several.
    #[must_use]
    pub fn wanted_each(&self) -> Vec<Vec<IdFilter>> {
        self.decoder.wanted_each()
    }

    /// How its bus wants the interface set up, as far as the profile says.
    #[must_use]
    pub const fn link(&self) -> LinkSettings {
        self.link
    }

    /// How far it is proven. Every built-in profile says it.
    #[must_use]
    pub const fn proof(&self) -> Option<&Proof> {
        self.proof.as_ref()
    }

    /// The place of a reading among the sensors of the estimator.
    #[must_use]
    pub(crate) fn place_of(&self, reading: &Reading) -> usize {
        self.decoder.channels()[reading.channel].place()
    }

    /// A decoder for this vehicle's frames, which has seen none yet.
    #[must_use]
    pub fn decoder(&self) -> Decoder {
        self.decoder.clone()
    }
}

fn unknown(name: &str) -> VehicleError {
    let known = Vehicle::builtin();
    // A make is what people type, a model or a family what the name goes on with.
    let asked = name.to_lowercase();
    let likeness = |known: &str| {
        let begins =
            known.split('-').any(|part| part == asked) || (asked.len() > 2 && known.starts_with(&asked));
        if begins { 1.0 } else { strsim::jaro_winkler(known, &asked) }
    };
    let mut near: Vec<_> = known.iter().map(|known| (likeness(known), *known)).collect();
    near.retain(|(likeness, _)| *likeness > 0.75);
    near.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(one.cmp(other)));
    let nearest = near.into_iter().take(3).map(|(_, known)| known).collect();
    VehicleError::Unknown { name: name.to_owned(), nearest, known: known.len() }
}

fn toml_error(place: Place<'_>, error: &toml::de::Error) -> VehicleError {
    let at = error.span().map_or(0, |span| span.start);
    let line = place.line_of(at);
    if let Some(message) = cardash_text::toml_words(place.text, at, error.message()) {
        return VehicleError::Toml { file: place.file.to_owned(), line, message };
    }
    let message = error.message().replace('\n', " ");
    let hint = did_you_mean(&message).map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
    VehicleError::Toml { file: place.file.to_owned(), line, message: message + &hint }
}

/// Of "unknown field `a`, expected one of `b`, `c`": the one most like the first.
fn did_you_mean(message: &str) -> Option<&str> {
    let mut words = message.split('`').skip(1).step_by(2);
    let unknown = words.next().filter(|_| message.starts_with("unknown "))?;
    nearest(unknown, words)
}

fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(candidate, name), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_signals;
