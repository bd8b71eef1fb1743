//! Made-up cars with all that they say, for `--demo` and for pictures.

use std::sync::Arc;

use crate::arguments::Demo;
use crate::car::{Instruments, Lamp};
use crate::panel::Panel;
use crate::reading::Reading;

/// A made-up car in one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scene {
    /// A car with an engine and everything else.
    Car,
    /// The same with the lamps of the lamp test.
    LampTest,
    /// The same with half of its signals lost.
    HalfLost,
    /// The same without its bus.
    BusLost,
    /// The same, too hot and with little fuel.
    Hot,
    /// The same at the engine speed at which to shift.
    Shift,
    /// An electric car.
    Electric,
    /// The same, feeding energy back, in the cold and with little left.
    FedBack,
}

/// Where the made-up engine's red begins, and at which to shift, rpm.
const RED_RPM: u32 = 6500;
const SHIFT_RPM: u32 = 6800;

impl Scene {
    /// With the words of `--demo`.
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("car", Self::Car),
        ("car-lamp-test", Self::LampTest),
        ("car-half-lost", Self::HalfLost),
        ("car-bus-lost", Self::BusLost),
        ("car-hot", Self::Hot),
        ("car-shift", Self::Shift),
        ("electric", Self::Electric),
        ("electric-fed-back", Self::FedBack),
    ];

    /// The scene that `--demo` names.
    pub(crate) fn of(demo: Option<&Demo>) -> Option<Self> {
        let Some(Demo::Scene(word)) = demo else { return None };
        Self::ALL.into_iter().find(|(name, _)| name == word).map(|(_, scene)| scene)
    }

    pub(crate) fn is_lamp_test(self) -> bool {
        self == Self::LampTest
    }

    /// The settings of that car: what they say, and what its engine stands.
    pub(crate) fn panel(self, settings: &Panel) -> Panel {
        let (rpm_red, shift_rpm) =
            (settings.rpm_red.or(Some(RED_RPM)), settings.shift_rpm.or(Some(SHIFT_RPM)));
        Panel { rpm_red, shift_rpm, ..settings.clone() }
    }

    pub(super) fn reading(self) -> Reading {
        let told = |speed_kmh, state, reason, car: Instruments| Reading {
            speed_kmh,
            state,
            reason,
            instruments: Some(Arc::new(car)),
            ..Reading::without_speed(state)
        };
        match self {
            Self::Car | Self::LampTest => told(Some(127.3), "ok", "", car()),
            Self::HalfLost => told(Some(87.2), "degraded", "wheel-left-out", half_lost(car())),
            Self::BusLost => told(None, "can-down", "", car().without_values()),
            Self::Hot => {
                let hot = with(car(), &[("coolant", 118.0), ("fuel", 9.0), ("rpm", 2350.0)]);
                told(Some(86.4), "ok", "", hot)
            }
            Self::Shift => {
                let mut fast = with(car(), &[("rpm", 6750.0), ("coolant", 98.0), ("oil", 4.6)]);
                fast.gear = Some("3".to_owned());
                told(Some(141.2), "ok", "", fast)
            }
            Self::Electric => told(Some(63.2), "ok", "", electric()),
            Self::FedBack => {
                let slowing = with(electric(), &[("power", -33.0), ("charge", 14.0), ("outside", 2.0)]);
                told(Some(47.2), "ok", "", slowing)
            }
        }
    }
}

fn gauges(numbers: &[(&'static str, f64)]) -> Vec<(&'static str, Option<f64>)> {
    numbers.iter().map(|(id, number)| (*id, Some(*number))).collect()
}

fn lamps(on: &[&'static str], off: &[&'static str]) -> Vec<(&'static str, Lamp)> {
    let on = on.iter().map(|id| (*id, Lamp::On));
    on.chain(off.iter().map(|id| (*id, Lamp::Off))).collect()
}

fn car() -> Instruments {
    Instruments {
        gauges: gauges(&[
            ("rpm", 2350.0),
            ("coolant", 92.0),
            ("oil", 3.1),
            ("fuel", 64.0),
            ("volts", 13.9),
            ("outside", 21.0),
            ("odometer", 48_213_456.0),
            ("trip", 312_456.0),
        ]),
        lamps: lamps(
            &["low", "high", "left"],
            &[
                "right", "fogFront", "fogRear", "engine", "abs", "esc", "tyre", "door", "belt", "airbag",
                "battery", "oil", "park", "hazard",
            ],
        ),
        gear: Some("5".to_owned()),
    }
}

fn electric() -> Instruments {
    Instruments {
        gauges: gauges(&[
            ("power", 42.0),
            ("charge", 78.0),
            ("volts", 14.2),
            ("outside", 21.0),
            ("odometer", 12_608_000.0),
            ("trip", 87_234.0),
        ]),
        lamps: lamps(
            &["low", "fogFront", "right"],
            &["left", "high", "abs", "esc", "tyre", "door", "belt", "airbag", "brake"],
        ),
        gear: Some("D".to_owned()),
    }
}

/// Every third number, the engine speed among them, and every second lamp.
fn half_lost(mut car: Instruments) -> Instruments {
    for (_, value) in car.gauges.iter_mut().step_by(3) {
        *value = None;
    }
    for (_, state) in car.lamps.iter_mut().skip(1).step_by(2) {
        *state = Lamp::Unknown;
    }
    car
}

fn with(mut car: Instruments, numbers: &[(&str, f64)]) -> Instruments {
    for (id, value) in &mut car.gauges {
        if let Some((_, number)) = numbers.iter().find(|(name, _)| name == id) {
            *value = Some(*number);
        }
    }
    car
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_scene() {
        assert_eq!(Scene::ALL.map(|(word, _)| word), crate::words::SCENES);
    }

    #[test]
    fn every_scene_is_a_whole_car() {
        for (word, scene) in Scene::ALL {
            let reading = scene.reading();
            let car = reading.instruments.unwrap();
            assert!(car.gauges.len() > 5 && car.lamps.len() > 10 && car.gear.is_some(), "{word}");
            assert_eq!(reading.speed_kmh.is_none(), scene == Scene::BusLost, "{word}");
        }
        let lost = half_lost(car());
        let gauges = lost.gauges.iter().filter(|(_, value)| value.is_none()).count();
        let lamps = lost.lamps.iter().filter(|(_, state)| *state == Lamp::Unknown).count();
        assert!(gauges >= 3 && lamps * 2 >= lost.lamps.len() - 1, "{gauges} gauges, {lamps} lamps");
    }
}
