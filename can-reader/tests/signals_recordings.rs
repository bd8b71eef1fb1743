//! Signals of real cars on the road: each is what such a car can say, and an engine turns with its wheels.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::time::Duration;

use can_reader::log::{Entry, LogReader};
use can_reader::signals::Value;
use can_reader::{Event, Pipeline, Vehicle};

const RPM: &str = "Vehicle.Powertrain.CombustionEngine.Speed";
const MOTOR: &str = "Vehicle.Powertrain.ElectricMotor.Speed";
const COOLANT: &str = "Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature";
const GEAR: &str = "Vehicle.Powertrain.Transmission.CurrentGear";
const LEVER: &str = "Vehicle.Powertrain.Transmission.SelectedGear";
const BATTERY: &str = "Vehicle.LowVoltageBattery.CurrentVoltage";
const PEDAL: &str = "Vehicle.Chassis.Accelerator.PedalPosition";
const BRAKE: &str = "Vehicle.Chassis.Brake.IsPedalPressed";
const BELT: &str = "Vehicle.Cabin.Seat.Row1.DriverSide.IsBelted";
const FUEL: &str = "Vehicle.Powertrain.FuelSystem.RelativeLevel";
const DOOR: &str = "Vehicle.Cabin.Door.Row1.DriverSide.IsOpen";
const PARKING: &str = "Vehicle.Chassis.ParkingBrake.IsEngaged";
const MIL: &str = "Vehicle.Diagnostics.IsMILOn";
const DISTANCE: &str = "Vehicle.TraveledDistance";
const CHARGE: &str = "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current";
const VOLTAGE: &str = "Vehicle.Powertrain.TractionBattery.CurrentVoltage";
const CURRENT: &str = "Vehicle.Powertrain.TractionBattery.CurrentCurrent";

/// What a drive says: profile, file, and of each path the least value and the greatest. Both are what is seen, with some room: a bit
/// beside, a byte the other way round or a wrong factor is outside.
type Drive = (&'static str, &'static str, &'static [(&'static str, f64, f64)]);

const DRIVES: [Drive; 8] = [
    (
        "obd",
        "vag_obd_gps_0164_2",
        &[(RPM, 900.0, 2600.0), (COOLANT, 85.0, 100.0), (BATTERY, 13.0, 15.0), (FUEL, 53.0, 53.0)],
    ),
    (
        "toyota",
        "toyota_verifiedcan_speed_2020",
        &[
            (RPM, 600.0, 2500.0),
            (PEDAL, 0.0, 30.0),
            (LEVER, 127.0, 127.0),
            (BELT, 1.0, 1.0),
            (DOOR, 0.0, 0.0),
            (PARKING, 0.0, 0.0),
        ],
    ),
    (
        "ford",
        "ford_fusion_2017_acc_30_to_80",
        &[
            (RPM, 1400.0, 3800.0),
            (LEVER, 127.0, 127.0),
            (BATTERY, 13.06, 13.13),
            (BELT, 1.0, 1.0),
            (BRAKE, 0.0, 0.0),
            (DOOR, 0.0, 0.0),
            (DISTANCE, 3.793e6, 3.794e6),
        ],
    ),
    (
        "mitsubishi",
        "mitsubishi_ralliart_wot_manual",
        &[(RPM, 1400.0, 7400.0), (COOLANT, 84.0, 89.0), (GEAR, 2.0, 4.0)],
    ),
    ("mitsubishi", "mitsubishi_mirage_vss_alpha", &[(RPM, 700.0, 1000.0), (COOLANT, 58.0, 58.0)]),
    (
        "subaru-old",
        "subaru_sti_va_allgears",
        &[
            (RPM, 1300.0, 3900.0),
            (COOLANT, 66.0, 69.0),
            (PEDAL, 0.0, 42.0),
            (BELT, 1.0, 1.0),
            (DOOR, 0.0, 0.0),
        ],
    ),
    (
        "hyundai-old",
        "hyundai_genesis_coupe_auto",
        &[
            (RPM, 700.0, 2100.0),
            (COOLANT, 90.0, 95.0),
            (BATTERY, 13.0, 14.5),
            (BRAKE, 0.0, 1.0),
            (MIL, 0.0, 0.0),
        ],
    ),
    (
        "nissan-leaf",
        "nissan_leaf_ze1_epluseco",
        &[(MOTOR, 40.0, 8600.0), (CHARGE, 91.7, 92.7), (VOLTAGE, 366.0, 397.0), (CURRENT, -431.0, 62.0)],
    ),
];

/// Calls `with` after each frame of a recording.
fn drive(vehicle: &str, name: &str, mut with: impl FnMut(&Pipeline)) {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings").join(format!("{name}.log"));
    let mut log = LogReader::new(BufReader::new(File::open(path).unwrap()));
    let mut pipeline = Pipeline::new(Vehicle::find(vehicle).unwrap());
    let mut start_us = None;
    while let Some(entry) = log.next_entry().unwrap() {
        let Entry::Frame(line) = entry else { continue };
        let start_us = *start_us.get_or_insert(line.wall_us);
        let at = Duration::from_micros(line.wall_us.saturating_sub(start_us));
        let Some(frame) = line.frame(at) else { continue };
        pipeline.handle(at, &Event::Frame(frame));
        with(&pipeline);
    }
}

fn value(pipeline: &Pipeline, path: &str) -> Option<f64> {
    let board = pipeline.board();
    board.held(board.find(path).unwrap()).ok().map(Value::as_f64)
}

#[test]
#[cfg_attr(not(recordings), ignore = "needs the recordings in ../shared/recordings")]
fn real_cars_say_what_such_cars_can_say() {
    for (vehicle, name, paths) in DRIVES {
        let mut seen = BTreeMap::new();
        drive(vehicle, name, |pipeline| {
            for (path, least, most) in paths {
                let Some(value) = value(pipeline, path) else { continue };
                assert!((*least..=*most).contains(&value), "{name}: {path} = {value}");
                let (low, high) = seen.entry(*path).or_insert((value, value));
                (*low, *high) = (low.min(value), high.max(value));
            }
        });
        for (path, least, most) in paths {
            let (low, high) = seen.get(path).unwrap_or_else(|| panic!("{name}: {path} never has a value"));
            // It moves over most of the range, so that a constant is none.
            assert!(high - low >= 0.5 * (most - least), "{name}: {path} is from {low} to {high}");
        }
    }
}

/// Turns of an engine for each km/h above 20 km/h, by gear: what a quarter is below, what a quarter is above, and in how many frames.
fn ratios(vehicle: &str, name: &str, engine: &str, gear: Option<&str>) -> BTreeMap<i32, (f64, f64, usize)> {
    let mut ratios: BTreeMap<i32, Vec<f64>> = BTreeMap::new();
    drive(vehicle, name, |pipeline| {
        let gear = gear.map_or(Some(1.0), |gear| value(pipeline, gear));
        let speed = pipeline.estimate().speed_kmh.filter(|kmh| *kmh > 20.0);
        if let Some(((gear, rpm), kmh)) = gear.zip(value(pipeline, engine)).zip(speed) {
            ratios.entry(gear as i32).or_default().push(rpm / kmh);
        }
    });
    let quarters = |mut ratios: Vec<f64>| {
        ratios.sort_by(f64::total_cmp);
        let count = ratios.len();
        (ratios[count / 4], ratios[count * 3 / 4], count)
    };
    ratios.into_iter().map(|(gear, ratios)| (gear, quarters(ratios))).collect()
}

#[test]
#[cfg_attr(not(recordings), ignore = "needs the recordings in ../shared/recordings")]
fn a_motor_without_gears_turns_with_the_wheels() {
    let ratios = ratios("nissan-leaf", "nissan_leaf_ze1_epluseco", MOTOR, None);
    let (low, high, count) = ratios[&1];
    println!("leaf: {low:.2} to {high:.2} rpm for each km/h in {count} frames");
    assert!(high / low < 1.03 && count > 1000, "{low} to {high} in {count}");
}

#[test]
#[cfg_attr(not(recordings), ignore = "needs the recordings in ../shared/recordings")]
fn a_gear_has_one_ratio() {
    let ratios = ratios("mitsubishi", "mitsubishi_ralliart_wot_manual", RPM, Some(GEAR));
    for (gear, (low, high, count)) in &ratios {
        println!("gear {gear}: {low:.1} to {high:.1} rpm for each km/h in {count} frames");
        // The next is a third away. Shifts are in it.
        assert!(high / low < 1.06, "gear {gear}: {low} to {high}");
    }
    let gears: Vec<_> = ratios.values().collect();
    assert!(gears.len() == 3 && gears.windows(2).all(|pair| pair[1].1 < pair[0].0), "{gears:?}");
}
