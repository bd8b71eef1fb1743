//! A serial adapter on a bus with one bit rate: frames come only while the driver has set that one, errors at
//! every other, as from real hardware.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use can_reader::FrameId;
use test_support::adapter::{self, Wire};
use test_support::car::text;

use super::PATIENCE;
use super::car::{Car, PERIOD_MS};

pub struct Adapter {
    _plugged: adapter::Adapter,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    bit_rate: u32,
    open: bool,
    /// Everything that the driver asked for.
    asked: Vec<String>,
}

impl Adapter {
    /// Plugged in as this interface, on a bus of this bit rate, on which this car sends.
    pub fn plug(name: &str, bus_bit_rate: u32, vehicle: &str) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let told = Arc::clone(&state);
        let plugged =
            adapter::Adapter::plug(name, move |report| told.lock().expect("the state").take(report));
        let (bus, told) = (plugged.bus(), Arc::clone(&state));
        let mut car = Car::of(vehicle);
        std::thread::spawn(move || {
            while bus.is_plugged() {
                told.lock().expect("the state").turn(bus_bit_rate, &bus, &mut car);
                std::thread::sleep(Duration::from_millis(PERIOD_MS));
            }
        });
        Self { _plugged: plugged, state }
    }

    /// Waits until this is what the driver asked last: what it asks comes through terminal and adapter.
    pub fn was_asked(&self, last: &str) {
        let began = Instant::now();
        while self.asked().last().is_none_or(|asked| asked != last) {
            assert!(began.elapsed() < PATIENCE, "the adapter was not asked to {last}: {:?}", self.asked());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Everything that the driver asked of it: bit rates, opening, closing, frames to send.
    pub fn asked(&self) -> Vec<String> {
        self.state.lock().expect("the state").asked.clone()
    }
}

impl State {
    fn take(&mut self, report: &str) {
        self.asked.push(report.to_owned());
        match report.split_once(' ') {
            Some(("bitrate", rate)) => self.bit_rate = rate.parse().expect("a number"),
            Some(("open", _)) => self.open = true,
            _ if report == "open" => self.open = true,
            _ if report == "close" => self.open = false,
            _ => {}
        }
    }

    /// The car's next frame, as the adapter hears it.
    fn turn(&self, bus_bit_rate: u32, bus: &Wire, car: &mut Car) {
        let frame = car.frame(50.0);
        let FrameId::Standard(id) = frame.id else { panic!("11 bits are enough here") };
        if !self.open {
            return;
        }
        bus.tell(&if self.bit_rate == bus_bit_rate {
            format!("send {}", text(id, &frame.payload))
        } else {
            "error stuff form".to_owned()
        });
    }
}
