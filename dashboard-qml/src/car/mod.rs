//! What the car says beside its speed, as instruments: pure, from what the service told to what is to be shown.

mod catalogue;
mod told;

pub(crate) use told::{Told, Word};

/// What the instruments of this car show. What is not in it is not in this car, and not on the screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Instruments {
    /// By the names of the catalogue; `None` of a value that is lost. Units: rpm, kW, degrees Celsius, bar, percent, V,
    /// and metres for distances.
    pub gauges: Vec<(&'static str, Option<f64>)>,
    /// Tell-tales, by the names of the catalogue.
    pub lamps: Vec<(&'static str, Lamp)>,
    /// `P`, `R`, `N`, `D`, `D4` or a number; empty when it is lost.
    pub gear: Option<String>,
}

/// A tell-tale has three states: of what is unknown nobody says that it is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lamp {
    On,
    Off,
    Unknown,
}

impl Lamp {
    /// The word of the instruments.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Unknown => "unknown",
        }
    }
}

impl Instruments {
    /// The same car with every value lost.
    pub(crate) fn without_values(&self) -> Self {
        Self {
            gauges: self.gauges.iter().map(|(id, _)| (*id, None)).collect(),
            lamps: self.lamps.iter().map(|(id, _)| (*id, Lamp::Unknown)).collect(),
            gear: self.gear.as_ref().map(|_| String::new()),
        }
    }
}
