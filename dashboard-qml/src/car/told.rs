//! What the service has said of the car, and which instruments follow from it.

use std::collections::{HashMap, HashSet};

use zbus::Variant;

use super::catalogue::{
    BRAKE, BRAKE_FAULT, CURRENT_GEAR, GAUGES, LAMPS, ODOMETER, PARK, SELECTED_GEAR, Switch, TRIP,
};
use super::{Instruments, Lamp};

/// The value of a signal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Word {
    Switch(bool),
    Number(f64),
}

impl Word {
    /// `None` for what `org.cardash.Signals1` does not have, and for numbers that are none.
    pub(crate) fn from_variant(value: &Variant<'_>) -> Option<Self> {
        match value {
            Variant::Bool(on) => Some(Self::Switch(*on)),
            Variant::F64(number) => number.is_finite().then_some(Self::Number(*number)),
            Variant::U32(number) => Some(Self::Number((*number).into())),
            Variant::I32(number) => Some(Self::Number((*number).into())),
            _ => None,
        }
    }
}

/// Everything that `org.cardash.Signals1` and `org.cardash.Odometer1` have said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    /// Paths of the profile.
    pub available: HashSet<String>,
    /// Those that have a value.
    pub values: HashMap<String, Word>,
    /// `Total` and `TripA` of a service that counts, m.
    pub total_m: Option<f64>,
    pub trip_m: Option<f64>,
}

impl Told {
    /// A service without `org.cardash.Signals1`, or a profile with no signal that has an instrument, has none at all:
    /// such a car has a speed only, and its distances alone do not change the picture.
    pub(crate) fn instruments(&self) -> Instruments {
        let car = Instruments {
            gauges: GAUGES.iter().filter_map(|gauge| Some((gauge.id, self.gauge(gauge.of)?))).collect(),
            lamps: LAMPS
                .iter()
                .filter(|lamp| lamp.id != self.other_brake_lamp())
                .filter_map(|lamp| Some((lamp.id, self.lamp(lamp.of)?)))
                .collect(),
            gear: self.gear(),
        };
        if car == Instruments::default() { car } else { self.with_distances(car) }
    }

    /// Of the two lamps of the brakes the one that this car does not have.
    fn other_brake_lamp(&self) -> &'static str {
        if self.has(BRAKE_FAULT) { PARK } else { BRAKE }
    }

    fn has(&self, path: &str) -> bool {
        self.available.contains(path)
    }

    fn number(&self, path: &str) -> Option<f64> {
        if let Some(Word::Number(number)) = self.values.get(path) { Some(*number) } else { None }
    }

    /// The first that the profile has; inside, its value.
    fn gauge(&self, of: &[(&str, f64)]) -> Option<Option<f64>> {
        let (path, factor) = of.iter().find(|(path, _)| self.has(path))?;
        Some(self.number(path).map(|number| number * factor))
    }

    fn lamp(&self, groups: &[&[Switch]]) -> Option<Lamp> {
        let group = groups.iter().find(|group| group.iter().any(|switch| self.has(switch.path)))?;
        let states = group.iter().filter(|switch| self.has(switch.path)).map(|switch| {
            match self.values.get(switch.path) {
                Some(Word::Switch(value)) if *value == switch.on => Lamp::On,
                Some(Word::Switch(_)) => Lamp::Off,
                _ => Lamp::Unknown,
            }
        });
        // What is on is on, whatever is unknown beside it; off are only all of them together.
        Some(states.fold(Lamp::Off, |all, one| match (all, one) {
            (Lamp::On, _) | (_, Lamp::On) => Lamp::On,
            (Lamp::Unknown, _) | (_, Lamp::Unknown) => Lamp::Unknown,
            _ => Lamp::Off,
        }))
    }

    /// What is selected, with the gear that an automatic is in; empty when nothing is known.
    fn gear(&self) -> Option<String> {
        if !self.has(SELECTED_GEAR) && !self.has(CURRENT_GEAR) {
            return None;
        }
        let word = |path| self.number(path).and_then(gear_word).unwrap_or_default();
        let (selected, current) = (word(SELECTED_GEAR), word(CURRENT_GEAR));
        Some(if selected.is_empty() {
            current
        } else if selected == "D" && current.parse::<u8>().is_ok() {
            format!("D{current}")
        } else {
            selected
        })
    }

    fn with_distances(&self, mut car: Instruments) -> Instruments {
        for (id, counted_m) in [(ODOMETER, self.total_m), (TRIP, self.trip_m)] {
            // The car's own is what its driver knows; while that is lost another number must not stand in its place.
            if counted_m.is_some() && car.gauges.iter().all(|(known, _)| *known != id) {
                car.gauges.push((id, counted_m));
            }
        }
        car
    }
}

/// As drivers know it; `None` for a number that is no gear.
fn gear_word(gear: f64) -> Option<String> {
    const REVERSE: f64 = -1.0;
    const PARK: f64 = 126.0;
    const DRIVE: f64 = 127.0;
    if gear == PARK {
        Some("P".to_owned())
    } else if gear == DRIVE {
        Some("D".to_owned())
    } else if gear == REVERSE {
        Some("R".to_owned())
    } else if gear == 0.0 {
        Some("N".to_owned())
    } else {
        (gear.fract() == 0.0 && (1.0..=20.0).contains(&gear)).then(|| format!("{gear}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RPM: &str = "Vehicle.Powertrain.CombustionEngine.Speed";

    fn told(available: &[&str], values: &[(&str, Word)]) -> Told {
        Told {
            available: available.iter().map(|path| (*path).to_owned()).collect(),
            values: values.iter().map(|(path, word)| ((*path).to_owned(), *word)).collect(),
            ..Told::default()
        }
    }

    fn gauge(told: &Told, id: &str) -> Option<Option<f64>> {
        told.instruments().gauges.into_iter().find(|(known, _)| *known == id).map(|(_, value)| value)
    }

    fn lamp(told: &Told, id: &str) -> Option<Lamp> {
        told.instruments().lamps.into_iter().find(|(known, _)| *known == id).map(|(_, state)| state)
    }

    #[test]
    fn every_path_is_one_of_the_service() {
        let listed = include_str!("../../../docs/signals.md");
        let gauges = GAUGES.iter().flat_map(|gauge| gauge.of).map(|(path, _)| *path);
        let lamps = LAMPS.iter().flat_map(|lamp| lamp.of).flat_map(|group| *group).map(|switch| switch.path);
        for path in gauges.chain(lamps).chain([SELECTED_GEAR, CURRENT_GEAR]) {
            assert!(listed.contains(&format!("| `{path}` |")), "{path}");
        }
    }

    #[test]
    fn a_gauge_has_a_value_or_is_lost_or_is_not_in_this_car() {
        assert_eq!(gauge(&told(&[RPM], &[(RPM, Word::Number(2000.0))]), "rpm"), Some(Some(2000.0)));
        assert_eq!(gauge(&told(&[RPM], &[]), "rpm"), Some(None));
        assert_eq!(gauge(&told(&[RPM], &[(RPM, Word::Switch(true))]), "rpm"), Some(None));
        // A value of what the profile does not have is not shown either.
        assert_eq!(gauge(&told(&[], &[(RPM, Word::Number(2000.0))]), "rpm"), None);
    }

    #[test]
    fn the_first_that_the_profile_has_counts_even_while_it_is_lost() {
        let [displayed, current] = ["Displayed", "Current"]
            .map(|which| format!("Vehicle.Powertrain.TractionBattery.StateOfCharge.{which}"));
        let both = told(&[&displayed, &current], &[(&current, Word::Number(70.0))]);
        assert_eq!(gauge(&both, "charge"), Some(None));
        assert_eq!(gauge(&told(&[&current], &[(&current, Word::Number(70.0))]), "charge"), Some(Some(70.0)));
    }

    #[test]
    fn units_are_those_of_the_gauges() {
        let oil = "Vehicle.Powertrain.CombustionEngine.EngineOil.Pressure";
        assert_eq!(gauge(&told(&[oil], &[(oil, Word::Number(300.0))]), "oil"), Some(Some(3.0)));
        let battery = "Vehicle.Powertrain.TractionBattery.CurrentPower";
        let charging = told(&[battery], &[(battery, Word::Number(5000.0))]);
        assert_eq!(gauge(&charging, "power"), Some(Some(-5.0)));
    }

    #[test]
    fn a_lamp_is_off_only_if_all_of_it_is() {
        let doors = LAMPS.iter().find(|lamp| lamp.id == "door").unwrap().of[1];
        let [first, second] = [doors[0].path, doors[1].path];
        let with = |values: &[(&str, Word)]| lamp(&told(&[first, second], values), "door");
        let (shut, open) = (Word::Switch(false), Word::Switch(true));
        assert_eq!(with(&[(first, shut), (second, shut)]), Some(Lamp::Off));
        assert_eq!(with(&[(first, shut)]), Some(Lamp::Unknown));
        assert_eq!(with(&[(first, open)]), Some(Lamp::On));
        assert_eq!(with(&[(first, shut), (second, Word::Number(0.0))]), Some(Lamp::Unknown));
        assert_eq!(with(&[]), Some(Lamp::Unknown));
        assert_eq!(lamp(&told(&[], &[]), "door"), None);
    }

    #[test]
    fn a_belt_that_is_fastened_is_no_warning() {
        let belted = "Vehicle.Cabin.Seat.Row1.DriverSide.IsBelted";
        for (fastened, state) in [(true, Lamp::Off), (false, Lamp::On)] {
            assert_eq!(lamp(&told(&[belted], &[(belted, Word::Switch(fastened))]), "belt"), Some(state));
        }
    }

    #[test]
    fn the_brakes_have_one_lamp_or_the_other() {
        let park = "Vehicle.Chassis.ParkingBrake.IsEngaged";
        let engaged = [(park, Word::Switch(true)), (BRAKE_FAULT, Word::Switch(false))];
        let alone = told(&[park], &engaged);
        assert_eq!((lamp(&alone, "park"), lamp(&alone, "brake")), (Some(Lamp::On), None));
        let both = told(&[park, BRAKE_FAULT], &engaged);
        assert_eq!((lamp(&both, "park"), lamp(&both, "brake")), (None, Some(Lamp::On)));
    }

    #[test]
    fn gears_are_words_of_drivers() {
        let both = [SELECTED_GEAR, CURRENT_GEAR];
        for (selected, current, word) in [
            (Some(127.0), Some(4.0), "D4"),
            (Some(127.0), None, "D"),
            (Some(126.0), Some(0.0), "P"),
            (Some(-1.0), Some(-1.0), "R"),
            (None, Some(5.0), "5"),
            (None, Some(0.0), "N"),
            (None, Some(2.5), ""),
            (Some(99.0), None, ""),
            (None, None, ""),
        ] {
            let values = [(SELECTED_GEAR, selected), (CURRENT_GEAR, current)];
            let values: Vec<_> =
                values.into_iter().filter_map(|(path, gear)| Some((path, Word::Number(gear?)))).collect();
            assert_eq!(told(&both, &values).instruments().gear.as_deref(), Some(word));
        }
        assert_eq!(told(&[RPM], &[]).instruments().gear, None);
    }

    #[test]
    fn the_cars_own_distance_is_not_replaced_while_it_is_lost() {
        let counted = Told { total_m: Some(1000.0), trip_m: Some(10.0), ..told(&[RPM], &[]) };
        assert_eq!(gauge(&counted, "odometer"), Some(Some(1000.0)));
        let own = Told { available: ["Vehicle.TraveledDistance".to_owned()].into(), ..counted.clone() };
        assert_eq!((gauge(&own, "odometer"), gauge(&own, "trip")), (Some(None), Some(Some(10.0))));
        // A car with a speed only has the picture that it always had.
        assert_eq!(Told { available: HashSet::new(), ..counted }.instruments(), Instruments::default());
    }

    #[test]
    fn without_values_nothing_is_off_and_nothing_is_missing() {
        let all = GAUGES.iter().flat_map(|gauge| gauge.of).map(|(path, _)| *path);
        let lamps = LAMPS.iter().flat_map(|lamp| lamp.of).flat_map(|group| *group).map(|switch| switch.path);
        let available: Vec<_> = all.chain(lamps).chain([CURRENT_GEAR]).collect();
        let lost = told(&available, &[]).instruments();
        // One of the brakes' two lamps is in no car.
        assert_eq!((lost.gauges.len(), lost.lamps.len()), (GAUGES.len(), LAMPS.len() - 1));
        assert!(lost.gauges.iter().all(|(_, value)| value.is_none()));
        assert!(lost.lamps.iter().all(|(_, state)| *state == Lamp::Unknown));
        assert_eq!(lost.gear.as_deref(), Some(""));
        assert_eq!(lost.without_values(), lost);
    }
}
