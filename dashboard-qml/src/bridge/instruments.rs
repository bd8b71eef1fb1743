//! What the car says beside its speed, in the types of QML.

use std::sync::Arc;

use cxx_qt_lib::{QMap, QMapPair_QString_QVariant, QString, QVariant};

use crate::car::Instruments;

pub(super) type Map = QMap<QMapPair_QString_QVariant>;

/// Engine speed and power move with each frame of the car: properties of their own, so that the rest stays as it is.
const FAST: [&str; 2] = ["rpm", "power"];

/// The properties, and the car that they show.
#[derive(Default)]
pub(super) struct Shown {
    car: Arc<Instruments>,
    pub gauges: Map,
    pub lamps: Map,
    pub gear: QString,
    pub rpm: f64,
    pub power_kw: f64,
}

/// Which properties have changed.
#[derive(Default)]
pub(super) struct Changes {
    pub gauges: bool,
    pub lamps: bool,
    pub gear: bool,
    pub rpm: bool,
    pub power_kw: bool,
}

impl Shown {
    /// Takes what is known now. While that is nothing, the same instruments stay, each without a value: what is not
    /// known is not gone.
    pub(super) fn take(&mut self, known: Option<Arc<Instruments>>) -> Changes {
        let car = known.unwrap_or_else(|| Arc::new(self.car.without_values()));
        if car == self.car {
            return Changes::default();
        }
        let old = std::mem::replace(&mut self.car, car);
        let car = &self.car;
        let differs = |fast: bool| {
            let of = |car: &Instruments| -> Vec<_> {
                car.gauges.iter().copied().filter(|(id, _)| FAST.contains(id) == fast).collect()
            };
            of(&old) != of(car)
        };
        let (fast, slow) = (differs(true), differs(false));
        let is_there = |car: &Instruments| FAST.map(|id| car.gauges.iter().any(|(known, _)| *known == id));
        let changes = Changes {
            gauges: slow || is_there(&old) != is_there(car),
            lamps: old.lamps != car.lamps,
            gear: old.gear != car.gear,
            rpm: fast,
            power_kw: fast,
        };
        if changes.gauges {
            self.gauges = gauges(car);
        }
        if changes.lamps {
            self.lamps = Map::default();
            for (id, state) in &car.lamps {
                let state = QString::from(state.as_str());
                self.lamps.insert(QString::from(*id), QVariant::from(&state));
            }
        }
        self.gear = car.gear.as_deref().unwrap_or_default().into();
        let value = |id| car.gauges.iter().find(|(known, _)| *known == id).and_then(|(_, value)| *value);
        self.rpm = value("rpm").unwrap_or(f64::NAN);
        self.power_kw = value("power").unwrap_or(f64::NAN);
        changes
    }

    /// Whether any gauge has a value.
    pub(super) fn has_numbers(&self) -> bool {
        self.car.gauges.iter().any(|(_, value)| value.is_some())
    }

    /// Whether the car has a gear at all.
    pub(super) fn has_gear(&self) -> bool {
        self.car.gear.is_some()
    }
}

/// NaN for what is lost. The fast ones are there by name only.
fn gauges(car: &Instruments) -> Map {
    let mut map = Map::default();
    for (id, value) in &car.gauges {
        let value = value.filter(|_| !FAST.contains(id)).unwrap_or(f64::NAN);
        map.insert(QString::from(*id), QVariant::from(&value));
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::car::Lamp;

    fn car(rpm: Option<f64>, fuel: Option<f64>, abs: Lamp) -> Option<Arc<Instruments>> {
        let gauges = vec![("rpm", rpm), ("fuel", fuel)];
        Some(Arc::new(Instruments { gauges, lamps: vec![("abs", abs)], gear: Some("3".to_owned()) }))
    }

    fn of<T: cxx_qt_lib::QVariantValue>(map: &Map, id: &str) -> Option<T> {
        map.get(&QString::from(id)).and_then(|value| value.value())
    }

    #[test]
    fn only_what_changed_is_told() {
        let mut shown = Shown::default();
        shown.take(car(Some(900.0), Some(50.0), Lamp::Off));
        let same = shown.take(car(Some(900.0), Some(50.0), Lamp::Off));
        assert!(![same.gauges, same.lamps, same.gear, same.rpm, same.power_kw].contains(&true));
        let faster = shown.take(car(Some(950.0), Some(50.0), Lamp::Off));
        assert!(faster.rpm && !faster.gauges && !faster.lamps && !faster.gear);
        let lit = shown.take(car(Some(950.0), Some(50.0), Lamp::On));
        assert!(lit.lamps && !lit.rpm && !lit.gauges);
        assert_eq!(of::<QString>(&shown.lamps, "abs"), Some("on".into()));
    }

    #[test]
    fn what_is_not_known_any_more_is_lost_and_not_gone() {
        let mut shown = Shown::default();
        shown.take(car(Some(900.0), Some(50.0), Lamp::Off));
        shown.take(None);
        assert!(shown.rpm.is_nan() && of::<f64>(&shown.gauges, "fuel").is_some_and(f64::is_nan));
        assert_eq!(of::<QString>(&shown.lamps, "abs"), Some("unknown".into()));
        assert!(shown.has_gear() && shown.gear.is_empty());
        // Another service, whose car has a speed only.
        shown.take(Some(Arc::default()));
        assert!(!shown.has_gear() && shown.gauges.is_empty() && shown.lamps.is_empty());
    }
}
