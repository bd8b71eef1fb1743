//! `Settings`: what was decided before the window opened.

use cxx_qt_lib::QString;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
    }

    #[auto_cxx_name]
    extern "RustQt" {
        /// `theme` is auto, day or night; `unit` is km/h or mph; `panelInches` 0 and `screenshot` empty when not set.
        #[qobject]
        #[qml_element]
        #[qproperty(QString, theme, READ, CONSTANT)]
        #[qproperty(QString, unit, READ, CONSTANT)]
        #[qproperty(f64, full_scale_kmh, READ, CONSTANT)]
        #[qproperty(f64, panel_inches, READ, CONSTANT)]
        #[qproperty(bool, sweep, READ, CONSTANT)]
        #[qproperty(bool, fullscreen, READ, CONSTANT)]
        #[qproperty(i32, width, READ, CONSTANT)]
        #[qproperty(i32, height, READ, CONSTANT)]
        #[qproperty(bool, demo, READ, CONSTANT)]
        #[qproperty(QString, screenshot, READ, CONSTANT)]
        #[qproperty(bool, remote, READ, CONSTANT)]
        type Settings = super::SettingsRust;
    }
}

/// Fields behind the properties.
pub struct SettingsRust {
    theme: QString,
    unit: QString,
    full_scale_kmh: f64,
    panel_inches: f64,
    sweep: bool,
    fullscreen: bool,
    width: i32,
    height: i32,
    demo: bool,
    screenshot: QString,
    remote: bool,
}

impl Default for SettingsRust {
    fn default() -> Self {
        let config = super::config();
        let screenshot = config.screenshot.as_deref().map(|file| file.to_string_lossy().into_owned());
        Self {
            theme: config.theme.as_str().into(),
            unit: config.unit.as_str().into(),
            full_scale_kmh: config.full_scale_kmh.into(),
            panel_inches: config.panel_inches,
            sweep: config.sweep,
            fullscreen: config.fullscreen,
            width: config.size.width,
            height: config.size.height,
            demo: config.demo.is_some(),
            screenshot: (&screenshot.unwrap_or_default()).into(),
            remote: config.remote,
        }
    }
}
