//! The Qt application.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cxx_qt_lib::{QFont, QGuiApplication, QQmlApplicationEngine, QString, QUrl};

use crate::bridge;
use crate::config::Config;
use crate::{display, qt_environment};

const MAIN_QML: &str = "qrc:/qt/qml/org/cardash/dashboard/qml/Main.qml";
/// The family of `Theme.qml`. As the application's font it is the only one that Qt has to open.
const FAMILY: &str = "Inter";
const FAILED: u8 = 1;

/// Shows the window until it is closed; the exit status of the program.
#[must_use]
pub fn run(mut config: Config) -> u8 {
    let no_display = display::missing(|name| std::env::var_os(name));
    if let Some(reason) = no_display.as_ref().filter(|_| config.screenshot.is_none()) {
        return failed(reason);
    }
    qt_environment::set(&mut config, no_display.is_some());
    bridge::set_config(config);
    let mut application = QGuiApplication::new();
    let Some(mut application) = application.as_mut() else { return failed("Qt does not start") };
    application.as_mut().set_application_name(&QString::from("dashboard-qml"));
    application.as_mut().set_application_font(&font());

    let mut engine = QQmlApplicationEngine::new();
    let refused = Arc::new(AtomicBool::new(false));
    let Some(mut qml) = engine.as_mut() else { return failed("the QML engine does not start") };
    let told = refused.clone();
    qml.as_mut().on_object_creation_failed(move |_, _| told.store(true, Ordering::Relaxed)).release();
    std::thread::scope(|scope| {
        scope.spawn(find_fonts);
        // If it fails, Qt has written file, line and reason to standard error.
        qml.load(&QUrl::from(MAIN_QML));
    });
    if refused.load(Ordering::Relaxed) {
        return failed(
            "the QML does not load, for the reason above; is a qml6-module package of docs/cluster.md missing?",
        );
    }
    let status = application.exec();
    // Before the application: this destroys the window's objects, and with them joins the worker.
    drop(engine);
    u8::try_from(status).unwrap_or(FAILED)
}

/// Makes Qt read which fonts there are, and find ours. That takes as long as to load the QML, which needs them at its
/// end: a second core does it meanwhile.
fn find_fonts() {
    font().exact_match();
}

fn font() -> QFont {
    let mut font = QFont::default();
    font.set_family(&QString::from(FAMILY));
    font
}

fn failed(reason: &str) -> u8 {
    eprintln!("dashboard-qml: {reason}");
    FAILED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_and_the_theme_have_one_font() {
        let theme = include_str!("../qml/instruments/Theme.qml");
        assert!(theme.contains(&format!("readonly property string family: {FAMILY:?}")));
    }
}
