//! Which value of the simulated car is which signal of its DBC.

use super::instruments::Instruments;

/// Of `ENGINE`; `None` for what the encoder itself writes.
pub(super) fn engine(car: &Instruments, signal: &str) -> Option<f64> {
    Some(match signal {
        "ENGINE_SPEED" => car.engine_rpm,
        "GEAR" => f64::from(car.gear),
        "COOLANT" => car.coolant_celsius,
        "OIL" => car.oil_celsius,
        "OIL_PRESSURE" => car.oil_kpa,
        "FUEL" => car.fuel_percent,
        _ => return None,
    })
}

/// Of `BODY`.
pub(super) fn body(car: &Instruments, signal: &str) -> Option<f64> {
    Some(match signal {
        "LOW_BEAM" => lit(car.lamps.low_beam),
        "HIGH_BEAM" => lit(car.lamps.high_beam),
        "LEFT_INDICATOR" => lit(car.lamps.left),
        "RIGHT_INDICATOR" => lit(car.lamps.right),
        "BRAKE_PEDAL" => lit(car.lamps.brake_pedal),
        "PARKING_BRAKE" => lit(car.lamps.parking_brake),
        "OUTSIDE" => car.outside_celsius,
        "BATTERY" => car.battery_volts,
        "ODOMETER" => car.driven_m,
        _ => return None,
    })
}

/// Of `CABIN`. What is not named is 0: closed, or off.
pub(super) fn cabin(car: &Instruments, signal: &str) -> Option<f64> {
    Some(match signal {
        "DOOR_PASSENGER" | "DOOR_ANY" => lit(car.cabin.passenger_door),
        "BELT_DRIVER" | "PARKING_LIGHTS" | "RUNNING_LIGHTS" | "ENGINE_RUNS" => 1.0,
        "BELT_PASSENGER" => lit(car.cabin.passenger_belt),
        "BELT_WARNING" => lit(!car.cabin.passenger_belt),
        "HAZARD" => lit(car.cabin.hazard),
        "FOG_FRONT" => lit(car.cabin.fog_front),
        "LEVER" => f64::from(car.cabin.lever),
        "ABS_ENGAGED" => lit(car.cabin.abs),
        "TCS_ENGAGED" => lit(car.cabin.tcs),
        "TRIP" => car.trip_m,
        _ => return None,
    })
}

/// Of `CHASSIS`.
pub(super) fn chassis(car: &Instruments, signal: &str) -> Option<f64> {
    let [fl, fr, rl, rr] = car.cabin.tyres_kpa;
    Some(match signal {
        "ACCELERATOR" => car.cabin.accelerator_percent,
        "BRAKE" => car.cabin.brake_percent,
        "STEERING" => car.cabin.steering_degrees,
        "TYRE_FL" => fl,
        "TYRE_FR" => fr,
        "TYRE_RL" => rl,
        "TYRE_RR" => rr,
        _ => return None,
    })
}

/// Of `MOTOR`.
pub(super) fn motor(car: &Instruments, signal: &str) -> Option<f64> {
    let drivetrain = &car.drivetrain;
    Some(match signal {
        "MOTOR_SPEED" => drivetrain.motor_rpm,
        "MOTOR_POWER" => drivetrain.motor_kw,
        "MOTOR" => drivetrain.motor_celsius,
        "GEARBOX" => drivetrain.gearbox_celsius,
        "ENGINE_POWER" => drivetrain.engine_kw,
        "ECONOMY" => drivetrain.economy_km_per_l,
        _ => return None,
    })
}

/// Of `TRACTION`.
pub(super) fn traction(car: &Instruments, signal: &str) -> Option<f64> {
    let drivetrain = &car.drivetrain;
    Some(match signal {
        "VOLTAGE" => drivetrain.battery_volts,
        "CURRENT" => drivetrain.battery_amperes,
        "CHARGE" => drivetrain.charge_percent,
        "TEMPERATURE" => drivetrain.battery_celsius,
        "RANGE_FUEL" => drivetrain.fuel_km,
        "RANGE_ELECTRIC" => drivetrain.electric_km,
        "RANGE" => drivetrain.fuel_km + drivetrain.electric_km,
        _ => return None,
    })
}

fn lit(is: bool) -> f64 {
    f64::from(u8::from(is))
}
