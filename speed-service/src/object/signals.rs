//! `org.cardash.Signals1`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use can_reader::signals::{Board, Value, Why, catalogue};
use interfaces::SignalError;
use zbus::object_server::SignalEmitter;
use zbus::{BoxDBusError, Variant, interface};

use crate::shared::{Inner, Shared};

/// The object that answers `org.cardash.Signals1`.
pub struct Signals {
    shared: Arc<Shared>,
}

impl Signals {
    /// An object that answers from `shared`.
    #[must_use]
    pub const fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

#[interface(name = "org.cardash.Signals1", spawn = false)]
impl Signals {
    /// The value of a signal; an error when there is none.
    #[zbus(name = "Get", out_args("value"))]
    fn value(&self, path: &str) -> Result<Variant<'static>, BoxDBusError> {
        let inner = self.shared.lock();
        let board = inner.pipeline.board();
        let signal = find(&inner, board, path)?;
        board.held(signal).map(variant).map_err(|why| Box::new(none(&inner, signal, why)) as BoxDBusError)
    }

    /// What is known of a signal.
    #[zbus(out_args("description"))]
    fn describe(&self, path: &str) -> Result<HashMap<&'static str, Variant<'static>>, BoxDBusError> {
        let inner = self.shared.lock();
        let board = inner.pipeline.board();
        let signal = find(&inner, board, path)?;
        let (described, held) = (board.described(signal), board.held(signal));
        let mut all = HashMap::from([
            ("type", Variant::from(described.entry.kind.vss())),
            ("unit", Variant::from(described.entry.unit)),
            ("source", Variant::from(described.source.clone())),
            ("kind", Variant::from(described.kind.as_str())),
            ("quality", Variant::from(held.err().map_or("valid", Why::as_str))),
            ("late_ms", Variant::from(millis(board.late_after(signal)))),
        ]);
        if let Ok(value) = held {
            all.insert("value", variant(value));
        }
        if let Some(heard) = board.heard_at(signal) {
            all.insert("age_ms", Variant::from(millis(inner.now().saturating_sub(heard))));
        }
        if let Some(cycle) = board.cycle(signal) {
            all.insert("cycle_ms", Variant::from(cycle.as_secs_f64() * 1e3));
        }
        for (key, end) in described.range.into_iter().flat_map(|(min, max)| [("min", min), ("max", max)]) {
            if end.abs() < f64::MAX {
                all.insert(key, Variant::from(end));
            }
        }
        Ok(all)
    }

    /// The paths of the vehicle's profile.
    #[zbus(property)]
    fn available(&self) -> Vec<&'static str> {
        self.shared.lock().pipeline.board().paths()
    }

    /// Path to value of all signals that have one now.
    #[zbus(property(emits_changed_signal = "false"), name = "Signals")]
    fn all(&self) -> HashMap<&'static str, Variant<'static>> {
        let inner = self.shared.lock();
        let board = inner.pipeline.board();
        let value = |signal| Some((board.described(signal).entry.path, variant(board.held(signal).ok()?)));
        (0..board.len()).filter_map(value).collect()
    }

    /// Signals whose value changed, and those that have none any more.
    #[zbus(signal)]
    async fn changed(
        emitter: &SignalEmitter<'_>,
        values: HashMap<&str, Variant<'_>>,
        lost: &[&str],
    ) -> zbus::Result<()>;
}

/// A value as the bus has it.
pub fn variant(value: Value) -> Variant<'static> {
    match value {
        Value::Boolean(is) => is.into(),
        Value::Float(number) => number.into(),
        Value::Unsigned(number) => number.into(),
        Value::Signed(number) => number.into(),
    }
}

fn find(inner: &Inner, board: &Board, path: &str) -> Result<usize, BoxDBusError> {
    board.find(path).ok_or_else(|| {
        let vehicle = inner.pipeline.vehicle();
        let (name, near) = (vehicle.name(), catalogue::near(path));
        let sentence = match (catalogue::find(path), near.is_empty()) {
            (Some(_), _) => format!("the profile of {name} ({}) has no {path}", vehicle.origin()),
            (None, true) => {
                format!("{path:?} is no signal; the property Available has those of this vehicle")
            }
            (None, false) => format!("{path:?} is no signal; near it are {}", near.join(", ")),
        };
        Box::new(SignalError::NotInThisCar(sentence)) as BoxDBusError
    })
}

/// Why a signal has no value, as a sentence.
fn none(inner: &Inner, signal: usize, why: Why) -> SignalError {
    let board = inner.pipeline.board();
    let described = board.described(signal);
    let (path, source) = (described.entry.path, &described.source);
    match why {
        Why::Unheard => {
            SignalError::NotAvailable(format!("{path}: the message of {source} has not come yet"))
        }
        Why::NotAvailable => {
            SignalError::NotAvailable(format!("{path}: the car says in {source} that it has no value"))
        }
        Why::Stale => {
            let age =
                board.heard_at(signal).map_or(Duration::ZERO, |heard| inner.now().saturating_sub(heard));
            SignalError::Stale(format!(
                "{path}: the message of {source} came last {:.1} s ago, and is late after {:.1} s",
                age.as_secs_f64(),
                board.late_after(signal).as_secs_f64()
            ))
        }
        Why::LinkDown => {
            SignalError::Stale(format!("{path}: the CAN interface is down: {}", inner.pipeline.reason()))
        }
        Why::Fault => SignalError::Fault(format!(
            "{path}: {source} says that the sensor is broken, or has a value outside its range"
        )),
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
