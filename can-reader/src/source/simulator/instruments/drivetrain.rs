//! What the simulated plug-in hybrid says of its motor, its battery and how far both tanks reach.

use super::super::motion::Motion;
use super::{CIRCUMFERENCE_M, TANK_L};

const MASS_KG: f64 = 1700.0;

/// Air and tyres at 100 km/h, kW; the air's part grows with the cube of the speed.
const AIR_KW: f64 = 10.0;
const TYRES_KW: f64 = 5.0;

/// The most that the motor gives and takes back, kW. It has one gear; turns for one of a wheel.
const MOTOR_KW: std::ops::RangeInclusive<f64> = -40.0..=60.0;
const MOTOR_RATIO: f64 = 9.0;

const BATTERY_KWH: f64 = 13.0;
const KWH_PER_KM: f64 = 0.18;
const L_PER_KM: f64 = 0.07;

/// Of petrol that becomes motion: 0.3 of 8.9 kWh a litre.
const KWH_PER_L: f64 = 2.7;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Drivetrain {
    /// Below 0 in reverse.
    pub motor_rpm: f64,
    /// Below 0 what it takes back.
    pub motor_kw: f64,
    pub motor_celsius: f64,
    pub engine_kw: f64,
    pub gearbox_celsius: f64,
    pub economy_km_per_l: f64,
    pub battery_volts: f64,
    /// Above 0 while the battery is charged, as VSS has it.
    pub battery_amperes: f64,
    pub charge_percent: f64,
    pub battery_celsius: f64,
    pub fuel_km: f64,
    pub electric_km: f64,
}

impl Drivetrain {
    /// `accel_ms2` is that of the speed's amount; `warm` is 0 when cold and 1 when warm.
    pub fn at(motion: &Motion, accel_ms2: f64, driven_m: f64, fuel_percent: f64, warm: f64) -> Self {
        let speed_ms = motion.speed_ms.abs();
        let part = speed_ms * 3.6 / 100.0;
        let needed_kw = MASS_KG * accel_ms2 * speed_ms / 1000.0 + AIR_KW * part.powi(3) + TYRES_KW * part;
        // The motor gives a third, and takes what it can.
        let share = if needed_kw > 0.0 { 1.0 / 3.0 } else { 1.0 };
        let motor_kw = (needed_kw * share).clamp(*MOTOR_KW.start(), *MOTOR_KW.end());
        let engine_kw = (needed_kw - motor_kw).max(0.0);
        let charge_percent =
            (71.0 - driven_m / 1000.0 * KWH_PER_KM / 3.0 / BATTERY_KWH * 100.0).rem_euclid(100.0);
        let battery_volts = 320.0 + 0.6 * charge_percent - 0.2 * motor_kw;
        let litres_an_hour = 0.8 + engine_kw / KWH_PER_L;
        Self {
            motor_rpm: motion.speed_ms / CIRCUMFERENCE_M * 60.0 * MOTOR_RATIO,
            motor_kw,
            motor_celsius: 20.0 + 45.0 * warm,
            engine_kw,
            gearbox_celsius: 20.0 + 60.0 * warm,
            economy_km_per_l: (speed_ms * 3.6 / litres_an_hour).min(50.0),
            battery_volts,
            battery_amperes: -motor_kw * 1000.0 / battery_volts,
            charge_percent,
            battery_celsius: 20.0 + 10.0 * warm,
            fuel_km: fuel_percent / 100.0 * TANK_L / L_PER_KM,
            electric_km: charge_percent / 100.0 * BATTERY_KWH / KWH_PER_KM,
        }
    }
}
