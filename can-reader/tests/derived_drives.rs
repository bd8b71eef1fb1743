//! The gear that is derived, held against the one that the car says: the simulated car on its drives, and a real one.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::time::Duration;

use can_reader::log::{Entry, LogReader};
use can_reader::signals::Value;
use can_reader::signals::derived::Gearbox;
use can_reader::source::{Drive, Rate, Simulator, SimulatorOptions};
use can_reader::{Event, FrameSource, Pipeline, SourceTime, Vehicle};

/// What a gearbox beside the pipeline says while the car itself says its gear.
struct Beside {
    pipeline: Pipeline,
    gearbox: Gearbox,
    heard: Option<SourceTime>,
    /// Moments in which the car says a forward gear, of these with ours, and those in which it was another.
    driven: u32,
    said: u32,
    wrong: u32,
}

impl Beside {
    fn new(vehicle: &str) -> Self {
        let pipeline = Pipeline::new(Vehicle::find(vehicle).unwrap());
        Self { pipeline, gearbox: Gearbox::default(), heard: None, driven: 0, said: 0, wrong: 0 }
    }

    fn handle(&mut self, now: SourceTime, event: &Event) {
        self.pipeline.handle(now, event);
        let board = self.pipeline.board();
        let find = |path| board.find(path).unwrap();
        let (engine, gear) = (
            find("Vehicle.Powertrain.CombustionEngine.Speed"),
            find("Vehicle.Powertrain.Transmission.CurrentGear"),
        );
        if board.heard_at(engine) == self.heard {
            return;
        }
        self.heard = board.heard_at(engine);
        let (rpm, kmh) = (board.held(engine).ok().map(Value::as_f64), self.pipeline.estimate().speed_kmh);
        self.gearbox.observe(now, rpm.zip(kmh));
        let (ours, cars) = (kmh.and_then(|kmh| self.gearbox.gear(kmh)), board.held(gear));
        let Ok(Value::Signed(cars @ 1..)) = cars else { return };
        self.driven += 1;
        self.said += u32::from(ours.is_some());
        self.wrong += u32::from(ours.is_some_and(|ours| ours != cars));
    }
}

#[tokio::test]
async fn the_simulated_cars_gear_is_found() {
    for (drive, seconds) in [(Drive::Nedc, 2400), (Drive::Town, 1800)] {
        let mut beside = Beside::new("simulator");
        let options = SimulatorOptions { seed: 3, rate: Rate::Max, drive, faults: Vec::new() };
        let mut car = Simulator::new(options);
        car.want(&beside.pipeline.wanted());
        while car.now() < SourceTime::from_secs(seconds) {
            let event = car.next(beside.pipeline.deadline()).await;
            beside.handle(car.now(), &event);
        }
        println!("{drive:?}: said {} of {}, wrong {}", beside.said, beside.driven, beside.wrong);
        // The car shifts between two frames: what was there is said for a quarter of a second more.
        assert!(beside.wrong * 50 <= beside.said, "{drive:?}: {} of {}", beside.wrong, beside.said);
        assert!(
            drive == Drive::Town || beside.said * 3 > beside.driven,
            "{} of {}",
            beside.said,
            beside.driven
        );
    }
}

/// It never stands in this recording, so nobody knows which of the three gears is the first.
#[test]
#[cfg_attr(not(recordings), ignore = "needs the recordings in ../shared/recordings")]
fn a_real_car_that_is_rolling_already_is_not_guessed_at() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/recordings/mitsubishi_ralliart_wot_manual.log");
    let mut log = LogReader::new(BufReader::new(File::open(path).unwrap()));
    let (mut beside, mut start_us) = (Beside::new("mitsubishi"), None);
    while let Some(entry) = log.next_entry().unwrap() {
        let Entry::Frame(line) = entry else { continue };
        let start_us = *start_us.get_or_insert(line.wall_us);
        let at = Duration::from_micros(line.wall_us - start_us);
        if let Some(frame) = line.frame(at) {
            beside.handle(at, &Event::Frame(frame));
        }
    }
    assert!(beside.driven > 2000, "{}", beside.driven);
    assert_eq!(beside.said, 0);
}
