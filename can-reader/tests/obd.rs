//! The profile `obd`: answers of OBD-II on both addressings, of one control unit and of two, and a real car against satellite speed.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use can_reader::log::{Entry, LogReader};
use can_reader::signals::Value;
use can_reader::{
    Event, Frame, FrameId, FrameKind, IdFilter, Payload, Pipeline, Stamp, State, Vehicle, Verdict,
};

const ENGINE: FrameId = FrameId::Standard(0x7E8);
const GEARBOX: FrameId = FrameId::Standard(0x7E9);

struct Car {
    pipeline: Pipeline,
    ms: u64,
}

impl Car {
    fn new() -> Self {
        Self { pipeline: Pipeline::new(Vehicle::find("obd").unwrap()), ms: 0 }
    }

    fn says(&mut self, id: FrameId, payload: &[u8]) -> Verdict {
        let stamp = Stamp { wall_us: self.ms * 1000, at: Duration::from_millis(self.ms) };
        let payload = Payload::new(payload).unwrap();
        let frame = Frame { stamp, id, kind: FrameKind::Classical, payload };
        self.pipeline.handle(stamp.at, &Event::Frame(frame))
    }

    /// So many answers about the speed, 100 ms apart.
    fn drives(&mut self, id: FrameId, kmh: u8, times: u32) {
        for _ in 0..times {
            self.ms += 100;
            self.says(id, &[3, 0x41, 0x0D, kmh, 0xAA, 0xAA, 0xAA, 0xAA]);
        }
    }

    fn value(&self, path: &str) -> Option<f64> {
        let board = self.pipeline.board();
        board.held(board.find(path).unwrap()).ok().map(Value::as_f64)
    }
}

#[test]
fn answers_of_both_addressings_are_a_speed() {
    for id in
        [ENGINE, FrameId::Standard(0x7EF), FrameId::Extended(0x18DA_F110), FrameId::Extended(0x18DA_F1FF)]
    {
        let mut car = Car::new();
        car.drives(id, 87, 30);
        let estimate = car.pipeline.estimate();
        assert_eq!(estimate.state, State::Ok, "{id}: {}", estimate.why());
        let (kmh, within) = (estimate.speed_kmh.unwrap(), estimate.uncertainty_kmh.unwrap());
        // A step that is cut off: 87 is all from 87 to 88.
        assert!(kmh - within <= 86.5 && kmh + within >= 88.5 && within < 6.5, "{id}: {kmh} +- {within}");
    }
}

#[test]
fn what_is_no_answer_about_the_speed_is_none() {
    let answer = [3, 0x41, 0x0D, 87, 0, 0, 0, 0];
    for (id, payload) in [
        (FrameId::Standard(0x7DF), &answer[..]),
        (FrameId::Standard(0x7E7), &answer),
        (FrameId::Standard(0x7F0), &answer),
        (FrameId::Extended(0x18DB_33F1), &answer),
        (FrameId::Extended(0x18DA_10F1), &answer),
        (FrameId::Extended(0x7E8), &answer),
        (ENGINE, &[4, 0x41, 0x0D, 87, 0, 0, 0, 0]),
        (ENGINE, &[2, 0x41, 0x0D, 87, 0, 0, 0, 0]),
        (ENGINE, &[3, 0x01, 0x0D, 87, 0, 0, 0, 0]),
        (ENGINE, &[3, 0x7F, 0x01, 0x12, 0, 0, 0, 0]),
        (ENGINE, &[3, 0x41, 0x0D, 87]),
    ] {
        let mut car = Car::new();
        for _ in 0..30 {
            car.ms += 100;
            car.says(id, payload);
        }
        assert_eq!(car.pipeline.estimate().speed_kmh, None, "{id} {payload:02X?}");
    }
    // All that a byte can say is no speed.
    let mut car = Car::new();
    car.drives(ENGINE, 255, 30);
    assert_eq!(car.pipeline.estimate().speed_kmh, None);
}

#[test]
fn of_two_units_that_say_a_speed_one_is_listened_to() {
    let mut car = Car::new();
    for _ in 0..30 {
        car.drives(ENGINE, 50, 1);
        assert_eq!(car.says(GEARBOX, &[3, 0x41, 0x0D, 20, 0, 0, 0, 0]), Verdict::Ignored);
    }
    assert_eq!(car.pipeline.estimate().speed_kmh.map(f64::round), Some(50.0));
    // What the other alone has is read of it.
    car.says(GEARBOX, &[4, 0x41, 0x0C, 0x1A, 0xF8, 0, 0, 0]);
    assert_eq!(car.value("Vehicle.Powertrain.CombustionEngine.Speed"), Some(1726.0));
    // And what both have of the one that said it first.
    car.says(ENGINE, &[4, 0x41, 0x0C, 0x10, 0x00, 0, 0, 0]);
    assert_eq!(car.value("Vehicle.Powertrain.CombustionEngine.Speed"), Some(1726.0));
    // The first is silent for long.
    car.ms += 5000;
    car.drives(GEARBOX, 20, 30);
    assert_eq!(car.pipeline.estimate().speed_kmh.map(f64::round), Some(20.0));
}

#[test]
fn each_parameter_has_its_scale() {
    let mut car = Car::new();
    for (path, payload, expected) in [
        ("Vehicle.Diagnostics.IsMILOn", [6, 0x41, 0x01, 0x83, 7, 0xE5, 0, 0], 1.0),
        ("Vehicle.Diagnostics.IsMILOn", [6, 0x41, 0x01, 0x03, 7, 0xE5, 0, 0], 0.0),
        (
            "Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature",
            [3, 0x41, 0x05, 130, 0, 0, 0, 0],
            90.0,
        ),
        ("Vehicle.Powertrain.CombustionEngine.Speed", [4, 0x41, 0x0C, 0x1A, 0xF8, 0, 0, 0], 1726.0),
        ("Vehicle.Powertrain.FuelSystem.RelativeLevel", [3, 0x41, 0x2F, 255, 0, 0, 0, 0], 100.0),
        ("Vehicle.LowVoltageBattery.CurrentVoltage", [4, 0x41, 0x42, 0x36, 0xB0, 0, 0, 0], 14.0),
        ("Vehicle.Exterior.AirTemperature", [3, 0x41, 0x46, 30, 0, 0, 0, 0], -10.0),
        ("Vehicle.Chassis.Accelerator.PedalPosition", [3, 0x41, 0x5A, 51, 0, 0, 0, 0], 20.0),
        (
            "Vehicle.Powertrain.TractionBattery.StateOfCharge.Displayed",
            [3, 0x41, 0x5B, 204, 0, 0, 0, 0],
            80.0,
        ),
        ("Vehicle.Powertrain.CombustionEngine.EngineOil.Temperature", [3, 0x41, 0x5C, 135, 0, 0, 0, 0], 95.0),
    ] {
        car.ms += 50;
        car.says(ENGINE, &payload);
        let value = car.value(path).unwrap_or_else(|| panic!("{path} has a value"));
        assert!((value - expected).abs() < 0.01, "{path}: {value}");
    }
}

#[test]
fn a_block_of_ids_is_one_filter_and_nothing_else_is_a_block() {
    let block = IdFilter::block(ENGINE, 0x7EF).unwrap();
    assert_eq!((block.to_string(), block.breadth(), block.group()), ("7E8 to 7EF".to_owned(), 3, None));
    assert!(block.matches(FrameId::Standard(0x7EF)) && !block.matches(FrameId::Standard(0x7F0)));
    assert!(!block.matches(FrameId::Extended(0x7E8)));
    let long = IdFilter::block(FrameId::Extended(0x18DA_F100), 0x18DA_F1FF).unwrap();
    assert_eq!((long.to_string(), long.group()), ("18DAF100 to 18DAF1FF".to_owned(), None));
    for (first, last) in [(0x7E8, 0x7EE), (0x7E9, 0x7EF), (0x7E8, 0x7E8), (0x7E8, 0x7E0), (0x7F0, 0x80F)] {
        assert_eq!(IdFilter::block(FrameId::Standard(first), last), None, "{first:X} to {last:X}");
    }
}

#[test]
fn keys_that_make_no_sense_name_their_line() {
    const DBC: &str = "BO_ 2024 OBD: 8 X\n SG_ Speed : 31|8@0+ (1,0) [0|255] \"km/h\" X\n";
    for (lines, words) in [
        ("[messages.OBD]\nlast_id = 0x7EE", "0x7E8 to 0x7EF do"),
        ("[messages.OBD]\nlast_id = 0x7EF\nj1939 = true", "leave source_address and j1939 out"),
        ("[messages.OBD]\nalso_ids = [0x18DAF100, 0x18DAF1FF]", "beside last_id"),
        ("[messages.OBD]\nlast_id = 0x7EF\nalso_ids = [0x18DAF100, 0x18DAF1FE]", "beside last_id"),
    ] {
        let profile = format!("title = \"T\"\ndbc = \"t.dbc\"\nvehicle_speed = \"OBD.Speed\"\n{lines}\n");
        let error = Vehicle::of_texts("t", &profile, ("t.dbc", DBC)).unwrap_err().to_string();
        assert!(error.contains(words) && error.starts_with("t.toml:"), "{error}");
    }
    let profile =
        "title = \"T\"\ndbc = \"t.dbc\"\nvehicle_speed = { signal = \"OBD.Speed\", delay_ms = 1001 }\n";
    let error = Vehicle::of_texts("t", profile, ("t.dbc", DBC)).unwrap_err().to_string();
    assert!(error.contains("delay_ms = 1001: it must be from 0 to 1000"), "{error}");
}

/// Ten minutes on the road: a scan tool asked twice a second, and a satellite receiver wrote beside it.
#[test]
#[cfg_attr(not(recordings), ignore = "needs ../shared/recordings")]
fn a_real_car_is_within_its_uncertainty_of_the_satellites() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings/vag_obd_gps_0164_2.log");
    let mut log = LogReader::new(BufReader::new(File::open(path).unwrap()));
    let mut pipeline = Pipeline::new(Vehicle::find("obd").unwrap());
    let (mut start, mut with_speed, mut inside, mut moments, mut sum) = (None, 0_u32, 0_u32, 0_u32, 0.0);
    while let Some(entry) = log.next_entry().unwrap() {
        let Entry::Frame(line) = entry else { continue };
        let at = Duration::from_micros(line.wall_us - *start.get_or_insert(line.wall_us));
        while let Some(due) = pipeline.deadline().filter(|due| *due < at) {
            pipeline.handle(due, &Event::Deadline);
        }
        let is_satellites = line.interface == "can2";
        let Some(frame) = line.frame(at) else { continue };
        pipeline.handle(at, &Event::Frame(frame));
        // The receiver's message: speed in 20 bits from bit 1, mm/s.
        if is_satellites && frame.id == FrameId::Standard(0x007) {
            let bytes: [u8; 4] = frame.payload[..4].try_into().unwrap();
            let gps_kmh = f64::from(u32::from_le_bytes(bytes) >> 1 & 0xF_FFFF) * 0.0036;
            moments += 1;
            let estimate = pipeline.estimate();
            if let (Some(kmh), Some(within)) = (estimate.speed_kmh, estimate.uncertainty_kmh) {
                with_speed += 1;
                inside += u32::from((kmh - gps_kmh).abs() <= within);
                sum += within;
            }
        }
    }
    println!(
        "{moments} moments, {with_speed} with a speed, {inside} of them within the uncertainty, which is {:.1} km/h on average",
        sum / f64::from(with_speed.max(1))
    );
    assert!(f64::from(inside) >= 0.98 * f64::from(with_speed), "{inside} of {with_speed}");
    assert!(f64::from(with_speed) >= 0.9 * f64::from(moments), "{with_speed} of {moments}");
}
