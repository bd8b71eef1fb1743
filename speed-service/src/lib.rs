//! Serves one trusted vehicle speed on D-Bus as `org.cardash.Speed1`.

pub mod outbox;
pub mod publisher;
