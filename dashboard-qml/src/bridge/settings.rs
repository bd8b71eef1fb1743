//! `Settings`: what was decided before the window opened.

use std::path::Path;

use cxx_qt_lib::{QList, QString, QStringList};

use crate::clock;
use crate::demo::Scene;
use crate::panel::Layout;
use crate::pulse::Pulse;
use crate::settings::Temperature;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        include!("cxx-qt-lib/qstringlist.h");
        type QStringList = cxx_qt_lib::QStringList;
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
        #[qproperty(bool, race, READ, CONSTANT)]
        #[qproperty(QStringList, left, READ, CONSTANT)]
        #[qproperty(QStringList, right, READ, CONSTANT)]
        #[qproperty(f64, rpm_max, READ, CONSTANT)]
        #[qproperty(f64, rpm_red, READ, CONSTANT)]
        #[qproperty(f64, shift_rpm, READ, CONSTANT)]
        #[qproperty(f64, power_least_kw, READ, CONSTANT)]
        #[qproperty(f64, power_most_kw, READ, CONSTANT)]
        #[qproperty(bool, fahrenheit, READ, CONSTANT)]
        #[qproperty(bool, lamp_test, READ, CONSTANT)]
        #[qproperty(bool, fullscreen, READ, CONSTANT)]
        #[qproperty(i32, width, READ, CONSTANT)]
        #[qproperty(i32, height, READ, CONSTANT)]
        #[qproperty(bool, demo, READ, CONSTANT)]
        #[qproperty(QString, screenshot, READ, CONSTANT)]
        #[qproperty(bool, remote, READ, CONSTANT)]
        #[qproperty(bool, watched, READ, CONSTANT)]
        type Settings = super::SettingsRust;

        /// Whether the system's clock can be shown: nobody sees a time that nobody has set.
        #[qinvokable]
        fn clock_is_set(self: &Settings) -> bool;
    }
}

/// Fields behind the properties.
pub struct SettingsRust {
    theme: QString,
    unit: QString,
    full_scale_kmh: f64,
    panel_inches: f64,
    sweep: bool,
    race: bool,
    left: QStringList,
    right: QStringList,
    rpm_max: f64,
    rpm_red: f64,
    shift_rpm: f64,
    power_least_kw: f64,
    power_most_kw: f64,
    fahrenheit: bool,
    lamp_test: bool,
    fullscreen: bool,
    width: i32,
    height: i32,
    demo: bool,
    screenshot: QString,
    remote: bool,
    watched: bool,
}

impl Default for SettingsRust {
    fn default() -> Self {
        let config = super::config();
        let panel = &config.panel;
        let (left, right) = panel.sides();
        let screenshot = config.screenshot.as_deref().map(|file| file.to_string_lossy().into_owned());
        Self {
            theme: config.theme.as_str().into(),
            unit: config.unit.as_str().into(),
            full_scale_kmh: config.full_scale_kmh.into(),
            panel_inches: config.panel_inches,
            sweep: config.sweep,
            race: panel.layout == Layout::Race,
            left: names(&left),
            right: names(&right),
            rpm_max: panel.rpm_max.into(),
            rpm_red: panel.rpm_red.map_or(f64::NAN, f64::from),
            shift_rpm: panel.shift_rpm.map_or(f64::NAN, f64::from),
            power_least_kw: panel.power_kw[0].into(),
            power_most_kw: panel.power_kw[1].into(),
            fahrenheit: config.temperature == Temperature::Fahrenheit,
            lamp_test: Scene::of(config.demo.as_ref()).is_some_and(Scene::is_lamp_test),
            fullscreen: config.fullscreen,
            width: config.size.width,
            height: config.size.height,
            demo: config.demo.is_some(),
            screenshot: (&screenshot.unwrap_or_default()).into(),
            remote: config.remote,
            watched: Pulse::is_wanted(),
        }
    }
}

impl ffi::Settings {
    fn clock_is_set(&self) -> bool {
        clock::is_set(Path::new("/"))
    }
}

fn names(words: &[&str]) -> QStringList {
    let mut list = QList::<QString>::default();
    for word in words {
        list.append(QString::from(*word));
    }
    QStringList::from(&list)
}
