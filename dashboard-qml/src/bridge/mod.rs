//! The four objects that QML sees. QML makes them, so they find the configuration in [`config`].

// The generated half of a bridge is unsafe code of cxx and cxx-qt; there is none of our own.
#[allow(unsafe_code, missing_docs)]
mod backlight;
mod instruments;
#[allow(unsafe_code, missing_docs)]
mod remote;
#[allow(unsafe_code, missing_docs)]
mod settings;
#[allow(unsafe_code, missing_docs)]
mod speed;

use std::sync::OnceLock;

use crate::config::Config;

static CONFIG: OnceLock<Config> = OnceLock::new();

/// Sets what [`config`] returns, once, before any QML is loaded.
pub(crate) fn set_config(config: Config) {
    CONFIG.get_or_init(|| config);
}

fn config() -> &'static Config {
    CONFIG.get().expect("set before the QML that asks for it is loaded")
}
