//! The command line and the settings file, merged.

use std::path::PathBuf;
use std::time::Duration;

use crate::arguments::{Arguments, Bus, Demo, PanelSize, Theme, Unit};
use crate::demo::Scene;
use crate::light::{Source, USUAL_ORDER};
use crate::panel::Panel;
use crate::settings::{Settings, SettingsError, Temperature};

/// Size of the window on a desktop, pixels: the Pi's own display.
const DEFAULT_SIZE: PanelSize = PanelSize { width: 800, height: 480 };
const DEFAULT_FULL_SCALE_KMH: u32 = 240;
/// Percent of the backlight by night. A usual panel has white of 300 to 500 cd/m² by day: a fifth still reads beside street
/// lamps and does not blind on a dark road.
const DEFAULT_NIGHT_BRIGHTNESS: u32 = 20;
/// From the last frame of a parked car to the dark screen, s.
const DEFAULT_DARK_AFTER_S: u32 = 60;

/// Everything that is decided before the window opens.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub(crate) bus: Bus,
    pub(crate) fullscreen: bool,
    pub(crate) theme: Theme,
    /// What an automatic theme goes by before the clock, the best first.
    pub(crate) light: Vec<Source>,
    /// The folder of backlights to dim; `None` dims none.
    pub(crate) backlight: Option<PathBuf>,
    /// Percent.
    pub(crate) night_brightness: u32,
    /// `None`: the screen never goes dark.
    pub(crate) dark_after: Option<Duration>,
    pub(crate) unit: Unit,
    pub(crate) full_scale_kmh: u32,
    /// 0 when not set.
    pub(crate) panel_inches: f64,
    pub(crate) sweep: bool,
    pub(crate) panel: Panel,
    pub(crate) temperature: Temperature,
    pub(crate) size: PanelSize,
    pub(crate) demo: Option<Demo>,
    pub(crate) screenshot: Option<PathBuf>,
    pub(crate) remote: bool,
}

impl Config {
    /// Reads the settings file and lets the command line win over it.
    ///
    /// # Errors
    /// The settings file cannot be read, holds an unknown key, or a value outside its range.
    pub fn load(arguments: Arguments) -> Result<Self, SettingsError> {
        let settings = Settings::load(arguments.config.as_deref())?;
        let sweep = settings.sweep.unwrap_or(true) && !arguments.no_sweep && arguments.screenshot.is_none();
        let scene = Scene::of(arguments.demo.as_ref());
        let panel = scene.map_or_else(|| settings.cluster.clone(), |scene| scene.panel(&settings.cluster));
        Ok(Self {
            bus: arguments.bus.or(settings.bus).unwrap_or_default(),
            fullscreen: arguments.fullscreen.or(settings.fullscreen).unwrap_or(false),
            theme: arguments.theme.or(settings.theme).unwrap_or_default(),
            light: settings.light.map_or_else(|| USUAL_ORDER.to_vec(), |order| order.0),
            backlight: arguments.backlight,
            night_brightness: settings.night_brightness.unwrap_or(DEFAULT_NIGHT_BRIGHTNESS),
            dark_after: Some(settings.dark_after.unwrap_or(DEFAULT_DARK_AFTER_S))
                .filter(|after_s| *after_s > 0)
                .map(|after_s| Duration::from_secs(after_s.into())),
            unit: arguments.units.or(settings.units).unwrap_or_default(),
            full_scale_kmh: settings.full_scale_kmh.unwrap_or(DEFAULT_FULL_SCALE_KMH),
            panel_inches: settings.panel_inches.unwrap_or(0.0),
            sweep,
            panel,
            temperature: settings.temperature,
            size: arguments.size.unwrap_or(DEFAULT_SIZE),
            demo: arguments.demo,
            screenshot: arguments.screenshot,
            remote: arguments.remote,
        })
    }
}
