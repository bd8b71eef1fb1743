//! Which signal each instrument shows: paths of VSS 6.0 and of `interfaces/cardash.vspec`.

/// A gauge: of these signals the first that the profile has, and what makes the gauge's unit of its own.
pub(super) struct Gauge {
    pub id: &'static str,
    pub of: &'static [(&'static str, f64)],
}

const KILO: f64 = 1e-3;
/// VSS has oil pressure in kPa, drivers know it in bar.
const BAR_PER_KPA: f64 = 1e-2;

pub(super) const GAUGES: [Gauge; 10] = [
    Gauge { id: "rpm", of: &[("Vehicle.Powertrain.CombustionEngine.Speed", 1.0)] },
    Gauge {
        id: "power",
        of: &[
            ("Vehicle.Powertrain.ElectricMotor.Power", 1.0),
            // Positive where it flows into the battery; a gauge of power has that below zero.
            ("Vehicle.Powertrain.TractionBattery.CurrentPower", -KILO),
        ],
    },
    Gauge { id: "coolant", of: &[("Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature", 1.0)] },
    Gauge { id: "oil", of: &[("Vehicle.Powertrain.CombustionEngine.EngineOil.Pressure", BAR_PER_KPA)] },
    Gauge { id: "fuel", of: &[("Vehicle.Powertrain.FuelSystem.RelativeLevel", 1.0)] },
    Gauge {
        id: "charge",
        of: &[
            ("Vehicle.Powertrain.TractionBattery.StateOfCharge.Displayed", 1.0),
            ("Vehicle.Powertrain.TractionBattery.StateOfCharge.Current", 1.0),
        ],
    },
    Gauge { id: "volts", of: &[("Vehicle.LowVoltageBattery.CurrentVoltage", 1.0)] },
    Gauge { id: "outside", of: &[("Vehicle.Exterior.AirTemperature", 1.0)] },
    Gauge { id: ODOMETER, of: &[("Vehicle.TraveledDistance", 1.0)] },
    Gauge { id: TRIP, of: &[("Vehicle.TripMeterReading", 1.0)] },
];

/// The car's own where its profile has them, else those of `org.cardash.Odometer1`.
pub(super) const ODOMETER: &str = "odometer";
pub(super) const TRIP: &str = "trip";

/// A tell-tale: the first group of which the profile has a signal. It is on if one of the group is.
pub(super) struct Lamp {
    pub id: &'static str,
    pub of: &'static [&'static [Switch]],
}

/// A signal, and the value with which the lamp is on.
pub(super) struct Switch {
    pub path: &'static str,
    pub on: bool,
}

const fn on(path: &'static str) -> Switch {
    Switch { path, on: true }
}

pub(super) const BRAKE: &str = "brake";
pub(super) const PARK: &str = "park";
pub(super) const BRAKE_FAULT: &str = "Vehicle.Chassis.Brake.IsFault";
const PARKING_BRAKE: &str = "Vehicle.Chassis.ParkingBrake.IsEngaged";

pub(super) const LAMPS: [Lamp; 18] = [
    Lamp { id: "left", of: &[&[on("Vehicle.Body.Lights.DirectionIndicator.Left.IsSignaling")]] },
    Lamp { id: "right", of: &[&[on("Vehicle.Body.Lights.DirectionIndicator.Right.IsSignaling")]] },
    Lamp { id: "low", of: &[&[on("Vehicle.Body.Lights.Beam.Low.IsOn")]] },
    Lamp { id: "high", of: &[&[on("Vehicle.Body.Lights.Beam.High.IsOn")]] },
    Lamp { id: "fogFront", of: &[&[on("Vehicle.Body.Lights.Fog.Front.IsOn")]] },
    Lamp { id: "fogRear", of: &[&[on("Vehicle.Body.Lights.Fog.Rear.IsOn")]] },
    Lamp { id: "engine", of: &[&[on("Vehicle.Diagnostics.IsMILOn")]] },
    Lamp { id: "abs", of: &[&[on("Vehicle.ADAS.ABS.IsError")]] },
    Lamp {
        id: "esc",
        of: &[&[
            on("Vehicle.ADAS.ESC.IsError"),
            on("Vehicle.ADAS.ESC.IsEngaged"),
            on("Vehicle.ADAS.TCS.IsError"),
            on("Vehicle.ADAS.TCS.IsEngaged"),
        ]],
    },
    Lamp {
        id: "tyre",
        of: &[
            &[on("Vehicle.Chassis.IsTirePressureLow")],
            &[
                on("Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.IsPressureLow"),
                on("Vehicle.Chassis.Axle.Row1.Wheel.Right.Tire.IsPressureLow"),
                on("Vehicle.Chassis.Axle.Row2.Wheel.Left.Tire.IsPressureLow"),
                on("Vehicle.Chassis.Axle.Row2.Wheel.Right.Tire.IsPressureLow"),
            ],
        ],
    },
    Lamp {
        id: "door",
        of: &[
            &[on("Vehicle.Cabin.IsAnyDoorOpen")],
            &[
                on("Vehicle.Cabin.Door.Row1.DriverSide.IsOpen"),
                on("Vehicle.Cabin.Door.Row1.PassengerSide.IsOpen"),
                on("Vehicle.Cabin.Door.Row2.DriverSide.IsOpen"),
                on("Vehicle.Cabin.Door.Row2.PassengerSide.IsOpen"),
            ],
        ],
    },
    Lamp {
        id: "belt",
        of: &[
            &[on("Vehicle.Cabin.IsBeltWarning")],
            &[Switch { path: "Vehicle.Cabin.Seat.Row1.DriverSide.IsBelted", on: false }],
        ],
    },
    Lamp { id: "airbag", of: &[&[on("Vehicle.Cabin.IsAirbagFault")]] },
    Lamp { id: "battery", of: &[&[on("Vehicle.LowVoltageBattery.IsChargeFault")]] },
    Lamp { id: "oil", of: &[&[on("Vehicle.Powertrain.CombustionEngine.EngineOil.IsPressureLow")]] },
    // One lamp for both, as in most cars, where the car has both.
    Lamp { id: BRAKE, of: &[&[on(BRAKE_FAULT), on(PARKING_BRAKE)]] },
    Lamp { id: PARK, of: &[&[on(PARKING_BRAKE)]] },
    Lamp { id: "hazard", of: &[&[on("Vehicle.Body.Lights.Hazard.IsSignaling")]] },
];

pub(super) const SELECTED_GEAR: &str = "Vehicle.Powertrain.Transmission.SelectedGear";
pub(super) const CURRENT_GEAR: &str = "Vehicle.Powertrain.Transmission.CurrentGear";
