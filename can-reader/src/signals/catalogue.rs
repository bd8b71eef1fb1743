//! Every signal that a profile can name: its path, type and unit as the COVESA Vehicle Signal Specification 6.0 has them.
//! What that lacks is marked, and is in `interfaces/cardash.vspec`, an overlay in its form.

use super::value::Type;

/// A signal by its VSS path.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// In full, from `Vehicle.`.
    pub path: &'static str,
    /// What its values are.
    pub kind: Type,
    /// As VSS writes it; empty for what has none.
    pub unit: &'static str,
    /// Whether it is ours and not one of VSS 6.0.
    pub is_overlay: bool,
}

const fn vss(path: &'static str, kind: Type, unit: &'static str) -> Entry {
    Entry { path, kind, unit, is_overlay: false }
}

const fn ours(path: &'static str, kind: Type, unit: &'static str) -> Entry {
    Entry { path, kind, unit, is_overlay: true }
}

const LAMP: Type = Type::Boolean;
const GEAR: Type = Type::Gear;
const REAL: Type = Type::Float;
const METRES: Type = Type::Unsigned { most: u32::MAX };
const PERCENT: Type = Type::Unsigned { most: 100 };
const WORD: Type = Type::Unsigned { most: u16::MAX as u32 };
const SHORT: Type = Type::Signed { least: i16::MIN as i32, most: i16::MAX as i32 };

/// All of them, in the order of their paths.
pub const ALL: &[Entry] = &[
    vss("Vehicle.ADAS.ABS.IsEngaged", LAMP, ""),
    vss("Vehicle.ADAS.ABS.IsError", LAMP, ""),
    vss("Vehicle.ADAS.ESC.IsEngaged", LAMP, ""),
    vss("Vehicle.ADAS.ESC.IsError", LAMP, ""),
    vss("Vehicle.ADAS.TCS.IsEngaged", LAMP, ""),
    vss("Vehicle.ADAS.TCS.IsError", LAMP, ""),
    vss("Vehicle.Body.Hood.IsOpen", LAMP, ""),
    vss("Vehicle.Body.Lights.Beam.High.IsOn", LAMP, ""),
    vss("Vehicle.Body.Lights.Beam.Low.IsOn", LAMP, ""),
    vss("Vehicle.Body.Lights.DirectionIndicator.Left.IsSignaling", LAMP, ""),
    vss("Vehicle.Body.Lights.DirectionIndicator.Right.IsSignaling", LAMP, ""),
    vss("Vehicle.Body.Lights.Fog.Front.IsOn", LAMP, ""),
    vss("Vehicle.Body.Lights.Fog.Rear.IsOn", LAMP, ""),
    vss("Vehicle.Body.Lights.Hazard.IsSignaling", LAMP, ""),
    vss("Vehicle.Body.Lights.Parking.IsOn", LAMP, ""),
    vss("Vehicle.Body.Lights.Running.IsOn", LAMP, ""),
    vss("Vehicle.Body.Trunk.Rear.IsOpen", LAMP, ""),
    vss("Vehicle.Cabin.Door.Row1.DriverSide.IsOpen", LAMP, ""),
    vss("Vehicle.Cabin.Door.Row1.PassengerSide.IsOpen", LAMP, ""),
    vss("Vehicle.Cabin.Door.Row2.DriverSide.IsOpen", LAMP, ""),
    vss("Vehicle.Cabin.Door.Row2.PassengerSide.IsOpen", LAMP, ""),
    ours("Vehicle.Cabin.IsAirbagFault", LAMP, ""),
    ours("Vehicle.Cabin.IsAnyDoorOpen", LAMP, ""),
    ours("Vehicle.Cabin.IsBeltWarning", LAMP, ""),
    vss("Vehicle.Cabin.Seat.Row1.DriverSide.IsBelted", LAMP, ""),
    vss("Vehicle.Cabin.Seat.Row1.PassengerSide.IsBelted", LAMP, ""),
    vss("Vehicle.Chassis.Accelerator.PedalPosition", PERCENT, "percent"),
    vss("Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.IsPressureLow", LAMP, ""),
    vss("Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.Pressure", WORD, "kPa"),
    vss("Vehicle.Chassis.Axle.Row1.Wheel.Right.Tire.IsPressureLow", LAMP, ""),
    vss("Vehicle.Chassis.Axle.Row1.Wheel.Right.Tire.Pressure", WORD, "kPa"),
    vss("Vehicle.Chassis.Axle.Row2.Wheel.Left.Tire.IsPressureLow", LAMP, ""),
    vss("Vehicle.Chassis.Axle.Row2.Wheel.Left.Tire.Pressure", WORD, "kPa"),
    vss("Vehicle.Chassis.Axle.Row2.Wheel.Right.Tire.IsPressureLow", LAMP, ""),
    vss("Vehicle.Chassis.Axle.Row2.Wheel.Right.Tire.Pressure", WORD, "kPa"),
    ours("Vehicle.Chassis.Brake.IsFault", LAMP, ""),
    ours("Vehicle.Chassis.Brake.IsPedalPressed", LAMP, ""),
    vss("Vehicle.Chassis.Brake.PedalPosition", PERCENT, "percent"),
    ours("Vehicle.Chassis.IsTirePressureLow", LAMP, ""),
    vss("Vehicle.Chassis.ParkingBrake.IsEngaged", LAMP, ""),
    vss("Vehicle.Chassis.SteeringWheel.Angle", SHORT, "degrees"),
    ours("Vehicle.Diagnostics.IsMILOn", LAMP, ""),
    vss("Vehicle.Exterior.AirTemperature", REAL, "Celsius"),
    vss("Vehicle.LowVoltageBattery.CurrentVoltage", REAL, "V"),
    ours("Vehicle.LowVoltageBattery.IsChargeFault", LAMP, ""),
    vss("Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature", REAL, "Celsius"),
    ours("Vehicle.Powertrain.CombustionEngine.EngineOil.IsPressureLow", LAMP, ""),
    ours("Vehicle.Powertrain.CombustionEngine.EngineOil.Pressure", REAL, "kPa"),
    vss("Vehicle.Powertrain.CombustionEngine.EngineOil.Temperature", REAL, "Celsius"),
    vss("Vehicle.Powertrain.CombustionEngine.IsRunning", LAMP, ""),
    vss("Vehicle.Powertrain.CombustionEngine.Power", WORD, "kW"),
    vss("Vehicle.Powertrain.CombustionEngine.Speed", REAL, "rpm"),
    vss("Vehicle.Powertrain.ElectricMotor.Power", SHORT, "kW"),
    vss("Vehicle.Powertrain.ElectricMotor.Speed", REAL, "rpm"),
    vss("Vehicle.Powertrain.ElectricMotor.Temperature", REAL, "Celsius"),
    vss("Vehicle.Powertrain.FuelSystem.InstantantFuelEconomy", REAL, "km/l"),
    vss("Vehicle.Powertrain.FuelSystem.IsFuelLevelLow", LAMP, ""),
    vss("Vehicle.Powertrain.FuelSystem.Range", METRES, "m"),
    vss("Vehicle.Powertrain.FuelSystem.RelativeLevel", PERCENT, "percent"),
    vss("Vehicle.Powertrain.Range", METRES, "m"),
    vss("Vehicle.Powertrain.TractionBattery.CurrentCurrent", REAL, "A"),
    vss("Vehicle.Powertrain.TractionBattery.CurrentPower", REAL, "W"),
    vss("Vehicle.Powertrain.TractionBattery.CurrentVoltage", REAL, "V"),
    vss("Vehicle.Powertrain.TractionBattery.Range", METRES, "m"),
    vss("Vehicle.Powertrain.TractionBattery.StateOfCharge.Current", REAL, "percent"),
    vss("Vehicle.Powertrain.TractionBattery.StateOfCharge.Displayed", REAL, "percent"),
    vss("Vehicle.Powertrain.TractionBattery.Temperature.Average", REAL, "Celsius"),
    vss("Vehicle.Powertrain.Transmission.CurrentGear", GEAR, ""),
    vss("Vehicle.Powertrain.Transmission.SelectedGear", GEAR, ""),
    vss("Vehicle.Powertrain.Transmission.Temperature", REAL, "Celsius"),
    vss("Vehicle.TraveledDistance", METRES, "m"),
    vss("Vehicle.TripMeterReading", METRES, "m"),
];

/// The signal with this path.
#[must_use]
pub fn find(path: &str) -> Option<&'static Entry> {
    ALL.binary_search_by(|entry| entry.path.cmp(path)).ok().map(|at| &ALL[at])
}

/// Paths that somebody who wrote `path` may have meant, the likeliest first: those that share most runs of three letters
/// with it.
#[must_use]
pub fn near(path: &str) -> Vec<&'static str> {
    const MOST: usize = 3;
    let runs = |text: &str| -> Vec<[u8; 3]> {
        let text = text.trim_start_matches("Vehicle").to_ascii_lowercase();
        text.as_bytes().windows(3).map(|run| [run[0], run[1], run[2]]).collect()
    };
    let wanted = runs(path);
    let mut found: Vec<_> = ALL
        .iter()
        .map(|entry| {
            let known = runs(entry.path);
            let shared = wanted.iter().filter(|run| known.contains(run)).count();
            // In thousandths of all runs of both.
            (2000 * shared / (wanted.len() + known.len()).max(1), entry.path)
        })
        .filter(|(likeness, _)| *likeness >= 300)
        .collect();
    found.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    found.into_iter().map(|(_, path)| path).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_in_order_and_found() {
        assert!(ALL.windows(2).all(|pair| pair[0].path < pair[1].path));
        for entry in ALL {
            assert!(entry.path.starts_with("Vehicle."), "{}", entry.path);
            assert_eq!(find(entry.path), Some(entry));
        }
        assert_eq!(find("Vehicle.Speed"), None, "that is org.cardash.Speed1's");
    }

    #[test]
    fn a_slip_finds_what_was_meant() {
        let meant = "Vehicle.Powertrain.CombustionEngine.Speed";
        assert!(near("Vehicle.Powertrain.CombustionEngine.RPM").contains(&meant));
        assert_eq!(near("Powertrain.CombustionEngine.Speed").first(), Some(&meant));
        assert_eq!(near("Vehicle.TravelledDistance").first(), Some(&"Vehicle.TraveledDistance"));
        assert!(near("xyz").is_empty());
    }
}
