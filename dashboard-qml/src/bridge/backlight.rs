//! `Backlight`: how bright the panel is.

use std::pin::Pin;

use cxx_qt::CxxQtType;
use cxx_qt_lib::QString;

use crate::backlight::{Backlight, Level};

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
    }

    #[auto_cxx_name]
    extern "RustQt" {
        #[qobject]
        #[qml_element]
        type Backlight = super::BacklightRust;

        /// Wants the light of the `day`, of the `night`, or of a `dark` screen. Nothing happens unless the command line
        /// names the folder of backlights.
        #[qinvokable]
        fn shine(self: Pin<&mut Backlight>, level: &QString);
    }
}

/// Started with the first light that is wanted.
#[derive(Default)]
pub struct BacklightRust {
    backlight: Option<Backlight>,
}

impl ffi::Backlight {
    fn shine(mut self: Pin<&mut Self>, level: &QString) {
        let config = super::config();
        let Some(folder) = &config.backlight else { return };
        if self.rust().backlight.is_none() {
            match Backlight::start(folder.clone(), config.night_brightness) {
                Ok(backlight) => self.as_mut().rust_mut().backlight = Some(backlight),
                Err(error) => {
                    eprintln!(
                        "dashboard-qml: the backlight is not dimmed: the system gives no thread: {error}"
                    );
                }
            }
        }
        if let Some(backlight) = &self.rust().backlight {
            backlight.set(match level.to_string().as_str() {
                "dark" => Level::Dark,
                "night" => Level::Night,
                _ => Level::Day,
            });
        }
    }
}
