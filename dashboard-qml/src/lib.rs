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
//! worker ─► watch (a bus) ─► follow (an owner of the name) ─► details (the debug page) ─► answer, link, reading
//!        └► demo
//! ```

mod answer;
mod app;
mod arguments;
mod bridge;
mod config;
mod demo;
mod details;
mod display;
mod follow;
mod link;
mod mailbox;
mod qt_environment;
mod reading;
mod settings;
mod watch;
mod worker;

pub use app::run;
pub use arguments::{Arguments, Bus, Demo, PanelSize, Theme, Unit};
pub use config::Config;
pub use settings::SettingsError;
