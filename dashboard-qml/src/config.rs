//! The command line and the settings file, merged.

use std::path::PathBuf;

use crate::arguments::{Arguments, Bus, Demo, PanelSize, Theme, Unit};
use crate::settings::{Settings, SettingsError};

/// Size of the window on a desktop, pixels: the Pi's own display.
const DEFAULT_SIZE: PanelSize = PanelSize { width: 800, height: 480 };
const DEFAULT_FULL_SCALE_KMH: u32 = 240;

/// Everything that is decided before the window opens.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub(crate) bus: Bus,
    pub(crate) fullscreen: bool,
    pub(crate) theme: Theme,
    pub(crate) unit: Unit,
    pub(crate) full_scale_kmh: u32,
    /// 0 when not set.
    pub(crate) panel_inches: f64,
    pub(crate) sweep: bool,
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
        Ok(Self {
            bus: arguments.bus.or(settings.bus).unwrap_or_default(),
            fullscreen: arguments.fullscreen.or(settings.fullscreen).unwrap_or(false),
            theme: arguments.theme.or(settings.theme).unwrap_or_default(),
            unit: arguments.units.or(settings.units).unwrap_or_default(),
            full_scale_kmh: settings.full_scale_kmh.unwrap_or(DEFAULT_FULL_SCALE_KMH),
            panel_inches: settings.panel_inches.unwrap_or(0.0),
            sweep,
            size: arguments.size.unwrap_or(DEFAULT_SIZE),
            demo: arguments.demo,
            screenshot: arguments.screenshot,
            remote: arguments.remote,
        })
    }
}
