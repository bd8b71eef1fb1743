//! What the simulated car says beside its speed, as its frames have it: an engine with five gears, a tank, lamps; doors,
//! belts and pedals (`cabin`); motor and battery (`drivetrain`).
//!
//! Nothing here is measured: it follows from the drive alone, so that a gear fits the speed and brake lamps the brakes.

mod cabin;
mod drivetrain;

use self::cabin::Cabin;
use self::drivetrain::Drivetrain;
use super::motion::Motion;

/// Turns of the engine for one of the wheels, first gear first.
const RATIOS: [f64; 5] = [13.5, 7.7, 5.2, 3.9, 3.1];

/// Metres of one turn of a wheel.
const CIRCUMFERENCE_M: f64 = 1.95;

const IDLE_RPM: f64 = 820.0;

/// The next gear is taken above this.
const SHIFT_RPM: f64 = 2600.0;

/// What the car has driven before, metres: what an odometer shows must not look like one that was just built.
const DRIVEN_BEFORE_M: f64 = 48_217_300.0;

/// And since the trip was set to zero, metres.
const TRIP_BEFORE_M: f64 = 112_300.0;

const TANK_L: f64 = 50.0;

/// The car at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Instruments {
    pub engine_rpm: f64,
    /// 0 is neutral, -1 reverse.
    pub gear: i8,
    pub coolant_celsius: f64,
    pub oil_celsius: f64,
    pub oil_kpa: f64,
    pub fuel_percent: f64,
    pub battery_volts: f64,
    pub outside_celsius: f64,
    pub driven_m: f64,
    pub trip_m: f64,
    pub lamps: Lamps,
    pub cabin: Cabin,
    pub drivetrain: Drivetrain,
}

/// True is lit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lamps {
    pub low_beam: bool,
    pub high_beam: bool,
    pub left: bool,
    pub right: bool,
    pub brake_pedal: bool,
    pub parking_brake: bool,
}

impl Instruments {
    /// So many seconds after the engine was started, `driven_m` metres further on.
    pub fn at(seconds: f64, motion: &Motion, accel_ms2: f64, driven_m: f64) -> Self {
        let speed_ms = motion.speed_ms.abs();
        let (gear, engine_rpm) = engine(motion.speed_ms);
        let warm = 1.0 - (-seconds / 150.0).exp();
        // A thermostat holds it at 90.
        let coolant_celsius = 20.0 + 70.0 * warm;
        // 7 l in 100 km of a tank of 50 l.
        let fuel_percent = (63.0 - driven_m * 1.4e-4).rem_euclid(100.0);
        Self {
            engine_rpm,
            gear,
            coolant_celsius,
            oil_celsius: 20.0 + 0.9 * (coolant_celsius - 20.0),
            oil_kpa: (100.0 + engine_rpm * 0.1).min(480.0),
            fuel_percent,
            battery_volts: 14.2 - 0.3 * f64::from(u8::from(engine_rpm < 900.0)),
            outside_celsius: 2.5 + 4.0 * (seconds / 240.0).sin(),
            driven_m: DRIVEN_BEFORE_M + driven_m,
            trip_m: TRIP_BEFORE_M + driven_m,
            cabin: Cabin::at(seconds, motion, accel_ms2, warm),
            drivetrain: Drivetrain::at(motion, accel_ms2, driven_m, fuel_percent, warm),
            lamps: Lamps {
                low_beam: true,
                high_beam: speed_ms > 25.0,
                left: motion.curvature > 1.0 / 60.0 && is_lit(seconds),
                right: motion.curvature < -1.0 / 60.0 && is_lit(seconds),
                brake_pedal: speed_ms > 0.0 && accel_ms2 < -0.6,
                parking_brake: speed_ms == 0.0 && motion.left_s < 3.0,
            },
        }
    }
}

/// 1.5 Hz, half of the time: UN Regulation No. 48 has 90 a minute, 30 more or less.
fn is_lit(seconds: f64) -> bool {
    (seconds * 1.5).fract() < 0.5
}

/// The gear, and what the engine then turns.
fn engine(speed_ms: f64) -> (i8, f64) {
    let wheel_rpm = speed_ms.abs() / CIRCUMFERENCE_M * 60.0;
    let rpm = |ratio: f64| (wheel_rpm * ratio).max(IDLE_RPM);
    if wheel_rpm == 0.0 {
        return (0, IDLE_RPM);
    }
    if speed_ms < 0.0 {
        return (-1, rpm(RATIOS[0]));
    }
    let gear = RATIOS.iter().position(|ratio| wheel_rpm * ratio <= SHIFT_RPM).unwrap_or(RATIOS.len() - 1);
    (gear as i8 + 1, rpm(RATIOS[gear]))
}

#[cfg(test)]
mod tests {
    use super::super::drive::Drive;
    use super::*;

    #[test]
    fn the_engine_fits_the_speed_in_every_drive() {
        for drive in Drive::ALL {
            for at in 0..(drive.seconds() as u32) {
                let seconds = f64::from(at);
                let motion = drive.motion(seconds);
                let car = Instruments::at(seconds, &motion, drive.accel_ms2(seconds), 100.0);
                assert!((IDLE_RPM..4500.0).contains(&car.engine_rpm), "{drive} {at}: {car:?}");
                assert_eq!(car.gear == 0, motion.speed_ms == 0.0, "{drive} {at}: {car:?}");
                assert_eq!(car.gear < 0, motion.speed_ms < 0.0, "{drive} {at}: {car:?}");
                assert!(!(car.lamps.left && car.lamps.right), "{drive} {at}");
                assert!(!car.lamps.parking_brake || motion.speed_ms == 0.0, "{drive} {at}");
            }
        }
    }

    #[test]
    fn it_warms_up_and_uses_fuel() {
        let at = |seconds, driven_m| Instruments::at(seconds, &Drive::Town.motion(0.0), 0.0, driven_m);
        assert!((at(0.0, 0.0).coolant_celsius - 20.0).abs() < 1e-9);
        assert!((89.0..90.0).contains(&at(900.0, 0.0).coolant_celsius));
        assert!(at(0.0, 100_000.0).fuel_percent < at(0.0, 0.0).fuel_percent - 10.0);
    }
}
