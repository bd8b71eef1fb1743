//! `cardash-obd`: asks a car for its speed over OBD-II (ISO 15765-4, SAE J1979), where its owner has said so.
//!
//! It is the only program of this project that writes to a CAN bus. What it can write is [`Request`], and nothing else; when it
//! writes is [`Asker`], which is a pure function of time and of what was heard. It reads no answer for itself beyond what it needs to
//! know when to ask: the answers are frames like any others, which `speed-service` reads through the profile `obd`.

mod asker;
pub mod cli;
mod consent;
mod heard;
mod link;
mod once;
mod request;
mod run;
mod socket;

pub use asker::{Asker, LEAST_DISTANCE, LISTENS_FIRST, News, SPEED_WITHIN, YIELDS};
pub use consent::{Consent, FILE, NoConsent, VEHICLE};
pub use link::{Link, Unknown};
pub use once::{Outcome, once};
pub use request::{Addressing, Pid, Request};
pub use run::{Stop, run};
pub use socket::{Bus, Event};
