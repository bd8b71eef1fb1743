//! The Cardash cluster: a Qt Quick window that shows the speed of `org.cardash.Speed1`.
//!
//! ```text
//! D-Bus ─► worker thread (tokio, zbus) ─► Mailbox ─► GUI thread (Qt) ─► QML
//! ```
//!
//! The GUI thread never touches D-Bus. The worker puts each [`Reading`](reading::Reading) into a
//! [`Mailbox`](mailbox::Mailbox), which holds one; the GUI thread takes it when it gets to it.
//!
//! Inside the worker each module knows those to its right only:
//!
//! ```text
//! worker ─► watch (a bus) ─► follow (an owner of the name) ─► details (the debug page), signals, silence ─► answer, link, reading, car
//!        ├► light (day or night outside)
//!        └► demo
//! ```

mod answer;
mod app;
mod arguments;
mod backlight;
mod bridge;
mod car;
mod clock;
mod config;
mod demo;
mod details;
mod display;
mod follow;
mod light;
mod link;
mod mailbox;
mod pages;
mod panel;
mod pulse;
mod qt_environment;
mod reading;
mod settings;
mod signals;
mod silence;
mod watch;
mod words;
mod worker;

pub use app::run;
pub use arguments::{Arguments, Bus, Demo, PanelSize, Theme, Unit};
pub use config::Config;
pub use settings::SettingsError;
